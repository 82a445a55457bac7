"""Caddy: each ``reverse_proxy``, ``forward_auth`` and redirect of a Caddyfile or of Caddy's JSON, and its checks.

Caddy passes a handshake on by itself; only lines that change its fields, a matcher that real browsers miss, or HTTP/2
spoil that. It extracts and does not judge. `inspectors` drives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._jinja import rendered
from wsdoctor.inspectors._proxies import caddy_json as as_json
from wsdoctor.inspectors._proxies.caddy import Matcher, field_of, fields_of, filled, first, matcher, sets_host
from wsdoctor.inspectors._proxies.common import (
    CARRIERS,
    HANDSHAKES_ONLY,
    NO_HANDSHAKES,
    Piece,
    address,
    arrives,
    details,
    finish,
    means_websocket,
    meant_for,
    number,
    path_sends,
    pieces,
    resolved,
    root_of_pages,
    seconds,
    target,
)
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Address, Caller, Declared, Hop, Location, Note
from wsdoctor.syntax.caddyfile import Directive, parse

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "caddy"
PATTERNS = ("*Caddyfile*", "*.caddy", "*.caddyfile", "*caddy*.json", "*/caddy/*", *CARRIERS)
NEEDLES = ("reverse_proxy", "redir ", "forward_auth", "proxy ")

_SIGN = re.compile(r"^[ \t]*(?:reverse_proxy|redir|forward_auth|proxy[ \t]+/)\b", re.MULTILINE)
_NESTS = frozenset(("handle", "handle_path", "route", "handle_errors", "handle_response", "subroute"))
_VARIABLE = re.compile(r"\{(?:\$(?P<name>\w+)(?::(?P<default>[^}]*))?|env\.(?P<env>\w+))\}")
_MAX_IMPORTS = 8


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a request is while it goes through the blocks of a site."""

    listens: tuple[int, ...]
    matchers: Mapping[str, Matcher]
    path: str | None = None
    strips: str | None = None
    handshakes: str = ""
    spoiler: Directive | None = None
    removed: tuple[Directive, ...] = ()


@dataclass(slots=True)
class _Proxy:
    """A ``reverse_proxy`` with its options."""

    directive: Directive
    upstreams: list[str] = field(default_factory=list)
    header_up: list[Directive] = field(default_factory=list)
    transport: list[Directive] = field(default_factory=list)
    options: dict[str, Directive] = field(default_factory=dict)


def inspect(path: str, repository: Repository) -> Declared:
    """Return the hops and the checks of a configuration."""
    declared = Declared()
    text = rendered(path, repository)
    try:
        if path.endswith(".json"):
            as_json.read(path, repository, declared)
        else:
            for piece in pieces(path, text):
                if _SIGN.search(piece.text):
                    _Configuration(path, repository, piece).read(declared)
    except SyntaxProblem as problem:
        declared.notes.append(Note(Location(path, problem.line, problem.column), f"caddy: {problem.problem}"))
    return finish(path, declared)


class _Configuration:
    def __init__(self, path: str, repository: Repository, piece: Piece) -> None:
        self.path = path
        self.repository = repository
        self.unit = unit_of(path, repository)
        self.top = parse(piece.text, source=path, first_line=piece.first_line)
        self.snippets = {item.name.strip("()"): item for item in self.top if item.name.startswith("(")}
        for item in self.top:
            if item.name == "import" and item.args:
                self._learn(item.args[0])

    def _learn(self, pattern: str) -> None:
        """Take in the snippets of another file."""
        for item in self._file(pattern):
            if item.name.startswith("("):
                self.snippets.setdefault(item.name.strip("()"), item)

    def _file(self, pattern: str) -> tuple[Directive, ...]:
        tail = "/".join(part for part in pattern.split("/") if part not in {"", ".", "..", "etc", "caddy"})
        folder = self.path.rpartition("/")[0]
        near = self.repository.glob(f"{folder}/{tail}" if folder else tail)
        found: list[Directive] = []
        for file in near or self.repository.glob("**/" + tail):
            if file != self.path:
                try:
                    found += parse(self.repository.text(file) or "", source=file)
                except SyntaxProblem:
                    continue
        return tuple(found)

    def read(self, declared: Declared) -> None:
        """Add what the configuration declares."""
        loose = [item for item in self.top if item.name in {"reverse_proxy", "redir", "forward_auth", *_NESTS}]
        if loose:
            self._block(self.top, _Place((), {}), declared)
        for site in self.top:
            if site.block is None or not site.name or site.name.startswith(("(", "&")) or site in loose:
                continue
            listens = [self._port(word) for word in (site.name, *site.args)]
            place = _Place(tuple(dict.fromkeys(port for port in listens if port is not None)), {})
            path = re.sub(r"^[a-z]+://", "", site.name).partition("/")[2]
            before = len(declared.hops)
            self._block(site.block, replace(place, path=f"/{path}" if path else None), declared)
            declared.hops[before:] = root_of_pages(declared.hops[before:], site.name)

    def _known(self, text: str) -> str:
        def value(found: re.Match[str]) -> str:
            name = found["name"] or found["env"]
            given = resolved(f"${{{name}}}", self.path, self.repository)
            if given != f"${{{name}}}":
                return given
            return found["default"] if found["default"] is not None else found[0]

        return _VARIABLE.sub(value, text)

    def _port(self, site: str) -> int | None:
        to = target(self._known(site))
        if to.written_port:
            return to.port
        return 80 if to.scheme == "http" else 443

    def _imported(self, block: Sequence[Directive], depth: int = 0) -> Iterator[Directive]:
        for item in block:
            if item.name != "import" or not item.args or depth >= _MAX_IMPORTS:
                yield item
                continue
            snippet = self.snippets.get(item.args[0])
            inner = snippet.block or () if snippet is not None else self._file(item.args[0])
            yield from self._imported([filled(each, item.args[1:]) for each in inner], depth + 1)

    def _block(self, block: Sequence[Directive], place: _Place, declared: Declared) -> None:
        items = list(self._imported(block))
        named = {item.name: matcher(item) for item in items if item.name.startswith("@")}
        place = replace(place, matchers={**place.matchers, **named})
        removed = [item for item in items if item.name == "request_header" and field_of(item.args) is not None]
        place = replace(place, removed=(*place.removed, *removed))
        for item in items:
            if item.name == "uri" and item.args[:1] == ("strip_prefix",) and len(item.args) > 1:
                place = replace(place, strips=item.args[1])
        diverted = False
        for item in items:
            if item.name in _NESTS and item.block is not None:
                inner, _ = self._matched(item, place)
                strips = (inner.path or "").rstrip("*") if item.name == "handle_path" else inner.strips
                self._block(item.block, replace(inner, strips=strips or None), declared)
            elif item.name in {"reverse_proxy", "forward_auth"}:
                inner, rest = self._matched(item, place)
                self._proxy(self._options(item, rest), inner, declared, diverted=diverted)
                diverted = diverted or (inner.handshakes == HANDSHAKES_ONLY and inner.path in {None, "/*"})
            elif item.name == "redir":
                self._redirect(item, place, declared)
            elif item.name == "proxy" and len(item.args) > 1:
                self._old_proxy(item, place, declared)

    def _matched(self, item: Directive, place: _Place) -> tuple[_Place, list[str]]:
        rest = list(item.args)
        if rest and rest[0].startswith("@"):
            found = place.matchers.get(rest.pop(0), Matcher())
            path = found.paths[0] if found.paths else place.path
            asks = found.handshakes or place.handshakes
            return replace(place, path=path, handshakes=asks, spoiler=found.spoiler or place.spoiler), rest
        if rest and (rest[0].startswith("/") or rest[0] == "*"):
            path = rest.pop(0)
            return replace(place, path=None if path == "*" else path), rest
        return place, rest

    def _options(self, item: Directive, rest: list[str]) -> _Proxy:
        proxy = _Proxy(item, [self._known(word) for word in rest])
        for option in self._imported(item.block or ()):
            if option.name == "to":
                proxy.upstreams += (self._known(word) for word in option.args)
            elif option.name == "header_up":
                proxy.header_up.append(option)
            elif option.name == "transport":
                proxy.transport += option.block or ()
            else:
                proxy.options[option.name] = option
        return proxy

    def _proxy(self, proxy: _Proxy, place: _Place, declared: Declared, *, diverted: bool) -> None:
        item = proxy.directive
        transport = {option.name: option for option in proxy.transport}
        versions = transport["versions"].args if "versions" in transport else ()
        lacks, spoiler, hard_coded = fields_of([*place.removed, *proxy.header_up])
        header = transport.get("proxy_protocol")
        secured = next((option for name, option in transport.items() if name == "tls" or name.startswith("tls_")), None)
        seen: set[int | None] = set()
        for upstream in proxy.upstreams:
            to = target(upstream)
            if to.port in seen or upstream.startswith("unix/"):
                continue
            seen.add(to.port)
            scheme = to.scheme or ("https" if to.port == 443 or secured is not None else "http")
            if "h2c" in versions or versions == ("2",):
                scheme = "h2" if scheme == "https" else "h2c"
            sends = self._sends(proxy, place, header, hard_coded, http2=scheme in {"h2", "h2c"})
            missed = place.handshakes == "not all"
            all_lacks = (*lacks, *(("condition",) if missed else ()))
            only = HANDSHAKES_ONLY if missed else place.handshakes or (NO_HANDSHAKES if diverted else None)
            forwards = not all_lacks and "http2" not in sends
            if only == NO_HANDSHAKES:
                forwards, all_lacks = True, ()
            offender = spoiler or (place.spoiler if missed else None) or header or transport.get("versions") or secured
            end = address(replace(to, scheme={"h2c": "http", "h2": "https"}.get(scheme, scheme)), self.unit)
            declared.hops.append(
                Hop(
                    "caddy", Address("" if end.host == "" else end.host, end.port, self.unit), scheme,
                    self._place(offender or item, item), place.listens, place.path, forwards, all_lacks, sends,
                    meant_for(place.path, to.host, only=only), self.unit,
                    details(
                        **arrives("2" if "http2" in sends else "1.1", None if "connection" in lacks else "Upgrade",
                                  None if "upgrade" in lacks else "websocket"),
                        directive=" ".join((item.name, *item.args)),
                        directive_line=item.line,
                        becomes=first(proxy.options.get("uri")) if "auth-subrequest" in sends else None,
                        only=only,
                        offender=" ".join((offender.name, *offender.args)) if offender is not None else None,
                    ),
                )
            )  # fmt: skip
            declared.callers += self._check(proxy, to.host, end.port, scheme)

    def _place(self, item: Directive, whole: Directive) -> Location:
        """Return a directive's place; one within the whole goes to the end of it."""
        end = whole.end_line if item.source == whole.source and item.line <= whole.end_line else item.end_line
        return self.repository.location(item.source or self.path, item.line, item.column, max(end, item.line))

    @staticmethod
    def _sends(
        proxy: _Proxy, place: _Place, header: Directive | None, hard_coded: bool, *, http2: bool
    ) -> tuple[str, ...]:
        sends = ["proxy-protocol"] if header is not None else []
        sends += ["http2"] if http2 else []
        sends += ["hard-coded-upgrade"] if hard_coded else []
        if place.strips is not None:
            sends += path_sends(place.strips, "/") if place.strips.endswith("/") else ["strips-prefix"]
        elif "rewrite" in proxy.options:
            sends.append("strips-prefix")
        sends += ["auth-subrequest"] if proxy.directive.name == "forward_auth" else []
        if any(sets_host(option) for option in proxy.header_up):
            sends.append("rewrites-host")
        return tuple(sends)

    def _check(self, proxy: _Proxy, host: str | None, port: int | None, scheme: str) -> Iterator[Caller]:
        options = proxy.options
        uri = options.get("health_uri") or options.get("health_path")
        start = uri or options.get("health_port")
        if start is None:
            return
        method = first(options.get("health_method"))
        headers = {
            each.name: each.args[0] for each in (options["health_headers"].block or ()) if each.args
        } if "health_headers" in options else {}  # fmt: skip
        status = first(options.get("health_status")) or ""
        own_port = number(self._known(first(options.get("health_port")) or "")) or port
        yield Caller(
            "caddy", "health-check", "https" if scheme in {"https", "h2"} else "http",
            Address(host, own_port, self.unit), self._place(start, start),
            self._known(first(uri) or "/"), (method or "GET").upper(), "Go-http-client",
            seconds(first(options.get("health_interval"))) or 30.0,
            (int(status),) if re.fullmatch(r"[1-5]\d\d", status) else (), headers,
            (self._place(proxy.directive, proxy.directive),), unit=self.unit,
        )  # fmt: skip

    def _redirect(self, item: Directive, place: _Place, declared: Declared) -> None:
        place, rest = self._matched(item, place) if len(item.args) > 1 else (place, list(item.args))
        written = self._known(rest[0]) if rest else ""
        to = target(written)
        if to.port is None or to.scheme not in {"http", "https", "ws", "wss"}:
            return
        own = written.partition("://")[2].startswith(("{host}", "{http.request.host"))
        declared.hops.append(
            Hop(
                "caddy", Address("" if own else to.host, to.port, self.unit), to.scheme, self._place(item, item),
                place.listens, place.path, None, (), ("redirect",), means_websocket(place.path), self.unit,
                details(directive=" ".join((item.name, *item.args)), directive_line=item.line, becomes=to.path),
            )
        )  # fmt: skip

    def _old_proxy(self, item: Directive, place: _Place, declared: Declared) -> None:
        """Read ``proxy`` of Caddy 1, which passes handshakes on only when told ``websocket``."""
        told = {option.name for option in item.block or ()} | {
            word for option in item.block or () for word in option.args
        }
        keeps = "websocket" in told
        to = target(self._known(item.args[1]))
        declared.hops.append(
            Hop(
                "caddy", address(replace(to, scheme=to.scheme or "http"), self.unit), to.scheme or "http",
                self._place(item, item), place.listens, item.args[0], keeps, () if keeps else ("websocket",),
                () if "transparent" in told else ("rewrites-host",), meant_for(item.args[0], to.host, asks=keeps),
                self.unit, details(directive=" ".join((item.name, *item.args)), directive_line=item.line),
            )
        )  # fmt: skip
