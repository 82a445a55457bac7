"""Envoy's configuration lists no upgrade."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._files import found_in, text_of, unseen
from wsdoctor.rules._remedies import ENVOY_UPGRADES, directives

_MANAGER = re.compile(r"\b(?:envoy\.(?:filters\.network\.)?http_connection_manager|HttpConnectionManager)\b")
_UPGRADE = re.compile(r"(?i)\bupgrade_?(?:configs|type)\b|\benableWebsockets:\s*true|\buse_websocket:\s*true")
_GRPC = re.compile(r"(?m)^\s*kind:\s*GRPCRoute\b")
_ROUTE = re.compile(r"(?m)^\s*(?:apiVersion:\s*projectcontour\.io/v1|kind:\s*HTTPProxy)\b")


def match(
    files: tuple[SourceFile, ...],
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome, log) or any(_UPGRADE.search(text_of(file)) for file in files):
        return None
    found = found_in(files, _MANAGER) or found_in(files, _ROUTE) or found_in(files, _GRPC)
    return None if found is None else f"{found}, and nothing lists websocket as an upgrade"


RULE = Rule(
    id="envoy-config-without-upgrade",
    title="Envoy's configuration lists no upgrade",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.8,
    match=match,
    why="Envoy passes only those upgrades on that its connection manager or the route lists. The configuration that is "
    "known lists none, so handshakes are answered 403 or go on without Upgrade.",
    remedy=Remedy(
        "List websocket in upgrade_configs.",
        {**directives("Envoy"), "Contour": "enableWebsockets: true on the route of the HTTPProxy"},
    ),
    references=(ENVOY_UPGRADES,),
    cases=(
        Case(
            "a connection manager",
            facts={
                "files": (
                    SourceFile(
                        "envoy.yaml", "- name: envoy.filters.network.http_connection_manager\n  typed_config: {}\n"
                    ),
                )
            },
        ),
        Case(
            "Envoy Gateway, where a GRPCRoute on the listener switches it off",
            facts={"files": (SourceFile("routes.yaml", "kind: GRPCRoute\n---\nkind: HTTPRoute\n"),)},
        ),
        Case("Contour", facts={"files": (SourceFile("proxy.yaml", "kind: HTTPProxy\nspec:\n  routes: []\n"),)}),
    ),
    near_misses=(
        Case(
            "listed",
            facts={
                "files": (
                    SourceFile(
                        "envoy.yaml",
                        "- name: envoy.filters.network.http_connection_manager\n  upgrade_configs:\n  "
                        "- upgrade_type: websocket\n",
                    ),
                )
            },
        ),
    ),
)
