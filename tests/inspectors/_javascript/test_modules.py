from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from tests.inspectors.scripts import reached
from wsdoctor.inspectors._javascript import modules
from wsdoctor.inspectors._javascript.modules import load, pages_of, resolve

X = "http://h:8765/x"


@pytest.mark.parametrize(
    ("importer", "name", "expected"),
    [
        ("web/src/app.ts", "./api", "web/src/api.ts"),
        ("web/src/app.ts", "./api?raw", "web/src/api.ts"),
        ("web/src/app.ts", "@/api", "web/src/api.ts"),
        ("web/src/app.ts", "~/api", "web/src/api.ts"),
        ("web/src/app.ts", "src/api", "web/src/api.ts"),
        ("web/src/app.ts", "$lib/live", "web/src/lib/live.ts"),
        ("web/src/app.ts", "/static.js", "web/public/static.js"),
        ("web/src/app.ts", "@/absent", None),
        ("web/src/app.ts", "#api", "web/src/api.ts"),
        ("web/src/app.ts", "#other", None),
        ("web/src/app.ts", "#gone/x", None),
        ("web/src/app.ts", "lib/live", "web/src/lib/live.ts"),
        ("web/src/app.ts", "@acme/shared", "packages/shared/src/index.ts"),
        ("web/src/app.ts", "@acme/shared/urls", "packages/shared/src/urls.ts"),
        ("web/src/app.ts", "@acme/shared/absent", None),
        ("web/src/app.ts", "@acme/other", None),
        ("web/src/app.ts", "plain", "packages/plain/lib/main.js"),
        ("web/src/app.ts", "react", None),
    ],
)
def test_the_file_that_an_import_means(tmp_path: Path, importer: str, name: str, expected: str | None) -> None:
    files = repository(
        tmp_path,
        {
            "web/tsconfig.json": '{"compilerOptions": {"paths": {"#api": ["src/api.ts"], "#gone/*": ["gone/*"]}}}',
            "web/jsconfig.json": '{"compilerOptions": {"baseUrl": "src"}} // said',
            "web/tsconfig.app.json": "{",
            "web/src/app.ts": "",
            "web/src/api.ts": "",
            "web/src/lib/live.ts": "",
            "web/public/static.js": "",
            "packages/shared/package.json": '{"name": "@acme/shared"}',
            "packages/shared/src/index.ts": "",
            "packages/shared/src/urls.ts": "",
            "packages/plain/package.json": '{"name": "plain", "main": "./lib/main.js"}',
            "packages/plain/lib/main.js": "",
            "packages/nameless/package.json": "{}",
        },
    )
    assert resolve(importer, name, files) == expected
    assert resolve(importer, name, files) == expected


def test_a_script_that_is_too_large_is_no_module(tmp_path: Path) -> None:
    files = repository(tmp_path, {"big.js": "a = 1;\n" * 100_000, "small.js": "a = 1"})
    assert load("big.js", files) is None
    assert load("absent.js", files) is None
    small = load("small.js", files)
    assert small is not None
    assert load("small.js", files) is small


def test_only_so_many_modules_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(modules, "_MAX_MODULES", 1)
    files = repository(tmp_path, {"a.js": "a = 1", "b.js": "b = 1"})
    first = load("a.js", files)
    load("b.js", files)
    again = load("a.js", files)
    assert again is not first
    assert again is not None


def test_what_shares_a_page_with_a_script(tmp_path: Path) -> None:
    files = repository(
        tmp_path,
        {
            "a/index.html": "<script src='conf.js'></script><script src='/s/app.js?v=2'></script><script src='x.php'>",
            "b/index.html": "<script src='other.js'></script>",
            "a/conf.js": "",
            "b/conf.js": "",
            "b/other.js": "",
            "a/s/app.js": "",
        },
    )
    assert pages_of("a/s/app.js", files) == ["a/index.html", "a/conf.js"]
    assert pages_of("a/index.html", files) == ["a/conf.js", "a/s/app.js"]
    assert pages_of("lonely.js", files) == []


def test_components_are_read_with_their_code(tmp_path: Path) -> None:
    page = "<script setup>const api = 'http://h:8765'</script>\n<template><a @click=\"fetch(api + '/x')\">x</a>"
    found = inspect("html pages", "web/A.vue", repository(tmp_path, {"web/A.vue": page}))
    assert [(one.to.port, one.path) for one in found.callers] == [(8765, "/x")]
    assert reached(tmp_path, "import A from './A.vue'; fetch('http://h:8765/x')") == [X]
