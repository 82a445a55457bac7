"""Terraform: the health check of an AWS target group expects what a WebSocket server answers to a plain GET."""

from __future__ import annotations

from wsdoctor.fixes._edits import Edit
from wsdoctor.fixes._text import ANSWER_426, Lines, alone, indent_of
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.traffic import Caller, Declared, Hop, Listener, PortMap

__all__ = ["PRODUCTS", "fix"]

PRODUCTS = ("aws-elb",)


def fix(
    finding: RepositoryFinding, traffic: Caller | Hop | PortMap, listener: Listener, text: str, declared: Declared
) -> list[Edit] | None:
    """Return the edit of the ``health_check`` block."""
    if not isinstance(traffic, Caller) or not finding.location.file.endswith(".tf") or not alone(traffic, declared):
        return None
    if listener.framework not in ANSWER_426:
        return None
    lines = Lines(text)
    first, last = traffic.location.line, traffic.location.end_line or traffic.location.line
    blocks = lines.find(r"^\s*health_check\s*\{\s*$", first, last)
    if len(blocks) != 1:
        return None
    closed = lines.find(r"^\s*\}\s*$", blocks[0], last)
    if not closed or lines.find(r"\b(?:dynamic|protocol)\b", blocks[0], closed[0]):
        return None
    written = lines.find(r"^\s*matcher\s*=", blocks[0], closed[0])
    if written:
        edit = lines.change(written[0], r"(?<==)\s*\"[\d,-]*\"", ' "426"')
        return None if edit is None else [edit]
    paths = lines.find(r"^\s*path\s*=", blocks[0], closed[0])
    if not paths:
        return None
    head = lines[paths[0]].partition("=")[0].rstrip()
    width = len(lines[paths[0]].partition("=")[0]) - len(indent_of(head))
    return [lines.after(paths[0], [f'{indent_of(head)}{"matcher".ljust(max(width, 8))}= "426"'])]
