"""A server quotes a request line that is no text."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Remedy, Rule, request
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_quotes import quoted_bytes
from wsdoctor.rules._remedies import RFC6455_REQUEST


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome):
        return None
    quoted = quoted_bytes(log)
    return None if quoted is None or quoted.speaks != "unknown" else f"the log quotes “{quoted.words}”"


RULE = Rule(
    id="binary-request-line-in-log",
    title="The log quotes a request line of bytes that are no text",
    cls="other-protocol",
    level="note",
    confidence=0.6,
    match=match,
    why=(
        "What stands where a request line belongs is not text, so the peer speaks no HTTP at all. Servers quote it "
        "because they look for GET first. It is a client of another protocol, a proxy that encrypts towards the "
        "server, or a scanner."
    ),
    remedy=Remedy("Look which program on the sender's side was given this port; from the internet it can be ignored."),
    references=(RFC6455_REQUEST,),
    cases=(
        Case("websockets 13 to 16", facts={"log": "ValueError: invalid HTTP request line: \\x9f\\x00\\xff\\x13\\xc7"}),
        Case(
            "gevent",
            facts={"log": "(from ('10.0.3.7', 51214)) Invalid HTTP method: '\\x80\\x81\\x82\\x83\\x84\\xff\\r\\n'"},
        ),
    ),
    near_misses=(
        Case("a text", facts={"log": "ValueError: invalid HTTP request line: hello"}),
        Case("TLS", facts={"log": "ValueError: invalid HTTP request line: \\x16\\x03\\x01\\x02\\x00"}),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"log": "ValueError: invalid HTTP request line: \\x9f\\x00\\xff\\x13\\xc7"},
        ),
    ),
)
