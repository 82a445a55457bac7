from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from tests.inspectors.platform_factory import declared, rows
from wsdoctor.inspectors import declared as all_declared

BASE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {name: chat}
spec:
  template:
    spec:
      containers:
        - name: ws
          ports: [{name: ws, containerPort: 8765}, {name: http, containerPort: 5000}]
          livenessProbe:
            httpGet: {path: /h, port: http}
            periodSeconds: 5
"""
HEAD = "resources: [../base]\npatches:\n"


def test_strategic_patch_within(tmp_path: Path) -> None:
    files = {
        "base/deploy.yaml": BASE,
        "prod/kustomization.yaml": HEAD
        + """\
  - patch: |-
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: chat}
      spec:
        template:
          spec:
            containers:
              - name: ws
                readinessProbe:
                  httpGet: {path: /r, port: ws}
""",
    }
    found = rows(tmp_path, "kustomize", "prod/kustomization.yaml", files, "line", "end", "unit")
    assert found == [(8765, "http", "/r", 12, 13, "chat")]


def test_json_patch_within_changes_the_port(tmp_path: Path) -> None:
    patch = """\
  - target: {kind: Deployment, name: chat}
    patch: |-
      - op: replace
        path: /spec/template/spec/containers/0/livenessProbe/httpGet/port
        value: ws
      - op: remove
        path: /spec/template/spec/containers/0/livenessProbe/initialDelaySeconds
"""
    files = {"base/deploy.yaml": BASE, "prod/kustomization.yaml": HEAD + patch}
    found = rows(tmp_path, "kustomize", "prod/kustomization.yaml", files, "line", "end", "period")
    assert found == [(8765, "http", "/h", 5, 7, 5.0)]


def test_json_patch_in_a_file_adds_a_probe(tmp_path: Path) -> None:
    files = {
        "base/deploy.yaml": BASE,
        "prod/probe.yaml": """\
            - op: add
              path: /spec/template/spec/containers/0/readinessProbe
              value:
                httpGet: {path: /n, port: 8765}
            """,
        "prod/kustomization.yaml": HEAD + "  - path: probe.yaml\n    target: {name: chat}\n",
    }
    found = rows(tmp_path, "kustomize", "prod/kustomization.yaml", files, "file", "line")
    assert found == [(8765, "http", "/n", "prod/probe.yaml", 1)]


def test_strategic_patch_in_a_file_is_a_manifest(tmp_path: Path) -> None:
    patch = """\
        apiVersion: apps/v1
        kind: Deployment
        metadata: {name: chat}
        spec: {template: {spec: {containers: [{name: ws, livenessProbe: {httpGet: {port: ws}}}]}}}
        """
    files = {
        "base/deploy.yaml": BASE,
        "prod/patch.yaml": patch,
        "prod/kustomization.yaml": HEAD + "  - path: patch.yaml\n",
    }
    assert rows(tmp_path, "kubernetes", "prod/patch.yaml", files) == [(8765, "http", "/", *())]
    assert rows(tmp_path, "kustomize", "prod/kustomization.yaml", files) == []


def test_patches_of_what_is_not_there(tmp_path: Path) -> None:
    text = (
        HEAD
        + """\
  - path: ../../outside.yaml
  - path: nowhere.yaml
  - target: {name: other}
    patch: '[{"op": "add", "path": "/spec/template/spec/containers/0/livenessProbe", "value": {}}]'
  - target: {name: chat}
    patch: '[{"op": "add", "path": "/spec/template/spec/containers/9/livenessProbe", "value": {}}]'
  - target: {name: chat}
    patch: '[{"op": "add", "path": "/metadata/labels", "value": {}}]'
  - patch: "[\\n"
  - 5
"""
    )
    files = {"base/deploy.yaml": BASE, "prod/kustomization.yaml": text}
    assert declared(tmp_path, "kustomize", "prod/kustomization.yaml", files).callers == []


INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: chat, annotations: {nginx.ingress.kubernetes.io/proxy-read-timeout: "3600"}}
spec:
  rules:
    - http: {paths: [{path: /live, backend: {service: {name: chat, port: {number: 80}}}}]}
"""
PATCHES = {
    "a file": (
        "  - path: tls.yaml\n",
        """\
kind: Ingress
metadata:
  name: chat
  annotations:
    nginx.ingress.kubernetes.io/backend-protocol: "HTTPS"
""",
        ["prod/tls.yaml:5"],
    ),
    "a file for another": ("  - path: tls.yaml\n", "kind: Ingress\nmetadata: {name: web, annotations: {a/b: c}}\n", []),
    "a file that says nothing of it": (
        "  - path: tls.yaml\n",
        "kind: Ingress\nmetadata: {name: chat, annotations: {nginx.ingress.kubernetes.io/limit-rps: '5'}}\n",
        [],
    ),
    "a file without annotations": ("  - path: tls.yaml\n", "kind: Ingress\nmetadata: {name: chat}\n", []),
    "within": (
        """\
  - patch: |-
      kind: Ingress
      metadata:
        name: chat
        annotations:
          nginx.ingress.kubernetes.io/backend-protocol: HTTPS
""",
        "",
        ["prod/kustomization.yaml:8"],
    ),
    "an operation for all": (
        """\
  - target: {kind: Ingress}
    patch: |-
      - op: add
        path: /metadata/annotations/nginx.ingress.kubernetes.io~1backend-protocol
        value: HTTPS
""",
        "",
        ["prod/kustomization.yaml:5"],
    ),
    "an operation for all annotations": (
        """\
  - target: {kind: Ingress, name: chat}
    patch: |-
      - op: replace
        path: /metadata/annotations
        value:
          nginx.ingress.kubernetes.io/backend-protocol: HTTPS
""",
        "",
        ["prod/kustomization.yaml:8"],
    ),
    "an operation for the host": (
        """\
  - target: {kind: Ingress}
    patch: |-
      - {op: replace, path: /spec/rules/0/host, value: a.example}
""",
        "",
        [],
    ),
}


@pytest.mark.parametrize(("entry", "file", "places"), PATCHES.values(), ids=PATCHES)
def test_annotations_of_an_ingress(tmp_path: Path, entry: str, file: str, places: list[str]) -> None:
    files = {"base/ingress.yaml": INGRESS, "prod/kustomization.yaml": HEAD + entry, "prod/tls.yaml": file}
    found = all_declared(repository(tmp_path, files), processes=1).hops
    assert [f"{hop.location.file}:{hop.location.line}" for hop in found if hop.scheme == "https"] == places
