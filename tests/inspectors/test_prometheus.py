from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.platform_factory import rows


@pytest.mark.parametrize(
    ("job", "expected"),
    [
        ("static_configs: [{targets: ['ws:8765']}]", [(8765, "http", "/metrics")]),
        ("static_configs: [{targets: ['ws:8765', {a: 1}, '']}]", [(8765, "http", "/metrics")]),
        ("scheme: HTTPS\n  static_configs: [{targets: [ws]}]", [(443, "https", "/metrics")]),
        ("file_sd_configs: [{files: [targets/*.yml, {a: 1}, other.json]}]", [(8766, "http", "/metrics")]),
        ("metrics_path: /probe\n  params: {module: [up]}\n  static_configs: [{targets: ['http://ws:8765/h']}]",
         [(8765, "http", "/h")]),
        ("metrics_path: /probe\n  params: {module: [ping]}\n  static_configs: [{targets: ['ws:8765']}]", []),
    ],
)  # fmt: skip
def test_jobs(tmp_path: Path, job: str, expected: list[tuple[object, ...]]) -> None:
    files = {
        "mon/prometheus.yml": f"scrape_configs:\n- job_name: a\n  {job}\n",
        "mon/targets/a.yml": "- targets: ['ws:8766', [1]]\n",
        "far/a.yml": "- targets: ['ws:1']\n",
        "mon/blackbox.yml": "modules:\n  up: {prober: http}\n  ping: {prober: icmp}\n",
        "mon/blackbox-broken.yml": "modules: [\n",
    }
    assert rows(tmp_path, "prometheus", "mon/prometheus.yml", files) == expected


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("endpoint: http://ws:8765/h", [(8765, "http", "/h")]),
        ("endpoint: ws://ws:8765/h", []),
        ("method: GET", []),
    ],
)
def test_the_collector_of_opentelemetry(tmp_path: Path, target: str, expected: list[tuple[object, ...]]) -> None:
    text = f"receivers:\n  httpcheck/one:\n    targets: [{{{target}}}]\n  otlp: {{}}\nservice: {{}}\n"
    assert rows(tmp_path, "prometheus", "otel-collector-config.yaml", text) == expected


def test_a_configuration_that_is_nested_without_end_or_broken_is_left(tmp_path: Path) -> None:
    deep = "[" * 60 + "{scrape_configs: [{static_configs: [{targets: ['ws:8765']}]}]}" + "]" * 60
    assert rows(tmp_path, "prometheus", "prometheus.yml", f"a: {deep}\n") == []
    text = (
        "data:\n  prometheus.yml: |\n    scrape_configs: [\n  other.yml: |\n    scrape_configs:\n"
        "    - static_configs: [{targets: ['ws:8765']}]\n"
    )
    assert rows(tmp_path, "prometheus", "prometheus.yml", text) == [(8765, "http", "/metrics")]
