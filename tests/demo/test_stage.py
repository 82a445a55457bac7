from __future__ import annotations

import asyncio
import math
import sys
from pathlib import Path

import pytest

from wsdoctor.demo import stage
from wsdoctor.demo.ports import free_port
from wsdoctor.demo.stage import act
from wsdoctor.demo.strays import Stray
from wsdoctor.errors import ListenFailed


def python(code: str) -> list[str]:
    """Return words in front of the server's command line that run something else in its place."""
    return [sys.executable, "-c", code]


def test_strays_knock_at_their_pace_and_clients_lose_nothing(tmp_path: Path) -> None:
    knocks: list[str] = []
    ticks: list[bool] = []

    def knocker(name: str, error: Exception | None = None):
        async def knock() -> None:
            knocks.append(name)
            if error is not None:
                raise error

        return knock

    strays = [
        Stray("often", "127.0.1.1", frozenset(), 0.2, knocker("often")),
        Stray("failing", "127.0.1.2", frozenset(), 0.5, knocker("failing", ConnectionResetError())),
        Stray("by itself", "127.0.1.3", frozenset(), math.inf, knocker("by itself")),
    ]
    port = free_port()
    log = tmp_path / "log"
    tally = asyncio.run(
        act([], port, [f"ws://127.0.0.1:{port}/chat"] * 2, strays, 2.0, log, lambda: ticks.append(True))
    )
    assert tally.sent == tally.received > 0
    assert knocks.count("often") > knocks.count("failing") > 0
    assert "by itself" not in knocks
    assert len(ticks) >= 4
    assert "connection open" in log.read_text()


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("raise SystemExit('it has no mind to')", "it has no mind to"),
        ("raise SystemExit(3)", "the server of the demo did not come up"),
        ("import time; time.sleep(60)", "the server of the demo did not come up"),
        ("import signal, time; signal.signal(15, signal.SIG_IGN); time.sleep(60)", "did not come up"),
    ],
)
def test_a_server_that_does_not_come_up_is_said_with_its_last_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, reason: str
) -> None:
    monkeypatch.setattr(stage, "START", 1.0)
    monkeypatch.setattr(stage, "END", 0.3)
    port = free_port()
    with pytest.raises(ListenFailed, match=reason):
        asyncio.run(act(python(code), port, [], [], 1.0, tmp_path / "log", lambda: None))
