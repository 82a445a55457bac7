# ruff: noqa: E501 - configurations are written on one line where that reads better
from pathlib import Path

import pytest

from tests.inspectors.proxy_factory import Files, inspected, to_port
from wsdoctor.inspectors import nginx
from wsdoctor.model.traffic import Declared, Hop

MAP = "map $http_upgrade $connection_upgrade { default upgrade; '' close; }\n"
LINES = (
    "proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;"
)
LITERAL = 'proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";'


def read(tmp_path: Path, text: str, name: str = "nginx.conf", **more: str) -> Declared:
    files: Files = {name: text, **{key.replace("__", "/").replace("_dot_", "."): value for key, value in more.items()}}
    return inspected(tmp_path, nginx, files)


def location(tmp_path: Path, lines: str, *, path: str = "/ws/", to: str = "http://rt:8765", http: str = "") -> Hop:
    text = f"http {{\n{http}\nserver {{ listen 8080;\nlocation {path} {{\nproxy_pass {to};\n{lines}\n}}\n}}\n}}"
    return to_port(read(tmp_path, text), 8765)


@pytest.mark.parametrize(
    ("lines", "lacks"),
    [
        ("", ("upgrade", "connection", "http-version")),
        ("proxy_http_version 1.1;", ("upgrade", "connection")),
        ("proxy_http_version 1.1; proxy_set_header Connection '';", ("upgrade", "connection")),
        ("proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;", ("connection",)),
        ("proxy_http_version 1.1; proxy_set_header Connection upgrade;", ("upgrade",)),
        ("proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;", ("http-version",)),
        ("proxy_http_version 1.0; proxy_set_header Upgrade websocket; proxy_set_header Connection upgrade;",
         ("http-version",)),
        ("proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection keep-alive;",
         ("connection",)),
        ("proxy_http_version 1.1; proxy_set_header Upgrade $http_connection; proxy_set_header Connection upgrade;",
         ("upgrade",)),
    ],
)  # fmt: skip
def test_what_a_location_loses(tmp_path: Path, lines: str, lacks: tuple[str, ...]) -> None:
    hop = location(tmp_path, lines)
    assert hop.forwards_upgrade is False
    assert hop.lacks == lacks
    assert hop.websocket is True
    assert hop.listens == (8080,)


@pytest.mark.parametrize(
    ("lines", "http"),
    [
        (LITERAL, ""),
        (LINES, MAP),
        ("", LITERAL),
        ("", MAP + LINES),
        ("proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $http_connection;", ""),
        ("proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection 'keep-alive, Upgrade';", "proxy_http_version 1.1;"),
        (LINES.replace("$connection_upgrade", "$c"), "map $http_upgrade $c { ~*^websocket$ Upgrade; default keep-alive; }"),
        (LINES.replace("$connection_upgrade", "$c"), "map $http_upgrade $c { hostnames; websocket $http_connection; }"),
        ("set $c upgrade; " + LINES.replace("$connection_upgrade", "${c}"), ""),
    ],
)  # fmt: skip
def test_what_is_right(tmp_path: Path, lines: str, http: str) -> None:
    hop = location(tmp_path, lines, http=http)
    assert hop.forwards_upgrade is True
    assert hop.lacks == ()


def test_a_map_that_is_wrong(tmp_path: Path) -> None:
    hop = location(tmp_path, LINES, http="map $http_upgrade $connection_upgrade { default close; }")
    assert hop.lacks == ("connection",)
    assert hop.details["arrives-connection"] == "close"


def test_a_map_that_is_missing_stops_nginx_and_elsewhere_it_is_unknown(tmp_path: Path) -> None:
    assert location(tmp_path, LINES).lacks == ("connection",)
    fragment = f"location /ws {{ proxy_pass http://rt:8765; {LINES} }}"
    assert to_port(read(tmp_path / "b", fragment, "site.conf"), 8765).forwards_upgrade is None


def test_own_fields_discard_inherited_ones(tmp_path: Path) -> None:
    hop = location(tmp_path, "proxy_set_header X-Real-IP $remote_addr;", http=LITERAL)
    assert hop.forwards_upgrade is False
    assert hop.lacks == ("upgrade", "connection")
    assert "line 2" in hop.details["discarded"]


def test_place_is_the_block_or_the_line_that_spoils_it(tmp_path: Path) -> None:
    assert location(tmp_path, "").location.line == 4
    assert location(tmp_path, "").location.end_line == 7
    hop = location(tmp_path, LITERAL.replace('"upgrade"', "close"))
    assert (hop.location.line, hop.location.end_line) == (6, 7)
    assert hop.details["offender"] == "proxy_set_header Connection close"


@pytest.mark.parametrize(
    ("image", "right"), [("nginx:1.27-alpine", False), ("nginx:1.29.7", True), ("nginx:latest", False)]
)
def test_version_of_the_image(tmp_path: Path, image: str, right: bool) -> None:
    lines = LITERAL.replace("proxy_http_version 1.1;", "")
    compose = f"services:\n  proxy:\n    image: {image}\n    volumes: [./nginx.conf:/etc/nginx/nginx.conf]\n"
    text = f"http {{ server {{ location /ws {{ proxy_pass http://rt:8765; {lines} }} location / {{ proxy_pass http://app:80; }} }} }}"
    found = inspected(tmp_path, nginx, {"nginx.conf": text, "compose.yml": compose})
    hop = to_port(found, 8765)
    assert (hop.forwards_upgrade is True) is right
    assert hop.details.get("fine-from") == (None if right else "1.29.7")
    bare = to_port(found, 80)
    assert bare.forwards_upgrade is False
    assert bare.details["arrives-version"] == ("HTTP/1.1" if right else "HTTP/1.0")
    assert bare.details["arrives-connection"] == ("absent" if right else "close")
    assert hop.unit == "proxy"


def test_version_of_a_dockerfile(tmp_path: Path) -> None:
    lines = LITERAL.replace("proxy_http_version 1.1;", "")
    files = {
        "Dockerfile": "FROM nginx:1.30\nCOPY nginx.conf /etc/nginx/",
        "nginx.conf": f"location /ws {{ proxy_pass http://rt:8765; {lines} }}",
    }
    assert to_port(inspected(tmp_path, nginx, files), 8765).forwards_upgrade is True


def test_upstreams_by_name_and_port(tmp_path: Path) -> None:
    text = """http {
      upstream both { server a:8765; server b:8765 backup; server c:5000; server d:1 down; keepalive 8; }
      upstream local { server unix:/run/x.sock; }
      server { listen 80; listen [::]:443 ssl; listen unix:/x;
        location /a { proxy_pass http://both; }
        location /b { proxy_pass http://local/; }
        location /c { proxy_pass https://plain; }
        location /d { proxy_pass http://bare.example; }
      } }"""
    found = read(tmp_path, text)
    assert [(hop.path, hop.to.host, hop.to.port) for hop in found.hops] == [
        ("/a", "a", 8765), ("/a", "c", 5000), ("/b", "unix:/run/x.sock", None), ("/c", "plain", 443),
        ("/d", "bare.example", 80),
    ]  # fmt: skip
    assert found.hops[0].listens == (80, 443)
    assert found.hops[3].scheme == "https"


def test_variables_lead_on(tmp_path: Path) -> None:
    text = """map $uri $pool { ~^/ws rt:8765; default api:5000; }
    server { set $up rt2; location /a { proxy_pass http://$pool; } location /b { proxy_pass http://$up:9000$request_uri; }
    location /c { proxy_pass http://$host:9001; } location /d { proxy_pass http://$nowhere; } }"""
    found = read(tmp_path, text)
    assert [(hop.path, hop.to.host, hop.to.port, hop.sure) for hop in found.hops] == [
        ("/a", "rt", 8765, 0.7), ("/a", "api", 5000, 0.7), ("/b", "rt2", 9000, 1.0), ("/c", None, 9001, 1.0),
        ("/d", None, 80, 1.0),
    ]  # fmt: skip


def test_environment_of_templates(tmp_path: Path) -> None:
    files = {
        ".env": "WS_PORT=8765\n",
        "nginx/default.conf.template": "server { listen ${PORT}; location /ws { proxy_pass http://rt:${WS_PORT}; } }",
    }
    assert to_port(inspected(tmp_path, nginx, files), 8765).listens == (80,)


def test_handshakes_parted_by_if(tmp_path: Path) -> None:
    text = f"""server {{ location / {{
      {LITERAL}
      if ($http_upgrade = "websocket") {{ proxy_pass http://rt:8765; }}
      proxy_pass http://app:5000; }} }}"""
    found = read(tmp_path, text)
    socket, page = to_port(found, 8765), to_port(found, 5000)
    assert (socket.forwards_upgrade, socket.websocket, socket.details["only"]) == (True, True, "handshakes")
    assert (page.forwards_upgrade, page.websocket, page.details["only"]) == (True, False, "no handshakes")


def test_handshakes_parted_by_named_location(tmp_path: Path) -> None:
    text = """server { error_page 418 = @rt; location / { error_page 418 = @rt;
      if ($http_upgrade) { return 418; } proxy_pass http://app:5000; }
      location @rt { proxy_pass http://rt:8765; } }"""
    found = read(tmp_path, text)
    assert to_port(found, 5000).websocket is False
    assert to_port(found, 8765).path == "@rt"
    assert to_port(found, 8765).forwards_upgrade is False


def test_handshakes_parted_by_map(tmp_path: Path) -> None:
    text = f"""map $http_upgrade $end {{ default app:5000; websocket rt:8765; }}
      server {{ location / {{ proxy_pass http://$end; {LITERAL} }} }}"""
    found = read(tmp_path, text)
    assert to_port(found, 8765).details["only"] == "handshakes"
    assert to_port(found, 5000).details["only"] == "no handshakes"


@pytest.mark.parametrize(
    ("path", "uri", "sends"),
    [
        ("/ws/", "/", ("strips-prefix",)),
        ("/ws", "/", ("strips-prefix", "double-slash")),
        ("/ws", "", ()),
        ("/ws/", "/ws/", ()),
        ("/", "/", ()),
        ("~ ^/ws", "", ()),
        ("= /ws", "/socket", ("strips-prefix",)),
        ("/ws", "$request_uri", ()),
    ],
)
def test_what_happens_to_the_path(tmp_path: Path, path: str, uri: str, sends: tuple[str, ...]) -> None:
    hop = location(tmp_path, "proxy_set_header Host $host;", path=path, to=f"http://rt:8765{uri}")
    assert hop.sends == sends


def test_rewrite_strips_a_prefix(tmp_path: Path) -> None:
    hop = location(tmp_path, "rewrite ^/ws/(.*)$ /$1 break; proxy_set_header Host $http_host;")
    assert hop.sends == ("strips-prefix",)


def test_host_that_is_not_forwarded(tmp_path: Path) -> None:
    assert "rewrites-host" in location(tmp_path, "").sends
    assert "rewrites-host" in location(tmp_path, "proxy_set_header Host other;").sends


def test_hard_coded_upgrade(tmp_path: Path) -> None:
    hop = location(tmp_path, LITERAL.replace("$http_upgrade", "websocket"))
    assert hop.forwards_upgrade is True
    assert "hard-coded-upgrade" in hop.sends


def test_http2_to_the_server_side(tmp_path: Path) -> None:
    hop = location(tmp_path, LITERAL.replace("1.1", "2"))
    assert (hop.scheme, hop.forwards_upgrade) == ("h2c", False)
    assert "http2" in hop.sends
    text = "server { location / { grpc_pass grpcs://rt:1; } location /a { grpc_pass rt:2; } }"
    found = read(tmp_path / "b", text)
    assert [hop.scheme for hop in found.hops] == ["h2", "h2c"]


def test_subrequests(tmp_path: Path) -> None:
    text = "server { location /app { auth_request /auth; proxy_pass http://app:1; } location = /auth { proxy_pass http://rt:8765; } }"
    assert "auth-subrequest" in to_port(read(tmp_path, text), 8765).sends


def test_redirects_to_a_port(tmp_path: Path) -> None:
    text = """server { listen 80; location /ws { return 301 https://$host:8765$request_uri; }
      rewrite ^/x/(.*)$ http://rt.example:8766/$1 redirect;
      location /y { return 302 https://$host$request_uri; } location /z { return 200 "ok"; } location /q { return 444; }
      location /r { return http://$host:8767/; } location /s { rewrite ^ /t last; rewrite x; } }"""
    found = read(tmp_path, text)
    assert [(hop.to.host, hop.to.port, hop.path, hop.sends) for hop in found.hops] == [
        ("", 8765, "/ws", ("redirect",)), ("rt.example", 8766, None, ("redirect",)), ("", 8767, "/r", ("redirect",)),
    ]  # fmt: skip


def test_streams_pass_bytes(tmp_path: Path) -> None:
    text = """stream { upstream rt { server rt:8765; }
      server { listen 9000; proxy_pass rt; proxy_protocol on; }
      server { listen 9001; proxy_pass other:8766; proxy_ssl on; } }"""
    found = read(tmp_path, text)
    one, two = to_port(found, 8765), to_port(found, 8766)
    assert (one.forwards_upgrade, one.scheme, one.sends, one.listens) == (True, "tcp", ("proxy-protocol",), (9000,))
    assert (two.forwards_upgrade, two.scheme, two.sends) == (True, "https", ())
    alone = read(tmp_path / "b", "server { listen 1; proxy_pass rt:8765; }", "stream.conf")
    assert to_port(alone, 8765).scheme == "tcp"


def test_includes_are_put_in_place(tmp_path: Path) -> None:
    files = {
        "deploy/nginx.conf": "http { include mime.types; include /etc/nginx/conf.d/*.conf; }",
        "deploy/conf.d/map.conf": MAP,
        "deploy/conf.d/site.conf": "server { location /ws { include snippets/ws.conf; proxy_pass http://rt:8765; }\n"
        "location /b { include snippets/plain.conf; }\n location /c { include absent.conf; proxy_pass http://rt:8766; }\n"
        "location /d { include proxy_params; proxy_pass http://rt:8767; } }",
        "deploy/snippets/ws.conf": LINES,
        "deploy/snippets/plain.conf": "proxy_pass http://rt:5000;",
        "other/snippets/ws.conf": "proxy_set_header Connection close;",
    }
    found = inspected(tmp_path, nginx, files)
    assert len(found.hops) == 4
    good = to_port(found, 8765)
    assert good.forwards_upgrade is True
    assert good.location.file == "deploy/conf.d/site.conf"
    assert to_port(found, 8766).forwards_upgrade is None
    assert to_port(found, 8767).forwards_upgrade is False
    plain = to_port(found, 5000)
    assert (plain.location.file, plain.details["directive-file"]) == (
        "deploy/conf.d/site.conf",
        "deploy/snippets/plain.conf",
    )


def test_sites_enabled_and_templates_and_circles(tmp_path: Path) -> None:
    files = {
        "etc/nginx.conf": "http { include sites-enabled/*; include loop.conf; include $x; include deep.conf; }",
        "etc/loop.conf": "include loop.conf; include broken.conf;",
        "etc/broken.conf": 'server { a "b',
        "etc/sites-available/site": f"server {{ location /ws {{ proxy_pass http://rt:8765; {LITERAL} }} }}",
    }
    found = inspected(tmp_path, nginx, files)
    assert to_port(found, 8765).location.file == "etc/sites-available/site"


def test_fragments_share_the_folder(tmp_path: Path) -> None:
    files = {
        "conf.d/00.conf": MAP + "upstream rt { server realtime:8765; }",
        "conf.d/01.conf": 'map x "',
        "conf.d/site.conf": f"server {{ location /ws {{ proxy_pass http://rt; {LINES} }} }}",
    }
    found = inspected(tmp_path, nginx, files)
    assert to_port(found, 8765).forwards_upgrade is True


def test_within_manifests_and_scripts(tmp_path: Path) -> None:
    site = "server {\n  location /ws {\n    proxy_pass http://rt:8765;\n  }\n}"
    indented = site.replace("\n", "\n    ")
    files = {
        "k8s/config.yaml": f"kind: ConfigMap\ndata:\n  a: b\n  default.conf: |\n    {indented}\n",
        "setup.sh": f"# cat <<X\ncat > /etc/nginx/conf.d/x.conf <<'EOF'\n{site}\nEOF\necho <<NEVER\n",
        "cloud.yaml": f"runcmd:\n  - |\n    cat > x <<EOF\n    {indented}\n    EOF\n",
        "Dockerfile": f"FROM nginx\nCOPY <<EOF /etc/nginx/conf.d/x.conf\n{site}\nEOF\n",
        "other.yaml": "a: proxy_pass\nb: |\n",
    }
    found = inspected(tmp_path, nginx, files)
    assert {hop.location.file: hop.location.line for hop in found.hops} == {
        "k8s/config.yaml": 6, "setup.sh": 4, "cloud.yaml": 5, "Dockerfile": 4,
    }  # fmt: skip


def test_nested_locations_and_limits(tmp_path: Path) -> None:
    text = f"""server {{ {LITERAL}
      location /app/ {{ location ~* \\.ws$ {{ proxy_pass http://rt:8765; }} limit_except GET {{ proxy_pass http://rt:8766; }}
      location ^~ /app/api {{ proxy_pass http://app:5000; }} }} }}"""
    found = read(tmp_path, text)
    assert to_port(found, 8765).path == r"~* \.ws$"
    assert to_port(found, 8766).forwards_upgrade is True
    assert to_port(found, 5000).details["match"] == "preferential prefix"
    glued = read(tmp_path / "b", "location =/ws { proxy_pass http://rt:8765; }", "x.conf")
    assert (to_port(glued, 8765).path, to_port(glued, 8765).details["match"]) == ("/ws", "exact")


def test_pages_beside_sockets(tmp_path: Path) -> None:
    text = f"server {{ location /ws {{ proxy_pass http://rt:8765; {LITERAL} }} location / {{ proxy_pass http://rt:8765; }} location /api {{ proxy_pass http://rt:8765; }} }}"
    found = read(tmp_path, text)
    assert [hop.websocket for hop in found.hops] == [True, False, False]


def test_what_is_no_configuration(tmp_path: Path) -> None:
    assert read(tmp_path, "# proxy_pass http://x:1;\nworker_processes 1;").hops == []
    broken = read(tmp_path / "b", 'server { proxy_pass http://a:1; x "')
    assert broken.hops == []
    assert "does not end" in broken.notes[0].text
    assert read(tmp_path / "c", "[program:x]\ncommand=proxy_pass\n", "supervisor.conf").hops == []


def test_checks_of_nginx_plus(tmp_path: Path) -> None:
    text = """
http {
    match up { status 200 426; body ~ x; }
    server {
        location /a { proxy_pass http://rt:8765; health_check uri=/h interval=7s match=up; }
        location /b { proxy_pass https://rt:8766; health_check port=9000; }
        location /c { proxy_pass http://rt:8767; health_check type=tcp; }
    }
}
"""
    found = inspected(tmp_path, nginx, {"nginx.conf": text}).callers
    assert [(one.to.port, one.protocol, one.path, one.period, one.expects, one.location.line) for one in found] == [
        (8765, "http", "/h", 7.0, (200, 426), 5),
        (9000, "https", "/", 5.0, (), 6),
    ]


def test_the_path_that_arrives(tmp_path: Path) -> None:
    text = """
location = /_auth { internal; proxy_pass http://rt:8765/auth; }
location /keep { proxy_pass http://rt:8766; }
location /same/ { proxy_pass http://rt:8767/same/; }
"""
    found = inspected(tmp_path, nginx, {"nginx.conf": text})
    arrives = {port: to_port(found, port).details.get("becomes") for port in (8765, 8766, 8767)}
    assert arrives == {8765: "/auth", 8766: None, 8767: None}


@pytest.mark.parametrize(
    ("lines", "becomes"),
    [
        (("location / { try_files $uri @app; }",), "/"),
        (("location /shop/ { try_files $uri $uri/ @app; }",), "/shop/"),
        (("try_files $uri @app;",), "/"),
        (("location / { try_files $uri @app; }", "location /a { try_files $uri @app; }"), "/"),
        (("location /b { try_files $uri @app; }", "location /a { try_files $uri @app; }"), None),
        (("location / { error_page 404 = @app; }",), "/"),
        (("location / { error_page 502 @app; }",), None),
        (("location / { try_files $uri /index.html; }", "location /x { try_files; }"), None),
        (("location ~ ^/a { try_files $uri @app; }",), None),
    ],
)
def test_what_falls_to_a_named_location(tmp_path: Path, lines: tuple[str, ...], becomes: str | None) -> None:
    body = "\n".join((*lines, "location @app { proxy_pass http://rt:8765; }"))
    hop = to_port(inspected(tmp_path, nginx, {"nginx.conf": f"server {{ listen 80;\n{body}\n}}\n"}), 8765)
    assert (hop.path, hop.details.get("becomes"), hop.sends) == ("@app", becomes, ("rewrites-host",))


@pytest.mark.parametrize(
    ("server", "pages"),
    [
        ("listen 80; return 301 https://$host$request_uri;", 1),
        ("listen 80; location / { return 308 https://a.example$request_uri; }", 1),
        ("listen 80; location /old { return 301 https://$host/new; }", 0),
        ("listen 80; return 301 http://$host/;", 0),
        ("listen 443 ssl; return 301 https://www.example.org$request_uri;", 0),
    ],
)
def test_pages_that_are_led_to_https(tmp_path: Path, server: str, pages: int) -> None:
    found = read(tmp_path, f"http {{ server {{ {server} }} server {{ location / {{ proxy_pass http://a:1; }} }} }}")
    assert len(found.pages) == pages
