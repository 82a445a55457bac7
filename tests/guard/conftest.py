from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from wsdoctor.diagnosis import KnowledgeBase
from wsdoctor.guard import Guard, Policy
from wsdoctor.model.attempt import Attempt
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.model.settings import Settings
from wsdoctor.rules._senders import Recogniser, load_senders

WEBSOCKET_ONLY = Policy(server="some", serves_http=False, strict=True, max_line=8192, max_fields=128)


RECOGNISER = Recogniser(load_senders())


def rule(id_: str, match: Callable[..., str | None], cls: str = "unknown", **changes: Any) -> Rule:
    facts: dict[str, Any] = {
        "id": id_, "title": id_, "cls": cls, "level": "note", "confidence": 0.9, "match": match, "why": "Why.",
        "remedy": Remedy("Remedy."), "references": (Reference("Page", "https://example.com/"),),
        "cases": (Case("case"),), "near_misses": (),
    }  # fmt: skip
    return Rule(**(facts | changes))


def base(*rules: Rule) -> KnowledgeBase:
    return KnowledgeBase({each.id: each for each in rules}, RECOGNISER)


def something(speaks: str, outcome: str, handshake: Any = None) -> str | None:
    return None if handshake == () and outcome != "rejected" else f"{speaks} {outcome}"


class Bench:
    """A guard, and what it settled."""

    def __init__(self, policy: Policy = WEBSOCKET_ONLY, *rules: Rule, **options: Any) -> None:
        self.attempts: list[Attempt] = []
        self.failures: list[Exception] = []
        settings = Settings().replaced(**options.pop("settings", {}))
        self.guard = Guard(
            policy,
            settings,
            base(*(rules or (rule("some-rule", something),))),
            self.attempts.append,
            on_failure=self.failures.append,
            listener="192.0.2.1",
            listener_port=8080,
            **options,
        )

    def opening(self, peer: str | None = "198.51.100.7", port: int | None = 50000, at: float = 1000.0) -> Any:
        return self.guard.opening(peer, port, at)

    @property
    def only(self) -> Attempt:
        assert not self.failures
        assert len(self.attempts) == 1
        return self.attempts[0]


@pytest.fixture
def bench() -> Callable[..., Bench]:
    return Bench
