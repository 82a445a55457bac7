service {
  name = "sockets"
  port = 9201

  check {
    id       = "sockets-http"
    http     = "http://localhost:9201/health"
    interval = "10s"
  }
}
