from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.platform_factory import declared, rows

PATH = ".github/workflows/ci.yml"


def steps(text: str, env: str = "") -> str:
    return f"env: {{{env}}}\njobs:\n  test:\n    steps:\n      {text}\n"


@pytest.mark.parametrize(
    ("step", "env", "expected"),
    [
        ("- run: curl http://localhost:8765/h", "", [(8765, "http", "/h")]),
        ("- run: curl http://localhost:${{ env.WS }}/h", 'WS: "8765"', [(8765, "http", "/h")]),
        ("- run: curl http://localhost:$WS/h", "WS: {value: 8765}", [(8765, "http", "/h")]),
        ("- run: curl http://localhost:$WS/h", "WS: '${{ secrets.P }}'", []),
        ("- run: curl http://localhost:$WS/h", "WS: {description: x}", []),
        ("- run: curl http://localhost:$FILE/h", "", [(8766, "http", "/h")]),
        ("- script: [curl http://localhost:8765/h, {run: curl http://localhost:8767/i}, [a]]", "",
         [(8765, "http", "/h"), (8767, "http", "/i")]),
        ("- {uses: jakejarvis/wait-action@v1, with: {url: 'http://localhost:8765/h', list: [1]}}", "",
         [(8765, "http", "/h")]),
        ("- {uses: cypress-io/github-action@v6, with: {wait-on: 'tcp:8765'}}", "", [(8765, "tcp", None)]),
        ("- {uses: actions/checkout@v4, with: {url: 'http://localhost:8765/h'}}", "", []),
        ("- {uses: x/wait@v1}", "", []),
        ("- run: {a: 1}", "", []),
    ],
)  # fmt: skip
def test_what_steps_call(tmp_path: Path, step: str, env: str, expected: list[tuple[object, ...]]) -> None:
    assert rows(tmp_path, "github-actions", PATH, {PATH: steps(step, env), ".env": "FILE=8766\n"}) == expected


@pytest.mark.parametrize(
    ("service", "maps", "expected"),
    [
        ("ports: ['8765:8765', '9000', 'a:b', '53:53/udp']", [(8765, 8765), (53, 53)], []),
        ("options: --health-cmd 'curl http://localhost:8765/h' --health-interval 7s", [], [(8765, "http", "/h", 7.0)]),
        ("options: \"--health-cmd='nc -z localhost 8765'\"", [], [(8765, "tcp", None, 30.0)]),
        ("options: --cpus 1", [], []),
        ("options: [a]", [], []),
        ("image: redis", [], []),
    ],
)
def test_services_of_a_job(
    tmp_path: Path, service: str, maps: list[tuple[int, int]], expected: list[tuple[object, ...]]
) -> None:
    text = f"jobs:\n  test:\n    services:\n      ws:\n        {service}\n      plain: redis\n"
    found = declared(tmp_path, "github-actions", PATH, text)
    assert [(each.outer, each.inner) for each in found.maps] == maps
    assert rows(tmp_path, "github-actions", PATH, text, "period") == expected


@pytest.mark.parametrize(
    ("command", "kind"),
    [
        ("curl -s http://localhost:8765/h", "client-code"),
        ("curl -s --retry 9 http://localhost:8765/h", "wait"),
        ("until curl -s http://localhost:8765/h; do sleep 1; done", "wait"),
        ("npx wait-on http-get://localhost:8765/h", "wait"),
    ],
)
def test_a_step_that_asks_once_does_not_wait(tmp_path: Path, command: str, kind: str) -> None:
    (found,) = declared(tmp_path, "github-actions", PATH, {PATH: steps(f"- run: {command}")}).callers
    assert found.kind == kind


def test_what_is_nested_without_end_is_cut(tmp_path: Path) -> None:
    deep = "a: " + "{a: " * 40 + "{run: curl http://localhost:8765/h}" + "}" * 40
    assert rows(tmp_path, "github-actions", PATH, deep) == []
