"""A proxy wants a certificate of the client."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import says

_DIRECTIVE = re.compile(
    r"(?m)^\s*(?:ssl_verify_client\s+on\b|SSLVerifyClient\s+require\b|bind\s[^\n]*\bverify\s+required\b)"
)


def match(log: str | None = None, files: tuple[SourceFile, ...] | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if (line := says(log, "certificate")) is not None:
        return f"The log says “{line}”."
    for file in files or ():
        if (found := _DIRECTIVE.search(file.text)) is not None:
            return (
                f"{file.name[:80]} says “{found[0].strip()[:60]}”: clients without a certificate of their "
                f"own are refused."
            )
    return None


RULE = Rule(
    id="client-certificate-required",
    title="A proxy wants a certificate of the client",
    cls="auth-rejected",
    level="error",
    confidence=0.75,
    match=match,
    why="The TLS side of the server is set to ask for a certificate of the client. Several browsers, among "
    "them Safari and apps that are "
    "built on it, do not send it for WebSockets, although they do so for pages; programs need it set in their "
    "own options.",
    remedy=Remedy(
        "Make the certificate optional for the WebSocket's address, and authenticate there in another way.",
        {"nginx": "ssl_verify_client optional; and a check of $ssl_client_verify in the locations that need it"},
    ),
    references=(
        Reference(
            "nginx: ssl_verify_client", "https://nginx.org/en/docs/http/ngx_http_ssl_module.html#ssl_verify_client"
        ),
    ),
    cases=(
        Case("nginx", None, {"log": "400 No required SSL certificate was sent\n"}),
        Case(
            "its configuration", None, {"files": (SourceFile("site.conf", "server {\n  ssl_verify_client on;\n}\n"),)}
        ),
    ),
    near_misses=(
        Case("switched off", None, {"files": (SourceFile("site.conf", "server {\n  ssl_verify_client off;\n}\n"),)}),
    ),
)
