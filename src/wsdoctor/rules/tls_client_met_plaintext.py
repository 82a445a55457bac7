"""A TLS client says that the answer was not TLS."""

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import quote
from wsdoctor.rules._remedies import TLS_HELLO
from wsdoctor.rules._tls_words import client_got_plain_bytes, server_got_plain_bytes

_LIMIT = 20_000
_SAID = re.compile(
    r"(?i)[^\n]{0,80}(?:wrong version number|WRONG_VERSION_NUMBER|first record does not look like a TLS handshake"
    r"|SSL_ERROR_RX_RECORD_TOO_LONG|ERR_SSL_PROTOCOL_ERROR|SSL23_GET_SERVER_HELLO:unknown protocol"
    r"|record layer version error"
    r"|(?:unrecognized|unsupported or unrecognized) SSL message|received corrupt message of type|InvalidContentType"
    r"|SSL Protocol Error|packet length too long|an invalid SSL record was received|mbedtls_ssl_handshake returned "
    r"-0x7200"
    r"|ssl_choose_client_version:unsupported)(?![^\n]{0,120}handshaking to upstream)"
)


def match(log: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if server_got_plain_bytes(log) is not None:
        return None
    found = _SAID.search(log[:_LIMIT])
    said = found[0] if found is not None else client_got_plain_bytes(log)
    return None if said is None else f"the log says “{quote(said)}”, the words of a TLS client that got plain bytes"


RULE = Rule(
    id="tls-client-met-plaintext",
    title="A TLS client got an answer that is not TLS: the port is plain",
    cls="tls-on-plaintext",
    level="error",
    confidence=0.85,
    match=match,
    why=(
        "A client opened wss:// or https:// and got bytes in return that are no TLS. The port speaks plain HTTP, or a"
        " tunnel or a proxy hands the bytes to a plain port. OpenSSL calls that a wrong version number, Go a first "
        "record that does not look like TLS."
    ),
    remedy=Remedy(
        "Use ws:// for this port, or let a proxy with the certificate end TLS in front of it.",
        {
            "clients": "ws:// instead of wss://",
            "ngrok": "the https tunnel instead of a tcp tunnel for wss://",
            "Apache httpd": "ProxyPass ws://, not wss://",
        },
    ),
    references=(
        TLS_HELLO,
        Reference("tokio-tungstenite: issue 319", "https://github.com/snapview/tokio-tungstenite/issues/319"),
    ),
    cases=(
        Case("Go, which takes “P/” for a length", facts={"log": "tls: oversized record received with length 20527"}),
        Case(
            "Netty, of an answer of HTTP",
            facts={"log": "io.netty.handler.ssl.NotSslRecordException: not an SSL/TLS record: 485454502f312e31"},
        ),
        Case(
            "Node.js",
            facts={"log": "Error: write EPROTO 140:error:1408F10B:SSL routines:ssl3_get_record:wrong version number"},
        ),
        Case("Python", facts={"log": "ssl.SSLError: [SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1000)"}),
        Case("Go", facts={"log": "tls: first record does not look like a TLS handshake"}),
        Case(
            ".NET",
            facts={
                "log": "System.Net.WebSockets.WebSocketException: Unable to connect to the remote server\n ---> "
                "System.Security.Authentication.AuthenticationException: Cannot determine the frame size or a "
                "corrupted frame was received."
            },
        ),
    ),
    near_misses=(
        Case(
            "plain HTTP to a TLS port", facts={"log": "error:1407609C:SSL routines:SSL23_GET_CLIENT_HELLO:http request"}
        ),
        Case(
            "a server of Go",
            facts={
                "log": "http: TLS handshake error from 203.0.113.9:5: tls: first record does not look like a TLS "
                "handshake"
            },
        ),
        Case(
            "nginx as the client",
            facts={
                "log": "SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong version number) while "
                "SSL handshaking to upstream"
            },
        ),
    ),
)
