"""H2O without proxy.websocket."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import KEY, VERSION, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._intermediary import lost
from wsdoctor.rules._remedies import directives


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.by.product != "h2o" or loss.only_version:
        return None
    return f"{loss.seen}; {loss.by.sign}, which is H2O"


RULE = Rule(
    id="h2o-without-websocket",
    title="H2O is not told to proxy WebSockets",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.93,
    match=match,
    why=(
        "H2O proxies WebSockets only when this is switched on. Otherwise it sends an ordinary request over a "
        "connection that it keeps alive."
    ),
    remedy=Remedy("Switch WebSockets on in the proxy settings.", directives("H2O")),
    references=(Reference("H2O: proxy.websocket", "https://h2o.examp1e.net/configure/proxy_directives.html"),),
    cases=(
        Case(
            "connection first, via lower-case",
            request(
                "GET /ws HTTP/1.1",
                "connection: keep-alive",
                "Host: app.example.com",
                "User-Agent: Mozilla/5.0",
                KEY,
                VERSION,
                "x-forwarded-proto: http",
                "x-forwarded-for: 203.0.113.7",
                "via: 1.1 app.example.com",
            ),
        ),
    ),
    near_misses=(
        Case(
            "Squid names itself",
            request(
                "GET /ws HTTP/1.1", "Host: app", KEY, VERSION, "Via: 1.1 gate (squid/5.7)", "Connection: keep-alive"
            ),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
