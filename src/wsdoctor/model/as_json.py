"""Findings, diagnoses and times in the JSON form of the public contract.

Recording and renderers share it, so that what one writes is what the others write. Evidence has its JSON
form in `wire.record`. Only plain values are made here; who calls decides how they become text.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from wsdoctor.model.finding import Diagnosis, Finding
from wsdoctor.model.redact import redact_target

__all__ = ["diagnosis_as_json", "finding_as_json", "time_as_json"]


def time_as_json(at: float | None) -> str | None:
    """Return seconds since the epoch as ISO 8601 time in UTC with milliseconds, None for what is no such time."""
    if at is None:
        return None
    try:
        time = datetime.fromtimestamp(at, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def finding_as_json(finding: Finding) -> dict[str, Any]:
    """Return one finding; secrets that its reason quotes are hidden."""
    return {
        "rule": finding.rule,
        "class": finding.cls,
        "category": finding.category,
        "level": finding.level,
        "confidence": round(finding.confidence, 3),
        "title": finding.title,
        "reason": redact_target(finding.reason),
        "remedy": finding.remedy,
        "references": list(finding.references),
    }


def diagnosis_as_json(diagnosis: Diagnosis) -> dict[str, Any]:
    """Return findings, best first, and the rules that lacked a fact."""
    return {
        "findings": [finding_as_json(finding) for finding in diagnosis.findings],
        "undecided": [{"rule": each.rule, "needs": list(each.needs)} for each in diagnosis.undecided],
    }
