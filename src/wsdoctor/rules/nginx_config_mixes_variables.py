"""nginx configuration sets Upgrade from the variable of Connection."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Remedy, Rule, request
from wsdoctor.rules._files import found_in, unseen
from wsdoctor.rules._remedies import NGINX_WEBSOCKET

_SAID = re.compile(r"(?i)\bproxy_set_header\s+Upgrade\s+\$(?!http_upgrade\b)\w*(?:connection|upgrade)\w*")


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
    id="nginx-config-mixes-variables",
    title="The nginx configuration sends the value of Connection in Upgrade",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.93,
    match=match,
    why=(
        "Upgrade must be set from $http_upgrade, which holds the protocol; $connection_upgrade holds the word upgrade"
        " for the other field. With the wrong variable the server is asked for a protocol called upgrade."
    ),
    remedy=Remedy(
        "Set Upgrade from $http_upgrade, Connection from $connection_upgrade.",
        {"nginx": "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;"},
    ),
    references=(NGINX_WEBSOCKET,),
    cases=(
        Case(
            "both from the map",
            facts={
                "files": (
                    SourceFile(
                        "default.conf",
                        "proxy_set_header Upgrade $connection_upgrade;\nproxy_set_header Connection "
                        "$connection_upgrade;\n",
                    ),
                )
            },
        ),
    ),
    near_misses=(
        Case(
            "right",
            facts={
                "files": (
                    SourceFile(
                        "default.conf",
                        "proxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection $connection_upgrade;\n",
                    ),
                )
            },
        ),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {
                "files": (
                    SourceFile(
                        "default.conf",
                        "proxy_set_header Upgrade $connection_upgrade;\nproxy_set_header Connection "
                        "$connection_upgrade;\n",
                    ),
                )
            },
        ),
    ),
)
