"""Kubernetes and Helm: an ``httpGet`` probe of a WebSocket port becomes a ``tcpSocket`` probe of the same port."""

from __future__ import annotations

import re

from wsdoctor.fixes._edits import Edit
from wsdoctor.fixes._text import Lines, alone, indent_of
from wsdoctor.fixes._tree import own_lines, pairs
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.traffic import Caller, Declared, Hop, Listener, PortMap
from wsdoctor.syntax._tree import Mapping, Pair, Scalar

__all__ = ["PRODUCTS", "fix"]

PRODUCTS = ("kubernetes", "helm")

_PROBES = ("livenessProbe", "readinessProbe", "startupProbe")
_KEPT = ("port", "host")
_FIELD = re.compile(r"\s*(?P<name>path|port|scheme|host):\s*(?:[^\s{].*|\{\{-?\s*[.$][^{}]*\}\}\s*)")


def fix(
    finding: RepositoryFinding, traffic: Caller | Hop | PortMap, listener: Listener, text: str, declared: Declared
) -> list[Edit] | None:
    """Return the edits of the probe."""
    if not isinstance(traffic, Caller) or traffic.kind != "health-check" or not alone(traffic, declared):
        return None
    at = traffic.location.line
    lines = Lines(text)
    if "{{" in text:
        return _template(lines, at, traffic.location.end_line or at)
    found = [pair for _, pair in pairs(text, *_PROBES) if pair.line == at and isinstance(pair.value, Mapping)]
    if len(found) != 1 or found[0].alias or not isinstance(found[0].value, Mapping):
        return None
    action = found[0].value.pair("httpGet")
    if action is None or not isinstance(action.value, Mapping) or action.alias or "{{" in lines[action.line]:
        return None
    port = action.value.pair("port")
    if port is None or not isinstance(port.value, Scalar):
        return None
    return _flow(action, lines) if action.line == action.value.end_line else _block(action, lines)


def _template(lines: Lines, first: int, last: int) -> list[Edit] | None:
    """Change a probe in block style in a template of Helm, where each of its lines stands for itself."""
    actions = lines.find(r"^\s*httpGet:\s*$", first, last)
    if len(actions) != 1:
        return None
    indent = len(indent_of(lines[actions[0]]))
    edit = lines.change(actions[0], r"\bhttpGet(?=:)", "tcpSocket")
    edits = [] if edit is None else [edit]
    told = False
    for number in range(actions[0] + 1, last + 1):
        field = _FIELD.fullmatch(lines[number])
        if len(indent_of(lines[number])) <= indent:
            break
        if field is None:
            return None
        told = told or field["name"] == "port"
        if field["name"] not in _KEPT:
            edits.append(lines.drop(number))
    return edits if told else None


def _flow(action: Pair, lines: Lines) -> list[Edit] | None:
    """Change ``httpGet: {path: /, port: 8080}``."""
    assert isinstance(action.value, Mapping)
    kept = [
        f"{pair.key.text}: {pair.value.style}{pair.value.text}{pair.value.style}"
        for pair in action.value.pairs
        if pair.key.text in _KEPT and isinstance(pair.value, Scalar)
    ]
    edit = lines.change(action.line, r"httpGet\s*:\s*\{[^{}]*\}", f"tcpSocket: {{{', '.join(kept)}}}")
    return None if edit is None else [edit]


def _block(action: Pair, lines: Lines) -> list[Edit] | None:
    assert isinstance(action.value, Mapping)
    edit = lines.change(action.line, r"\bhttpGet(?=\s*:)", "tcpSocket")
    if edit is None or not re.fullmatch(r"\s*(?:-\s+)?httpGet\s*:\s*(?:#.*)?", lines[action.line]):
        return None
    edits = [edit]
    for pair in action.value.pairs:
        taken = own_lines(pair, lines)
        if taken is None:
            return None
        if pair.key.text not in _KEPT:
            edits.append(lines.drop(*taken))
    return edits
