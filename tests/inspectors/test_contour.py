from pathlib import Path

import pytest

from tests.inspectors.proxy_factory import inspected, to_port
from wsdoctor.inspectors import contour
from wsdoctor.model.traffic import Declared

SERVICE = "kind: Service\nmetadata:\n  name: rt\n{notes}spec:\n  ports:\n    - {{name: ws, port: 8765}}\n"


def proxy(tmp_path: Path, route: str = "", service: str = "", note: str = "") -> Declared:
    notes = f"  annotations: {{{note}}}\n" if note else ""
    text = f"""apiVersion: projectcontour.io/v1
kind: HTTPProxy
metadata: {{name: web}}
spec:
  virtualhost: {{fqdn: app.example}}
  routes:
    - conditions: [{{prefix: /ws}}]
{route}      services:
        - name: rt
          port: 8765
{service}        - {{name: copy, port: 8766, mirror: true}}
---
{SERVICE.format(notes=notes)}"""
    return inspected(tmp_path, contour, {"proxy.yaml": text})


def test_a_route_that_lets_websockets_through(tmp_path: Path) -> None:
    found = proxy(tmp_path, "      enableWebsockets: true\n")
    hop = to_port(found, 8765)
    assert (hop.forwards_upgrade, hop.lacks, hop.websocket, hop.scheme, hop.path) == (True, (), True, "http", "/ws")
    assert [other.to.host for other in found.hops if other is not hop] == ["copy"]


def test_a_route_that_does_not(tmp_path: Path) -> None:
    hop = to_port(proxy(tmp_path, "      pathRewritePolicy: {replacePrefix: [{replacement: /}]}\n"), 8765)
    assert (hop.forwards_upgrade, hop.lacks, hop.sends) == (False, ("websocket",), ("strips-prefix",))


@pytest.mark.parametrize(
    ("service", "note", "scheme", "line"),
    [
        ("          protocol: h2c\n", "", "h2c", 12),
        ("          protocol: tls\n", "", "https", 12),
        ("          protocol: other\n", "", "http", 10),
        ("", 'projectcontour.io/upstream-protocol.h2c: "80, ws"', "h2c", 17),
        ("", 'projectcontour.io/upstream-protocol.h2: "8765"', "h2", 17),
        ("", 'projectcontour.io/upstream-protocol.h2c: "9000"', "http", 10),
        ("", "traefik.ingress.kubernetes.io/service.serversscheme: h2c", "http", 10),
    ],
)
def test_what_it_speaks(tmp_path: Path, service: str, note: str, scheme: str, line: int) -> None:
    hop = to_port(proxy(tmp_path, "      enableWebsockets: true\n", service, note), 8765)
    assert (hop.scheme, hop.location.line) == (scheme, line)
    assert hop.forwards_upgrade is (scheme not in {"h2", "h2c"})
