"""The servers of the lab: which environment, which command, and what each of them is."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SERVERS", "Server"]


@dataclass(frozen=True, slots=True)
class Server:
    """One server in one configuration.

    Attributes:
        name: of the test.
        environment: where it is installed.
        command: arguments of that environment's Python; ``{port}`` and ``{servers}`` (the folder of the
            applications) are filled in.
        http: whether it serves HTTP on the same port.
        websocket: whether it opens WebSockets at all.
        workers: processes that accept.
        speaks: other protocols that are its own, such as ``http-2``.
        eager: whether it takes a message that comes in the segment of the handshake; uvicorn, Sanic and
            hypercorn lose or refuse it by themselves.

    """

    name: str
    environment: str
    command: tuple[str, ...]
    http: bool = False
    websocket: bool = True
    workers: int = 1
    speaks: frozenset[str] = frozenset()
    eager: bool = True


def _websockets() -> list[Server]:
    versions = ("10.4", "12.0", "13.1", "15.0.1", "16.0", "16.1.1", "17.4")
    legacy = [
        Server(f"websockets-{v}-legacy", f"websockets-{v}", ("{servers}/websockets_legacy.py", "{port}"))
        for v in versions
    ]
    asyncio = [
        Server(f"websockets-{v}-asyncio", f"websockets-{v}", ("{servers}/websockets_asyncio.py", "{port}", "asyncio"))
        for v in versions[2:]
    ]
    uvloop = ("{servers}/websockets_asyncio.py", "{port}", "uvloop")
    return [*legacy, *asyncio, Server("websockets-17.4-uvloop", "websockets-17.4", uvloop)]


def _uvicorn(name: str, environment: str, websocket: str, loop: str, *more: str, workers: int = 1) -> Server:
    command = ("-m", "uvicorn", "--app-dir", "{servers}", "asgi_app:app", "--port", "{port}")
    options = ("--ws", websocket, "--loop", loop, *more)
    return Server(
        name, environment, (*command, *options), http=True, websocket=websocket != "none", workers=workers, eager=False
    )


def _uvicorns() -> list[Server]:
    kinds = ("auto", "websockets", "websockets-sansio", "wsproto", "none")
    loops = ("asyncio", "uvloop")
    return [
        *(_uvicorn(f"uvicorn-{ws}-{loop}", "servers", ws, loop) for ws in kinds for loop in loops),
        _uvicorn("uvicorn-h11-asyncio", "servers", "auto", "asyncio", "--http", "h11"),
        _uvicorn("uvicorn-0.34.3-uvloop", "uvicorn-0.34.3", "auto", "uvloop"),
        *(
            _uvicorn(f"uvicorn-2-workers-{loop}", "servers", "auto", loop, "--workers", "2", workers=2)
            for loop in loops
        ),
    ]


def _others() -> list[Server]:
    def hypercorn(loop: str) -> Server:
        command = ("-m", "hypercorn", "--bind", "127.0.0.1:{port}", "-k", loop, "{servers}/asgi_app.py:app")
        return Server(f"hypercorn-{loop}", "servers", command, http=True, speaks=frozenset({"http-2"}), eager=False)

    def picows(loop: str, by: str) -> Server:
        return Server(f"picows-{loop}-{by}", "servers", ("{servers}/picows_app.py", "{port}", loop, by))

    return [
        *(hypercorn(loop) for loop in ("asyncio", "uvloop")),
        *(
            Server(f"aiohttp-{loop}", "servers", ("{servers}/aiohttp_app.py", "{port}", loop), http=True)
            for loop in ("asyncio", "uvloop")
        ),
        *(picows(loop, by) for loop in ("asyncio", "uvloop") for by in ("aiofastnet", "loop")),
        Server("sanic-uvloop", "servers", ("{servers}/sanic_app.py", "{port}"), http=True, eager=False),
        Server("autobahn-asyncio", "servers", ("{servers}/autobahn_app.py", "{port}")),
    ]


SERVERS: tuple[Server, ...] = (*_websockets(), *_uvicorns(), *_others())
"""Every server of the lab."""
