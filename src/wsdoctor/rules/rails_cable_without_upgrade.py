"""ActionCable's log: no Upgrade, and Connection is what a proxy wrote."""

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_text import quote
from wsdoctor.rules._remedies import NGINX_WEBSOCKET, directives

_SAID = re.compile(
    r"Failed to upgrade to WebSocket \(REQUEST_METHOD: GET, HTTP_CONNECTION: (?:close|Keep-Alive"
    r"|upgrade)?\s*, HTTP_UPGRADE: \s*\)"
)


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome):
        return None
    found = _SAID.search(log[:20_000])
    return None if found is None else f"the log says “{quote(found[0])}”"


RULE = Rule(
    id="rails-cable-without-upgrade",
    title="A proxy lost the upgrade on its way to ActionCable",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.9,
    match=match,
    why=(
        "ActionCable logs the two fields that it needs. Upgrade is empty and Connection holds close or nothing, which"
        " is what nginx and others write by default. Browsers send keep-alive or upgrade there."
    ),
    remedy=Remedy(
        ("Pass Upgrade and Connection on over HTTP/1.1 for the path of the cable, in every proxy in front of Rails."),
        directives("nginx", "Apache httpd 2.4.47 and later", "Caddy"),
    ),
    references=(
        NGINX_WEBSOCKET,
        Reference(
            "Rails: Action Cable, deployment", "https://guides.rubyonrails.org/action_cable_overview.html#deployment"
        ),
    ),
    cases=(
        Case(
            "old nginx default",
            facts={
                "log": "ERROR -- : Failed to upgrade to WebSocket (REQUEST_METHOD: GET, HTTP_CONNECTION: close, "
                "HTTP_UPGRADE: )"
            },
        ),
        Case(
            "both gone",
            facts={"log": "Failed to upgrade to WebSocket (REQUEST_METHOD: GET, HTTP_CONNECTION: , HTTP_UPGRADE: )"},
        ),
    ),
    near_misses=(
        Case(
            "the application server ate it",
            facts={
                "log": "Failed to upgrade to WebSocket (REQUEST_METHOD: GET, HTTP_CONNECTION: keep-alive, "
                "Upgrade, HTTP_UPGRADE: )"
            },
        ),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {
                "log": "ERROR -- : Failed to upgrade to WebSocket (REQUEST_METHOD: GET, HTTP_CONNECTION: close, "
                "HTTP_UPGRADE: )"
            },
        ),
    ),
)
