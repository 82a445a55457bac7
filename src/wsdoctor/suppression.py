"""Comments that keep a finding quiet: ``# wsdoctor: ignore RULE -- reason``, in the signs of whatever language.

A comment stands at the end of the line that it is about, or alone on the line before. Without a reason it keeps
nothing quiet, and a note says so: whoever reads the file next year must know why. Nothing here reads a file by
itself; `investigate` and the commands ask.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Protocol

from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.traffic import Location, Note

__all__ = ["suppressed", "unreasoned"]

_COMMENT = re.compile(r"wsdoctor:\s*ignore\b(?P<said>.*)")
_SAID = re.compile(
    r"[ \t]+(?P<rules>[a-z0-9-]*[a-z0-9](?:[ \t]*,[ \t]*[a-z0-9-]*[a-z0-9])*)[ \t]*"
    r"(?P<reason>(?:--(?!>)|:)[^\n]*?\w[^\n]*)?"
)
_END = re.compile(r"(?:--|[*#%-])[>}/].*")
_LONGEST = 500
"""Characters of a line that are looked at; a comment that begins later is nobody's."""


class Texts(Protocol):
    """Somebody who has the text of files, such as a repository."""

    def text(self, path: str) -> str | None:
        """Return the text of a file, None if it cannot be read."""
        ...


def suppressed(repository: Texts, finding: RepositoryFinding) -> bool:
    """Say whether a comment with a reason keeps a finding quiet."""
    return any(reasoned for _, reasoned in _comments(repository, finding))


def unreasoned(repository: Texts, findings: Iterable[RepositoryFinding]) -> list[Note]:
    """Return a note for each comment that would keep a finding quiet if only it gave a reason."""
    notes = {
        (place.file, place.line, finding.rule): Note(
            place,
            f"this comment keeps {finding.rule} as it is, for it gives no reason; "
            f"write: wsdoctor: ignore {finding.rule} -- and why",
        )
        for finding in findings
        for place, reasoned in _comments(repository, finding)
        if not reasoned
    }
    return list(notes.values())


def _comments(repository: Texts, finding: RepositoryFinding) -> Iterator[tuple[Location, bool]]:
    """Yield each comment that names the rule of a finding, and whether it gives a reason."""
    file, at = finding.location.file, finding.location.line
    lines = (repository.text(file) or "").split("\n")
    for number in (at - 1, at):
        if not 1 <= number <= len(lines):
            continue
        line = lines[number - 1]
        comment = _COMMENT.search(line[:_LONGEST])
        if comment is None or (number < at and re.search(r"\w", line[: comment.start()])):
            continue
        said = _SAID.match(_END.sub("", comment["said"]))
        if said and finding.rule in re.split(r"[ \t]*,[ \t]*", said["rules"]):
            place = Location(file, number, comment.start() + 1, line.strip()[:_LONGEST])
            yield place, said["reason"] is not None
