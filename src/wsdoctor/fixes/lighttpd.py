"""lighttpd: ``proxy.header`` enables the upgrade beside the ``proxy.server`` that lacks it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from wsdoctor.fixes._edits import Edit
from wsdoctor.fixes._text import Lines, indent_of, within_script
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.traffic import Caller, Declared, Hop, Listener, PortMap
from wsdoctor.syntax.lighttpd import Assignment, Condition, Statement, parse

__all__ = ["PRODUCTS", "fix"]

PRODUCTS = ("lighttpd",)


def fix(
    finding: RepositoryFinding, traffic: Caller | Hop | PortMap, listener: Listener, text: str, declared: Declared
) -> list[Edit] | None:
    """Return the edit that enables the upgrade."""
    if not isinstance(traffic, Hop) or within_script(finding.location.file) or traffic.scheme == "tcp":
        return None
    if finding.cls != "proxy-strips-upgrade" or finding.location.file.endswith((".yml", ".yaml")):
        return None
    lines = Lines(text)
    known = list(_all(parse(text)))
    headers = [item for item in known if item.name == "proxy.header"]
    number = int(traffic.details.get("directive-line", "0"))
    server = next((item for item in known if item.name == "proxy.server" and item.line == number), None)
    if server is None or any("include" in item.name for item in known):
        return None
    if not headers:
        if not re.fullmatch(r"\s*proxy\.server\s*\+?=.*", lines[number]) or _goes_on(lines[server.end_line]):
            return None
        new = f'{indent_of(lines[number])}proxy.header = ( "upgrade" => "enable" )'
        return [lines.after(server.end_line, [new])]
    if len(headers) != 1 or headers[0].line != headers[0].end_line:
        return None
    if '"upgrade"' in lines[headers[0].line]:
        edit = lines.change(headers[0].line, r'(?<="upgrade")\s*=>\s*"[^"]*"', ' => "enable"')
    else:
        edit = lines.change(headers[0].line, r"=\s*\(\s*", '= ( "upgrade" => "enable", ')
    return None if edit is None else [edit]


def _goes_on(line: str) -> bool:
    return not re.fullmatch(r"[^#]*\)\s*(?:#.*)?", line)


def _all(block: Iterable[Statement]) -> Iterator[Assignment]:
    for item in block:
        if isinstance(item, Condition):
            yield from _all(item.block)
        else:
            yield item
