from __future__ import annotations

import json
from typing import Any

from tests.declared_factories import explained, sample_investigation
from tests.factories import group
from wsdoctor.model.inspection import Investigation
from wsdoctor.renderers.investigation import json as renderer


def document(investigation: Investigation) -> dict[str, Any]:
    pieces: list[str] = []
    renderer.render(investigation, pieces.append)
    return json.loads("".join(pieces))


def test_explanations_as_the_contract_has_them() -> None:
    found = document(sample_investigation(explanations=(explained(groups=(group(period=10.0, evidence=(1, 7, 13)),)),)))
    assert found["schema"] == "wsdoctor/investigation/1"
    (one,) = found["explanations"]
    assert (one["class"], one["rule"], one["confidence"], one["attempts"], one["evidence"]) == (
        "health-check",
        "kubernetes-probe",
        0.98,
        120,
        [1, 7, 13],
    )
    assert one["locations"][0] == {"file": "deploy/k8s.yaml", "line": 41, "column": 1}
    assert one["period_s"] == 10.0
    assert one["agreed"] == ["port 8080", "path /healthz", "every 10 s"]
    assert one["patch"].startswith("--- a/deploy/k8s.yaml")


def test_outside_traffic_latent_findings_chapters_and_verdict() -> None:
    found = document(sample_investigation())
    (outside,) = found["unexplained"]
    assert (outside["class"], outside["rule"], outside["attempts"]) == ("scanner", "exploit-path", 31)
    assert [each["rule"] for each in found["latent"]] == ["nginx-drops-upgrade"]
    assert len(found["chapters"]) == 5
    assert found["chapters"][1]["looked_at"] == ["nginx deploy/nginx.conf:12"]
    assert found["verdict"] == sample_investigation().verdict
