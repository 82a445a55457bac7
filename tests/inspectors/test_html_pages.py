from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from wsdoctor.model.traffic import Caller, Declared


def page(tmp_path: Path, text: str, name: str = "web/index.html", **files: str) -> Declared:
    return inspect("html pages", name, repository(tmp_path, {name: text, **files}))


def said(caller: Caller) -> tuple[str, str, str | None, int | None, str | None, int]:
    return caller.kind, caller.protocol, caller.method, caller.to.port, caller.path, caller.location.line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<img src='http://h:8765/x.png'>", ("subresource", "http", "GET", 8765, "/x.png", 1)),
        ('<script\n  src="//h:8765/x.js"></script>', ("subresource", "http", "GET", 8765, "/x.js", 2)),
        ("<link rel=stylesheet href=https://h:8765/x.css>", ("subresource", "https", "GET", 8765, "/x.css", 1)),
        ("<link rel=preconnect href=http://h:8765>", ("client-code", "tcp", None, 8765, "/", 1)),
        ('<iframe th:src="@{http://h:8765/x(a=${b})}">', ("navigation", "http", "GET", 8765, "/x", 1)),
        ("<iframe src='http://h:8765/'></iframe>", ("navigation", "http", "GET", 8765, "/", 1)),
        ("<a href='http://h:8765/status?x=1'>x</a>", ("navigation", "http", "GET", 8765, "/status", 1)),
        ("<form method=POST action='http://h:8765/in'>", ("navigation", "http", "POST", 8765, "/in", 1)),
        ('<meta http-equiv="refresh" content="5; url=http://h:8765/x">', ("navigation", "http", "GET", 8765, "/x", 1)),
        ("<button onclick=\"fetch('http://h:8765/go')\">", ("client-code", "http", "GET", 8765, "/go", 1)),
        ("<script>\n\nfetch('http://h:8765/x')</script>", ("client-code", "http", "GET", 8765, "/x", 3)),
        ("<script>new WebSocket('ws://h:8765/x')</script>", ("websocket-client", "ws", "GET", 8765, "/x", 1)),
        ("<a href='http://{{ host }}:8765/{{ page }}'>x</a>", ("navigation", "http", "GET", 8765, "/*", 1)),
    ],
)
def test_what_makes_a_browser_connect(tmp_path: Path, text: str, expected: tuple[object, ...]) -> None:
    (caller,) = page(tmp_path, text).callers
    assert said(caller) == expected
    assert caller.product == "browser"


@pytest.mark.parametrize(
    "text",
    [
        "<!-- <img src='http://h:8765/x.png'> -->",
        "<script>// fetch('http://h:8765/x')\n</script>",
        "<link rel=canonical href='http://h:8765/'>",
        "<p>http://h:8765/ <code>fetch('http://h:8765/')</code></p>",
        "<img src='/x.png'><a href='https://example.com/'><div data-src='http://h:8765/'>",
        '<script type=\'application/json\'>{"a": "http://h:8765"}</script>',
        "<a href='ws://h:8765/'>x</a>",
        "<meta http-equiv=refresh><meta http-equiv=refresh content=5><meta name=x content='0;url=http://h:8765'>",
        "<a href='{{ url }}'>http://</a>",
    ],
)
def test_what_does_not(tmp_path: Path, text: str) -> None:
    assert page(tmp_path, text).callers == []


def test_documentation_and_tests_are_left_out(tmp_path: Path) -> None:
    text = "<a href='http://h:8765/'>x</a>"
    assert page(tmp_path, text, "docs/index.html").callers == []
    assert page(tmp_path, text, "tests/index.html").callers == []


def test_what_the_server_inserts(tmp_path: Path) -> None:
    text = (
        "<script>\nconst port = {{ ws_port }};\nfetch(`http://${location.hostname}:${port}/x`);\n"
        "new WebSocket('ws://{{ host }}:{{ ws_port|int }}/');</script>\n<img src='http://h:{{ ws_port }}/x.png'>"
    )
    app = (
        "import os\nWS = int(os.environ.get('WS_PORT', '8765'))\n\ndef index():\n    return "
        "render_template('index.html', ws_port=WS)\n"
    )
    found = page(tmp_path, text, "templates/index.html", **{"app.py": app})
    assert [(one.protocol, one.to.port, one.location.line) for one in found.callers] == [
        ("http", 8765, 3),
        ("ws", 8765, 4),
        ("http", 8765, 5),
    ]
    assert [(place.file, place.line) for place in found.callers[0].also] == [("app.py", 2)]


def test_what_the_server_inserts_as_it_stands(tmp_path: Path) -> None:
    text = "<script>fetch('http://h:<%= port %>/x'); fetch('http://h:<%= other %>/y'); fetch('{{ base }}/z')</script>"
    app = "app.get('/', (q, s) => s.render('index', { port: 8765, other: missing }));\n"
    (caller,) = page(tmp_path, text, "views/index.ejs", **{"app.js": app}).callers
    assert caller.to.port == 8765


def test_vue_components(tmp_path: Path) -> None:
    text = """\
        <template>
          <img :src="base + '/x.png'" @click="load" :alt="x" />
          <a :href="`http://h:8765/${id}`">x</a>
          <button @click="axios.post('http://h:8765/go')">go</button>
        </template>
        <script setup lang="ts">
        import axios from 'axios'
        const base = 'http://h:8765'
        const load = () => axios.get<string>(base + '/y')
        </script>
        """
    found = page(tmp_path, text, "src/App.vue")
    assert {(one.kind, one.method, one.path) for one in found.callers} == {
        ("subresource", "GET", "/x.png"),
        ("navigation", "GET", "/*"),
        ("client-code", "POST", "/go"),
        ("client-code", "GET", "/y"),
    }
    assert {one.location.line for one in found.callers} == {2, 3, 4, 8}


def test_options_of_vue_components(tmp_path: Path) -> None:
    text = """\
        <script>
        export default {
          data() { return { base: 'http://h:8765' } },
          computed: { url() { return this.base + '/computed' } },
          methods: {
            a() { fetch(this.url) },
            b() { fetch(this.full('/b')) },
            full(path) { return `${this.base}${path}` },
          },
        }
        </script>
        """
    found = page(tmp_path, text, "src/App.vue")
    assert {(one.path, one.location.line) for one in found.callers} == {("/computed", 3), ("/b", 3)}


def test_svelte_components(tmp_path: Path) -> None:
    text = "<script>\n  let base = 'http://h:8765';\n</script>\n<img src={base + '/x.png'} alt=''>\n<img src='{other}'>"
    (caller,) = page(tmp_path, text, "src/App.svelte").callers
    assert said(caller) == ("subresource", "http", "GET", 8765, "/x.png", 4)


def test_a_page_that_cannot_be_read(tmp_path: Path) -> None:
    assert page(tmp_path, "x" * 400_000, "web/big.html").callers == []


@pytest.mark.parametrize(
    ("inserted", "files"),
    [
        (
            "ws_port",
            {
                "web.py": "from config import Config\ndef v():\n    return render_template('index.html', "
                "ws_port=Config.WS_PORT)\n",
                "config.py": "import os\nclass Config:\n    WS_PORT = int(os.environ.get('WS_PORT', 8765))\n",
            },
        ),
        ("port | safe", {"views.py": "def v(r):\n    return render(r, 'a/index.html', {'port': 8765})\n"}),
        ("config.WS_PORT", {"app.py": "app.config['WS_PORT'] = 8765\n"}),
        ("config['WS_PORT']", {"cfg.py": "class Live:\n    WS_PORT = 8765\n"}),
        ("config.get('WS_PORT')", {"cfg.py": "WS_PORT: int = 8765\n"}),
        ("ws_port", {"board/context.py": "def ports(request):\n    return {'ws_port': 8765}\n"}),
        ("ws_port", {"app.py": "@app.context_processor\ndef ports():\n    return dict(ws_port=8765)\n"}),
        ("ws_port", {"app.py": "env.globals['ws_port'] = 8765\nenv = jinja_env\n"}),
    ],
)
def test_what_a_python_server_inserts(tmp_path: Path, inserted: str, files: dict[str, str]) -> None:
    text = f'<script>fetch("http://" + location.hostname + ":{{{{ {inserted} }}}}/x")</script>'
    (found,) = page(tmp_path, text, "templates/a/index.html", **files).callers
    assert (found.to.port, found.path) == (8765, "/x")


def test_what_a_script_inserts_from_its_configuration(tmp_path: Path) -> None:
    text = "<script>fetch('http://' + location.hostname + ':<%= port %>/x')</script>"
    files = {
        "app.js": "const c = require('./config');\napp.get('/', (q, s) => s.render('index', { port: c.port }));",
        "config.js": "module.exports = { port: process.env.PORT || 3000 };",
    }
    (found,) = page(tmp_path, text, "views/index.ejs", **files).callers
    assert found.to.port == 3000


def test_a_page_that_says_it_is_https(tmp_path: Path) -> None:
    head = '<link rel="canonical" href="https://a.example/">'
    assert [found.product for found in page(tmp_path, head).pages] == ["html"]
    upgrades = '<meta http-equiv="Content-Security-Policy" content="upgrade-insecure-requests">'
    assert page(tmp_path, head + upgrades).pages == []
    assert page(tmp_path, head.replace("https", "http")).pages == []


def test_htmx(tmp_path: Path) -> None:
    text = (
        '<p hx-get="http://h:8765/a" hx-trigger="load, every 30s"></p>\n<form data-hx-post="http://h:8765/b"></form>\n'
        '<p sse-connect="http://h:8765/c"></p><p ws-connect="ws://h:8765/"></p><p hx-get="/d"></p>'
    )
    found = page(tmp_path, text).callers
    assert [(one.kind, one.protocol, one.method, one.path, one.period) for one in found] == [
        ("client-code", "http", "GET", "/a", 30.0),
        ("client-code", "http", "POST", "/b", None),
        ("realtime-client", "eventsource", "GET", "/c", None),
    ]


@pytest.mark.parametrize(
    "text",
    [
        (
            '<p id="a" data-live-port="8765"></p><script>const { livePort } = document.getElementById("a").dataset;\n'
            "fetch(`http://h:${livePort}/x`);</script>"
        ),
        '<body data-live="{{ port }}"><script>fetch("http://h:" + document.body.dataset.live + "/x");</script>',
        (
            '<meta name="live" content="http://h:8765"><script>\n'
            "const live = document.querySelector('meta[name=\"live\"]').content;\nfetch(live + '/x');</script>"
        ),
    ],
)
def test_what_a_script_reads_from_its_page(tmp_path: Path, text: str) -> None:
    files = {"app.py": "def v():\n    return render_template('index.html', port=8765)\n"}
    (found,) = page(tmp_path, text, "templates/index.html", **files).callers
    assert (found.to.port, found.path) == (8765, "/x")


def test_what_a_script_does_not_find_on_its_page(tmp_path: Path) -> None:
    text = (
        "<script>fetch('http://h:' + document.body.dataset.live + '/x');\n"
        "const a = document.querySelector('#a').content;\nconst b = document.querySelector('meta[name=b]').content;\n"
        "fetch(a + b + document.createElement('p').title);</script>"
    )
    assert [one.to.port for one in page(tmp_path, text).callers] in ([], [None])


def test_a_script_beside_its_page_reads_from_it(tmp_path: Path) -> None:
    files = {"web/index.html": '<div data-live="8765"></div><script src="a.js"></script>'}
    found = repository(tmp_path, {**files, "web/a.js": "fetch(`http://h:${document.body.dataset.live}/x`);"})
    (caller,) = inspect("javascript clients", "web/a.js", found).callers
    assert caller.to.port == 8765


def test_what_express_has_for_all_templates(tmp_path: Path) -> None:
    app = "app.locals.live = 'h:8765';\napp.get('/', (q, s) => s.render('index', {}));\n"
    (found,) = page(
        tmp_path, "<script>fetch('http://<%= live %>/x')</script>", "views/index.ejs", **{"app.js": app}
    ).callers
    assert found.to.port == 8765


def test_a_base_beside_the_url(tmp_path: Path) -> None:
    text = '<script setup>const { data } = await useFetch("/rooms", { baseURL: "http://h:8765" });</script>'
    (found,) = page(tmp_path, text, "pages/index.vue").callers
    assert (found.to.port, found.path) == (8765, "/rooms")


@pytest.mark.parametrize(
    ("template", "component", "expected"),
    [
        (":href='`http://${host}/x`'", "data() { return { host: 'h:8765' } }", [8765]),
        (":href='url'", "computed: { url() { return 'http://h:8765/x' } }", [8765]),
        (":href='url'", "setup() { const url = 'http://h:8765/x'; return { url } }", [8765]),
        (":href='url'", "data() { return { other: 'http://h:8765/x' } }", []),
    ],
)
@pytest.mark.parametrize("made", ["{{ {} }}", "defineComponent({{ {} }})"])
def test_templates_of_vue_know_what_their_component_has(
    tmp_path: Path, template: str, component: str, expected: list[int], made: str
) -> None:
    text = f"<template><a {template}>x</a></template>\n<script>\nexport default {made.format(component)}\n</script>"
    assert [one.to.port for one in page(tmp_path, text, "web/A.vue").callers] == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "---\nconst a: string = 'http://h:8765';\nconst r = await fetch(a + '/x');\n---\n<p>{r.ok}</p>\n",
            [(8765, 2)],
        ),
        ("\n---\n---\n<a href='http://h:8765/x'>x</a>\n", [(8765, 4)]),
        ("---\nconst a = 'http://h:8765';\n---\n<a href={a + '/x'}>x</a>\n", [(8765, 4)]),
        ("<p>---</p>\nfetch('http://h:8765/x')\n---\n", []),
    ],
)
def test_pages_of_astro(tmp_path: Path, text: str, expected: list[tuple[int, int]]) -> None:
    found = page(tmp_path, text, "src/pages/index.astro").callers
    assert [(one.to.port, one.location.line) for one in found] == expected
