"""Dockerfiles: instructions with their lines, line continuations, comments within, here-documents and exec forms."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

__all__ = ["Instruction", "parse"]

_NAME = re.compile(r"\s*(?P<name>[A-Za-z]+)(?:\s+(?P<rest>.*))?$", re.DOTALL)
_FLAG = re.compile(r"\s*--(?P<name>[a-z][a-z-]*)(?:=(?P<value>\"[^\"]*\"|'[^']*'|[^\s\\]*))?(?=\s|$)")
_HEREDOC = re.compile(r"<<-?\s*([\"']?)(?P<mark>[A-Za-z_]\w*)\1")
_ESCAPE = re.compile(r"\s*#\s*escape\s*=\s*`\s*$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Instruction:
    """An instruction.

    Attributes:
        name: in capitals.
        flags: such as ``interval`` with its value.
        text: arguments without flags, continued lines joined by line breaks as written.
        words: of the exec form, None for the shell form.
        line: 1-based first line.
        end_line: 1-based last line.
        text_line: 1-based line that `text` starts on.
        stage: 0-based number of the build stage, -1 before the first.

    """

    name: str
    flags: dict[str, str]
    text: str
    words: tuple[str, ...] | None
    line: int
    end_line: int
    text_line: int
    stage: int


def parse(text: str) -> list[Instruction]:
    """Return the instructions of a Dockerfile in order; what is none is left out."""
    found: list[Instruction] = []
    lines = text.split("\n")
    escape = "`" if lines and _ESCAPE.match(lines[0]) else "\\"
    at, stage = 0, -1
    while at < len(lines):
        if not lines[at].strip() or lines[at].lstrip().startswith("#"):
            at += 1
            continue
        first = at
        kept: list[str] = []
        while at < len(lines):
            line = lines[at]
            at += 1
            comment = len(kept) > 0 and line.lstrip().startswith("#")
            open_line = not comment and line.rstrip().endswith(escape)
            kept.append("" if comment else line.rstrip()[: -1 if open_line else None])
            if not open_line and not comment and line.strip():
                break
        statement = "\n".join(kept)
        at = _past_heredocs(statement, lines, at)
        if (match := _NAME.match(statement)) is None:
            continue
        name = match["name"].upper()
        stage += name == "FROM"
        found.append(_instruction(name, statement, match.start("rest"), first + 1, first + len(kept), stage))
    return found


def _past_heredocs(statement: str, lines: list[str], at: int) -> int:
    for match in _HEREDOC.finditer(statement) if re.match(r"\s*(?:RUN|COPY|ADD)\b", statement, re.IGNORECASE) else ():
        end = next((row for row in range(at, len(lines)) if lines[row].strip() == match["mark"]), None)
        at = at if end is None else end + 1
    return at


def _instruction(name: str, statement: str, start: int, line: int, end_line: int, stage: int) -> Instruction:
    flags: dict[str, str] = {}
    at = max(start, 0) if start >= 0 else len(statement)
    while match := _FLAG.match(statement, at):
        flags[match["name"]] = (match["value"] or "").strip("\"'")
        at = match.end()
    while at < len(statement) and statement[at].isspace():
        at += 1
    rest = statement[at:].rstrip()
    begin = line + statement.count("\n", 0, at)
    words: tuple[str, ...] | None = None
    listed = rest
    if name == "HEALTHCHECK" and (command := re.match(r"CMD\s+", rest, re.IGNORECASE)):
        listed = rest[command.end() :]
    if listed.startswith("["):
        try:
            given = json.loads(listed.replace("\n", " "))
            words = tuple(str(word) for word in given) if isinstance(given, list) else None
        except (ValueError, RecursionError):
            words = None
    return Instruction(name, flags, rest, words, line, end_line, begin, stage)
