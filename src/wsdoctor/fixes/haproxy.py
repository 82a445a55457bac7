"""HAProxy: lines that take fields away go or spare handshakes, checks of a WebSocket backend become TCP checks.

A TCP check is right whatever the server answers to OPTIONS or HTTP/1.0; an expected status would depend on it.
"""

from __future__ import annotations

import re

from wsdoctor.fixes._edits import Edit
from wsdoctor.fixes._text import Lines, alone, indent_of, within_script
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.traffic import Caller, Declared, Hop, Listener, PortMap
from wsdoctor.syntax.haproxy import Line, Section, parse

__all__ = ["PRODUCTS", "fix"]

PRODUCTS = ("haproxy",)

_SPARES = " unless { req.hdr(Upgrade) -i websocket }"


def fix(
    finding: RepositoryFinding, traffic: Caller | Hop | PortMap, listener: Listener, text: str, declared: Declared
) -> list[Edit] | None:
    """Return the edits of the sections that the finding is in."""
    if isinstance(traffic, PortMap) or within_script(finding.location.file):
        return None
    lines = Lines(text)
    at = traffic.location.line
    sections = parse(text)
    section = next((each for each in sections if each.line <= at <= each.end_line), None)
    if section is None:
        return None
    if isinstance(traffic, Caller):
        return _tcp_check(section, lines, at) if alone(traffic, declared) else None
    if finding.rule == "proxy-protocol-v1-header":
        return _without(lines, at, r"\s+(?:check-)?send-proxy(?:-v2(?:-ssl(?:-cn)?)?)?(?=\s|$)")
    if finding.rule == "proxy-speaks-tls-to-plaintext-server":
        return _without(lines, at, r"\s+(?:ssl|verify\s+\S+|ca-file\s+\S+|sni\s+\S+|alpn\s+\S+|check-ssl)(?=\s|$)")
    if finding.rule == "http2-prior-knowledge":
        return _without(lines, at, r"\s+proto\s+h2c?(?=\s|$)")
    if finding.cls != "proxy-strips-upgrade" or not traffic.lacks:
        return None
    return _keeps(traffic, sections, lines)


def _without(lines: Lines, at: int, pattern: str) -> list[Edit] | None:
    """Return the edit that takes words out of a ``server`` line."""
    if not re.match(r"\s*server\s", lines[at]):
        return None
    head, mark, comment = lines[at].partition("#")
    changed = re.sub(pattern, "", head.rstrip())
    return [Edit(at, at, (changed + (f"  {mark}{comment}" if mark else ""),))]


def _spoils(line: Line) -> bool:
    words = line.words[1:] if line.words[0] == "http-request" else ()
    if len(words) < 2 or words[0] not in {"del-header", "set-header"} or {"if", "unless"} & set(words[2:]):
        return False
    token = {"upgrade": "websocket", "connection": "upgrade"}.get(words[1].lower())
    return token is not None and (words[0] == "del-header" or token not in words[-1].lower())


def _keeps(hop: Hop, sections: tuple[Section, ...], lines: Lines) -> list[Edit] | None:
    first, _, last = hop.details.get("block", "").partition("-")
    edits: list[Edit] = []
    for section in sections:
        backend = str(section.line) == first and str(section.end_line) == last
        for line in section.lines if backend or section.line <= hop.location.line <= section.end_line else ():
            if not _spoils(line):
                continue
            if backend:
                edits.append(lines.drop(line.line))
            elif "#" not in lines[line.line]:
                edits.append(Edit(line.line, line.line, (lines[line.line].rstrip() + _SPARES,)))
    return edits or None


def _tcp_check(section: Section, lines: Lines, at: int) -> list[Edit] | None:
    """Check the servers of a backend by connecting to them."""
    if section.kind not in {"backend", "listen"}:
        return None
    options = list(section.having("option", "httpchk"))
    if not options:
        if section.last("option") is not None and any(section.having("option", "tcp-check")):
            return None
        first = next(section.having("server"), None)
        if first is None or first.line > at:
            return None
        return [Edit(first.line, first.line - 1, (f"{indent_of(lines[first.line])}option tcp-check",))]
    if len(options) != 1:
        return None
    edits = [Edit(options[0].line, options[0].line, (f"{indent_of(lines[options[0].line])}option tcp-check",))]
    edits += (lines.drop(line.line) for line in section.having("http-check"))
    return edits
