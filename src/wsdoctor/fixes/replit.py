"""Replit: the public port 80 goes to the server that answers pages, the WebSocket server gets the other's.

That changes the public address of both, so it is shown and not made by itself.
"""

from __future__ import annotations

import re

from wsdoctor.fixes._edits import Edit
from wsdoctor.fixes._text import Lines
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.traffic import Caller, Declared, Hop, Listener, PortMap

__all__ = ["PRODUCTS", "SAFE", "fix"]

PRODUCTS = ("replit",)
SAFE = False


def fix(
    finding: RepositoryFinding, traffic: Caller | Hop | PortMap, listener: Listener, text: str, declared: Declared
) -> list[Edit] | None:
    """Return the edits that swap the external ports of two ``[[ports]]`` tables."""
    if not isinstance(traffic, PortMap) or not traffic.public:
        return None
    lines = Lines(text)
    pages = {each.port for each in declared.listeners if each.speaks in {"http", "both"}}
    tables = _tables(lines)
    mine = [table for table in tables if table.get("localPort", (0, 0))[1] == traffic.inner]
    others = [table for table in tables if table.get("localPort", (0, 0))[1] in pages and "externalPort" in table]
    if len(mine) != 1 or len(others) != 1 or "externalPort" not in mine[0]:
        return None
    edits = []
    for table, other in ((mine[0], others[0]), (others[0], mine[0])):
        edit = lines.change(table["externalPort"][0], r"(?<==)\s*\d+", f" {other['externalPort'][1]}")
        if edit is None:
            return None
        edits.append(edit)
    return edits


def _tables(lines: Lines) -> list[dict[str, tuple[int, int]]]:
    """Return the numbers in each ``[[ports]]`` table with their lines."""
    found: list[dict[str, tuple[int, int]]] = []
    inside = False
    for number in range(1, len(lines) + 1):
        line = lines[number].strip()
        if line.startswith("["):
            inside = re.fullmatch(r"\[\[\s*ports\s*\]\]\s*(?:#.*)?", line) is not None
            if inside:
                found.append({})
        elif inside and (given := re.match(r"(\w+)\s*=\s*(\d+)\s*(?:#.*)?$", line)):
            found[-1][given[1]] = (number, int(given[2]))
    return found
