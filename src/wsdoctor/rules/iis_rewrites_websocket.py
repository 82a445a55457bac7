"""IIS Application Request Routing forwards everything by a rewrite rule to http://."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._files import found_in, unseen

_SAID = re.compile(r"<action\s+type=\"Rewrite\"\s+url=\"https?://[^\"]+\"")


def match(
    files: tuple[SourceFile, ...],
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome):
        return None
    return found_in(files, _SAID)


RULE = Rule(
    id="iis-rewrites-websocket",
    title="IIS Application Request Routing answers the handshake by itself",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.75,
    match=match,
    why=(
        "Application Request Routing ends the WebSocket itself and opens another one to the server, with its own key "
        "and without extensions. If it fits neither side, the browser says that Sec-WebSocket-Accept does not match, "
        "or the connection closes at once."
    ),
    remedy=Remedy(
        (
            "Install WebSocket Protocol and ARR 3, and switch compression off: ARR does not pass "
            "Sec-WebSocket-Extensions"
            " on."
        ),
        {
            "IIS": "Install-WindowsFeature Web-WebSockets; <serverVariables><set "
            'name="HTTP_SEC_WEBSOCKET_EXTENSIONS" value="" /></serverVariables>',
            "websockets": "serve(..., compression=None)",
        },
    ),
    references=(
        Reference(
            "IIS: Application Request Routing",
            "https://learn.microsoft.com/en-us/iis/extensions/planning-for-arr/using-the-application-request-routing-module",
        ),
    ),
    cases=(
        Case(
            "rewrite to http",
            facts={
                "files": (
                    SourceFile(
                        "web.config",
                        '<rule name="proxy"><match url="(.*)" /><action type="Rewrite" '
                        'url="http://localhost:8065/{R:1}" /></rule>',
                    ),
                )
            },
        ),
    ),
    near_misses=(
        Case(
            "rewrite within the site",
            facts={"files": (SourceFile("web.config", '<action type="Rewrite" url="index.html" />'),)},
        ),
    ),
)
