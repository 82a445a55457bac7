import asyncio
import ssl
import sys
from collections.abc import Awaitable
from pathlib import Path

import pytest
from websockets.asyncio.server import serve

from wsdoctor.demo import knocks
from wsdoctor.demo.knocks import handshake, head, nothing, program, say, speak_tls
from wsdoctor.demo.ports import free_port


def heard(answer: bytes | None, knock) -> list[tuple[str, bytes]]:
    """Return who knocked on a port and what it said; the port answers, or says nothing."""
    found: list[tuple[str, bytes]] = []

    async def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        said = await reader.read(4096)
        found.append((writer.get_extra_info("peername")[0], said))
        if answer is not None:
            writer.write(answer)
        else:
            await reader.read()
        writer.close()

    async def main() -> None:
        async with await asyncio.start_server(receive, "127.0.0.1", 0) as server:
            await knock(server.sockets[0].getsockname()[1])
            await asyncio.sleep(0.1)

    asyncio.run(main())
    return found


def test_bytes_are_said_from_an_address() -> None:
    first = head("GET / HTTP/1.1", "Host: a")
    assert first == b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
    assert heard(b"x", lambda port: say(port, "127.0.1.9", first)) == [("127.0.1.9", first)]
    assert heard(b"x", lambda port: say(port, "127.0.1.9", b"")) == [("127.0.1.9", b"")]


@pytest.mark.parametrize("answer", [None, b"HTTP/1.1 426 Upgrade Required\r\n\r\n"])
def test_whoever_gets_no_answer_gives_up(monkeypatch: pytest.MonkeyPatch, answer: bytes | None) -> None:
    monkeypatch.setattr(knocks, "REST", 0.2)
    assert len(heard(answer, lambda port: say(port, "127.0.1.9", b"SSH-2.0-x\r\n"))) == 1
    ((peer, said),) = heard(answer, lambda port: speak_tls(port, "127.0.1.9"))
    assert peer == "127.0.1.9"
    assert said.startswith(b"\x16\x03\x01")
    assert b"chat.example.com" in said
    ((_, said),) = heard(answer, handshake)
    assert said.startswith(b"GET /chat HTTP/1.1\r\n")


@pytest.mark.parametrize("knock", [lambda port: handshake(port), lambda port: speak_tls(port, "127.0.1.9")])
def test_a_port_that_nobody_holds_is_no_trouble(knock) -> None:
    asked: Awaitable[None] = knock(free_port())
    assert asyncio.run(asked) is None  # type: ignore[arg-type]


def test_a_handshake_that_is_answered_is_closed_again() -> None:
    opened: list[str] = []

    async def main() -> None:
        async def note(connection) -> None:
            opened.append(connection.request.path)
            await connection.wait_closed()

        async with serve(note, "127.0.0.1", 0) as server:
            await handshake(server.sockets[0].getsockname()[1])

    asyncio.run(main())
    assert opened == ["/chat"]


def test_a_tls_port_that_is_trusted_is_closed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[bool] = []

    class Writer:
        def close(self) -> None:
            closed.append(True)

    async def opened(*_: object, ssl: ssl.SSLContext, **__: object) -> tuple[None, Writer]:
        assert ssl is not None
        return None, Writer()

    monkeypatch.setattr(asyncio, "open_connection", opened)
    asyncio.run(speak_tls(1, "127.0.1.9"))
    assert closed == [True]


def test_a_program_runs_to_its_end_and_the_browser_knocks_itself(tmp_path: Path) -> None:
    asyncio.run(program(sys.executable, "-c", f"open({str(tmp_path / 'done')!r}, 'w')"))
    assert (tmp_path / "done").exists()
    assert asyncio.run(nothing()) is None  # type: ignore[func-returns-value]
