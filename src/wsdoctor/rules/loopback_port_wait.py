"""Something on this machine looks whether the port is open."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._checks import is_loopback


def match(speaks: str, peer: str, outcome: str | None = None) -> str | None:
    """Hold for a connection without a byte from this machine itself."""
    if speaks != "nothing" or outcome in {"timeout", "upgraded"} or not is_loopback(peer):
        return None
    return f"{peer}, this machine itself, connected and closed without sending a byte."


RULE = Rule(
    id="loopback-port-wait",
    title="Something on this machine waits for the port or checks it",
    cls="tcp-probe",
    level="note",
    confidence=0.93,
    match=match,
    why="Start scripts, test runners, editors and container health checks look whether a port is "
    "open by connecting to it and "
    "closing at once: wait-for-it, wait-on tcp:, nc -z, port detection of development "
    "environments. It is no handshake and "
    "needs none.",
    remedy=Remedy(
        "Nothing is broken. If it fills the log, look for nc -z, wait-for-it or a HEALTHCHECK, or update the server.",
        {
            "websockets": "Version 17 and later log one line at INFO.",
            "VS Code, Codespaces, Replit": "Port detection: remote.autoForwardPorts: false in VS Code.",
        },
    ),
    references=(
        Reference("wait-for-it", "https://github.com/vishnubob/wait-for-it"),
        Reference("wait-on: tcp resources", "https://github.com/jeffbski/wait-on"),
    ),
    cases=(
        Case("nc -z", b"", {"peer": "127.0.0.1", "outcome": "closed-by-client"}),
        Case("by IPv6", b"", {"peer": "::1", "outcome": "reset"}),
    ),
    near_misses=(
        Case("another machine", b"", {"peer": "10.0.0.7", "outcome": "closed-by-client"}),
        Case("kept open", b"", {"peer": "127.0.0.1", "outcome": "timeout"}),
    ),
    supersedes=("empty-connection", "connect-and-reset", "platform-tcp-check"),
)
