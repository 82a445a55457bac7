# ruff: noqa: E501 - configurations are written on one line where that reads better
from pathlib import Path

import pytest

from tests.inspectors.proxy_factory import call, inspected, to_port
from wsdoctor.inspectors import traefik
from wsdoctor.model.traffic import Declared


def read(tmp_path: Path, text: str, name: str = "dynamic.yml", **more: str) -> Declared:
    return inspected(tmp_path, traefik, {name: text, **more})


def labels(tmp_path: Path, *lines: str, extra: str = "") -> Declared:
    shown = "\n".join(f'      - "traefik.{line}"' for line in lines)
    text = f"services:\n  proxy:\n    image: traefik:v3.1\n    command:\n      - --entrypoints.web.address=:80\n  rt:\n    image: rt\n{extra}    labels:\n{shown}\n"
    return read(tmp_path, text, "compose.yml")


ROUTER = "http.routers.rt.rule=Host(`a.example`) && PathPrefix(`/ws`)"
PORT = "http.services.rt.loadbalancer.server.port=8765"


def test_labels(tmp_path: Path) -> None:
    hop = to_port(labels(tmp_path, "enable=true", ROUTER, "http.routers.rt.entrypoints=web,other", PORT), 8765)
    assert (hop.forwards_upgrade, hop.lacks, hop.path, hop.listens) == (True, (), "/ws", (80,))
    assert (hop.to.host, hop.unit, hop.scheme, hop.websocket, hop.location.line) == ("rt", "proxy", "http", True, 12)


def test_labels_as_a_mapping_and_with_variables(tmp_path: Path) -> None:
    text = "services:\n  rt:\n    deploy:\n      labels:\n        traefik.http.routers.r.rule: Path(`/x`)\n        traefik.http.services.s.loadbalancer.server.port: ${WS_PORT}\n        traefik.http.services.s.loadbalancer.server.scheme: https\n        other: [1]\n"
    found = inspected(tmp_path, traefik, {"compose.yml": text, ".env": "WS_PORT=8765\n"})
    assert (to_port(found, 8765).scheme, to_port(found, 8765).path) == ("https", "/x")


@pytest.mark.parametrize(
    ("lines", "lacks", "sends"),
    [
        (("http.middlewares.h.headers.customrequestheaders.Connection=close",), ("upgrade", "connection"), ()),
        (("http.middlewares.h.headers.customRequestHeaders.Upgrade=",), ("upgrade", "connection"), ()),
        (("http.middlewares.h.headers.customrequestheaders.Connection=Upgrade", "http.middlewares.h.headers.customrequestheaders.Upgrade=websocket"), (), ("hard-coded-upgrade",)),
        (("http.middlewares.h.headers.customrequestheaders.X-Forwarded-Proto=https",), (), ()),
        (("http.middlewares.h.stripprefix.prefixes=/ws",), (), ("strips-prefix",)),
        (("http.middlewares.h.compress=true",), (), ()),
    ],
)  # fmt: skip
def test_middlewares(tmp_path: Path, lines: tuple[str, ...], lacks: tuple[str, ...], sends: tuple[str, ...]) -> None:
    found = labels(tmp_path, ROUTER, "http.routers.rt.middlewares=h@docker, gone", PORT, *lines)
    hop = to_port(found, 8765)
    assert (hop.forwards_upgrade, hop.lacks, hop.sends) == (not lacks, lacks, sends)
    assert hop.location.line == (12 if lacks else 11)


def test_middlewares_of_others_do_not_count(tmp_path: Path) -> None:
    found = labels(tmp_path, ROUTER, PORT, "http.middlewares.h.headers.customrequestheaders.Connection=close")
    assert to_port(found, 8765).forwards_upgrade is True


def test_the_port_that_is_exposed(tmp_path: Path) -> None:
    hop = to_port(
        labels(tmp_path, ROUTER, extra="    expose: ['9000', '8765']\n    ports: ['80:9001', {target: 9002}]\n"), 8765
    )
    assert (hop.sure, hop.location.line) == (0.8, 6)
    files = {
        "compose.yml": "services:\n  rt:\n    build: .\n    labels: ['traefik.http.routers.r.rule=Path(`/`)']\n",
        "Dockerfile": "FROM x\nEXPOSE 8765/tcp 9000\n",
    }
    assert to_port(inspected(tmp_path / "b", traefik, files), 8765).sure == 0.8
    assert labels(tmp_path / "c", ROUTER).hops == []


def test_handshakes_only(tmp_path: Path) -> None:
    rule = "http.routers.rt.rule=HeadersRegexp(`Upgrade`, `websocket`)"
    assert to_port(labels(tmp_path, rule, PORT), 8765).details["only"] == "handshakes"


@pytest.mark.parametrize(
    ("line", "scheme", "sends"),
    [
        ("http.services.rt.loadbalancer.server.scheme=h2c", "h2c", ("http2",)),
        ("http.services.rt.loadbalancer.passhostheader=false", "http", ("rewrites-host",)),
        ("http.services.rt.loadbalancer.server.scheme=ws", "http", ()),
        ("http.services.rt.loadbalancer.server.scheme=wss", "https", ()),
    ],
)
def test_what_it_speaks(tmp_path: Path, line: str, scheme: str, sends: tuple[str, ...]) -> None:
    hop = to_port(labels(tmp_path, ROUTER, PORT, line), 8765)
    assert (hop.scheme, hop.sends) == (scheme, sends)


def test_tcp(tmp_path: Path) -> None:
    tcp = [line.replace("http.", "tcp.", 1) for line in ("http.routers.rt.rule=HostSNI(`*`)", PORT)]
    hop = to_port(labels(tmp_path, *tcp), 8765)
    assert (hop.scheme, hop.sends, hop.forwards_upgrade) == ("tcp", (), True)
    hop = to_port(
        labels(tmp_path / "b", *tcp, "tcp.routers.rt.tls=true", "tcp.services.rt.loadbalancer.proxyprotocol.version=2"),
        8765,
    )
    assert hop.sends == ("proxy-protocol", "http2")
    assert to_port(labels(tmp_path / "c", *tcp, "tcp.routers.rt.tls.passthrough=true"), 8765).sends == ()
    check = call(labels(tmp_path / "d", *tcp, "tcp.services.rt.loadbalancer.healthcheck.interval=5s"))
    assert (check.protocol, check.period, check.path) == ("tcp", 5.0, None)


def test_checks(tmp_path: Path) -> None:
    start = "http.services.rt.loadbalancer.healthcheck"
    check = call(
        labels(
            tmp_path,
            ROUTER,
            PORT,
            f"{start}.path=/health",
            f"{start}.interval=10s",
            f"{start}.status=426",
            f"{start}.headers.Host=x",
        )
    )
    assert (check.to.port, check.path, check.period, check.expects, check.method) == (
        8765,
        "/health",
        10.0,
        (426,),
        "GET",
    )
    assert (check.location.line, check.also[0].line, check.headers) == (11, 10, {"host": "x"})
    check = call(
        labels(
            tmp_path / "b",
            PORT,
            f"{start}.path=/h",
            f"{start}.port=9000",
            f"{start}.scheme=https",
            f"{start}.method=head",
        )
    )
    assert (check.to.port, check.protocol, check.method, check.period) == (9000, "https", "HEAD", 30.0)
    assert call(labels(tmp_path / "c", PORT, f"{start}.path=/h", f"{start}.mode=grpc")).protocol == "grpc"
    assert labels(tmp_path / "d", PORT, f"{start}.interval=1s").callers == []


FILE = """http:
  routers:
    rt:
      rule: PathPrefix(`/ws`)
      entryPoints: [websecure]
      service: rt
      middlewares: [plain]
  middlewares:
    plain:
      headers:
        customRequestHeaders:
          Connection: ""
  services:
    rt:
      loadBalancer:
        healthCheck:
          path: /health
        servers:
          - url: http://rt:8765
          - url: http://rt2:8765
    app:
      loadBalancer:
        servers: [{url: "http://app:5000"}]
"""


def test_files(tmp_path: Path) -> None:
    static = "entryPoints:\n  websecure:\n    address: ':443'\n  udp:\n    address: ':x'\n"
    found = inspected(tmp_path, traefik, {"dynamic.yml": FILE, "traefik.yml": static})
    hop = to_port(found, 8765)
    assert (hop.forwards_upgrade, hop.location.line, hop.listens, hop.path) == (False, 12, (443,), "/ws")
    assert (to_port(found, 5000).forwards_upgrade, to_port(found, 5000).path) == (True, None)
    assert (call(found).to.port, call(found).location.line) == (8765, 17)


def test_toml(tmp_path: Path) -> None:
    text = """[http.routers.rt]
  rule = "Path(`/ws`)"
  service = "rt"
  middlewares = ["a"]
[http.middlewares.a.redirectRegex]
  regex = "x"
  replacement = "http://rt.example:8766/${1}"
[[http.services.rt.loadBalancer.servers]]
  url = "http://rt:8765"
[[http.services.rt.loadBalancer.servers]]
  url = "http://rt2:9000"
[http.services.rt.loadBalancer]
  passHostHeader = false
  healthCheck = { path = "/h", interval = "5s" }
[http.services.rt.loadBalancer.servers.more]
  a.b = 1
"""
    found = read(tmp_path, text, "dynamic.toml")
    assert {hop.to.port: hop.sends for hop in found.hops} == {
        8765: ("rewrites-host",), 9000: ("rewrites-host",), 8766: ("redirect",),
    }  # fmt: skip
    assert to_port(found, 8765).location.line == 9
    assert [one.period for one in found.callers] == [5.0, 5.0]


def test_subrequests_and_redirects(tmp_path: Path) -> None:
    lines = (ROUTER, PORT, "http.routers.rt.middlewares=a,b,c", "http.middlewares.a.forwardauth.address=http://rt:8766/auth",
             "http.middlewares.b.redirectscheme.port=8767", "http.middlewares.c.redirectscheme.scheme=https")  # fmt: skip
    found = labels(tmp_path, *lines)
    assert (to_port(found, 8766).sends, to_port(found, 8766).path) == (("auth-subrequest",), "/auth")
    assert (to_port(found, 8767).sends, to_port(found, 8767).to.host) == (("redirect",), "")


def test_objects(tmp_path: Path) -> None:
    route = """apiVersion: traefik.io/v1alpha1
kind: IngressRoute
metadata: {name: rt}
spec:
  entryPoints: [web]
  routes:
    - match: Host(`a`) && PathPrefix(`/ws`)
      middlewares: [{name: h}]
      services:
        - {name: rt, port: ws}
        - name: app
          port: 443
          healthCheck: {path: /up}
---
apiVersion: traefik.io/v1alpha1
kind: IngressRouteTCP
metadata: {name: raw}
spec:
  tls: {}
  routes:
    - match: HostSNI(`*`)
      services: [{name: raw, port: 8766, proxyProtocol: {version: 1}}]
"""
    files = {
        "k8s/route.yaml": route,
        "k8s/middleware.yaml": "kind: Middleware\nmetadata: {name: h}\nspec:\n  headers:\n    customRequestHeaders:\n      Connection: close\n",
        "k8s/service.yaml": "kind: Service\nmetadata: {name: rt}\nspec:\n  ports: [{name: ws, port: 8765}, {port: x}]\n",
    }
    found = inspected(tmp_path, traefik, files)
    hop = to_port(found, 8765)
    assert (hop.to.host, hop.forwards_upgrade, hop.location.file) == ("rt", False, "k8s/middleware.yaml")
    assert to_port(found, 443).scheme == "https"
    assert to_port(found, 8766).sends == ("proxy-protocol", "http2")
    assert call(found).path == "/up"


def test_what_cannot_be_read(tmp_path: Path) -> None:
    assert read(tmp_path, "traefik: [\n").hops == []
    found = read(
        tmp_path / "b",
        "services:\n  rt:\n    labels:\n      - [x]\n      - traefik.enable=true\n  other: x\n",
        "compose.yml",
    )
    assert found.hops == []


def test_one_configuration_in_several_files(tmp_path: Path) -> None:
    files = {
        "dynamic/services.yml": "http:\n  services:\n    rt:\n      loadBalancer:\n        servers: [{url: http://rt:8765}]\n    web:\n      loadBalancer:\n        servers: [{url: http://web:5000}]\n",
        "dynamic/routers.yml": "http:\n  routers:\n    rt:\n      rule: PathPrefix(`/ws`)\n      service: rt@file\n      middlewares: [clean, twice]\n",
        "dynamic/clean.yml": "http:\n  middlewares:\n    clean:\n      headers:\n        customRequestHeaders:\n          Connection: ''\n",
        "dynamic/a.yml": "http:\n  middlewares:\n    twice: {stripPrefix: {prefixes: [/ws]}}\n",
        "dynamic/b.yml": "http:\n  middlewares:\n    twice: {stripPrefix: {prefixes: [/ws]}}\n",
    }
    found = inspected(tmp_path, traefik, files)
    hop = to_port(found, 8765)
    assert (hop.path, hop.lacks, hop.sends) == ("/ws", ("upgrade", "connection"), ())
    assert (hop.location.file, hop.location.line) == ("dynamic/clean.yml", 6)
    assert to_port(found, 5000).path is None


@pytest.mark.parametrize(
    ("host", "expected"),
    [("a.example", False), ("ws.a.example", None), ("b.example", None)],
)
def test_the_root_of_a_host_with_an_api_is_one_of_pages(tmp_path: Path, host: str, expected: bool | None) -> None:
    text = f"""\
http:
  routers:
    api: {{rule: "Host(`a.example`) && PathPrefix(`/api`)", service: api}}
    all: {{rule: "Host(`{host}`)", service: live}}
  services:
    api: {{loadBalancer: {{servers: [{{url: "http://api:5000"}}]}}}}
    live: {{loadBalancer: {{servers: [{{url: "http://live:8765"}}]}}}}
"""
    assert to_port(read(tmp_path, text), 8765).websocket is expected
