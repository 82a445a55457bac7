"""The report as one JSON document, the ``wsdoctor/diagnoses/1`` of the public contract.

Each group is on a line of its own, so that a document of a thousand groups can be compared with diff. Keys
are added, never changed. All text is ASCII with escapes, so nothing that a peer sent can drive a terminal.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from wsdoctor.model.as_json import diagnosis_as_json, time_as_json
from wsdoctor.model.report import Group, Report, Timeline
from wsdoctor.wire.record import to_record

__all__ = ["NAME", "SCHEMA", "group_as_json", "render"]

NAME = "json"
SCHEMA = "wsdoctor/diagnoses/1"


def render(report: Report, write: Callable[[str], object], **options: Any) -> None:
    """Write the report as one JSON document; it has no options."""
    head = {
        "schema": SCHEMA,
        "tool": {"name": "wsdoctor", "version": _version()},
        "attempts": report.attempts,
        "good": report.good,
        "first_seen": time_as_json(report.first_seen),
        "last_seen": time_as_json(report.last_seen),
        "notes": list(report.notes),
    }
    write(f'{json.dumps(head)[:-1]}, "groups": [')
    for number, group in enumerate(report.groups):
        write(f"{',' if number else ''}\n  {json.dumps(group_as_json(group))}")
    write("\n]}\n" if report.groups else "]}\n")


def group_as_json(group: Group) -> dict[str, Any]:
    """Return one group of the contract as plain values."""
    return {
        "id": group.id,
        "attempts": group.attempts,
        "first_seen": time_as_json(group.first_seen),
        "last_seen": time_as_json(group.last_seen),
        "period_s": _rounded(group.period),
        "jitter_s": _rounded(group.jitter),
        "peers": list(group.peers),
        "peer_count": group.peer_count,
        "clients": list(group.clients),
        "paths": list(group.paths),
        "listener": group.listener,
        **diagnosis_as_json(group.diagnosis),
        "sample": {key: value for key, value in to_record(group.sample).items() if key != "files"},
        "evidence": list(group.evidence),
        "parts": dict(group.parts),
        "timeline": None if group.timeline is None else _timeline(group.timeline),
        "folded": group.folded,
    }


def _timeline(timeline: Timeline) -> dict[str, Any]:
    return {"start": time_as_json(timeline.start), "width_s": timeline.width, "counts": list(timeline.counts)}


def _rounded(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds, 3)


def _version() -> str:
    try:
        return version("wsdoctor")
    except PackageNotFoundError:
        return "unknown"
