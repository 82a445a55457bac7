"""Every way to listen on an event loop, patched once at class level, and restorable.

A patch wraps `create_server` or `create_unix_server`; it asks for a gate and puts it in place of the protocol
factory. Loops of libraries that are not imported yet are patched when they are.
"""

from __future__ import annotations

import functools
import socket
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from types import ModuleType
from typing import TYPE_CHECKING, Any

from wsdoctor.listeners.flood import REST
from wsdoctor.listeners.on_import import forget, when_imported

if TYPE_CHECKING:
    from wsdoctor.listeners.asyncio_gate import Gate

__all__ = ["OpenGate", "Patches"]

TARGETS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "asyncio.base_events": (("BaseEventLoop", "create_server"),),
    "asyncio.unix_events": (("_UnixSelectorEventLoop", "create_unix_server"),),
    "uvloop": (("Loop", "create_server"), ("Loop", "create_unix_server")),
    "aiofastnet": (("", "create_server"), ("", "create_unix_server")),
}
"""Module → the classes in it (none: the module itself) and the names of what listens."""

INTERNET = frozenset((socket.AF_INET, socket.AF_INET6))
BACKLOG = 100
"""The default of `create_server`."""

Listen = Callable[..., Awaitable[Any]]


OpenGate = Callable[[Any, Any, Mapping[str, Any]], "Gate | None"]
"""Loop, factory and the keyword arguments of `create_server` → a gate, or None to leave the server alone."""


class Patches:
    """The patches of this process.

    Args:
        open_gate: asked for a gate whenever something listens; an exception means no gate.

    """

    def __init__(self, open_gate: OpenGate) -> None:
        self._open_gate = open_gate
        self._undo: list[tuple[Any, str, Any]] = []

    def apply(self) -> None:
        """Patch what is imported now, and the rest when it is imported."""
        for name in TARGETS:
            when_imported(name, self._patch)
        when_imported("asyncio.selector_events", self._patch_accept)

    def restore(self) -> None:
        """Undo every patch; gates that are open stay until their servers close."""
        for name in (*TARGETS, "asyncio.selector_events"):
            forget(name)
        for owner, name, original in reversed(self._undo):
            setattr(owner, name, original)
        self._undo.clear()

    def _patch(self, module: ModuleType) -> None:
        for owner_name, name in TARGETS[module.__name__]:
            owner = getattr(module, owner_name, None) if owner_name else module
            original = getattr(owner, name, None)
            if original is not None:
                accepts = module.__name__ == "uvloop" and name == "create_server"
                self._replace(owner, name, self._listening_by_itself(original) if accepts else self._wrapped(original))
        if module.__name__ == "asyncio.base_events":
            self._patch_close(module)

    def _patch_close(self, module: ModuleType) -> None:
        """Let a server that closes abort what its gate holds, for it would wait for it."""
        server_class: Any = vars(module)["Server"]
        original: Callable[[Any], None] = server_class.close

        @functools.wraps(original)
        def close(server: Any) -> None:
            with suppress(Exception):
                gate: Any = getattr(server, "_protocol_factory", None)
                if getattr(gate, "is_gate", False):
                    gate.close()
            original(server)

        self._replace(server_class, "close", close)

    def _replace(self, owner: Any, name: str, replacement: Any) -> None:
        self._undo.append((owner, name, owner.__dict__.get(name, getattr(owner, name))))
        setattr(owner, name, replacement)

    def _wrapped(self, original: Listen) -> Listen:
        @functools.wraps(original)
        async def listen(loop: Any, protocol_factory: Any, *args: Any, **kwargs: Any) -> Any:
            gate = self._gate_for(loop, protocol_factory, args, kwargs)
            server = await original(loop, gate or protocol_factory, *args, **kwargs)
            if gate is not None:
                _tell(gate, server)
            return server

        return listen

    def _listening_by_itself(self, original: Listen) -> Listen:
        """Wrap uvloop's `create_server`: for plain TCP we accept, the rest goes the common way."""

        @functools.wraps(original)
        async def listen(loop: Any, protocol_factory: Any, *args: Any, **kwargs: Any) -> Any:
            gate = self._gate_for(loop, protocol_factory, args, kwargs)
            if gate is None or not gate.accepts or kwargs.get("ssl") or loop.get_debug():
                server = await original(loop, gate or protocol_factory, *args, **kwargs)
                if gate is not None:
                    _tell(gate, server)
                return server
            from wsdoctor.listeners.uvloop_server import AcceptingServer

            serves = kwargs.pop("start_serving", True)
            server = await original(loop, gate, *args, **kwargs, start_serving=False)
            accepting = AcceptingServer(server, gate, kwargs.get("backlog", BACKLOG))
            _tell(gate, accepting)
            if serves:
                accepting.listen()
            return accepting

        return listen

    def _gate_for(
        self, loop: Any, protocol_factory: Any, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Gate | None:
        try:
            return self._open_gate(loop, protocol_factory, _named(args, kwargs))
        except Exception:  # noqa: BLE001 - whoever opens gates reports; the server listens without one
            return None

    def _patch_accept(self, module: ModuleType) -> None:
        """Let gates of plain TCP servers look at first packets before asyncio makes transports."""
        loop_class = vars(module)["BaseSelectorEventLoop"]
        original = loop_class._accept_connection

        @functools.wraps(original)
        def accept(
            loop: Any,
            protocol_factory: Any,
            sock: Any,
            sslcontext: Any = None,
            server: Any = None,
            *args: Any,
            **kwargs: Any,
        ) -> Any:
            if (
                sslcontext is None
                and getattr(protocol_factory, "is_gate", False)
                and protocol_factory.accepts
                and sock.family in INTERNET
            ):
                with suppress(OSError):
                    if _acceptor(protocol_factory, loop, server, sock.family).accept(sock):
                        arguments = (protocol_factory, sock, sslcontext, server, *args)
                        _pause(loop, sock, functools.partial(loop._accept_connection, *arguments, **kwargs))
                    return None
            return original(loop, protocol_factory, sock, sslcontext, server, *args, **kwargs)

        self._replace(loop_class, "_accept_connection", accept)


def _acceptor(gate: Any, loop: Any, server: Any, family: int) -> Any:
    """Return what accepts for the gate on an asyncio loop."""
    acceptor = gate.acceptors.get(family)
    if acceptor is None:
        from wsdoctor.listeners.accepting import Acceptor
        from wsdoctor.listeners.asyncio_gate import feed

        def adopt(factory: Any, connection: Any, address: Any, first: bytes) -> None:
            # What asyncio does in a task of its own, which plain TCP has no need to wait for.
            try:
                protocol = factory()
                transport = loop._make_socket_transport(
                    connection, protocol, extra={"peername": address}, server=server
                )
            except Exception:
                connection.close()
                raise
            if first:  # two turns from now: after `connection_made` and what that has begun, before anything is read
                loop.call_soon(loop.call_soon, feed, transport, protocol, first)

        acceptor = gate.acceptors[family] = Acceptor(gate, family, adopt, loop._add_reader, loop._remove_reader)
    return acceptor


def _pause(loop: Any, sock: Any, accept: Callable[[], Any]) -> None:
    """Leave a listening socket alone for a moment, unless its server closes meanwhile."""

    def again() -> None:
        if sock.fileno() >= 0:
            loop._add_reader(sock.fileno(), accept)

    loop._remove_reader(sock.fileno())
    loop.call_later(REST, again)


def _tell(gate: Gate, server: Any) -> None:
    with suppress(Exception):
        gate.serves(server)


def _named(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the arguments behind the factory by name; the first two may be given by position."""
    return {**dict(zip(("host", "port"), args, strict=False)), **kwargs}
