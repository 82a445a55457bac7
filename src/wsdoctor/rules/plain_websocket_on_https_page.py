"""A page that browsers get over HTTPS opens ws:// to another host than the reader's own."""

from __future__ import annotations

from wsdoctor.model.rule import Reference, Remedy, Rule
from wsdoctor.model.traffic import Caller, Page
from wsdoctor.rules._pages import WEBSOCKET_API


def declared(caller: Caller, page: Page) -> str:
    """Return the reason; `topology` has paired the two because the one is certain to hold for the other."""
    where = f"port {caller.to.port}" if caller.to.port else "the page's own port"
    return (
        f"{caller.product} opens ws:// to {where} from a page that {page.product} serves over HTTPS: "
        "browsers refuse that as mixed content"
    )


RULE = Rule(
    id="plain-websocket-on-https-page",
    title="An HTTPS page opens ws://, which browsers refuse",
    cls="plaintext-on-tls",
    level="error",
    confidence=0.9,
    match=None,
    declared=declared,
    why="A page that was loaded over HTTPS may not open ws:// to any host but the reader's own: browsers block it as "
    "mixed content and throw a SecurityError, so no handshake is ever sent and the server's log shows nothing. It "
    "works in development, where the page is http://localhost, and fails where a platform serves the page over HTTPS.",
    remedy=Remedy(
        "Open wss:// on HTTPS pages: take the scheme from the page, and let TLS end in front of the WebSocket port.",
        {
            "JavaScript": 'const scheme = location.protocol === "https:" ? "wss" : "ws"; '
            "new WebSocket(`${scheme}://${location.host}/ws`)",
            "JavaScript, newer browsers": 'new WebSocket("/ws") takes scheme and host from the page.',
            "Content-Security-Policy": "upgrade-insecure-requests turns ws:// into wss:// for the whole page.",
        },
    ),
    references=(
        WEBSOCKET_API,
        Reference("W3C Mixed Content", "https://www.w3.org/TR/mixed-content/"),
        Reference("W3C Upgrade Insecure Requests", "https://www.w3.org/TR/upgrade-insecure-requests/"),
    ),
    cases=(),
    near_misses=(),
)
