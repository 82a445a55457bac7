"""A firewall or transparent proxy changed Connection to keep-alive and left no trace."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import KEY, VERSION, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._intermediary import lost


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.by.product != "firewall" or not loss.both:
        return None
    return (
        f"{loss.seen}; no field of a reverse proxy is there, so something on the client's side meddles with plain HTTP"
    )


RULE = Rule(
    id="firewall-strips-upgrade",
    title="A firewall or transparent proxy takes the WebSocket fields away",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.9,
    match=match,
    why=(
        "Reverse proxies either close the connection or say who they are. A key with Connection: keep-alive and "
        "nothing else is what firewalls, antivirus filters and transparent proxies leave of a handshake. They see "
        "plain HTTP only, often on port 80 alone."
    ),
    remedy=Remedy(
        "Use wss://: what is encrypted cannot be changed on the way. Another port may help as well.",
        {"clients": "wss:// instead of ws://", "firewall": "exempt the host from inspection of web traffic"},
    ),
    references=(
        Reference(
            "RFC 6455 section 10.3: attacks on infrastructure, and proxies",
            "https://www.rfc-editor.org/rfc/rfc6455.html#section-10.3",
        ),
        Reference("wscat: issue 42", "https://github.com/websockets/wscat/issues/42"),
    ),
    cases=(
        Case(
            "keep-alive with a key",
            request(
                "GET / HTTP/1.1",
                "Host: app.example.com",
                "Connection: keep-alive",
                VERSION,
                KEY,
                "Sec-WebSocket-Extensions: permessage-deflate",
            ),
        ),
    ),
    near_misses=(
        Case(
            "Firefox's list is right",
            request(
                "GET / HTTP/1.1", "Host: app", "Connection: keep-alive, Upgrade", "Upgrade: websocket", VERSION, KEY
            ),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
