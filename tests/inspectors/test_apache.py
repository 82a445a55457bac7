# ruff: noqa: E501 - configurations are written on one line where that reads better
from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from tests.inspectors.proxy_factory import call, inspected, to_port
from wsdoctor.inspectors import apache
from wsdoctor.model.traffic import Declared


def read(tmp_path: Path, text: str, name: str = "site.conf") -> Declared:
    return inspected(tmp_path, apache, {name: text})


@pytest.mark.parametrize(
    "lines",
    [
        'ProxyPass "/ws" "http://rt:8765/ws" upgrade=websocket',
        "ProxyPass /ws http://rt:8765/ws upgrade=ANY retry=0",
        "ProxyPass /ws ws://rt:8765/ws",
        "<IfModule mod_proxy_wstunnel.c>\nProxyPass /ws wss://rt:8765/ws\n</IfModule>",
        "<Location /ws>\nProxyPass ws://rt:8765/ws\n</Location>",
        "<Location /ws>\nProxyPass http://rt:8765/ws upgrade=websocket\n</Location>",
        "ProxyPassMatch ^/ws/(.*)$ ws://rt:8765/ws/$1",
        "Define RT rt:8765\nProxyPass /ws ws://${RT}/ws",
        "<Proxy balancer://pool>\nBalancerMember ws://rt:8765\nBalancerMember ws://rt2:8765\n</Proxy>\nProxyPass /ws balancer://pool",
        "RewriteEngine On\nRewriteCond %{HTTP:Upgrade} =websocket [NC]\nRewriteRule /ws/(.*) ws://rt:8765/$1 [P,L]",
        'RewriteCond %{HTTP:Upgrade} websocket [NC]\nRewriteCond %{HTTP:Connection} upgrade [NC]\nRewriteRule ^/?(.*) "ws://rt:8765/$1" [P,L]',
        "RewriteCond %{QUERY_STRING} transport=websocket [NC]\nRewriteRule /(.*) ws://rt:8765/$1 [P,L]",
        "RewriteCond %{HTTP:Upgrade} !=other\nRewriteRule ^/ws ws://rt:8765/ [P]",
        "<Location /api>\nRequestHeader unset Upgrade\n</Location>\nProxyPass /ws ws://rt:8765/ws",
        "RequestHeader unset Upgrade env=old\nProxyPass /ws ws://rt:8765/ws",
    ],
)
def test_what_is_right(tmp_path: Path, lines: str) -> None:
    hop = to_port(read(tmp_path, f"<VirtualHost *:80 *:443>\n{lines}\n</VirtualHost>"), 8765)
    assert hop.forwards_upgrade is True
    assert hop.lacks == ()
    assert hop.listens == (80, 443)
    assert hop.websocket is True or hop.websocket is None or "others" not in lines


@pytest.mark.parametrize(
    ("lines", "lacks", "line"),
    [
        ("ProxyPass /ws http://rt:8765/ws", ("upgrade",), 2),
        ("<Location /ws>\n\nProxyPass http://rt:8765/ws\n</Location>", ("upgrade",), 2),
        ("ProxyPass / http://app:5000/\nProxyPass /ws ws://rt:8765/ws", ("order",), 3),
        ("ProxyPassMatch ^/(.*)$ http://app:5000/$1\nProxyPass /ws ws://rt:8765/ws", ("order",), 3),
        ("RewriteCond %{HTTP:Upgrade} ^WebSocket$\nRewriteRule /ws ws://rt:8765/ [P]", ("condition",), 2),
        ("RewriteCond %{HTTP:Upgrade} websocket [NC]\nRewriteCond %{HTTP:Connection} ^Upgrade$ [NC]\nRewriteRule /ws ws://rt:8765/ [P]", ("condition",), 3),
        ("RewriteRule ^/ws(.*) http://rt:8765/$1 [P]", ("upgrade",), 2),
        ("RewriteCond %{HTTP:Upgrade} websocket [NC]\nRewriteRule ^/ws(.*) http://rt:8765/$1 [P]", ("upgrade",), 3),
        ("<Location /ws>\nRequestHeader unset Upgrade\nProxyPass ws://rt:8765/ws\n</Location>", ("upgrade",), 3),
        ("ProxyPass /ws ws://rt:8765/ws\nRequestHeader unset Upgrade", ("upgrade",), 3),
        ("RequestHeader set Upgrade websocket\nProxyPass /ws http://rt:8765/ws\nProxyPass / http://app/", ("upgrade",), 3),
    ],
)  # fmt: skip
def test_what_loses_a_handshake(tmp_path: Path, lines: str, lacks: tuple[str, ...], line: int) -> None:
    hop = to_port(read(tmp_path, f"<VirtualHost *:80>\n{lines}\n</VirtualHost>"), 8765)
    assert hop.forwards_upgrade is False
    assert hop.lacks == lacks
    assert hop.location.line == line


def test_handshakes_taken_by_a_rewrite_above(tmp_path: Path) -> None:
    text = """<VirtualHost *:80>
      RewriteCond %{HTTP:Upgrade} websocket [NC]
      RewriteRule ^/ws/(.*) ws://rt:8765/$1 [P,L]
      ProxyPass /ws/ http://rt:8766/
      ProxyPass / http://app:5000/
      ProxyPassMatch ^/y http://app:5001/
      ProxyPass /other/ http://rt:8767/
    </VirtualHost>"""
    found = read(tmp_path, text)
    assert to_port(found, 8765).details["only"] == "handshakes"
    assert to_port(found, 8766).forwards_upgrade is True
    assert to_port(found, 8766).websocket is False
    assert to_port(found, 5000).forwards_upgrade is True
    assert to_port(found, 5001).details["only"] == "no handshakes"
    assert to_port(found, 8767).forwards_upgrade is False


def test_plain_requests_parted_by_a_condition(tmp_path: Path) -> None:
    text = """RewriteCond %{HTTP:Upgrade} !websocket [NC]
    RewriteRule ^/(.*) http://app:5000/$1 [P]
    RewriteCond %{HTTP_HOST} ^x
    RewriteRule ^/(.*) http://app:5001/$1 [P]
    RewriteCond %{HTTP:Upgrade} ^nothing$ [OR]
    RewriteCond %{HTTP:Connection} (a+)+ [OR]
    RewriteCond %{HTTP:Connection} upgrade [NC]
    RewriteRule ^/(.*) ws://rt:8765/$1 [P]
    RewriteRule ^x$
    RewriteRule ^/plain /index.html [L]"""
    found = read(tmp_path, text)
    assert to_port(found, 5000).details["only"] == "no handshakes"
    assert to_port(found, 5001).forwards_upgrade is None
    assert to_port(found, 8765).forwards_upgrade is True


def test_exclusions_and_what_is_no_http(tmp_path: Path) -> None:
    text = "ProxyPass /static !\nProxyPass /php fcgi://php:9000/\nProxyPass /x\nProxyPass / http://app:5000/ nocanon"
    found = read(tmp_path, text)
    assert [hop.to.port for hop in found.hops] == [5000]


def test_what_happens_to_the_path_and_the_host(tmp_path: Path) -> None:
    text = "Listen 8080\nListen nowhere\nProxyPreserveHost On\nProxyPass /ws ws://rt:8765/\nProxyPass /a/ ws://rt:8766/"
    found = read(tmp_path, text)
    assert to_port(found, 8765).sends == ("strips-prefix", "double-slash")
    assert to_port(found, 8766).sends == ("strips-prefix",)
    assert to_port(found, 8765).listens == (8080,)
    text = "ProxyPreserveHost Off\nProxyPass /ws ws://rt:8765/ws"
    assert to_port(read(tmp_path / "b", text), 8765).sends == ("rewrites-host",)


def test_http2(tmp_path: Path) -> None:
    hop = to_port(read(tmp_path, "ProxyPass /ws h2c://rt:8765/ws"), 8765)
    assert (hop.forwards_upgrade, hop.scheme) == (False, "h2c")
    assert "http2" in hop.sends


def test_redirects(tmp_path: Path) -> None:
    text = """<VirtualHost *:80>
    Redirect permanent /ws http://rt.example:8765/
    RewriteRule ^/x(.*) https://%{HTTP_HOST}:8766$1 [R=301,L]
    <Location /y>
    Redirect http://rt.example:8767/
    </Location>
    Redirect / https://x.example/
    </VirtualHost>"""
    found = read(tmp_path, text)
    assert [(hop.path, hop.to.host, hop.to.port, hop.sends) for hop in found.hops] == [
        ("/ws", "rt.example", 8765, ("redirect",)), ("^/x(.*)", "", 8766, ("redirect",)),
        ("/y", "rt.example", 8767, ("redirect",)),
    ]  # fmt: skip


def test_checks_of_members(tmp_path: Path) -> None:
    text = """ProxyHCExpr up {%{REQUEST_STATUS} =~ /^426/}
    ProxyHCTemplate slow hcmethod=HEAD hcinterval=60 hcuri=/live
    <Proxy balancer://rt>
      BalancerMember http://rt:8765 hcmethod=GET hcuri=/health
      BalancerMember http://rt:8766 hctemplate=slow hcexpr=up
      BalancerMember https://rt:8767 hcmethod=OPTIONS
      BalancerMember http://rt:8768 hcmethod=TCP hcinterval=5
      BalancerMember http://rt:8769
      BalancerMember
    </Proxy>
    ProxyPass /ws balancer://rt/ upgrade=websocket"""
    found = read(tmp_path, text)
    assert [(one.to.port, one.method, one.path, one.period, one.protocol, one.expects) for one in found.callers] == [
        (8765, "GET", "/health", 30.0, "http", ()), (8766, "HEAD", "/live", 60.0, "http", (426,)),
        (8767, "OPTIONS", "*", 30.0, "https", ()), (8768, None, None, 5.0, "tcp", ()),
    ]  # fmt: skip
    assert found.callers[1].also[0].line == 2
    assert found.callers[0].user_agent == ""
    assert to_port(found, 8765).forwards_upgrade is True


def test_check_of_a_proxy_pass(tmp_path: Path) -> None:
    text = "ProxyPass / http://rt:8765/x hcmethod=GET"
    assert call(read(tmp_path, text)).path == "/x"


def test_only_what_is_apache(tmp_path: Path) -> None:
    assert read(tmp_path, "# ProxyPass / http://rt:8765/\nlisten 80").hops == []
    deep = "<If x>\n" * 70 + "ProxyPass / http://x:1/"
    assert "nested" in read(tmp_path / "b", deep).notes[0].text


def test_macros_templates_and_htaccess(tmp_path: Path) -> None:
    files = {
        ".htaccess": "RewriteRule ^ws http://localhost:8765/ [P]",
        ".env": "RT=rt:8766",
        "apache/x.conf": "<Files x>\nProxyPass / http://no:1/\n</Files>\nProxyPass /ws http://${RT}/\n<Location ~ ^/q>\nProxyPass ws://rt:8767/\n</Location>\n<LocationMatch ^/r>\nProxyPass ws://rt:8768/\n</LocationMatch>",
    }
    found = inspected(tmp_path, apache, files)
    assert to_port(found, 8765).lacks == ("upgrade",)
    assert to_port(found, 8766).to.host == "rt"
    assert to_port(found, 8767).details["match"] == "regex"
    assert to_port(found, 8768).forwards_upgrade is True
    assert len(found.hops) == 4


def test_a_rewrite_that_takes_handshakes_leaves_ws_workers_theirs(tmp_path: Path) -> None:
    text = """
RewriteEngine on
ProxyPassMatch ^/chat/(.*)$ ws://127.0.0.1:8765/$1
RewriteCond %{HTTP:Upgrade} websocket [NC]
RewriteRule ^/rt(.*) ws://127.0.0.1:8766/$1 [P]
"""
    hop = to_port(read(tmp_path, text), 8765)
    assert (hop.websocket, hop.forwards_upgrade) == (True, True)


def test_names_that_another_file_of_the_configuration_defines(tmp_path: Path) -> None:
    files = {
        "apache/sites-available/site.conf": "Define LIVE 127.0.0.1:8765\nDefine TWO a:1\nIncludeOptional conf/*.conf\n",
        "apache/envvars": "export OTHER=127.0.0.1:8766\n",
        "apache/two.conf": "Define TWO b:2\n",
        "old/site.conf": "Define LIVE 127.0.0.1:1\n",
        "apache/conf/live.conf": "".join(
            f"ProxyPass /{name} http://${{{name.upper()}}}/\n" for name in ("live", "other", "two")
        ),
    }
    found = apache.inspect("apache/conf/live.conf", repository(tmp_path, files)).hops
    assert [hop.to.port for hop in found][:2] == [8765, 8766]
    assert {hop.to.port for hop in found[2:]} & {1, 2} == set()
