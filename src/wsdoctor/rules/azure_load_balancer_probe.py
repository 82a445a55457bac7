"""Azure's platform address probes the port."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._checks import ANSWERS, ask_text, is_stray
from wsdoctor.rules._declared import CHECKS, checks

ADDRESS = "168.63.129.16"


def match(
    peer: str,
    speaks: str,
    method: str | None = None,
    target: str | None = None,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
) -> str | None:
    """Hold for the address that only Azure's own machines can send from."""
    if (
        peer.removeprefix("::ffff:") != ADDRESS
        or speaks not in {"http/1", "nothing"}
        or not is_stray(headers, handshake)
    ):
        return None
    what = "said nothing" if speaks == "nothing" else f"sent {ask_text(method, target)}"
    return f"{ADDRESS} {what}: it is the address from which Azure probes virtual machines."


RULE = Rule(
    id="azure-load-balancer-probe",
    title="Azure Load Balancer probes the WebSocket port",
    cls="health-check",
    level="note",
    confidence=0.97,
    match=match,
    declared=checks(CHECKS, {"azure"}),
    why="Azure's load balancers probe each machine from the address 168.63.129.16, which nobody "
    "else can use. A TCP probe "
    "connects and closes and does no harm. An HTTP probe wants 200 and counts everything "
    "else, such as the 426 of a WebSocket "
    "server, as failed, so the machine gets no traffic.",
    remedy=Remedy(
        "Use a TCP probe, or answer the path of the HTTP probe with 200. Never block the address.",
        {"Azure CLI": "az network lb probe update --lb-name LB --name PROBE --protocol Tcp --port 8080", **ANSWERS},
    ),
    references=(
        Reference(
            "Azure: what is 168.63.129.16?",
            "https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16",
        ),
        Reference(
            "Azure Load Balancer: health probes",
            "https://learn.microsoft.com/azure/load-balancer/load-balancer-custom-probe-overview",
        ),
    ),
    cases=(
        Case("an HTTP probe", request("GET / HTTP/1.1", "Host: 10.1.0.4:8080", "Connection: close"), {"peer": ADDRESS}),
        Case("a TCP probe", b"", {"peer": ADDRESS, "outcome": "closed-by-client"}),
    ),
    near_misses=(
        Case(
            "another peer", request("GET / HTTP/1.1", "Host: 10.1.0.4:8080", "Connection: close"), {"peer": "10.1.0.9"}
        ),
    ),
    supersedes=(
        "self-declared-check",
        "health-path-request",
        "head-request",
        "platform-http-check",
        "empty-connection",
        "connect-and-reset",
        "platform-tcp-check",
    ),
)
