"""Varnish pipes the WebSocket but vcl_pipe does not copy both fields."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import KEY, VERSION, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._intermediary import lost
from wsdoctor.rules._remedies import directives


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.by.product != "varnish" or loss.only_version or (loss.both and not loss.closes):
        return None
    return f"{loss.seen}; {loss.by.sign} is Varnish, which closes piped connections unless vcl_pipe copies both fields"


RULE = Rule(
    id="varnish-pipe-without-fields",
    title="Varnish pipes the handshake without copying Upgrade and Connection",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.94,
    match=match,
    why=(
        "Varnish hands the connection through after it has sent the request, but that request is its own: it says "
        "Connection: close and leaves Upgrade out. The subroutine vcl_pipe must copy both fields, not one of them."
    ),
    remedy=Remedy("Copy upgrade and connection in vcl_pipe.", directives("Varnish")),
    references=(
        Reference(
            "Varnish: using WebSockets", "https://varnish-cache.org/docs/trunk/users-guide/vcl-example-websockets.html"
        ),
    ),
    cases=(
        Case(
            "nothing copied",
            request(
                "GET /ws HTTP/1.1",
                "Host: app",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
                "X-Varnish: 32770",
                "Connection: close",
            ),
        ),
        Case(
            "only upgrade copied",
            request(
                "GET /ws HTTP/1.1",
                "Host: app",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
                "X-Varnish: 32770",
                "Connection: close",
                "upgrade: websocket",
            ),
        ),
    ),
    near_misses=(
        Case(
            "not piped",
            request(
                "GET /ws HTTP/1.1",
                "Host: app",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
                "X-Varnish: 32770",
            ),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
