from pathlib import Path

import pytest

from tests.inspectors.proxy_factory import inspected, to_port
from wsdoctor.inspectors import istio
from wsdoctor.model.traffic import Declared

SERVICE = "kind: Service\nmetadata: {name: rt}\nspec:\n  ports:\n    - {name: http-ws, port: 8765}\n"


def service(tmp_path: Path, *lines: str, match: str = "uri: {prefix: /ws}", **more: str) -> Declared:
    body = "".join(f"      {line}\n" for line in lines)
    text = f"""kind: VirtualService
metadata: {{name: rt}}
spec:
  http:
    - match: [{{{match}}}]
{body}      route:
        - destination:
            host: rt.default.svc.cluster.local
            port: {{number: 8765}}
"""
    files = {"virtual.yaml": text, "service.yaml": SERVICE, **{f"{key}.yaml": value for key, value in more.items()}}
    return inspected(tmp_path, istio, files)


def rule(policy: str) -> str:
    return f"kind: DestinationRule\nspec:\n  host: rt\n  trafficPolicy:\n    {policy}\n"


def test_what_is_right(tmp_path: Path) -> None:
    hop = to_port(service(tmp_path, rule=rule("tls: {mode: ISTIO_MUTUAL}")), 8765)
    assert (hop.forwards_upgrade, hop.scheme, hop.path, hop.websocket, hop.to.host) == (True, "http", "/ws", True, "rt")
    assert hop.location.line == 7


@pytest.mark.parametrize(
    ("line", "lacks", "sends"),
    [
        ("headers: {request: {remove: [Upgrade]}}", ("upgrade",), ()),
        ("headers: {request: {set: {connection: close}}}", ("connection",), ()),
        ("headers: {request: {set: {upgrade: websocket, connection: upgrade, x: y}}}", (), ("hard-coded-upgrade",)),
        ("headers: {request: {add: {upgrade: websocket}}}", (), ("upgrade-twice",)),
        ("rewrite: {uri: /, authority: x}", (), ("strips-prefix", "rewrites-host")),
        ("rewrite: {uri: /ws/v2}", (), ()),
    ],
)
def test_what_a_route_changes(tmp_path: Path, line: str, lacks: tuple[str, ...], sends: tuple[str, ...]) -> None:
    hop = to_port(service(tmp_path, line), 8765)
    assert (hop.forwards_upgrade, hop.lacks, hop.sends) == (not lacks, lacks, sends)


@pytest.mark.parametrize(
    ("policy", "scheme", "line"),
    [
        ("connectionPool: {http: {h2UpgradePolicy: UPGRADE}}", "h2c", 5),
        ("tls: {mode: SIMPLE}", "https", 5),
        ("portLevelSettings: [{port: {number: 8765}, tls: {mode: MUTUAL}}]", "https", 5),
        ("portLevelSettings: [{port: {number: 1}, tls: {mode: MUTUAL}}]", "http", 7),
        ("connectionPool: {http: {h2UpgradePolicy: DO_NOT_UPGRADE}}", "http", 7),
    ],
)
def test_destination_rules(tmp_path: Path, policy: str, scheme: str, line: int) -> None:
    hop = to_port(service(tmp_path, rule=rule(policy)), 8765)
    assert (hop.scheme, hop.location.line, hop.forwards_upgrade) == (scheme, line, scheme != "h2c")


def test_destination_rules_alone(tmp_path: Path) -> None:
    files = {"rule.yaml": rule("connectionPool: {http: {h2UpgradePolicy: UPGRADE}}"), "service.yaml": SERVICE}
    hop = to_port(inspected(tmp_path, istio, files), 8765)
    assert (hop.scheme, hop.sends, hop.location.file) == ("h2c", ("http2",), "rule.yaml")


def test_ports_that_speak_http2(tmp_path: Path) -> None:
    text = SERVICE.replace("http-ws", "grpc-ws")
    hop = to_port(service(tmp_path, service=text), 8765)
    assert (hop.scheme, hop.sends, hop.location.file) == ("h2c", ("http2",), "service.yaml")


def test_matches(tmp_path: Path) -> None:
    for number, (match, path) in enumerate(
        (
            ("uri: {exact: /ws}", "/ws"),
            ("uri: {regex: ^/ws}", "~ ^/ws"),
            ("headers: {upgrade: {exact: websocket}}", None),
        )
    ):
        hop = to_port(service(tmp_path / str(number), match=match), 8765)
        assert hop.path == path
    assert hop.details["only"] == "handshakes"


def test_redirects_and_bytes(tmp_path: Path) -> None:
    text = """kind: VirtualService
spec:
  http:
    - redirect: {port: 8766, authority: rt.example}
  tcp:
    - route: [{destination: {host: rt}}]
"""
    found = inspected(tmp_path, istio, {"virtual.yaml": text, "service.yaml": SERVICE})
    assert to_port(found, 8766).sends == ("redirect",)
    assert (to_port(found, 8765).scheme, to_port(found, 8765).forwards_upgrade) == ("tcp", True)


MESH = "kind: IstioOperator\nspec:\n  meshConfig:\n    h2UpgradePolicy: {}\n"


@pytest.mark.parametrize(
    ("mesh", "own", "scheme", "file"),
    [
        ("UPGRADE", "", "h2c", "mesh.yaml"),
        ("DO_NOT_UPGRADE", "", "http", "virtual.yaml"),
        ("UPGRADE", "DO_NOT_UPGRADE", "http", "virtual.yaml"),
        ("UPGRADE", "DEFAULT", "h2c", "mesh.yaml"),
    ],
)
def test_what_the_whole_mesh_is_told(tmp_path: Path, mesh: str, own: str, scheme: str, file: str) -> None:
    more = {"rule": rule(f"connectionPool: {{http: {{h2UpgradePolicy: {own}}}}}")} if own else {}
    hop = to_port(service(tmp_path, mesh=MESH.format(mesh), **more), 8765)
    assert (hop.scheme, hop.location.file) == (scheme, file)


def test_a_rule_that_forbids_http2_and_nothing_leads_there(tmp_path: Path) -> None:
    files = {"rule.yaml": rule("connectionPool: {http: {h2UpgradePolicy: DO_NOT_UPGRADE}}"), "service.yaml": SERVICE}
    assert inspected(tmp_path, istio, files).hops == []


NAMESPACE = "kind: Namespace\nmetadata: {name: a, labels: {istio-injection: enabled}}\n"


@pytest.mark.parametrize(
    ("port", "space", "schemes"),
    [
        ("name: grpc-ws", NAMESPACE, ["h2c"]),
        ("name: http2", NAMESPACE, ["h2c"]),
        ("name: http-ws", NAMESPACE, []),
        ("name: grpc-ws", "kind: Namespace\nmetadata: {name: a}\n", []),
    ],
)
def test_services_that_no_route_leads_to(tmp_path: Path, port: str, space: str, schemes: list[str]) -> None:
    files = {"service.yaml": SERVICE.replace("name: http-ws", port), "space.yaml": space}
    assert [hop.scheme for hop in inspected(tmp_path, istio, files).hops] == schemes
