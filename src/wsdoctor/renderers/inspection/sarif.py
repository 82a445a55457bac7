"""An inspection as SARIF 2.1.0, for code scanning services.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.inspection import Inspection
from wsdoctor.model.rule import Rule
from wsdoctor.model.traffic import Location
from wsdoctor.rules import load_rules

__all__ = ["NAME", "render"]

NAME = "sarif"
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def render(
    inspection: Inspection, write: Callable[[str], object], *, rules: Mapping[str, Rule] | None = None, **options: Any
) -> None:
    """Write the inspection as one SARIF log.

    Args:
        inspection: what was found.
        write: takes text.
        rules: the rules that judged, None for the built-in ones.
        **options: those of other renderers, ignored.

    """
    known = load_rules() if rules is None else rules
    named = sorted({finding.rule for finding in (*inspection.findings, *inspection.suppressed)})
    results = [_result(finding, named, suppressed=False) for finding in inspection.findings]
    results += [_result(finding, named, suppressed=True) for finding in inspection.suppressed]
    driver = {
        "name": "wsdoctor",
        "rules": [_descriptor(known[id_]) for id_ in named if id_ in known],
    }
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    write(json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2))
    write("\n")


def _descriptor(rule: Rule) -> dict[str, Any]:
    descriptor: dict[str, Any] = {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.why},
        "help": {"text": "\n".join((rule.remedy.text, *(f"{name}: {text}" for name, text in rule.remedy.by.items())))},
        "properties": {"category": rule.cls},
    }
    if rule.references:
        descriptor["helpUri"] = rule.references[0].url
    return descriptor


def _result(finding: RepositoryFinding, named: list[str], *, suppressed: bool) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": named.index(finding.rule),
        "level": finding.level,
        "message": {"text": finding.message},
        "locations": [_location(finding.location)],
        "partialFingerprints": {"wsdoctor/1": _fingerprint(finding)},
        "properties": {"confidence": finding.confidence, "class": finding.cls},
    }
    if finding.related:
        result["relatedLocations"] = [{"id": n, **_location(each)} for n, each in enumerate(finding.related, 1)]
    if suppressed:
        result["suppressions"] = [{"kind": "inSource"}]
    return result


def _location(location: Location) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": location.line, "startColumn": location.column}
    if location.end_line is not None and location.end_line > location.line:
        region = {"startLine": location.line, "endLine": location.end_line}
    return {"physicalLocation": {"artifactLocation": {"uri": location.file}, "region": region}}


def _fingerprint(finding: RepositoryFinding) -> str:
    parts = "\0".join((finding.rule, finding.location.file, " ".join(finding.location.text.split())))
    return hashlib.blake2b(parts.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
