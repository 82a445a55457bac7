"""websockify listens on the VNC port."""

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import quote

_SAID = re.compile(r"(?i)(?:Listen on|proxying from) \S*:59\d\d\b")


def match(log: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = _SAID.search(log[:20_000])
    return None if found is None else f"the log says “{quote(found[0])}”"


RULE = Rule(
    id="websockify-arguments-swapped",
    title="websockify listens on the VNC port and connects to the WebSocket port",
    cls="misroute",
    level="error",
    confidence=0.9,
    match=match,
    why=(
        "websockify takes first the port that it listens on, then the address of the VNC server. Here they are "
        "swapped, so it listens where VNC belongs and connects to itself or to nothing."
    ),
    remedy=Remedy("Swap the two arguments.", {"websockify": "websockify 6080 localhost:5900"}),
    references=(Reference("websockify: running websockify", "https://github.com/novnc/websockify#running-websockify"),),
    cases=(
        Case(
            "listens on 5900",
            facts={"log": "WebSocket server settings:\n  - Listen on :5901\n  - proxying from :5901 to localhost:6080"},
        ),
    ),
    near_misses=(
        Case(
            "right",
            facts={"log": "WebSocket server settings:\n  - Listen on :6080\n  - proxying from :6080 to localhost:5900"},
        ),
    ),
)
