"""An inspection as one JSON document: *Findings out* of the public contract."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.inspection import Inspection
from wsdoctor.model.traffic import Location

__all__ = ["NAME", "finding_as_json", "render"]

NAME = "json"
SCHEMA = "wsdoctor/findings/1"


def render(inspection: Inspection, write: Callable[[str], object], **options: Any) -> None:
    """Write the inspection as one JSON document; it has no options."""
    document = {
        "schema": SCHEMA,
        "root": inspection.root,
        "files": inspection.files,
        "skipped": dict(inspection.skipped),
        "listeners": [
            {
                "port": listener.port,
                "speaks": listener.speaks,
                "file": listener.location.file,
                "line": listener.location.line,
                "framework": listener.framework,
                "unit": listener.unit,
            }
            for listener in inspection.declared.listeners
        ],
        "findings": [finding_as_json(finding) for finding in inspection.findings],
        "suppressed": [finding_as_json(finding) for finding in inspection.suppressed],
        "known": [finding_as_json(finding) for finding in inspection.known],
        "elsewhere": inspection.elsewhere,
        "notes": [{**place(note.location), "text": note.text} for note in inspection.declared.notes],
    }
    write(json.dumps(document, indent=2))
    write("\n")


def place(location: Location) -> dict[str, Any]:
    """Return a location as the contract has it."""
    return {"file": location.file, "line": location.line, "column": location.column}


def finding_as_json(finding: RepositoryFinding) -> dict[str, Any]:
    """Return a finding as the contract has it."""
    return {
        "rule": finding.rule,
        "class": finding.cls,
        "level": finding.level,
        "confidence": finding.confidence,
        **place(finding.location),
        "end_line": finding.location.end_line,
        "port": finding.port,
        "message": finding.message,
        "remedy": finding.remedy,
        "related": [place(location) for location in finding.related],
        "patch": finding.patch,
    }
