from __future__ import annotations

import asyncio
import gc
import json
import logging
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvloop
from websockets.asyncio.client import connect
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import InvalidStatus

import wsdoctor
from tests.factories import evidence
from wsdoctor import installation as installation_module
from wsdoctor.errors import InvalidInput
from wsdoctor.installation import Installation
from wsdoctor.model.attempt import Attempt
from wsdoctor.model.rule import request

PROBE = request("GET / HTTP/1.1", "Host: a:8080", "User-Agent: kube-probe/1.31", "Accept: */*", "Connection: close")
PLAIN = request("GET / HTTP/1.1", "Host: a:8080", "User-Agent: curl/8.5.0", "Accept: */*")


@pytest.fixture
def install() -> Iterator[Callable[..., Installation]]:
    made: list[Installation] = []

    def do(**settings: Any) -> Installation:
        made.append(wsdoctor.install(**({"log": "off"} | settings)))
        return made[-1]

    yield do
    for each in made:
        each.uninstall()


@pytest.fixture(params=[asyncio.new_event_loop, uvloop.new_event_loop], ids=["asyncio", "uvloop"])
def run(request: pytest.FixtureRequest) -> Iterator[Callable[[Any], Any]]:
    with asyncio.Runner(loop_factory=request.param) as runner:
        yield runner.run


async def echo(connection: ServerConnection) -> None:
    async for message in connection:
        await connection.send(message)


async def send(port: int, data: bytes) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(data)
    answer = await asyncio.wait_for(reader.read(), 3)
    writer.close()
    await writer.wait_closed()
    return answer


def port_of(server: Any) -> int:
    return int(server.sockets[0].getsockname()[1])


async def until(condition: Callable[[], object]) -> None:
    for _ in range(300):
        if condition():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it never came")


def test_a_websockets_server_keeps_working_and_its_strays_are_named(
    run: Callable[[Any], Any],
    install: Callable[..., Installation],
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    seen: list[Attempt] = []
    record = tmp_path / "strays.jsonl"
    installation = install(on_attempt=seen.append, record=record, log="human")

    async def main() -> None:
        async with serve(echo, "127.0.0.1", 0) as server:
            port = port_of(server)
            assert (await send(port, PROBE)).startswith(b"HTTP/1.1 200")
            assert (await send(port, PLAIN)).startswith(b"HTTP/1.1 426")
            assert await send(port, b"SSH-2.0-Go\r\n") == b""
            async with connect(f"ws://127.0.0.1:{port}/chat") as connection:
                for number in range(20):
                    await connection.send(f"message {number}")
                    assert await connection.recv() == f"message {number}"
            await until(lambda: len(seen) == 4)

    with caplog.at_level(logging.INFO):
        run(main())
    classes = [attempt.diagnosis.primary.cls if attempt.diagnosis.primary else "good" for attempt in seen]
    assert classes == ["health-check", "http-client-code", "scanner", "good"]
    assert seen[0].answered_by == "guard"
    assert seen[3].evidence.status == 101
    records = [json.loads(line) for line in record.read_text().splitlines()]
    assert [each["outcome"] for each in records] == ["rejected", "rejected", "rejected", "upgraded"]
    assert records[0]["peer"].startswith("127.0.0.1:")
    assert records[0]["listener"].startswith("127.0.0.1:")
    report = installation.report()
    assert (report.attempts, report.good) == (4, 1)
    lines = [line for line in caplog.messages if "127.0.0.1" in line and "listening" not in line]
    assert len(lines) == 3, "one line for each kind of stray"
    noise = [each for each in caplog.records if each.name == "websockets.server" and "connection" in each.message]
    messages = [each.message for each in noise]
    assert messages == ["connection open", "connection closed"], "nothing of strays, and all of the good one"


def test_strays_that_queue_up_are_counted_recorded_and_called_back_one_by_one(
    run: Callable[[Any], Any], install: Callable[..., Installation], tmp_path: Path
) -> None:
    seen: list[Attempt] = []
    record = tmp_path / "strays.jsonl"
    installation = install(on_attempt=seen.append, record=record)
    ports: set[int] = set()

    async def main() -> None:
        async with serve(echo, "127.0.0.1", 0) as server:
            for _ in range(3):
                peers = [socket.create_connection(("127.0.0.1", port_of(server))) for _ in range(20)]
                for peer in peers:
                    peer.sendall(PLAIN)
                    ports.add(peer.getsockname()[1])
                await until(lambda: len(seen) == len(ports))
                for peer in peers:
                    peer.settimeout(2)
                    assert peer.recv(4096).startswith(b"HTTP/1.1 426")
                    peer.close()

    run(main())
    assert {attempt.evidence.peer_port for attempt in seen} == ports
    recorded = [json.loads(line)["peer"] for line in record.read_text().splitlines()]
    assert sorted(recorded) == sorted(f"127.0.0.1:{port}" for port in ports)
    (group,) = installation.report().groups
    assert (group.attempts, group.peers) == (60, ("127.0.0.1",))


def test_a_rejected_handshake_is_recorded_with_the_status_of_the_server(
    run: Callable[[Any], Any], install: Callable[..., Installation]
) -> None:
    seen: list[Attempt] = []
    install(on_attempt=seen.append)

    async def main() -> None:
        async with serve(echo, "127.0.0.1", 0, origins=["https://app.example"]) as server:
            with pytest.raises(InvalidStatus):
                await connect(f"ws://127.0.0.1:{port_of(server)}", origin="https://evil.example")  # type: ignore[arg-type]
            await until(lambda: seen)

    run(main())
    assert (seen[0].evidence.status, seen[0].evidence.outcome) == (403, "rejected")
    assert seen[0].diagnosis.primary is not None
    assert seen[0].diagnosis.primary.cls == "origin-rejected"


def test_a_hook_that_serves_http_goes_on_doing_it(
    run: Callable[[Any], Any], install: Callable[..., Installation]
) -> None:
    seen: list[Attempt] = []
    install(on_attempt=seen.append)

    def health(connection: ServerConnection, request: Any) -> Any:
        return connection.respond(200, "fine\n") if request.path == "/healthz" else None

    async def main() -> None:
        async with serve(echo, "127.0.0.1", 0, process_request=health) as server:
            port = port_of(server)
            assert (await send(port, PLAIN.replace(b"/ ", b"/healthz ", 1))).endswith(b"fine\n")
            assert (await send(port, PLAIN)).startswith(b"HTTP/1.1 426")
            assert await send(port, b"SSH-2.0-Go\r\n") == b""
            async with connect(f"ws://127.0.0.1:{port}") as connection:
                await connection.send("hi")
                assert await connection.recv() == "hi"
            await until(lambda: len(seen) == 3)

    run(main())
    assert [attempt.evidence.status for attempt in seen] == [426, None, 101]


def test_without_a_record_good_handshakes_are_counted(
    run: Callable[[Any], Any], install: Callable[..., Installation]
) -> None:
    installation = install()

    async def main() -> None:
        async with serve(echo, "127.0.0.1", 0) as server, connect(f"ws://127.0.0.1:{port_of(server)}"):
            pass

    run(main())
    assert installation.report().good == 1
    assert installation.report().groups == ()


def test_what_is_loaded_is_kept_out_of_collections_until_it_is_undone(
    run: Callable[[Any], Any], install: Callable[..., Installation]
) -> None:
    installation = install()
    assert not gc.get_freeze_count()

    async def main() -> None:
        async with serve(echo, "127.0.0.1", 0), serve(echo, "127.0.0.1", 0):
            assert gc.get_freeze_count() > 1000

    run(main())
    installation.uninstall()
    assert not gc.get_freeze_count()


def test_a_host_that_freezes_by_itself_is_left_alone(
    run: Callable[[Any], Any], install: Callable[..., Installation]
) -> None:
    gc.freeze()
    before = gc.get_freeze_count()
    installation = install()

    async def main() -> None:
        async with serve(echo, "127.0.0.1", 0):
            assert gc.get_freeze_count() <= before

    try:
        run(main())
        installation.uninstall()
        assert gc.get_freeze_count()
    finally:
        gc.unfreeze()


@pytest.mark.parametrize(
    ("environment", "settings", "platform"),
    [({"RENDER": "true"}, {}, "render"), ({"RENDER": "true"}, {"platform": "fly"}, "fly"), ({}, {}, None)],
    ids=["found out", "named", "none"],
)
def test_attempts_carry_the_platform(
    run: Callable[[Any], Any],
    install: Callable[..., Installation],
    monkeypatch: pytest.MonkeyPatch,
    environment: dict[str, str],
    settings: dict[str, str],
    platform: str | None,
) -> None:
    monkeypatch.setattr("wsdoctor.installation.os.environ", environment)
    seen: list[Attempt] = []
    install(on_attempt=seen.append, **settings)

    async def main() -> None:
        async with serve(echo, "127.0.0.1", 0) as server:
            await send(port_of(server), PLAIN)
            async with connect(f"ws://127.0.0.1:{port_of(server)}/", proxy=None):
                await until(lambda: len(seen) == 2)

    run(main())
    assert {each.evidence.platform for each in seen} == {platform}


def test_ports_that_are_not_named_are_left_alone(
    run: Callable[[Any], Any], install: Callable[..., Installation]
) -> None:
    seen: list[Attempt] = []
    install(ports=[1], on_attempt=seen.append)

    async def main() -> None:
        async with serve(echo, "127.0.0.1", 0) as server:
            assert b"Python/" in await send(port_of(server), PLAIN)

    run(main())
    assert not seen


async def speaks_first(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.write(b"220 ready\r\n")
    await reader.read(100)
    writer.close()


def test_a_server_of_an_unknown_kind_is_left_alone_unless_its_port_is_named(
    run: Callable[[Any], Any], install: Callable[..., Installation], unused_port: int
) -> None:
    seen: list[Attempt] = []
    install(on_attempt=seen.append)

    async def first_words(port: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        words = await asyncio.wait_for(reader.readline(), 3)
        writer.close()
        return words

    async def main() -> None:
        async with await asyncio.start_server(speaks_first, "127.0.0.1", unused_port):
            assert await first_words(unused_port) == b"220 ready\r\n"
        install(ports=[unused_port])
        async with await asyncio.start_server(speaks_first, "127.0.0.1", unused_port):
            assert (await send(unused_port, PLAIN)).startswith(b"220 ready")
            assert (await send(unused_port, b"\x16\x03\x01\x00\x01\x01"))[:1] == b"\x15"

    run(main())
    assert [attempt.evidence.speaks for attempt in seen] == ["tls"]


@pytest.fixture
def unused_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def test_installing_twice_changes_the_settings(install: Callable[..., Installation], tmp_path: Path) -> None:
    first = install(health_paths=["/up"])
    second = install(answer=False, record=tmp_path / "r", log="json", quiet=True)
    assert first is second
    assert (second.settings.health_paths, second.settings.answer) == (("/up",), False)


def test_a_bad_setting_is_an_error_and_installs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InvalidInput, match="colour: no such setting"):
        wsdoctor.install(colour="red")
    monkeypatch.setenv("WSDOCTOR_PORTS", "http")
    with pytest.raises(InvalidInput, match="WSDOCTOR_PORTS"):
        wsdoctor.install()


def test_a_callback_that_raises_is_reported_once_and_harms_nobody(
    run: Callable[[Any], Any], install: Callable[..., Installation], caplog: pytest.LogCaptureFixture
) -> None:
    install(on_attempt=lambda attempt: 1 / 0)

    async def main() -> None:
        async with serve(echo, "127.0.0.1", 0) as server:
            for _ in range(3):
                assert (await send(port_of(server), PLAIN)).startswith(b"HTTP/1.1 426")

    run(main())
    assert [line for line in caplog.messages if "on_attempt failed" in line] == [
        "on_attempt failed, the server goes on: ZeroDivisionError: division by zero"
    ]


@pytest.mark.parametrize("part", ["_grouper", "_recording"])
def test_whatever_fails_the_server_goes_on(
    run: Callable[[Any], Any],
    install: Callable[..., Installation],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    part: str,
) -> None:
    installation = install()
    monkeypatch.setattr(installation, part, object())

    async def main() -> None:
        async with serve(echo, "127.0.0.1", 0) as server:
            assert (await send(port_of(server), PLAIN)).startswith(b"HTTP/1.1 426")
            async with connect(f"ws://127.0.0.1:{port_of(server)}") as connection:
                await connection.send("hi")
                assert await connection.recv() == "hi"

    run(main())
    assert sum("failed, the server goes on" in line for line in caplog.messages) == 1


def test_a_knowledge_base_that_fails_leaves_the_server_without_a_guard(
    run: Callable[[Any], Any],
    install: Callable[..., Installation],
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    install()
    monkeypatch.setattr("wsdoctor.installation.knowledge_base", lambda: 1 / 0)

    async def main() -> None:
        async with serve(echo, "127.0.0.1", 0) as server:
            assert b"Python/" in await send(port_of(server), PLAIN)

    run(main())
    assert "the gate failed, the server goes on: ZeroDivisionError: division by zero" in caplog.messages


def test_summaries_come_with_time(
    run: Callable[[Any], Any], install: Callable[..., Installation], caplog: pytest.LogCaptureFixture
) -> None:
    install(log="human", summary_interval=0.05)

    async def main() -> None:
        async with serve(echo, "127.0.0.1", 0) as server:
            for _ in range(4):
                await send(port_of(server), PROBE)
            await until(lambda: any("in all" in line for line in caplog.messages))

    with caplog.at_level(logging.INFO, "wsdoctor"):
        run(main())
    assert sum("in all" in line for line in caplog.messages) >= 1


def test_uninstalling_takes_the_patches_away(run: Callable[[Any], Any], install: Callable[..., Installation]) -> None:
    installation = install()
    installation.uninstall()
    installation.uninstall()

    async def main() -> None:
        async with serve(echo, "127.0.0.1", 0) as server:
            assert b"Python/" in await send(port_of(server), PLAIN)

    run(main())


def test_another_port_than_those_that_are_named_is_left_alone(
    run: Callable[[Any], Any], install: Callable[..., Installation], unused_port: int
) -> None:
    seen: list[Attempt] = []
    install(ports=[1], on_attempt=seen.append)

    async def main() -> None:
        async with serve(echo, "127.0.0.1", unused_port):
            assert b"Python/" in await send(unused_port, PLAIN)

    run(main())
    assert not seen


def test_servers_on_sockets_of_their_own_are_guarded_too(
    run: Callable[[Any], Any], install: Callable[..., Installation], tmp_path: Path
) -> None:
    seen: list[Attempt] = []
    install(on_attempt=seen.append)

    async def main() -> None:
        ours = socket.create_server(("127.0.0.1", 0))
        async with serve(echo, sock=ours) as server, serve(echo, "127.0.0.1", 0) as other:
            port = port_of(server)
            for each in (port, port_of(other)):
                assert (await send(each, PLAIN)).startswith(b"HTTP/1.1 426")
        assert seen[0].evidence.listener_port == port
        named = socket.socket(socket.AF_UNIX)
        named.bind(str(tmp_path / "socket"))
        named.listen()
        async with serve(echo, sock=named):
            reader, writer = await asyncio.open_unix_connection(str(tmp_path / "socket"))
            writer.write(PLAIN)
            assert (await asyncio.wait_for(reader.readline(), 3)).startswith(b"HTTP/1.1 426")
            writer.close()

    run(main())


def test_attempts_are_grouped_alike_whether_their_bytes_are_remembered_or_not(
    install: Callable[..., Installation], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("wsdoctor.installation.KEYS", 1)
    installation = install(record=tmp_path / "strays.jsonl")
    knowledge = installation_module.knowledge_base()
    heads = [PROBE, PLAIN, PROBE, PLAIN[:-2] + b"X: " + b"y" * 5000 + b"\r\n\r\n", None]
    for head in heads:
        found = evidence(head)
        installation.attempt(Attempt(found, knowledge.diagnose(found)))
    again = evidence(PROBE)
    known = knowledge.diagnose(again)
    for _ in range(2):
        installation.attempt(Attempt(again, known))
    assert sum(each.attempts for each in installation.report().groups) == 7
    assert max(each.attempts for each in installation.report().groups) == 4
    assert len((tmp_path / "strays.jsonl").read_text().splitlines()) == 7


def test_a_summary_that_fails_is_said_and_harms_nobody(
    run: Callable[[Any], Any], install: Callable[..., Installation], monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    installation = install(summary_interval=0.05)
    monkeypatch.setattr(installation._journal, "tick", lambda *_: 1 / 0)

    async def main() -> None:
        async with serve(echo, "127.0.0.1", 0) as server:
            await send(port_of(server), PROBE)
            await until(lambda: any("the guard failed" in line for line in caplog.messages))
            assert (await send(port_of(server), PROBE)).startswith(b"HTTP/1.1 200")

    run(main())
    assert "the guard failed, the server goes on: ZeroDivisionError: division by zero" in caplog.messages
