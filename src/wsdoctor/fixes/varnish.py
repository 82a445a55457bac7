"""Varnish: a handshake is piped to its backend, and the pipe keeps its fields; probes expect what is answered."""

from __future__ import annotations

import re

from wsdoctor.fixes._edits import Edit
from wsdoctor.fixes._text import ANSWER_426, Lines, alone, indent_of, within_script
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.traffic import Caller, Declared, Hop, Listener, PortMap
from wsdoctor.syntax.vcl import Statement, parse

__all__ = ["PRODUCTS", "fix"]

PRODUCTS = ("varnish",)

_ASK = 'if (req.http.Upgrade ~ "(?i)websocket") {'
_COPY = (
    "if (req.http.Upgrade) {",
    "    set bereq.http.Upgrade = req.http.Upgrade;",
    "    set bereq.http.Connection = req.http.Connection;",
    "}",
)


def fix(
    finding: RepositoryFinding, traffic: Caller | Hop | PortMap, listener: Listener, text: str, declared: Declared
) -> list[Edit] | None:
    """Return the edits of the VCL file."""
    if isinstance(traffic, PortMap) or within_script(finding.location.file):
        return None
    if finding.location.file.endswith((".yml", ".yaml")):
        return None
    lines = Lines(text)
    top = parse(text)
    if isinstance(traffic, Caller):
        return _probe(traffic, lines) if listener.framework in ANSWER_426 and alone(traffic, declared) else None
    if finding.rule == "proxy-protocol-v1-header":
        found = lines.find(r"^\s*\.proxy_header\s*=\s*\d\s*;\s*$", traffic.location.line, traffic.location.line)
        return [lines.drop(found[0])] if found else None
    if finding.cls != "proxy-strips-upgrade":
        return None
    piped = _pipe(traffic, top, lines) if "pipe" in traffic.lacks else []
    copied = _copy(top, lines)
    return None if piped is None or copied is None else [*piped, *copied]


def _pipe(hop: Hop, top: tuple[Statement, ...], lines: Lines) -> list[Edit] | None:
    """Return the edit that pipes handshakes where their backend is chosen."""
    receives = [item for item in top if item.starts("sub", "vcl_recv")]
    chosen = int(hop.details.get("directive-line", "0"))
    routes = [
        item for sub in receives for item in sub.walk() if item.starts("set", "req.backend_hint") and item.block is None
    ]
    if any(item.line == chosen for item in routes):
        line = lines[chosen]
        indent = indent_of(line)
        if re.fullmatch(r"\s*set\s+req\.backend_hint\s*=[^;]+;\s*(?:(?:#|//).*)?", line) is None:
            return None
        return [lines.after(chosen, [indent + _ASK, f"{indent}    return (pipe);", f"{indent}}}"])]
    if routes or len(receives) > 1:
        return None
    if not receives:
        body = ["", "sub vcl_recv {", "    " + _ASK, "        return (pipe);", "    }", "}"]
        return [lines.after(_end(lines), body)]
    opened = receives[0].line
    if not lines[opened].rstrip().endswith("{"):
        return None
    indent = indent_of(lines[opened]) + "    "
    return [lines.after(opened, [indent + _ASK, f"{indent}    return (pipe);", f"{indent}}}"])]


def _copy(top: tuple[Statement, ...], lines: Lines) -> list[Edit] | None:
    """Return the edit that keeps the fields in a pipe."""
    pipes = [item for item in top if item.starts("sub", "vcl_pipe")]
    names = {
        statement.words[1].lower()
        for pipe in pipes
        for statement in pipe.walk()
        if statement.words[:1] == ("set",) and len(statement.words) > 3 and "req.http" in statement.words[3].lower()
    }
    if {"bereq.http.upgrade", "bereq.http.connection"} <= names:
        return []
    if pipes:
        opened = pipes[0].line
        if not lines[opened].rstrip().endswith("{"):
            return None
        return [lines.after(opened, [indent_of(lines[opened]) + "    " + each for each in _COPY])]
    receives = [item for item in top if item.starts("sub", "vcl_recv")]
    at = receives[-1].end_line if receives else _end(lines)
    if receives and lines[at].strip() != "}":
        return None
    return [lines.after(at, ["", "sub vcl_pipe {", *("    " + each for each in _COPY), "}"])]


def _end(lines: Lines) -> int:
    """Return the last line that is not empty."""
    return max((at for at in range(1, len(lines) + 1) if lines[at].strip()), default=0)


def _probe(caller: Caller, lines: Lines) -> list[Edit] | None:
    first, last = caller.location.line, caller.location.end_line or caller.location.line
    if caller.method != "GET":
        return None
    written = lines.find(r"^\s*\.expected_response\s*=", first, last)
    if written:
        edit = lines.change(written[0], r"=\s*\d+\s*;", "= 426;")
        return [edit] if edit is not None else None
    start = lines.find(r"^\s*\.(?:url|interval|timeout|window|threshold)\s*=[^;]*;\s*$", first, last)
    if not start:
        return None
    return [lines.after(start[0], [f"{indent_of(lines[start[0]])}.expected_response = 426;"])]
