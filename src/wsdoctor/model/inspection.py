"""What an inspection of a repository found, and what an investigation made of it: what renderers print."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.meeting import Judgement
from wsdoctor.model.report import Group
from wsdoctor.model.traffic import Declared, Location

__all__ = ["Answer", "Explained", "Inspection", "Investigation"]


@dataclass(frozen=True, slots=True)
class Inspection:
    """Declared traffic of a repository and what the rules say of it.

    Attributes:
        root: the folder or file as the user named it.
        files: files that were read.
        skipped: files that were passed over, why → how many.
        declared: listeners, port maps, hops, callers and notes.
        judgements: what the rules say of each place where declared traffic reaches a listener.
        findings: in the order of files and lines.
        suppressed: findings that a comment with a reason keeps quiet.
        known: findings that the baseline knows already.
        elsewhere: findings in files that were not asked for, only counted.

    """

    root: str
    files: int
    skipped: Mapping[str, int]
    declared: Declared
    judgements: tuple[Judgement, ...] = ()
    findings: tuple[RepositoryFinding, ...] = ()
    suppressed: tuple[RepositoryFinding, ...] = ()
    known: tuple[RepositoryFinding, ...] = ()
    elsewhere: int = 0


@dataclass(frozen=True, slots=True)
class Explained:
    """Attempts and the lines that send them.

    Attributes:
        groups: the attempts, by what differs between them, most frequent first; never empty.
        cls: class of the explanation.
        rule: rule of the explanation.
        confidence: 0 to 1.
        locations: best first.
        agreed: what agreed, in words.
        cause: one sentence.
        remedy: what to change.
        patch: unified diff or None.

    """

    groups: tuple[Group, ...]
    cls: str
    rule: str
    confidence: float
    locations: tuple[Location, ...]
    agreed: tuple[str, ...]
    cause: str
    remedy: str
    patch: str | None = None

    @property
    def group(self) -> Group:
        """The most frequent group, which stands for all where one has to."""
        return self.groups[0]

    @property
    def attempts(self) -> int:
        """How many there were in all groups."""
        return sum(group.attempts for group in self.groups)


@dataclass(frozen=True, slots=True)
class Answer:
    """One chapter of an investigation: a question, its answer, and what was looked at."""

    question: str
    answer: str
    looked_at: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Investigation:
    """The repository and the observed attempts, joined.

    Attributes:
        inspection: the repository.
        explanations: groups that the repository sends.
        unexplained: groups that it does not send.
        latent: findings that no observed attempt confirms.
        chapters: the five questions with their answers.
        verdict: one sentence.

    """

    inspection: Inspection
    explanations: tuple[Explained, ...]
    unexplained: tuple[Group, ...]
    latent: tuple[RepositoryFinding, ...]
    chapters: tuple[Answer, ...] = field(default=())
    verdict: str = ""
