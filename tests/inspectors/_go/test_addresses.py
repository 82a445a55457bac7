# ruff: noqa: E501, ISC004
"""Where servers listen in small Go projects, each with its address from elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors import declared

HEAD = """\
package NAME

import (
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"

	"github.com/gorilla/websocket"
)

var up = websocket.Upgrader{}

func live(w http.ResponseWriter, r *http.Request) { c, _ := up.Upgrade(w, r, nil); c.Close() }
func page(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "hello") }

"""
SERVES = 'http.HandleFunc("/ws", live); http.ListenAndServe'
CLI = """\
func main() {
	app := &cli.App{
		Flags:  []cli.Flag{&cli.StringFlag{Name: "listen", Value: ":8765", EnvVars: []string{"LISTEN"}}},
		Action: run,
	}
	app.Run(os.Args)
}
"""
YAML = """\
type Config struct {
	Server ServerConfig `yaml:"server"`
	DB     DBConfig     `yaml:"db"`
}
type ServerConfig struct {
	Port int `yaml:"port"`
}
type DBConfig struct {
	Port int `yaml:"port"`
}
func load() *Config { return read("etc/app.yml") }
"""
TAGS = """\
type DB struct {
	Port string `env:"DB_PORT" envDefault:"5432"`
}
type Server struct {
	Port string `env:"PORT" SERVER`
}
type Config struct {
	Server Server
	DB     DB
}
"""
PACKAGE = """\
type Server struct{ addr string }
func New(addr string) *Server { return &Server{addr: addr} }
func (s *Server) Start() error {
	m := http.NewServeMux()
	m.HandleFunc("/ws", live)
	return http.ListenAndServe(s.addr, m)
}
"""
SETTINGS = "server:\n  port: 8765\ndb:\n  port: 5432\n"
COMPOSE = 'services:\n  ws:\n    build: .\n    command: ["/app", "-addr", ":9000"]\n'
MODULE = "module example.com/app\n"

Found = set[tuple[int | None, str]]


def listening(tmp_path: Path, main: str, files: dict[str, str]) -> Found:
    whole = {"go.mod": MODULE, "main.go": HEAD.replace("NAME", "main") + main, **files}
    found = declared(repository(tmp_path, whole), processes=1).listeners
    return {(one.port, one.speaks) for one in found}


@pytest.mark.parametrize(
    ("main", "files", "port"),
    [
        (f'var a string\nfunc init() {{ flag.StringVar(&a, "addr", ":8765", "x") }}\nfunc main() {{ {SERVES}(a, nil) }}', {}, 8765),
        (f'var a = flag.String("addr", ":8765", "x")\nfunc main() {{ {SERVES}(*a, nil) }}', {"compose.yaml": COMPOSE}, 9000),
        (f'{CLI}func run(c *cli.Context) error {{ {SERVES}(c.String("listen"), nil); return nil }}', {}, 8765),
        (f'{CLI}func run(c *cli.Context) error {{ {SERVES}(c.String("listen"), nil); return nil }}', {".env": "LISTEN=:9000\n"}, 9000),
        (f'{CLI}func run(c *cli.Context) error {{ {SERVES}(c.String("other"), nil); return nil }}', {}, None),
        (f'var a = kingpin.Flag("listen", "h").Default(":8765").String()\nfunc main() {{ {SERVES}(*a, nil) }}', {}, 8765),
        (f'var a = kingpin.Flag("l", "h").Envar("L").Default(":8765").String()\nfunc main() {{ {SERVES}(*a, nil) }}', {".env": "L=:9000\n"}, 9000),
        (f'var p int\nfunc init() {{ root.Flags().IntVarP(&p, "port", "p", 8765, "x") }}\nfunc main() {{ {SERVES}(fmt.Sprintf(":%d", p), nil) }}', {}, 8765),
        (f'func main() {{ {SERVES}(":"+viper.GetString("server.port"), nil) }}', {"config.yaml": SETTINGS}, 8765),
        (f'func main() {{ viper.SetDefault("ws.port", 8765); {SERVES}(fmt.Sprintf(":%d", viper.GetInt("ws.port")), nil) }}', {}, 8765),
        (f'func main() {{ viper.SetDefault("ws.port", 8765); {SERVES}(":"+viper.GetString("ws.port"), nil) }}', {".env": "WS_PORT=9000\n"}, 9000),
        (f'{YAML}func main() {{ cfg := load(); {SERVES}(fmt.Sprintf(":%d", cfg.Server.Port), nil) }}', {"etc/app.yml": SETTINGS}, 8765),
        (f'{TAGS}func main() {{ var cfg Config; {SERVES}(":"+cfg.Server.Port, nil) }}'.replace(" SERVER", ""), {}, None),
        (f'{TAGS}func main() {{ var cfg Config; {SERVES}(":"+cfg.Server.Port, nil) }}'.replace("SERVER", 'default:"8765"'), {}, 8765),
        ('func main() { s := newServer(); s.ListenAndServe() }\nfunc newServer() *http.Server { return &http.Server{Addr: ":8765", Handler: http.HandlerFunc(live)} }', {}, 8765),
        ('func main() { s := http.Server{}; s.Addr = ":8765"; s.Handler = http.HandlerFunc(live); s.ListenAndServe() }', {}, 8765),
        ('func main() { (&http.Server{Addr: ":8765", Handler: http.HandlerFunc(live)}).ListenAndServe() }', {}, 8765),
        ('func main() { ln, _ := net.Listen("tcp", ":8765"); s := &http.Server{Handler: http.HandlerFunc(live)}; s.Serve(ln) }', {}, 8765),
        ('func main() { ln, _ := open(":8765"); http.Serve(ln, http.HandlerFunc(live)) }\nfunc open(a string) (net.Listener, error) { return net.Listen("tcp", a) }', {}, 8765),
        (f'func main() {{ a := ":8765"; if v := os.Getenv("ADDR"); v != "" {{ a = v }}; {SERVES}(a, nil) }}', {}, 8765),
        (f'func number(k string, d int) int {{ v, err := strconv.Atoi(os.Getenv(k)); if err != nil {{ return d }}; return v }}\nfunc main() {{ {SERVES}(fmt.Sprintf(":%d", number("P", 8765)), nil) }}', {}, 8765),
        (f'type c struct{{}}\nvar cfg c\nfunc (c) Port() string {{ return "8765" }}\nfunc main() {{ {SERVES}(net.JoinHostPort("", cfg.Port()), nil) }}', {}, 8765),
        (f'type Conf struct {{\n\tListen string `json:"listen_addr"`\n}}\nfunc main() {{ var c Conf; read("conf.json", &c); {SERVES}(c.Listen, nil) }}', {"conf.json": '{"listen_addr": "0.0.0.0:8765"}'}, 8765),
        (f'var CLI struct {{\n\tPort string `name:"port" default:"8765"`\n}}\nfunc main() {{ {SERVES}(":"+CLI.Port, nil) }}', {}, 8765),
        (f"func main() {{ {SERVES}(os.Args[1], nil) }}", {}, None),
        ('func serve(a string) { http.ListenAndServe(a, http.HandlerFunc(live)) }\nfunc main() { serve(os.Args[1]) }', {}, None),
    ],
)  # fmt: skip
def test_where_an_address_comes_from(tmp_path: Path, main: str, files: dict[str, str], port: int | None) -> None:
    assert listening(tmp_path, main, files) == {(port, "websocket")}


@pytest.mark.parametrize(
    ("main", "files", "expected"),
    [
        (
            "func serve(addr string, h http.Handler) { http.ListenAndServe(addr, h) }\nfunc main() { m := "
            'http.NewServeMux(); m.HandleFunc("/", page); go serve(":8080", m); serve(":8765", http.HandlerFunc(live)) }',
            {},
            {(8080, "http"), (8765, "websocket")},
        ),
        (
            'func main() { srv.New(":8765").Start() }',
            {
                "srv/srv.go": HEAD.replace("NAME", "srv") + PACKAGE,
                "main.go": 'package main\nimport "example.com/app/srv"\nfunc main() { srv.New(":8765").Start() }\n',
            },
            {(8765, "websocket")},
        ),
        (
            "",
            {
                "srv/srv.go": HEAD.replace("NAME", "srv") + PACKAGE,
                "main.go": 'package main\nimport "example.com/app/srv"\nfunc main() { srv.New(":1").Start(); srv.New(":2").Start() }\n',
            },
            {(None, "websocket")},
        ),
        (
            "",
            {
                "main.go": HEAD.replace("NAME", "chat") + f"func Run(addr string) {{ {SERVES}(addr, nil) }}\n",
                "cmd/chat/main.go": 'package main\nimport chat "example.com/app"\nfunc main() { chat.Run(":8765") }\n',
                "cmd/chat/main_test.go": 'package main\nimport chat "example.com/app"\nfunc f() { chat.Run(":1") }\n',
            },
            {(8765, "websocket")},
        ),
        (
            'func main() { r := setup(); r.Run(":8765") }\nfunc setup() *gin.Engine { r := gin.New(); r.GET("/ws", '
            'func(c *gin.Context) { live(c.Writer, c.Request) }); r.GET("/healthz", ok); return r }',
            {},
            {(8765, "both")},
        ),
        ('func main() { ln, _ := net.Listen("tcp", ":9000"); g := grpc.NewServer(); g.Serve(ln) }', {}, set()),
        ('func main() { s := gws.NewServer(&handler{}, nil); s.Run(":8765") }', {}, {(8765, "websocket")}),
        ('func main() { job.Run(":8765"); timer.Start(":8766") }', {}, set()),
    ],
)
def test_who_serves(tmp_path: Path, main: str, files: dict[str, str], expected: Found) -> None:
    assert listening(tmp_path, main, files) == expected
