"""Who sends what: the table of known senders, and the recogniser that looks an attempt up in it.

The table is data, ``senders.toml`` and ``networks.toml``; this module reads it and answers two questions:
who is this, and does that address belong to them. It judges nothing: which attempts are explained by a
sender is up to the rules. The engine drives it, once for each attempt, so it looks patterns up by a word that
they must contain instead of trying all of them. A condition on a fact that was not observed never holds.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from wsdoctor.errors import InvalidRule
from wsdoctor.model.evidence import Evidence
from wsdoctor.model.rule import Sender

__all__ = ["KINDS", "Pattern", "Recogniser", "SenderEntry", "load_networks", "load_senders", "parse_senders"]

KINDS = frozenset(
    (
        "health-check", "uptime-monitor", "tcp-check", "http-library", "command-line", "websocket-client",
        "realtime-client", "browser", "preview", "unfurler", "crawler", "dev-server", "monitoring",
        "load-balancer", "scanner",
    )
)  # fmt: skip
AGENT_LIMIT = 512
"""No more characters of a User-Agent are looked at; the longest real ones have about 300."""
CACHE_LIMIT = 512
"""So many User-Agents are remembered; then the memory starts afresh, so that a flood of names costs nothing lasting."""

_PREFIX = 3
_WORD = re.compile(r"[a-z0-9]+")
_VERSION = re.compile(r"[ /_-]?v?(\d[\w.+-]{0,31})")
_TEXTS = ("agent", "agent_contains", "agent_regex", "method", "path", "path_prefix", "host", "version", "speaks",
          "subprotocol", "query_contains")  # fmt: skip
_CONDITIONS = frozenset((*_TEXTS, "header", "absent", "order"))


@dataclass(frozen=True, slots=True)
class Pattern:
    """Conditions that must all hold; None where a condition is not made.

    Attributes:
        agent: the User-Agent starts with it.
        agent_contains: the User-Agent contains it, whole words, ignoring case.
        agent_regex: the User-Agent matches it somewhere.
        method: request method.
        path: path of the target.
        path_prefix: the path starts with it.
        host: Host, without port, ignoring case.
        version: version of the request line.
        speaks: protocol of the first bytes.
        subprotocol: one of the subprotocols offered.
        query_contains: the query contains it.
        header: fields that were sent, with their values, or with the empty string for any value.
        absent: fields that were not sent.
        order: the names of all fields, lower case, in the order received.

    """

    agent: str | None = None
    agent_contains: str | None = None
    agent_regex: str | None = None
    method: str | None = None
    path: str | None = None
    path_prefix: str | None = None
    host: str | None = None
    version: str | None = None
    speaks: str | None = None
    subprotocol: str | None = None
    query_contains: str | None = None
    header: tuple[tuple[str, str], ...] = ()
    absent: tuple[str, ...] = ()
    order: tuple[str, ...] | None = None

    @property
    def specificity(self) -> tuple[int, int]:
        """The number of conditions, and the length of their literals: the greater of two patterns says more."""
        texts = [text for name in _TEXTS if (text := getattr(self, name)) is not None]
        fields = [name + value for name, value in self.header] + list(self.absent) + list(self.order or ())
        conditions = len(texts) + len(self.header) + len(self.absent) + (self.order is not None)
        return conditions, sum(map(len, texts)) + sum(map(len, fields))

    def holds(self, evidence: Evidence) -> bool:
        """Say whether every condition holds."""
        return self._agent_holds(evidence.user_agent) and self._line_holds(evidence) and self._fields_hold(evidence)

    def version_in(self, agent: str | None) -> str | None:
        """Return the version that follows the literal in the User-Agent."""
        literal = self.agent or self.agent_contains
        if agent is None or literal is None:
            return None
        start = agent.lower().find(literal.lower())
        found = _VERSION.match(agent, start + len(literal)) if start >= 0 else None
        return found[1] if found else None

    def _agent_holds(self, agent: str | None) -> bool:
        if self.agent is None and self.agent_contains is None and self.agent_regex is None:
            return True
        if agent is None:
            return False
        return (
            (self.agent is None or agent.startswith(self.agent))
            and (self.agent_contains is None or self.agent_contains.lower() in agent.lower())
            and (self.agent_regex is None or _compiled(self.agent_regex).search(agent[:AGENT_LIMIT]) is not None)
        )

    def _line_holds(self, evidence: Evidence) -> bool:
        return (
            (self.method is None or evidence.method == self.method)
            and (self.path is None or evidence.path == self.path)
            and (self.path_prefix is None or (evidence.path or "").startswith(self.path_prefix))
            and (self.query_contains is None or self.query_contains in (evidence.query or ""))
            and (self.version is None or evidence.http_version == self.version)
            and (self.speaks is None or evidence.speaks == self.speaks)
            and (self.host is None or _name_of(evidence.host) == self.host)
        )

    def _fields_hold(self, evidence: Evidence) -> bool:
        if not self.header and not self.absent and self.order is None and self.subprotocol is None:
            return True
        headers = evidence.headers
        if headers is None or ((self.absent or self.order is not None) and evidence.complete is False):
            return False
        return (
            all((value == "" and name in headers) or headers.get(name) == value for name, value in self.header)
            and not headers.has_any(*self.absent)
            and (self.order is None or headers.order == self.order)
            and (self.subprotocol is None or self.subprotocol.lower() in headers.tokens("Sec-WebSocket-Protocol"))
        )


@dataclass(frozen=True, slots=True)
class SenderEntry:
    """One entry of the table.

    Attributes:
        sender: who it is.
        patterns: ways to recognise it; one of them suffices.
        instances: User-Agents and raw request heads that must be recognised as this sender.

    """

    sender: Sender
    patterns: tuple[Pattern, ...]
    instances: tuple[str | bytes, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    entry: SenderEntry
    pattern: Pattern
    rank: tuple[bool, int, int, int]


class Recogniser:
    """Looks attempts up in a table of senders.

    Args:
        entries: the table; where two entries fit, the one that says more wins, then the earlier; a
            browser, whose User-Agent half the world copies, wins over nobody.
        networks: published networks by name, ready-made for tests; None = those of ``networks.toml``.

    """

    def __init__(self, entries: Iterable[SenderEntry], networks: Mapping[str, tuple[str, ...]] | None = None) -> None:
        self._by_prefix: dict[str, list[_Candidate]] = {}
        self._by_word: dict[str, list[_Candidate]] = {}
        self._by_fact: dict[tuple[str, Any], list[_Candidate]] = {}
        self._any: list[_Candidate] = []
        self._memory: dict[str, tuple[_Candidate, ...]] = {}
        self._networks = networks
        self._parsed: dict[str, tuple[Any, ...]] = {}
        for number, entry in enumerate(entries):
            for pattern in entry.patterns:
                rank = (entry.sender.kind != "browser", *pattern.specificity, -number)
                self._file(_Candidate(entry, pattern, rank))

    def _file(self, candidate: _Candidate) -> None:
        pattern = candidate.pattern
        if pattern.agent_contains is not None:
            word = max(_WORD.findall(pattern.agent_contains.lower()), key=len)
            self._by_word.setdefault(word, []).append(candidate)
        elif pattern.agent is not None:
            self._by_prefix.setdefault(pattern.agent[:_PREFIX], []).append(candidate)
        else:
            fact = next(_facts_of_pattern(pattern), None)
            (self._any if fact is None else self._by_fact.setdefault(fact, [])).append(candidate)

    def recognise(self, evidence: Evidence) -> Sender | None:
        """Return the sender that the evidence fits best, None if it fits nobody's entry."""
        best: _Candidate | None = None
        for candidate in self._candidates(evidence):
            if (best is None or candidate.rank > best.rank) and candidate.pattern.holds(evidence):
                best = candidate
        if best is None:
            return None
        sender, version = best.entry.sender, best.pattern.version_in(evidence.user_agent)
        if version is None:
            return sender
        return Sender(
            sender.id, sender.name, sender.kind, sender.rule, sender.url,
            sender.periods, sender.networks, sender.reliable, version,
        )  # fmt: skip

    def in_networks(self, sender: Sender, address: str) -> bool:
        """Say whether the address belongs to a published network of the sender; a private one proves nothing."""
        if not sender.networks:
            return False
        import ipaddress

        try:
            ip = ipaddress.ip_address(address.partition("%")[0])
        except ValueError:
            return False
        ip = getattr(ip, "ipv4_mapped", None) or ip
        return any(ip in network for name in sender.networks for network in self._network(name))

    def _network(self, name: str) -> tuple[Any, ...]:
        if name not in self._parsed:
            import ipaddress

            published = load_networks() if self._networks is None else self._networks
            parsed = tuple(ipaddress.ip_network(each) for each in published.get(name, ()))
            self._parsed[name] = tuple(network for network in parsed if not network.is_private)
        return self._parsed[name]

    def _candidates(self, evidence: Evidence) -> Iterator[_Candidate]:
        agent = evidence.user_agent
        if agent:
            agent = agent[:AGENT_LIMIT]
            known = self._memory.get(agent)
            if known is None:
                if len(self._memory) >= CACHE_LIMIT:
                    self._memory.clear()
                known = self._memory[agent] = tuple(self._by_agent(agent))
            yield from known
        by_fact = self._by_fact
        for fact in _facts_of_evidence(evidence):
            found = by_fact.get(fact)
            if found is not None:
                yield from found
        yield from self._any

    def _by_agent(self, agent: str) -> Iterator[_Candidate]:
        for candidate in self._by_prefix.get(agent[:_PREFIX], ()):
            if candidate.pattern.agent is not None and agent.startswith(candidate.pattern.agent):
                yield candidate
        for word in self._by_word.keys() & set(_WORD.findall(agent.lower())):
            yield from self._by_word[word]


def load_senders(path: Path | None = None) -> tuple[SenderEntry, ...]:
    """Return the built-in table, or that of a user's file.

    Raises:
        InvalidRule: if the table cannot be read or breaks its form.

    """
    if path is None:
        return parse_senders(_shipped("senders.toml"), "senders.toml")
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidRule(f"cannot be read: {error}", str(path)) from None
    return parse_senders(text, str(path))


@cache
def load_networks() -> dict[str, tuple[str, ...]]:
    """Return the published networks by name."""
    import tomllib

    tables: dict[str, dict[str, Any]] = tomllib.loads(_shipped("networks.toml"))
    return {name: tuple(table["networks"]) for name, table in tables.items()}


def parse_senders(text: str, where: str) -> tuple[SenderEntry, ...]:
    """Return the entries of a table of senders.

    Args:
        text: TOML with one ``[[sender]]`` table an entry.
        where: name of the file, for errors.

    Raises:
        InvalidRule: if it is not TOML or an entry breaks the form; it names the entry.

    """
    import tomllib

    try:
        tables = tomllib.loads(text).get("sender", [])
    except tomllib.TOMLDecodeError as error:
        raise InvalidRule(f"not a TOML file: {error}", where) from None
    if not isinstance(tables, list):
        raise InvalidRule("senders are written as [[sender]] tables", where)
    return tuple(_entry(table, f"{where}, sender {number}", number) for number, table in enumerate(tables, 1))


def _entry(table: dict[str, Any], where: str, number: int) -> SenderEntry:
    try:
        sender = Sender(
            id=table["id"],
            name=table["name"],
            kind=table["kind"],
            rule=table.get("rule"),
            url=table["url"],
            periods=tuple(float(period) for period in table.get("periods", ())),
            networks=tuple(table.get("networks", ())),
            reliable=table.get("reliable", False),
        )
        match = table["match"]
        patterns = tuple(_pattern(each) for each in (match if isinstance(match, list) else [match]))
        instances = tuple(_instance(each) for each in table.get("instances", ()))
    except KeyError as error:
        raise InvalidRule(f"the key {error.args[0]!r} is missing", where, number) from None
    except (TypeError, ValueError, AttributeError) as error:
        raise InvalidRule(str(error), where, number) from None
    if sender.kind not in KINDS:
        raise InvalidRule(f"the kind {sender.kind!r} is none of {', '.join(sorted(KINDS))}", where, number)
    return SenderEntry(sender, patterns, instances)


def _pattern(match: Any) -> Pattern:
    if not isinstance(match, dict):
        raise TypeError("match is no table of conditions")
    unknown = sorted(set(match) - _CONDITIONS)
    if unknown or not match:
        raise ValueError(f"no such condition: {', '.join(unknown)}" if unknown else "match is empty")
    if len(match.get("agent", "...")) < _PREFIX:
        raise ValueError(f"agent {match['agent']!r} is shorter than {_PREFIX} characters")
    if not _WORD.search(match.get("agent_contains", "word").lower()):
        raise ValueError(f"agent_contains {match['agent_contains']!r} has no word")
    order = match.get("order")
    return Pattern(
        **{name: str(match[name]) for name in _TEXTS if name in match},
        header=tuple(match.get("header", {}).items()),
        absent=tuple(match.get("absent", ())),
        order=None if order is None else tuple(order),
    )


def _instance(instance: str | dict[str, str]) -> str | bytes:
    return instance["agent"] if isinstance(instance, dict) else instance.encode("latin-1")


def _facts_of_pattern(pattern: Pattern) -> Iterator[tuple[str, Any]]:
    """Yield what the pattern can be found by, the rarest first."""
    if pattern.order is not None:
        yield "order", pattern.order
    for name, _ in pattern.header:
        yield "header", name.lower()
    path = pattern.path or pattern.path_prefix
    if path is not None and path.count("/") > (pattern.path is None):
        yield "segment", path.split("/", 2)[1]
    if pattern.host is not None:
        yield "host", pattern.host
    if pattern.speaks is not None:
        yield "speaks", pattern.speaks


def _facts_of_evidence(evidence: Evidence) -> Iterator[tuple[str, Any]]:
    if evidence.headers is not None:
        order = evidence.headers.order
        yield "order", order
        for name in set(order):
            yield "header", name
    if evidence.path is not None:
        segments = evidence.path.split("/", 2)
        if len(segments) > 1:
            yield "segment", segments[1]
    if evidence.host:
        yield "host", _name_of(evidence.host)
    if evidence.speaks is not None:
        yield "speaks", evidence.speaks


def _name_of(host: str | None) -> str | None:
    return None if host is None else re.sub(r":\d*$", "", host).lower()


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _shipped(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")
