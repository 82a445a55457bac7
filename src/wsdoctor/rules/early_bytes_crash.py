"""A library stumbles over bytes that arrived together with a request that it refuses."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import says


def match(log: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    line = says(log, "early-bytes")
    return f"The log says “{line}”." if line is not None else None


RULE = Rule(
    id="early-bytes-crash",
    title="The websockets library stumbles over bytes behind a request that it refuses",
    cls="server-fault",
    level="warning",
    confidence=0.9,
    match=match,
    why="The peer sent more bytes together with a request that was no right handshake: a second request, a "
    "body, or a draft's extra bytes. "
    "Versions 13 to 17 of websockets then log an unexpected internal error and do not send their answer. The "
    "server goes on.",
    remedy=Remedy(
        "Nothing of yours is broken; look at the request itself for what its sender wanted. A guard in front "
        "that answers strays keeps such requests from the library.",
        {"wsdoctor": "wsdoctor run -- python server.py"},
    ),
    references=(
        Reference("websockets: changelog", "https://websockets.readthedocs.io/en/stable/project/changelog.html"),
    ),
    cases=(
        Case(
            "the traceback",
            None,
            {
                "log": "ERROR:websockets.server:unexpected internal error\n    assert not "
                "self.eof_sent\nAssertionError\n"
            },
        ),
    ),
    near_misses=(
        Case("another error", None, {"log": "ERROR:websockets.server:unexpected internal error\nKeyError: 1\n"}),
    ),
    supersedes=("server-crashes-on-handshake",),
)
