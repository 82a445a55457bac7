"""Envoy: a route to a WebSocket server may upgrade, a check of it connects and asks nothing."""

from __future__ import annotations

import re

from wsdoctor.fixes._edits import Edit
from wsdoctor.fixes._text import Lines, indent_of
from wsdoctor.fixes._tree import mappings, own_lines
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.traffic import Caller, Declared, Hop, Listener, PortMap
from wsdoctor.syntax._tree import Mapping, Pair

__all__ = ["PRODUCTS", "fix"]

PRODUCTS = ("envoy",)


def fix(
    finding: RepositoryFinding, traffic: Caller | Hop | PortMap, listener: Listener, text: str, declared: Declared
) -> list[Edit] | None:
    """Return the edits of a route or a check written in YAML."""
    file = finding.location.file
    if isinstance(traffic, PortMap) or not file.endswith((".yml", ".yaml", ".tmpl", ".template")):
        return None
    lines = Lines(text)
    at = traffic.location.line
    if isinstance(traffic, Caller):
        key = "http_health_check"
        found = [pair for each in mappings(text) if each.line == at and (pair := each.pair(key)) is not None]
        return _check(found[0], lines) if len(found) == 1 and not found[0].alias else None
    if finding.rule == "http2-prior-knowledge":
        before = lines.find(r"^\s*explicit_http_config\s*:\s*$", at - 1, at - 1)
        edit = lines.change(at, r"\bhttp2_protocol_options\s*:\s*\{\s*\}", "http_protocol_options: {}")
        return [edit] if before and edit is not None else None
    if finding.cls != "proxy-strips-upgrade" or traffic.lacks != ("upgrade-config",):
        return None
    actions = [pair for each in mappings(text) if each.line == at and (pair := each.pair("route")) is not None]
    return _route(actions[0], lines) if len(actions) == 1 and not actions[0].alias else None


def _route(action: Pair, lines: Lines) -> list[Edit] | None:
    if not isinstance(action.value, Mapping) or action.value.pair("upgrade_configs") is not None:
        return None
    if action.value.line > action.line:
        cluster = action.value.pair("cluster")
        taken = own_lines(cluster, lines) if cluster is not None else None
        if taken is None or taken[0] != taken[1]:
            return None
        indent = indent_of(lines[taken[0]])
        return [lines.after(taken[1], [f"{indent}upgrade_configs:", f"{indent}- upgrade_type: websocket"])]
    if action.value.end_line != action.line:
        return None
    found = re.search(r"([\"']?)\broute\1\s*:\s*\{([^{}]*?),?\s*\}", lines[action.line])
    if found is None:
        return None
    quote = found[1]
    new = f"{quote}upgrade_configs{quote}: [{{{quote}upgrade_type{quote}: {quote}websocket{quote}}}]"
    line = lines[action.line]
    return [Edit(action.line, action.line, (f"{line[: found.end(2)]}, {new}{line[found.end(2) :]}",))]


def _check(check: Pair, lines: Lines) -> list[Edit] | None:
    if check.value.line == check.line:
        edit = lines.change(check.line, r"\bhttp_health_check\s*:\s*\{[^{}]*\}", "tcp_health_check: {}")
        return None if edit is None or check.value.end_line != check.line else [edit]
    taken = own_lines(check, lines)
    if taken is None:
        return None
    return [Edit(taken[0], taken[1], (f"{indent_of(lines[taken[0]])}tcp_health_check: {{}}",))]
