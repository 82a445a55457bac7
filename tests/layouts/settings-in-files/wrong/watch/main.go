package main

import (
	"fmt"
	"net/http"
	"watch/config"
)

func fetch(addr, path string) (*http.Response, error) {
	return http.Get(fmt.Sprintf("http://%s%s", addr, path))
}

func main() {
	cfg := config.FromEnv()
	fetch(cfg.Web, "/users")
	fetch(cfg.Stream, "/online")
}
