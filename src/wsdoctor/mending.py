"""Fixes put to use: the diff of each finding, and a whole tree mended, tried out before a byte of it is written.

`patched` gives findings their diffs. `plan` makes all safe fixes at once, inspects the tree as it would then be, and
keeps only those after which their finding is gone and no other one has come; `Plan.write` writes that. Commands drive
it; which fix a finding gets is the business of `fixes`.
"""

from __future__ import annotations

import os
import stat
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from wsdoctor import inspectors
from wsdoctor.errors import InvalidInput
from wsdoctor.fixes import Fix, applied, fix_of, together, unified
from wsdoctor.inspectors import Repository
from wsdoctor.judging import findings_of, judgements
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.meeting import Meeting
from wsdoctor.model.rule import Rule
from wsdoctor.model.traffic import Declared

__all__ = ["Plan", "patched", "plan"]

MAX_ROUNDS = 4
"""Fixes that want the same lines are made one after the other; nobody needs more rounds than this."""

MAX_ALONE = 30
"""Files that are tried one by one where all of them together went wrong."""

Progress = Callable[[int, int], object] | None
Judged = Sequence[tuple[RepositoryFinding, Meeting]]


@dataclass(frozen=True, slots=True)
class Plan:
    """A tree and what it would be after all safe fixes.

    Attributes:
        repository: as it is.
        texts: of the files that would change, as they would be, by path.
        fixed: findings that would be gone.

    """

    repository: Repository
    texts: Mapping[str, str] = field(default_factory=dict)
    fixed: tuple[RepositoryFinding, ...] = ()

    def diff(self) -> str:
        """Return one unified diff of all files."""
        before = {path: original(self.repository, path) or "" for path in self.texts}
        return "".join(unified(path, before[path], after) for path, after in sorted(self.texts.items()))

    def write(self) -> None:
        """Write the files, each in one step: it is either as it was or as it shall be, whatever happens.

        Raises:
            InvalidInput: if a file cannot be written; those before it are.

        """
        for path, text in sorted(self.texts.items()):
            _write(os.path.join(self.repository.root, path), text)


class _Tried(Repository):
    """A repository in which some files have another text."""

    texts: Mapping[str, str]

    @classmethod
    def of(cls, repository: Repository, texts: Mapping[str, str]) -> _Tried:
        tried = cls.__new__(cls)
        tried.__setstate__({**repository.__getstate__(), "texts": dict(texts)})
        return tried

    def __getstate__(self) -> dict[str, object]:
        return {**super().__getstate__(), "texts": self.texts}

    def raw(self, path: str) -> tuple[bytes | None, str | None]:
        """Return the bytes that are tried, of other files those which they have."""
        given = self.texts.get(path)
        return super().raw(path) if given is None else (given.encode(), None)


def original(repository: Repository, path: str) -> str | None:
    """Return the text of a listed file with its line ends and byte order mark, None if it is not UTF-8."""
    if path not in repository.files:
        return None
    try:
        with open(os.path.join(repository.root, path), encoding="utf-8", newline="") as file:
            return file.read()
    except (OSError, ValueError):
        return None


def _plain(text: str) -> str:
    return text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")


def _fix(repository: Repository, declared: Declared, finding: RepositoryFinding, meeting: Meeting) -> Fix | None:
    text = repository.text(finding.location.file)
    if text is None:
        return None
    return fix_of(finding, meeting.traffic, meeting.listener, text, declared)


def patched(repository: Repository, declared: Declared, findings: Judged) -> list[RepositoryFinding]:
    """Return findings with a unified diff each, where one can be made without doubt."""
    made = []
    for finding, meeting in findings:
        fix = _fix(repository, declared, finding, meeting)
        before = original(repository, finding.location.file) if fix else None
        patch = None
        if fix is not None and before is not None and _plain(before).count("\n") == before.count("\n"):
            patch = unified(finding.location.file, before, applied(before, fix.edits)) or None
        made.append(replace(finding, patch=patch) if patch else finding)
    return made


def plan(
    root: str,
    rules: Mapping[str, Rule],
    *,
    quiet: Callable[[Repository, RepositoryFinding], bool] = lambda _repository, _finding: False,
    progress: Progress = None,
    safe: bool = True,
) -> Plan:
    """Return what all fixes make of a tree; nothing is written.

    Args:
        root: folder or file.
        rules: by id.
        quiet: says which findings are suppressed and so stay as they are.
        progress: called with files done and files to read.
        safe: whether to leave out fixes that change more than their finding.

    Raises:
        InvalidInput: if the root does not exist or cannot be read.

    """
    repository = Repository(root)
    whole = Plan(repository)
    refused: set[str] = set()
    declared = inspectors.declared(repository, progress=progress)
    found: Judged = findings_of(judgements(declared, rules))
    for _ in range(MAX_ROUNDS):
        tried = _Tried.of(repository, whole.texts)
        wishes = _wishes(tried, declared, [each for each in found if not quiet(tried, each[0])], refused, safe)
        step = _step(repository, whole, wishes)
        if not step.fixed:
            break
        state = _inspected(repository, step, rules)
        if not _good(found, state[1], step.fixed[len(whole.fixed) :]):
            refused |= _bad_ones(repository, whole, wishes, found, rules)
            continue
        whole, declared, found = step, *state
    return whole


_Wishes = dict[str, list[tuple[RepositoryFinding, Fix]]]


def _wishes(repository: Repository, declared: Declared, found: Judged, refused: set[str], safe: bool) -> _Wishes:
    wishes: _Wishes = {}
    for finding, meeting in found:
        file = finding.location.file
        fix = None if file in refused else _fix(repository, declared, finding, meeting)
        if fix is not None and (fix.safe or not safe):
            wishes.setdefault(file, []).append((finding, fix))
    return wishes


def _step(repository: Repository, whole: Plan, wishes: _Wishes) -> Plan:
    texts, fixed = dict(whole.texts), list(whole.fixed)
    for file, given in wishes.items():
        before = texts.get(file) or original(repository, file)
        if before is None or _plain(before).count("\n") != before.count("\n"):
            continue
        edits, taken = together([fix.edits for _, fix in given])
        texts[file] = applied(before, edits)
        fixed += [finding for (finding, _), of in zip(given, taken, strict=True) if of]
    return Plan(repository, texts, tuple(fixed))


def _inspected(repository: Repository, step: Plan, rules: Mapping[str, Rule]) -> tuple[Declared, Judged]:
    declared = inspectors.declared(_Tried.of(repository, step.texts))
    return declared, findings_of(judgements(declared, rules))


def _good(before: Judged, after: Judged, fixed: Iterable[RepositoryFinding]) -> bool:
    """Say whether the findings that were fixed are gone and no other one is there; what is worth a note may come."""
    had, has = _counted(before), _counted(after)
    gone = Counter((finding.rule, finding.location.file) for finding in fixed)
    return all(has[key] <= had[key] - gone[key] for key in {*had, *has})


def _counted(found: Judged) -> Counter[tuple[str, str]]:
    return Counter((finding.rule, finding.location.file) for finding, _ in found if finding.level != "note")


def _bad_ones(
    repository: Repository, whole: Plan, wishes: _Wishes, before: Judged, rules: Mapping[str, Rule]
) -> set[str]:
    """Return the files whose fixes do not do what they should when they are tried alone."""
    bad = set(list(wishes)[MAX_ALONE:])
    for file in list(wishes)[:MAX_ALONE]:
        step = _step(repository, whole, {file: wishes[file]})
        _, after = _inspected(repository, step, rules)
        if not _good(before, after, step.fixed[len(whole.fixed) :]):
            bad.add(file)
    return bad or set(wishes)


def _write(path: str, text: str) -> None:
    folder, name = os.path.split(path)
    try:
        mode = stat.S_IMODE(os.stat(path, follow_symlinks=False).st_mode)
        handle, beside = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.chmod(beside, mode)
            os.replace(beside, path)
        except BaseException:
            os.unlink(beside)
            raise
    except OSError as error:
        raise InvalidInput(f"cannot write: {error.strerror}", path) from error
