"""Istio turns HTTP/1.1 between sidecars into HTTP/2."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._files import found_in, unseen
from wsdoctor.rules._remedies import RFC8441

_SAID = re.compile(r"\bh2UpgradePolicy:\s*[\"']?UPGRADE\b")


def match(
    files: tuple[SourceFile, ...],
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome, log):
        return None
    return found_in(files, _SAID)


RULE = Rule(
    id="istio-upgrades-to-http2",
    title="Istio turns HTTP/1.1 into HTTP/2 between its sidecars",
    cls="http2-to-ws",
    level="error",
    confidence=0.93,
    match=match,
    why=(
        "With h2UpgradePolicy: UPGRADE sidecars speak HTTP/2 to each other even where the client spoke HTTP/1.1. A "
        "WebSocket then needs Extended CONNECT, which the receiving sidecar does not offer by default."
    ),
    remedy=Remedy(
        "Set h2UpgradePolicy to DO_NOT_UPGRADE for the WebSocket's service.",
        {"Istio": "DestinationRule: trafficPolicy.connectionPool.http.h2UpgradePolicy: DO_NOT_UPGRADE"},
    ),
    references=(
        Reference(
            "Istio: destination rule, connection pool settings",
            "https://istio.io/latest/docs/reference/config/networking/destination-rule/#ConnectionPoolSettings-HTTPSettings",
        ),
        RFC8441,
    ),
    cases=(
        Case("mesh-wide", facts={"files": (SourceFile("mesh.yaml", "meshConfig:\n  h2UpgradePolicy: UPGRADE\n"),)}),
    ),
    near_misses=(
        Case("off", facts={"files": (SourceFile("mesh.yaml", "meshConfig:\n  h2UpgradePolicy: DO_NOT_UPGRADE\n"),)}),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"files": (SourceFile("mesh.yaml", "meshConfig:\n  h2UpgradePolicy: UPGRADE\n"),)},
        ),
    ),
)
