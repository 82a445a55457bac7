"""Go code that hands requests on: where each proxy and redirect leads, under which path."""

from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors import declared

G1 = """\
package main
import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
)

func env(k, d string) string {
	if v := os.Getenv(k); v != "" {
		return v
	}
	return d
}
func main() {
	rt, _ := url.Parse(env("RT_URL", "http://127.0.0.1:7001"))
	api, _ := url.Parse(env("API_URL", "http://127.0.0.1:5000"))
	http.Handle("/api/", httputil.NewSingleHostReverseProxy(api))
	http.Handle("/", httputil.NewSingleHostReverseProxy(rt))
	http.ListenAndServe(":8000", nil)
}
"""
RIGHT = """\
package main
import (
	"net/http"
	"net/http/httputil"
	"net/url"
)

func main() {
	rt, _ := url.Parse("http://127.0.0.1:7001")
	api, _ := url.Parse("http://127.0.0.1:5000")
	wsProxy := httputil.NewSingleHostReverseProxy(rt)
	http.Handle("/ws", wsProxy)
	http.Handle("/", httputil.NewSingleHostReverseProxy(api))
	http.ListenAndServe(":8000", nil)
}
"""
DISPATCH = """\
package main
import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
)

func main() {
	rt, _ := url.Parse("http://127.0.0.1:7001")
	api, _ := url.Parse("http://127.0.0.1:5000")
	a, b := httputil.NewSingleHostReverseProxy(rt), httputil.NewSingleHostReverseProxy(api)
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/ws") {
			a.ServeHTTP(w, r)
			return
		}
		b.ServeHTTP(w, r)
	})
	http.ListenAndServe(":8000", nil)
}
"""
DISPATCH_WRONG = """\
package main
import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
)

func main() {
	rt, _ := url.Parse("http://127.0.0.1:7001")
	api, _ := url.Parse("http://127.0.0.1:5000")
	a := httputil.NewSingleHostReverseProxy(rt)
	b := httputil.NewSingleHostReverseProxy(api)
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") {
			b.ServeHTTP(w, r)
			return
		}
		a.ServeHTTP(w, r)
	})
	http.ListenAndServe(":8000", nil)
}
"""
UPGRADE_ONLY = """\
package main
import (
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
)

func main() {
	rt, _ := url.Parse("http://127.0.0.1:7001")
	api, _ := url.Parse("http://127.0.0.1:5000")
	a := httputil.NewSingleHostReverseProxy(rt)
	b := httputil.NewSingleHostReverseProxy(api)
	http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if strings.EqualFold(r.Header.Get("Upgrade"), "websocket") {
			a.ServeHTTP(w, r)
			return
		}
		b.ServeHTTP(w, r)
	})
	http.ListenAndServe(":8000", nil)
}
"""
GIN = """\
package main
import (
	"github.com/gin-gonic/gin"
	"net/http/httputil"
	"net/url"
)

const live = "http://localhost:7001"
func main() {
	r := gin.Default()
	u, _ := url.Parse(live)
	p := httputil.NewSingleHostReverseProxy(u)
	r.Any("/api/*path", gin.WrapH(p))
	r.GET("/live", func(c *gin.Context) { c.Redirect(302, live+"/room") })
	r.Run(":3000")
}
"""
REWRITE = """\
package main
import (
	"net/http"
	"net/http/httputil"
	"net/url"
)

type gateway struct{ proxy *httputil.ReverseProxy }
func newGateway(target string) *gateway {
	u, err := url.Parse(target)
	if err != nil { panic(err) }
	return &gateway{proxy: &httputil.ReverseProxy{Rewrite: func(pr *httputil.ProxyRequest) {
		pr.SetURL(u)
		pr.Out.Host = pr.In.Host
	}}}
}
func (g *gateway) forward(w http.ResponseWriter, r *http.Request) { g.proxy.ServeHTTP(w, r) }
func main() {
	g := newGateway("http://127.0.0.1:7001")
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/", g.forward)
	http.ListenAndServe(":8000", mux)
}
"""
HOST = """\
package main
import (
	"net/http"
	"net/http/httputil"
)

func direct(r *http.Request) {
	r.URL.Scheme = "http"
	r.URL.Host = "127.0.0.1:7001"
}
func main() {
	http.Handle("/static/", http.StripPrefix("/static", &httputil.ReverseProxy{Director: direct}))
	http.Handle("/socket/", &httputil.ReverseProxy{Director: direct})
	http.ListenAndServe(":8000", nil)
}
"""
REDIRECT = """\
package main
import (
	"log"
	"net/http"
)

const liveURL = "http://localhost:7001"
func main() {
	http.HandleFunc("/live", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, liveURL+r.URL.Path, http.StatusFound)
	})
	http.Handle("/old", http.RedirectHandler("http://localhost:7001/new", 301))
	http.Handle("/home", http.RedirectHandler("http://localhost:5000/", 302))
	log.Fatal(http.ListenAndServe(":3000", nil))
}
"""
ECHO = """\
package main
import (
	"github.com/labstack/echo/v4"
	"github.com/labstack/echo/v4/middleware"
	"net/url"
)

func main() {
	e := echo.New()
	u, _ := url.Parse("http://127.0.0.1:7001")
	targets := []*middleware.ProxyTarget{{URL: u}}
	g := e.Group("/api")
	g.Use(middleware.Proxy(middleware.NewRoundRobinBalancer(targets)))
	e.GET("/go", func(c echo.Context) error { return c.Redirect(302, "http://127.0.0.1:7001/") })
	e.Start(":8000")
}
"""
FIBER = """\
package main
import (
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/proxy"
)

func main() {
	app := fiber.New()
	app.Get("/ws", proxy.Forward("http://127.0.0.1:7001/ws"))
	app.Get("/api/*", func(c *fiber.Ctx) error { return proxy.Do(c, "http://127.0.0.1:7001"+c.OriginalURL()) })
	app.Get("/x", func(c *fiber.Ctx) error { return c.Redirect("http://127.0.0.1:7001/") })
	app.Listen(":8000")
}
"""
TABLE = """\
package main
import (
	"net/http"
	"net/http/httputil"
	"net/url"
)

var backends = map[string]string{
	"/users/": "http://127.0.0.1:5000",
	"/ws/": "http://127.0.0.1:7001",
	"/api/": "http://127.0.0.1:7001",
}
func main() {
	for prefix, raw := range backends {
		u, _ := url.Parse(raw)
		http.Handle(prefix, httputil.NewSingleHostReverseProxy(u))
	}
	http.ListenAndServe(":8000", nil)
}
"""
GORILLA = """\
package main
import (
	"github.com/gorilla/mux"
	"net/http"
	"net/http/httputil"
	"net/url"
)

var live = &url.URL{Scheme: "http", Host: "127.0.0.1:7001"}
var proxy = httputil.NewSingleHostReverseProxy(live)
func forward(w http.ResponseWriter, r *http.Request) { proxy.ServeHTTP(w, r) }
func main() {
	r := mux.NewRouter()
	r.PathPrefix("/api/").Handler(httputil.NewSingleHostReverseProxy(live))
	r.HandleFunc("/static/{rest:.*}", forward)
	http.ListenAndServe(":8000", r)
}
"""
CHI = """\
package main
import (
	"github.com/go-chi/chi/v5"
	"net/http"
	"net/http/httputil"
	"net/url"
)

func backend(raw string) http.Handler {
	target, err := url.Parse(raw)
	if err != nil {
		panic(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	return proxy
}
func home(w http.ResponseWriter, r *http.Request) {
	if r.URL.Path == "/live" {
		http.Redirect(w, r, "http://localhost:7001/", http.StatusSeeOther)
	}
}
func main() {
	r := chi.NewRouter()
	r.Route("/v1", func(r chi.Router) {
		r.Mount("/users", backend("http://127.0.0.1:5000"))
		r.Handle("/ws/*", backend("http://127.0.0.1:7001"))
	})
	r.Mount("/docs", backend("http://127.0.0.1:7001"))
	r.Get("/", home)
	http.ListenAndServe(":8000", r)
}
"""
STRUCTS = """\
package main
import (
	"net/http"
	"net/http/httputil"
	"net/url"
)

type route struct{ Prefix, Target string }
func main() {
	routes := []route{
		{"/assets/", "http://127.0.0.1:7001"},
		{Prefix: "/socket/", Target: "http://127.0.0.1:7001"},
	}
	for _, one := range routes {
		target, _ := url.Parse(one.Target)
		http.Handle(one.Prefix, &httputil.ReverseProxy{Director: func(r *http.Request) { r.URL.Host = target.Host }})
	}
	http.ListenAndServe(":8000", nil)
}
"""
ALONE = """\
package main
import (
	"net/http"
	"net/http/httputil"
	"net/url"
)

func main() {
	target, _ := url.Parse("http://127.0.0.1:7001")
	proxy := &httputil.ReverseProxy{Director: func(r *http.Request) {
		r.URL = target
		r.Header.Set("Connection", "close")
	}}
	unknown := httputil.NewSingleHostReverseProxy(nil)
	_ = unknown
	http.ListenAndServe(":8000", proxy)
}
"""
BALANCER = """\
package main
import (
	"github.com/gofiber/fiber/v2"
	"github.com/gofiber/fiber/v2/middleware/proxy"
)

func main() {
	app := fiber.New()
	app.Use("/api", proxy.Balancer(proxy.Config{Servers: []string{"http://127.0.0.1:7001"}}))
	app.Get("/to", func(c fiber.Ctx) error { return c.Redirect().To("http://127.0.0.1:7001/x") })
	app.Listen(":8000")
}
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (G1, [("/api/", 18, 5000, True, False), ("/", 19, 7001, True, False)]),
        (RIGHT, [("/ws", 12, 7001, True, True), ("/", 13, 5000, True, None)]),
        (DISPATCH, [("/ws", 13, 7001, True, True), ("/", 13, 5000, True, None)]),
        (DISPATCH_WRONG, [("/", 14, 7001, True, False), ("/api/", 14, 5000, True, False)]),
        (UPGRADE_ONLY, [("/", 14, 7001, True, True), ("/", 14, 5000, True, None)]),
        (GIN, [("/api/", 13, 7001, True, False), ("/live", 14, 7001, False, None)]),
        (REWRITE, [("/api/", 21, 7001, True, False)]),
        (HOST, [("/static/", 12, 7001, True, False), ("/socket/", 13, 7001, True, True)]),
        (
            REDIRECT,
            [("/live", 10, 7001, False, None), ("/old", 12, 7001, False, None), ("/home", 13, 5000, False, None)],
        ),
        (ECHO, [("/api", 13, 7001, True, False), ("/go", 14, 7001, False, None)]),
        (FIBER, [("/ws", 9, 7001, False, True), ("/api/", 10, 7001, False, False), ("/x", 11, 7001, False, None)]),
        (TABLE, [("/users/", 9, 5000, True, None), ("/ws/", 10, 7001, True, True), ("/api/", 11, 7001, True, False)]),
        (GORILLA, [("/static/", 15, 7001, True, False), ("/api/", 14, 7001, True, False)]),
        (
            CHI,
            [
                ("/v1/users", 25, 5000, True, None),
                ("/v1/ws/", 26, 7001, True, True),
                ("/docs", 28, 7001, True, False),
                ("/", 19, 7001, False, None),
            ],
        ),
        (STRUCTS, [("/assets/", 11, 7001, True, False), ("/socket/", 12, 7001, True, True)]),
        (ALONE, [(None, 12, 7001, False, None)]),
        (BALANCER, [("/api", 9, 7001, False, False), ("/to", 10, 7001, False, None)]),
    ],
)
def test_where_requests_are_handed(
    tmp_path: Path, code: str, expected: list[tuple[str | None, int, int, bool, bool | None]]
) -> None:
    """Each hop with its path, line, port, whether handshakes survive, and what it is meant for."""
    found = declared(repository(tmp_path, {"gateway/main.go": code}), processes=1)
    hops = [(hop.path, hop.location.line, hop.to.port, hop.forwards_upgrade, hop.websocket) for hop in found.hops]
    assert hops == expected


HEAD = 'package main\nimport (\n\t"net/http"\n\t"net/http/httputil"\n\t"net/url"\n)\n'


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("examples/main.go", 'u, _ := url.Parse("http://127.0.0.1:7001"); http.Handle("/", f(u)) // ReverseProxy'),
        ("main.go", 'u, _ := url.Parse("http://api.example"); http.Handle("/", httputil.NewSingleHostReverseProxy(u))'),
        ("main.go", 'http.Handle("/", httputil.NewSingleHostReverseProxy(given()))'),
        ("main.go", "for _, u := range given() { http.Handle(u.Path, httputil.NewSingleHostReverseProxy(u)) }"),
        ("main.go", 'http.Handle("/", &httputil.ReverseProxy{Transport: other, Director: func(r *http.Request) {}})'),
        (
            "main.go",
            'http.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, to, 302) })',
        ),
        ("main.go", "// httputil.ReverseProxy{} and http.Redirect() are not used"),
    ],
)
def test_what_leads_nowhere_known(tmp_path: Path, path: str, body: str) -> None:
    found = declared(repository(tmp_path, {path: f"{HEAD}func main() {{\n\t{body}\n}}\n"}), processes=1)
    assert found.hops == []
    assert found.notes == []
