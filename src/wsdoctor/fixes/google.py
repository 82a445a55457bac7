"""Terraform for Google Cloud: a health check of a WebSocket port by HTTP becomes one by TCP."""

from __future__ import annotations

from wsdoctor.fixes._edits import Edit
from wsdoctor.fixes._text import Lines, alone
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.traffic import Caller, Declared, Hop, Listener, PortMap

__all__ = ["PRODUCTS", "fix"]

PRODUCTS = ("google",)

_KEPT = r"^\s*(?:port|port_name|port_specification|proxy_header)\s*=|^\s*\}?\s*$"
_DROPPED = r"^\s*(?:request_path|host|response)\s*=\s*[^\[{(]*$"


def fix(
    finding: RepositoryFinding, traffic: Caller | Hop | PortMap, listener: Listener, text: str, declared: Declared
) -> list[Edit] | None:
    """Return the edits of the block."""
    if not isinstance(traffic, Caller) or not traffic.location.file.endswith(".tf") or not alone(traffic, declared):
        return None
    lines = Lines(text)
    first, last = traffic.location.line, traffic.location.end_line or traffic.location.line
    named = lines.change(first, r"\bhttps?_health_check(?=\s*\{\s*$)", "tcp_health_check")
    rest = range(first + 1, last + 1)
    kept, dropped = lines.find(_KEPT, first + 1, last), lines.find(_DROPPED, first + 1, last)
    if named is None or len(kept) + len(dropped) != len(rest):
        return None
    return [named, *(lines.drop(number) for number in dropped)]
