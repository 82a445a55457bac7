"""nghttpx lost the fields: its client came by HTTP/2 without Extended CONNECT."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._intermediary import lost
from wsdoctor.rules._remedies import RFC8441


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.by.product != "nghttpx" or loss.only_version:
        return None
    return f"{loss.seen}; {loss.by.sign} is nghttpx"


RULE = Rule(
    id="nghttpx-drops-upgrade",
    title="nghttpx passes the handshake on as a plain request",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.9,
    match=match,
    why=(
        "nghttpx carries WebSockets from HTTP/1.1 and, by Extended CONNECT, from HTTP/2. A request with a key but "
        "without these fields came to it by HTTP/2 in the old form, which does not exist there, or had lost them "
        "before."
    ),
    remedy=Remedy(
        "Let the client speak HTTP/1.1, or Extended CONNECT, to nghttpx.",
        {"nghttpx": "--backend=127.0.0.1,8080 and clients with ALPN http/1.1 or Extended CONNECT"},
    ),
    references=(
        RFC8441,
        Reference("nghttpx manual", "https://nghttp2.org/documentation/nghttpx.1.html"),
    ),
    cases=(
        Case(
            "Via says nghttpx",
            request(
                "GET /ws HTTP/1.1",
                "Host: app.example.com",
                "User-Agent: Mozilla/5.0",
                "Sec-Websocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
                "Sec-Websocket-Version: 13",
                "X-Forwarded-Proto: https",
                "Via: 1.1 nghttpx",
            ),
        ),
    ),
    near_misses=(
        Case(
            "a good one",
            request(
                "GET /ws HTTP/1.1",
                "Host: app",
                "Connection: Upgrade",
                "Upgrade: websocket",
                "Sec-Websocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
                "Sec-Websocket-Version: 13",
                "Via: 1.1 nghttpx",
            ),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
