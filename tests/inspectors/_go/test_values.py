from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from wsdoctor.inspectors._go.files import package_files

HEAD = """\
package main

import (
	"example.com/chat/conf"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
)

func page(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, "hello") }
func init() { http.HandleFunc("/", page) }

"""
FILES = {
    "go.mod": "module example.com/chat\n",
    "tools/go.mod": "// no module\n",
    "conf/conf.go": 'package conf\n\nconst Addr = ":8765"\n\nvar Port = 8766\n\ntype Server struct {\n'
    '\tListen string `env:"LISTEN" envDefault:":8767"`\n\tPlain string `json:"plain"`\n\tBare string\n}\n',
    "conf/conf_test.go": 'package conf\n\nconst Late = ":1"\n',
    "helpers.go": 'package main\n\nfunc address() string {\n\tif dev {\n\t\treturn ""\n\t}\n\treturn ":8768"\n}\n\n'
    'func nothing() string { return other() }\n\nfunc silent() { return }\n\nvar shared = ":8769"\n\n'
    'type options struct{ Addr string }\n\nvar given = options{Addr: ":8770"}\n'
    '\nfunc setup(o *options) { o.Bind = ":8771" }\n',
    ".env": "WS_ADDR=:8772\nPORT=8773\n",
}


def ports(tmp_path: Path, body: str, **files: str) -> list[int | None]:
    whole = repository(tmp_path, {**FILES, "main.go": f"{HEAD}func main() {{\n{body}\n}}\n", **files})
    return [one.port for one in inspect("go", "main.go", whole).listeners]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('":8765"', 8765),
        ('(":8765")', 8765),
        ('":" + "8765"', 8765),
        ('"localhost:" + strconv.Itoa(8765)', 8765),
        ('":" + unknown', None),
        ("unknown + other", None),
        ("conf.Addr", 8765),
        ("conf.Late", None),
        ('fmt.Sprintf(":%d", conf.Port)', 8766),
        ('fmt.Sprintf("%%:%s", "8765")', 8765),
        ('fmt.Sprintf(":%d")', None),
        ("fmt.Sprintf(unknown, 1)", None),
        ('os.Getenv("WS_ADDR")', 8772),
        ('":" + os.Getenv("PORT")', 8773),
        ("os.Getenv(name)", None),
        ('os.Getenv("ABSENT")', None),
        ('net.JoinHostPort("", "8765")', 8765),
        ("net.JoinHostPort(host, port)", None),
        ('*flag.String("addr", ":8765", "where")', 8765),
        ('*flag.String("addr", "", ":8765")', None),
        ('*pflag.StringP("addr", "a", ":8765", "where")', 8765),
        ("ports[0]", None),
        ('*flag.String("addr")', None),
        ('cmp.Or(os.Getenv("ABSENT"), ":8765")', 8765),
        ('cmp.Or(os.Getenv("ABSENT"))', None),
        ('getEnv("WS_ADDR", ":1")', 8772),
        ('getEnv("ABSENT", ":8765")', 8765),
        ("address()", 8768),
        ("nothing()", None),
        ("silent()", None),
        ("absent()", None),
        ("pkg.address()", None),
        ("shared", 8769),
        ("given.Addr", 8770),
        ("o.Bind", 8771),
        ("server.Listen", 8767),
        ("server.Plain", None),
        ("server.Bare", None),
        ("server.Missing", None),
        ('func() string { return ":8765" }()', None),
    ],
)
def test_what_expressions_come_to(tmp_path: Path, expression: str, expected: int | None) -> None:
    assert ports(tmp_path, f"\thttp.ListenAndServe({expression}, nil)") == [expected]


def test_a_tag_names_the_variable_that_counts_first(tmp_path: Path) -> None:
    assert ports(tmp_path, "\thttp.ListenAndServe(server.Listen, nil)", **{".env": "LISTEN=:8774\n"}) == [8774]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('addr := ":8765"\nhttp.ListenAndServe(addr, nil)', 8765),
        ('var addr = ":8765"\nhttp.ListenAndServe(addr, nil)', 8765),
        ('addr := os.Getenv("ABSENT")\nif addr == "" {\n\taddr = ":8765"\n}\nhttp.ListenAndServe(addr, nil)', 8765),
        ('http.ListenAndServe(addr, nil)\naddr := ":8765"', None),
        ("addr := addr\nhttp.ListenAndServe(addr, nil)", None),
    ],
)
def test_what_variables_are_before_they_are_used(tmp_path: Path, body: str, expected: int | None) -> None:
    assert ports(tmp_path, body) == [expected]


def test_a_file_that_is_too_large_is_left_out_of_its_package(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.go").write_bytes(b"package a\n" + (b"// " + b"\xe9" * 90 + b"\n") * 8_000)
    files = repository(tmp_path, {"a/a.go": "package a\n"})
    assert [file.path for file in package_files("a", files)] == ["a/a.go"]
    assert package_files("a", files) is package_files("a", files)
    for number in range(201):
        package_files(f"p{number}", files)
    assert [file.path for file in package_files("a", files)] == ["a/a.go"]
