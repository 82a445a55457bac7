"""The form of a rule, of a sender, and of the cases that prove them.

A rule is one module of `wsdoctor.rules` with one `RULE`. Its `match` names the facts that it needs as
parameters; the engine calls it only when all of them were observed, except those with the default None,
which are handed over as they are. `match` returns the reason, a sentence that quotes the evidence, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from wsdoctor.model.finding import Level

__all__ = ["GOOD_HANDSHAKE", "KEY", "VERSION", "Case", "Reference", "Remedy", "Rule", "Sender", "request"]

KEY = "Sec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw=="
VERSION = "Sec-WebSocket-Version: 13"
GOOD_HANDSHAKE = ("Connection: Upgrade", "Upgrade: websocket", KEY, VERSION)


def request(line: str, *fields: str) -> bytes:
    """Return the bytes of a request head: a request line, field lines and the empty line."""
    return "\r\n".join((line, *fields, "", "")).encode("latin-1")


@dataclass(frozen=True, slots=True)
class Reference:
    """A page that documents a rule: title and address."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Remedy:
    """What to change.

    Attributes:
        text: the remedy in general, one or two sentences.
        by: product → the exact directive or setting for it.

    """

    text: str
    by: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Case:
    """An attempt that a rule must (or, as a near miss, must not) explain.

    Attributes:
        title: what the attempt is.
        first_bytes: what the peer sent, None if it was not observed.
        facts: further facts of `Evidence` by name, such as ``peer`` or ``log``.

    """

    title: str
    first_bytes: bytes | None = None
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))


@dataclass(frozen=True, slots=True)
class Rule:
    """One cause of failed opening handshakes.

    Attributes:
        id: kebab-case name of the cause that reads well after "ignore"; it stays for ever.
        title: the cause in one line, without a full stop.
        cls: class of the contract.
        level: ``error`` if a handshake cannot succeed this way, ``warning`` if somebody should act, else ``note``.
        confidence: how sure the rule is when it matches, 0 to 1.
        match: facts → reason or None; None for a cause that can be seen in files only.
        why: why this breaks or fills the log, for a reader who never read RFC 6455.
        remedy: what to change.
        references: pages that say so.
        cases: attempts that this rule, and after `supersedes` no other, explains.
        near_misses: attempts that look alike and are something else.
        supersedes: ids of rules that say less about the same failure.
        declared: declared traffic (`caller`, `hop` or `port_map`, and the `listener` that it reaches) → reason or
            None, for a cause that can be seen in files too; None if it cannot.
        claim: True if the rule rests on a claim of the peer that a forger gains from (a User-Agent, a
            field); then confidence stays at 0.6 or less until a network, a rhythm or a config line agrees.

    """

    id: str
    title: str
    cls: str
    level: Level
    confidence: float
    match: Callable[..., str | None] | None
    why: str
    remedy: Remedy
    references: tuple[Reference, ...]
    cases: tuple[Case, ...]
    near_misses: tuple[Case, ...]
    supersedes: tuple[str, ...] = ()
    claim: bool = False
    declared: Callable[..., str | None] | None = None


@dataclass(frozen=True, slots=True)
class Sender:
    """Somebody who is known to open connections: one entry of ``rules/senders.toml``.

    Attributes:
        id: kebab-case name.
        name: the name that its users know it by.
        kind: ``health-check``, ``uptime-monitor``, ``tcp-check``, ``http-library``, ``command-line``,
            ``websocket-client``, ``realtime-client``, ``browser``, ``preview``, ``unfurler``, ``crawler``,
            ``dev-server``, ``monitoring``, ``load-balancer`` or ``scanner``.
        rule: id of the rule that explains its stray requests, None if being recognised explains nothing.
        url: the page that documents it.
        periods: seconds between its requests, defaults that its documentation gives.
        networks: names of the published networks in ``rules/networks.toml`` that it sends from.
        reliable: True if what it is recognised by is not a claim that a forger gains from.
        version: version that the User-Agent gives, None if it gives none.

    """

    id: str
    name: str
    kind: str
    rule: str | None
    url: str
    periods: tuple[float, ...] = ()
    networks: tuple[str, ...] = ()
    reliable: bool = False
    version: str | None = None
