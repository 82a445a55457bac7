"""A proxy written in Go, a VPN exit or a tunnel, lost one or both fields."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._intermediary import lost
from wsdoctor.rules._remedies import RFC9110_CONNECTION


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.by.product != "go" or loss.only_version:
        return None
    return (
        f"{loss.seen}; the spelling Sec-Websocket-Key is that of Go, whose proxies write it so where they "
        "broke the upgrade"
    )


RULE = Rule(
    id="go-proxy-drops-upgrade",
    title="A proxy written in Go spoils the handshake",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.88,
    match=match,
    why=(
        "Programs in Go write field names their own way, Sec-Websocket-Key, and remove the fields that hold for one "
        "hop unless they treat WebSockets apart. No field names the program: it may be a tunnel, a VPN exit, an "
        "antivirus filter or a proxy of somebody's own."
    ),
    remedy=Remedy(
        ("Ask which proxy or VPN stands on the way of this client; wss:// avoids those that meddle with port 80 only."),
        {
            "Go": "httputil.ReverseProxy with Rewrite passes upgrades on; a handler that copies fields by hand "
            "does not",
            "VPN or filter": "use wss:// on port 443",
        },
    ),
    references=(
        RFC9110_CONNECTION,
        Reference("Go: httputil.ReverseProxy", "https://pkg.go.dev/net/http/httputil#ReverseProxy"),
    ),
    cases=(
        Case(
            "Upgrade without Connection",
            request(
                "GET /ws HTTP/1.1",
                "Host: app.example.com",
                "User-Agent: Mozilla/5.0",
                "Origin: https://app.example.com",
                "Sec-Websocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
                "Sec-Websocket-Version: 13",
                "Upgrade: websocket",
            ),
        ),
    ),
    near_misses=(
        Case(
            "Caddy names itself",
            request(
                "GET /ws HTTP/1.1",
                "Host: app",
                "Sec-Websocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
                "Sec-Websocket-Version: 13",
                "Upgrade: websocket",
                "Via: 1.1 Caddy",
            ),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
