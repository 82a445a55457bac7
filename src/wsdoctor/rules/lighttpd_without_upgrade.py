"""lighttpd without proxy.header upgrade."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import KEY, VERSION, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._declared import hops
from wsdoctor.rules._intermediary import lost
from wsdoctor.rules._remedies import directives


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.by.product != "lighttpd" or loss.only_version:
        return None
    return f"{loss.seen}; {loss.by.sign} is lighttpd"


RULE = Rule(
    id="lighttpd-without-upgrade",
    title="lighttpd is not told to pass Upgrade on",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.95,
    match=match,
    declared=hops(products={"lighttpd"}, loses=True),
    why=(
        "The proxy module of lighttpd passes Upgrade on only if it is switched on. Otherwise it sends a plain request"
        " that closes the connection. The field X-Host is its signature."
    ),
    remedy=Remedy("Switch the passing of Upgrade on.", directives("lighttpd")),
    references=(Reference("lighttpd: mod_proxy", "https://redmine.lighttpd.net/projects/lighttpd/wiki/Docs_ModProxy"),),
    cases=(
        Case(
            "proxy.header without upgrade",
            request(
                "GET /ws HTTP/1.1",
                "Host: app.example.com",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
                "X-Forwarded-For: 203.0.113.7",
                "X-Host: app.example.com",
                "X-Forwarded-Host: app.example.com",
                "X-Forwarded-Proto: http",
                "Connection: close",
            ),
        ),
    ),
    near_misses=(
        Case(
            "close, upgrade is right",
            request(
                "GET /ws HTTP/1.1",
                "Host: app",
                "Upgrade: websocket",
                KEY,
                VERSION,
                "X-Host: app",
                "X-Forwarded-Host: app",
                "Connection: close, upgrade",
            ),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
