"""Every way to listen on an event loop, patched once at class level, and restorable.

A patch wraps `create_server` or `create_unix_server`; it asks for a gate and puts it in place of the protocol
factory. Loops of libraries that are not imported yet are patched when they are.
"""

from __future__ import annotations

import functools
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from types import ModuleType
from typing import Any, Protocol

from wsdoctor.listeners.on_import import forget, when_imported

__all__ = ["OpenGate", "Patches"]

TARGETS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "asyncio.base_events": (("BaseEventLoop", "create_server"),),
    "asyncio.unix_events": (("_UnixSelectorEventLoop", "create_unix_server"),),
    "uvloop": (("Loop", "create_server"), ("Loop", "create_unix_server")),
    "aiofastnet": (("", "create_server"), ("", "create_unix_server")),
}
"""Module → the classes in it (none: the module itself) and the names of what listens."""

Listen = Callable[..., Awaitable[Any]]


class OpenedGate(Protocol):
    """What a patch needs of a gate: it is a protocol factory, and is told of its server."""

    def __call__(self) -> Any:
        """Return the protocol of a new connection."""

    def serves(self, server: Any) -> None:
        """Take note of the server that listens."""

    def close(self) -> None:
        """Take note that the server closes."""


OpenGate = Callable[[Any, Any, Mapping[str, Any]], OpenedGate | None]
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
        when_imported("asyncio.base_events", self._patch_close)

    def restore(self) -> None:
        """Undo every patch; gates that are open stay until their servers close."""
        for name in TARGETS:
            forget(name)
        for owner, name, original in reversed(self._undo):
            setattr(owner, name, original)
        self._undo.clear()

    def _patch(self, module: ModuleType) -> None:
        for owner_name, name in TARGETS[module.__name__]:
            owner = getattr(module, owner_name, None) if owner_name else module
            original = getattr(owner, name, None)
            if original is not None:
                self._replace(owner, name, self._wrapped(original, bool(owner_name)))

    def _patch_close(self, module: ModuleType) -> None:
        """Let a server that closes abort what its gate holds, for it would wait for it."""
        server_class: Any = vars(module)["Server"]
        original = server_class.close

        @functools.wraps(original)
        def close(server: Any) -> Any:
            with suppress(Exception):
                gate = getattr(server, "_protocol_factory", None)
                if hasattr(gate, "abort_held"):
                    gate.close()
            return original(server)

        self._replace(server_class, "close", close)

    def _replace(self, owner: Any, name: str, replacement: Any) -> None:
        self._undo.append((owner, name, owner.__dict__.get(name, getattr(owner, name))))
        setattr(owner, name, replacement)

    def _wrapped(self, original: Listen, is_method: bool) -> Listen:
        open_gate = self._open_gate

        @functools.wraps(original)
        async def listen(loop: Any, protocol_factory: Any, *args: Any, **kwargs: Any) -> Any:
            gate = None
            with suppress(Exception):
                gate = open_gate(loop, protocol_factory, _named(args, kwargs))
            if gate is None:
                return await original(loop, protocol_factory, *args, **kwargs)
            server = await original(loop, gate, *args, **kwargs)
            with suppress(Exception):
                gate.serves(server)
            return server

        return listen


def _named(args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the arguments behind the factory by name; the first two may be given by position."""
    return {**dict(zip(("host", "port"), args, strict=False)), **kwargs}
