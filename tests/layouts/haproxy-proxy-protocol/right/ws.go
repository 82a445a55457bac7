package main

import (
	"log"
	"net/http"

	"github.com/coder/websocket"
)

func main() {
	addr := ":9900"
	log.Fatal(http.ListenAndServe(addr, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c, err := websocket.Accept(w, r, nil)
		if err != nil {
			return
		}
		defer c.CloseNow()
		<-c.CloseRead(r.Context()).Done()
	})))
}
