"""Requests that Go code sends, and checks that it has made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from wsdoctor.model.traffic import Caller

HEAD = """\
package main

import (
	"fmt"
	"net/http"
)

"""
FIRST = HEAD.count("\n") + 1


def callers(tmp_path: Path, body: str, name: str = "cmd/main.go", **files: str) -> list[Caller]:
    return inspect("go clients", name, repository(tmp_path, {name: HEAD + body, **files})).callers


@pytest.mark.parametrize(
    ("call", "method", "path"),
    [
        ('http.Get("http://localhost:8765/x")', "GET", "/x"),
        ('http.Post(fmt.Sprintf("http://%s:%d/x", "h", 8765), "t", nil)', "POST", "/x"),
        ('http.NewRequest("PUT", base+"/x", nil)', "PUT", "/x"),
        ('http.NewRequestWithContext(ctx, http.MethodDelete, base+"/x", nil)', "DELETE", "/x"),
        ('client.Head("https://localhost:8765/x")', "HEAD", "/x"),
    ],
)
def test_requests(tmp_path: Path, call: str, method: str, path: str) -> None:
    body = f'const base = "http://localhost:8765"\nfunc work() {{ {call} }}\n'
    (found,) = callers(tmp_path, body)
    assert (found.kind, found.method, found.path, found.to.port) == ("client-code", method, path, 8765)
    assert found.product == "go"


def test_checks_and_what_goes_nowhere_known(tmp_path: Path) -> None:
    (check,) = callers(tmp_path, 'func healthy() { http.Get("http://localhost:8765/x") }\n')
    assert check.kind == "client-code"
    none = 'func f() { http.Get(url); http.Get("https://example.com/x"); http.NewRequest("GET") }\n// http.Get("http://h:1")\n'
    assert callers(tmp_path, none) == []


def placed(
    tmp_path: Path, body: str, name: str = "cmd/main.go", **files: str
) -> list[tuple[int, int | None, str | None]]:
    """Return line from the first of the body on, port and path of each request."""
    found = callers(tmp_path, body, name, **files)
    return [(one.location.line - FIRST + 1, one.to.port, one.path) for one in found]


UP = 'func up(port int) { http.Get(fmt.Sprintf("http://h:%d/x", port)) }\n'


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('func up(c *http.Client) { c.Get("http://h:8765/x") }\n', [(1, 8765, "/x")]),
        ('const u = "http://h:8765/x"\nvar hc = http.Client{}\nfunc up() { hc.Get(u) }\n', [(3, 8765, "/x")]),
        ('const u = "http://h:8765/x"\nfunc up(doer *http.Client) { doer.Head(u) }\n', [(2, 8765, "/x")]),
        ('const u = "http://h:8765/x"\nfunc up() { cache.Get(u) }\n', []),
        ('func up() { r.Header.Get("Content-Type") }\nvar c http.Client\n', []),
        (('import "net/url"\nfunc up() {\n\tu := url.URL{Scheme: "http", Host: "h:8765", Path: "/x"}\n'
         "\thttp.Get(u.String())\n}\n"), [(4, 8765, "/x")]),
        ('func up() {\n\tu := url.URL{Path: "/x"}\n\thttp.Get(u.String())\n}\n', []),
        ('func up() { resty.New().SetBaseURL("http://h:8765").R().Get("/x") }\n', [(1, 8765, "/x")]),
        ('func up() { resty.New().R().Get("http://h:8765/x") }\n', [(1, 8765, "/x")]),
        ('func up() { a.SetBaseURL("http://h:1/"); b.SetBaseURL("http://h:2/"); resty.New().R().Get("/x") }\n', []),
        ('func up() { fasthttp.Get(nil, "http://h:8765/x"); fasthttp.Get(nil) }\n', [(1, 8765, "/x")]),
        ('func up() { req := fasthttp.AcquireRequest(); req.SetRequestURI("http://h:8765/x") }\n', [(1, 8765, "/x")]),
        (UP + "func main() { up(8765) }\n",
         [(1, 8765, "/x")]),
        (UP + "func main() {\n\tup(5000)\n\tup(8765)\n}\n",
         [(3, 5000, "/x"), (4, 8765, "/x")]),
        ((UP + "func main() {\n"
         "\tfor _, p := range []int{5000, 8765} {\n\t\tup(p)\n\t}\n}\n"), [(4, 5000, "/x"), (4, 8765, "/x")]),
        (UP, []),
    ],
)  # fmt: skip
def test_clients(tmp_path: Path, body: str, expected: list[tuple[int, int, str]]) -> None:
    assert placed(tmp_path, body) == expected


CALL = "func up() {\n\tfor ROUND {\n\t\thttp.Get(URL)\n\t}\n}\n"


@pytest.mark.parametrize(
    ("table", "round_", "url", "expected"),
    [
        ('var all = []string{\n\t"http://h:5000/x",\n\t"http://h:8765/x",\n}\n', "_, u := range all", "u",
         [(2, 5000, "/x"), (3, 8765, "/x")]),
        ('var all = map[string]string{\n\t"a": "http://h:5000/x",\n\t"b": "http://h:8765/x",\n}\n',
         "_, u := range all", "u", [(2, 5000, "/x"), (3, 8765, "/x")]),
        ("type s struct {\n\tname string\n\tport int\n}\nvar all = []s{{\"a\", 5000}, {\"b\", 8765}}\n",
         "_, u := range all", 'fmt.Sprintf("http://h:%d/x", u.port)', [(8, 5000, "/x"), (8, 8765, "/x")]),
        ("type s struct{ port int }\nvar all = []*s{&s{port: 8765}, {port: 8766}}\n", "_, u := range all",
         'fmt.Sprintf("http://h:%d/x", u.port)', [(5, 8765, "/x"), (5, 8766, "/x")]),
        ("", "_, u := range []struct{ port int }{{8765}}", 'fmt.Sprintf("http://h:%d/x", u.port)', [(3, 8765, "/x")]),
        ("var all = []int{8765}\n", "_, u := range all", 'fmt.Sprintf("http://h:%d/x", u)', [(4, 8765, "/x")]),
        ("", "_, u := range load()", "u", []),
        ("", "_, u := range all", "u", []),
        ("", "_, u := range []s{{1}, {b: 1}, {1, 2}}", 'fmt.Sprintf("http://h:%d/x", u.c)', []),
        ("type s struct{ a, b int }\n", "_, u := range []s{{1}, f(), 3}", 'fmt.Sprintf("http://h:%d/x", u.b)', []),
        ("", "i := 0; i < 3; i++", '"http://h:8765/x"', [(3, 8765, "/x")]),
    ],
)  # fmt: skip
def test_loops(tmp_path: Path, table: str, round_: str, url: str, expected: list[tuple[int, int, str]]) -> None:
    assert placed(tmp_path, table + CALL.replace("ROUND", round_).replace("URL", url)) == expected


def test_a_table_in_the_function(tmp_path: Path) -> None:
    body = 'func up() {\n\tall := []string{"http://h:8765/x"}\n\tfor _, u := range all {\n\t\thttp.Get(u)\n\t}\n}\n'
    assert placed(tmp_path, body) == [(4, 8765, "/x")]


def test_constants_of_another_package(tmp_path: Path) -> None:
    files = {"go.mod": "module app\n", "ports/ports.go": "package ports\n\nconst Live = 8765\n"}
    body = 'import "app/ports"\nfunc up(c *http.Client) { c.Get(fmt.Sprintf("http://h:%d/x", ports.Live)) }\n'
    assert placed(tmp_path, body, **files) == [(2, 8765, "/x")]


CHECK = """\
package registry

import "github.com/hashicorp/consul/api"

func Announce(host string, port int) error {
	return client.Agent().ServiceRegister(&api.AgentServiceRegistration{
		Check: &api.AgentServiceCheck{
			WHAT
			Interval: "15s",
		},
	})
}
"""


@pytest.mark.parametrize(
    ("what", "expected"),
    [
        ('HTTP: "http://h:8765/up",', [("health-check", 8765, "/up", 15.0)]),
        ('HTTP: fmt.Sprintf("http://%s:%d/", host, port),', [("health-check", 8765, "/", 15.0)]),
        ('TCP: "h:8765",', []),
    ],
)
def test_checks_that_consul_is_told_of(tmp_path: Path, what: str, expected: list[tuple[str, int, str, float]]) -> None:
    files = {
        "go.mod": "module app\n",
        "registry/consul.go": CHECK.replace("WHAT", what),
        "cmd/main.go": 'package main\n\nimport "app/registry"\n\nfunc main() { registry.Announce("h", 8765) }\n',
    }
    found = inspect("go clients", "registry/consul.go", repository(tmp_path, files)).callers
    assert [(one.kind, one.to.port, one.path, one.period) for one in found] == expected
    assert all(one.location.line == 7 and one.user_agent == "Consul Health Check" for one in found)


def test_what_is_left_out(tmp_path: Path) -> None:
    body = 'func up() { http.Get("http://h:8765/x") }\n'
    assert callers(tmp_path, body, "cmd/main_test.go") == []
    assert callers(tmp_path, body, "examples/main.go") == []
    assert callers(tmp_path, "func up() { http.NewRequest(a) }\n") == []
