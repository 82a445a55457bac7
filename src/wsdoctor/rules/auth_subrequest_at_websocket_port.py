"""auth_request, ForwardAuth or forward_auth points at the WebSocket port."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.redact import redact_target
from wsdoctor.model.rule import KEY, VERSION, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._intermediary import is_auth_subrequest, lost, original_target


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...], path: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.only_version or not is_auth_subrequest(path, headers):
        return None
    asked = redact_target(original_target(headers) or "")[:80]
    return (
        f"{loss.seen}; the path is {path[:60]} while the request that it asks about was {asked}: a subrequest "
        "of auth_request or ForwardAuth"
    )


RULE = Rule(
    id="auth-subrequest-at-websocket-port",
    title="A proxy asks the WebSocket port whether a request may pass",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.93,
    match=match,
    why=(
        "A proxy can ask a service whether a request may pass, by a copy of that request without its body and without"
        " the fields that hold for one hop. Here this question goes to the WebSocket port, which cannot answer it. "
        "The client is refused although its handshake was right."
    ),
    remedy=Remedy(
        "Point the subrequest at the service that checks credentials, not at the WebSocket server.",
        {
            "nginx": "location = /auth { internal; proxy_pass http://auth-service; proxy_pass_request_body off; }",
            "Traefik": "forwardAuth.address: http://auth-service/…",
            "Caddy": "forward_auth auth:9091 { uri /verify }",
        },
    ),
    references=(
        Reference("nginx: auth_request", "https://nginx.org/en/docs/http/ngx_http_auth_request_module.html"),
        Reference("Traefik: ForwardAuth", "https://doc.traefik.io/traefik/middlewares/http/forwardauth/"),
        Reference("Caddy: forward_auth", "https://caddyserver.com/docs/caddyfile/directives/forward_auth"),
    ),
    cases=(
        Case(
            "auth_request",
            request(
                "GET /auth HTTP/1.0",
                "X-Original-URI: /ws",
                "Host: 127.0.0.1:8080",
                "Connection: close",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
            ),
        ),
        Case(
            "ForwardAuth",
            request(
                "GET /auth HTTP/1.1",
                "Host: auth:8080",
                "User-Agent: Mozilla/5.0",
                "Sec-Websocket-Key: x3JJHMbDL1EzLkh9GBhXDw==",
                "Sec-Websocket-Version: 13",
                "X-Forwarded-Method: GET",
                "X-Forwarded-Proto: ws",
                "X-Forwarded-Uri: /ws",
            ),
        ),
    ),
    near_misses=(
        Case(
            "the original target is the path itself",
            request(
                "GET /ws HTTP/1.0",
                "X-Original-URI: /ws",
                "Host: 127.0.0.1:8080",
                "Connection: close",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
            ),
        ),
    ),
    supersedes=(
        "upgrade-stripped",
        "nginx-drops-upgrade",
        "nginx-inherited-fields-dropped",
        "nginx-http11-without-upgrade",
        "upgrade-lost-before-nginx",
        "nginx-sends-no-connection-field",
        "traefik-drops-upgrade",
        "go-proxy-drops-upgrade",
        "caddy-removes-upgrade",
        "iis-drops-upgrade",
        "proxy-drops-upgrade-and-lowers-names",
    ),
)
