"""IIS with Application Request Routing lost the fields."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import KEY, VERSION, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._intermediary import lost


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.by.product != "iis" or loss.only_version:
        return None
    return f"{loss.seen}; {loss.by.sign} comes of IIS with Application Request Routing or of Azure"


RULE = Rule(
    id="iis-drops-upgrade",
    title="IIS Application Request Routing passes the handshake on as a plain request",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.85,
    match=match,
    why=(
        "IIS proxies WebSockets only where the role feature WebSocket Protocol is installed and Application Request "
        "Routing is version 3. Otherwise it sends a plain request on."
    ),
    remedy=Remedy(
        "Install the feature and let only one of the two sides compress.",
        {"IIS": 'Install-WindowsFeature Web-WebSockets; ARR 3; in web.config <webSocket enabled="true"/>'},
    ),
    references=(
        Reference(
            "IIS: WebSocket Protocol support",
            "https://learn.microsoft.com/en-us/iis/get-started/whats-new-in-iis-8/iis-80-websocket-protocol-support",
        ),
    ),
    cases=(
        Case(
            "X-ARR-LOG-ID",
            request(
                "GET /ws HTTP/1.1",
                "Connection: Keep-Alive",
                "Host: 127.0.0.1:8080",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                VERSION,
                KEY,
                "X-Original-URL: /ws",
                "X-Forwarded-For: 203.0.113.7:50123",
                "X-ARR-LOG-ID: 9e7b5a9b-0000-4000-8000-6f8d",
            ),
        ),
    ),
    near_misses=(
        Case(
            "no such field",
            request(
                "GET /ws HTTP/1.0",
                "Host: 127.0.0.1:8080",
                "Connection: close",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                VERSION,
                KEY,
            ),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
