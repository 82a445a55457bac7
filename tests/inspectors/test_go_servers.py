from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from wsdoctor.model.traffic import Listener

HEAD = """\
package main

import (
	"fmt"
	"net/http"
	"github.com/gorilla/websocket"
)

var up = websocket.Upgrader{}

func live(w http.ResponseWriter, r *http.Request) { c, _ := up.Upgrade(w, r, nil); c.Close() }
func page(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "hello") }

"""


def listener(tmp_path: Path, body: str, name: str = "main.go", **files: str) -> Listener:
    (found,) = inspect("go", name, repository(tmp_path, {name: HEAD + body, **files})).listeners
    return found


@pytest.mark.parametrize(
    ("body", "port", "speaks"),
    [
        ('func main() { http.HandleFunc("/ws", live); http.ListenAndServe(":8765", nil) }', 8765, "websocket"),
        (
            'func main() { http.HandleFunc("/ws", live); http.HandleFunc("/", page); http.ListenAndServe(":8765",nil)}',
            8765,
            "both",
        ),
        ('func main() { http.HandleFunc("/", page); http.ListenAndServe(":8765", nil) }', 8765, "http"),
        ('func main() { http.ListenAndServe("localhost:8765", http.HandlerFunc(live)) }', 8765, "websocket"),
        (
            'func main() { m := http.NewServeMux(); m.HandleFunc("/ws", live); http.ListenAndServe(":8765", log(m)) }',
            8765,
            "websocket",
        ),
        (
            (
                'func main() { m := http.NewServeMux(); m.HandleFunc("/ws", func(w http.ResponseWriter, '
                "r *http.Request) "
                '{ live(w, r) }); s := &http.Server{Addr: ":8765", Handler: m}; s.ListenAndServe() }'
            ),
            8765,
            "websocket",
        ),
        (
            (
                "type hub struct{}\nfunc (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) { live(w, r) }\n"
                'func main() { h := &hub{}; l, _ := net.Listen("tcp", ":8765"); http.Serve(l, h) }'
            ),
            8765,
            "websocket",
        ),
        (
            (
                'func main() { s := &http.Server{Addr: ":8765", Handler: http.HandlerFunc(live)}\n'
                'm := http.NewServeMux(); m.Handle("/", http.FileServer(http.Dir("public"))); s.ListenAndServe() }'
            ),
            8765,
            "websocket",
        ),
        (
            (
                'func init() { http.HandleFunc("/healthz", page) }\n'
                'func main() { http.ListenAndServe(":8765", http.HandlerFunc(live)) }'
            ),
            8765,
            "websocket",
        ),
        (
            (
                'func init() { http.HandleFunc("/healthz", page); http.HandleFunc("/ws", live) }\n'
                'func main() { http.ListenAndServe(":8765", log(http.DefaultServeMux)) }'
            ),
            8765,
            "both",
        ),
        ('func main() { r := gin.Default(); r.GET("/", page); r.Run() }', 8080, "http"),
        ('func main() { e := echo.New(); e.GET("/ws", live); e.Start(":8765") }', 8765, "websocket"),
        ('func main() { http.ListenAndServeTLS(":8765", "c", "k", nil) }', 8765, "both"),
    ],
)
def test_what_listens(tmp_path: Path, body: str, port: int, speaks: str) -> None:
    found = listener(tmp_path, body)
    assert (found.port, found.speaks, found.tls) == (port, speaks, "TLS" in body)


@pytest.mark.parametrize(
    ("address", "port", "environment"),
    [
        ('":" + port', 8765, None),
        ('fmt.Sprintf("%s:%d", "0.0.0.0", 8765)', 8765, None),
        ("*addr", 8765, None),
        ('":" + getEnv("WS_PORT", "8765")', 8765, "WS_PORT"),
        ('":" + os.Getenv("SET")', 9000, "SET"),
        ('":" + os.Getenv("UNSET")', None, "UNSET"),
        ('net.JoinHostPort("", strconv.Itoa(8765))', 8765, None),
        ('cmp.Or(os.Getenv("UNSET"), ":8765")', 8765, "UNSET"),
        ("cfg.Address", 8765, None),
        ("chosen()", 8765, None),
        ("unknown", None, None),
    ],
)
def test_ports(tmp_path: Path, address: str, port: int | None, environment: str | None) -> None:
    body = (
        'const port = "8765"\nvar addr = flag.String("addr", ":8765", "where")\n'
        'var cfg = config{Address: ":8765"}\nfunc chosen() string { return ":8765" }\n'
        f'func main() {{ http.HandleFunc("/ws", live); http.ListenAndServe({address}, nil) }}\n'
    )
    found = listener(tmp_path, body, **{".env": "SET=9000\n"})
    assert (found.port, found.environment) == (port, environment)
    assert found.sure == (0.95 if port else 0.6)


def test_a_port_that_is_replaced_if_it_is_empty(tmp_path: Path) -> None:
    body = (
        'func main() {\n\tport := os.Getenv("PORT")\n\tif port == "" {\n\t\tport = "8765"\n\t}\n'
        '\thttp.HandleFunc("/ws", live)\n\thttp.ListenAndServe(":"+port, nil)\n}\n'
    )
    found = listener(tmp_path, body)
    assert (found.port, found.environment) == (8765, "PORT")
    assert found.location.text == 'http.ListenAndServe(":"+port, nil)'


def test_packages_and_tags(tmp_path: Path) -> None:
    files = {
        "go.mod": "module example.com/thing\n",
        "internal/config/config.go": "package config\n\ntype Config struct {\n"
        '\tPort string `env:"P" envDefault:"8765"`\n}\n',
        "internal/live/live.go": 'package live\n\nimport "github.com/coder/websocket"\n\n'
        "func Handle(w http.ResponseWriter, r *http.Request) { websocket.Accept(w, r, nil) }\n",
        "cmd/main.go": 'package main\n\nimport (\n\t"net/http"\n\t"example.com/thing/internal/config"\n'
        '\t"example.com/thing/internal/live"\n)\n\nfunc main() {\n\tcfg := config.Load()\n'
        '\thttp.HandleFunc("/live", live.Handle)\n\thttp.ListenAndServe(":"+cfg.Port, nil)\n}\n',
    }
    (found,) = inspect("go", "cmd/main.go", repository(tmp_path, files)).listeners
    assert (found.port, found.speaks, found.paths, found.framework) == (
        8765,
        "websocket",
        ("/live",),
        "coder/websocket",
    )


def test_what_is_no_server(tmp_path: Path) -> None:
    files = {
        "main.go": 'package main\n// http.ListenAndServe(":8765", nil)\nvar s = `http.ListenAndServe(":8765", nil)`\n'
        'func main() { emitter.Listen(":8765"); job.Run(); x.ListenAndServe() }\n',
        "main_test.go": 'package main\nfunc f() { http.ListenAndServe(":8765", nil) }\n',
    }
    folder = repository(tmp_path, files)
    assert inspect("go", "main.go", folder).listeners == []
    assert inspect("go", "main_test.go", folder).listeners == []
    assert inspect("go", "none.go", folder).listeners == []


def test_a_handler_that_a_variable_holds(tmp_path: Path) -> None:
    upgrades = "handler := func(w http.ResponseWriter, r *http.Request) { c, _ := up.Upgrade(w, r, nil); c.Close() }"
    serves = 'http.ListenAndServe(":8765", http.HandlerFunc(handler))'
    assert listener(tmp_path, f"func main() {{\n\t{upgrades}\n\t{serves}\n}}\n").speaks == "websocket"
    both = upgrades.replace("{ c, _", '{ if r.URL.Path == "/h" { w.WriteHeader(204); return }; c, _')
    assert listener(tmp_path, f"func main() {{\n\t{both}\n\t{serves}\n}}\n").speaks == "both"


ROUTES = """\
package server

import (
	"net/http"
	"github.com/go-chi/chi/v5"
	"github.com/gorilla/websocket"
)

var up = websocket.Upgrader{}

func live(w http.ResponseWriter, r *http.Request) { c, _ := up.Upgrade(w, r, nil); c.Close() }

func Routes() http.Handler {
	r := chi.NewRouter()
	r.Get("/ws", live)
	PLACE
	return r
}
"""
MAIN = """\
package main

import (
	"net/http"
	"app/server"
)

func main() { PLACE }
"""
CHECK = 'r.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })'


@pytest.mark.parametrize(
    ("main", "more", "speaks"),
    [
        ('http.ListenAndServe(":8765", server.Routes())', CHECK, "both"),
        ('http.ListenAndServe(":8765", server.Routes())', "", "websocket"),
        ('h := server.Routes(); http.ListenAndServe(":8765", h)', CHECK, "both"),
        ('s := &http.Server{Addr: ":8765", Handler: server.Routes()}; s.ListenAndServe()', CHECK, "both"),
    ],
)
def test_a_router_that_another_package_builds(tmp_path: Path, main: str, more: str, speaks: str) -> None:
    files = repository(
        tmp_path,
        {
            "go.mod": "module app\n",
            "cmd/main.go": MAIN.replace("PLACE", main),
            "server/routes.go": ROUTES.replace("PLACE", more),
        },
    )
    (found,) = inspect("go", "cmd/main.go", files).listeners
    assert (found.port, found.speaks) == (8765, speaks)


@pytest.mark.parametrize(
    ("registers", "speaks"),
    [
        ("server.Register(mux)", "both"),
        ("pprof.Register(mux)", "both"),
        ("", "websocket"),
    ],
)
def test_a_router_that_is_handed_on(tmp_path: Path, registers: str, speaks: str) -> None:
    body = f'mux := http.NewServeMux(); mux.HandleFunc("/ws", live); {registers}; http.ListenAndServe(":8765", mux)'
    register = 'package server\n\nfunc Register(m *http.ServeMux) { m.HandleFunc("/healthz", ok) }\n'
    head = HEAD.replace('"fmt"', '"app/server"')
    files = repository(
        tmp_path,
        {"go.mod": "module app\n", "main.go": f"{head}func main() {{ {body} }}\n", "server/register.go": register},
    )
    (found,) = inspect("go", "main.go", files).listeners
    assert found.speaks == speaks


BARE = """\
package main

import (
	"flag"
	"net"
	"github.com/gobwas/ws"
)

var listen = flag.String("listen", ":8443", "address")

func main() {
	ln, _ := net.Listen("tcp", *listen)
	for {
		conn, _ := ln.Accept()
		go ws.Upgrade(conn)
	}
}
"""


def test_a_socket_that_is_upgraded_without_an_http_server(tmp_path: Path) -> None:
    (found,) = inspect("go", "main.go", repository(tmp_path, {"main.go": BARE})).listeners
    assert (found.port, found.speaks, found.framework) == (8443, "websocket", "gobwas/ws")


@pytest.mark.parametrize(
    ("body", "speaks"),
    [
        ('if !websocket.IsWebSocketUpgrade(r) { fmt.Fprintln(w, "ok"); return }', "both"),
        ('if r.URL.Path == "/up" { w.WriteHeader(http.StatusOK); return }', "both"),
        ('if r.Method != "GET" { w.WriteHeader(405); fmt.Fprint(w, "no"); return }', "websocket"),
        ('if r.Method != "GET" { http.Error(w, "no", 405); return }', "websocket"),
        ("w, _ := c.NextWriter(1); w.Write(nil)", "websocket"),
    ],
)
def test_a_handler_that_answers_plain_http_as_well(tmp_path: Path, body: str, speaks: str) -> None:
    text = f"""package main

import (
	"fmt"
	"net/http"

	"github.com/gorilla/websocket"
)

var up websocket.Upgrader

type hub struct{{}}

func (h *hub) ServeHTTP(w http.ResponseWriter, r *http.Request) {{
	{body}
	c, _ := up.Upgrade(w, r, nil)
	defer c.Close()
}}

func main() {{
	http.ListenAndServe(":8765", &hub{{}})
}}
"""
    found = inspect("go", "main.go", repository(tmp_path, {"main.go": text}))
    assert [one.speaks for one in found.listeners] == [speaks]


@pytest.mark.parametrize(
    ("body", "speaks"),
    [
        ('r := mux.NewRouter(); r.HandleFunc("/ws", live); r.PathPrefix("/").Handler(files())', "both"),
        ('r := mux.NewRouter(); r.PathPrefix("/ws").Handler(http.HandlerFunc(live))', "websocket"),
        ('r := gin.New(); g := r.Group("/rt"); g.GET("/ws", live); r.GET("/healthz", page)', "both"),
        ('r := gin.New(); g := r.Group("/rt"); g.GET("/ws", live)', "websocket"),
        ('r := gin.New(); r = r.Group("/rt"); r.GET("/ws", live)', "websocket"),
    ],
)
def test_chained_and_grouped_routes(tmp_path: Path, body: str, speaks: str) -> None:
    text = f'func main() {{ {body}; http.ListenAndServe(":8765", r) }}'
    assert listener(tmp_path, text).speaks == speaks


BROKER = """\
package pulse

import (
	"net/http"
	"github.com/coder/websocket"
)

type Broker struct{}
type Pages struct{}

func NewBroker() (*Broker, error) { return &Broker{}, nil }
func NewPages() *Pages { return &Pages{} }
func (b *Broker) Attach(w http.ResponseWriter, r *http.Request) { websocket.Accept(w, r, nil) }
func (p *Pages) Attach(w http.ResponseWriter, r *http.Request) { w.Write([]byte("page")) }
"""


@pytest.mark.parametrize(
    ("made", "speaks"),
    [
        ("broker, _ := pulse.NewBroker()", "websocket"),
        ("broker := &pulse.Broker{}", "websocket"),
        ("var broker pulse.Broker", "websocket"),
        ("broker := pulse.NewPages()", "both"),
        ("broker := pulse.Unknown()", "both"),
        ("broker := other()", "both"),
    ],
)
def test_a_method_of_what_another_package_makes(tmp_path: Path, made: str, speaks: str) -> None:
    main = (
        'package main\n\nimport (\n\t"net/http"\n\t"ex/internal/pulse"\n)\n\nfunc main() {\n'
        f'\t{made}\n\thttp.ListenAndServe(":8765", http.HandlerFunc(broker.Attach))\n}}\n'
    )
    files = {"go.mod": "module ex\n", "main.go": main, "internal/pulse/pulse.go": BROKER}
    (found,) = inspect("go", "main.go", repository(tmp_path, files)).listeners
    assert found.speaks == speaks


TWO_ROUTERS = """\
func main() {
	go func() {
		mux := http.NewServeMux()
		mux.HandleFunc("/live", live)
		http.ListenAndServe(":8765", mux)
	}()
	var mux = http.NewServeMux()
	mux.HandleFunc("/page", page)
	more(mux)
	http.ListenAndServe(":8000", logged(mux))
}
func more(m *http.ServeMux) { m.HandleFunc("/more", page) }
func logged(next http.Handler) http.Handler { return next }
"""


def test_routers_of_the_same_name_in_different_functions(tmp_path: Path) -> None:
    other = 'package main\nimport "net/http"\nfunc API() http.Handler { mux := http.NewServeMux()\n'
    other += 'mux.HandleFunc("/rooms", page)\nreturn mux\n}\n'
    files = {"main.go": HEAD + TWO_ROUTERS, "api.go": other}
    found = inspect("go", "main.go", repository(tmp_path, files)).listeners
    assert [(one.port, one.speaks, one.paths) for one in found] == [(8765, "websocket", ("/live",)), (8000, "http", ())]


@pytest.mark.parametrize(
    ("body", "speaks"),
    [
        (('var mux = http.NewServeMux()\nfunc init() { mux.HandleFunc("/", page) }\n'
         'func main() { mux.HandleFunc("/live", live); http.ListenAndServe(":8765", mux) }'), "both"),
        (('func main() { mux := http.NewServeMux(); mux.HandleFunc("/live", live); serve(mux) }\n'
         'func serve(mux *http.ServeMux) { mux.HandleFunc("/", page); http.ListenAndServe(":8765", mux) }'), "both"),
        (('func main() { mux := http.NewServeMux(); func() { mux.HandleFunc("/", page) }(); '
         'mux.HandleFunc("/live", live); http.ListenAndServe(":8765", mux) }'), "both"),
        (('func main() { r := mux.NewRouter(); api := r.Group("/api"); api.HandleFunc("/live", live); '
         'http.ListenAndServe(":8765", r) }\nfunc other() { api := New(); api.HandleFunc("/x", page) }'), "websocket"),
    ],
)  # fmt: skip
def test_whose_a_router_is(tmp_path: Path, body: str, speaks: str) -> None:
    assert listener(tmp_path, body).speaks == speaks


@pytest.mark.parametrize(
    ("more", "handler", "speaks"),
    [
        ("type app struct { hub *Hub }\n", "a.hub", "websocket"),
        ("type app struct { hub http.Handler }\nfunc make() *app { return &app{hub: &Hub{}} }\n", "a.hub", "websocket"),
        ("func NewHub() *Hub { return &Hub{} }\nvar hub = NewHub()\n", "hub", "websocket"),
        ("type app struct { hub *Page }\n", "a.hub", "both"),
        ("type app struct { hub *Hub }\ntype other struct { hub *Page }\n", "a.hub", "both"),
        ("type app struct { hub http.Handler }\n", "a.hub", "both"),
    ],
)
def test_a_handler_that_a_field_or_variable_holds(tmp_path: Path, more: str, handler: str, speaks: str) -> None:
    types = (
        "type Hub struct{}\nfunc (h *Hub) ServeHTTP(w http.ResponseWriter, r *http.Request) { live(w, r) }\n"
        "type Page struct{}\nfunc (p *Page) ServeHTTP(w http.ResponseWriter, r *http.Request) { page(w, r) }\n"
    )
    main = f'func main() {{ s := &http.Server{{Addr: ":8765", Handler: {handler}}}; s.ListenAndServe() }}\n'
    assert listener(tmp_path, types + more + main).speaks == speaks


CLOSURE = """func main() {
	hub := newHub()
	admin := http.NewServeMux()
	admin.HandleFunc("GET /metrics", hub.metrics)
	go http.ListenAndServe(":7301", admin)
	server := &http.Server{Addr: ":7300", Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		%s
	})}
	server.ListenAndServe()
}
"""


@pytest.mark.parametrize(
    ("body", "speaks"),
    [
        ("c, _ := up.Upgrade(w, r, nil); hub.serve(r.URL.Path, c)", "websocket"),
        ('if r.URL.Path != "/ws" { fmt.Fprint(w, "hello"); return }; up.Upgrade(w, r, nil)', "both"),
        ('if r.URL.Path == "/ws" { up.Upgrade(w, r, nil); return }; admin.ServeHTTP(w, r)', "http"),
    ],
)
def test_a_function_that_upgrades_where_it_is_served(tmp_path: Path, body: str, speaks: str) -> None:
    files = repository(tmp_path, {"main.go": HEAD + CLOSURE % body})
    found = {each.port: each.speaks for each in inspect("go", "main.go", files).listeners}
    assert found == {7300: speaks, 7301: "http"}


def _package(name: str, body: str) -> str:
    return (
        f'package {name}\nimport ("net/http"\n"github.com/gorilla/websocket")\nvar up websocket.Upgrader\n'
        f"type Server struct{{}}\nfunc New() *Server {{ return &Server{{}} }}\n{body}\n"
        "func (s *Server) Run(addr string) error { return http.ListenAndServe(addr, http.HandlerFunc(s.serve)) }\n"
    )


@pytest.mark.parametrize(
    "main",
    [
        'func main() { go push.New().Run(":8765"); api.New().Run(":8000") }',
        'func main() { p := push.New(); a := api.New(); go p.Run(":8765"); a.Run(":8000") }',
        'func main() { p := &push.Server{}; go p.Run(":8765"); (&api.Server{}).Run(":8000") }',
    ],
)
def test_methods_of_the_same_name_in_two_packages(tmp_path: Path, main: str) -> None:
    files = {
        "go.mod": "module ex\n",
        "main.go": f'package main\nimport ("ex/api"\n"ex/push")\n{main}\n',
        "api/api.go": _package(
            "api", "func (s *Server) serve(w http.ResponseWriter, r *http.Request) { w.Write(nil) }"
        ),
        "push/push.go": _package(
            "push", "func (s *Server) serve(w http.ResponseWriter, r *http.Request) { up.Upgrade(w, r, nil) }"
        ),
    }
    known = repository(tmp_path, files)
    assert [one.port for one in inspect("go", "push/push.go", known).listeners] == [8765]
    assert [one.port for one in inspect("go", "api/api.go", known).listeners] == [8000]
