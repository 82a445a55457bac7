variable "vpc_id" { type = string }
variable "ws_port" {
  type    = number
  default = 8081
}
