service {
  name = "sockets"
  port = 9201
  check {
    id       = "sockets-tcp"
    tcp      = "localhost:9201"
    interval = "10s"
  }
}
