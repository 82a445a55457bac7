from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.platform_factory import declared, rows

CHART = "apiVersion: v2\nname: chat\nversion: 1.0.0\n"
HELPERS = """\
{{- define "chat.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{ .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- if contains $name .Release.Name }}{{ .Release.Name }}{{ else }}{{ printf "%s-%s" .Release.Name $name }}{{ end }}
{{- end -}}
{{- end }}
{{- define "chat.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name | quote }}
{{- end }}
"""
TOP = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "chat.fullname" . }}
spec:
  template:
    metadata:
      labels:
        {{- include "chat.labels" . | nindent 8 }}
    spec:
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          ports:
            - name: ws
              containerPort: {{ .Values.service.port }}
"""
VALUES = "service:\n  port: 8765\nhttp:\n  port: 5000\n"


def chart(probe: str, values: str = "", **more: str) -> dict[str, str]:
    return {
        "chart/Chart.yaml": CHART,
        "chart/values.yaml": VALUES + values,
        "chart/templates/_helpers.tpl": HELPERS,
        "chart/templates/deployment.yaml": TOP + probe,
        **{f"chart/{name.replace('__', '/')}.yaml": text for name, text in more.items()},
    }


def found(root: Path, files: dict[str, str]) -> list[tuple[object, ...]]:
    return rows(root, "helm", "chart/templates/deployment.yaml", files, "period", "file", "line", "end")


def test_probe_of_the_template(tmp_path: Path) -> None:
    probe = (
        '          livenessProbe:\n            httpGet:\n              path: {{ .Values.path | default "/h" }}\n'
        "              port: {{ .Values.service.port }}\n            periodSeconds: {{ .Values.period | default 7 }}\n"
    )
    files = chart(probe)
    assert found(tmp_path, files) == [(8765, "http", "/h", 7.0, "chart/templates/deployment.yaml", 17, 21)]
    caller = declared(tmp_path, "helm", "chart/templates/deployment.yaml", files).callers[0]
    assert ("chart/values.yaml", 2) in [(place.file, place.line) for place in caller.also]
    assert caller.to.unit == "chat"


def test_probe_by_the_name_of_the_port(tmp_path: Path) -> None:
    probe = "          readinessProbe:\n            httpGet: {path: /r, port: ws}\n"
    assert found(tmp_path, chart(probe)) == [(8765, "http", "/r", 10.0, "chart/templates/deployment.yaml", 17, 18)]


def test_probe_that_stands_in_the_values(tmp_path: Path) -> None:
    probe = (
        "          {{- with .Values.livenessProbe }}\n          livenessProbe:\n"
        "            {{- toYaml . | nindent 12 }}\n          {{- end }}\n"
    )
    values = "livenessProbe:\n  httpGet:\n    path: /v\n    port: ws\n  periodSeconds: 9\n"
    assert found(tmp_path, chart(probe, values)) == [(8765, "http", "/v", 9.0, "chart/values.yaml", 5, 9)]
    caller = declared(tmp_path, "helm", "chart/templates/deployment.yaml", chart(probe, values)).callers[0]
    assert ("chart/templates/deployment.yaml", 19) in [(place.file, place.line) for place in caller.also]


def test_port_that_belongs_to_the_probe_in_the_values(tmp_path: Path) -> None:
    probe = (
        "          livenessProbe:\n            httpGet:\n              path: {{ .Values.probes.live.path }}\n"
        "              port: {{ .Values.probes.live.port }}\n"
    )
    values = "probes:\n  live:\n    port: 8765\n    path: /p\n"
    assert found(tmp_path, chart(probe, values)) == [(8765, "http", "/p", 10.0, "chart/values.yaml", 7, 8)]


def test_files_that_override_the_values(tmp_path: Path) -> None:
    probe = (
        "          livenessProbe:\n            httpGet:\n              path: /h\n"
        "              port: {{ .Values.http.port }}\n"
    )
    files = chart(probe) | {"chart/values-prod.yaml": "http:\n  port: 8765\n"}
    assert found(tmp_path, files) == [
        (5000, "http", "/h", 10.0, "chart/templates/deployment.yaml", 17, 20),
        (8765, "http", "/h", 10.0, "chart/values-prod.yaml", 1 + 1, None),
    ]


@pytest.mark.parametrize(
    ("condition", "values", "count"),
    [
        (".Values.probe.enabled", "probe: {enabled: true}\n", 1),
        (".Values.probe.enabled", "probe: {enabled: false}\n", 0),
        (".Values.probe.enabled", "", 0),
        ('and .Values.a (eq .Values.b "x")', "a: 1\nb: x\n", 1),
        ('and .Values.a (ne .Values.b "x")', "a: 1\nb: x\n", 0),
        ("or .Values.none (not .Values.none)", "", 1),
        ('semverCompare ">=1.19-0" .Capabilities.KubeVersion.GitVersion', "", 1),
        ('hasKey .Values "http"', "", 1),
        ("gt (int .Values.n) 3", "n: '4'\n", 1),
        ("empty .Values.http", "", 0),
        ('lookup "v1" "Secret" "a" "b"', "", 0),
        ('hasPrefix "ab" .Values.s', "s: abc\n", 1),
        ("index .Values.l 0", "l: [0, 1]\n", 0),
        ("index .Values.l 1", "l: [0, 1]\n", 1),
    ],
)
def test_conditions(tmp_path: Path, condition: str, values: str, count: int) -> None:
    probe = "          {{- if CONDITION }}\n          livenessProbe: {httpGet: {port: ws}}\n          {{- end }}\n"
    probe = probe.replace("CONDITION", condition)
    assert len(found(tmp_path, chart(probe, values))) == count


@pytest.mark.parametrize(
    ("expression", "port"),
    [
        ("{{ .Values.service.port | int }}", 8765),
        ("{{ .Values.nowhere | default 8765 }}", 8765),
        ("{{ coalesce .Values.nowhere .Values.service.port }}", 8765),
        ("{{ ternary 8765 1 true }}", 8765),
        ('{{ required "x" .Values.service.port }}', 8765),
        ("{{ add .Values.service.port 1 }}", 8766),
        ("{{ sub .Values.service.port 1 }}", 8764),
        ('{{ printf "%d" .Values.service.port }}', 8765),
        ("{{ tpl .Values.t . }}", 8765),
        ("{{ (index .Values.ports 1).number }}", 2),
        ('{{ get .Values.http "port" }}', 5000),
        ("{{ $.Values.http.port }}", 5000),
        ('{{ (dict "a" 7 ).a }}', 7),
        ("{{ index (list 1 2) 1 }}", 2),
        ('{{ .Values.word | trimPrefix "p" | replace "x" "4" | lower | upper }}', 44),
        ('{{ include "chat.port" . }}', 8765),
    ],
)
def test_expressions(tmp_path: Path, expression: str, port: int) -> None:
    probe = f"          livenessProbe:\n            httpGet:\n              port: {expression}\n"
    values = "t: '{{ .Values.service.port }}'\nports: [{number: 1}, {number: 2}]\nword: pxx\n"
    files = chart(probe, values)
    files["chart/templates/_more.tpl"] = '{{ define "chat.port" }}{{ .Values.service.port }}{{ end }}\n'
    assert [row[0] for row in found(tmp_path, files)] == [port]


@pytest.mark.parametrize(
    "expression",
    ["{{ unheardOf 1 }}", "{{ .Values.nowhere }}", '{{ .Files.Get "x" }}', '{{ include "nowhere" . }}', "{{ add 1 }}"],
)
def test_what_cannot_be_told_accuses_nobody(tmp_path: Path, expression: str) -> None:
    probe = f"          livenessProbe:\n            httpGet:\n              port: {expression}\n"
    assert found(tmp_path, chart(probe)) == []


def test_loops(tmp_path: Path) -> None:
    text = """\
        {{- range $name, $port := .Values.list }}
        ---
        apiVersion: v1
        kind: Pod
        metadata:
          name: {{ $name }}
        spec:
          containers:
            - name: x
              livenessProbe: {httpGet: {port: {{ $port }}}}
        {{- end }}
        {{- range .Values.empty }}{{ else }}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: other}
        spec: {containers: [{name: x, livenessProbe: {httpGet: {port: 3}}}]}
        {{- end }}
        """
    files = chart("") | {"chart/templates/deployment.yaml": text}
    files["chart/values.yaml"] = "list: {a: 1, b: 2}\nempty: []\n"
    assert [(row[0], row[5]) for row in found(tmp_path, files)] == [(1, 10), (2, 10), (3, 17)]


def test_services_of_other_templates(tmp_path: Path) -> None:
    files = chart("") | {
        "chart/templates/service.yaml": """\
            apiVersion: v1
            kind: Service
            metadata:
              name: {{ include "chat.fullname" . }}
            spec:
              selector:
                {{- include "chat.labels" . | nindent 4 }}
              ports:
                - port: 80
                  targetPort: ws
            """
    }
    maps = declared(tmp_path, "helm", "chart/templates/service.yaml", files).maps
    assert [(one.outer, one.inner, one.unit) for one in maps] == [(80, 8765, "chat")]


def test_values_that_a_parent_gives(tmp_path: Path) -> None:
    probe = "          livenessProbe: {httpGet: {port: {{ .Values.service.port }}}}\n"
    below = {name.replace("chart/", "top/charts/chat/"): text for name, text in chart(probe).items()}
    files = below | {"top/Chart.yaml": "name: top\n", "top/values.yaml": "chat:\n  service:\n    port: 9999\n"}
    path = "top/charts/chat/templates/deployment.yaml"
    assert [row[0] for row in rows(tmp_path, "helm", path, files)] == [9999]


def test_folders_that_are_no_charts(tmp_path: Path) -> None:
    files = {"chart/templates/a.yaml": "kind: Pod\n"}
    assert declared(tmp_path, "helm", "chart/templates/a.yaml", files).callers == []


def test_templates_that_do_not_become_yaml(tmp_path: Path) -> None:
    assert found(tmp_path, chart("\n      {{ toYaml .Values.nowhere }}: [\n")) == []


def test_charts_without_values_and_includes_that_go_in_circles(tmp_path: Path) -> None:
    files = {
        "chart/Chart.yaml": "[\n",
        "chart/templates/_h.tpl": '{{ define "a" }}{{ include "a" . }}x{{ end }}',
        "chart/templates/d.yaml": 'kind: Pod\nmetadata: {name: {{ include "a" . }}}\n',
    }
    assert rows(tmp_path, "helm", "chart/templates/d.yaml", files) == []
