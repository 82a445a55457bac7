"""Gatus: an endpoint that asks a WebSocket port by HTTP opens a WebSocket there instead."""

from __future__ import annotations

import re

from wsdoctor.fixes._edits import Edit
from wsdoctor.fixes._text import Lines
from wsdoctor.fixes._tree import mappings
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.traffic import Caller, Declared, Hop, Listener, PortMap
from wsdoctor.syntax._tree import Mapping, Scalar, items

__all__ = ["PRODUCTS", "fix"]

PRODUCTS = ("gatus",)

_HTTP_ONLY = frozenset(("method", "body", "graphql", "headers", "ssh", "dns"))
_STATUS = re.compile(r"\[STATUS\]\s*(?:==|<=?)\s*\w+")
_OTHERS = ("[RESPONSE_TIME]", "[CONNECTED]", "[CERTIFICATE_EXPIRATION]")
_CONNECTED = "[CONNECTED] == true"


def fix(
    finding: RepositoryFinding, traffic: Caller | Hop | PortMap, listener: Listener, text: str, declared: Declared
) -> list[Edit] | None:
    """Return the edits of the address and of the conditions."""
    if not isinstance(traffic, Caller) or listener.paths:
        return None
    first, last = traffic.location.line, traffic.location.end_line or traffic.location.line
    lines = Lines(text)
    for endpoint in mappings(text):
        address = endpoint.pair("url")
        if address is not None and first <= address.line <= last and endpoint.pair("conditions") is not None:
            return _endpoint(endpoint, lines, address.line)
    return None


def _endpoint(endpoint: Mapping, lines: Lines, line: int) -> list[Edit] | None:
    if any(pair.key.text in _HTTP_ONLY for pair in endpoint.pairs):
        return None
    edit = lines.change(line, r"\bhttp(?=s?://)", "ws")
    edits = [] if edit is None else [edit]
    told = False
    for condition in items(endpoint, "conditions"):
        if not isinstance(condition, Scalar):
            return None
        if condition.text.startswith(_OTHERS):
            told = told or condition.text == _CONNECTED
            continue
        changed = lines.change(condition.line, re.escape(condition.text), _CONNECTED)
        if told or changed is None or not _STATUS.fullmatch(condition.text):
            return None
        told = True
        edits.append(changed)
    return edits if edit is not None and told else None
