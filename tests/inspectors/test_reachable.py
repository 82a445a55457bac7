from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors import _reachable
from wsdoctor.inspectors._reachable import reachable, scripted, started


@pytest.mark.parametrize(
    ("command", "within", "expected"),
    [
        ("npm start", "web", "node server.js"),
        ("npm --prefix web run dev", "", "vite"),
        ("yarn dev", "web", "vite"),
        ("npm run absent", "web", "npm run absent"),
        ("npm run odd", "web", "npm run odd"),
        ("npm start", "other", "npm start"),
        ("npm start", "broken", "npm start"),
        ("npm start", "plain", "npm start"),
        ("python app.py", "web", "python app.py"),
    ],
)
def test_the_script_that_a_command_runs(tmp_path: Path, command: str, within: str, expected: str) -> None:
    files = repository(
        tmp_path,
        {
            "web/package.json": '{"scripts": {"start": "node server.js", "dev": "vite", "odd": 1}}',
            "broken/package.json": "{",
            "plain/package.json": '["scripts"]',
        },
    )
    assert scripted(command, within, files) == expected


def test_the_files_that_a_command_starts(tmp_path: Path) -> None:
    files = repository(
        tmp_path,
        {
            "web/package.json": '{"scripts": {"start": "node server.js"}}',
            "web/server.js": "",
            "web/notes.md": "",
            "api/main.py": "",
            "server.js": "",
        },
    )
    assert started("npm start", "web", files) == ["web/server.js"]
    assert started("python main.py", "api", files) == ["api/main.py"]
    assert started("", "api", files) == []


def test_what_files_import_is_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = repository(
        tmp_path,
        {
            "main.py": (
                "import os, conf\nfrom pkg import one, two as other\nfrom pkg "
                "import (\n    three,\n)\nfrom . import four\n"
            ),
            "conf.py": "import main\nimport\n",
            "four.py": "",
            "pkg/__init__.py": "",
            "pkg/one.py": "from .deep import x\n",
            "pkg/two.py": "",
            "pkg/three.py": "",
            "pkg/deep.py": "",
            "alone.py": "",
            "web/app.js": (
                "import a from './a'; const b = require('../lib'); await "
                "import('./c.js'); import 'react'; import './gone'"
            ),
            "web/a.ts": "export * from './a'",
            "web/c.js": "",
            "lib/index.js": "",
            "cmd/main.go": "package main\n",
            "cmd/other.go": "package main\n",
            "lib/x.go": "package lib\n",
        },
    )
    assert reachable(["main.py"], files) == {
        "main.py", "conf.py", "four.py", "pkg/__init__.py", "pkg/one.py", "pkg/two.py", "pkg/three.py", "pkg/deep.py",
    }  # fmt: skip
    assert reachable(["web/app.js"], files) == {"web/app.js", "web/a.ts", "web/c.js", "lib/index.js"}
    assert reachable(["cmd/main.go"], files) == {"cmd/main.go", "cmd/other.go"}
    assert reachable(["absent.rb"], files) == {"absent.rb"}
    monkeypatch.setattr(_reachable, "_MAX_FILES", 2)
    assert len(reachable(["main.py"], files)) == 2
