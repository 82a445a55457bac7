locals {
  ports = {
    socket = 7900
  }
}
