"""An ASGI application puts the subprotocol into the fields of its answer."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.rule import Case, Reference, Remedy, Rule

_CODE = re.compile(
    r"""websocket\.accept\b[^)}]{0,300}?headers[^)}]{0,200}?sec-websocket-protocol|\.accept\([^)]{0,100}headers\s*=[^)]{0,200}?sec-websocket-protocol""",
    re.IGNORECASE | re.DOTALL,
)


def match(files: tuple[SourceFile, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    for file in files:
        if _CODE.search(file.text) is not None:
            return f"{file.name[:80]} accepts the WebSocket with Sec-WebSocket-Protocol among its headers."
    return None


RULE = Rule(
    id="asgi-subprotocol-in-headers",
    title="An ASGI application puts the subprotocol among the headers of its answer",
    cls="subprotocol-mismatch",
    level="error",
    confidence=0.85,
    match=match,
    why="ASGI has a key of its own for the subprotocol, and forbids the field among the headers: the server "
    "writes it itself. Depending on "
    "the server the field is dropped, sent twice, or ends in an error, and the browser closes the connection.",
    remedy=Remedy(
        "Pass the subprotocol by its own name.",
        {
            "ASGI": '{"type": "websocket.accept", "subprotocol": "ocpp1.6"}',
            "FastAPI, Starlette": 'await websocket.accept(subprotocol="ocpp1.6")',
        },
    ),
    references=(
        Reference("ASGI: websocket.accept", "https://asgi.readthedocs.io/en/latest/specs/www.html#accept-send-event"),
    ),
    cases=(
        Case(
            "plain ASGI",
            None,
            {
                "files": (
                    SourceFile(
                        "app.py",
                        'await send({"type": "websocket.accept", "headers": [(b"sec-websocket-protocol", b"mqtt")]})',
                    ),
                )
            },
        ),
    ),
    near_misses=(
        Case(
            "as it should be",
            None,
            {"files": (SourceFile("app.py", 'await send({"type": "websocket.accept", "subprotocol": "mqtt"})'),)},
        ),
    ),
)
