import os
import stat
import subprocess
from pathlib import Path

import pytest

from tests.fixes.trees import write
from wsdoctor.cli import main
from wsdoctor.diagnosis import knowledge_base
from wsdoctor.errors import InvalidInput
from wsdoctor.investigate import inspect
from wsdoctor.mending import plan

SITE = "server {\r\n    location /ws {\r\n        proxy_pass http://127.0.0.1:8765;\r\n    }\r\n}\r\n"
HAPROXY = "listen relay\n    mode http\n    bind :80\n    server a 127.0.0.1:8765 send-proxy\n"


def test_a_fix_is_written_in_place_with_mode_and_line_ends(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, {"site.conf": SITE, "haproxy.cfg": HAPROXY})
    os.chmod(tmp_path / "site.conf", 0o640)
    assert main(["inspect", str(tmp_path), "--fix", "--no-cache"]) == 0
    told = capsys.readouterr()
    assert "fixed site.conf:2: nginx-drops-upgrade" in told.err
    made = (tmp_path / "site.conf").read_bytes()
    assert b"proxy_http_version 1.1;\r\n" in made
    assert made.count(b"\n") == made.count(b"\r\n")
    assert stat.S_IMODE((tmp_path / "site.conf").stat().st_mode) == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["haproxy.cfg", "server.py", "site.conf"]
    assert main(["inspect", str(tmp_path), "--fix", "--no-cache"]) == 0
    assert (tmp_path / "site.conf").read_bytes() == made


def test_the_diff_is_what_the_fix_does_and_git_takes_it(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    write(tmp_path, {"site.conf": SITE, "haproxy.cfg": HAPROXY})
    assert main(["inspect", str(tmp_path), "--diff", "--no-cache"]) == 1
    diff = capfdbinary.readouterr().out
    assert (tmp_path / "site.conf").read_bytes() == SITE.encode()
    subprocess.run(["git", "apply", "-"], input=diff, cwd=tmp_path, check=True, capture_output=True)
    by_git = (tmp_path / "site.conf").read_bytes(), (tmp_path / "haproxy.cfg").read_bytes()
    write(tmp_path, {"site.conf": SITE, "haproxy.cfg": HAPROXY})
    plan(str(tmp_path), knowledge_base().rules).write()
    assert by_git == ((tmp_path / "site.conf").read_bytes(), (tmp_path / "haproxy.cfg").read_bytes())


def test_every_finding_has_its_patch(tmp_path: Path) -> None:
    write(tmp_path, {"site.conf": SITE, "haproxy.cfg": HAPROXY})
    found = inspect(str(tmp_path), knowledge_base().rules, cached=False).findings
    assert [bool(each.patch) for each in found] == [True, True]
    assert found[1].patch is not None
    assert found[1].patch.startswith("--- a/site.conf\n+++ b/site.conf\n")


def test_what_is_suppressed_stays(tmp_path: Path) -> None:
    write(tmp_path, {"site.conf": SITE})
    assert plan(str(tmp_path), knowledge_base().rules, quiet=lambda _repository, _finding: True).texts == {}


def test_a_fix_that_does_not_help_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from wsdoctor.fixes import Edit, haproxy

    write(tmp_path, {"site.conf": SITE, "haproxy.cfg": HAPROXY})
    monkeypatch.setattr(haproxy, "fix", lambda *_: [Edit(1, 0, ("# nothing",))])
    assert set(plan(str(tmp_path), knowledge_base().rules).texts) == {"site.conf"}


def test_a_file_that_is_not_utf8_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path, {})
    (tmp_path / "site.conf").write_bytes(b"# \xe9\n" + SITE.encode())
    assert plan(str(tmp_path), knowledge_base().rules).texts == {}
    assert inspect(str(tmp_path), knowledge_base().rules, cached=False).findings[0].patch is None


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    write(tmp_path, {"site.conf": SITE})
    whole = plan(str(tmp_path), knowledge_base().rules)
    (tmp_path / "site.conf").unlink()
    with pytest.raises(InvalidInput, match="cannot write"):
        whole.write()
