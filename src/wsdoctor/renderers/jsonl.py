"""The report as JSON lines: one group a line, or with `each` one diagnosis per record of the input.

For pipes: nothing has to be held back until the end, and any tool that reads lines can filter it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from wsdoctor.model.as_json import diagnosis_as_json
from wsdoctor.model.finding import Diagnosis
from wsdoctor.model.report import Report
from wsdoctor.renderers.json import group_as_json

__all__ = ["NAME", "each", "render"]

NAME = "jsonl"


def render(report: Report, write: Callable[[str], object], **options: Any) -> None:
    """Write one line per group; it has no options."""
    for group in report.groups:
        write(f"{json.dumps(group_as_json(group))}\n")


def each(record: int, diagnosis: Diagnosis) -> str:
    """Return the line, without its end, for one record of the input.

    Args:
        record: 1-based number of the record.
        diagnosis: what the rules say of it.

    """
    return json.dumps({"record": record, **diagnosis_as_json(diagnosis)})
