"""Apache httpd: ProxyPass http:// without upgrade=websocket."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import KEY, VERSION, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._declared import hops
from wsdoctor.rules._intermediary import lost
from wsdoctor.rules._remedies import APACHE_UPGRADE, directives


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.by.product != "apache" or loss.only_version:
        return None
    how = "RewriteRule with [P] to http://" if loss.closes else "ProxyPass to http:// without upgrade=websocket"
    return f"{loss.seen}; {loss.by.sign} is Apache httpd, and this is what {how} sends"


RULE = Rule(
    id="apache-without-upgrade",
    title="Apache httpd passes the handshake on as a plain request",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.95,
    match=match,
    declared=hops(products={"apache"}, loses=True),
    why=(
        "mod_proxy_http removes Upgrade and writes a Connection field of its own unless the line says "
        "upgrade=websocket. A line for the WebSocket path that stands behind ProxyPass / never runs, for the first "
        "match wins; and RequestHeader set Upgrade has no effect here."
    ),
    remedy=Remedy(
        "Add upgrade=websocket to the ProxyPass line, or put a ws:// line for the path before it.",
        directives("Apache httpd 2.4.47 and later", "Apache httpd"),
    ),
    references=(
        APACHE_UPGRADE,
        Reference("Apache httpd: mod_proxy_wstunnel", "https://httpd.apache.org/docs/2.4/mod/mod_proxy_wstunnel.html"),
    ),
    cases=(
        Case(
            "Keep-Alive",
            request(
                "GET /ws HTTP/1.1",
                "Host: 127.0.0.1:8080",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                VERSION,
                KEY,
                "X-Forwarded-For: 203.0.113.7",
                "X-Forwarded-Host: app.example.com",
                "X-Forwarded-Server: app.example.com",
                "Connection: Keep-Alive",
            ),
        ),
        Case(
            "RewriteRule [P]",
            request(
                "GET /ws HTTP/1.1",
                "Host: 127.0.0.1:8080",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                VERSION,
                KEY,
                "X-Forwarded-For: 203.0.113.7",
                "X-Forwarded-Host: app.example.com",
                "X-Forwarded-Server: app.example.com",
                "Connection: close",
            ),
        ),
    ),
    near_misses=(
        Case(
            "Traefik has X-Real-Ip and X-Forwarded-Port too",
            request(
                "GET /ws HTTP/1.1",
                "Host: app",
                "Sec-Websocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
                VERSION,
                "X-Forwarded-Port: 80",
                "X-Forwarded-Proto: ws",
                "X-Forwarded-Server: t",
                "X-Real-Ip: 203.0.113.7",
            ),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
