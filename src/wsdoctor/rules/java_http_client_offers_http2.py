"""Java's HttpClient offers h2c by default."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._intermediary import shown


def match(headers: Headers, user_agent: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not user_agent.startswith("Java-http-client/"):
        return None
    if "http2-settings" not in headers and "h2c" not in headers.tokens("upgrade"):
        return None
    return (
        f"“{user_agent[:60]}” sends {shown('Upgrade', headers)} and {shown('HTTP2-Settings', headers)}, its "
        "default for http:// addresses"
    )


RULE = Rule(
    id="java-http-client-offers-http2",
    title="Java's HttpClient offers HTTP/2 by default",
    cls="http2-to-ws",
    level="warning",
    confidence=0.95,
    match=match,
    why=(
        "Since Java 11 the HTTP client of the platform prefers HTTP/2 and adds Upgrade: h2c to the first plain "
        "request to a host. Servers take the field for a broken WebSocket handshake. The request is an ordinary one, "
        "and no WebSocket library is missing."
    ),
    remedy=Remedy(
        "Set the version of the client to HTTP/1.1, and look whether it means this port at all.",
        {"Java": "HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)"},
    ),
    references=(
        Reference(
            "Java: HttpClient.Builder.version",
            "https://docs.oracle.com/en/java/javase/21/docs/api/java.net.http/java/net/http/HttpClient.Builder.html#version(java.net.http.HttpClient.Version)",
        ),
    ),
    cases=(
        Case(
            "default client",
            request(
                "POST /items HTTP/1.1",
                "Connection: Upgrade, HTTP2-Settings",
                "Host: app:8080",
                "HTTP2-Settings: AAEAAEAAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
                "Upgrade: h2c",
                "User-Agent: Java-http-client/21.0.2",
                "Content-Length: 0",
            ),
        ),
    ),
    near_misses=(
        Case(
            "set to HTTP/1.1", request("GET /items HTTP/1.1", "Host: app:8080", "User-Agent: Java-http-client/21.0.2")
        ),
    ),
    supersedes=("h2c-upgrade-offer",),
)
