from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors._platforms import charts
from wsdoctor.inspectors._platforms.charts import Chart, chart_of

VALUES = """\
name: chat
port: 8765
rate: 2.0
ratio: 1.5
on: true
off: false
nothing: null
none: ~
anchor: &a {x: 1}
words: [one, two]
empty: []
map: {a: 1, b: two}
nest:
  list:
    - name: ws
      port: 1
    - plain
  hole: {}
host: "{{ .Release.Name }}.example"
padded: "  x  "
"""
HELPERS = """\
{{- define "chart.port" -}}{{ .Values.port }}{{- end }}
{{- define "chart.lines" }}
  one: 1
  two: 2
{{ end }}
{{- define "chart.again" }}{{ include "chart.again" . }}{{ end }}
"""


def chart(tmp_path: Path, **files: str) -> Chart:
    given = {
        "chat/Chart.yaml": "name: chat\n", "chat/values.yaml": VALUES, "chat/templates/_helpers.tpl": HELPERS,
        "chat/templates/x.yaml": "",
    }  # fmt: skip
    found = chart_of("chat/templates/x.yaml", repository(tmp_path, given | files))
    assert found is not None
    return found


def rendered(tmp_path: Path, template: str) -> str:
    return chart(tmp_path).render("chat/templates/x.yaml", template).text


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ .Values.port }}", "8765"),
        ("{{ .Values.rate }} {{ .Values.ratio }}", "2 1.5"),
        ("{{ .Values.on }} {{ .Values.off }} [{{ .Values.nothing }}] [{{ .Values.none }}]", "true false [] []"),
        ("{{ .Values.map }} {{ .Capabilities.KubeVersion }}", "unknown unknown"),
        ("{{ $x := 5 }}{{ $x }}{{ $y }}", "5unknown"),
        ("{{ if .Values.on }}a{{ else }}b{{ end }}{{ if .Values.off }}a{{ else }}b{{ end }}", "ab"),
        ("{{ if $p := .Values.port }}{{ $p }}{{ end }}", "8765"),
        ("{{ with .Values.map }}{{ .b }}{{ end }}{{ with .Values.hole }}x{{ else }}y{{ end }}", "twoy"),
        ("{{ range .Values.words }}[{{ . }}]{{ end }}", "[one][two]"),
        ("{{ range $i, $w := .Values.words }}{{ $i }}={{ $w }};{{ end }}", "0=one;1=two;"),
        ("{{ range $k, $v := .Values.map }}{{ $k }}={{ $v }};{{ end }}", "a=1;b=two;"),
        ("{{ range $w := list 1 2 }}{{ $w }},{{ end }}", "1,2,"),
        ("{{ range .Values.empty }}x{{ else }}none{{ end }}", "none"),
        ('{{ include "chart.port" . }}', "8765"),
        ('{{ template "chart.port" . }}', "8765"),
        ('{{ include "absent" . }}', "unknown"),
        ('{{ include "chart.again" . }}', "unknown"),
        ("{{ tpl .Values.host . }}", "chat.example"),
        ("{{ tpl .Values.name . }}", "chat"),
        ('{{ block "own" . }}{{ .Values.port }}{{ end }}', "8765"),
        ('{{ define "later" }}x{{ end }}y', "y"),
        ("{{ absent 1 2 }}", "unknown"),
        ("{{ ternary }}{{ trunc }}", "unknown"),
        ("{{ }}", ""),
        ("{{ (index .Values.nest.list 0).name }}", "ws"),
    ],
)
def test_what_a_template_becomes(tmp_path: Path, template: str, expected: str) -> None:
    assert rendered(tmp_path, template) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ default 1 .Values.port }} {{ default 1 .Values.absent }} {{ default }} {{ default 3 }}", "8765 1  3"),
        ("{{ required .Values.port }}{{ coalesce .Values.absent .Values.name }}", "8765chat"),
        ("{{ ternary 1 2 .Values.on }}{{ ternary 1 2 .Values.off }}", "12"),
        ("{{ .Values.name | quote }} {{ .Values.name | squote }} {{ squote .Values.absent }}", "\"chat\" 'chat' "),
        ('{{ int "12x" }} {{ int "x" }} {{ int .Capabilities }}', "12 0 unknown"),
        ("{{ toString .Values.port }}{{ toString }}{{ print .Values.name }}", "8765chat"),
        ('{{ "a" | indent 2 }}|{{ "a" | nindent 2 }}|{{ indent }}', "  a|\n  a|unknown"),
        ("{{ trim .Values.padded }}|{{ trunc 2 .Values.name }}|{{ trunc -1 .Values.name }}", "x|ch|chat"),
        ('{{ trimSuffix "t" .Values.name }} {{ trimPrefix "c" .Values.name }}', "cha hat"),
        ('{{ lower "A" }}{{ upper "a" }}{{ replace "h" "-" .Values.name }}{{ replace "a" }}', "aAc-atunknown"),
        ('{{ printf "%s-%d 100%%" .Values.name 2 }}|{{ printf "%q %s" "a" }}|{{ printf }}', 'chat-2 100%|"a" unknown|'),
        ("{{ eq 1 1 }} {{ eq 1 2 3 }} {{ ne 1 2 }} {{ eq .Capabilities 1 }} {{ ne .Capabilities 1 }}",
         "true false true unknown unknown"),
        ("{{ lt 1 2 }} {{ le 2 2 }} {{ gt 1 2 }} {{ ge 1 2 }} {{ lt 1 }} {{ gt .Values.name 1 }}",
         "true true false false unknown unknown"),
        ("{{ and 1 0 }} {{ and 1 2 }} {{ or 0 2 }} {{ or 0 0 }} {{ not 1 }} {{ empty .Values.empty }}",
         "0 2 2 0 false true"),
        ('{{ contains "ha" .Values.name }} {{ hasPrefix "c" .Values.name }} {{ hasSuffix "x" .Values.name }}',
         "true true false"),
        ('{{ hasKey .Values.map "a" }} {{ hasKey .Values.map "z" }} {{ hasKey .Values.name "z" }}', "true false false"),
        ('{{ index .Values.map "b" }} {{ index (dict "x" 5) "x" }} {{ index (list 7 8) 1 }}', "two 5 8"),
        ('{{ index .Values.name "x" }}|{{ index .Capabilities "x" }}|{{ index (list 1) 9 }}', "|unknown|"),
        ("{{ add 1 2 }} {{ sub 3 1 }} {{ add .Values.name 1 }} {{ add 1 }}", "3 2 unknown unknown"),
        ('{{ semverCompare ">=1.19" .Capabilities.KubeVersion }} [{{ lookup "v1" "Pod" "a" "b" }}]', "true []"),
    ],
)  # fmt: skip
def test_functions_of_templates(tmp_path: Path, template: str, expected: str) -> None:
    assert rendered(tmp_path, template) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ toYaml .Values.map }}", "a: 1\nb: two"),
        ("{{ toYaml .Values.words }}", "- one\n- two"),
        ("{{ toYaml .Values.nest }}", "list:\n  - name: ws\n    port: 1\n  - plain\nhole: {}"),
        ("{{ toYaml .Values.empty }}|{{ toYaml .Values.nest.hole }}", "[]|{}"),
        (
            "{{ toYaml .Values.name }}|{{ toYaml .Values.on }}|{{ toYaml .Values.nothing }}|{{ toYaml }}",
            "chat|true|null|",
        ),
        ('{{ toYaml (dict "a b" (list 1 "yes")) }}', '"a b":\n  - 1\n  - "yes"'),
        ("{{ toYaml (list (dict)) }}", "- {}"),
    ],
)
def test_values_as_yaml(tmp_path: Path, template: str, expected: str) -> None:
    assert rendered(tmp_path, template) == expected


def test_lines_of_what_was_included_are_those_of_their_files(tmp_path: Path) -> None:
    found = chart(tmp_path).render("chat/templates/x.yaml", 'a:\n  {{- include "chart.lines" . | trim | nindent 2 }}\n')
    assert found.text == "a:\n  one: 1\n    two: 2\n"
    assert [(line.file, line.line) for line in found.lines[1:3]] == [
        ("chat/templates/_helpers.tpl", 3),
        ("chat/templates/_helpers.tpl", 4),
    ]


def test_which_chart_a_template_belongs_to(tmp_path: Path) -> None:
    files = repository(
        tmp_path,
        {
            "chat/Chart.yaml": "name: chat\n",
            "chat/values.yaml": "ws: {port: 9000}\nother: 1\n",
            "chat/charts/ws/Chart.yaml": "name: ws\n",
            "chat/charts/ws/values.yaml": "port: 8765\nhost: h\n",
            "chat/charts/ws/templates/x.yaml": "",
            "chat/charts/alone/Chart.yaml": "{{",
            "chat/charts/alone/templates/x.yaml": "",
            "chat/values-production.yaml": "ws: {port: 1}\n",
            "chat/values-broken.yaml": "a: [",
            "chat/values-list.yaml": "- a\n",
            "loose/templates/x.yaml": "",
        },
    )
    ws = chart_of("chat/charts/ws/templates/x.yaml", files)
    assert ws is not None
    assert ws.render("x", "{{ .Values.port }} {{ .Values.host }} {{ .Values.other }}").text == "9000 h "
    alone = chart_of("chat/charts/alone/templates/x.yaml", files)
    assert alone is not None
    assert (alone.name, alone.values) == ("alone", [])
    assert alone.render("x", "[{{ .Values.port }}]").text == "[]"
    chat = chart_of("chat/templates/x.yaml", files)
    assert chat is not None
    assert [file for file, _ in chat.overrides] == ["chat/values-production.yaml"]
    assert chart_of("loose/templates/x.yaml", files) is None
    assert chart_of("loose/x.yaml", files) is None


def test_a_template_that_grows_without_end_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(charts, "MAX_OUTPUT", 10)
    assert len(rendered(tmp_path, "{{ range .Values.words }}{{ .Values }}12345678{{ end }}after")) <= 20
