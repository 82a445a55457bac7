"""What a call of Python code asks for, as far as it could be followed, and whether that is its own request."""

from __future__ import annotations

import ast
from dataclasses import dataclass, field

from wsdoctor.inspectors._python.forwards import forwards
from wsdoctor.inspectors._python.model import Value
from wsdoctor.inspectors._python.source import Url
from wsdoctor.inspectors._python.values import Reader
from wsdoctor.model.traffic import Location

__all__ = ["Request"]


@dataclass(frozen=True, slots=True)
class Request:
    """A connection that a call opens, as far as it could be followed.

    Attributes:
        call: in the code.
        product: library or tool.
        protocol: ``http``, ``https``, ``ws``, ``wss``, ``tcp``, ``socket.io``, ``eventsource``; None = unknown.
        url: where to, None if it could not be followed at all.
        method: in capitals.
        agent: how the User-Agent begins.
        headers: that the call is told to send.
        subprotocols: that it offers.
        value: of the URL, with the places that it came through.
        chosen: whether it is one of several in a table, of which the request that is being answered chooses.
        told: where its URL is told, where the call goes to several ports.

    """

    call: ast.Call
    product: str
    protocol: str | None
    url: Url | None
    method: str | None = None
    agent: str | None = None
    headers: dict[str, str] = field(default_factory=dict)
    subprotocols: tuple[str, ...] = ()
    value: Value = field(default_factory=lambda: Value(None))
    chosen: bool = False
    told: Location | None = None

    def place(self, reader: Reader) -> Location:
        """Return the line to change: the call, or what tells it the URL where it is told several."""
        if self.told is not None:
            return self.told
        return self.value.places[-1] if self.chosen and self.value.places else reader.place(self.call)

    def forwarded(self, reader: Reader) -> bool:
        """Say whether it hands on the request that its handler answers."""
        rest = self.chosen and self.url is not None and (self.url.path or "*").endswith("*")
        return rest or forwards(reader, self.call)
