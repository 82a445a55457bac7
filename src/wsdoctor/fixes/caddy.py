"""Caddy: lines that take Upgrade or Connection away go, matchers meet every browser, checks expect what is answered."""

from __future__ import annotations

import re
from collections.abc import Iterable

from wsdoctor.fixes._edits import Edit
from wsdoctor.fixes._text import ANSWER_426, Lines, alone, indent_of, plain_scheme, within_script
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.traffic import Caller, Declared, Hop, Listener, PortMap
from wsdoctor.syntax.caddyfile import Directive, parse

__all__ = ["PRODUCTS", "fix"]

PRODUCTS = ("caddy",)


def fix(
    finding: RepositoryFinding, traffic: Caller | Hop | PortMap, listener: Listener, text: str, declared: Declared
) -> list[Edit] | None:
    """Return the edits of the Caddyfile."""
    file = finding.location.file
    if isinstance(traffic, PortMap) or within_script(file) or file.endswith((".json", ".yml", ".yaml")):
        return None
    lines = Lines(text)
    if isinstance(traffic, Caller):
        return _check(traffic, lines) if listener.framework in ANSWER_426 and alone(traffic, declared) else None
    number = int(traffic.details.get("directive-line", "0"))
    chain = _around(parse(text), number)
    if not chain or chain[-1].line != number or any(each.name.startswith("(") for each in chain):
        return None
    if finding.rule == "proxy-speaks-tls-to-plaintext-server":
        return plain_scheme(traffic, lines, number)
    if finding.rule == "http2-prior-knowledge":
        edit = lines.change(number, r"\bh2c://", "http://")
        return [edit] if edit is not None else _lines(lines, chain[-1], r"\s*versions\s+(?:h2c\s*|2\s*)+")
    if finding.rule == "proxy-protocol-v1-header":
        return _lines(lines, chain[-1], r"\s*proxy_protocol\s+v[12]\s*")
    if finding.cls != "proxy-strips-upgrade":
        return None
    if traffic.lacks == ("condition",):
        found = re.search(r"(header\s+(?:Connection|Upgrade)\s+)\"?([A-Za-z]+)\"?\s*$", lines[traffic.location.line])
        if found is None:
            return None
        at = traffic.location.line
        return [Edit(at, at, (f"{lines[at][: found.start()]}{found[1]}*{found[2]}*",))]
    return _kept(chain, lines)


def _around(top: Iterable[Directive], number: int) -> list[Directive]:
    """Return the blocks around a line, the directive that begins in it last."""
    for item in top:
        if item.line <= number <= item.end_line:
            return [item, *_around(item.block or (), number)] if item.line != number or item.block else [item]
    return []


def _lines(lines: Lines, block: Directive, pattern: str) -> list[Edit] | None:
    shape = re.compile(pattern)
    found = [at for at in range(block.line + 1, block.end_line) if shape.fullmatch(lines[at])]
    return [lines.drop(at) for at in found] or None


def _spoils(item: Directive) -> bool:
    name = item.args[0].lstrip("+->?").lower() if item.args else ""
    token = {"upgrade": "websocket", "connection": "upgrade"}.get(name)
    value = item.args[-1].lower() if len(item.args) > 1 else ""
    return token is not None and token not in value and not ("{" in value and name in value)


def _kept(chain: list[Directive], lines: Lines) -> list[Edit] | None:
    """Take away every line that loses a field of the handshake on the way to one directive."""
    found = [item for item in chain[-1].inner("header_up") if _spoils(item)]
    for block in chain[:-1]:
        found += (item for item in block.inner("request_header") if _spoils(item))
    if any(lines[item.line].split("#")[0].split()[:1] != [item.name] for item in found):
        return None
    return [lines.drop(item.line) for item in found] or None


def _check(caller: Caller, lines: Lines) -> list[Edit] | None:
    """Let a check expect 426, which is what these servers answer to a plain GET."""
    at = caller.location.line
    if caller.method != "GET" or not re.match(r"\s*health_(?:uri|path|port)\s", lines[at]):
        return None
    indent = indent_of(lines[at])
    first, last = at, at
    while indent_of(lines[first - 1]) >= indent and lines[first - 1].strip():
        first -= 1
    while indent_of(lines[last + 1]) >= indent and lines[last + 1].strip() not in {"", "}"}:
        last += 1
    written = lines.find(r"^\s*health_status\s", first, last)
    if written:
        return [Edit(written[0], written[0], (f"{indent_of(lines[written[0]])}health_status 426",))]
    return [lines.after(at, [f"{indent}health_status 426"])]
