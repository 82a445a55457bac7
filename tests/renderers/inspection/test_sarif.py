"""The schema in ``tests/data`` is the official one: 2.1.0-rtm.5, as `@microsoft/jest-sarif` of npm ships it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.declared_factories import declared, listener, location, repository_finding, rules, sample_inspection
from tests.factories import HOSTILE
from wsdoctor.model.inspection import Inspection
from wsdoctor.model.traffic import Note
from wsdoctor.renderers.inspection import sarif
from wsdoctor.rules import load_rules

TYPES = {"object": dict, "array": list, "string": str, "integer": int, "number": (int, float), "boolean": bool}


@cache
def schema() -> dict[str, Any]:
    return json.loads((Path(__file__).parents[2] / "data" / "sarif-2.1.0.json").read_text())


def problems(value: Any, wanted: dict[str, Any], where: str = "$") -> Iterator[str]:
    """Yield where a value breaks a schema of draft 4: every keyword that the schema of SARIF uses, but `format`."""
    if "$ref" in wanted:
        wanted = schema()["definitions"][wanted["$ref"].rpartition("/")[2]]
    if "type" in wanted:
        right = isinstance(value, TYPES[wanted["type"]])
        if not right or (isinstance(value, bool) and wanted["type"] != "boolean"):
            yield f"{where} is no {wanted['type']}"
            return
    if "enum" in wanted and value not in wanted["enum"]:
        yield f"{where} is none of {wanted['enum']}"
    if "anyOf" in wanted and all(any(problems(value, each)) for each in wanted["anyOf"]):
        yield f"{where} fits nothing of anyOf"
    if "oneOf" in wanted and sum(not any(problems(value, each)) for each in wanted["oneOf"]) != 1:
        yield f"{where} fits not exactly one of oneOf"
    if isinstance(value, dict):
        yield from _of_object(value, wanted, where)
    if isinstance(value, list):
        yield from _of_array(value, wanted, where)
    if isinstance(value, str) and not re.search(wanted.get("pattern", ""), value):
        yield f"{where} does not match {wanted['pattern']}"
    if isinstance(value, int | float) and not wanted.get("minimum", value) <= value <= wanted.get("maximum", value):
        yield f"{where} is out of range"


def _of_array(value: list[Any], wanted: dict[str, Any], where: str) -> Iterator[str]:
    if len(value) < wanted.get("minItems", 0):
        yield f"{where} is too short"
    if wanted.get("uniqueItems") and len({json.dumps(each, sort_keys=True) for each in value}) < len(value):
        yield f"{where} repeats itself"
    for number, each in enumerate(value):
        yield from problems(each, wanted.get("items", {}), f"{where}[{number}]")


def _of_object(value: dict[str, Any], wanted: dict[str, Any], where: str) -> Iterator[str]:
    known, further = wanted.get("properties", {}), wanted.get("additionalProperties", True)
    for name in wanted.get("required", ()):
        if name not in value:
            yield f"{where} lacks {name}"
    for name, each in value.items():
        if name in known:
            yield from problems(each, known[name], f"{where}.{name}")
        elif further is False:
            yield f"{where}.{name} is not known"
        elif isinstance(further, dict):
            yield from problems(each, further, f"{where}.{name}")


def log(inspection: Inspection, **options: Any) -> dict[str, Any]:
    pieces: list[str] = []
    sarif.render(inspection, pieces.append, **({"rules": rules()} | options))
    return json.loads("".join(pieces))


def results(inspection: Inspection) -> list[dict[str, Any]]:
    return log(inspection)["runs"][0]["results"]


def hostile() -> Inspection:
    place = location(HOSTILE, 3, text=HOSTILE, end_line=9)
    found = repository_finding(HOSTILE, location=place, message=HOSTILE, remedy=HOSTILE, related=(place, place))
    return sample_inspection(findings=(found,), declared=declared(Note(place, HOSTILE)))


@pytest.mark.parametrize(
    "inspection",
    [
        sample_inspection(),
        sample_inspection(findings=(), declared=declared()),
        sample_inspection(suppressed=(repository_finding(line=9, related=()),), known=(repository_finding(line=50),)),
        hostile(),
    ],
    ids=["sample", "empty", "quiet", "hostile"],
)
def test_it_fits_the_schema(inspection: Inspection) -> None:
    assert list(problems(log(inspection), schema())) == []


def test_every_rule_fits_the_schema() -> None:
    findings = tuple(repository_finding(id_, line=number) for number, id_ in enumerate(load_rules(), 1))
    document = log(sample_inspection(findings=findings), rules=None)
    assert len(document["runs"][0]["tool"]["driver"]["rules"]) == len(findings)
    assert list(problems(document, schema())) == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), "2.0.0"),
        (("runs", 0, "tool"), {}),
        (("runs", 0, "columnKind"), 3),
        (("runs", 0, "results", 0, "level"), "fatal"),
        (("runs", 0, "results", 0, "ruleIndex"), -2),
        (("runs", 0, "results", 0, "surprise"), 1),
        (("runs", 0, "results", 0, "message"), {}),
        (("runs", 0, "results", 0, "relatedLocations", 0, "physicalLocation", "region", "startLine"), 0),
        (("runs", 0, "results", 0, "partialFingerprints", "wsdoctor/1"), 1),
        (("runs", 0, "tool", "driver", "rules"), [{"id": "a"}, {"id": "a"}]),
    ],
)
def test_the_check_against_the_schema_finds_faults(path: tuple[Any, ...], value: object) -> None:
    document = log(sample_inspection())
    inner: Any = document
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    assert list(problems(document, schema()))


def test_a_result_says_what_where_and_what_to_do() -> None:
    run = log(sample_inspection())["runs"][0]
    result = run["results"][1]
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "kubernetes-probe"
    assert result["message"]["text"].startswith("kubernetes sends GET /healthz every 10 s to port 8080")
    assert result["message"]["text"].endswith("or let the kubelet check by TCP.")
    assert result["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "shop/deploy/k8s.yaml"},
        "region": {"startLine": 41, "startColumn": 11},
    }
    (related,) = result["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"]["uri"] == "shop/server.py"
    assert run["results"][2]["locations"][0]["physicalLocation"]["region"] == {"startLine": 12, "endLine": 15}


def test_a_rule_that_is_not_known_is_named() -> None:
    document = log(sample_inspection(), rules={})
    assert {"id": "kubernetes-probe"} in document["runs"][0]["tool"]["driver"]["rules"]


def test_a_rule_without_references_has_no_page() -> None:
    bare = {id_: replace(rule, references=()) for id_, rule in rules().items()}
    assert all(
        "helpUri" not in rule for rule in log(sample_inspection(), rules=bare)["runs"][0]["tool"]["driver"]["rules"]
    )


def test_quiet_findings_are_there_and_say_why_they_are_quiet() -> None:
    found = results(
        sample_inspection(
            findings=(repository_finding(line=3),),
            suppressed=(repository_finding(line=4),),
            known=(repository_finding(line=5),),
        )
    )
    assert [each.get("suppressions") for each in found] == [
        None,
        [{"kind": "inSource"}],
        [{"kind": "external", "justification": "The baseline knows it already."}],
    ]
    assert len({each["partialFingerprints"]["wsdoctor/1"] for each in found}) == 3


def test_fingerprints_stay_when_lines_move() -> None:
    first, moved = (
        results(sample_inspection()),
        results(
            sample_inspection(
                findings=tuple(
                    replace(each, location=replace(each.location, line=each.location.line + 70))
                    for each in sample_inspection().findings
                )
            )
        ),
    )
    assert [each["partialFingerprints"] for each in first] == [each["partialFingerprints"] for each in moved]


def test_notes_are_notifications_and_bounded() -> None:
    (notified,) = log(sample_inspection())["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert notified["message"]["text"] == "cannot be read: invalid syntax"
    many = declared(*(Note(location(line=n), f"note {n}") for n in range(1, 300)))
    invocation = log(sample_inspection(declared=many))["runs"][0]["invocations"][0]
    assert len(invocation["toolExecutionNotifications"]) == sarif.NOTES


def test_names_of_files_are_addresses_and_words_are_neither_links_nor_placeholders() -> None:
    place = location("a b#c%/d.py", 1)
    found = repository_finding(location=place, message="[x](https://evil.example) {0} /rooms/{id}", remedy="r")
    (result,) = results(sample_inspection(findings=(found,)))
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "shop/a%20b%23c%25/d.py"
    assert result["message"]["text"] == r"\[x\](https://evil.example) {{0}} /rooms/{id}. r"


def test_without_an_installed_package_the_version_is_unknown(monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import metadata

    def absent(name: str) -> str:
        raise metadata.PackageNotFoundError(name)

    monkeypatch.setattr(metadata, "version", absent)
    assert log(sample_inspection())["runs"][0]["tool"]["driver"]["version"] == "unknown"


@pytest.mark.parametrize(
    ("root", "uri"),
    [
        (".", "server.py"),
        ("./", "server.py"),
        ("/srv/shop", "server.py"),
        ("../shop", "server.py"),
        ("apps/shop/", "apps/shop/server.py"),
    ],
)
def test_addresses_are_relative_to_where_it_was_started(root: str, uri: str) -> None:
    found = repository_finding(location=location("server.py", 3))
    (result,) = results(sample_inspection(root=root, findings=(found,)))
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_the_address_of_a_single_file_is_that_file() -> None:
    found, alone = repository_finding(location=location("server.py", 3)), declared(listener())
    (result,) = results(sample_inspection(root="apps/server.py", files=1, declared=alone, findings=(found,)))
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "apps/server.py"
