from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors._platforms import ports
from wsdoctor.inspectors._platforms.ports import service_port


@pytest.mark.parametrize(
    ("command", "env", "code", "expected"),
    [
        ("python app.py --port 8765", "", "", 8765),
        ("python app.py --port $WS", "WS=8765\n", "", 8765),
        ("python app.py", "PORT=8765\n", "serve(h, '', 9000)", 8765),
        ("python app.py", "", "port = int(os.environ.get('PORT', 8765))", 8765),
        ("python app.py", "", "serve(h, port=8765)", 8765),
        ("python app.py", "", "a(port=8765)\nb(port=8766)", None),
        ("python other.py", "", "serve(h, port=8765)", None),
        ("", "", "port = int(os.environ.get('PORT', 8765))", 8765),
        ("", "", "serve(h, port=8765)", None),
    ],
)
def test_the_port_of_a_service(tmp_path: Path, command: str, env: str, code: str, expected: int | None) -> None:
    files = repository(tmp_path, {"svc/app.py": code, "svc/.env": env, "svc/notes.md": "port=1", "fly.toml": ""})
    assert service_port("svc/fly.toml", files, command, "svc") == expected
    assert service_port("svc/fly.toml", files, command, "svc", default=80) == (
        80 if expected is None or (code.startswith("serve") and not env and "--port" not in command) else expected
    )


def test_only_so_many_files_are_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = repository(tmp_path, {"a.py": "", "b.py": "port = os.environ.get('PORT', 8765)"})
    assert service_port("x.toml", files) == 8765
    monkeypatch.setattr(ports, "_MAX_FILES", 1)
    assert service_port("x.toml", files) is None
