"""What the guard of the demo recorded: read as it grows, grouped, and checked against who really knocked."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from wsdoctor.demo.strays import Stray
from wsdoctor.diagnosis import knowledge_base
from wsdoctor.grouping import Grouper
from wsdoctor.model.attempt import Attempt
from wsdoctor.model.report import Report
from wsdoctor.wire.record import from_record

__all__ = ["Ledger", "Verdict"]


@dataclass(slots=True)
class Verdict:
    """What was said of one stray.

    Attributes:
        stray: who knocked.
        attempts: recorded attempts from its address.
        right: those whose best finding is of the right class.
        rules: best rule of the right attempts → how often.
        wrong: class that was said instead → how often.

    """

    stray: Stray
    attempts: int = 0
    right: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)

    @property
    def named(self) -> bool:
        """Whether it knocked and was named rightly each time."""
        return self.right > 0 and not self.wrong


class Ledger:
    """Follows the file that ``--record`` writes.

    Args:
        path: the file.

    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset = 0
        self._number = 0
        self._attempts: list[Attempt] = []
        self._grouper = Grouper(rediagnose=knowledge_base().diagnose)

    def follow(self) -> None:
        """Read what came since the last time."""
        if not self._path.exists():
            return
        with self._path.open("rb") as file:
            file.seek(self._offset)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self._offset += len(line)
                self._number += 1
                evidence = from_record(json.loads(line))
                attempt = Attempt(evidence, knowledge_base().diagnose(evidence))
                self._attempts.append(attempt)
                self._grouper.add(attempt, self._number)

    def report(self) -> Report:
        """Return the report over all that was read."""
        return self._grouper.report()

    def verdicts(self, strays: Sequence[Stray]) -> list[Verdict]:
        """Compare what was said with who knocked, by address; strays that share one are told apart by their class."""
        verdicts = [Verdict(stray) for stray in strays]
        shared = Counter(stray.address for stray in strays)
        for attempt in self._attempts:
            finding = attempt.diagnosis.primary
            for verdict in verdicts:
                stray = verdict.stray
                if attempt.evidence.peer != stray.address or finding is None:
                    continue
                if finding.cls in stray.classes:
                    verdict.attempts += 1
                    verdict.right += 1
                    verdict.rules[finding.rule] += 1
                elif shared[stray.address] == 1:
                    verdict.attempts += 1
                    verdict.wrong[finding.cls] += 1
        return verdicts
