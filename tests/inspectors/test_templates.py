from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from wsdoctor.inspectors import _templates


def asked(tmp_path: Path, expression: str, files: dict[str, str]) -> list[tuple[int | None, str]]:
    name = "templates/index.html"
    page = f"<script>fetch('http://h:{{{{ {expression} }}}}/x')</script>"
    found = inspect("html pages", name, repository(tmp_path, {name: page, **files}))
    return [(one.to.port, one.location.file) for one in found.callers]


VIEW = "def home():\n    return render_template('index.html', ws_port={})\n"


@pytest.mark.parametrize(
    ("expression", "files", "expected"),
    [
        ("ws_port", {"app.py": VIEW.format(8765)}, [8765]),
        ("ws_port | int", {"app.py": VIEW.format("'8765'")}, [8765]),
        ("ws_port", {"app.py": "PORT = 8765\n\n" + VIEW.format("PORT")}, [8765]),
        ("ws_port", {"app.py": VIEW.format("True")}, []),
        ("ws_port", {"app.py": VIEW.format("unknown()")}, []),
        ("ws_port", {"app.py": VIEW.format("(")}, []),
        ("ws_port", {"app.py": VIEW.format(8765).replace("index.html", "other.html")}, []),
        ("ws_port", {"tests/test_app.py": VIEW.format(8765)}, []),
        ("other", {"app.py": VIEW.format(8765)}, []),
        ("2 * 3", {"app.py": VIEW.format(8765)}, []),
        ("config['WS_PORT']", {"app.py": "app.config['WS_PORT'] = 8765\n"}, [8765]),
        ("ws_port", {"app.py": "@app.context_processor\ndef give():\n    return {'ws_port': 8765}\n"}, [8765]),
        ("ws_port", {"server.js": "app.get('/', (q, r) => r.render('index', { ws_port: 8765 }));\n"}, [8765]),
        ("ws_port", {"server.js": "r.render('index', { ws_port });\nconst ws_port = 8765;\n"}, [8765]),
        ("ws_port", {"server.js": "// 'index' ws_port\n" + "x = 1;\n" * 100_000}, []),
    ],
)
def test_what_a_server_inserts(tmp_path: Path, expression: str, files: dict[str, str], expected: list[int]) -> None:
    assert [port for port, _ in asked(tmp_path, expression, files)] == expected


def test_only_so_many_files_that_name_the_template_are_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {f"a{n}.py": "# index.html ws_port\n" for n in range(3)} | {"b.py": VIEW.format(8765)}
    assert [port for port, _ in asked(tmp_path, "ws_port", files)] == [8765]
    monkeypatch.setattr(_templates, "_MAX_HITS", 2)
    assert asked(tmp_path, "ws_port", files) == []


GO = 'package main\n\nfunc home(w http.ResponseWriter) {{\n\ttmpl.ExecuteTemplate(w, "{name}", {given})\n}}\n'
NAMED = GO.replace("{name}", "index.html")


@pytest.mark.parametrize(
    ("expression", "given", "expected"),
    [
        (".Port", 'page{Port: "8765"}', [8765]),
        ("$.Port", "page{Title: 1, Port: 8765}", [8765]),
        (".Live.Port", "page{Live: live{Port: 8765}}", [8765]),
        (".port", 'gin.H{"port": 8765}', [8765]),
        (".port", 'map[string]any{"port": port}', []),
        (".Port", "data); data.Port = 8765; use(data", [8765]),
        (".Port", "page{Ports: 8765}", []),
        (".Port", "page{}", []),
    ],
)
def test_what_go_gives_to_templates(tmp_path: Path, expression: str, given: str, expected: list[int]) -> None:
    assert [port for port, _ in asked(tmp_path, expression, {"main.go": NAMED.format(given=given)})] == expected
    elsewhere = GO.format(name="other.html", given=given)
    assert asked(tmp_path, expression, {"main.go": elsewhere}) == []
    globbed = elsewhere.replace("tmpl", 'template.Must(template.ParseGlob("*.html"))')
    assert [port for port, _ in asked(tmp_path, expression, {"main.go": globbed})] == expected


def test_go_that_cannot_be_read_gives_nothing(tmp_path: Path) -> None:
    assert asked(tmp_path, ".Port", {"main.go": "// index.html Port\n" + "x\n" * 1_000_000}) == []


@pytest.mark.parametrize(
    ("name", "page", "files", "expected"),
    [
        ("index.html.erb", "<%= Rails.configuration.x.live_port %>",
         {"config/application.rb": "config.x.live_port = 8765\n"}, [8765]),
        ("index.html.erb", "<%= @port %>", {"app/home.rb": "def index\n  @port = 8765\n  render :index\nend\n"},
         [8765]),
        ("index.html.erb", "<%= @port %>", {"app/home.rb": "before_action :set\ndef set\n  @port = 8765\nend\n"},
         [8765]),
        ("index.erb", "<%= port %>", {"app.rb": "get '/' do\n  erb :index, locals: { port: 8765 }\nend\n"}, [8765]),
        ("index.erb", "<%= settings.port %>", {"app.rb": "set :port, 8765\n"}, [8765]),
        ("index.erb", "<%= ENV['PORT'] %>", {".env": "PORT=8765\n"}, [8765]),
        ("index.erb", "<%= ENV.fetch('PORT', '8765') %>", {}, [8765]),
        ("index.erb", "<%= @port %>", {"other.rb": "@port = 8765\n"}, []),
        ("index.erb", "<%= @port %>", {"app.rb": "erb :index # @port\n" + "x = 1\n" * 100_000}, []),
        ("index.blade.php", "{{ env('PORT', 8765) }}", {}, [8765]),
        ("index.blade.php", "{!! config('live.socket.port') !!}",
         {"config/live.php": "<?php return ['port' => 1, 'socket' => ['port' => env('LIVE_PORT', 8765)]];"}, [8765]),
        ("index.blade.php", "{{ config('live.port') }}", {"config/live.php": "<?php return ['port' => 8765];"},
         [8765]),
        ("index.blade.php", "{{ config('live.other') }}", {"config/live.php": "<?php return ['port' => 8765];"}, []),
        ("index.blade.php", "{{ config('live.port') }}", {"web/live.php": "<?php return ['port' => 8765];"}, []),
        ("index.blade.php", "{{ config('live.port') }}", {"api/config/live.php": "<?php return ['port' => 8765];"}, []),
        ("index.blade.php", "{{ $port }}", {"app/Home.php": "<?php return view('index', ['port' => 8765]);"}, [8765]),
        ("index.blade.php", "{{ $port }}", {"app/Home.php": "<?php return view('admin.index')->with('port', 8765);"},
         [8765]),
        ("index.blade.php", "{{ $port }}",
         {"app/Home.php": "<?php $port = 8765; return view('index', compact('port'));"}, [8765]),
        ("index.blade.php", "{{ $port }}", {"app/Provider.php": "<?php View::share('port', 8765);"}, [8765]),
        ("index.phtml", "<?= $port ?>", {"app.php": "<?php $port = 8765; include 'index.phtml';"}, [8765]),
        ("index.phtml", "<?php echo $port; ?>", {"app.php": "<?php $port = 8765; include 'index.phtml';"}, [8765]),
        ("index.phtml", "<?php $port = 1; ?>", {}, []),
        ("index.phtml", "<?= PORT ?>", {"settings.php": "<?php define('PORT', 8765);"}, [8765]),
        ("index.phtml", "<?= PORT ?>", {"settings.php": "<?php const PORT = 8765;"}, [8765]),
        ("index.phtml", "<?= $port ?>", {"settings.php": "<?php $port = 8765;"}, []),
        ("index.erb", "<%= port %>", {"h.rb": "module LiveHelper\n  def port\n    ENV.fetch('P', 8765)\n  end\nend\n"},
         [8765]),
        ("index.erb", "<%= port %>", {"h.rb": "helpers do\n  def port = 8765\nend\n"}, [8765]),
        ("index.erb", "<%= port %>", {"h.rb": "class Other\n  def port = 8765\nend\n"}, []),
    ],
)  # fmt: skip
def test_what_ruby_and_php_give_to_templates(
    tmp_path: Path, name: str, page: str, files: dict[str, str], expected: list[int]
) -> None:
    text = f"<a href=\"http://h:{page}/x\">x</a>\n<script>fetch('http://h:{page}/x')</script>"
    around = {file if file.startswith("api") else f"web/{file}": code for file, code in files.items()}
    found = inspect("html pages", f"web/{name}", repository(tmp_path, {f"web/{name}": text, **around}))
    assert sorted({one.to.port for one in found.callers if one.to.port is not None}) == expected
    assert {one.kind for one in found.callers} == ({"navigation", "client-code"} if expected else set())


def test_code_of_php_is_no_page(tmp_path: Path) -> None:
    code = "<?php // <a href='http://h:8765/x'>\n$a = '<script>';\n?>\n<b><a href='http://h:8766/x'>y</a></b>\n"
    found = inspect("html pages", "index.php", repository(tmp_path, {"index.php": code}))
    assert [(one.to.port, one.location.line) for one in found.callers] == [(8766, 4)]


def test_pages_of_php_know_their_own_variables_and_those_of_what_they_include(tmp_path: Path) -> None:
    page = '<a href="http://h:<?= $port ?>/x">x</a>'
    for files in (
        {"index.php": f"<?php $port = 8765; ?>{page}"},
        {"index.php": f"<?php require 'conf.php'; ?>{page}", "conf.php": "<?php $port = 8765;"},
    ):
        found = inspect("html pages", "index.php", repository(tmp_path, files))
        assert [one.to.port for one in found.callers] == [8765]


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("index.blade.php", "@json(config('live.origin'))"),
        ("index.blade.php", "{{ Js::from(config('live.origin')) }}"),
        ("index.blade.php", "{!! json_encode(config('live.origin')) !!}"),
        ("index.phtml", "<?= json_encode($origin) ?>"),
        ("index.erb", "<%= raw @origin.to_json %>"),
        ("index.erb", "<%= raw(@origin.to_s.to_json.html_safe) %>"),
        ("index.html", "{{ origin|tojson }}"),
    ],
)
def test_what_is_written_as_json_or_escaped(tmp_path: Path, name: str, written: str) -> None:
    files = {
        "config/live.php": "<?php return ['origin' => 'http://h:8765'];",
        "web.php": "<?php $origin = 'http://h:8765'; include 'index.phtml';",
        "web.rb": "get('/') { @origin = 'http://h:8765'; erb :index, layout: 1 }",
        "web.py": "def home():\n    return render_template('index.html', origin='http://h:8765')\n",
        f"web/{name}": f"<script>const origin = {written};\nfetch(origin + '/x')</script>",
    }
    (caller,) = inspect("html pages", f"web/{name}", repository(tmp_path, files)).callers
    assert (caller.to.port, caller.path) == (8765, "/x")
