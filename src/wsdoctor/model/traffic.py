"""Declared traffic: what configuration, manifests and code say will connect, each with file and line.

Inspectors extract these records and judge nothing; `topology` resolves names and ports, and the rules judge.
A value that could not be followed is None, never a guess; what that means for the reader is said in a `Note`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

__all__ = ["Address", "Caller", "Declared", "Hop", "Listener", "Location", "Note", "Page", "PortMap", "Unit"]

Speaks = Literal["websocket", "http", "both", "tcp"]


@dataclass(frozen=True, slots=True)
class Location:
    """A place in a file.

    Attributes:
        file: path relative to the root, with forward slashes.
        line: 1-based first line.
        column: 1-based column.
        text: that line, stripped and bounded.
        end_line: 1-based last line of the construct, None for one line.

    """

    file: str
    line: int
    column: int = 1
    text: str = ""
    end_line: int | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """Where a connection goes, as far as it could be followed.

    Attributes:
        host: name or address; ``""`` = the same host that the page or process is on; None = unknown.
        port: number; None = unknown.
        unit: the compose service, container, Kubernetes workload or application folder that the sender runs in,
            which decides what ``localhost`` means; None = unknown.
        variable: environment variable that tells the receiver its port, where the number is unknown: the address
            then means the listener of the unit that reads it.
        files: the receiver is in one of these files; empty = any.

    """

    host: str | None
    port: int | None
    unit: str | None = None
    variable: str | None = None
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listener:
    """Something listens.

    Attributes:
        port: number, None if it could not be followed.
        speaks: ``websocket`` (nothing else), ``http``, ``both`` or ``tcp``.
        location: where the code or configuration says so.
        framework: library or product, such as ``websockets``.
        unit: compose service, container, workload or folder that it runs in.
        paths: paths on which WebSockets are opened, empty = any or unknown.
        answers: paths that it answers over plain HTTP although it is a WebSocket server (``process_request``); ``*``
            stands for any text.
        serves_only: paths that alone it answers where it speaks both and serves nothing beside its realtime protocol,
            as a server of Socket.IO does; empty = more, or unknown.
        tls: whether it speaks TLS itself, None = unknown.
        environment: environment variable that may change the port, with its default in `port`.
        subprotocols: that it selects from.
        sure: 0 to 1.

    """

    port: int | None
    speaks: Speaks
    location: Location
    framework: str
    unit: str | None = None
    paths: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    tls: bool | None = None
    environment: str | None = None
    subprotocols: tuple[str, ...] = ()
    sure: float = 1.0
    serves_only: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PortMap:
    """A port that stands for another: a published container port, a Service port, a platform's external port.

    Attributes:
        product: ``compose``, ``kubernetes``, ``replit``, ``docker``, …
        names: host names under which the outer port is reached; empty = the machine itself.
        outer: port outside.
        inner: port inside.
        unit: the unit that the inner port belongs to.
        public: whether the outside is the Internet (an external port of a platform).
        location: where it is declared.
        files: the program that has the inner port is in one of these files; empty = any.

    """

    product: str
    names: tuple[str, ...]
    outer: int
    inner: int
    unit: str | None
    location: Location
    public: bool = False
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hop:
    """An intermediary hands requests on.

    Attributes:
        product: ``nginx``, ``haproxy``, ``vite``, …
        to: where to.
        scheme: ``http``, ``https``, ``ws``, ``wss``, ``h2c``, ``h2``, ``tcp``, ``fastcgi`` …
        location: the directive that sends it there.
        listens: ports that it listens on.
        path: prefix or pattern that it matches, None = everything.
        forwards_upgrade: whether a handshake survives, None if that is up to a version or an unknown.
        lacks: what it lacks for a handshake: ``upgrade``, ``connection``, ``http-version``, ``websocket``, …
        sends: what it does beyond: ``proxy-protocol``, ``redirect``, ``http2``, ``hard-coded-upgrade``,
            ``strips-prefix``, ``double-slash``, ``rewrites-host``, ``leaves-pages`` (who accepts HTML it answers
            itself) …
        websocket: whether it is meant for WebSockets by its own words (path, name, headers), None = unknown.
        unit: unit that it runs in.
        details: product-specific words for the message; ``becomes`` is the path that arrives where it is another one.
        sure: 0 to 1.

    """

    product: str
    to: Address
    scheme: str
    location: Location
    listens: tuple[int, ...] = ()
    path: str | None = None
    forwards_upgrade: bool | None = None
    lacks: tuple[str, ...] = ()
    sends: tuple[str, ...] = ()
    websocket: bool | None = None
    unit: str | None = None
    details: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class Caller:
    """Something will connect.

    Attributes:
        product: ``kubernetes``, ``compose``, ``browser``, ``requests``, …
        kind: ``health-check``, ``uptime-monitor``, ``wait``, ``client-code``, ``navigation``, ``subresource``,
            ``websocket-client``, ``realtime-client``, ``scrape``.
        protocol: ``http``, ``https``, ``ws``, ``wss``, ``tcp``, ``socket.io``, ``sockjs``, ``eventsource``, ``grpc``.
        to: where to.
        location: the line that makes it connect.
        path: request path, None = unknown.
        method: ``GET``, ``HEAD``, ``POST``, …; None = unknown.
        user_agent: how its User-Agent begins; "" = sends none; None = unknown.
        period: seconds between two connections; None = unknown or on demand.
        expects: status codes that satisfy it, empty = any success.
        headers: fields that it is told to send.
        also: other places that have a part in it (the constant, the environment file).
        subprotocols: that it offers.
        unit: unit that it runs in.
        sure: 0 to 1.

    """

    product: str
    kind: str
    protocol: str
    to: Address
    location: Location
    path: str | None = None
    method: str | None = None
    user_agent: str | None = None
    period: float | None = None
    expects: tuple[int, ...] = ()
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    also: tuple[Location, ...] = ()
    subprotocols: tuple[str, ...] = ()
    unit: str | None = None
    sure: float = 1.0


@dataclass(frozen=True, slots=True)
class Page:
    """Browsers get the pages of a unit over HTTPS alone.

    Attributes:
        product: that sees to it, such as ``fly``, or ``html`` where a page names its own address.
        location: where that is said.
        unit: folder or unit whose pages they are, None = all of the repository.

    """

    product: str
    location: Location
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """Something that runs with a ``localhost`` of its own, whether or not anything is known to reach it.

    Attributes:
        product: that declares it: ``compose``, ``kubernetes``, ``docker``, ``ecs``.
        name: by which listeners and callers are said to run in it.
        location: where it is declared.
        names: host names by which others reach it.
        folder: of the repository that it is built from, None = unknown.
        own: False where it runs somebody else's product, so that no listener of the repository is in it.

    """

    product: str
    name: str
    location: Location
    names: tuple[str, ...] = ()
    folder: str | None = None
    own: bool = True


@dataclass(frozen=True, slots=True)
class Note:
    """Something that could not be read or followed, in a sentence."""

    location: Location
    text: str


@dataclass(slots=True)
class Declared:
    """All declared traffic of a repository or of one file."""

    listeners: list[Listener] = field(default_factory=list)
    maps: list[PortMap] = field(default_factory=list)
    hops: list[Hop] = field(default_factory=list)
    callers: list[Caller] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    units: list[Unit] = field(default_factory=list)
