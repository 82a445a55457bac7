"""Apache sends only some WebSocket paths on by ws://, the rest of the same application by http://."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Remedy, Rule, request
from wsdoctor.rules._files import text_of, unseen
from wsdoctor.rules._remedies import APACHE_UPGRADE, directives

_REWRITE = re.compile(r"(?m)^\s*RewriteRule\s+\"?\^?(/[\w/.-]*)\S*\s+\"?wss?://")
_PLAIN = re.compile(r"(?m)^\s*ProxyPass\s+\"?(/\S*?)\"?\s+\"?https?://")


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
    for file in files:
        text = text_of(file)
        for rule in _REWRITE.finditer(text):
            plain = next(
                (each for each in _PLAIN.finditer(text) if each[1] != "/" and rule[1].startswith(each[1])), None
            )
            if plain is not None and rule[1].rstrip("/") != plain[1].rstrip("/"):
                return (
                    f"{file.name[:80]}: only paths under {rule[1][:60]} go on by ws://, the rest of {plain[1][:60]} by "
                    "http://"
                )
    return None


RULE = Rule(
    id="apache-rewrite-misses-path",
    title="Apache's rule for WebSockets covers fewer paths than the application has",
    cls="misroute",
    level="error",
    confidence=0.6,
    match=match,
    why=(
        "The rewrite rule hands only paths of one pattern on as WebSockets; every other path of the application goes "
        "through ProxyPass as plain HTTP and loses Upgrade. If the application's WebSocket has another path than the "
        "pattern, its handshake takes the wrong way."
    ),
    remedy=Remedy(
        (
            "Make the pattern fit the application's WebSocket path, or use upgrade=websocket on the "
            "ProxyPass line, which"
            " needs no pattern."
        ),
        directives("Apache httpd 2.4.47 and later", "Apache httpd"),
    ),
    references=(APACHE_UPGRADE,),
    cases=(
        Case(
            "narrow pattern",
            facts={
                "files": (
                    SourceFile(
                        "site.conf",
                        "RewriteCond %{HTTP:Upgrade} =websocket [NC]\nRewriteRule ^/app/live(.*)$ "
                        "ws://127.0.0.1:8001/app/live$1 [P,L]\nProxyPass /app/ http://127.0.0.1:8001/\n",
                    ),
                )
            },
        ),
    ),
    near_misses=(
        Case(
            "the whole application",
            facts={
                "files": (
                    SourceFile(
                        "site.conf",
                        "RewriteCond %{HTTP:Upgrade} =websocket [NC]\nRewriteRule ^/app/(.*)$ "
                        "ws://127.0.0.1:8001/$1 [P,L]\nProxyPass /app/ http://127.0.0.1:8001/\n",
                    ),
                )
            },
        ),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"files": (SourceFile("site.conf", "ProxyPass / http://app/"),)},
        ),
    ),
    supersedes=("apache-config-without-upgrade",),
)
