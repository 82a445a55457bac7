"""Envoy's access log shows that it answered 403 itself, at once and without a body."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._log_text import quote
from wsdoctor.rules._remedies import ENVOY_UPGRADES, directives

_LINE = re.compile(r"\"GET /\S{0,300} HTTP/1\.1\" 403 - 0 0 \d{1,2} -[^\n]{0,60}|\bupgrade_failed\b")


def match(log: str, first_bytes: bytes | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = _LINE.search(log[:20_000]) if first_bytes is None else None
    return None if found is None else f"Envoy's log says “{quote(found[0])}”: it asked no server behind it."


RULE = Rule(
    id="envoy-refuses-upgrade-in-log",
    title="Envoy refuses the upgrade itself",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.65,
    match=match,
    why="Envoy answers an upgrade that its configuration does not list with 403, an empty body and no time spent at a "
    "server behind it; its details are upgrade_failed. A refusal by its access rules has the body “RBAC: access "
    "denied”.",
    remedy=Remedy(
        "List websocket in upgrade_configs of the connection manager or the route.",
        {
            **directives("Envoy"),
            "Contour": "enableWebsockets: true on the route of the HTTPProxy that the request really matches",
        },
    ),
    references=(ENVOY_UPGRADES,),
    cases=(Case("the default format", None, {"log": '[x] "GET /ws HTTP/1.1" 403 - 0 0 0 - "10.0.0.1" "-"\n'}),),
    near_misses=(Case("access rules", None, {"log": '[x] "GET /ws HTTP/1.1" 403 - 0 19 0 - "10.0.0.1" "-"\n'}),),
    supersedes=("handshake-forbidden", "other-upgrade-token"),
)
