"""A log says that a token is missing, invalid or expired."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._log_text import says, says_accepted


def match(log: str, handshake: tuple[str, ...] | None = None, outcome: str | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake or outcome == "upgraded" or says_accepted(log):
        return None
    line = says(log, "token")
    return f"The log says “{line}”." if line is not None else None


RULE = Rule(
    id="token-refused",
    title="The client's token is missing, invalid or expired",
    cls="auth-rejected",
    level="error",
    confidence=0.85,
    match=match,
    why="The application found no usable token in the handshake. A WebSocket that is opened again after hours "
    "of sleep often uses the token that "
    "it had when the page was loaded, and is refused again and again.",
    remedy=Remedy(
        "Get a fresh token before each attempt to connect, and stop trying after an answer of 401.",
        {
            "JavaScript": "call the function that fetches the token inside the function that opens the "
            "WebSocket, not before it"
        },
    ),
    references=(
        Reference(
            "websockets: authentication", "https://websockets.readthedocs.io/en/stable/topics/authentication.html"
        ),
    ),
    cases=(
        Case(
            "in the application's log",
            good_handshake("/ws?token=abc"),
            {"log": "WebSocket closed before accept: token has expired\n"},
        ),
        Case("nothing but a log", None, {"log": "websocket auth: invalid token for user 42\n"}),
    ),
    near_misses=(
        Case(
            "a word of HTTP",
            None,
            {
                "log": "websocket: the client is not using the websocket protocol: 'upgrade' token not found "
                "in 'Connection' header\n"
            },
        ),
    ),
    supersedes=(
        "credentials-missing",
        "handshake-forbidden",
        "origin-rejected",
        "server-rejects-good-handshake",
        "no-common-subprotocol",
    ),
)
