# ruff: noqa: E501
"""Addresses that small Go servers get from fields of structs, options, callers and servers that are made elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors._go.test_addresses import HEAD, MODULE, SERVES
from tests.inspectors.helpers import repository
from wsdoctor.inspectors import declared

CONFIG = """\
type Base struct {
	Port string `yaml:"port" default:"8765"`
}
type Config struct {
	Server Base `yaml:"server"`
	Other  Rest `yaml:"other"`
}
type Rest struct {
	Port string `yaml:"port" default:"5432"`
}
"""
SETTINGS = "server:\n  port: 8766\nother:\n  port: 5433\n"
HANDLER = "http.HandlerFunc(live)"


def ports(tmp_path: Path, code: str, files: dict[str, str] | None = None) -> set[int | None]:
    """Return the ports on which a server listens."""
    whole = {"go.mod": MODULE, "main.go": HEAD.replace("NAME", "main") + code, **(files or {})}
    return {one.port for one in declared(repository(tmp_path, whole), processes=1).listeners}


@pytest.mark.parametrize(
    ("code", "address", "expected"),
    [
        ("func load() (*Config, error) { return read() }", 'load().Server.Port', 8765),
        ("func load() Config { return read() }", 'load().Other.Port', 5432),
        ("func load() { read() }", "load().Server.Port", 8765),
        ("", "absent().Server.Port", 8765),
        ("", "(&Config{}).Server.Port", 8765),
        ("", "Config{}.Other.Port", 5432),
        ("var cfg = &Config{}", "cfg.Other.Port", 5432),
        ("var cfg Config", "cfg.Server.Port", 8765),
        ("var other, cfg Config", "cfg.Server.Port", 8765),
        ("var cfg = load()\nfunc load() *Config { return read() }", "cfg.Server.Port", 8765),
        ("func use(cfg *Config) { s := cfg.Server; http.HandleFunc(\"/ws\", live); http.ListenAndServe(\":\" + s.Port, nil) }", "", 8765),
        ("func use() { var cfg = Config{}; http.HandleFunc(\"/ws\", live); http.ListenAndServe(\":\" + cfg.Server.Port, nil) }", "", 8765),
        ("var all map[string]Config", 'all["a"].Server.Port', 8765),
        ("var a = b.X\nvar b = a.X", "a.Server.Port", 8765),
        ("type Alone struct {\n\tListen string\n}\nfunc f() { g(&Alone{Listen: \"8765\"}) }", "unknown.Listen", 8765),
        ("type A struct {\n\tListen string\n}\nfunc f() { g(&A{Listen: \"1\"}, &A{Listen: \"2\"}) }", "unknown.Listen", None),
        ("type A struct {\n\tListen string\n}\nvar a A\nfunc f() { g(&B{Listen: \"1\"}, &A{Listen: \"8765\"}) }", "a.Listen", 8765),
        ("type A struct {\n\tListen string\n}\nvar a A\nfunc f() { a.Other, a.Listen = \"1\", \"8765\" }", "a.Listen", 8765),
        ("type A struct {\n\tListen string\n}\nvar a A\nfunc f() { flag.StringVar(&a.Listen, \"l\", \"8765\", \"x\") }", "a.Listen", 8765),
        ("type A struct {\n\tListen string\n}\nvar a A\n// Listen: is said here, and Listen = there\n", "a.Listen", None),
        ("type A struct {\n\tListen string\n}\nvar a A\nfunc f() { g(map[string]string{\"x\": Listen}) }", "a.Listen", None),
    ],
)  # fmt: skip
def test_fields(tmp_path: Path, code: str, address: str, expected: int | None) -> None:
    main = f'func main() {{ {SERVES}(":" + {address}, nil) }}' if address else "func main() {}"
    assert ports(tmp_path, f"{CONFIG}{code}\n{main}\n") == {expected}


@pytest.mark.parametrize(
    ("address", "files", "expected"),
    [
        ("cfg.Server.Port", {"etc/app.yml": SETTINGS}, 8766),
        ("cfg.Other.Port", {"etc/app.yml": SETTINGS}, 5433),
        ("cfg.Server.Port", {"etc/app.yml": "port: 1\n"}, 8765),
        ("cfg.Env", {".env": "LISTEN=8767\n"}, 8767),
        ("cfg.Flag", {"Dockerfile": 'FROM scratch\nCMD ["/app", "--listen", "8768"]\n'}, 8768),
        ("cfg.Flag", {}, 8769),
    ],
)
def test_what_sets_fields_by_their_tags(tmp_path: Path, address: str, files: dict[str, str], expected: int) -> None:
    more = '\tEnv  string `env:"LISTEN"`\n\tFlag string `long:"listen" default:"8769"`\n}\ntype Rest'
    code = CONFIG.replace("}\ntype Rest", more)
    main = f'func main() {{ var cfg Config; read("etc/app.yml", &cfg); {SERVES}(":" + {address}, nil) }}\n'
    assert ports(tmp_path, code + main, files) == {expected}


@pytest.mark.parametrize(
    ("code", "address", "files", "expected"),
    [
        ("", '*kingpin.Flag("listen", "h").Default(":8765").String()', {}, 8765),
        ("", '*kingpin.Flag("listen", "h").Default(":1").String()', {"Procfile": "web: bin/app --listen :8765\n"}, 8765),
        ("", '*kingpin.Flag("listen", "h").Envar("L").String()', {}, None),
        ("var a string\nfunc init() { root.Flags().StringVar(&a, \"addr\", \":8765\", \"x\") }", 'viper.GetString("addr")', {}, 8765),
        ("var a = pflag.String(\"addr\", \":8765\", \"x\")", 'viper.GetString("addr")', {}, 8765),
        ("var a = log.With(\"addr\", \":1\")", 'viper.GetString("addr")', {}, None),
        ("var a = log.String(\"addr\")", 'viper.GetString("addr")', {}, None),
        ("func f() { s := \"addr\"; use(s) }", 'viper.GetString("addr")', {}, None),
        ("var m = map[string]string{\"addr\": \":1\"}", 'viper.GetString("addr")', {}, None),
        ("var m = &cli.StringFlag{Usage: \"addr\", Value: \":1\"}", 'c.String("addr")', {}, None),
        ("var m = &cli.StringFlag{Name: \"addr\", Value: \":8765\"}", 'c.String("addr")', {}, 8765),
        ("var m = &cli.StringFlag{Name: \"addr\", EnvVars: []string{\"LISTEN\"}}", 'c.String("addr")', {".env": "LISTEN=:8765\n"}, 8765),
        ("var m = &cli.StringFlag{Name: \"addr\", EnvVars: []string{\"LISTEN\"}}", 'c.String("addr")', {}, None),
        ("var m = &cli.StringFlag{Name: \"addr\"}", 'c.String("addr")', {}, None),
        ("var m = &cli.StringFlag{Name: \"addr\"}", 'c.String("addr")', {"Procfile": "web: bin/app --addr :8765\n"}, 8765),
        ("var a string\nfunc init() { set.Var(&a, \"addr\", \"x\") }", "a", {}, None),
        ("var a string\nfunc init() { fooVar(&a, \":1\", \":2\") }", "a", {}, None),
    ],
)  # fmt: skip
def test_options(tmp_path: Path, code: str, address: str, files: dict[str, str], expected: int | None) -> None:
    assert ports(tmp_path, f"{code}\nfunc main() {{ {SERVES}({address}, nil) }}\n", files) == {expected}


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f'func main() {{ l, _ := net.Listen("tcp", ":8765"); s := http.Server{{}}; s.Handler = {HANDLER}; s.Serve(l) }}', {8765}),
        (f'func main() {{ l, _ := net.ListenTCP("tcp", nil); http.Serve(l, {HANDLER}) }}', {None}),
        (f'func main() {{ l, _ := net.Listen("tcp", addr); http.Serve(l, {HANDLER}) }}\nconst addr = ":8765"', {8765}),
        (f'func main() {{ l, _ := tls.Listen("tcp", ":8765", cfg); http.Serve(l, {HANDLER}) }}', {8765}),
        (f'func main() {{ http.Serve(sockets[0], {HANDLER}) }}', {None}),
        (f'func open() net.Listener {{ return nil }}\nfunc main() {{ l := open(); http.Serve(l, {HANDLER}) }}', {None}),
        (f'func main() {{ l, _ = net.Listen("tcp", ":8765"); serve() }}\nvar l net.Listener\nfunc serve() {{ http.Serve(l, {HANDLER}) }}', {8765}),
        (f'func main() {{ s := &http.Server{{Handler: {HANDLER}, Addr: ":8765"}}; s.ListenAndServeTLS("c", "k") }}', {8765}),
        (f'func main() {{ s := &http.Server{{Handler: {HANDLER}}}; s.ListenAndServe() }}', set()),
        ('func main() { s.ListenAndServe() }', set()),
        (f'var a = &http.Server{{Addr: ":8765", Handler: {HANDLER}}}\nvar b = &http.Server{{Addr: ":1"}}\nfunc main() {{ a.ListenAndServe() }}', {8765}),
        ('var a = &http.Server{Addr: ":1"}\nvar b = &http.Server{Addr: ":2"}\nfunc main() { c.ListenAndServe() }', set()),
        ('func main() { fasthttp.ListenAndServe(":8765", page) }', {8765}),
        ('func main() { r := build(); r.Run(":8765") }\nfunc build() *http.ServeMux { return nil }', set()),
        ('func main() { r := build(); r.GET("/", page); r.Run(":8765") }\nfunc build() *gin.Engine { return nil }', {8765}),
        ('func main() { routers[0].Run(":1") }', set()),
        ('type app struct{ e *echo.Echo }\nfunc (a *app) run() { a.e.GET("/", page); a.e.Start(":8765") }', {8765}),
    ],
)  # fmt: skip
def test_servers(tmp_path: Path, code: str, expected: set[int | None]) -> None:
    assert ports(tmp_path, f"{code}\n") == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f'func serve(_ int, a string) {{ {SERVES}(a, nil) }}\nfunc main() {{ serve(1, ":8765") }}', 8765),
        (f'func serve(a string, more ...int) {{ {SERVES}(a, nil) }}\nfunc main() {{ serve(":8765", 1) }}', 8765),
        (f'func serve(int, string) {{ {SERVES}(":8765", nil) }}\nfunc main() {{ serve(1, "x") }}', 8765),
        (f'func serve(a string) {{ {SERVES}(a, nil) }}\nfunc main() {{ serve(":8765"); other.serve(":1"); serve(":2", 1) }}', 8765),
        (f'func serve(a string) {{ {SERVES}(a, nil) }}\n// serve(":1")\nfunc main() {{ log("serve(x)"); serve(":8765") }}', 8765),
        (f'type s struct{{}}\nfunc (s) Serve(a string) {{ {SERVES}(a, nil) }}\nfunc main() {{ s{{}}.Serve(":8765"); fmt.Serve(":1") }}', 8765),
        (f'func serve(a string) {{ {SERVES}(a, nil) }}\nfunc main() {{ ' + 'serve(":8765"); ' * 20 + "}", 8765),
    ],
)  # fmt: skip
def test_callers(tmp_path: Path, code: str, expected: int) -> None:
    assert ports(tmp_path, f"{code}\n") == {expected}


def test_a_package_that_only_speaks_of_another_calls_nothing_of_it(tmp_path: Path) -> None:
    files = {
        "srv/srv.go": HEAD.replace("NAME", "srv") + f"func Run(a string) {{ {SERVES}(a, nil) }}\n",
        "main.go": 'package main\nimport "example.com/app/srv"\nfunc main() { srv.Run(":8765") }\n',
        "two/two.go": 'package two\nimport "example.com/other/srv"\nfunc f() { srv.Run(":1") }\n',
        "two/more.go": "package two\n",
        "two/rest.go": "package two\n",
    }
    assert ports(tmp_path, "", files) == {8765}
