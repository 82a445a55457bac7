import asyncio
import os
import stat
import time
from pathlib import Path

import pytest

from wsdoctor.demo import browser


def program(folder: Path, script: str) -> str:
    path = folder / "browser"
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


async def visited(folder: Path) -> list[str]:
    """Return what the browser was told, once it has written it down."""
    async with browser.browsing("http://127.0.0.1:5000/"):
        deadline = time.monotonic() + 10
        while not (folder / "told").exists() and time.monotonic() < deadline:
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.3)
    return (folder / "told").read_text().split()


@pytest.mark.parametrize("end", ["sleep 60", "exit 0"])
def test_a_browser_is_kept_on_the_page_and_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    found = program(tmp_path, f'echo "$@ $$" > {tmp_path}/new && mv {tmp_path}/new {tmp_path}/told\nexec {end}')
    monkeypatch.setattr(browser, "command", lambda: found)
    *words, pid = asyncio.run(visited(tmp_path))
    assert words[-1] == "http://127.0.0.1:5000/"
    assert "--headless" in words
    assert not Path(words[-2].partition("=")[2]).exists()
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


def test_a_browser_that_does_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = (
        f'trap "" TERM\necho $$ > {tmp_path}/new && mv {tmp_path}/new {tmp_path}/told\nwhile :; do sleep 0.05; done'
    )
    found = program(tmp_path, script)
    monkeypatch.setattr(browser, "command", lambda: found)
    monkeypatch.setattr(browser, "END", 0.2)
    (pid,) = asyncio.run(visited(tmp_path))
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid), 0)


def test_without_a_browser_nothing_is_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "command", lambda: None)
    monkeypatch.setattr(asyncio, "create_subprocess_exec", lambda *_, **__: pytest.fail("a process was started"))

    async def main() -> str:
        async with browser.browsing("http://127.0.0.1:5000/"):
            return "played"

    assert asyncio.run(main()) == "played"
