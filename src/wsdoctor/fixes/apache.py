"""Apache httpd: ``upgrade=websocket``, the order of ``ProxyPass``, conditions that browsers miss, checks by TCP.

A ``RequestHeader`` that takes the handshake's field away goes.
"""

from __future__ import annotations

import re

from wsdoctor.fixes._edits import Edit
from wsdoctor.fixes._text import Lines, alone, indent_of, plain_scheme, within_script
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.traffic import Caller, Declared, Hop, Listener, PortMap

__all__ = ["PRODUCTS", "fix"]

PRODUCTS = ("apache",)

_CONDITION = re.compile(
    r"(?P<start>\s*RewriteCond\s+[\"']?%\{HTTP:(?P<field>Upgrade|Connection)\}[\"']?\s+)[\"']?[\^=]?\"?(?:websocket|upgrade)\"?\$?"
    r"[\"']?(?:\s+\[NC\])?\s*",
    re.IGNORECASE,
)


def fix(
    finding: RepositoryFinding, traffic: Caller | Hop | PortMap, listener: Listener, text: str, declared: Declared
) -> list[Edit] | None:
    """Return the edits that let a handshake through, take TLS away, or check by TCP."""
    if isinstance(traffic, PortMap) or within_script(finding.location.file):
        return None
    lines = Lines(text)
    if isinstance(traffic, Caller):
        edit = lines.change(
            traffic.location.line, r"(?i)\bhcmethod=[\"']?(?:GET|HEAD|OPTIONS)(?:11)?\b[\"']?", "hcmethod=TCP"
        )
        return [edit] if edit is not None and alone(traffic, declared) else None
    number = int(traffic.details.get("directive-line", "0"))
    if finding.rule == "proxy-speaks-tls-to-plaintext-server":
        return plain_scheme(traffic, lines, number)
    if finding.cls != "proxy-strips-upgrade":
        return None
    if traffic.details.get("offender", "").lower().startswith("requestheader "):
        return [lines.drop(traffic.location.line)]
    if traffic.lacks == ("upgrade",):
        return _upgrade(traffic, lines, number)
    if traffic.lacks == ("order",):
        return _order(traffic, lines, number)
    if traffic.lacks == ("condition",):
        found = _CONDITION.fullmatch(lines[traffic.location.line])
        token = "websocket" if found and found["field"].lower() == "upgrade" else "upgrade"
        line = traffic.location.line
        return [Edit(line, line, (f"{found['start']}{token} [NC]",))] if found else None
    return None


def _upgrade(hop: Hop, lines: Lines, number: int) -> list[Edit] | None:
    if re.match(r"(?i)\s*ProxyPass(?:Match)?\s", lines[number]) is None or lines[number].rstrip().endswith("\\"):
        return None
    places = [number]
    if hop.details.get("upstream"):
        places = lines.find(rf"(?i)^\s*BalancerMember\s+\S*:{hop.to.port}\b", 1, len(lines))
    edits = []
    for place in places:
        line = lines[place].rstrip()
        if "upgrade=" in line.lower() or "unix:" in line or line.endswith("\\"):
            return None
        edits.append(Edit(place, place, (f"{line} upgrade=websocket",)))
    return edits or None


def _order(hop: Hop, lines: Lines, number: int) -> list[Edit] | None:
    """Put a ``ProxyPass`` before the one that takes its paths."""
    above = re.fullmatch(r"line (\d+)", hop.details.get("shadowed-by", ""))
    if above is None or hop.location.line != number or lines[number].rstrip().endswith("\\"):
        return None
    first = int(above[1])
    between = [lines[at] for at in range(first, number + 1)]
    if first >= number or any(line.strip().startswith("<") for line in between):
        return None
    if indent_of(lines[first]) != indent_of(lines[number]):
        return None
    return [Edit(first, first - 1, (lines[number],)), lines.drop(number)]
