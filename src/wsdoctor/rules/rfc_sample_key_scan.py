"""A tool that looks for WebSocket servers sends the key of the RFC's example, to an address with a scheme."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import VERSION, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._checks import ask_text
from wsdoctor.rules._knocks import CLOSE_PORT

_SAMPLES = frozenset(("dGhlIHNhbXBsZSBub25jZQ==", "SGVsbG8sIHdvcmxkIQ=="))


def match(method: str, target: str, headers: Headers, user_agent: str, origin: str) -> str | None:
    """Hold for a known key, a target with a scheme, and neither User-Agent nor Origin.

    The key alone proves nothing: examples, tests and health checks use it, and their handshakes are right.
    """
    if headers.get("Sec-WebSocket-Key") not in _SAMPLES or user_agent or origin:
        return None
    if not target.lower().startswith(("http://", "https://", "ws://", "wss://")):
        return None
    return f"{ask_text(method, target)} names the whole address, and its key is that of the standard's example."


RULE = Rule(
    id="rfc-sample-key-scan",
    title="A tool looked whether a WebSocket server listens",
    cls="scanner",
    level="note",
    confidence=0.75,
    match=match,
    why="The handshake is right, but no client made it: a client draws a new key for each "
    "connection, and this is the key "
    "printed in RFC 6455; a client sends the path, and this sends the whole address; and it "
    "gives neither name nor origin. "
    "Tools such as Nuclei find WebSocket servers with such a request, and leave when it is accepted.",
    remedy=Remedy("Nothing is broken. Check Origin or credentials, so that strangers are not accepted.", CLOSE_PORT),
    references=(
        Reference("RFC 6455 section 1.3: the example of a key", "https://www.rfc-editor.org/rfc/rfc6455#section-1.3"),
        Reference("Nuclei", "https://docs.projectdiscovery.io/tools/nuclei/overview"),
    ),
    cases=(
        Case(
            "a template of Nuclei",
            request(
                "GET http://203.0.113.10:8765 HTTP/1.1",
                "Host: 203.0.113.10:8765",
                "Upgrade: websocket",
                "Connection: Upgrade",
                VERSION,
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ),
        ),
    ),
    near_misses=(
        Case(
            "the example of the standard",
            request(
                "GET /chat HTTP/1.1",
                "Host: server.example.com",
                "Upgrade: websocket",
                "Connection: Upgrade",
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Origin: http://example.com",
                VERSION,
            ),
        ),
        Case(
            "tried with curl",
            request(
                "GET /ws HTTP/1.1",
                "Host: chat:8080",
                "User-Agent: curl/8.5.0",
                "Connection: Upgrade",
                "Upgrade: websocket",
                VERSION,
                "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            ),
        ),
    ),
    supersedes=("open-proxy-probe",),
)
