"""Scripts that a check runs are checks, whatever they are called."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from wsdoctor.model.traffic import Caller

CURL = "#!/bin/sh\ncurl -f localhost:8765/\n"
NODE = "require('http').get('http://localhost:8765/', (r) => process.exit(0));\n"
PYTHON = "import urllib.request\nurllib.request.urlopen('http://localhost:8765/')\n"
POD = (
    "kind: Deployment\nmetadata: {name: a}\nspec:\n  template:\n    spec:\n      containers:\n"
    "        - name: a\n          image: a\n          livenessProbe:\n"
)


def callers(tmp_path: Path, path: str, files: Mapping[str, str]) -> list[Caller]:
    """Return what a script calls."""
    name = {"js": "javascript clients", "py": "python clients"}.get(path.rpartition(".")[2], "shell")
    return inspect(name, path, repository(tmp_path, files)).callers


@pytest.mark.parametrize(
    ("path", "text", "files", "at", "period"),
    [
        ("s/hc.sh", CURL, {"s/Dockerfile": 'FROM x\nHEALTHCHECK CMD ["/hc.sh"]\n'}, ("s/Dockerfile", 2), 30.0),
        (
            "s/hc.js",
            NODE,
            {"s/Dockerfile": "FROM x\nHEALTHCHECK --interval=5s \\\n  CMD node hc.js || exit 1\n"},
            ("s/Dockerfile", 2),
            5.0,
        ),
        ("s/tools/up.py", PYTHON, {"s/Dockerfile": "HEALTHCHECK CMD python -m tools.up\n"}, ("s/Dockerfile", 1), 30.0),
        (
            "s/docker/up.sh",
            CURL,
            {"s/Dockerfile": "COPY docker/up.sh /usr/local/bin/is-it-up\nHEALTHCHECK CMD is-it-up\n"},
            ("s/Dockerfile", 2),
            30.0,
        ),
        (
            "s/bin/up",
            CURL,
            {"s/Dockerfile": "HEALTHCHECK CMD /bin/up\n"},
            ("s/Dockerfile", 1),
            30.0,
        ),
        (
            "s/hc.sh",
            CURL,
            {"compose.yml": "services:\n  a:\n    build: s\n    healthcheck:\n      test: [CMD, /hc.sh]\n"},
            ("compose.yml", 5),
            30.0,
        ),
        (
            "hc.js",
            NODE,
            {"compose.yml": "services:\n  a:\n    image: x\n    healthcheck: {test: node hc.js, interval: 1m}\n"},
            ("compose.yml", 4),
            60.0,
        ),
        (
            "hc.py",
            PYTHON,
            {"k/d.yaml": POD + "            exec: {command: [python, /app/hc.py]}\n            periodSeconds: 7\n"},
            ("k/d.yaml", 10),
            7.0,
        ),
        (
            "hc.sh",
            CURL,
            {"c.json": '{"check": {"args": ["/opt/hc.sh"],\n "interval": "20s"}}'},
            ("c.json", 1),
            20.0,
        ),
        (
            "hc.sh",
            CURL,
            {"monitrc": "set daemon 9\ncheck program ws with path /opt/hc.sh\n  if status != 0 then alert\n"},
            ("monitrc", 2),
            None,
        ),
        (
            "Makefile",
            "hc:\n\tcurl localhost:8765/\n",
            {"Dockerfile": "HEALTHCHECK CMD make hc\n"},
            ("Dockerfile", 1),
            30,
        ),
        (
            "package.json",
            '{"scripts": {"hc": "curl localhost:8765/"}}',
            {"Dockerfile": "HEALTHCHECK CMD npm run -s hc\n"},
            ("Dockerfile", 1),
            30.0,
        ),
    ],
)
def test_who_runs_it_says_what_it_is(
    tmp_path: Path, path: str, text: str, files: dict[str, str], at: tuple[str, int], period: float | None
) -> None:
    (caller,) = callers(tmp_path, path, {path: text, **files})
    assert (caller.kind, caller.period) == ("health-check", period)
    assert [(place.file, place.line) for place in caller.also] == [at]


@pytest.mark.parametrize(
    ("path", "text", "files"),
    [
        ("s/hc.sh", CURL, {"s/Dockerfile": "HEALTHCHECK NONE\nCMD /hc.sh\n"}),
        ("s/sync.sh", CURL, {"s/Dockerfile": "HEALTHCHECK CMD /hc.sh\n"}),
        ("a/hc.sh", CURL, {"b/Dockerfile": "HEALTHCHECK CMD /hc.sh\n", "b/hc.sh": ""}),
        ("a/scripts/hc.js", NODE, {"Dockerfile": "HEALTHCHECK CMD node b/scripts/hc.js\n"}),
        ("a/bin/up", CURL, {"Dockerfile": "HEALTHCHECK CMD up\n"}),
        ("s/hc.sh", CURL, {"c.json": '{"args": ["/opt/hc.sh"]}'}),
        ("package.json", '{"scripts": {"go": "curl localhost:8765/"}}', {"Dockerfile": "HEALTHCHECK CMD npm run hc\n"}),
        (
            "b/package.json",
            '{"scripts": {"hc": "curl localhost:8765/"}}',
            {"a/Dockerfile": "HEALTHCHECK CMD yarn hc\n", "a/package.json": "{}"},
        ),
        ("up.sh", CURL, {"Dockerfile": "FROM a\nCOPY --from=b up.sh /hc\nCOPY c d e/\nHEALTHCHECK CMD /hc\n"}),
    ],
)
def test_what_no_check_runs_stays_what_it_is(tmp_path: Path, path: str, text: str, files: dict[str, str]) -> None:
    found = callers(tmp_path, path, {path: text, **files})
    assert [(caller.kind, caller.also) for caller in found] in ([], [("client-code", ())])


def test_a_check_that_opens_a_websocket_is_left_alone(tmp_path: Path) -> None:
    files = {
        "hc.js": "const WebSocket = require('ws');\nnew WebSocket('ws://localhost:8765/');\n",
        "Dockerfile": "HEALTHCHECK CMD node hc.js\n",
    }
    assert [caller.kind for caller in callers(tmp_path, "hc.js", files)] == ["websocket-client"]


def test_several_probes_run_one_script(tmp_path: Path) -> None:
    probe = "            exec: {command: [/hc.sh]}\n"
    files = {"hc.sh": CURL, "d.yaml": POD + probe + "          startupProbe:\n            periodSeconds: 2\n" + probe}
    (caller,) = callers(tmp_path, "hc.sh", files)
    assert (caller.period, [place.line for place in caller.also]) == (2.0, [10, 13])
