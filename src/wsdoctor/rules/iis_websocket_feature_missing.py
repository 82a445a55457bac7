"""IIS without the role feature WebSocket Protocol."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._files import found_in, unseen

_SAID = re.compile(
    r"\bWeb-WebSockets\b(?!\s*[:\s]\s*Installed)[^\n]*(?:Available|not installed|Removed|Disabled)"
    r"|\bIIS-WebSockets\b[^\n]*Disabled|<webSocket\s+enabled=\"false\""
)


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
    id="iis-websocket-feature-missing",
    title="The role feature WebSocket Protocol is not installed in IIS",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.9,
    match=match,
    why=(
        "IIS carries WebSockets, to applications behind it and through its proxy, only where the role feature "
        "WebSocket Protocol is installed. Without it the connection dies at the handshake or right behind it."
    ),
    remedy=Remedy("Install the feature Web-WebSockets.", {"PowerShell": "Install-WindowsFeature Web-WebSockets"}),
    references=(
        Reference(
            "IIS: WebSocket Protocol support",
            "https://learn.microsoft.com/en-us/iis/get-started/whats-new-in-iis-8/iis-80-websocket-protocol-support",
        ),
    ),
    cases=(
        Case(
            "list of features",
            facts={"files": (SourceFile("features.txt", "Web-Server: Installed\nWeb-WebSockets: Available\n"),)},
        ),
    ),
    near_misses=(
        Case(
            "installed",
            facts={"files": (SourceFile("features.txt", "Web-Server: Installed\nWeb-WebSockets: Installed\n"),)},
        ),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"files": (SourceFile("features.txt", "Web-Server: Installed\nWeb-WebSockets: Available\n"),)},
        ),
    ),
)
