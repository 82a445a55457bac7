"""nginx: each place that hands requests on, with what becomes of a handshake on the way.

It reads whole configurations, fragments, templates, and configurations within manifests and scripts. It extracts and
does not judge: which port is a WebSocket port is not known here. `inspectors` drives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._jinja import rendered
from wsdoctor.inspectors._proxies import nginx as reading
from wsdoctor.inspectors._proxies.common import (
    CARRIERS,
    HANDSHAKES_ONLY,
    NO_HANDSHAKES,
    Piece,
    address,
    details,
    finish,
    means_websocket,
    meant_for,
    number,
    path_sends,
    pieces,
    target,
)
from wsdoctor.inspectors._proxies.nginx import HANDSHAKE, PLAIN, Http, Scope
from wsdoctor.inspectors._proxies.nginx_checks import checks
from wsdoctor.inspectors._proxies.nginx_handshake import Handshake
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Address, Caller, Declared, Hop, Location, Note, Page
from wsdoctor.syntax.nginx import Directive, parse, passed_path

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "nginx"
PATTERNS = (*reading.PATTERNS, *CARRIERS)
NEEDLES = ("proxy_pass", "grpc_pass", "return 30", " redirect;", " permanent;", "include")

_SIGN = re.compile(
    r"\b(?:proxy_pass|grpc_pass)\s+[^\s;]+\s*;|\breturn\s+30[12378]\s|\brewrite\s[^;]+;|\binclude\s[^;]+;"
)
_BLOCKS = re.compile(r"\b(?:server|http|location|stream)\b[^;{}]*\{|\bproxy_pass\s+[^\s;]+\s*;")
_ASKS_UPGRADE = re.compile(
    r"\$\{?(?:http_upgrade|http_connection|connection_upgrade)\b|http_sec_websocket", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a request is while it goes through the blocks.

    Attributes:
        modifier: of the location.
        pattern: of the location, None in a server block.
        block: the location block or the server block.
        listens: ports of the server.
        scope: what is inherited.
        condition: words of the ``if`` around, None without.
        asked: paths of subrequests of the server.
        falls: named locations of the server, with the location whose missing files each stands for.
        taken: line of an ``if`` that takes the handshakes elsewhere, None without.

    """

    block: Directive
    listens: tuple[int, ...]
    scope: Scope
    modifier: str = ""
    pattern: str | None = None
    condition: str | None = None
    asked: tuple[str, ...] = ()
    falls: Mapping[str, str] = field(default_factory=dict)
    taken: int | None = None
    named: frozenset[str] = frozenset()


def inspect(path: str, repository: Repository) -> Declared:
    """Return the hops of a configuration and of what it includes."""
    declared = Declared()
    text = rendered(path, repository)
    if path in reading.included(repository):
        return declared
    for piece in pieces(path, text):
        if not _SIGN.search(piece.text) or not _BLOCKS.search(piece.text):
            continue
        try:
            configuration = _Configuration(path, repository, piece)
            declared.hops += configuration.hops()
            declared.callers += configuration.callers
            declared.pages += configuration.pages
        except SyntaxProblem as problem:
            declared.notes.append(Note(Location(path, problem.line, problem.column), f"nginx: {problem.problem}"))
    return finish(path, declared)


class _Configuration:
    def __init__(self, path: str, repository: Repository, piece: Piece) -> None:
        self.path = path
        self.repository = repository
        self.unit = unit_of(path, repository)
        self.http = Http()
        directives = parse(piece.text, source=path, first_line=piece.first_line)
        self.top = reading.expanded(directives, path, repository)
        self.callers: list[Caller] = []
        self.pages: list[Page] = []

    def hops(self) -> Iterator[Hop]:
        """Yield the hops of all servers, of http and of stream."""
        blocks = [item for item in self.top if item.name == "http" and item.block is not None]
        self.http.learn(self.top)
        for block in blocks:
            self.http.learn(block.block or ())
            self.http.complete = not any(item.name == "include" for item in block.block or ())
        if not blocks:
            self.http.learn(item for item in reading.neighbours(self.path, self.repository) if not self._known(item))
        for block in blocks:
            yield from self._servers(block.block or (), Scope().enter(block.block or ()))
        rest = tuple(item for item in self.top if item.name not in {"http", "stream"})
        yield from self._servers(rest, Scope().enter(rest) if not blocks else Scope())
        for block in self.top:
            if block.name == "stream" and block.block is not None:
                yield from self._stream(block)

    def _known(self, item: Directive) -> bool:
        names = self.http.maps if item.name == "map" else self.http.upstreams
        return bool(item.args) and item.args[-1].lstrip("$") in names

    def _servers(self, block: Sequence[Directive], scope: Scope) -> Iterator[Hop]:
        loose = [item for item in block if item.name in {"location", "proxy_pass", "if", "grpc_pass"}]
        if loose:
            whole = Directive("server", (), loose[0].line, loose[0].column, loose[-1].end_line, tuple(block), self.path)
            yield from self._block(_Place(whole, (), scope))
        for server in block:
            if server.name == "server" and server.block is not None:
                yield from self._server(server, scope)

    def _server(self, server: Directive, scope: Scope) -> Iterator[Hop]:
        if any("://" not in item.args[0] for item in server.inner("proxy_pass") if item.args):
            yield from self._forward(server, {}, Scope().enter(server.block or ()))
            return
        listens = self._listens(server) or (80,)
        asked = tuple(item.args[0] for item in _all(server) if item.name in {"auth_request", "mirror"} and item.args)
        inside = scope.enter(server.block or ())
        yield from self._block(_Place(server, listens, inside, asked=asked, falls=_falls(server)))

    def _listens(self, server: Directive) -> tuple[int, ...]:
        ports = []
        for item in server.inner("listen"):
            written = reading.with_environment(item.args[0], self.path, self.repository) if item.args else ""
            port = number(written.rpartition(":")[2] if not written.endswith("]") else "80")
            ports.append(port if port is not None else 80)
        return tuple(dict.fromkeys(ports))

    def _block(self, place: _Place) -> Iterator[Hop]:
        diverted = [item for item in place.block.inner("if") if _ASKS_UPGRADE.search(" ".join(item.args))]
        names = frozenset(
            item.args[-1].lstrip("=") for item in _all(place.block) if item.name == "error_page" and item.args
        )
        leaving = [item for item in diverted if any(item.inner("proxy_pass", "return", "rewrite"))]
        if leaving:
            place = replace(place, taken=leaving[0].line, named=place.named | names)
        for item in place.block.block or ():
            if item.name == "location" and item.block is not None and item.args:
                yield from self._block(self._location(item, place))
            elif item.name == "if" and item.block is not None:
                words = " ".join(item.args)
                inside = replace(place, condition=words, taken=None, scope=place.scope.enter(item.block))
                yield from self._block(replace(inside, block=replace(item, args=place.block.args)))
            elif item.name == "limit_except":
                yield from self._block(replace(place, block=item))
            elif item.name in {"proxy_pass", "grpc_pass"} and item.args:
                yield from self._pass(item, place)
            elif item.name in {"return", "rewrite"}:
                yield from self._redirect(item, place)

    def _location(self, item: Directive, place: _Place) -> _Place:
        modifier, pattern = (item.args[0], item.args[1]) if len(item.args) > 1 else ("", item.args[0])
        if len(item.args) == 1 and (glued := re.fullmatch(r"(\^~|~\*|~|=)(.+)", pattern)):
            modifier, pattern = glued[1], glued[2]
        return replace(
            place,
            block=item,
            scope=place.scope.enter(item.block or ()),
            modifier="@" if pattern.startswith("@") else modifier,
            pattern=pattern,
            taken=None,
            condition=None,
        )

    def _pass(self, item: Directive, place: _Place) -> Iterator[Hop]:
        """Yield the hops of a ``proxy_pass``: one for each port, and for handshakes and other requests if they part."""
        written = reading.with_environment(item.args[0], self.path, self.repository)
        of_handshakes = reading.possible(written, self.http, place.scope, HANDSHAKE)
        of_others = reading.possible(written, self.http, place.scope, PLAIN)
        if of_handshakes == of_others:
            for url in of_handshakes:
                yield from self._to(url, item, place, None, len(of_handshakes))
            return
        for url in of_handshakes:
            yield from self._to(url, item, place, HANDSHAKES_ONLY, len(of_handshakes))
        for url in of_others:
            yield from self._to(url, item, place, NO_HANDSHAKES, len(of_others))

    def _to(self, url: str, item: Directive, place: _Place, only: str | None, ways: int) -> Iterator[Hop]:
        to = target(url)
        scheme = {"grpc": "h2c", "grpcs": "h2"}.get(to.scheme, to.scheme) or "http"
        if item.name == "grpc_pass":
            scheme = "h2" if scheme in {"h2", "https"} else "h2c"
        if only is None and place.condition and _ASKS_UPGRADE.search(place.condition):
            only = HANDSHAKES_ONLY
        if only is None and place.modifier == "@" and place.pattern in place.named:
            only = HANDSHAKES_ONLY
        if only is None and place.taken is not None:
            only = NO_HANDSHAKES
        name = to.host or ""
        for host in self._ends(to.host, to.port, scheme, to.written_port):
            yield self._hop(item, place, host, scheme, _uri(url), name, only, 1.0 if ways == 1 else 0.7)
            self.callers += checks(place.block, host, scheme, self.top, self.path, self.repository)

    def _ends(self, host: str | None, port: int | None, scheme: str, written: bool) -> Iterator[Address]:
        """Yield where a name leads: one address for each port of an upstream, or the name itself."""
        servers = self.http.upstreams.get(host or "")
        if servers is None:
            to = target(f"{scheme}://{host or ''}{':' + str(port or 'x') if written else ''}")
            yield Address(host, to.sure_port, self.unit)
            return
        seen: set[int | None] = set()
        for server in servers:
            text = reading.with_environment(server.args[0], self.path, self.repository) if server.args else ""
            end = (
                Address(text, None, self.unit)
                if text.startswith("unix:")
                else address(target(f"http://{text}"), self.unit)
            )
            if end.port not in seen and "down" not in server.args:
                seen.add(end.port)
                yield end

    def _hop(
        self, item: Directive, place: _Place, to: Address, scheme: str, uri: str | None, name: str, only: str | None,
        sure: float,
    ) -> Hop:  # fmt: skip
        state = Handshake(place.scope, self.http, self.path, self.repository)
        pattern = place.pattern
        sends = list(state.sends)
        if scheme in {"h2", "h2c"}:
            sends.append("http2")
        elif "http2" in sends:
            scheme = "h2" if scheme == "https" else "h2c"
        passed = passed_path(place.modifier, pattern or "", uri, pattern or "") if uri is not None else None
        passed = passed if passed is not None or pattern is None else _rewritten(place)
        if passed is None and place.modifier == "@":
            passed = place.falls.get(pattern or "")
        if pattern is not None and passed is not None and place.modifier != "@":
            sends += path_sends(pattern, passed)
        if pattern is not None and any(asked == pattern for asked in place.asked):
            sends.append("auth-subrequest")
        forwards = True if only == NO_HANDSHAKES else state.forwards
        meant = meant_for(passed if place.modifier == "@" else pattern, name, asks=state.meant, only=only)
        told = details(
            **state.arrives,
            becomes=passed if passed != pattern else None,
            directive=item.words(),
            directive_file=item.source if item.source != place.block.source else None,
            directive_line=item.line,
            match=_MATCH[place.modifier] if pattern is not None else None,
            upstream=name,
            only=only,
            discarded=state.discarded,
            offender=state.offender.words() if state.offender else None,
            nginx=".".join(map(str, state.version)) if state.version else None,
            fine_from="1.29.7" if state.lacks == ("http-version",) and not state.says_version else None,
        )
        return Hop(
            "nginx", to, scheme, self._place(place, item, state.offender), place.listens,
            pattern if place.modifier not in {"~", "~*"} else f"{place.modifier} {pattern}",
            forwards, () if forwards else state.lacks, tuple(sends), meant, self.unit, told, sure,
        )  # fmt: skip

    def _place(self, place: _Place, item: Directive, offender: Directive | None) -> Location:
        """Return the block that hands on; it begins at the line in it that spoils the handshake, if one does."""
        block = place.block if place.pattern is not None or place.condition is not None else item
        file = block.source or self.path
        line, column = block.line, block.column
        if offender is not None and offender.source == block.source and block.line < offender.line <= block.end_line:
            line, column = offender.line, offender.column
        return self.repository.location(file, line, column, block.end_line)

    def _redirect(self, item: Directive, place: _Place) -> Iterator[Hop]:
        if item.name == "return":
            status, url = (item.args[0], item.args[-1]) if len(item.args) > 1 else ("302", "".join(item.args))
            if not re.fullmatch(r"30[12378]", status):
                return
        else:
            url = item.args[1] if len(item.args) > 1 else ""
        to = target(reading.with_environment(url, self.path, self.repository))
        if to.scheme == "https" and to.port is None and place.pattern in {None, "/"} and 80 in place.listens:
            self.pages.append(Page(NAME, self.repository.location(item.source or self.path, item.line, item.column)))
        if to.scheme not in {"http", "https", "ws", "wss"} or to.port is None:
            return
        own = re.match(r"\$(?:host|http_host|server_name)\b", url.partition("://")[2]) is not None
        place_of = self.repository.location(item.source or self.path, item.line, item.column)
        yield Hop(
            "nginx", Address("" if own else to.host, to.port, self.unit), to.scheme, place_of, place.listens,
            place.pattern, None, (), ("redirect",), means_websocket(place.pattern), self.unit,
            details(directive=item.words(), directive_line=item.line, becomes=to.path),
        )  # fmt: skip

    def _stream(self, block: Directive) -> Iterator[Hop]:
        upstreams = {item.args[0]: list(item.inner("server")) for item in block.inner("upstream") if item.args}
        scope = Scope().enter(block.block or ())
        self.http.learn(block.inner("map"))
        for server in block.inner("server"):
            yield from self._forward(server, upstreams, scope.enter(server.block or ()))

    def _forward(self, server: Directive, upstreams: Mapping[str, list[Directive]], scope: Scope) -> Iterator[Hop]:
        """Yield the hops of a server that passes bytes on, so that a handshake stays whole."""
        self.http.upstreams.update(upstreams)
        tls = "on" in (scope.settings["proxy_ssl"].args if "proxy_ssl" in scope.settings else ())
        header = scope.settings.get("proxy_protocol")
        sends = ("proxy-protocol",) if header is not None and header.args[0] == "on" else ()
        for item in server.inner("proxy_pass"):
            written = reading.with_environment(item.args[0], self.path, self.repository) if item.args else ""
            for text in reading.possible(written, self.http, scope, {}):
                to = target(text)
                for end in self._ends(to.host, to.port, "tcp", to.written_port):
                    told = header if header is not None and sends else item
                    place = self.repository.location(told.source or self.path, told.line, told.column, told.end_line)
                    yield Hop(
                        "nginx", end, "https" if tls else "tcp", place, self._listens(server), None, True, (), sends,
                        means_websocket(to.host), self.unit,
                        details(directive=item.words(), directive_line=item.line,
                                offender=header.words() if header is not None and sends else None),
                    )  # fmt: skip


_MATCH = {"": "prefix", "=": "exact", "^~": "preferential prefix", "~": "regex", "~*": "regex, any case", "@": "named"}


def _falls(server: Directive) -> dict[str, str]:
    """Return the named locations that others lead to what no file answers, each with the path of the widest of them."""
    found: dict[str, list[str]] = {}
    for location in (server, *(item for item in _all(server) if item.name == "location" and len(item.args) == 1)):
        for item in (*location.inner("try_files"), *location.inner("error_page")):
            missing = item.name == "try_files" or not _MISSING.isdisjoint(item.args)
            if missing and item.args and item.args[-1].lstrip("=").startswith("@"):
                path = location.args[-1] if location.args else "/"
                found.setdefault(item.args[-1].lstrip("="), []).append(path)
    widest = {name: min(paths, key=len) for name, paths in found.items()}
    return {
        name: widest[name] for name, paths in found.items()
        if all(path.startswith(widest[name]) for path in paths) and widest[name].startswith("/")
    }  # fmt: skip


_MISSING = frozenset(("404", "403"))
"""Statuses of requests for which there is no file."""


def _uri(url: str) -> str | None:
    rest = url.partition("://")[2]
    slash = rest.find("/")
    return rest[slash:] if slash >= 0 else None


def _rewritten(place: _Place) -> str | None:
    """Return what ``rewrite … break`` makes of the beginning of the paths of a location."""
    for item in place.block.inner("rewrite"):
        if len(item.args) > 1 and item.args[1].startswith("/") and (place.pattern or "").startswith("/"):
            return item.args[1].partition("$")[0] or "/"
    return None


def _all(block: Directive) -> Iterator[Directive]:
    for item in block.block or ():
        yield item
        yield from _all(item)
