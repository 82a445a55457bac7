from __future__ import annotations

import json
from typing import Any

from tests.declared_factories import repository_finding, sample_inspection
from wsdoctor.model.inspection import Inspection
from wsdoctor.renderers.inspection import json as renderer


def document(inspection: Inspection) -> dict[str, Any]:
    pieces: list[str] = []
    renderer.render(inspection, pieces.append)
    return json.loads("".join(pieces))


def test_findings_as_the_contract_has_them() -> None:
    found = document(sample_inspection())
    assert (found["schema"], found["root"], found["files"]) == ("wsdoctor/findings/1", "shop", 214)
    assert found["listeners"][0]["port"] == 8080
    assert found["findings"][1] == {
        "rule": "kubernetes-probe",
        "class": "health-check",
        "level": "warning",
        "confidence": 0.9,
        "file": "deploy/k8s.yaml",
        "line": 41,
        "column": 11,
        "end_line": None,
        "port": 8080,
        "message": "kubernetes sends GET /healthz every 10 s to port 8080, which speaks WebSocket and nothing else",
        "remedy": "Answer the path of the probe with 200, or let the kubelet check by TCP.",
        "related": [{"file": "server.py", "line": 31, "column": 1}],
        "patch": "--- a/deploy/k8s.yaml\n+++ b/deploy/k8s.yaml\n@@ -41,3 +41,2 @@\n-httpGet:\n-  path: /healthz\n"
        "+tcpSocket:\n   port: 8080\n",
    }
    assert found["notes"] == [{"file": "broken.py", "line": 3, "column": 1, "text": "cannot be read: invalid syntax"}]


def test_what_is_quiet_is_there_too() -> None:
    found = document(
        sample_inspection(suppressed=(repository_finding(line=4),), known=(repository_finding(line=5),), elsewhere=7)
    )
    assert [each["line"] for each in found["suppressed"]] == [4]
    assert [each["line"] for each in found["known"]] == [5]
    assert found["elsewhere"] == 7
