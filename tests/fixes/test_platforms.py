# ruff: noqa: E501, ISC004 - configurations are written on one line where that reads better
"""What the fixes of manifests, checks, dev servers and code make of a file, and where they leave it alone."""

from pathlib import Path

import pytest

from tests.fixes.trees import fixed, listener, mended
from wsdoctor.model.traffic import Address, Caller, Declared, Hop, Listener, Location, PortMap

POD = """\
apiVersion: v1
kind: Pod
metadata: {{name: chat}}
spec:
  containers:
    - name: chat
      livenessProbe:
{probe}        periodSeconds: 5
      readinessProbe:
        tcpSocket: {{port: 8765}}
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("        httpGet:  # alive?\n          path: /healthz\n          port: 8765\n          httpHeaders:\n"
         "            - name: X\n              value: y\n",
         "        tcpSocket:  # alive?\n          port: 8765\n"),
        ("        httpGet: {path: /healthz, port: 8765}\n", "        tcpSocket: {port: 8765}\n"),
        ("        httpGet: {path: /healthz, port: 8765,\n          scheme: HTTP}\n", None),
    ],
)  # fmt: skip
def test_kubernetes(tmp_path: Path, before: str, after: str | None) -> None:
    made = mended(tmp_path, "pod.yaml", POD.format(probe=before))
    assert made == (None if after is None else POD.format(probe=after))


CHART = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{{{ .Release.Name }}}}
spec:
  template:
    spec:
      containers:
        - name: chat
          livenessProbe:
{probe}            periodSeconds: 5
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("            httpGet:\n              path: /healthz\n              port: {{ .Values.port }}\n",
         "            tcpSocket:\n              port: {{ .Values.port }}\n"),
        ("            httpGet:\n              path: {{ .Values.path | quote }}\n              port: 8765\n",
         "            tcpSocket:\n              port: 8765\n"),
        ("            httpGet:\n              {{- toYaml .Values.probe | nindent 14 }}\n              port: 8765\n", None),
        ("            httpGet: {path: /, port: 8765}\n", None),
        ("            httpGet:\n              path: /\n", None),
    ],
)  # fmt: skip
def test_helm(before: str, after: str | None) -> None:
    whole = CHART.format(probe="PROBE\n").replace("PROBE\n", before)
    at = Location("chart/templates/chat.yaml", 10, 1, "", 14)
    probe = Caller("helm", "health-check", "http", Address("localhost", 8765), at)
    wanted = None if after is None else CHART.format(probe="PROBE\n").replace("PROBE\n", after)
    assert fixed(whole, probe, listener(), "kubernetes-probe") == wanted


def test_consul_and_nomad(tmp_path: Path) -> None:
    check = 'service {\n  name = "chat"\n  port = 8765\n  check {\nFIELDS  }\n}\n'
    before = '    http     = "http://localhost:8765/healthz"\n    method   = "GET"\n    interval = "10s"\n'
    after = '    tcp      = "localhost:8765"\n    interval = "10s"\n'
    assert mended(tmp_path / "a", "consul/chat.hcl", check.replace("FIELDS", before)) == check.replace("FIELDS", after)
    given = check.replace("FIELDS", before + '    header { x = ["y"] }\n')
    assert mended(tmp_path / "b", "consul/chat.hcl", given) is None
    json = '{"service": {"name": "chat", "port": 8765, "check": {\n  HTTP\n  "interval": "10s"\n}}}\n'
    asked, opened = '"http": "http://localhost:8765/healthz",', '"tcp": "localhost:8765",'
    assert mended(tmp_path / "c", "consul/chat.json", json.replace("HTTP", asked)) == json.replace("HTTP", opened)


def nomad(kind: str, more: str = "") -> tuple[str, Caller]:
    text = f'check {{\n  type     = "{kind}"\n{more}  interval = "10s"\n}}\n'
    at = Location("chat.nomad", 1, 1, "", text.count("\n"))
    return text, Caller("nomad", "health-check", "http", Address("localhost", 8765), at)


@pytest.mark.parametrize("more", ['  path     = "/"\n', '  path     = "/"\n  method   = "HEAD"\n'])
def test_nomad(more: str) -> None:
    text, check = nomad("http", more)
    assert fixed(text, check, listener(), "consul-health-check") == nomad("tcp")[0]


def test_consul_in_doubt() -> None:
    at = Location("consul.py", 1)
    check = Caller("consul", "health-check", "http", Address("localhost", 8765), at)
    assert fixed('http = "http://localhost:8765/"\n', check, listener(), "consul-health-check") is None
    check = Caller("consul", "health-check", "http", Address("localhost", 8765), Location("chat.hcl", 1))
    assert fixed('http = "http://${host}/"\n', check, listener(), "consul-health-check") is None


def test_nomad_in_doubt() -> None:
    text, check = nomad("grpc")
    assert fixed(text, check, listener(), "consul-health-check") is None


GATUS = "endpoints:\n  - name: chat\n    url: URL\n    conditions:\n      - CONDITION\n"


@pytest.mark.parametrize(
    ("url", "condition", "after"),
    [
        ("http://localhost:8765/", '"[STATUS] == 200"', ("ws://localhost:8765/", '"[CONNECTED] == true"')),
        ("http://localhost:8765/", '"[BODY] == ok"', None),
        ("http://localhost:8765/\n    method: HEAD", '"[STATUS] == 200"', None),
        ("http://localhost:8765/", '"[STATUS] == 200"\n      - "[STATUS] != 500"', None),
        ("http://localhost:8765/", '{a: b}', None),
    ],
)  # fmt: skip
def test_gatus(tmp_path: Path, url: str, condition: str, after: tuple[str, str] | None) -> None:
    text = GATUS.replace("URL", url).replace("CONDITION", condition)
    wanted = GATUS.replace("URL", after[0]).replace("CONDITION", after[1]) if after else None
    assert mended(tmp_path, "gatus.yaml", text) == wanted


def test_gatus_keeps_other_conditions(tmp_path: Path) -> None:
    text = GATUS.replace("URL", "http://localhost:8765/").replace(
        "CONDITION", '"[RESPONSE_TIME] < 300"\n      - "[STATUS] < 500"'
    )
    made = mended(tmp_path, "gatus.yaml", text)
    assert made == text.replace("http:", "ws:").replace("[STATUS] < 500", "[CONNECTED] == true")
    paths = listener(paths=("/feed",))
    check = Caller("gatus", "uptime-monitor", "http", Address("localhost", 8765), Location("gatus.yaml", 2, 1, "", 6))
    assert fixed(text, check, paths, "gatus-monitor") is None
    assert fixed("a: 1\n", check, listener(), "gatus-monitor") is None


GOOGLE = 'resource "google_compute_health_check" "chat" {\n  BLOCK\n}\n'


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('http_health_check {\n    port = 8765\n    request_path = "/healthz"\n  }',
         "tcp_health_check {\n    port = 8765\n  }"),
        ("http_health_check {\n    port = 8765\n    request_path = var.path\n    other = 1\n  }", None),
    ],
)  # fmt: skip
def test_google(tmp_path: Path, before: str, after: str | None) -> None:
    wanted = None if after is None else GOOGLE.replace("BLOCK", after)
    assert mended(tmp_path, "main.tf", GOOGLE.replace("BLOCK", before)) == wanted


@pytest.mark.parametrize(
    ("product", "before", "after"),
    [
        ("aws-elb", '  protocol         = "TLS"', '  protocol         = "TCP"'),
        ("aws-elb", '  protocol = "HTTPS"', '  protocol = "HTTP"'),
        ("aws-elb", '  protocol_version = "GRPC"', '  protocol_version = "HTTP1"'),
        ("aws-elb", "      Protocol: TLS", "      Protocol: TCP"),
        ("aws-elb", '    "ProtocolVersion": "HTTP2",', '    "ProtocolVersion": "HTTP1",'),
        ("google", '  protocol = "HTTP2"', '  protocol = "HTTP"'),
        ("azure", '    protocol = "Https"', '    protocol = "Http"'),
        ("azure", '    transport = "http2"', '    transport = "http"'),
        ("digitalocean", '    target_protocol = "https"', '    target_protocol = "http"'),
        ("digitalocean", "    protocol: HTTP2", "    protocol: HTTP"),
        ("cloud-run", '        name = "h2c"', '        name = "http1"'),
        ("knative", "            - name: h2c", "            - name: http1"),
        ("fly", "    h2_backend = true", "    h2_backend = false"),
        ("ingress-nginx", '    nginx.ingress.kubernetes.io/backend-protocol: "HTTPS"',
         '    nginx.ingress.kubernetes.io/backend-protocol: "HTTP"'),
        ("google", "  protocol = var.protocol", None),
    ],
)  # fmt: skip
def test_routes_of_clouds(product: str, before: str, after: str | None) -> None:
    hop = Hop(product, Address("localhost", 8765), "https", Location("main.tf", 2))
    made = fixed(f"a\n{before}\nb\n", hop, listener(tls=False), "x", "tls-on-plaintext")
    assert made == (None if after is None else f"a\n{after}\nb\n")
    assert fixed(f"a\n{before}\nb\n", hop, listener(), "x", "misroute") is None
    other = Declared(hops=[hop, Hop(product, Address("localhost", 9), "https", Location("main.tf", 2))])
    assert fixed(f"a\n{before}\nb\n", hop, listener(), "x", "tls-on-plaintext", other) is None


TRAEFIK = """\
http:
  routers:
    relay:
      rule: "PathPrefix(`/ws`)"
      service: relay
{routed}{middlewares}  services:
    relay:
      loadBalancer:
        servers:
          - url: "http://127.0.0.1:8765"
"""
CLOSING = "    closing:\n      headers:\n        customRequestHeaders:\n          Connection: close\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("      middlewares: [closing]\n", "  middlewares:\n" + CLOSING), ("", "")),
        (("      middlewares: [closing, other]\n", "  middlewares:\n" + CLOSING + "    other:\n      compress: {}\n"),
         ("      middlewares: [other]\n", "  middlewares:\n    other:\n      compress: {}\n")),
        (("      middlewares:\n        - other\n        - closing\n",
          "  middlewares:\n" + CLOSING + "    other:\n      compress: {}\n"),
         ("      middlewares:\n        - other\n", "  middlewares:\n    other:\n      compress: {}\n")),
        (("      middlewares: [closing]\n", "  middlewares:\n" + CLOSING + "          X-Real: yes\n"),
         ("      middlewares: [closing]\n", "  middlewares:\n" + CLOSING.replace("          Connection: close\n", "          X-Real: yes\n"))),
        (("      middlewares: [closing]\n", "  middlewares:\n" + CLOSING + "        frameDeny: true\n"),
         ("      middlewares: [closing]\n", "  middlewares:\n    closing:\n      headers:\n        frameDeny: true\n")),
    ],
)  # fmt: skip
def test_traefik_file(tmp_path: Path, before: tuple[str, str], after: tuple[str, str]) -> None:
    text = TRAEFIK.format(routed=before[0], middlewares=before[1])
    assert mended(tmp_path, "dynamic.yml", text) == TRAEFIK.format(routed=after[0], middlewares=after[1])


def test_traefik_labels(tmp_path: Path) -> None:
    start = (
        "services:\n  chat:\n    build: .\n    labels:\n      - traefik.http.services.chat.loadbalancer.server.port=8765\n"
        "      - traefik.http.routers.chat.rule=PathPrefix(`/ws`)\n"
    )
    closing = '      - "traefik.http.middlewares.c.headers.customrequestheaders.Connection=close"\n'
    path = "      - traefik.http.services.chat.loadbalancer.healthcheck.path=/up\n"
    made = mended(tmp_path, "compose.yml", start + "      - traefik.http.routers.chat.middlewares=c,gzip\n" + closing
                  + "      - traefik.http.middlewares.gzip.compress=true\n" + path)  # fmt: skip
    assert made == (start + "      - traefik.http.routers.chat.middlewares=gzip\n"
                    "      - traefik.http.middlewares.gzip.compress=true\n" + path + path.replace("path=/up", "status=426"))  # fmt: skip


ENVOY = """\
static_resources:
  listeners:
  - address: {{socket_address: {{address: 0.0.0.0, port_value: 80}}}}
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          stat_prefix: web
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: {{prefix: /ws}}
{route}  clusters:
  - name: relay
{cluster}    load_assignment:
      cluster_name: relay
      endpoints:
      - lb_endpoints:
        - endpoint: {{address: {{socket_address: {{address: 127.0.0.1, port_value: 8765}}}}}}
"""
GOOD_ROUTE = "                route: {cluster: relay, upgrade_configs: [{upgrade_type: websocket}]}\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (("                route: {cluster: relay}\n", ""), (GOOD_ROUTE, "")),
        (("                route:\n                  cluster: relay\n", ""),
         ("                route:\n                  cluster: relay\n                  upgrade_configs:\n"
          "                  - upgrade_type: websocket\n", "")),
        ((GOOD_ROUTE, "    health_checks:\n    - timeout: 1s\n      interval: 5s\n      http_health_check:\n        path: /\n"),
         (GOOD_ROUTE, "    health_checks:\n    - timeout: 1s\n      interval: 5s\n      tcp_health_check: {}\n")),
        ((GOOD_ROUTE, "    health_checks:\n    - interval: 5s\n      http_health_check: {path: /}\n"),
         (GOOD_ROUTE, "    health_checks:\n    - interval: 5s\n      tcp_health_check: {}\n")),
        (("                route: {cluster: relay, upgrade_configs: [{upgrade_type: h2c}]}\n", ""), None),
    ],
)  # fmt: skip
def test_envoy(tmp_path: Path, before: tuple[str, str], after: tuple[str, str] | None) -> None:
    text = ENVOY.format(route=before[0], cluster=before[1])
    wanted = None if after is None else ENVOY.format(route=after[0], cluster=after[1])
    assert mended(tmp_path, "envoy.yaml", text) == wanted


PYTHON = "import socket; socket.create_connection(('127.0.0.1', 8765), 2).close()"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "HEALTHCHECK CMD curl -f http://localhost:8765/up || exit 1\n",
            f'HEALTHCHECK CMD python3 -c "{PYTHON}" || exit 1\n',
        ),
        (
            'HEALTHCHECK CMD ["curl", "-f", "http://localhost:8765/"]\n',
            f'HEALTHCHECK CMD ["python3", "-c", "{PYTHON}"]\n',
        ),
        ("HEALTHCHECK CMD curl -f http://localhost:8765/ | grep ok\n", None),
    ],
)
def test_dockerfile(tmp_path: Path, before: str, after: str | None) -> None:
    base = "FROM python:3.12\nCOPY server.py .\n"
    compose = "services:\n  chat:\n    build: .\n"
    made = mended(tmp_path, "Dockerfile", base + before, **{"compose.yml": compose})
    assert made == (None if after is None else base + after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('["CMD", "curl", "-f", "http://localhost:8765/"]', f'["CMD", "python3", "-c", "{PYTHON}"]'),
        (
            '["CMD-SHELL", "curl -f http://localhost:8765/ || exit 1"]',
            f'["CMD-SHELL", "python3 -c \\"{PYTHON}\\" || exit 1"]',
        ),
        ("'curl -f http://localhost:8765/'", "'python3 -c \"" + PYTHON.replace("'", "''") + "\"'"),
        ("curl -f http://localhost:8765/", f'python3 -c "{PYTHON}"'),
        ("'curl -f http://localhost:8765/ && curl -f http://localhost:5000/'", None),
    ],
)
def test_compose(tmp_path: Path, before: str, after: str | None) -> None:
    text = "services:\n  chat:\n    build: .\n    healthcheck:\n      test: {}\n"
    made = mended(tmp_path, "compose.yml", text.format(before), Dockerfile="FROM python:3.12\nCOPY server.py .\n")
    assert made == (None if after is None else text.format(after))


CHECK = '  health_check {{\n    path     = "/"\n{matcher}  }}\n'


@pytest.mark.parametrize(
    ("matcher", "wanted"),
    [
        ('    matcher  = "200-299"\n', '    matcher  = "426"\n'),
        ("", '    matcher  = "426"\n'),
        ("    protocol = var.it\n", None),
    ],
)
def test_terraform(matcher: str, wanted: str | None) -> None:
    caller = Caller(
        "aws-elb", "health-check", "http", Address(None, 8765), Location("lb.tf", 1, end_line=6), "/", "GET"
    )
    made = fixed(CHECK.format(matcher=matcher), caller, listener(), "aws-elb-health-check")
    assert made == (None if wanted is None else CHECK.format(matcher=wanted))
    assert fixed(CHECK.format(matcher=matcher), caller, listener("gorilla"), "aws-elb-health-check") is None


def test_replit_swaps_the_external_ports() -> None:
    text = (
        "[[ports]]\nlocalPort = 8765\nexternalPort = 80 # first\n\n[[ports]]\nlocalPort = 5000\nexternalPort = 3000\n"
    )
    port_map = PortMap("replit", (), 80, 8765, None, Location(".replit", 1), public=True)
    pages = Declared([Listener(5000, "http", Location("web.py", 3), "flask")])
    made = fixed(text, port_map, listener(), "public-port-ends-at-websocket-port", declared=pages)
    assert made == text.replace("= 80 ", "= @ ").replace("3000", "80").replace("@", "3000")
    assert fixed(text, port_map, listener(), "public-port-ends-at-websocket-port") is None
    twice = text + text[: text.index("\n\n") + 1]
    assert fixed(twice, port_map, listener(), "public-port-ends-at-websocket-port", declared=pages) is None


def entry(product: str, lines: str, line: int = 1, path: str = "/live") -> str | None:
    hop = Hop(
        product, Address("localhost", 8765), "http", Location("vite.config.js", line), path=path, lacks=("websocket",)
    )
    return fixed(lines, hop, listener(), "dev-server-proxy-without-websockets", "proxy-strips-upgrade")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (
            "'/live': { target: 'http://localhost:8765' },\n",
            "'/live': { target: 'http://localhost:8765', ws: true },\n",
        ),
        (
            "'/live': {\n  target: 'http://localhost:8765',\n},\n",
            "'/live': {\n  target: 'http://localhost:8765',\n  ws: true,\n},\n",
        ),
        ("'/live': {\n  target: URL // it\n},\n", "'/live': {\n  target: URL, // it\n  ws: true\n},\n"),
        (
            '"/live": {\n  "target": "http://localhost:8765"\n}\n',
            '"/live": {\n  "target": "http://localhost:8765",\n  "ws": true\n}\n',
        ),
        (
            "'/live': { target: 'http://localhost:8765', ws: false },\n",
            "'/live': { target: 'http://localhost:8765', ws: true },\n",
        ),
        (
            "'/live': 'http://localhost:8765',\n",
            "'/live': { target: 'http://localhost:8765', changeOrigin: true, ws: true },\n",
        ),
        ("'/live': { target: 'http://localhost:8765', ws: true },\n", None),
        ("'/live': proxied,\n", None),
    ],
)
def test_dev_servers(before: str, after: str | None) -> None:
    assert entry("vite", before) == after


def test_the_own_socket_of_webpack_is_not_proxied() -> None:
    text = "'/ws': { target: 'http://localhost:8765' },\n"
    assert entry("webpack-dev-server", text, path="/ws") is None
    assert entry("http-proxy-middleware", text) is None
    assert entry("webpack-dev-server", "'/live': 'http://localhost:8765',\n") is None


def test_wss_to_a_plain_port() -> None:
    caller = Caller("browser", "websocket-client", "wss", Address("localhost", 8765), Location("a.js", 1))
    text = "const s = new WebSocket('wss://localhost:8765/x')\n"
    plain = listener(tls=False)
    assert fixed(text, caller, plain, "wss-to-plaintext-port") == text.replace("wss", "ws")
    assert fixed("const s = new WebSocket(URL)\n", caller, plain, "wss-to-plaintext-port") is None
    assert fixed(text, caller, plain, "another-rule") is None
