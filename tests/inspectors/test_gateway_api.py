from pathlib import Path

import pytest

from tests.inspectors.proxy_factory import inspected, to_port
from wsdoctor.inspectors import gateway_api
from wsdoctor.model.traffic import Declared


def route(tmp_path: Path, *lines: str, kind: str = "HTTPRoute", service: str = "", more: str = "") -> Declared:
    body = "".join(f"      {line}\n" for line in lines)
    text = f"""kind: {kind}
spec:
  rules:
    - matches: [{{path: {{type: PathPrefix, value: /ws}}}}]
{body}      backendRefs:
        - name: rt
          port: 8765
---
kind: Service
metadata: {{name: rt}}
spec:
  ports:
    - port: 8765
      {service or "name: ws"}
{more}"""
    return inspected(tmp_path, gateway_api, {"route.yaml": text})


def test_what_is_right(tmp_path: Path) -> None:
    hop = to_port(route(tmp_path, "filters: [{requestHeaderModifier: {set: [{name: X, value: y}]}}]"), 8765)
    assert (hop.forwards_upgrade, hop.scheme, hop.path, hop.websocket, hop.to.host) == (True, "http", "/ws", True, "rt")
    assert hop.location.line == 7


@pytest.mark.parametrize(
    ("change", "lacks"),
    [
        ("remove: [Upgrade, connection]", ("upgrade", "connection")),
        ("set: [{name: Connection, value: close}]", ("connection",)),
        ("set: [{name: Upgrade, value: websocket}]", ()),
    ],
)
def test_filters_that_change_fields(tmp_path: Path, change: str, lacks: tuple[str, ...]) -> None:
    hop = to_port(route(tmp_path, f"filters: [{{requestHeaderModifier: {{{change}}}}}]"), 8765)
    assert (hop.forwards_upgrade, hop.lacks, hop.location.line) == (not lacks, lacks, 5 if lacks else 7)


def test_other_filters(tmp_path: Path) -> None:
    found = route(
        tmp_path, "filters:", "  - urlRewrite: {hostname: x, path: {replacePrefixMatch: /}}",
        "  - requestRedirect: {port: 8766, hostname: rt.example}",
    )  # fmt: skip
    assert to_port(found, 8765).sends == ("strips-prefix", "rewrites-host")
    assert (to_port(found, 8766).sends, to_port(found, 8766).to.host) == (("redirect",), "rt.example")


def test_what_it_speaks(tmp_path: Path) -> None:
    hop = to_port(route(tmp_path, service="appProtocol: kubernetes.io/h2c"), 8765)
    assert (hop.scheme, hop.forwards_upgrade, hop.sends, hop.location.line) == ("h2c", False, ("http2",), 14)
    assert to_port(route(tmp_path / "b", kind="TCPRoute"), 8765).scheme == "tcp"
    policy = "---\nkind: BackendTLSPolicy\nspec: {targetRefs: [{name: rt}]}\n"
    assert to_port(route(tmp_path / "c", more=policy), 8765).scheme == "https"
    assert to_port(route(tmp_path / "d", kind="GRPCRoute"), 8765).location.line == 6


def test_handshakes_only(tmp_path: Path) -> None:
    text = "kind: HTTPRoute\nspec:\n  rules:\n    - matches: [{headers: [{name: Upgrade, value: websocket}]}]\n      backendRefs: [{name: rt, port: 8765}]\n"  # noqa: E501
    hop = to_port(inspected(tmp_path, gateway_api, {"route.yaml": text}), 8765)
    assert (hop.details["only"], hop.path) == ("handshakes", None)
