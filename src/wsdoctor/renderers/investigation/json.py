"""An investigation as one JSON document: *Explanations out* of the public contract."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from wsdoctor.model.inspection import Explained, Investigation
from wsdoctor.model.report import Group
from wsdoctor.renderers.inspection.json import finding_as_json, place

__all__ = ["NAME", "render"]

NAME = "json"
SCHEMA = "wsdoctor/investigation/1"


def render(investigation: Investigation, write: Callable[[str], object], **options: Any) -> None:
    """Write the investigation as one JSON document; it has no options."""
    document = {
        "schema": SCHEMA,
        "explanations": [_explained(each) for each in investigation.explanations],
        "unexplained": [_unexplained(group) for group in investigation.unexplained],
        "latent": [finding_as_json(finding) for finding in investigation.latent],
        "chapters": [
            {"question": each.question, "answer": each.answer, "looked_at": list(each.looked_at)}
            for each in investigation.chapters
        ],
        "verdict": investigation.verdict,
    }
    write(json.dumps(document, indent=2))
    write("\n")


def _explained(each: Explained) -> dict[str, Any]:
    return {
        "class": each.cls,
        "rule": each.rule,
        "confidence": each.confidence,
        "attempts": each.attempts,
        "evidence": sorted(number for group in each.groups for number in group.evidence),
        "period_s": each.group.period,
        "locations": [place(location) for location in each.locations],
        "agreed": list(each.agreed),
        "cause": each.cause,
        "remedy": each.remedy,
        "patch": each.patch,
    }


def _unexplained(group: Group) -> dict[str, Any]:
    finding = group.diagnosis.primary
    assert finding is not None
    return {
        "class": finding.cls,
        "rule": finding.rule,
        "confidence": finding.confidence,
        "attempts": group.attempts,
        "evidence": list(group.evidence),
        "reason": finding.reason,
    }
