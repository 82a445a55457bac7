"""Code in play has a WebSocket route, and what is installed has no library for it."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._files import FILE_LIMIT, found_in, named_like, text_of, unseen

_ROUTE = re.compile(r"@\w+\.websocket\(")
_REQUIREMENTS = re.compile(r"(?i)(?:requirements[\w.-]*\.txt|pyproject\.toml|Pipfile|Dockerfile)$")
_UVICORN = re.compile(r"(?im)\buvicorn\b(?!\[standard\])")
_LIBRARY = re.compile(
    r"(?i)\b(?:websockets|wsproto|uvicorn\[standard\]|fastapi\[(?:all|standard)\]|hypercorn|daphne|granian)"
)


def match(
    files: tuple[SourceFile, ...],
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    listed = named_like(files, _REQUIREMENTS)
    if listed is None or not unseen(headers, first_bytes, outcome, log):
        return None
    text = text_of(listed)
    if _UVICORN.search(text) is None or _LIBRARY.search(listed.text[:FILE_LIMIT]) is not None:
        return None
    found = found_in(files, _ROUTE)
    return None if found is None else f"{found}, and {listed.name[:80]} lists uvicorn without a WebSocket library"


RULE = Rule(
    id="websocket-route-without-library",
    title="uvicorn is installed without a WebSocket library",
    cls="server-fault",
    level="error",
    confidence=0.8,
    match=match,
    why="uvicorn leaves WebSockets to websockets or wsproto, which are installed apart. Without one it treats a "
    "handshake as "
    "a plain request and answers 404, although the application has the route.",
    remedy=Remedy("Install a WebSocket library.", {"uvicorn": "uvicorn[standard] or websockets in the requirements"}),
    references=(Reference("uvicorn: WebSocket implementation", "https://www.uvicorn.org/settings/#implementation"),),
    cases=(
        Case(
            "FastAPI",
            facts={
                "files": (
                    SourceFile("requirements.txt", "fastapi\nuvicorn\n"),
                    SourceFile("main.py", "@app.websocket('/ws')\nasync def ws(websocket): ...\n"),
                )
            },
        ),
    ),
    near_misses=(
        Case(
            "with the library",
            facts={
                "files": (
                    SourceFile("requirements.txt", "fastapi\nuvicorn[standard]\n"),
                    SourceFile("main.py", "@app.websocket('/ws')\nasync def ws(websocket): ...\n"),
                )
            },
        ),
        Case(
            "no WebSocket route",
            facts={
                "files": (
                    SourceFile("requirements.txt", "fastapi\nuvicorn\n"),
                    SourceFile("main.py", "@app.get('/')\nasync def page(): ...\n"),
                )
            },
        ),
    ),
)
