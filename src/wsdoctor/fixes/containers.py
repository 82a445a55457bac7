"""compose and Dockerfiles: a health check by curl or wget of a WebSocket port connects to it with Python instead.

Only where the server that is checked is Python and runs in that very container: then Python is there, and it is the
one tool that is. The port stays as it was written, variable or not.
"""

from __future__ import annotations

import re

from wsdoctor.fixes._edits import Edit
from wsdoctor.fixes._text import Lines, alone
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.traffic import Caller, Declared, Hop, Listener, PortMap

__all__ = ["PRODUCTS", "fix"]

PRODUCTS = ("compose", "docker")

_LOCAL = frozenset(("", "localhost", "127.0.0.1", "0.0.0.0", "::1"))  # noqa: S104
_URL = r"https?://(?:localhost|127\.0\.0\.1|0\.0\.0\.0):(?P<port>\d{1,5}|\$\$?\w+|\$\$?\{\w+(?::?-\d+)?\})(?:/[^\s\"'|&;,\]]*)?"
_SHELL = re.compile(
    rf"(?P<whole>(?:/usr/bin/)?(?:curl|wget)(?:\s+(?:-{{1,2}}[\w-]+(?:=\S+)?|\d+|/dev/null))*\s+(?P<q>[\"']?){_URL}(?P=q)"
    r"(?:\s+(?:-{1,2}[\w-]+(?:=\S+)?|/dev/null))*(?:\s*>\s*/dev/null)?(?:\s*2>&1)?)(?P<end>\s*(?:\|\|\s*exit\s+1\s*)?[\"']?\s*\]?\s*)(?:#.*)?"
)
_WORDS = re.compile(
    rf"[\"'](?:/usr/bin/)?(?:curl|wget)[\"'](?:\s*,\s*[\"'](?:-{{1,2}}[\w-]+(?:=[^\"']*)?|\d+|/dev/null)[\"'])*\s*,\s*[\"']{_URL}[\"']"
    r"(?:\s*,\s*[\"'](?:-{1,2}[\w-]+|/dev/null)[\"'])*(?=\s*\])"
)


def fix(
    finding: RepositoryFinding, traffic: Caller | Hop | PortMap, listener: Listener, text: str, declared: Declared
) -> list[Edit] | None:
    """Return the edit of the line with the command."""
    if not isinstance(traffic, Caller) or traffic.kind != "health-check" or not alone(traffic, declared):
        return None
    python = listener.location.file.endswith(".py") and listener.unit == traffic.unit and traffic.unit is not None
    if not python or traffic.to.host not in _LOCAL:
        return None
    lines = Lines(text)
    last = traffic.location.end_line or traffic.location.line
    found = lines.find(r"\b(?:curl|wget)\b", traffic.location.line, last)
    return _line(lines, found[0]) if len(found) == 1 else None


def _line(lines: Lines, number: int) -> list[Edit] | None:
    line = lines[number]
    words = list(_WORDS.finditer(line))
    if len(words) == 1:
        port = words[0]["port"]
        new = f'"python3", "-c", "{_program(port)}"'
        plain = port.isdecimal() or ("$$" not in port and re.match(r"\s*(?:-\s+)?test\s*:", line))
        if not plain:
            return None
        return [Edit(number, number, (line[: words[0].start()] + new + line[words[0].end() :],))]
    shell = list(_SHELL.finditer(line))
    if len(shell) != 1 or shell[0].end() != len(line.rstrip()):
        return None
    before = line[: shell[0].start()]
    quote = _inside(before)
    if quote == "'":
        program = f'python3 -c "{_program(shell[0]["port"])}"'.replace("'", "''")
    elif quote == '"':
        program = f'python3 -c \\"{_program(shell[0]["port"])}\\"'
    else:
        program = f'python3 -c "{_program(shell[0]["port"])}"'
    return [Edit(number, number, (before + program + line[shell[0].end("whole") :],))]


def _program(port: str) -> str:
    return f"import socket; socket.create_connection(('127.0.0.1', {port}), 2).close()"


def _inside(before: str) -> str | None:
    """Return the quote that is open at the end of a text, None outside of all."""
    quote: str | None = None
    for mark in before:
        if quote is None and mark in "\"'":
            quote = mark
        elif mark == quote:
            quote = None
    return quote
