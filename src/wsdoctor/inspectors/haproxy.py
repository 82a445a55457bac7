"""HAProxy: each server that a frontend leads to, with what becomes of a handshake, and the checks of the servers.

HAProxy in mode http passes a handshake on by itself; only lines that change its fields, HTTP/2 or a header before it
spoil that. It extracts and does not judge. `inspectors` drives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._jinja import rendered
from wsdoctor.inspectors._proxies.common import (
    CARRIERS,
    arrives,
    details,
    finish,
    means_websocket,
    meant_for,
    number,
    pieces,
    seconds,
    target,
)
from wsdoctor.inspectors._proxies.haproxy import Configuration, Server, Way
from wsdoctor.model.traffic import Address, Caller, Declared, Hop, Location
from wsdoctor.syntax._proxy_patterns import found as found_in
from wsdoctor.syntax.haproxy import Line, Section, parse

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "haproxy"
PATTERNS = ("*.cfg", "*.cfg.*", "*haproxy*", "*.conf", "*.j2", "*.tmpl", "*.template", "*.erb", *CARRIERS)
NEEDLES = ("backend", "listen", "redirect")

_SIGN = re.compile(r"^[ \t]*(?:backend|listen|frontend|defaults)\b[ \t]*[^\n={;]*$", re.MULTILINE)
_BODY = re.compile(
    r"^[ \t]*(?:server(?:-template)?[ \t]+\S+[ \t]+\S+|redirect[ \t]|http-request[ \t]+redirect)", re.MULTILINE
)
_OF_SOCKETS = (400, 405, 426)
"""What WebSocket servers answer to plain HTTP."""
_CONNECT_CHECKS = {
    "ssl-hello-chk": "tls",
    "redis-check": "redis",
    "mysql-check": "mysql",
    "pgsql-check": "pgsql",
    "smtpchk": "smtp",
    "ldap-check": "ldap",
    "spop-check": "spop",
}


@dataclass(frozen=True, slots=True)
class _Fields:
    """What lines on Upgrade and Connection make of a handshake."""

    upgrade: str | None = "websocket"
    connection: str | None = "Upgrade"
    spoiler: Line | None = None
    unsure: bool = False
    hard_coded: bool = False


def inspect(path: str, repository: Repository) -> Declared:
    """Return the hops and the checks of a configuration."""
    declared = Declared()
    for piece in pieces(path, rendered(path, repository)):
        if _SIGN.search(piece.text) and _BODY.search(piece.text):
            configuration = Configuration(path, repository, parse(piece.text, first_line=piece.first_line))
            declared.hops += _hops(configuration)
            declared.callers += _checks(configuration)
    return finish(path, declared)


def _hops(configuration: Configuration) -> Iterator[Hop]:
    """Yield one hop for each server and each way to it, and the redirects to a port."""
    for backend in configuration.backends:
        for way in configuration.ways(backend):
            seen: set[tuple[int | None, tuple[str, ...]]] = set()
            for server in configuration.servers(backend):
                hop = _hop(configuration, backend, server, way)
                if (hop.to.port, hop.sends) not in seen:
                    seen.add((hop.to.port, hop.sends))
                    yield hop
    for section in configuration.sections:
        for line in section.lines:
            if line.starts("redirect") or line.starts("http-request", "redirect"):
                yield from _redirect(configuration, line, section)


def _hop(configuration: Configuration, backend: Section, server: Server, way: Way) -> Hop:
    options = server.options
    http = configuration.mode(backend) == "http"
    tls = "ssl" in options and "no-ssl" not in options
    speaks = options.get("proto") or (options.get("alpn") if tls else "") or ""
    http2 = speaks in {"h2", "h2c"}
    fields = _fields((way.frontend, backend)) if http else _Fields()
    lacks = tuple(
        name for name, kept in (
            ("upgrade", "websocket" in (fields.upgrade or "").lower()),
            ("connection", "upgrade" in (fields.connection or "").lower()),
        ) if not kept
    )  # fmt: skip
    sends = ["proxy-protocol"] if any(name.startswith("send-proxy") for name in options) else []
    spoiled = None if not sends else server.line
    if http2:
        sends.append("http2")
        spoiled = server.line
    offered = None if http else _offers_http2(configuration, way.frontend)
    if offered is not None and not tls:
        sends.append("http2")
        spoiled = spoiled or offered
    if fields.hard_coded:
        sends.append("hard-coded-upgrade")
    sends += _path_sends(backend, way)
    forwards: bool | None = False if http2 or (lacks and not fields.unsure) else None if fields.unsure else True
    to = target(server.address)
    host = to.host if to.host not in {"*", ""} else ""
    port = to.port if to.written_port else None
    secure = "h2" if http2 and tls else "h2c" if http2 else "https" if tls else "http" if http else "tcp"
    place = fields.spoiler if lacks and fields.spoiler is not None else spoiled or server.line
    meant = meant_for(way.path, backend.name, server.line.words[1], only=way.only)
    if meant is None and way.pages is not None and http:
        meant, place = False, way.pages if spoiled is None and place is server.line else place
    tunnel = configuration.setting(backend, "timeout", "tunnel")
    return Hop(
        "haproxy", Address(host, port, configuration.unit), secure,
        configuration.place(place, backend.end_line if place is server.line and not lacks and not spoiled else None),
        way.listens, way.path, forwards, lacks, tuple(sends),
        meant, configuration.unit,
        details(
            **(arrives("2" if http2 else "1.1", fields.connection, fields.upgrade) if http else {}),
            directive=" ".join(server.line.words),
            directive_line=server.line.line,
            block=f"{backend.line}-{backend.end_line}",
            upstream=backend.name,
            only=way.only,
            mode="http" if http else "tcp",
            offender=" ".join(place.words) if place is not server.line or spoiled else None,
            timeout_tunnel=tunnel[0].words[-1] if tunnel else None,
        ),
    )  # fmt: skip


def _offers_http2(configuration: Configuration, frontend: Section | None) -> Line | None:
    """Return the ``bind`` line that agrees on HTTP/2 with clients whose bytes are then passed on as they are."""
    if frontend is None or configuration.mode(frontend) == "http":
        return None
    for line in frontend.having("bind"):
        alpn = line.words[line.words.index("alpn") + 1] if "alpn" in line.words[:-1] else ""
        if "ssl" in line.words and "h2" in alpn.split(","):
            return line
    return None


def _fields(sections: Sequence[Section | None]) -> _Fields:
    upgrade: str | None = "websocket"
    connection: str | None = "Upgrade"
    spoiler: Line | None = None
    unsure = hard_coded = False
    lines = [line for section in dict.fromkeys(sections) if section is not None for line in section.lines]
    for line in lines:
        words = line.words[1:] if line.words[0] == "http-request" else ()
        if line.words[0] in {"reqdel", "reqidel"} and len(line.words) > 1:
            words = ("del-header", line.words[1].lstrip("^").partition(":")[0])
        if len(words) < 2 or words[0] not in {"del-header", "set-header", "replace-header"}:
            continue
        name = words[1].lower()
        if name not in {"upgrade", "connection"}:
            continue
        conditional = "if" in words[2:] or "unless" in words[2:]
        value = None if words[0] == "del-header" else words[-1] if not conditional else "".join(words[2:3])
        kept = value is not None and ("websocket" if name == "upgrade" else "upgrade") in value.lower()
        kept = kept or (value is not None and f"req.hdr({name})" in value.lower())
        if conditional or (value is not None and "%" in value and not kept):
            unsure = unsure or not kept
            continue
        hard_coded = hard_coded or (name == "upgrade" and kept and "%" not in (value or ""))
        if name == "upgrade":
            upgrade = value if not kept else "websocket"
        else:
            connection = value if not kept else "Upgrade"
        spoiler = line if not kept else spoiler
    return _Fields(upgrade, connection, spoiler, unsure, hard_coded)


def _path_sends(backend: Section, way: Way) -> list[str]:
    for section in (way.frontend, backend):
        for line in section.lines if section is not None else ():
            words = line.words
            if words[:1] in {("reqrep",), ("reqirep",)} or words[:2] == ("http-request", "replace-path"):
                pattern = words[2] if words[0] == "http-request" and len(words) > 3 else ""
                result = words[3] if len(words) > 3 else ""
                prefix = re.match(r"\^?(/[\w/-]+)", pattern)
                if prefix and not result.startswith(prefix[1].rstrip("/")):
                    return ["strips-prefix"]
            if words[:2] == ("http-request", "set-path") and "regsub" in " ".join(words):
                return ["strips-prefix"]
    return []


def _redirect(configuration: Configuration, line: Line, section: Section) -> Iterator[Hop]:
    words = line.words
    url = next((words[at + 1] for at, word in enumerate(words[:-1]) if word in {"location", "prefix"}), "")
    to = target(url)
    if to.port is None:
        return
    own = url.partition("://")[2].startswith("%[")
    path = next((words[at + 1] for at, word in enumerate(words[:-1]) if word.startswith("path")), None)
    yield Hop(
        "haproxy", Address("" if own else to.host, to.port, configuration.unit), to.scheme, configuration.place(line),
        configuration.binds(section), path, None, (), ("redirect",), means_websocket(path), configuration.unit,
        details(directive=" ".join(words), directive_line=line.line, becomes=to.path),
    )  # fmt: skip


def _checks(configuration: Configuration) -> Iterator[Caller]:
    """Yield one check for each port that a backend checks."""
    for backend in configuration.backends:
        seen: set[tuple[int | None, str]] = set()
        for server in configuration.servers(backend):
            if "check" in server.options and "no-check" not in server.options:
                check = _check(configuration, backend, server)
                if (check.to.port, check.protocol) not in seen:
                    seen.add((check.to.port, check.protocol))
                    yield check


def _check(configuration: Configuration, backend: Section, server: Server) -> Caller:
    options = server.options
    chosen = configuration.setting(backend, "option", "httpchk")
    other = next(
        (name for name in (*_CONNECT_CHECKS, "tcp-check") if configuration.setting(backend, "option", name)), None
    )
    if other is not None and chosen is not None and chosen[1] is not backend:
        chosen = None
    to = target(server.address)
    named = target(options["addr"]) if options.get("addr") else to
    host = named.host or to.host
    port = number(options.get("port")) or (named.port if named.written_port else None) or to.port
    end = Address(host if host not in {"*", None} else "", port, configuration.unit)
    period = seconds(options.get("inter"), "ms") or 2.0
    if chosen is None:
        kind = _CONNECT_CHECKS.get(other or "", "tcp")
        place = configuration.place(server.line)
        if "check-ssl" in options or ("ssl" in options and kind == "tcp" and "port" not in options):
            kind = "tls"
        return Caller(
            "haproxy", "health-check", kind, end, place,
            period=period, also=_also(configuration, backend, other), unit=configuration.unit,
        )  # fmt: skip
    line, home = chosen
    rules = backend if any(backend.having("http-check")) else home
    method, path, headers, port_of = _request(line, rules)
    if port_of is not None:
        end = Address(end.host, port_of, configuration.unit)
    expects = [status for each in rules.having("http-check", "expect") for status in _expected(each.words)]
    tls = "check-ssl" in options or ("ssl" in options and "port" not in options and "no-check-ssl" not in options)
    own = home is backend
    return Caller(
        "haproxy", "health-check", "https" if tls else "http", end,
        configuration.place(line if own else server.line), path, method, "", period, tuple(expects), headers,
        (configuration.place(server.line if own else line),), unit=configuration.unit,
    )  # fmt: skip


def _expected(words: Sequence[str]) -> Iterator[int]:
    """Yield the status codes that an ``http-check expect`` names, and those of WebSocket servers that satisfy it."""
    kind = next((word for word in words if word in {"status", "rstatus"}), None)
    if kind is None:
        return
    value = " ".join(words[words.index(kind) + 1 :])
    refused = "!" in words
    given = [] if refused else [int(status) for status in re.findall(r"\b\d{3}\b", value)]
    yield from given
    ranges = [part.partition("-")[::2] for part in value.split(",") if re.fullmatch(r"\d{3}(?:-\d{3})?", part)]
    for status in _OF_SOCKETS:
        if kind == "rstatus":
            held = found_in(value, str(status)) is True
        else:
            held = any(int(first) <= status <= int(last or first) for first, last in ranges)
        if held is not refused and status not in given:
            yield status


def _also(configuration: Configuration, backend: Section, option: str | None) -> tuple[Location, ...]:
    found = configuration.setting(backend, "option", option) if option is not None else None
    return () if found is None else (configuration.place(found[0]),)


def _request(line: Line, rules: Section) -> tuple[str, str, dict[str, str], int | None]:
    """Return method, path, fields and port of an HTTP check."""
    words = list(line.words[2:])
    method, path = ("OPTIONS", "/")
    headers: dict[str, str] = {}
    if len(words) == 1:
        path = words[0]
    elif words:
        method, path = words[0], words[1]
        for field in " ".join(words[2:]).split("\r\n")[1:]:
            name, _, value = field.partition(":")
            headers[name.strip()] = value.strip()
    port = None
    for each in rules.having("http-check"):
        given = each.words
        for at, word in enumerate(given[:-1]):
            if given[1] == "send" and word == "meth":
                method = given[at + 1]
            elif given[1] == "send" and word in {"uri", "uri-lf"}:
                path = given[at + 1]
            elif given[1] == "send" and word == "hdr" and len(given) > at + 2:
                headers[given[at + 1]] = given[at + 2]
            elif given[1] == "connect" and word == "port":
                port = number(given[at + 1])
    return method, path, headers, port
