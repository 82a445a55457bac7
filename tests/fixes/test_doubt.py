# ruff: noqa: E501 - configurations are written on one line where that reads better
"""Where a fix would be a guess, the file stays as it is; and what else each product's fix does with a place by hand."""

from __future__ import annotations

from typing import Any

import pytest

from tests.fixes.trees import fixed, listener
from wsdoctor.model.traffic import Address, Caller, Declared, Hop, Listener, Location, PortMap

STRIPS = "proxy-strips-upgrade"
TLS = "proxy-speaks-tls-to-plaintext-server"
HTTP2 = "http2-prior-knowledge"
PROXY = "proxy-protocol-v1-header"


def by_hop(
    product: str, file: str, text: str, line: int = 1, rule: str = "x", cls: str = STRIPS, **facts: Any
) -> str | None:
    """Return a text after the fix of a hop whose line that is."""
    details = {"directive-line": str(line), **facts.pop("details", {})}
    given: dict[str, Any] = {"forwards_upgrade": False, "lacks": ("upgrade",), "details": details} | facts
    hop = Hop(product, Address("127.0.0.1", 8765), given.pop("scheme", "http"), Location(file, line), **given)
    return fixed(text, hop, listener(), rule, cls)


def by_check(
    product: str,
    file: str,
    text: str,
    line: int = 1,
    end: int | None = None,
    framework: str = "websockets",
    **facts: Any,
) -> str | None:
    """Return a text after the fix of a check whose line that is."""
    given: dict[str, Any] = {"method": "GET", "kind": "health-check"} | facts
    kind = given.pop("kind")
    caller = Caller(product, kind, "http", Address(None, 8765), Location(file, line, end_line=end), "/", **given)
    return fixed(text, caller, listener(framework), "x", "health-check")


@pytest.mark.parametrize(
    "product",
    ["apache", "caddy", "envoy", "haproxy", "kubernetes", "lighttpd", "nginx", "aws-elb", "traefik", "varnish", "vite"],
)
def test_a_port_map_is_no_business_of_a_proxy(product: str) -> None:
    port_map = PortMap(product, (), 80, 8765, None, Location("x.conf", 1))
    assert fixed("a 8765\n", port_map, listener(), "x", STRIPS) is None


@pytest.mark.parametrize(
    ("product", "file"),
    [
        ("apache", "Dockerfile"), ("caddy", "start.sh"), ("caddy", "caddy.json"), ("envoy", "envoy.json"),
        ("haproxy", "start.sh"), ("lighttpd", "start.sh"), ("lighttpd", "values.yaml"), ("nginx", "start.sh"),
        ("traefik", "traefik.toml"), ("varnish", "main.tf"), ("varnish", "configmap.yaml"),
    ],
)  # fmt: skip
def test_configurations_within_other_languages_stay(product: str, file: str) -> None:
    text = "ProxyPass /ws http://127.0.0.1:8765/ws\nproxy_pass http://127.0.0.1:8765;\n"
    assert by_hop(product, file, text) is None


@pytest.mark.parametrize("product", ["apache", "caddy", "envoy", "haproxy", "lighttpd", "nginx", "traefik", "varnish"])
def test_findings_of_other_classes_are_left_alone(product: str) -> None:
    text = ":80 {\n    reverse_proxy 127.0.0.1:8765\n}\nbackend a\n    server a 127.0.0.1:8765\n"
    file = {"envoy": "envoy.yaml", "traefik": "traefik.yml"}.get(product, "proxy.conf")
    assert by_hop(product, file, text, 2, cls="misroute") is None


APACHE = "ProxyPass / http://127.0.0.1:5000/\nProxyPass /ws ws://127.0.0.1:8765/ws\n"


@pytest.mark.parametrize(
    ("text", "line", "facts"),
    [
        ("ProxyPass /ws http://127.0.0.1:8765/ upgrade=websocket\n", 1, {}),
        ("ProxyPass /ws unix:/run/x|http://127.0.0.1:8765/\n", 1, {}),
        ("BalancerMember http://127.0.0.1:8765 \\\n  loadfactor=1\nProxyPass /ws balancer://x/\n", 3, {"details": {"upstream": "x"}}),
        ("ProxyPass /ws balancer://x/\n", 1, {"details": {"upstream": "x"}}),
        ("ProxyPass /ws http://127.0.0.1:8765/\n", 1, {"lacks": ("something",)}),
        (APACHE, 2, {"lacks": ("order",)}),
        (APACHE, 2, {"lacks": ("order",), "details": {"shadowed-by": "line 9"}}),
        ("ProxyPass / http://a/\n  ProxyPass /ws ws://127.0.0.1:8765/ws\n", 2, {"lacks": ("order",), "details": {"shadowed-by": "line 1"}}),
        ("ProxyPass / http://a/\n<Location /x>\n</Location>\nProxyPass /ws ws://b\n", 4, {"lacks": ("order",), "details": {"shadowed-by": "line 1"}}),
        ("RewriteCond %{REQUEST_URI} ^/ws\n", 1, {"lacks": ("condition",)}),
    ],
)  # fmt: skip
def test_apache(text: str, line: int, facts: dict[str, Any]) -> None:
    assert by_hop("apache", "site.conf", text, line, **facts) is None


def test_apache_check_of_several_ports() -> None:
    assert by_check("apache", "site.conf", "ProxyPass /ws http://127.0.0.1:8765/ hcmethod=GET hcmethod=GET\n") is None


CADDY = ":80 {\n    reverse_proxy 127.0.0.1:8765 {\n        header_up Connection close\n    }\n}\n"


@pytest.mark.parametrize(
    ("text", "line", "facts"),
    [
        (CADDY, 9, {}),
        (CADDY, 1, {"details": {"directive-line": "3"}, "rule": HTTP2}),
        (CADDY.replace(":80", "(snippet)"), 2, {}),
        (CADDY.replace("header_up", '"header_up"'), 2, {}),
        (CADDY.replace("        header_up Connection close\n", ""), 2, {}),
        (CADDY, 2, {"lacks": ("condition",)}),
        (CADDY, 2, {"rule": PROXY}),
        (CADDY, 2, {"rule": TLS}),
    ],
)
def test_caddy(text: str, line: int, facts: dict[str, Any]) -> None:
    assert by_hop("caddy", "Caddyfile", text, line, **facts) is None


@pytest.mark.parametrize(
    ("line", "framework", "method"), [(3, "gorilla", "GET"), (3, "websockets", "HEAD"), (2, "websockets", "GET")]
)
def test_caddy_check(line: int, framework: str, method: str) -> None:
    text = CADDY.replace("header_up Connection close", "health_uri /up")
    assert by_check("caddy", "Caddyfile", text, line, framework=framework, method=method) is None


ROUTES = "routes:\n- match: {prefix: /ws}\n  route:\n    cluster: relay\n"
OPTIONS = "explicit_http_config:\n  http2_protocol_options: {}\n"


@pytest.mark.parametrize(
    ("text", "line", "facts", "expected"),
    [
        (ROUTES, 2, {}, ROUTES + "    upgrade_configs:\n    - upgrade_type: websocket\n"),
        (ROUTES, 9, {}, None),
        (ROUTES.replace("cluster: relay", "cluster:\n      name: x"), 2, {}, None),
        (ROUTES.replace("cluster: relay", "weighted: {}"), 2, {}, None),
        (ROUTES.replace("cluster: relay", "cluster: relay\n    upgrade_configs: []"), 2, {}, None),
        (ROUTES.replace("\n    cluster: relay", " relay"), 2, {}, None),
        (ROUTES.replace("\n    cluster: relay", " {cluster: relay,\n    timeout: 1s}"), 2, {}, None),
        (ROUTES.replace("\n    cluster: relay", " {cluster: relay, retry: {on: x}}"), 2, {}, None),
        (ROUTES.replace("\n    cluster: relay", ' {"cluster": "relay"}').replace("route:", '"route":'), 2, {},
         'routes:\n- match: {prefix: /ws}\n  "route": {"cluster": "relay", "upgrade_configs": [{"upgrade_type": "websocket"}]}\n'),
        (ROUTES, 2, {"lacks": ("upgrade",)}, None),
        (OPTIONS, 2, {"rule": HTTP2}, OPTIONS.replace("http2", "http")),
        (OPTIONS.replace("explicit", "use_downstream"), 2, {"rule": HTTP2}, None),
        (OPTIONS.replace("{}", "{a: 1}"), 2, {"rule": HTTP2}, None),
    ],
)  # fmt: skip
def test_envoy(text: str, line: int, facts: dict[str, Any], expected: str | None) -> None:
    assert by_hop("envoy", "envoy.yaml", text, line, **({"lacks": ("upgrade-config",)} | facts)) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- http_health_check:\n    path: /\n", None),
        ("- interval: 1s\n  http_health_check:\n    path: /\n", "- interval: 1s\n  tcp_health_check: {}\n"),
        ("- interval: 1s\n  http_health_check: {path: /,\n    host: x}\n", None),
        ("- {interval: 1s, http_health_check:\n    {path: /}}\n", None),
        ("- interval: 1s\n", None),
    ],
)
def test_envoy_check(text: str, expected: str | None) -> None:
    assert by_check("envoy", "envoy.yaml", text) == expected


BACKEND = "backend relay\n{}    server a 127.0.0.1:8765 check\n"


@pytest.mark.parametrize(
    ("text", "line", "facts", "expected"),
    [
        (BACKEND.format(""), 9, {}, None),
        (BACKEND.format(""), 2, {"lacks": ()}, None),
        (BACKEND.format(""), 2, {}, None),
        (BACKEND.format(""), 1, {"rule": PROXY}, None),
        (BACKEND.format("    http-request set-header X y\n    http-request del-header Upgrade if x\n"), 2, {}, None),
        ("frontend web\n    http-request del-header Upgrade # why\n" + BACKEND.format(""), 2, {}, None),
        ("frontend web\n    http-request del-header Upgrade\n    http-request del-header X\n" + BACKEND.format(""), 2, {},
         "frontend web\n    http-request del-header Upgrade unless { req.hdr(Upgrade) -i websocket }\n    http-request del-header X\n" + BACKEND.format("")),
    ],
)  # fmt: skip
def test_haproxy(text: str, line: int, facts: dict[str, Any], expected: str | None) -> None:
    assert by_hop("haproxy", "haproxy.cfg", text, line, **facts) == expected


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        (BACKEND.format(""), 2, BACKEND.format("    option tcp-check\n")),
        (BACKEND.format("    option tcp-check\n"), 3, None),
        (BACKEND.format("    option forwardfor\n"), 3, "backend relay\n    option forwardfor\n    option tcp-check\n    server a 127.0.0.1:8765 check\n"),
        (BACKEND.format("    option httpchk\n    option httpchk GET /\n"), 4, None),
        (BACKEND.format(""), 1, None),
        ("defaults\n    option httpchk\n", 2, None),
    ],
)  # fmt: skip
def test_haproxy_check(text: str, line: int, expected: str | None) -> None:
    assert by_check("haproxy", "haproxy.cfg", text, line) == expected


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("livenessProbe:\n  httpGet: {path: /, port: 8765}\n", {"kind": "scrape"}),
        ("livenessProbe: yes\n", {}),
        ("livenessProbe:\n  exec: {command: [a]}\n", {}),
        ("livenessProbe:\n  httpGet: yes\n", {}),
        ("livenessProbe:\n  httpGet: {path: /}\n", {}),
        ("livenessProbe:\n  httpGet: {path: /, port: [1]}\n", {}),
        ("livenessProbe:\n  httpGet:\n    {path: /,\n     port: 8765}\n", {}),
        ("livenessProbe:\n  httpGet: # alive\n    {path: /,\n     port: 8765}\n", {}),
        ("livenessProbe:\n  httpGet: {path: /, httpHeaders: [{name: a}], port: 8765}\n", {}),
        ("livenessProbe:\n  {httpGet: {path: /,\n  port: 8765}}\n", {}),
        ("x: &p\n  httpGet: {path: /, port: 8765}\nlivenessProbe: *p\n", {"line": 3}),
    ],
)
def test_kubernetes(text: str, facts: dict[str, Any]) -> None:
    assert by_check("kubernetes", "pod.yaml", text, **facts) is None


def test_kubernetes_keeps_the_port_alone() -> None:
    text = "livenessProbe:\n  httpGet:\n    port: 8765\n    httpHeaders: [a,\n      b]\n    <<: {path: /}\n"
    assert by_check("kubernetes", "pod.yaml", text) == "livenessProbe:\n  tcpSocket:\n    port: 8765\n"


LIGHTTPD = 'proxy.server = ( "" => ( ( "port" => 8765 ) ) )\n'


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        (LIGHTTPD, 9, None),
        ('include "x.conf"\n' + LIGHTTPD, 2, None),
        ("x = 1 " + LIGHTTPD, 1, None),
        (LIGHTTPD.replace("\n", " + other\n"), 1, None),
        ("proxy.header = (\n)\n" + LIGHTTPD, 3, None),
        ("proxy.header = ( )\nproxy.header = ( )\n" + LIGHTTPD, 3, None),
        ("proxy.header = other\n" + LIGHTTPD, 2, None),
        ('$HTTP["url"] =~ "^/ws" {\n  ' + LIGHTTPD + "}\n", 2,
         '$HTTP["url"] =~ "^/ws" {\n  ' + LIGHTTPD + '  proxy.header = ( "upgrade" => "enable" )\n}\n'),
    ],
)  # fmt: skip
def test_lighttpd(text: str, line: int, expected: str | None) -> None:
    assert by_hop("lighttpd", "lighttpd.conf", text, line) == expected


def test_lighttpd_of_raw_tcp() -> None:
    assert by_hop("lighttpd", "lighttpd.conf", LIGHTTPD, scheme="tcp") is None


SITE = "server {\n    location /ws {\n        proxy_pass http://127.0.0.1:8765;\n    }\n}\n"
ALL = ("http-version", "upgrade", "connection")


@pytest.mark.parametrize(
    ("text", "line", "facts", "expected"),
    [
        (SITE, 3, {"details": {"directive-file": "other.conf"}}, None),
        (SITE, 9, {}, None),
        (SITE, 2, {}, None),
        (SITE, 3, {"details": {"offender": "proxy_set_header Upgrade x"}}, None),
        (SITE.replace("proxy_pass", "proxy_http_version\n1.0; proxy_pass"), 4, {}, None),
        (SITE.replace("proxy_pass", "proxy_set_header Connection close; proxy_set_header Connection close; proxy_pass"), 3, {}, None),
        (SITE, 3, {"rule": PROXY}, None),
        (SITE.replace("proxy_pass", "proxy_protocol on; proxy_pass"), 3, {"rule": PROXY}, None),
        (SITE, 3, {"rule": TLS}, None),
        (SITE.replace("        proxy_pass", "        if ($a) { return 1; } proxy_pass"), 3, {}, None),
        ("map $http_upgrade $c {\n    default upgrade;\n    '' close;\n}\n" + SITE, 7, {},
         "map $http_upgrade $c {\n    default upgrade;\n    '' close;\n}\n"
         + SITE.replace("8765;\n", "8765;\n        proxy_http_version 1.1;\n        proxy_set_header Upgrade $http_upgrade;\n        proxy_set_header Connection $c;\n")),
        ("map $http_upgrade $c {\n    default close;\n}\n" + SITE, 6, {},
         "map $http_upgrade $c {\n    default close;\n}\n"
         + SITE.replace("8765;\n", '8765;\n        proxy_http_version 1.1;\n        proxy_set_header Upgrade $http_upgrade;\n        proxy_set_header Connection "upgrade";\n')),
        (SITE.replace("        proxy_pass http://127.0.0.1:8765;", "        proxy_set_header Connection close; proxy_pass http://127.0.0.1:8765;"), 3, {},
         SITE.replace("        proxy_pass http://127.0.0.1:8765;",
                      '        proxy_set_header Connection "upgrade"; proxy_pass http://127.0.0.1:8765; proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade;')),
    ],
)  # fmt: skip
def test_nginx(text: str, line: int, facts: dict[str, Any], expected: str | None) -> None:
    assert by_hop("nginx", "site.conf", text, line, **({"lacks": ALL, "sends": ("rewrites-host",)} | facts)) == expected


def test_nginx_fields_of_http_are_repeated_once_the_map_is_there() -> None:
    text = "http {\n    proxy_set_header Host $host;\n" + SITE.replace("\n", "\n    ").rstrip(" ") + "}\n"
    made = by_hop("nginx", "nginx.conf", text, 5, lacks=ALL)
    assert made is not None
    assert made.startswith("http {\n    map $http_upgrade $connection_upgrade {\n        default upgrade;\n")
    assert "proxy_set_header Connection $connection_upgrade;\n            proxy_set_header Host $host;\n" in made


def test_nginx_fields_in_two_lines_are_not_repeated() -> None:
    text = "http {\n    proxy_set_header Host\n        $host;\n" + SITE + "}\n"
    assert by_hop("nginx", "nginx.conf", text, 6, lacks=ALL) is None


@pytest.mark.parametrize(
    ("text", "public"),
    [
        ("[[ports]]\nlocalPort = 8765\nexternalPort = 80\n[[ports]]\nlocalPort = 5000\nexternalPort = 3000\n", False),
        ("[[ports]]\nlocalPort = 8765\nexternalPort = 80\n[[ports]]\nlocalPort = 5000\n", True),
        ("[[ports]]\nlocalPort = 8765\n[[ports]]\nlocalPort = 5000\nexternalPort = 80\n", True),
        ("[run]\nlocalPort = 8765\nexternalPort = 80\n", True),
    ],
)
def test_replit(text: str, public: bool) -> None:
    port_map = PortMap("replit", (), 80, 8765, None, Location(".replit", 1), public=public)
    pages = Declared([Listener(5000, "http", Location("web.py", 3), "flask")])
    assert fixed(text, port_map, listener(), "x", declared=pages) is None


HEALTH = '  health_check {\n    path = "/"\n  }\n'


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("lb.json", HEALTH),
        ("lb.tf", HEALTH + HEALTH),
        ("lb.tf", HEALTH.replace("  }\n", "")),
        ("lb.tf", HEALTH.replace('    path = "/"\n', "    interval = 5\n")),
        ("lb.tf", HEALTH.replace('    path = "/"\n', "    matcher = var.codes\n")),
        ("lb.tf", HEALTH.replace("{\n", "{ path = 1 }\n")),
    ],
)
def test_terraform(file: str, text: str) -> None:
    assert by_check("aws-elb", file, text, 1, 6) is None


LABELS = (
    "labels:\n  - traefik.http.middlewares.c.headers.customrequestheaders.Connection=close\n"
    "  - traefik.http.routers.r.middlewares=c@docker\n  - traefik.http.routers.s.middlewares=other\n"
    "  - traefik.http.routers.t.middlewares=\n"
)
FILE = (
    "http:\n  middlewares:\n    c:\n      headers:\n        customRequestHeaders:\n          Connection: close\n"
    "  routers:\n    r:\n      middlewares: [c]\n    s:\n      middlewares: [other]\n    t:\n      middlewares: c\n"
)


@pytest.mark.parametrize(
    ("text", "line", "facts", "expected"),
    [
        (LABELS, 2, {}, "labels:\n  - traefik.http.routers.s.middlewares=other\n  - traefik.http.routers.t.middlewares=\n"),
        (LABELS.replace("labels:\n", "labels:\n  - traefik.http.middlewares.c.headers.framedeny=true\n"), 3, {},
         ("labels:\n  - traefik.http.middlewares.c.headers.framedeny=true\n  - traefik.http.routers.r.middlewares=c@docker\n"
         "  - traefik.http.routers.s.middlewares=other\n  - traefik.http.routers.t.middlewares=\n")),
        (FILE, 6, {}, "http:\n  routers:\n    r:\n    s:\n      middlewares: [other]\n    t:\n      middlewares: c\n"),
        (FILE, 1, {}, None),
        (FILE, 6, {"sends": ("auth-subrequest",)}, None),
        (FILE.replace("\n          Connection: close", " {Connection: close}"), 5, {}, None),
        (FILE.replace("        customRequestHeaders:\n          Connection: close\n", "        {customRequestHeaders:\n          {Connection: close}}\n"), 6, {}, None),
        (FILE.replace("middlewares:\n    c", "others:\n    c"), 6, {}, None),
        ("http: {middlewares: {c: {headers: {customRequestHeaders:\n  {Connection: close}}}}}\n", 2, {}, None),
        ("servers:\n- url: h2c://127.0.0.1:8765\n", 2, {"rule": HTTP2}, "servers:\n- url: http://127.0.0.1:8765\n"),
        ("labels:\n- traefik.http.services.a.loadbalancer.server.scheme=h2c\n", 2, {"rule": HTTP2},
         "labels:\n- traefik.http.services.a.loadbalancer.server.scheme=http\n"),
        ("servers:\n- url: http://127.0.0.1:8765\n", 2, {"rule": HTTP2}, None),
        ("servers:\n- url: https://127.0.0.1:8765\n", 2, {"rule": TLS}, "servers:\n- url: http://127.0.0.1:8765\n"),
    ],
)  # fmt: skip
def test_traefik(text: str, line: int, facts: dict[str, Any], expected: str | None) -> None:
    assert by_hop("traefik", "dynamic.yml", text, line, **facts) == expected


@pytest.mark.parametrize(
    ("text", "line", "facts", "expected"),
    [
        ("healthCheck:\n  path: /up # alive\n", 2, {}, "healthCheck:\n  path: /up # alive\n  status: 426\n"),
        ("healthCheck: {path: /up}\n", 1, {}, None),
        ('- "traefik.http.services.a.loadbalancer.healthcheck.path=/up"\n', 1, {},
         '- "traefik.http.services.a.loadbalancer.healthcheck.path=/up"\n- "traefik.http.services.a.loadbalancer.healthcheck.status=426"\n'),
        ("traefik.http.services.a.loadbalancer.healthcheck.path: /up\n", 1, {}, None),
        ("healthCheck:\n  path: /up\n", 2, {"expects": (200,)}, None),
        ("healthCheck:\n  path: /up\n", 2, {"framework": "gorilla"}, None),
    ],
)  # fmt: skip
def test_traefik_check(text: str, line: int, facts: dict[str, Any], expected: str | None) -> None:
    assert by_check("traefik", "dynamic.yml", text, line, **facts) == expected


RECEIVE = "sub vcl_recv {\n    set req.backend_hint = relay;\n}\n"
PIPE = "sub vcl_pipe {\n    set bereq.http.Upgrade = req.http.Upgrade;\n    set bereq.http.Connection = req.http.Connection;\n}\n"


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        (RECEIVE + PIPE, {"lacks": ("upgrade",)}),
        ("sub vcl_recv {\n    if (a) { set req.backend_hint = relay; }\n}\n" + PIPE, {"lacks": ("pipe",)}),
        ("sub vcl_recv {}\nsub vcl_recv {}\n" + PIPE, {"lacks": ("pipe",)}),
        ("sub vcl_recv { return (hash); }\n" + PIPE, {"lacks": ("pipe",)}),
        (RECEIVE + "sub vcl_pipe { set bereq.http.X = req.http.X; }\n", {"lacks": ("upgrade",)}),
        ("sub vcl_recv {\n    set req.backend_hint = relay; }\n", {"lacks": ("upgrade",)}),
        (RECEIVE, {"rule": PROXY}),
    ],
)
def test_varnish(text: str, facts: dict[str, Any]) -> None:
    assert by_hop("varnish", "default.vcl", text, 2, **facts) is None


def test_varnish_sends_no_proxy_header() -> None:
    text = "backend relay {\n    .proxy_header = 1;\n}\n"
    assert by_hop("varnish", "default.vcl", text, 2, rule=PROXY) == "backend relay {\n}\n"


@pytest.mark.parametrize(
    ("text", "method"),
    [
        (".probe = {\n    .request = \"HEAD / HTTP/1.1\";\n}\n", "HEAD"),
        (".probe = {\n    .expected_response = status;\n}\n", "GET"),
        (".probe = { .url = \"/\"; }\n", "GET"),
    ],
)  # fmt: skip
def test_varnish_probe(text: str, method: str) -> None:
    assert by_check("varnish", "default.vcl", text, 1, 3, method=method) is None


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("'/live': { target: 'http://localhost:8765' },\n", "another-rule"),
        ("'/live': {\n" + "  a: 1,\n" * 70 + "  target: 'x' },\n", "dev-server-proxy-without-websockets"),
        ("'/live': {\n  a: { target: 'x' },\n  b: { target: 'y' } },\n", "dev-server-proxy-without-websockets"),
        ("'/live': {\n  ws: false,\n  other: { ws: false } },\n", "dev-server-proxy-without-websockets"),
        ("'/live': { // target: 'x'\n},\n", "dev-server-proxy-without-websockets"),
    ],
)
def test_vite(text: str, rule: str) -> None:
    assert by_hop("vite", "vite.config.js", text, rule=rule, lacks=("websocket",)) is None
