"""Evidence: all the facts of one attempt, one flat field per fact, and None for what was not observed.

"Not observed" is never "not sent": a log line without header fields leaves `headers` at None, while a
request that carried none has an empty `Headers`. Rules are only asked when the facts that they name were
observed, so nothing may put a default where nothing was seen. This module does not parse; `wire.attempt`
makes evidence from bytes, and readers make it from logs.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from wsdoctor.model.headers import Headers

__all__ = ["ClientHello", "Deviation", "Evidence", "ProxyHeader", "SourceFile"]


@dataclass(frozen=True, slots=True)
class Deviation:
    """One departure of a message from what its standard requires.

    Attributes:
        id: kebab-case name of the departure, such as ``bare-lf``.
        section: the section of the standard, such as ``RFC 9112 section 2.2``.
        detail: what was seen, quoted and bounded.

    """

    id: str
    section: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class ClientHello:
    """What a TLS ClientHello says of its sender (RFC 8446 section 4.1.2).

    Attributes:
        record_version: version of the record layer, such as ``TLS 1.0``.
        versions: versions offered, newest first.
        server_name: SNI (RFC 6066 section 3), None if the extension was not sent.
        alpn: protocols offered (RFC 7301), empty if the extension was not sent.
        complete: False if the message was cut off; then absent extensions are unknown.
        cipher_suites: number of cipher suites offered.

    """

    record_version: str
    versions: tuple[str, ...] = ()
    server_name: str | None = None
    alpn: tuple[str, ...] = ()
    complete: bool = True
    cipher_suites: int = 0


@dataclass(frozen=True, slots=True)
class ProxyHeader:
    """A PROXY protocol header, version 1 or 2 (the specification of the HAProxy project, doc/proxy-protocol.txt).

    Attributes:
        version: 1 or 2.
        command: ``PROXY`` or ``LOCAL``.
        family: ``TCP4``, ``TCP6``, ``UNIX`` or ``UNKNOWN``.
        source: ``ip:port`` of the client, None if not given.
        destination: ``ip:port`` that the client connected to, None if not given.
        length: bytes of the header itself.

    """

    version: int
    command: str
    family: str
    source: str | None = None
    destination: str | None = None
    length: int = 0


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A configuration or code file that is known to be in play."""

    name: str
    text: str


class Evidence(NamedTuple):
    """All that was observed of one attempt to open a connection on a WebSocket port.

    A named tuple, because the guard makes one for each stray and it is the quickest frozen record there is.
    Every field is None when it was not observed. Text of peers is decoded as latin-1, so no byte is lost.

    Attributes:
        at: seconds since the epoch (OpenTelemetry: the event's time).
        peer: address of the peer, without port (``network.peer.address``).
        peer_port: port of the peer (``network.peer.port``).
        listener: address that was listened on, without port (``server.address``).
        listener_port: port that was listened on (``server.port``).
        first_bytes: what the peer sent first, bounded; empty = connected and sent nothing.
        speaks: the protocol that the first bytes belong to, a name of `wire.sniff` (``http/1``, ``tls``,
            ``nothing``, ``unknown``, …).
        method: request method as received (``http.request.method_original``).
        target: request target as received.
        path: path of the target, without query (``url.path``).
        query: query of the target, without ``?``; empty if there is none (``url.query``).
        http_version: version of the request line as received, such as ``HTTP/1.1``; empty for HTTP/0.9.
        headers: header fields (``http.request.header.<key>``).
        complete: whether the request head was complete, that is, ended with an empty line.
        trailing: bytes that came behind the request head.
        deviations: departures from RFC 9112 and RFC 9110 in the request head.
        handshake: ids of the requirements of RFC 6455 section 4.2.1 that the request does not meet, in the
            order of `wire.handshake.REQUIREMENTS`; empty = a correct opening handshake.
        user_agent: User-Agent; empty = none was sent (``user_agent.original``).
        origin: Origin; empty = none was sent.
        referer: Referer; empty = none was sent.
        host: Host; empty = none was sent.
        hello: TLS ClientHello (``tls.client.server_name`` and others).
        proxy: PROXY protocol header that came first.
        behind: what came behind the PROXY header, as evidence of its own.
        outcome: ``upgraded``, ``rejected``, ``closed-by-client``, ``reset`` or ``timeout``.
        status: status code that was answered (``http.response.status_code``).
        elapsed: seconds from accept until the attempt was settled.
        period: median seconds between attempts of the same group and peer, where a rhythm was found.
        log: what a server, proxy or client logged about it.
        log_format: name of the format of `log`.
        platform: where it ran: ``replit``, ``render``, ``kubernetes``, …
        files: configuration or code known to be in play.

    """

    at: float | None = None
    peer: str | None = None
    peer_port: int | None = None
    listener: str | None = None
    listener_port: int | None = None
    first_bytes: bytes | None = None
    speaks: str | None = None
    method: str | None = None
    target: str | None = None
    path: str | None = None
    query: str | None = None
    http_version: str | None = None
    headers: Headers | None = None
    complete: bool | None = None
    trailing: bytes | None = None
    deviations: tuple[Deviation, ...] | None = None
    handshake: tuple[str, ...] | None = None
    user_agent: str | None = None
    origin: str | None = None
    referer: str | None = None
    host: str | None = None
    hello: ClientHello | None = None
    proxy: ProxyHeader | None = None
    behind: Evidence | None = None
    outcome: str | None = None
    status: int | None = None
    elapsed: float | None = None
    period: float | None = None
    log: str | None = None
    log_format: str | None = None
    platform: str | None = None
    files: tuple[SourceFile, ...] | None = None

    @property
    def observed(self) -> frozenset[str]:
        """Names of the facts that were observed."""
        return frozenset(name for name, value in zip(self._fields, self, strict=True) if value is not None)
