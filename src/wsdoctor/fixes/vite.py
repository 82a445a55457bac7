"""Vite, webpack-dev-server and Angular: ``ws: true`` beside the target of the proxy entry that lacks it."""

from __future__ import annotations

import re

from wsdoctor.fixes._edits import Edit
from wsdoctor.fixes._text import Lines, indent_of
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.traffic import Caller, Declared, Hop, Listener, PortMap

__all__ = ["PRODUCTS", "fix"]

PRODUCTS = ("vite", "webpack-dev-server", "angular")

_TARGET = re.compile(r"(?P<quote>[\"']?)\btarget(?P=quote)\s*:\s*(?P<value>\"[^\"]*\"|'[^']*'|`[^`]*`|[\w.$]+)")
_SHORT = re.compile(r"(?P<key>\"[^\"]+\"|'[^']+')\s*:\s*(?P<url>\"https?://[^\"]*\"|'https?://[^']*')(?P<end>\s*,?\s*)")


def fix(
    finding: RepositoryFinding, traffic: Caller | Hop | PortMap, listener: Listener, text: str, declared: Declared
) -> list[Edit] | None:
    """Return the edit of the proxy entry."""
    if not isinstance(traffic, Hop) or finding.rule != "dev-server-proxy-without-websockets":
        return None
    if traffic.product == "webpack-dev-server" and traffic.path in {"/ws", "/ws/"}:
        return None  # there its own socket listens
    lines = Lines(text)
    first = traffic.location.line
    last = traffic.location.end_line or _closing(lines, first)
    if lines.find(r"[\"']?\bws[\"']?\s*:\s*true\b", first, last):
        return None
    refused = lines.find(r"[\"']?\bws[\"']?\s*:\s*false\b", first, last)
    if len(refused) == 1:
        edit = lines.change(
            refused[0], r"(\bws[\"']?\s*:\s*)false\b", re.sub(r"false$", "true", _word(lines[refused[0]]))
        )
        return None if edit is None else [edit]
    targets = [at for at in range(first, last + 1) if _TARGET.search(re.sub(r"(?<!:)//.*", "", lines[at]))]
    if len(targets) == 1:
        return _beside(lines, targets[0])
    short = _SHORT.search(lines[first])
    if targets or short is None or traffic.product != "vite":
        return None
    new = f"{short['key']}: {{ target: {short['url']}, changeOrigin: true, ws: true }}{short['end']}"
    line = lines[first]
    return [Edit(first, first, (line[: short.start()] + new + line[short.end() :],))]


def _word(line: str) -> str:
    found = re.search(r"\bws[\"']?\s*:\s*false", line)
    return found[0] if found else ""


def _beside(lines: Lines, number: int) -> list[Edit] | None:
    line = lines[number]
    found = _TARGET.search(line)
    if found is None:
        return None
    quote = found["quote"]
    entry = f"{quote}ws{quote}: true"
    rest = line[found.end() :].strip()
    if line[: found.start()].strip() == "" and (rest in {"", ","} or rest.startswith(("//", ", //"))):
        if rest.startswith(","):
            return [lines.after(number, [f"{indent_of(line)}{entry},"])]
        return [Edit(number, number, (f"{line[: found.end()]},{line[found.end() :]}", f"{indent_of(line)}{entry}"))]
    return [Edit(number, number, (f"{line[: found.end()]}, {entry}{line[found.end() :]}",))]


def _closing(lines: Lines, first: int) -> int:
    """Return the line on which the braces that a line opens are closed."""
    depth = 0
    for number in range(first, min(first + 60, len(lines)) + 1):
        bare = re.sub(r"\"[^\"]*\"|'[^']*'|`[^`]*`|//.*", "", lines[number])
        depth += bare.count("{") - bare.count("}")
        if depth <= 0:
            return number
    return first
