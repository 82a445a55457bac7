"""Apache httpd: each ``ProxyPass``, ``RewriteRule [P]`` and redirect, with what becomes of a handshake, and its checks.

The first ``ProxyPass`` that matches a path takes it, and mod_rewrite comes before both; so what a rule gets depends on
those above it. It extracts and does not judge. `inspectors` drives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._jinja import rendered
from wsdoctor.inspectors._proxies.apache_names import defined_beside
from wsdoctor.inspectors._proxies.common import (
    CARRIERS,
    HANDSHAKES_ONLY,
    NO_HANDSHAKES,
    Piece,
    Target,
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
    seconds,
    target,
)
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Address, Caller, Declared, Hop, Location, Note
from wsdoctor.syntax._proxy_patterns import found as found_in
from wsdoctor.syntax.apache import Directive, flags, parse

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "apache"
PATTERNS = (
    "*.conf", "*.conf.*", "*.vhost", "*.j2", "*.template", "*.tmpl", "*.erb", ".htaccess", "*/sites-available/*",
    "*/sites-enabled/*", "*apache*", "*httpd*", *CARRIERS,
)  # fmt: skip
NEEDLES = ("ProxyPass", "RewriteRule", "proxypass", "rewriterule", "Redirect", "BalancerMember")

_SIGN = re.compile(
    r"^[ \t]*(?:ProxyPass(?:Match)?[ \t]|RewriteRule[ \t].*\[.*P|RewriteRule[ \t].*//.*:\d|Redirect\w*[ \t].*//.*:\d"
    r"|BalancerMember[ \t])",
    re.IGNORECASE | re.MULTILINE,
)
_TRANSPARENT = frozenset(
    ("ifmodule", "ifdefine", "ifversion", "if", "else", "elseif", "requireall", "requireany", "macro", "directory")
)
_FORWARDS_HOST = frozenset(("on",))
_UPGRADE = re.compile(r"%\{(?:HTTP:)?(?:HTTP_)?(?P<field>upgrade|connection)\}", re.IGNORECASE)
_HANDSHAKES: Mapping[str, tuple[str, ...]] = {
    "upgrade": ("websocket",),
    "connection": ("Upgrade", "keep-alive, Upgrade"),
}
_REMOVED = ("unset", "upgrade")
"""Of ``RequestHeader``: without the field, none of the modules opens a tunnel."""
_STATUS = re.compile(r"REQUEST_STATUS\}?\s*(?:==|-eq|=~|in)\s*\D{0,3}(\d{3})")
_CHECKS = {"GET": "GET", "HEAD": "HEAD", "OPTIONS": "OPTIONS", "GET11": "GET", "HEAD11": "HEAD", "OPTIONS11": "OPTIONS"}


@dataclass(frozen=True, slots=True)
class _Rule:
    """A ``ProxyPass`` or a ``RewriteRule`` that proxies.

    Attributes:
        directive: where it stands.
        block: what its place is shown as, the directive or the ``Location`` around it.
        path: prefix or pattern.
        regex: whether the path is a pattern.
        url: where to.
        parameters: ``key=value`` words.
        condition: ``handshakes``, ``none of them``, ``unknown`` or ``""``.

    """

    directive: Directive
    block: Directive
    path: str
    regex: bool
    url: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    condition: str = ""
    spoiler: Directive | None = None


@dataclass(slots=True)
class _Server:
    """A virtual host, or what stands outside of all."""

    listens: tuple[int, ...]
    rules: list[_Rule] = field(default_factory=list)
    rewrites: list[_Rule] = field(default_factory=list)
    redirects: list[tuple[Directive, str, str]] = field(default_factory=list)
    preserve: bool = False
    removals: list[tuple[Directive, Directive | None]] = field(default_factory=list)
    conditions: list[Directive] = field(default_factory=list)


def inspect(path: str, repository: Repository) -> Declared:
    """Return the hops and the health checks of a configuration."""
    declared = Declared()
    for piece in pieces(path, rendered(path, repository)):
        if not _SIGN.search(piece.text):
            continue
        try:
            _Configuration(path, repository, piece).read(declared)
        except SyntaxProblem as problem:
            declared.notes.append(Note(Location(path, problem.line, problem.column), f"apache: {problem.problem}"))
    return finish(path, declared)


class _Configuration:
    def __init__(self, path: str, repository: Repository, piece: Piece) -> None:
        self.path = path
        self.repository = repository
        self.unit = unit_of(path, repository)
        self.top = parse(piece.text, source=path, first_line=piece.first_line)
        self.defines = dict(defined_beside(path, repository)) if "${" in piece.text else {}
        self.members: dict[str, list[Directive]] = {}
        self.templates: dict[str, Directive] = {}

    def read(self, declared: Declared) -> None:
        """Add what the configuration declares."""
        for item in _walk(self.top):
            if item.word == "define" and len(item.args) > 1:
                self.defines[item.args[0]] = item.args[1]
            elif item.word == "proxyhctemplate" and item.args:
                self.templates[item.args[0]] = item
            elif item.word == "proxy" and item.args and item.args[0].startswith("balancer://"):
                self.members[_balancer(item.args[0])] = list(item.inner("balancermember"))
        listens = tuple(
            port for item in self.top if item.word == "listen" and item.args
            if (port := number(item.args[0].rpartition(":")[2])) is not None
        )  # fmt: skip
        main = _Server(listens)
        self._collect(self.top, main, None)
        servers = [main]
        for host in _walk(self.top):
            if host.word == "virtualhost":
                ports = [number(self._known(word).rpartition(":")[2]) for word in host.args]
                server = _Server(tuple(port for port in ports if port), preserve=main.preserve)
                self._collect(host.section or (), server, None)
                servers.append(server)
        for server in servers:
            declared.hops += self._hops(server)
        for server in servers:
            declared.callers += self._checks(server)
        declared.callers += self._member_checks()

    def _known(self, text: str) -> str:
        for name, value in self.defines.items():
            text = text.replace(f"${{{name}}}", value)
        return resolved(text, self.path, self.repository) if "${" in text else text

    def _collect(self, items: Sequence[Directive], server: _Server, around: Directive | None) -> None:
        for item in items:
            if item.section is not None:
                if item.word in {"location", "locationmatch"}:
                    self._collect(item.section, server, item)
                elif item.word in _TRANSPARENT:
                    self._collect(item.section, server, around)
            elif item.word in {"proxypass", "proxypassmatch"}:
                server.rules += self._proxy_pass(item, around)
            elif item.word == "proxypreservehost":
                server.preserve = item.args[:1] != () and item.args[0].lower() in _FORWARDS_HOST
            elif item.word == "requestheader" and tuple(map(str.lower, item.args)) == _REMOVED:
                server.removals.append((item, around))
            elif item.word == "rewritecond":
                server.conditions.append(item)
            elif item.word == "rewriterule":
                self._rewrite(item, server, around)
                server.conditions.clear()
            elif item.word in {"redirect", "redirectpermanent", "redirecttemp", "redirectmatch"} and item.args:
                words = [word for word in item.args if "/" in word or "^" in word]
                server.redirects.append((item, words[0] if len(words) > 1 else _path(around), item.args[-1]))

    def _proxy_pass(self, item: Directive, around: Directive | None) -> Iterator[_Rule]:
        args = [word for word in item.args if "=" not in word or "://" in word.partition("=")[0]]
        given = dict(word.partition("=")[::2] for word in item.args if word not in args)
        args = [word for word in args if word.lower() not in {"nocanon", "interpolate", "noquery"}]
        inside = around is not None and (len(args) == 1 or "://" in args[0])
        path, url = (
            (_path(around), args[0] if args else "") if inside else (args[0] if args else "", "".join(args[1:2]))
        )
        if url:
            regex = item.word == "proxypassmatch" or (inside and around is not None and around.word == "locationmatch")
            regex = regex or (inside and around is not None and around.args[:1] == ("~",))
            block = around if inside and around is not None else item
            yield _Rule(item, block, path, regex, url, {name.lower(): value for name, value in given.items()})

    def _rewrite(self, item: Directive, server: _Server, around: Directive | None) -> None:
        if len(item.args) < 2:
            return
        told = flags(item.args, 2)
        pattern, url = item.args[0], item.args[1]
        if "P" in told or "PROXY" in told:
            condition, spoiler = _condition(server.conditions)
            path = pattern if around is None else _path(around)
            server.rewrites.append(_Rule(item, item, path, True, url, {}, condition, spoiler))
        elif any(flag == "R" or flag.startswith(("R=", "REDIRECT")) for flag in told) or "://" in url:
            server.redirects.append((item, pattern, url))

    def _hops(self, server: _Server) -> Iterator[Hop]:
        taken = [rule for rule in server.rewrites if rule.condition == "handshakes"]
        for rule in server.rewrites:
            yield from self._hop(rule, server, None, NO_HANDSHAKES if rule.condition == "others" else None)
        above: list[_Rule] = []
        for rule in server.rules:
            if rule.url != "!":
                first = next((other for other in above if not rule.regex and _covers(other, rule)), None)
                diverted = next((other for other in taken if _may_take(other, rule)), None)
                yield from self._hop(rule, server, first, NO_HANDSHAKES if diverted else None)
            if rule.block is rule.directive:
                above.append(rule)
        for item, path, url in server.redirects:
            to = target(self._known(url))
            if to.port is not None:
                own = re.match(r"%\{(?:HTTP_HOST|SERVER_NAME)\}", url.partition("://")[2]) is not None
                place = self.repository.location(self.path, item.line, item.column, item.end_line)
                yield Hop(
                    "apache", Address("" if own else to.host, to.port, self.unit), to.scheme, place, server.listens,
                    path, None, (), ("redirect",), means_websocket(path), self.unit,
                    details(directive=" ".join((item.name, *item.args)), directive_line=item.line, becomes=to.path),
                )  # fmt: skip

    def _ends(self, rule: _Rule) -> Iterator[tuple[Target, Mapping[str, str], str]]:
        """Yield target, parameters and name of each end of a rule: one, or one for each port of a balancer."""
        url = self._known(rule.url)
        members = self.members.get(_balancer(url)) if url.startswith("balancer://") else None
        if members is None:
            yield target(url), rule.parameters, ""
            return
        seen: set[int | None] = set()
        rest = target(url).rest
        for member in members:
            end = target(self._known(member.args[0])) if member.args else target("")
            if end.sure_port not in seen:
                seen.add(end.sure_port)
                given = {name.lower(): value for name, _, value in (word.partition("=") for word in member.args[1:])}
                yield replace(end, rest=rest or end.rest), {**given, **rule.parameters}, _balancer(url)

    def _hop(self, rule: _Rule, server: _Server, shadow: _Rule | None, only: str | None) -> Iterator[Hop]:
        rewrites = rule.directive.word == "rewriterule"
        for to, parameters, name in self._ends(rule):
            if to.scheme in {"", "balancer", "fcgi", "ajp", "uwsgi", "scgi", "unix"}:
                continue
            upgrade = parameters.get("upgrade", "").lower()
            keeps = to.scheme in {"ws", "wss"} or upgrade in {"websocket", "any"}
            lacks: list[str] = [] if keeps else ["upgrade"]
            if shadow is not None and keeps:
                lacks.append("order")
            if rule.condition == "never":
                lacks.append("condition")
            removal = next((one for one, within in server.removals if within in {None, rule.block}), None)
            if removal is not None and keeps:
                lacks.append("upgrade")
            forwards: bool | None = not lacks
            sends = list(self._path_sends(rule, to))
            if to.scheme in {"h2", "h2c"}:
                sends.append("http2")
                forwards = False
            if to.scheme in {"ws", "wss"}:
                only = None
            if only == NO_HANDSHAKES:
                forwards, lacks = True, []
            elif rule.condition == "unknown" and not keeps:
                forwards = None
            if not server.preserve:
                sends.append("rewrites-host")
            handshakes = HANDSHAKES_ONLY if rule.condition in {"handshakes", "never"} else only
            spoiler = rule.spoiler if rule.condition == "never" else removal if keeps else None
            place = spoiler or rule.block
            end = place.end_line if place is removal else max(place.end_line, rule.directive.end_line)
            yield Hop(
                "apache", address(to, self.unit), to.scheme,
                self.repository.location(self.path, place.line, place.column, end),
                server.listens, rule.path or None, forwards, tuple(lacks), tuple(sends),
                meant_for(rule.path, name, to.host, asks=keeps, only=handshakes), self.unit,
                details(
                    **arrives("1.1", "Upgrade" if forwards else "close" if rewrites else "Keep-Alive",
                              "websocket" if forwards else None),
                    directive=" ".join((rule.directive.name, *rule.directive.args)),
                    directive_line=rule.directive.line,
                    match="regex" if rule.regex else "prefix",
                    upstream=name,
                    only=handshakes,
                    shadowed_by=f"line {shadow.directive.line}" if shadow is not None else None,
                    offender=" ".join((place.name, *place.args)) if place is spoiler else None,
                ),
            )  # fmt: skip

    @staticmethod
    def _path_sends(rule: _Rule, to: Target) -> tuple[str, ...]:
        return () if rule.regex or "$" in to.rest else path_sends(rule.path, to.rest)

    def _checks(self, server: _Server) -> Iterator[Caller]:
        for rule in server.rules:
            if "hcmethod" in rule.parameters or "hctemplate" in rule.parameters:
                yield from self._check(rule.directive, target(self._known(rule.url)), rule.parameters)

    def _member_checks(self) -> Iterator[Caller]:
        for members in self.members.values():
            for member in members:
                given = {name.lower(): value for name, _, value in (word.partition("=") for word in member.args[1:])}
                if member.args:
                    yield from self._check(member, target(self._known(member.args[0])), given)

    def _check(self, item: Directive, to: Target, given: Mapping[str, str]) -> Iterator[Caller]:
        template = self.templates.get(given.get("hctemplate", ""))
        if template is not None:
            words = (word.partition("=") for word in template.args[1:])
            given = {**{name.lower(): value for name, _, value in words}, **given}
        method = given.get("hcmethod", "").upper()
        if method not in _CHECKS and method != "TCP":
            return
        tcp = method == "TCP"
        statuses = re.findall(
            r"REQUEST_STATUS\}?\s*(?:==|-eq|=~|in)\s*\D{0,3}(\d{3})", " ".join(_expressions(self.top))
        )
        place = self.repository.location(self.path, item.line, item.column, item.end_line)
        also = [self.repository.location(self.path, template.line, template.column)] if template is not None else []
        uri = given.get("hcuri") or to.rest or "/"
        yield Caller(
            "apache", "health-check", "tcp" if tcp else "https" if to.scheme in {"https", "wss"} else "http",
            address(to, self.unit), place, None if tcp else "*" if method.startswith("OPTIONS") else uri,
            None if tcp else _CHECKS[method], None if tcp else "", seconds(given.get("hcinterval")) or 30.0,
            tuple(int(status) for status in statuses) if "hcexpr" in given else (), also=tuple(also), unit=self.unit,
        )  # fmt: skip


def _walk(items: Sequence[Directive]) -> Iterator[Directive]:
    for item in items:
        yield item
        yield from _walk(item.section or ())


def _expressions(items: Sequence[Directive]) -> Iterator[str]:
    return (" ".join(item.args) for item in _walk(items) if item.word == "proxyhcexpr")


def _balancer(url: str) -> str:
    return url.removeprefix("balancer://").partition("/")[0].lower()


def _path(around: Directive | None) -> str:
    return around.args[-1] if around is not None and around.args else ""


def _covers(above: _Rule, rule: _Rule) -> bool:
    """Say whether a rule above takes all that a rule would."""
    if above.regex:
        return found_in(above.path, rule.path.rstrip("/") + "/x") is True
    return rule.path.startswith(above.path)


def _may_take(rewrite: _Rule, rule: _Rule) -> bool:
    """Say whether a rewrite takes the handshakes of a rule; one that asks for another path does not."""
    sample = (rule.path.rstrip("/") or "") + "/x"
    if rule.regex:
        return True
    taken = [found_in(rewrite.path, path) for path in (sample, sample.lstrip("/"), rule.path)]
    below = re.match(r"\^?/?([\w/-]+)", rewrite.path)
    return any(result is not False for result in taken) or bool(below and ("/" + below[1]).startswith(rule.path))


def _condition(conditions: Sequence[Directive]) -> tuple[str, Directive | None]:
    """Say for whom the conditions hold: ``handshakes``, ``others``, ``never``, ``unknown`` or, without any, ``""``."""
    asks = [
        item
        for item in conditions
        if len(item.args) > 1 and (_UPGRADE.search(item.args[0]) or "websocket" in item.args[1].lower())
    ]
    if not asks:
        return ("unknown" if conditions else ""), None
    either = any("OR" in flags(item.args, 2) or "ORNEXT" in flags(item.args, 2) for item in asks)
    results = [(_holds(item), item) for item in asks]
    if all(item.args[1].startswith("!") for item in asks):
        return "others", None
    failing = [item for result, item in results if result is False]
    if failing and not (either and len(failing) < len(asks)):
        return "never", failing[0]
    return "handshakes", None


def _holds(item: Directive) -> bool | None:
    """Say whether a condition on Upgrade or Connection holds for every handshake that browsers send."""
    named = _UPGRADE.search(item.args[0])
    values = _HANDSHAKES[named["field"].lower()] if named else ()
    insensitive = bool({"NC", "NOCASE"} & flags(item.args, 2))
    pattern = item.args[1].removeprefix("!")
    negated = item.args[1].startswith("!")
    results = []
    for value in values:
        if pattern.startswith("="):
            wanted = pattern[1:].strip("\"'")
            held: bool | None = value.lower() == wanted.lower() if insensitive else value == wanted
        else:
            held = found_in(pattern, value, ignore_case=insensitive)
        results.append(None if held is None else held is not negated)
    return None if None in results else all(results)
