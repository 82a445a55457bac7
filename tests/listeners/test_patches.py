from __future__ import annotations

import asyncio
import asyncio.base_events
import asyncio.selector_events
import inspect
from typing import Any

import pytest
import uvloop

from wsdoctor.listeners.patches import TARGETS, Patches


def patched() -> dict[str, Any]:
    return {
        "create_server": asyncio.base_events.BaseEventLoop.create_server,
        "create_unix_server": asyncio.SelectorEventLoop.create_unix_server,
        "accept": asyncio.selector_events.BaseSelectorEventLoop._accept_connection,  # type: ignore[attr-defined]
        "close": asyncio.base_events.Server.close,
        "uvloop": uvloop.Loop.create_server,
        "uvloop unix": uvloop.Loop.create_unix_server,
    }


def test_every_patch_is_undone() -> None:
    before = patched()
    patches = Patches(lambda loop, factory, arguments: None)
    patches.apply()
    during = patched()
    assert all(during[name] is not before[name] for name in before)
    assert inspect.iscoroutinefunction(during["create_server"])
    assert during["create_server"].__name__ == "create_server"
    patches.restore()
    assert patched() == before


def test_the_targets_exist() -> None:
    for module, owners in TARGETS.items():
        if module == "aiofastnet":
            continue
        for owner, name in owners:
            assert hasattr(getattr(__import__(module, fromlist=["x"]), owner), name)


@pytest.mark.parametrize("new_loop", [asyncio.new_event_loop, uvloop.new_event_loop])
@pytest.mark.parametrize("answer", [None, ValueError("broken")])
def test_a_server_without_a_gate_is_left_alone(new_loop: Any, answer: Any) -> None:
    asked: list[Any] = []

    def open_gate(loop: Any, factory: Any, arguments: Any) -> None:
        asked.append(dict(arguments))
        if answer:
            raise answer

    async def main() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(asyncio.Protocol, "127.0.0.1", port=0)
        assert not type(server).__module__.startswith("wsdoctor")
        server.close()
        await server.wait_closed()

    patches = Patches(open_gate)
    patches.apply()
    try:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            runner.run(main())
    finally:
        patches.restore()
    assert asked == [{"host": "127.0.0.1", "port": 0}]


def test_a_library_that_is_imported_later_is_patched_then(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    import sys

    (tmp_path / "aiofastnet.py").write_text(
        "async def create_server(loop, factory, host=None, port=None):\n    return factory\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "aiofastnet", raising=False)
    patches = Patches(lambda loop, factory, arguments: None)
    patches.apply()
    try:
        import aiofastnet

        assert hasattr(aiofastnet.create_server, "__wrapped__")
        assert asyncio.run(aiofastnet.create_server(None, 7)) == 7
    finally:
        patches.restore()
        sys.modules.pop("aiofastnet", None)
    assert not hasattr(aiofastnet.create_server, "__wrapped__")
