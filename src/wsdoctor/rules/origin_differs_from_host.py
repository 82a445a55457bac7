"""A server compares Origin with a Host that a proxy has replaced."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._hosts import host_of, is_internal
from wsdoctor.rules._log_text import CAUSES, refusal, says
from wsdoctor.rules._pages import rfc6455

_OTHERS = tuple(each for each in CAUSES if each != "origin")


def match(
    handshake: tuple[str, ...],
    origin: str,
    host: str,
    outcome: str | None = None,
    status: int | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake or status not in {None, 400, 403} or refusal(outcome, status, log) is None:
        return None
    here, page = host_of(host), host_of(origin)
    if not origin.startswith(("http://", "https://")) or is_internal(page) or here == page or not is_internal(here):
        return None
    spoken = says(log, "origin")
    if spoken is None and (status != 403 or says(log, *_OTHERS) is not None):
        return None
    return (
        f"Origin is {origin[:80]}, but Host is {host[:60]}: a proxy replaced the public name, so the two cannot agree."
    )


RULE = Rule(
    id="origin-differs-from-host",
    title="A proxy replaced Host, so that the Origin check of the server fails",
    cls="origin-rejected",
    level="error",
    confidence=0.88,
    match=match,
    why="Many servers allow a page if its Origin names the host that the request was sent to. A proxy that "
    "puts the server's internal address into "
    "Host makes the two differ for every visitor. The handshake is right otherwise.",
    remedy=Remedy(
        "Let the proxy pass the public Host on, or name the public origin in the server's list.",
        {
            "nginx": "proxy_set_header Host $http_host;",
            "Apache httpd": "ProxyPreserveHost On",
            "Vite": "server.proxy['/ws'].changeOrigin: false",
            "Traefik": "passHostHeader: true",
            "Caddy": "remove header_up Host {upstream_hostport}",
        },
    ),
    references=(
        rfc6455("10.2"),
        Reference(
            "nginx: proxy_set_header", "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_set_header"
        ),
        Reference(
            "Apache httpd: ProxyPreserveHost", "https://httpd.apache.org/docs/2.4/mod/mod_proxy.html#proxypreservehost"
        ),
    ),
    cases=(
        Case(
            "Host is the proxy's own address",
            good_handshake("/ws", "Origin: https://app.example.com", host="127.0.0.1:5000"),
            {"status": 403},
        ),
    ),
    near_misses=(
        Case("another site", good_handshake("/ws", "Origin: https://other.example.org"), {"status": 403}),
        Case(
            "accepted",
            good_handshake("/ws", "Origin: https://app.example.com", host="127.0.0.1:5000"),
            {"outcome": "upgraded"},
        ),
    ),
    supersedes=(
        "origin-rejected",
        "server-rejects-good-handshake",
        "connection-compared-literally",
        "upgrade-compared-literally",
    ),
)
