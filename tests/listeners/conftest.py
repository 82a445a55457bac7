from __future__ import annotations

import asyncio
import contextlib
import ssl
import subprocess
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import uvloop

from tests.guard.conftest import WEBSOCKET_ONLY, base, rule, something
from wsdoctor.guard import Guard, Policy
from wsdoctor.listeners.asyncio_gate import Gate, Sweeper
from wsdoctor.listeners.patches import Patches
from wsdoctor.model.attempt import Attempt
from wsdoctor.model.rule import GOOD_HANDSHAKE, request
from wsdoctor.model.settings import Settings

HOST = "Host: chat.example"
GOOD = request("GET /chat HTTP/1.1", HOST, *GOOD_HANDSHAKE)
PLAIN = request("GET / HTTP/1.1", HOST)
BROKEN = request("GET /chat HTTP/1.1", HOST, *GOOD_HANDSHAKE[1:])
TLS = bytes.fromhex("16030100050100000100")
LOOPS = {"asyncio": asyncio.new_event_loop, "uvloop": uvloop.new_event_loop}
SWITCHING = b"HTTP/1.1 101 Switching Protocols\r\n\r\n"


class Server(asyncio.Protocol):
    """Answers a head with 101 or 400, echoes after that, and remembers all that happened to it."""

    def __init__(self, seen: list[Any]) -> None:
        self.seen = seen
        self.data = b""
        self.open = False

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.seen.append(("made", type(transport).__name__))

    def data_received(self, data: bytes) -> None:
        self.seen.append(("data", bytes(data)))
        if self.open:
            self.transport.write(data)
            return
        self.data += data
        if b"\r\n\r\n" in self.data:
            self.open = b"Connection: Upgrade" in self.data
            self.transport.write(SWITCHING if self.open else b"HTTP/1.1 400 Bad Request\r\n\r\n")
            if not self.open:
                self.transport.close()

    def eof_received(self) -> None:
        self.seen.append(("eof", b""))

    def connection_lost(self, exc: Exception | None) -> None:
        self.seen.append(("lost", b""))


class BufferedServer(asyncio.BufferedProtocol):
    """The same with a buffer of its own, three bytes long."""

    def __init__(self, seen: list[Any]) -> None:
        self.inner = Server(seen)
        self.buffer = bytearray(3)

    def connection_made(self, transport: Any) -> None:
        self.inner.connection_made(transport)

    def get_buffer(self, sizehint: int) -> bytearray:
        return self.buffer

    def buffer_updated(self, nbytes: int) -> None:
        self.inner.data_received(bytes(self.buffer[:nbytes]))


class Gated:
    """A server behind a gate on a running loop."""

    def __init__(self, loop: Any, policy: Policy, factory: Any, accepts: bool, **settings: Any) -> None:
        self.seen: list[Any] = []
        self.attempts: list[Attempt] = []
        self.failures: list[Exception] = []
        self.settings = Settings().replaced(**({"first_byte_timeout": 0.2, "head_timeout": 0.3} | settings))
        self.guard = Guard(
            policy, self.settings, base(rule("some-rule", something)), self.attempts.append,
            records_good=True, on_failure=self.failures.append,
        )  # fmt: skip
        self.gate = Gate(
            lambda: (factory or Server)(self.seen), self.guard, Sweeper(loop), self.settings.max_undecided,
            accepts=accepts,
        )  # fmt: skip
        self.server: Any = None

    @property
    def port(self) -> int:
        return int(self.server.sockets[0].getsockname()[1])

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.port)

    async def send(self, *pieces: bytes, eof: bool = False) -> bytes:
        """Send the pieces and return all that is answered until the other side closes."""
        reader, writer = await self.connect()
        try:
            for piece in pieces:
                writer.write(piece)
                await asyncio.sleep(0.01 if len(pieces) > 1 else 0)
            if eof:
                writer.write_eof()
            return await asyncio.wait_for(reader.read(), 3)
        except ConnectionError:
            return b"<reset>"
        finally:
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    async def upgrade(self, *pieces: bytes) -> bytes:
        """Open a connection, see an echo, and return it."""
        reader, writer = await self.connect()
        for piece in pieces or (GOOD,):
            writer.write(piece)
            await asyncio.sleep(0.005 if len(pieces) > 1 else 0)
        assert await asyncio.wait_for(reader.readexactly(len(SWITCHING)), 3) == SWITCHING
        writer.write(b"echo")
        echo = await asyncio.wait_for(reader.readexactly(4), 3)
        writer.close()
        await writer.wait_closed()
        return echo

    async def settled(self, count: int = 1) -> list[Attempt]:
        """Wait until so many attempts are settled."""
        for _ in range(300):
            if len(self.attempts) >= count:
                break
            await asyncio.sleep(0.01)
        assert not self.failures
        assert len(self.attempts) == count
        return self.attempts


@contextlib.asynccontextmanager
async def gated(
    policy: Policy = WEBSOCKET_ONLY, factory: Any = None, accepts: bool = True, how: Any = None, **settings: Any
) -> AsyncIterator[Gated]:
    """Start a server behind a gate by the patched `create_server` of the running loop."""
    loop = asyncio.get_running_loop()
    made = Gated(loop, policy, factory, accepts, **settings)
    patches = Patches(lambda loop, factory, arguments: made.gate)
    patches.apply()
    try:
        made.server = await (how(loop) if how else loop.create_server(asyncio.Protocol, "127.0.0.1", 0))
        try:
            yield made
        finally:
            made.server.close()
            await asyncio.wait_for(made.server.wait_closed(), 3)
            await asyncio.sleep(0)
    finally:
        patches.restore()
    assert not made.failures


@pytest.fixture(params=list(LOOPS))
def run(request: pytest.FixtureRequest) -> Iterator[Callable[[Any], Any]]:
    """Run a coroutine on asyncio and on uvloop."""
    with asyncio.Runner(loop_factory=LOOPS[request.param]) as runner:
        yield runner.run


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate and its key, made for this run."""
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    key, cert = path.with_name("key.pem"), path.with_name("cert.pem")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-keyout", str(key), "-out", str(cert)],
        check=True, capture_output=True,
    )  # fmt: skip
    path.write_bytes(key.read_bytes() + cert.read_bytes())
    return path


@pytest.fixture
def server_context(certificate: Path) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    return context


@pytest.fixture
def client_context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context
