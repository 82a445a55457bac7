"""Consul and Nomad: a check by HTTP of a WebSocket port becomes one by TCP of the same address or port."""

from __future__ import annotations

import re

from wsdoctor.fixes._edits import Edit
from wsdoctor.fixes._text import Lines, alone
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.traffic import Caller, Declared, Hop, Listener, PortMap

__all__ = ["PRODUCTS", "fix"]

PRODUCTS = ("consul", "nomad")

_FILES = (".hcl", ".nomad", ".json")
_HTTP_ONLY = r"^\s*\"?(?:header|body|tls_\w+|disable_redirects|output_max_size|protocol|expose)\"?\s*[=:{]"
_ADDRESS = re.compile(
    r"(?P<start>\s*\"?)http(?P<between>\"?\s*[=:]\s*\")http://(?P<address>[^/\"]+:\d+)(?:/[^\"]*)?(?P<end>\",?\s*)"
)
"""``http = "http://localhost:8080/health"``, in HCL or JSON."""


def fix(
    finding: RepositoryFinding, traffic: Caller | Hop | PortMap, listener: Listener, text: str, declared: Declared
) -> list[Edit] | None:
    """Return the edits of the check."""
    if not isinstance(traffic, Caller) or not traffic.location.file.endswith(_FILES) or not alone(traffic, declared):
        return None
    lines = Lines(text)
    first, last = traffic.location.line, traffic.location.end_line or traffic.location.line
    if lines.find(_HTTP_ONLY, first, last):
        return None
    edit = _address(lines, first, last) if traffic.product == "consul" else _kind(lines, first, last)
    dropped = lines.find(r"^\s*\"?(?:method|path)\"?\s*[=:]\s*\"[^\"]*\",\s*$|^\s*(?:method|path)\s*=", first, last)
    return None if edit is None else [edit, *(lines.drop(number) for number in dropped)]


def _address(lines: Lines, first: int, last: int) -> Edit | None:
    found = [number for number in range(first, last + 1) if _ADDRESS.fullmatch(lines[number])]
    match = _ADDRESS.fullmatch(lines[found[0]]) if len(found) == 1 else None
    if match is None:
        return None
    between = match["between"]
    aligned = between.replace("=", " =", 1) if between.startswith("  ") else between
    return Edit(found[0], found[0], (f"{match['start']}tcp{aligned}{match['address']}{match['end']}",))


def _kind(lines: Lines, first: int, last: int) -> Edit | None:
    """Return the edit of ``type = "http"``."""
    found = lines.find(r"^\s*type\s*=\s*\"http\"\s*$", first, last)
    return lines.change(found[0], r"\"http\"", '"tcp"') if len(found) == 1 else None
