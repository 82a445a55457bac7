"""The gate on real loops and sockets: with a transport from the start, and with a look at the first packet."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import struct
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.listeners.conftest import BROKEN, GOOD, PLAIN, TLS, BufferedServer, Gated, gated
from wsdoctor.guard import Policy
from wsdoctor.listeners.accepting import Acceptor
from wsdoctor.listeners.asyncio_gate import Gate
from wsdoctor.listeners.flood import Flood
from wsdoctor.model.rule import request

Run = Callable[[Any], Any]
HTTP = Policy()


@pytest.fixture(params=[True, False], ids=["accepting", "transport"])
def accepts(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


def test_a_good_handshake_reaches_the_server_unchanged_and_echoes(run: Run, accepts: bool) -> None:
    async def main() -> None:
        async with gated(accepts=accepts) as made:
            assert await made.upgrade() == b"echo"
            assert made.seen[0][0] == "made"
            assert made.seen[1] == ("data", GOOD)
            attempt = (await made.settled())[0]
            assert attempt.evidence.outcome == "upgraded"
            assert attempt.diagnosis.findings == ()

    run(main())


@pytest.mark.parametrize("factory", [None, BufferedServer], ids=["protocol", "buffered"])
def test_good_handshakes_that_are_only_counted_reach_the_server_unchanged(
    run: Run, accepts: bool, factory: Any
) -> None:
    async def main() -> None:
        async with gated(accepts=accepts, factory=factory) as made:
            made.guard.records_good = False
            for _ in range(3):
                assert await made.upgrade() == b"echo"
            assert [what for what, _ in made.seen].count("made") == 3
            assert made.guard.good == 3
            assert not made.attempts

    run(main())


def test_a_good_handshake_byte_by_byte(run: Run, accepts: bool) -> None:
    async def main() -> None:
        async with gated(accepts=accepts, first_byte_timeout=9, head_timeout=9) as made:
            pieces = [GOOD[start : start + 3] for start in range(0, len(GOOD), 3)]
            assert await made.upgrade(*pieces) == b"echo"
            assert b"".join(data for what, data in made.seen if what == "data") == GOOD + b"echo"

    run(main())


def test_a_stray_is_answered_and_never_reaches_the_server(run: Run, accepts: bool) -> None:
    async def main() -> None:
        async with gated(accepts=accepts) as made:
            for _ in range(3):
                assert (await made.send(PLAIN)).startswith(b"HTTP/1.1 426")
            evidence = (await made.settled(3))[-1].evidence
            assert (evidence.peer, evidence.first_bytes, evidence.status) == ("127.0.0.1", PLAIN, 426)
            assert (evidence.listener, evidence.listener_port) == ("127.0.0.1", made.port)
            assert evidence.peer_port is not None
            assert not made.seen

    run(main())


@pytest.mark.parametrize(
    ("first", "answer"),
    [
        (TLS, b"\x15\x03\x01\x00\x02\x02\x28"),
        (b"SSH-2.0-Go\r\n", b""),
        (request("POST / HTTP/1.1", "Host: a", "Content-Length: 90000") + b"x" * 90_000, b"HTTP/1.1 405"),
        (b"GET /" + b"x" * 100_000, b"HTTP/1.1 414"),
    ],
    ids=["tls", "ssh", "content", "long"],
)
def test_other_strays(run: Run, accepts: bool, first: bytes, answer: bytes) -> None:
    async def main() -> None:
        async with gated(accepts=accepts) as made:
            for _ in range(2):
                given = await made.send(first, eof=True)
                assert given.startswith(answer)
                assert given or not answer
            await made.settled(2)
            assert not made.seen

    run(main())


def test_bytes_that_come_after_the_answer_are_thrown_away_within_bounds(run: Run, accepts: bool) -> None:
    async def main() -> None:
        async with gated(accepts=accepts) as made:
            reader, writer = await made.connect()
            writer.write(request("POST / HTTP/1.1", "Host: a", "Content-Length: 9000000"))
            assert (await reader.readuntil(b"\r\n\r\n")).startswith(b"HTTP/1.1 405")
            with contextlib.suppress(ConnectionError):
                for _ in range(100):
                    writer.write(b"x" * 65_536)
                    await writer.drain()
            with contextlib.suppress(ConnectionError):
                await asyncio.wait_for(reader.read(), 3)
            assert not made.gate.held
            writer.close()
            await made.settled()

    run(main())


def test_a_peer_that_lingers_is_cut_off(run: Run, accepts: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wsdoctor.listeners.asyncio_gate.LINGER", 0.1)

    async def main() -> None:
        async with gated(accepts=accepts) as made:
            reader, writer = await made.connect()
            writer.write(TLS)
            await reader.read(100)
            writer.write(b"more")
            for _ in range(50):
                await asyncio.sleep(0.01)
                if not made.gate.held:
                    break
            assert not made.gate.held
            writer.close()

    run(main())


def test_silence_is_ended_in_time_and_junk_when_it_is_quiet(run: Run, accepts: bool) -> None:
    async def main() -> None:
        async with gated(accepts=accepts) as made:
            assert await made.send() == b""
            assert await made.send(b"\xff\xfe\xfd") == b""
            assert (await made.send(PLAIN[:-3])).startswith(b"HTTP/1.1 408")
            outcomes = [attempt.evidence.outcome for attempt in await made.settled(3)]
            assert outcomes == ["timeout", "rejected", "timeout"]
            assert not made.seen

    run(main())


def test_what_came_while_the_loop_was_blocked_is_read_before_time_is_up(run: Run, accepts: bool) -> None:
    async def main() -> None:
        async with gated(accepts=accepts) as made:
            with socket.create_connection(("127.0.0.1", made.port)) as peer:
                await asyncio.sleep(0.05)
                peer.sendall(PLAIN)
                time.sleep(0.5)
                assert [attempt.evidence.status for attempt in await made.settled()] == [426]

    run(main())


def test_a_connection_that_is_accepted_while_the_loop_is_blocked_is_read_before_its_time_is_up(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept = Gate.__call__

    def blocks(gate: Gate) -> asyncio.BaseProtocol:
        held = accept(gate)
        if gate.held:
            time.sleep(0.5)
        return held

    monkeypatch.setattr(Gate, "__call__", blocks)

    async def main() -> None:
        async with gated(accepts=False) as made:
            with socket.create_connection(("127.0.0.1", made.port)) as silent:
                await asyncio.sleep(0.05)
                assert (await made.send(PLAIN)).startswith(b"HTTP/1.1 426")
                assert silent.fileno() > 0
                outcomes = [attempt.evidence.outcome for attempt in await made.settled(2)]
            assert outcomes == ["rejected", "timeout"]

    run(main())


def test_peers_that_leave_are_recorded(run: Run, accepts: bool) -> None:
    async def main() -> None:
        async with gated(accepts=accepts, first_byte_timeout=9, head_timeout=9) as made:
            for number, (first, reset) in enumerate(
                [(b"", False), (b"", True), (b"GET / HT", False), (b"GET", True)], 1
            ):
                with socket.create_connection(("127.0.0.1", made.port)) as peer:
                    peer.sendall(first)
                    await asyncio.sleep(0.05)
                    if reset:
                        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                await made.settled(number)
            found = [(attempt.evidence.first_bytes, attempt.evidence.outcome) for attempt in made.attempts]
            assert found == [
                (b"", "closed-by-client"),
                (b"", "reset"),
                (b"GET / HT", "closed-by-client"),
                (b"GET", "reset"),
            ]
            assert {attempt.evidence.peer for attempt in made.attempts} == {"127.0.0.1"}

    run(main())


def test_peers_that_left_before_they_were_accepted_are_recorded(run: Run, accepts: bool) -> None:
    async def main() -> None:
        async with gated(accepts=accepts) as made:
            for reset in (False, True):
                peer = socket.create_connection(("127.0.0.1", made.port))
                if reset:
                    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                peer.close()
            outcomes = {attempt.evidence.outcome for attempt in await made.settled(2)}
            assert outcomes == {"closed-by-client", "reset"}

    run(main())


def test_a_server_that_closes_does_not_wait_for_what_it_never_saw(run: Run, accepts: bool) -> None:
    async def main() -> None:
        async with gated(accepts=accepts, first_byte_timeout=60) as made:
            reader, writer = await made.connect()
            other, other_writer = await made.connect()
            other_writer.write(b"GET")
            await asyncio.sleep(0.05)
            assert len(made.gate.held) == 2
            made.server.close()
            await asyncio.wait_for(made.server.wait_closed(), 2)
            for each in (reader, other):
                with contextlib.suppress(ConnectionError):
                    assert await asyncio.wait_for(each.read(), 2) == b""
            assert not made.gate.held
            writer.close()
            other_writer.close()

    run(main())


def test_a_server_that_closes_gives_every_descriptor_back(run: Run) -> None:
    def descriptors() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    async def once() -> None:
        async with gated() as made:
            assert (await made.send(PLAIN)).startswith(b"HTTP/1.1 426")
        await asyncio.sleep(0.02)

    async def main() -> None:
        await once()
        before = descriptors()
        for _ in range(3):
            await once()
        assert descriptors() <= before

    run(main())


def test_without_epoll_each_silent_connection_has_a_reader(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("select.epoll")

    async def main() -> None:
        async with gated() as made:
            assert (await made.send(PLAIN)).startswith(b"HTTP/1.1 426")
            assert await made.upgrade() == b"echo"
            assert await made.send() == b""
            await made.settled(3)

    run(main())


def test_beyond_the_limit_connections_go_to_the_server_untouched(run: Run, accepts: bool) -> None:
    async def main() -> None:
        async with gated(accepts=accepts, max_undecided=2, first_byte_timeout=60) as made:
            silent = [await made.connect() for _ in range(2)]
            await asyncio.sleep(0.05)
            assert (await made.send(PLAIN)).startswith(b"HTTP/1.1 400")
            assert ("data", PLAIN) in made.seen
            for _, writer in silent:
                writer.close()
            await made.settled(2)
            assert (await made.send(PLAIN)).startswith(b"HTTP/1.1 426")

    run(main())


def test_a_flood_that_says_nothing_leaves_nothing_behind(run: Run, accepts: bool) -> None:
    async def main() -> None:
        async with gated(accepts=accepts, max_undecided=50) as made:
            peers = [socket.create_connection(("127.0.0.1", made.port)) for _ in range(90)]
            await asyncio.sleep(0.05)
            assert len(made.gate.held) <= 50
            for peer in peers:
                peer.close()
            await asyncio.sleep(0.1)
            assert not made.gate.held
            assert await made.upgrade() == b"echo"

    run(main())


def test_a_port_that_serves_http_gets_its_requests_and_broken_handshakes_are_recorded(run: Run, accepts: bool) -> None:
    async def main() -> None:
        async with gated(HTTP, accepts=accepts) as made:
            assert (await made.send(PLAIN)).startswith(b"HTTP/1.1 400")
            assert made.seen[1] == ("data", PLAIN)
            assert not made.attempts
            assert (await made.send(BROKEN)).startswith(b"HTTP/1.1 400")
            attempt = (await made.settled())[0]
            assert (attempt.evidence.status, attempt.answered_by) == (400, "server")
            assert await made.upgrade() == b"echo"
            assert (await made.settled(2))[1].evidence.status == 101

    run(main())


def test_a_server_that_says_nothing_to_a_broken_handshake(run: Run, accepts: bool) -> None:
    class Mute(asyncio.Protocol):
        def __init__(self, seen: list[Any]) -> None:
            self.seen = seen

        def connection_made(self, transport: Any) -> None:
            self.transport = transport

        def data_received(self, data: bytes) -> None:
            self.seen.append(self.transport)
            if b"abort" in data:
                self.transport.abort()
            elif b"close" in data:
                self.transport.close()

    async def main() -> None:
        async with gated(HTTP, Mute, accepts=accepts) as made:
            for word in (b"abort", b"close"):
                await made.send(BROKEN.replace(b"chat.example", word))
            await made.send(BROKEN, eof=True)
            attempts = await made.settled(3)
            assert [attempt.evidence.outcome for attempt in attempts] == ["rejected", "rejected", "closed-by-client"]
            assert {attempt.evidence.status for attempt in attempts} == {None}
            assert not made.gate.watcher.busy

    run(main())


def test_a_connection_that_is_closed_before_the_server_could_see_it(run: Run) -> None:
    async def main() -> None:
        async with gated(HTTP) as made:
            with socket.create_connection(("127.0.0.1", made.port)) as peer:
                peer.sendall(BROKEN)
                peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            await asyncio.sleep(0.05)
            assert len(await made.settled()) == 1

    run(main())


def test_a_server_with_a_buffer_of_its_own(run: Run, accepts: bool) -> None:
    async def main() -> None:
        async with gated(factory=BufferedServer, accepts=accepts) as made:
            assert await made.upgrade(GOOD[:50], GOOD[50:]) == b"echo"
            assert b"".join(data for what, data in made.seen if what == "data") == GOOD + b"echo"

    run(main())


def test_watching_only_leaves_everything_to_the_server(run: Run, accepts: bool) -> None:
    async def main() -> None:
        async with gated(accepts=accepts, answer=False) as made:
            assert (await made.send(PLAIN)).startswith(b"HTTP/1.1 400")
            await made.send(b"GET / HT", eof=True)
            assert [what for what, _ in made.seen[-4:]] == ["made", "data", "eof", "lost"]
            reader, writer = await made.connect()
            await asyncio.sleep(0.35)
            assert made.seen[-1][0] == "made"
            writer.write(PLAIN)
            assert (await reader.read()).startswith(b"HTTP/1.1 400")
            writer.close()
            outcomes = [attempt.evidence.outcome for attempt in await made.settled(3)]
            assert outcomes == ["rejected", "closed-by-client", "timeout"]

    run(main())


def test_a_unix_socket(run: Run, tmp_path: Path) -> None:
    path = str(tmp_path / "socket")

    async def main() -> None:
        async with gated(how=lambda loop: loop.create_unix_server(asyncio.Protocol, path)) as made:
            reader, writer = await asyncio.open_unix_connection(path)
            writer.write(PLAIN)
            assert (await reader.read()).startswith(b"HTTP/1.1 426")
            evidence = (await made.settled())[0].evidence
            assert (evidence.peer, evidence.peer_port, evidence.listener_port) == (None, None, None)
            writer.close()

    run(main())


def test_a_socket_of_the_servers_own(run: Run) -> None:
    async def main() -> None:
        sock = socket.create_server(("127.0.0.1", 0))
        async with gated(how=lambda loop: loop.create_server(asyncio.Protocol, sock=sock)) as made:
            assert made.port == sock.getsockname()[1]
            assert (await made.send(PLAIN)).startswith(b"HTTP/1.1 426")
            assert await made.upgrade() == b"echo"

    run(main())


def test_tls(run: Run, server_context: ssl.SSLContext, client_context: ssl.SSLContext) -> None:
    def how(loop: Any) -> Any:
        return loop.create_server(asyncio.Protocol, "127.0.0.1", 0, ssl=server_context)

    async def main() -> None:
        async with gated(how=how) as made:
            for first, answer in ((PLAIN, b"HTTP/1.1 426"), (GOOD, b"HTTP/1.1 101"), (TLS, b"\x15")):
                reader, writer = await asyncio.open_connection("127.0.0.1", made.port, ssl=client_context)
                writer.write(first)
                assert (await asyncio.wait_for(reader.read(100), 3)).startswith(answer)
                writer.close()
                with contextlib.suppress(ssl.SSLError, ConnectionError):
                    await writer.wait_closed()
            assert (await made.settled(3))[0].evidence.peer == "127.0.0.1"

    run(main())


def test_a_server_that_starts_later(run: Run) -> None:
    def how(loop: Any) -> Any:
        return loop.create_server(asyncio.Protocol, "127.0.0.1", 0, start_serving=False)

    async def main() -> None:
        async with gated(how=how) as made:
            assert not made.server.is_serving()
            with pytest.raises(ConnectionRefusedError):
                await made.connect()
            await made.server.start_serving()
            assert made.server.is_serving()
            assert (await made.send(PLAIN)).startswith(b"HTTP/1.1 426")
            await made.server.start_serving()

    run(main())


def test_a_server_that_serves_for_ever(run: Run) -> None:
    async def main() -> None:
        async with gated() as made:
            forever = asyncio.ensure_future(made.server.serve_forever())
            await asyncio.sleep(0.01)
            with pytest.raises(RuntimeError, match="already being awaited"):
                await made.server.serve_forever()
            assert (await made.send(PLAIN)).startswith(b"HTTP/1.1 426")
            forever.cancel()
            with pytest.raises(asyncio.CancelledError):
                await forever
            assert not made.server.is_serving()
            assert not made.server.sockets
            with pytest.raises(RuntimeError, match="is closed"):
                await made.server.serve_forever()
            made.server.close()

    run(main())


def test_closing_ends_serving_for_ever(run: Run) -> None:
    async def main() -> None:
        async with gated() as made:
            forever = asyncio.ensure_future(made.server.serve_forever())
            await asyncio.sleep(0.01)
            made.server.close()
            with pytest.raises(asyncio.CancelledError):
                await forever

    run(main())


def test_a_server_is_a_context(run: Run) -> None:
    async def main() -> None:
        async with gated() as made:
            async with made.server as server:
                assert server.get_loop() is asyncio.get_running_loop()
                assert (await made.send(PLAIN)).startswith(b"HTTP/1.1 426")
            assert not made.server.is_serving()

    run(main())


def test_a_port_that_is_not_wanted_is_left_alone(run: Run) -> None:
    async def main() -> None:
        async with gated(ports=[1]) as made:
            assert not made.gate.open
            assert (await made.send(PLAIN)).startswith(b"HTTP/1.1 400")

    run(main())


def test_ipv6(run: Run) -> None:
    async def main() -> None:
        try:
            async with gated(how=lambda loop: loop.create_server(asyncio.Protocol, "::1", 0)) as made:
                reader, writer = await asyncio.open_connection("::1", made.port)
                writer.write(PLAIN)
                assert (await reader.read()).startswith(b"HTTP/1.1 426")
                writer.close()
                assert (await made.settled())[0].evidence.peer == "::1"
        except OSError:
            pytest.skip("no IPv6 here")

    run(main())


def test_when_descriptors_run_out_accepting_goes_on_later(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wsdoctor.listeners.uvloop_server.RETRY", 0.05)
    monkeypatch.setattr("asyncio.constants.ACCEPT_RETRY_DELAY", 0.05)
    import resource

    async def main() -> None:
        async with gated() as made:
            asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
            with socket.create_connection(("127.0.0.1", made.port)) as peer:
                soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
                resource.setrlimit(resource.RLIMIT_NOFILE, (peer.fileno(), hard))
                try:
                    peer.sendall(PLAIN)
                    await asyncio.sleep(0.02)
                    assert not made.attempts
                finally:
                    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
                await made.settled()

    run(main())


def test_an_address_of_four_in_six() -> None:
    from wsdoctor.listeners.asyncio_gate import plain_address

    assert plain_address(("::ffff:192.0.2.1", 5, 0, 0)) == ("192.0.2.1", 5)
    assert plain_address(("2001:db8::1", 5, 0, 0)) == ("2001:db8::1", 5)
    assert plain_address("") == (None, None)


def test_a_factory_that_raises_is_the_servers_own_fault(run: Run, accepts: bool) -> None:
    def fails(seen: list[Any]) -> Any:
        raise RuntimeError("no more")

    async def main() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        async with gated(factory=fails, accepts=accepts) as made:
            with contextlib.suppress(asyncio.TimeoutError):
                await asyncio.wait_for(made.send(GOOD), 0.2)
            assert isinstance(made, Gated)
            assert (await made.send(PLAIN)).startswith(b"HTTP/1.1 426")

    run(main())


def test_who_comes_behind_a_connection_that_raises_is_not_lost(
    run: Run, accepts: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not accepts:
        pytest.skip("without an acceptor each connection is by itself")
    decide, raised = Acceptor.decide, []

    def once(self: Acceptor, *arguments: Any, **waited: Any) -> None:
        if not raised:
            raised.append(True)
            arguments[0].close()
            raise RuntimeError("the factory of the server")
        decide(self, *arguments, **waited)

    monkeypatch.setattr(Acceptor, "decide", once)

    async def main() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda loop, context: None)
        async with gated(accepts=accepts) as made:
            peers = [socket.create_connection(("127.0.0.1", made.port), 3) for _ in range(4)]
            for peer in peers:
                peer.sendall(PLAIN)
                peer.setblocking(False)
            answers = [await asyncio.wait_for(loop.sock_recv(peer, 100), 3) for peer in peers]
            assert [answer[:12] for answer in answers] == [b"", *[b"HTTP/1.1 426"] * 3]
            for peer in peers:
                peer.close()

    run(main())


@pytest.fixture
def floods(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Make a flood of few strays, and note whenever it is one."""
    monkeypatch.setattr("wsdoctor.listeners.flood.BUCKET", 4)
    monkeypatch.setattr("wsdoctor.listeners.flood.RATE", 100)
    is_on, said = Flood.is_on, []

    def noted(self: Flood, at: float) -> bool:
        said.append(is_on(self, at))
        return said[-1]

    monkeypatch.setattr(Flood, "is_on", noted)
    return said


def test_in_a_flood_the_listening_socket_rests_and_everybody_is_served(run: Run, floods: list[bool]) -> None:
    async def main() -> None:
        async with gated() as made:
            await made.send(PLAIN)
            for _ in range(4):
                answers = await asyncio.gather(*(made.send(PLAIN) for _ in range(40)))
                assert all(answer.startswith(b"HTTP/1.1 426") for answer in answers)
                assert await made.upgrade() == b"echo"
            assert any(floods)
            await asyncio.sleep(0.05)
            assert await made.upgrade() == b"echo"
            assert not floods[-1]

    run(main())


def test_a_server_may_close_while_its_socket_rests(
    run: Run, floods: list[bool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wsdoctor.listeners.patches.REST", 0.1)
    monkeypatch.setattr("wsdoctor.listeners.uvloop_server.REST", 0.1)

    async def main() -> None:
        async with gated() as made:
            for _ in range(2):
                await asyncio.gather(*(made.send(PLAIN) for _ in range(40)))
            assert any(floods)
            port = made.port
        await asyncio.sleep(0.2)
        with pytest.raises(ConnectionRefusedError):
            await asyncio.open_connection("127.0.0.1", port)

    run(main())
