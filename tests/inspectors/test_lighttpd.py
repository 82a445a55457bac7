# ruff: noqa: E501 - configurations are written on one line where that reads better
from pathlib import Path

from tests.inspectors.proxy_factory import inspected, to_port
from wsdoctor.inspectors import lighttpd
from wsdoctor.model.traffic import Declared

SERVER = 'proxy.server = ( "" => ( ( "host" => "rt", "port" => 8765 ), ( "host" => "rt2", "port" => 8765 ) ) )'
HEADER = 'proxy.header = ( "upgrade" => "enable" )'


def read(tmp_path: Path, text: str, name: str = "lighttpd.conf") -> Declared:
    return inspected(tmp_path, lighttpd, {name: text})


def test_what_is_right(tmp_path: Path) -> None:
    for number, text in enumerate(
        (
            f"server.port = 8080\n{SERVER}\n{HEADER}",
            f'{HEADER}\n$HTTP["url"] =~ "^/ws" {{\n {SERVER}\n}}',
            f'$HTTP["url"] =~ "^/ws" {{\n {SERVER}\n {HEADER}\n}}',
            f'proxy.header = ( "upgrade" => "disable" )\n$HTTP["host"] == "x" {{ {HEADER}\n $HTTP["url"] =^ "/ws" {{ {SERVER} }} }}',
        )
    ):
        hop = to_port(read(tmp_path / str(number), text), 8765)
        assert (hop.forwards_upgrade, hop.lacks, hop.websocket) == (True, (), True)
        assert hop.details["arrives-connection"] == "close, upgrade"


def test_what_loses_a_handshake(tmp_path: Path) -> None:
    hop = to_port(read(tmp_path, f'server.port = 8080\n$HTTP["url"] =~ "^/ws" {{\n {SERVER}\n}}'), 8765)
    assert (hop.forwards_upgrade, hop.lacks, hop.path) == (False, ("upgrade", "connection"), "~ ^/ws")
    assert (hop.location.line, hop.location.end_line, hop.listens) == (2, 4, (8080,))
    refused = f'$HTTP["url"] =~ "^/ws" {{\n proxy.header = ( "upgrade" => "disable", "map-urlpath" => ( "/a" => "/" ) )\n {SERVER}\n}}'
    hop = to_port(read(tmp_path / "b", refused), 8765)
    assert (hop.location.line, hop.sends) == (2, ("strips-prefix",))


def test_short_forms_and_variables(tmp_path: Path) -> None:
    text = """var.rt = "9000"
proxy.server = ( "/chat" => ( "host" => "10.0.0.1", "port" => var.rt ), "/x" => ( ( "host" => "h" ) ), "/y" => ( "z" ), "/q" => "no" )
$SERVER["socket"] == ":8081" { proxy.server = ( "" => ( ( "host" => "h", "port" => 1 ) ) ) }
$HTTP["url"] !~ "^/a" { proxy.server = ( "/b" => ( ( "host" => "h", "port" => env.PORT ) ) ) }
"""
    found = inspected(tmp_path, lighttpd, {"lighttpd.conf": text, ".env": "PORT=2\n"})
    assert [(hop.path, hop.to.host, hop.to.port, hop.listens) for hop in found.hops] == [
        ("/chat", "10.0.0.1", 9000, ()), ("/x", "h", 80, ()), (None, "h", 1, (8081,)), ("/b", "h", 2, ()),
    ]  # fmt: skip


def test_wstunnel_sends_payload(tmp_path: Path) -> None:
    hop = to_port(read(tmp_path, SERVER.replace("proxy.", "wstunnel.")), 8765)
    assert (hop.forwards_upgrade, hop.sends, hop.scheme, hop.lacks) == (False, ("payload",), "tcp", ("websocket",))


def test_redirects(tmp_path: Path) -> None:
    text = 'url.redirect = ( "^/ws" => "http://rt.example:8765$0", "" => "https://${url.authority}/" , "^/x" => "https://%0:8766/" )'
    found = read(tmp_path, text)
    assert [(hop.path, hop.to.host, hop.to.port) for hop in found.hops] == [
        ("^/ws", "rt.example", 8765),
        ("^/x", "", 8766),
    ]


def test_includes_bring_fields(tmp_path: Path) -> None:
    files = {
        "lighttpd.conf": f'include "conf.d/*.conf"\ninclude "ws.conf"\ninclude "deep.conf"\ninclude_shell "x"\n{SERVER}\nproxy.header += "x"',
        "conf.d/ws.conf": f"{HEADER}\nserver.port = 1\n",
        "deep.conf": "a = " + "(" * 70,
    }
    assert to_port(inspected(tmp_path, lighttpd, files), 8765).forwards_upgrade is True


def test_what_cannot_be_read(tmp_path: Path) -> None:
    assert "nested" in read(tmp_path, "proxy.server = " + "(" * 70).notes[0].text
    assert read(tmp_path / "b", "# proxy.server = ()\n").hops == []
    assert read(tmp_path / "c", 'proxy.server = "x"\nurl.redirect = "y"\nwstunnel.server = ( )').hops == []


def test_included_files_are_read_where_they_are_included(tmp_path: Path) -> None:
    files = {
        "lighttpd.conf": 'server.port = 8080\nvar.rt = 8765\ninclude "conf.d/*.conf"\ninclude "/etc/lighttpd/more.conf"\n$HTTP["host"] == "a" {\n  include "site.conf"\n}\n',
        "conf.d/rt.conf": '$HTTP["url"] =~ "^/rt" {\n  proxy.server = ( "" => ( ( "host" => "rt", "port" => var.rt ) ) )\n}\n',
        "x/more.conf": 'proxy.server = ( "" => ( ( "host" => "more", "port" => 8766 ) ) )\n',
        "site.conf": '\nproxy.server = ( "" => ( ( "host" => "site", "port" => 8767 ) ) )\n',
        "conf.d/deep.conf": "a = " + "(" * 70,
    }
    found = inspected(tmp_path, lighttpd, files)
    places = {hop.to.port: (hop.location.file, hop.location.line, hop.listens) for hop in found.hops}
    assert places == {
        8765: ("conf.d/rt.conf", 1, (8080,)),
        8766: ("x/more.conf", 1, (8080,)),
        8767: ("site.conf", 2, (8080,)),
    }


def test_pages_that_are_led_to_https(tmp_path: Path) -> None:
    led = 'url.redirect = ( "" => "https://${url.authority}${url.path}${qsa}" )'
    assert [page.product for page in read(tmp_path, f'$HTTP["scheme"] == "http" {{\n {led}\n}}\n{SERVER}').pages] == [
        "lighttpd"
    ]
    for number, text in enumerate((led, f'$HTTP["scheme"] != "http" {{ {led} }}', led.replace('""', '"^/old"'))):
        assert read(tmp_path / str(number), f"{text}\n{SERVER}").pages == []
