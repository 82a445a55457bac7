"""A right handshake is refused, and its path has two slashes in a row."""

from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request


def match(path: str, handshake: tuple[str, ...], outcome: str | None = None, status: int | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake or "//" not in path or outcome == "upgraded" or status == 101:
        return None
    if outcome != "rejected" and (status is None or status < 400):
        return None
    return f"the handshake is right, the path is {path[:80]}, and it was answered {status or 'with a refusal'}"


RULE = Rule(
    id="double-slash-in-path",
    title="A slash too many: the proxy makes // of the path",
    cls="misroute",
    level="error",
    confidence=0.85,
    match=match,
    why=(
        "Two slashes in a row are another path to most servers. They come of a proxy rule that takes a prefix away "
        "with its slash and adds one, such as location /ws with proxy_pass http://…/, or of a client that joins an "
        "address and a path that both bring a slash."
    ),
    remedy=Remedy(
        "Write the slash on both sides of the rule or on neither.",
        {
            "nginx": "location /ws/ { proxy_pass http://127.0.0.1:8080/; }",
            "Apache httpd": "ProxyPass /ws/ ws://127.0.0.1:8080/",
            "Caddy": "handle_path /ws/* { reverse_proxy … }",
        },
    ),
    references=(
        Reference(
            "nginx: proxy_pass with a URI", "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass"
        ),
    ),
    cases=(
        Case(
            "refused with 404",
            request("GET //chat HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"status": 404, "outcome": "rejected"},
        ),
    ),
    near_misses=(
        Case(
            "the server took it", request("GET //chat HTTP/1.1", "Host: app", *GOOD_HANDSHAKE), {"outcome": "upgraded"}
        ),
        Case("not known", request("GET //chat HTTP/1.1", "Host: app", *GOOD_HANDSHAKE)),
    ),
    supersedes=(
        "no-websocket-route",
        "server-rejects-good-handshake",
    ),
)
