"""Varnish: the WebSocket is not piped."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import KEY, VERSION, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._declared import hops
from wsdoctor.rules._intermediary import lost
from wsdoctor.rules._remedies import directives


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.by.product != "varnish" or not loss.both or loss.closes:
        return None
    return (
        f"{loss.seen}; {loss.by.sign} is Varnish, and without return (pipe) it treats the handshake as a "
        "request for a page"
    )


RULE = Rule(
    id="varnish-without-pipe",
    title="Varnish does not pipe the WebSocket",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.95,
    match=match,
    declared=hops(products={"varnish"}, loses=True),
    why=(
        "Varnish caches HTTP; a WebSocket must be handed through untouched, which VCL calls pipe. Without it Varnish "
        "sends an ordinary request and drops the fields that hold for one hop. A test of the exact spelling WebSocket"
        " in VCL has the same effect, for browsers write websocket."
    ),
    remedy=Remedy("Pipe requests that ask for a WebSocket, and copy both fields in vcl_pipe.", directives("Varnish")),
    references=(
        Reference(
            "Varnish: using WebSockets", "https://varnish-cache.org/docs/trunk/users-guide/vcl-example-websockets.html"
        ),
    ),
    cases=(
        Case(
            "no return (pipe)",
            request(
                "GET /ws HTTP/1.1",
                "Host: app.example.com",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
                "X-Forwarded-For: 203.0.113.7",
                "X-Varnish: 32770",
            ),
        ),
    ),
    near_misses=(
        Case(
            "piped and copied",
            request(
                "GET /ws HTTP/1.1",
                "Host: app",
                KEY,
                VERSION,
                "X-Varnish: 3",
                "upgrade: websocket",
                "connection: Upgrade",
            ),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
