"""Diagnoses with the files that are known to be in play, read by the inspectors.

Rules read such files by their words; where that and the attempt itself tell nothing, the inspectors say what the files
declare. The attempt is known to be a failed WebSocket, so what a proxy or a check in these files leads to is taken for
its server where the files do not show one; hence less confidence than a repository gives. Commands drive it. Files come
from strangers: they are written to a folder that is gone afterwards, by their last name alone, bounded in size and
number.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from wsdoctor import inspectors
from wsdoctor.diagnosis import KnowledgeBase
from wsdoctor.judging import ERRORS, judge, judgements
from wsdoctor.model.evidence import Evidence, SourceFile
from wsdoctor.model.finding import Diagnosis, Finding
from wsdoctor.model.meeting import Meeting
from wsdoctor.model.rule import Rule
from wsdoctor.model.traffic import Caller, Declared, Hop, Listener

__all__ = ["FilesInPlay"]

FILES = 20
"""Files of one attempt that are read; nobody names more."""
CHARACTERS = 200_000
"""Characters of a file that are read."""
CONFIDENCE = 0.5
"""How sure a finding is whose listener was not seen."""
SEEN = 0.75
"""How sure one is whose listener the files show."""
ASKING = frozenset(("health-check", "uptime-monitor", "scrape"))
"""Kinds of callers that ask by themselves, so that nothing else is needed for them to arrive."""

_NAME = re.compile(r"[^\w.-]")


class FilesInPlay(KnowledgeBase):
    """A knowledge base that reads the files of an attempt where nothing else tells what it was."""

    def diagnose(self, evidence: Evidence) -> Diagnosis:
        """Return the findings on one attempt, best first; none for a correct opening handshake."""
        diagnosis = super().diagnose(evidence)
        if not evidence.files or not diagnosis.findings or diagnosis.findings[0].cls != "unknown":
            return diagnosis
        findings = tuple(self._read(evidence.files))
        return replace(diagnosis, findings=findings, undecided=()) if findings else diagnosis

    def _read(self, files: tuple[SourceFile, ...]) -> Iterator[Finding]:
        seen: set[str] = set()
        for rule, reason, sure in _judged(_declared(files), self.rules):
            if rule.id not in seen:
                seen.add(rule.id)
                yield Finding(
                    rule=rule.id,
                    cls=rule.cls,
                    level=rule.level,
                    confidence=min(rule.confidence, sure),
                    title=rule.title,
                    reason=reason,
                    remedy=rule.remedy.text,
                    references=tuple(reference.url for reference in rule.references),
                )


def _declared(files: tuple[SourceFile, ...]) -> Declared:
    with TemporaryDirectory(prefix="wsdoctor-") as folder:
        for file in files[:FILES]:
            name = _NAME.sub("_", file.name.replace("\\", "/").rpartition("/")[2])[:80].lstrip(".") or "file"
            (Path(folder) / name).write_text(file.text[:CHARACTERS], encoding="utf-8", errors="replace")
        return inspectors.declared(inspectors.Repository(folder), processes=1)


def _judged(declared: Declared, rules: dict[str, Rule]) -> Iterator[tuple[Rule, str, float]]:
    """Yield the rules that hold: for what meets a listener, then for what a proxy breaks, then for checks."""
    for judgement in judgements(declared, rules):
        yield from ((rule, reason, SEEN) for rule, reason in judgement.held)
    for hop in declared.hops:
        if hop.websocket is not False:
            yield from ((rule, reason, CONFIDENCE) for rule, reason in _met(hop, rules) if rule.cls in ERRORS)
    for caller in declared.callers:
        if caller.kind in ASKING:
            yield from ((rule, reason, CONFIDENCE) for rule, reason in _met(caller, rules))


def _met(traffic: Hop | Caller, rules: dict[str, Rule]) -> list[tuple[Rule, str]]:
    listener = Listener(traffic.to.port or 80, "websocket", traffic.location, "the WebSocket server", sure=CONFIDENCE)
    return judge(Meeting(traffic, listener), rules)
