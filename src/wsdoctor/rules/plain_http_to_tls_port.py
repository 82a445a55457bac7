"""An HTTP server says that plain HTTP came to its TLS port."""

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import quote

_LIMIT = 20_000
_SAID = re.compile(
    r"(?i)(?:the )?plain http request (?:was )?sent to https port|client sent (?:a "
    r"|an )?(?:plain )?http request to (?:an )?https (?:port|server)"
    r"|speaking plain http to an ssl-enabled server port|this combination of host and port requires TLS"
    r"|HTTP request received on (?:an )?(?:SSL|TLS|HTTPS)\b|http spoken on https port"
    r"|plain(?:text)? http (?:on|to) (?:a |an )?(?:tls|ssl|https) port"
    r"|non-SSL connection received but disallowed|request (?:was )?made to an? https port"
)


def match(log: str | None = None, status: int | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = _SAID.search(log[:_LIMIT]) if log is not None else None
    if found is not None:
        return f"the server says “{quote(found[0])}”"
    return "status 497, by which nginx means plain HTTP on a TLS port" if status == 497 else None


RULE = Rule(
    id="plain-http-to-tls-port",
    title="Plain HTTP was sent to a port that expects TLS",
    cls="plaintext-on-tls",
    level="error",
    confidence=0.94,
    match=match,
    why=(
        "The port expects TLS, and the client began with plain HTTP: http:// or ws:// where https:// or wss:// "
        "belongs. A library that was built without TLS, a proxy target without https, or a port number that was taken"
        " from the wrong line lead to this."
    ),
    remedy=Remedy(
        "Use wss:// or https:// for this port, or a plain port for ws://.",
        {
            "clients": "wss:// instead of ws://",
            "http-proxy": "target: { protocol: 'https:', host, port: 443 }",
            "tokio-tungstenite": "feature native-tls or rustls-tls-webpki-roots",
            "nginx": "proxy_pass https://…; where the server behind speaks TLS",
        },
    ),
    references=(
        Reference("nginx: error 497", "https://nginx.org/en/docs/http/ngx_http_ssl_module.html#errors"),
        Reference("RFC 6455 section 3: WebSocket URIs", "https://www.rfc-editor.org/rfc/rfc6455.html#section-3"),
    ),
    cases=(
        Case("websockify", facts={"log": "handler exception: non-SSL connection received but disallowed"}),
        Case("nginx", facts={"log": "400 The plain HTTP request was sent to HTTPS port"}),
        Case(
            "Go",
            facts={
                "log": "http: TLS handshake error from 203.0.113.7:5: client sent an HTTP request to an HTTPS server"
            },
        ),
        Case("Apache httpd", facts={"log": "You're speaking plain HTTP to an SSL-enabled server port."}),
    ),
    near_misses=(Case("TLS to a plain port", facts={"log": "ssl3_get_record:wrong version number"}),),
)
