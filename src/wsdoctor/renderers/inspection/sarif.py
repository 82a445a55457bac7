"""An inspection as SARIF 2.1.0, for code scanning services.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from wsdoctor.model.finding import RepositoryFinding, fingerprints
from wsdoctor.model.inspection import Inspection
from wsdoctor.model.rule import Rule
from wsdoctor.model.traffic import Location
from wsdoctor.rules import load_rules

__all__ = ["NAME", "render"]

NAME = "sarif"
SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
NOTES = 100
"""Notes of the log; a repository may have as many as files."""
_PLACEHOLDER = re.compile(r"\{(\d+)\}")
_IN_SOURCE = {"kind": "inSource"}
_IN_BASELINE = {"kind": "external", "justification": "The baseline knows it already."}


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
    folder = _folder(inspection)
    quiet = [(finding, _IN_SOURCE) for finding in inspection.suppressed]
    quiet += [(finding, _IN_BASELINE) for finding in inspection.known]
    every = sorted(
        [*((finding, None) for finding in inspection.findings), *quiet],
        key=lambda each: (each[0].location.file, each[0].location.line, each[0].rule),
    )
    named = sorted({finding.rule for finding, _ in every})
    names = fingerprints([finding for finding, _ in every])
    results = [
        _result(finding, named.index(finding.rule), name, suppression, folder)
        for (finding, suppression), name in zip(every, names, strict=True)
    ]
    driver = {
        "name": "wsdoctor",
        "version": _version(),
        "rules": [_descriptor(known[id_]) if id_ in known else {"id": id_} for id_ in named],
    }
    run = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notes(inspection, folder)}],
        "results": results,
    }
    write(json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2))
    write("\n")


def _folder(inspection: Inspection) -> str:
    """Return what goes before the files, so that addresses are relative to where wsdoctor was started."""
    root = posixpath.normpath(inspection.root.replace("\\", "/"))
    if root.startswith(("/", "..")) or root == ".":
        return ""
    declared = inspection.declared
    every = (declared.listeners, declared.hops, declared.maps, declared.callers, declared.notes)
    named = {each.location.file for kind in every for each in kind}
    alone = inspection.files == 1 and named == {posixpath.basename(root)}
    return posixpath.dirname(root) if alone else root


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version  # slow to import, and names are asked for often

    try:
        return version("wsdoctor")
    except PackageNotFoundError:
        return "unknown"


def _notes(inspection: Inspection, folder: str) -> list[dict[str, Any]]:
    return [
        {"level": "note", "message": _message(note.text), "locations": [_location(note.location, folder)]}
        for note in inspection.declared.notes[:NOTES]
    ]


def _message(words: str) -> dict[str, str]:
    """Return a message in which nothing is a link (section 3.11.6) or a placeholder (section 3.11.5)."""
    return {"text": _PLACEHOLDER.sub(r"{{\1}}", re.sub(r"([\\\[\]])", r"\\\1", words) if "](" in words else words)}


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


def _result(
    finding: RepositoryFinding,
    rule_index: int,
    fingerprint: str,
    suppression: Mapping[str, str] | None,
    folder: str,
) -> dict[str, Any]:
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": finding.level,
        "message": _message(f"{finding.message}. {finding.remedy}"),
        "locations": [_location(finding.location, folder)],
        "partialFingerprints": {"wsdoctor/1": fingerprint},
        "properties": {"confidence": finding.confidence, "class": finding.cls},
    }
    if finding.related:
        result["relatedLocations"] = [
            {"id": number, **_location(each, folder), "message": _message("has a part in it")}
            for number, each in enumerate(finding.related, 1)
        ]
    if suppression is not None:
        result["suppressions"] = [dict(suppression)]
    return result


def _location(location: Location, folder: str) -> dict[str, Any]:
    region: dict[str, Any] = {"startLine": location.line, "startColumn": location.column}
    if location.end_line is not None and location.end_line > location.line:
        region = {"startLine": location.line, "endLine": location.end_line}
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(posixpath.join(folder, location.file))},
            "region": region,
        }
    }
