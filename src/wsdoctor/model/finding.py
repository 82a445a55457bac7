"""Findings and diagnoses: what the rules say of one attempt.

The classes and categories are those of the public contract; machines read them, so they never change.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from wsdoctor.model.traffic import Location

__all__ = [
    "CATEGORY_OF",
    "CLASSES",
    "LEVELS",
    "Diagnosis",
    "Finding",
    "Level",
    "RepositoryFinding",
    "Undecided",
    "fingerprints",
]

Level = Literal["note", "warning", "error"]
LEVELS: tuple[Level, ...] = ("note", "warning", "error")

CATEGORY_OF: dict[str, str] = {
    "health-check": "health-check",
    "uptime-monitor": "health-check",
    "tcp-probe": "health-check",
    "proxy-strips-upgrade": "network-configuration",
    "http2-to-ws": "network-configuration",
    "tls-on-plaintext": "network-configuration",
    "plaintext-on-tls": "network-configuration",
    "misroute": "network-configuration",
    "browser-navigation": "misconfigured-client",
    "browser-subresource": "misconfigured-client",
    "http-client-code": "application-logic",
    "cors-preflight": "application-logic",
    "wrong-realtime-protocol": "misconfigured-client",
    "old-or-broken-ws-client": "misconfigured-client",
    "origin-rejected": "misconfigured-client",
    "subprotocol-mismatch": "misconfigured-client",
    "auth-rejected": "misconfigured-client",
    "scanner": "unintentional-probing",
    "other-protocol": "unintentional-probing",
    "timeout-or-slow": "network-configuration",
    "server-fault": "application-logic",
    "unknown": "unknown",
}
CLASSES = tuple(CATEGORY_OF)


@dataclass(frozen=True, slots=True)
class Finding:
    """One rule that holds for one attempt.

    Attributes:
        rule: id of the rule.
        cls: class of the contract.
        level: SARIF word.
        confidence: 0 to 1, after the cap for mere claims and the raise by what agrees with them.
        title: the cause in one line.
        reason: a sentence that quotes the evidence; not yet escaped for any output.
        remedy: what to change.
        references: addresses of the pages that say so.

    """

    rule: str
    cls: str
    level: Level
    confidence: float
    title: str
    reason: str
    remedy: str
    references: tuple[str, ...] = ()

    @property
    def category(self) -> str:
        """The category that the founding document asked for."""
        return CATEGORY_OF[self.cls]


@dataclass(frozen=True, slots=True)
class Undecided:
    """A rule that could not be asked, and the facts that it lacks."""

    rule: str
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All findings on one attempt, best first; none for a correct opening handshake.

    Attributes:
        findings: best first.
        undecided: rules that lacked a fact, only where no finding is sure.
        sender: id of the recognised sender, None if nobody was recognised.

    """

    findings: tuple[Finding, ...] = ()
    undecided: tuple[Undecided, ...] = field(default=())
    sender: str | None = None

    @property
    def primary(self) -> Finding | None:
        """The best finding, None for a correct opening handshake."""
        return self.findings[0] if self.findings else None


@dataclass(frozen=True, slots=True)
class RepositoryFinding:
    """One rule that holds for one place in a repository.

    Attributes:
        rule: id of the rule.
        cls: class of the contract.
        level: ``error`` if a handshake cannot succeed this way, ``warning`` if strays will arrive, else ``note``.
        confidence: 0 to 1.
        location: the line that should change.
        message: a sentence that quotes the place.
        remedy: what to change.
        port: port of the listener that it reaches.
        related: other places that have a part in it, the listener among them.
        patch: unified diff, None where none can be made without doubt.
        excerpt: the lines around the place with their numbers, secrets hidden, for a reader; empty if not read.

    """

    rule: str
    cls: str
    level: Level
    confidence: float
    location: Location
    message: str
    remedy: str
    port: int | None = None
    related: tuple[Location, ...] = ()
    patch: str | None = None
    excerpt: tuple[tuple[int, str], ...] = ()


def fingerprints(findings: Sequence[RepositoryFinding]) -> list[str]:
    """Return a name for each finding that stays when lines move: of rule, file and the words of the line.

    Equal lines of one file are told apart by their order.
    """
    many: Counter[str] = Counter()
    named = []
    for finding in findings:
        words = " ".join(finding.location.text.split())
        parts = "\0".join((finding.rule, finding.location.file, words))
        name = hashlib.blake2b(parts.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
        many[name] += 1
        named.append(name if many[name] == 1 else f"{name}:{many[name]}")
    return named
