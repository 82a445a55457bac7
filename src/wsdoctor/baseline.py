"""The baseline: findings that a project knows and has decided to live with for now, in a file beside its code.

A finding is named by its rule, its file and the words of its line, so it stays known when lines move and is new
again when somebody touches the line. Commands drive it; nothing is printed here.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from wsdoctor.errors import InvalidInput
from wsdoctor.model.finding import RepositoryFinding, fingerprints
from wsdoctor.model.inspection import Inspection

__all__ = ["known_findings", "with_baseline", "write_baseline"]

SCHEMA = "wsdoctor/baseline/1"
_LARGEST = 64 << 20
"""Bytes; some hundred thousand findings."""


def write_baseline(path: str, findings: Sequence[RepositoryFinding]) -> None:
    """Write the baseline that knows these findings; the order of the file is stable, so it merges well.

    Raises:
        InvalidInput: if the file cannot be written.

    """
    entries = [
        {"fingerprint": name, "rule": each.rule, "file": each.location.file, "text": each.location.text}
        for name, each in zip(fingerprints(findings), findings, strict=True)
    ]
    entries.sort(key=lambda entry: (entry["file"], entry["rule"], entry["fingerprint"]))
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(json.dumps({"schema": SCHEMA, "findings": entries}, indent=2) + "\n")
    except OSError as error:
        raise InvalidInput(f"cannot write: {error.strerror}", path) from error


def known_findings(path: str) -> frozenset[str]:
    """Return the names of the findings that a baseline knows.

    Raises:
        InvalidInput: if the file cannot be read or is no baseline.

    """
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read(_LARGEST)
    except OSError as error:
        raise InvalidInput(f"cannot read: {error.strerror}", path) from error
    except UnicodeDecodeError as error:
        raise InvalidInput("no baseline: not UTF-8", path) from error
    try:
        document = json.loads(text)
    except (json.JSONDecodeError, RecursionError) as error:
        raise InvalidInput("no baseline: not JSON", path) from error
    names = _names(document)
    if names is None:
        raise InvalidInput(f"no baseline; --write-baseline makes one ({SCHEMA})", path)
    return names


def _names(document: Any) -> frozenset[str] | None:
    entries: Any = document.get("findings") if isinstance(document, dict) and document.get("schema") == SCHEMA else None
    if not isinstance(entries, list):
        return None
    names: list[Any] = [entry.get("fingerprint") if isinstance(entry, dict) else None for entry in entries]
    return frozenset(names) if all(isinstance(name, str) for name in names) else None


def with_baseline(inspection: Inspection, known: frozenset[str]) -> Inspection:
    """Return an inspection in which the known findings are set aside."""
    named = list(zip(fingerprints(inspection.findings), inspection.findings, strict=True))
    return replace(
        inspection,
        findings=tuple(finding for name, finding in named if name not in known),
        known=tuple(finding for name, finding in named if name in known),
    )
