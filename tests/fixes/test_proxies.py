# ruff: noqa: E501 - configurations are written on one line where that reads better
"""What the fixes of the other proxies make of a configuration, and where they leave it alone."""

from pathlib import Path

import pytest

from tests.fixes.trees import mended

HAPROXY = (
    "defaults\n    mode http\n\nfrontend web\n    bind :80\n{front}    default_backend relay\n\nbackend relay\n{back}"
)
SERVER = "    server a 127.0.0.1:8765"
VCL = 'vcl 4.1;\nbackend relay {{\n    .host = "127.0.0.1";\n    .port = "8765";\n{probe}}}\n{rest}'
ASK = '    if (req.http.Upgrade ~ "(?i)websocket") {\n        return (pipe);\n    }\n'
COPY = "    if (req.http.Upgrade) {\n        set bereq.http.Upgrade = req.http.Upgrade;\n        set bereq.http.Connection = req.http.Connection;\n    }\n"
PIPE = "\nsub vcl_pipe {\n" + COPY + "}\n"


def haproxy(back: str, front: str = "") -> str:
    return HAPROXY.format(front=front, back=back)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ProxyPass /ws http://127.0.0.1:8765/ws\n", "ProxyPass /ws http://127.0.0.1:8765/ws upgrade=websocket\n"),
        ("<Location /ws>\n    ProxyPass http://127.0.0.1:8765/ws\n</Location>\n",
         "<Location /ws>\n    ProxyPass http://127.0.0.1:8765/ws upgrade=websocket\n</Location>\n"),
        ("<Proxy balancer://ws>\n  BalancerMember http://127.0.0.1:8765\n</Proxy>\nProxyPass /ws balancer://ws/\n",
         "<Proxy balancer://ws>\n  BalancerMember http://127.0.0.1:8765 upgrade=websocket\n</Proxy>\nProxyPass /ws balancer://ws/\n"),
        ("ProxyPass / http://127.0.0.1:5000/\nProxyPass /ws ws://127.0.0.1:8765/ws\n",
         "ProxyPass /ws ws://127.0.0.1:8765/ws\nProxyPass / http://127.0.0.1:5000/\n"),
        ("RewriteCond %{HTTP:Upgrade} =WebSocket\nRewriteRule ^/ws ws://127.0.0.1:8765/ws [P,L]\n",
         "RewriteCond %{HTTP:Upgrade} websocket [NC]\nRewriteRule ^/ws ws://127.0.0.1:8765/ws [P,L]\n"),
        ("<Location /ws>\n    RequestHeader unset Upgrade\n    ProxyPass ws://127.0.0.1:8765/ws\n</Location>\n",
         "<Location /ws>\n    ProxyPass ws://127.0.0.1:8765/ws\n</Location>\n"),
        ("ProxyPass /ws wss://127.0.0.1:8765/ws\n", None),
        ("ProxyPass /ws \\\n  http://127.0.0.1:8765/ws\n", None),
        ("RewriteRule ^/ws(.*) http://127.0.0.1:8765/ws$1 [P]\n", None),
        ("<Location />\n  ProxyPass http://127.0.0.1:5000/\n</Location>\nProxyPass /ws ws://127.0.0.1:8765/ws\n", None),
    ],
)  # fmt: skip
def test_apache(tmp_path: Path, before: str, after: str | None) -> None:
    wanted = after.replace("wss:", "ws:") if after else before.replace("wss:", "ws:") if "wss" in before else None
    assert mended(tmp_path, "apache.conf", before) == wanted


def test_apache_check(tmp_path: Path) -> None:
    text = "ProxyPass /ws http://127.0.0.1:8765/ws upgrade=websocket hcmethod=GET hcuri=/healthz\n"
    assert mended(tmp_path, "apache.conf", text) == text.replace("=GET", "=TCP")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("    http-request del-header Upgrade\n    http-request set-header Connection close\n" + SERVER + "\n", ""),
         (SERVER + "\n", "")),
        ((SERVER + "\n", "    http-request del-header Upgrade\n"),
         (SERVER + "\n", "    http-request del-header Upgrade unless { req.hdr(Upgrade) -i websocket }\n")),
        (("    option httpchk\n    http-check expect status 200\n" + SERVER + " check\n", ""),
         ("    option tcp-check\n" + SERVER + " check\n", "")),
        ((SERVER + " send-proxy check # one\n", ""), (SERVER + " check  # one\n", "")),
        ((SERVER + " ssl verify none\n", ""), (SERVER + "\n", "")),
        ((SERVER + " proto h2\n", ""), (SERVER + "\n", "")),
        (("    option httpchk\n" + SERVER + " check\n    server b 127.0.0.1:5000 check\n", ""), None),
        (("    option httpchk\n" + SERVER + "\n", ""), None),
    ],
)  # fmt: skip
def test_haproxy(tmp_path: Path, before: tuple[str, str], after: tuple[str, str] | None) -> None:
    assert mended(tmp_path, "haproxy.cfg", haproxy(*before)) == (None if after is None else haproxy(*after))


def test_haproxy_check_of_the_defaults(tmp_path: Path) -> None:
    text = haproxy(SERVER + " check\n").replace("mode http\n", "mode http\n    option httpchk\n")
    assert mended(tmp_path, "haproxy.cfg", text) == text.replace(SERVER, "    option tcp-check\n" + SERVER)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("    reverse_proxy 127.0.0.1:8765 {\n        header_up Connection close\n        flush_interval -1\n    }\n",
         "    reverse_proxy 127.0.0.1:8765 {\n        flush_interval -1\n    }\n"),
        ("    request_header -Upgrade\n    reverse_proxy 127.0.0.1:8765\n", "    reverse_proxy 127.0.0.1:8765\n"),
        ("    @ws header Connection Upgrade\n    reverse_proxy @ws 127.0.0.1:8765\n",
         "    @ws header Connection *Upgrade*\n    reverse_proxy @ws 127.0.0.1:8765\n"),
        ("    reverse_proxy h2c://127.0.0.1:8765\n", "    reverse_proxy http://127.0.0.1:8765\n"),
        ("    reverse_proxy https://127.0.0.1:8765\n", "    reverse_proxy http://127.0.0.1:8765\n"),
        ("    reverse_proxy 127.0.0.1:8765 {\n        transport http {\n            versions h2c 2\n        }\n    }\n",
         "    reverse_proxy 127.0.0.1:8765 {\n        transport http {\n        }\n    }\n"),
        ("    reverse_proxy 127.0.0.1:8765 {\n        transport http {\n            proxy_protocol v2\n        }\n    }\n",
         "    reverse_proxy 127.0.0.1:8765 {\n        transport http {\n        }\n    }\n"),
        ("    reverse_proxy 127.0.0.1:8765 {\n        health_uri /up\n        health_status 2xx\n    }\n",
         "    reverse_proxy 127.0.0.1:8765 {\n        health_uri /up\n        health_status 426\n    }\n"),
        ("    reverse_proxy 127.0.0.1:8765 {\n        health_uri /up\n    }\n",
         "    reverse_proxy 127.0.0.1:8765 {\n        health_uri /up\n        health_status 426\n    }\n"),
        ("    reverse_proxy 127.0.0.1:8765 {\n        health_uri /up\n        health_method HEAD\n    }\n", None),
    ],
)  # fmt: skip
def test_caddy(tmp_path: Path, before: str, after: str | None) -> None:
    assert mended(tmp_path, "Caddyfile", f":80 {{\n{before}}}\n") == (None if after is None else f":80 {{\n{after}}}\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "\nsub vcl_recv {\n" + ASK + "}\n" + PIPE.lstrip("\n")),
        ("sub vcl_recv {\n}\n", "sub vcl_recv {\n" + ASK + "}\n" + PIPE),
        ("sub vcl_recv {\n    set req.backend_hint = relay;\n}\n",
         "sub vcl_recv {\n    set req.backend_hint = relay;\n" + ASK + "}\n" + PIPE),
        ("sub vcl_recv {\n    return (pipe);\n}\nsub vcl_pipe {\n    set bereq.http.X = \"1\";\n}\n",
         "sub vcl_recv {\n    return (pipe);\n}\nsub vcl_pipe {\n" + COPY + "    set bereq.http.X = \"1\";\n}\n"),
        ("sub vcl_recv { set req.backend_hint = relay; }\n", None),
        ("sub vcl_recv { return (hash); }\n", None),
    ],
)  # fmt: skip
def test_varnish(tmp_path: Path, before: str, after: str | None) -> None:
    made = mended(tmp_path, "default.vcl", VCL.format(probe="", rest=before))
    if before == "":
        assert made is not None
        assert ASK in made
        assert COPY in made
    else:
        assert made == (None if after is None else VCL.format(probe="", rest=after))


def test_varnish_probe(tmp_path: Path) -> None:
    pipe = "sub vcl_recv {\n" + ASK + "}\n" + PIPE
    probe = '    .probe = {\n        .url = "/";\n    }\n'
    wanted = probe.replace('"/";\n', '"/";\n        .expected_response = 426;\n')
    made = mended(tmp_path, "default.vcl", VCL.format(probe=probe, rest=pipe))
    assert made == VCL.format(probe=wanted, rest=pipe)
    other = probe.replace('"/";\n', '"/";\n        .expected_response = 200;\n')
    assert mended(tmp_path, "default.vcl", VCL.format(probe=other, rest=pipe)) == made


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('proxy.server = ( "" => ( ( "host" => "127.0.0.1", "port" => 8765 ) ) )\n',
         'proxy.server = ( "" => ( ( "host" => "127.0.0.1", "port" => 8765 ) ) )\nproxy.header = ( "upgrade" => "enable" )\n'),
        ('proxy.header = ( "upgrade" => "disable" )\nproxy.server = ( "" => ( ( "host" => "127.0.0.1", "port" => 8765 ) ) )\n',
         'proxy.header = ( "upgrade" => "enable" )\nproxy.server = ( "" => ( ( "host" => "127.0.0.1", "port" => 8765 ) ) )\n'),
        ('proxy.header = ( "https-remap" => "enable" )\nproxy.server = ( "" => ( ( "port" => 8765 ) ) )\n',
         'proxy.header = ( "upgrade" => "enable", "https-remap" => "enable" )\nproxy.server = ( "" => ( ( "port" => 8765 ) ) )\n'),
        ('wstunnel.server = ( "" => ( ( "host" => "127.0.0.1", "port" => 8765 ) ) )\n', None),
    ],
)  # fmt: skip
def test_lighttpd(tmp_path: Path, before: str, after: str | None) -> None:
    assert mended(tmp_path, "lighttpd.conf", before) == after
