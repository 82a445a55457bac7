resource "aws_lb_target_group" "http" {
  name     = "tracker-http"
  port     = 3000
  protocol = "HTTP"
  vpc_id   = var.vpc_id
  health_check { path = "/health" }
}

resource "aws_lb_target_group" "ws" {
  name     = "tracker-ws"
  port     = var.ws_port
  protocol = "HTTP"
  vpc_id   = var.vpc_id
  health_check {
    port     = "3000"
    path     = "/health"
    interval = 30
  }
}
