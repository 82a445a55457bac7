"""Apache's error log says that no module is loaded for ws://."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._log_text import quote
from wsdoctor.rules._remedies import APACHE_UPGRADE, directives

_SAID = re.compile(
    r"(?i)[^\n]{0,40}no protocol handler was valid for the URL \S{1,300}(?: \(scheme 'wss?'\))?[^\n]{0,40}"
)


def match(log: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = _SAID.search(log[:20_000])
    return None if found is None else f"Apache's error log says “{quote(found[0])}”."


RULE = Rule(
    id="apache-tunnel-module-missing",
    title="Apache has no module loaded for ws://",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.85,
    match=match,
    why="The configuration sends a path on by ws://, and the module that knows this scheme is not loaded. Apache "
    "answers "
    "500 itself, and the WebSocket server never hears of the handshake.",
    remedy=Remedy(
        "Load mod_proxy_wstunnel, or from Apache 2.4.47 on use http:// with upgrade=websocket.",
        {"Debian, Ubuntu": "a2enmod proxy_wstunnel", **directives("Apache httpd 2.4.47 and later")},
    ),
    references=(APACHE_UPGRADE,),
    cases=(
        Case(
            "AH01144",
            None,
            {
                "log": "AH01144: No protocol handler was valid for the URL /ws (scheme 'ws'). If you are using a DSO "
                "version of mod_proxy, make sure the proxy submodules are included in the configuration\n"
            },
        ),
    ),
    near_misses=(Case("another error", None, {"log": "AH01114: HTTP: failed to make connection to backend\n"}),),
    supersedes=("server-crashes-on-handshake",),
)
