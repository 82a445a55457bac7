"""A TLS library says that what came looks like an HTTP request."""

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import quote
from wsdoctor.rules._tls_words import server_got_plain_bytes

_LIMIT = 20_000
_SAID = re.compile(
    r"(?i)(?:SSL|TLS)[^\n]{0,120}:https? (?:proxy )?request\b|\[SSL: HTTP_REQUEST\][^\n]{0,60}|ERR_SSL_HTTP_REQUEST"
    r"|not an SSL/TLS record: 4(?!854545)[0-9a-f]{3,}|\bbad SSL client\b|OPENSSL_internal:HTTP_REQUEST\b"
)


def match(log: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = _SAID.search(log[:_LIMIT])
    said = found[0] if found is not None else server_got_plain_bytes(log)
    return None if said is None else f"the TLS library says “{quote(said)}”"


RULE = Rule(
    id="http-request-in-tls-handshake",
    title="The TLS library got an HTTP request instead of a ClientHello",
    cls="plaintext-on-tls",
    level="error",
    confidence=0.9,
    match=match,
    why=(
        "The port expects TLS, and the client began with plain HTTP: http:// or ws:// where https:// or wss:// "
        "belongs. OpenSSL looks at the first bytes and says http request; other libraries say that the packet has an "
        "unexpected format or that it is no TLS message."
    ),
    remedy=Remedy(
        "Use wss:// or https:// for this port, or let what forwards to it speak TLS.",
        {"clients": "wss:// instead of ws://", "port forwarding": "forward this port as https"},
    ),
    references=(
        Reference("RFC 8446 section 5.1: record layer", "https://www.rfc-editor.org/rfc/rfc8446.html#section-5.1"),
        Reference("Node.js: ERR_SSL codes", "https://nodejs.org/api/errors.html#openssl-error-codes"),
    ),
    cases=(
        Case("Go, which takes “ /” for a length", facts={"log": "tls: oversized record received with length 8239"}),
        Case(
            "OpenSSL 1",
            facts={"log": "SSL_accept failed: error:1407609C:SSL routines:SSL23_GET_CLIENT_HELLO:http request"},
        ),
        Case("Python", facts={"log": "ssl.SSLError: [SSL: HTTP_REQUEST] http request (_ssl.c:997)"}),
        Case(
            "Go",
            facts={
                "log": "http: TLS handshake error from 203.0.113.9:5: tls: first record does not look like a TLS "
                "handshake"
            },
        ),
        Case(
            "rustls",
            facts={
                "log": "TLS handshake failed error=received corrupt message of type InvalidContentType "
                "client=10.0.0.1:5"
            },
        ),
        Case(
            "Undertow",
            facts={
                "log": "javax.net.ssl.SSLException: Unrecognized SSL message, plaintext connection?\n\tat "
                "io.undertow.protocols.ssl.SslConduit.doUnwrap\n"
            },
        ),
        Case(".NET", facts={"log": "System.IO.IOException: The handshake failed due to an unexpected packet format."}),
    ),
    near_misses=(
        Case(
            "Netty as a client, of an answer",
            facts={"log": "io.netty.handler.ssl.NotSslRecordException: not an SSL/TLS record: 485454502f312e31"},
        ),
        Case(
            "a certificate problem",
            facts={"log": "http: TLS handshake error from 203.0.113.7:5: remote error: tls: bad certificate"},
        ),
    ),
)
