from __future__ import annotations

from pathlib import Path

from tests.inspectors.platform_factory import declared, rows

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
