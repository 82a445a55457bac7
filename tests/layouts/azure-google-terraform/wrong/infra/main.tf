resource "azurerm_lb_probe" "socket" {
  loadbalancer_id = azurerm_lb.main.id
  name            = "socket"
  protocol        = "Http"
  request_path    = "/azure"
  port            = local.ports.socket
}





resource "google_compute_health_check" "socket" {
  name = "socket"
  http_health_check {
    port         = local.ports.socket
    request_path = "/google"
  }
}
