"""Neither bytes nor a log were observed."""

from __future__ import annotations

from wsdoctor.model.evidence import ClientHello
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._examples import good_handshake


def match(
    first_bytes: bytes | None = None,
    log: str | None = None,
    outcome: str | None = None,
    method: str | None = None,
    speaks: str | None = None,
    hello: ClientHello | None = None,
    status: int | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if (first_bytes is not None or log is not None or speaks is not None or hello is not None) or outcome == "upgraded":
        return None
    if status == 101:
        return None
    known = (
        f" that it was answered {status}"
        if status is not None
        else f" that it asked with {method[:20]}"
        if method
        else ""
    )
    return f"Nothing is known of this attempt but{known or ' that there was one'}; its first bytes would settle it."


RULE = Rule(
    id="nothing-observed",
    title="Nothing was observed of the attempt",
    cls="unknown",
    level="note",
    confidence=0.3,
    match=match,
    why="There is neither a byte nor a log line of this attempt, so nothing can be said of it. That is not the "
    "same as a connection on which "
    "nothing was sent.",
    remedy=Remedy(
        "Record the first bytes of each attempt.",
        {"wsdoctor": "wsdoctor run --record attempts.jsonl -- python server.py"},
    ),
    references=(Reference("websockets: logging", "https://websockets.readthedocs.io/en/stable/topics/logging.html"),),
    cases=(Case("no facts", None, {}),),
    near_misses=(Case("a right handshake", good_handshake()), Case("connected and sent nothing", b"")),
)
