"""What changed since a revision: an inspection narrowed to the files that git names.

git is called as a program, with a time-out, without a shell, and told to run nothing that the repository asks for.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import replace

from wsdoctor.errors import InvalidInput
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.inspection import Inspection

__all__ = ["changed_files", "changed_since"]

TIMEOUT = 60.0
"""Seconds for one call of git; a repository of a million files on a slow disk takes about half of it."""


def changed_since(inspection: Inspection, revision: str) -> Inspection:
    """Return an inspection with the findings that have a part in a changed file; the others are only counted.

    A finding has its part where its line is, or where one of its related places is: a server that moves to
    another port makes the proxy in front of it wrong.

    Raises:
        InvalidInput: as `changed_files`.

    """
    changed = changed_files(inspection.root, revision)

    def touched(finding: RepositoryFinding) -> bool:
        return not changed.isdisjoint(place.file for place in (finding.location, *finding.related))

    kept = tuple(finding for finding in inspection.findings if touched(finding))
    return replace(inspection, findings=kept, elsewhere=len(inspection.findings) - len(kept))


def changed_files(root: str, revision: str) -> frozenset[str]:
    """Return the files under a folder that differ from a revision or are not tracked, relative to that folder.

    What is compared with is the last commit that the revision and the present have in common, so that work which
    went on elsewhere is nobody's here; in a shallow clone without it, the revision itself.

    Args:
        root: folder, or a file, which stands for its folder.
        revision: whatever git takes for a commit.

    Raises:
        InvalidInput: if git is not installed or takes too long, the folder is in no checkout, or git does not
            know the revision.

    """
    real = os.path.realpath(root)
    folder = real if os.path.isdir(real) else os.path.dirname(real)
    option = f"--changed-since {revision}"
    if _git(folder, "rev-parse", "--is-inside-work-tree") != "true\n":
        raise InvalidInput("this is no checkout of git", root)
    commit = _git(folder, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if not commit:
        raise InvalidInput("git knows no such revision", option)
    base = _git(folder, "merge-base", commit.strip(), "HEAD") or commit
    differing = _git(
        folder, "diff", "--name-only", "-z", "--relative", "--no-ext-diff", "--no-textconv", base.strip(), "--"
    )
    untracked = _git(folder, "ls-files", "-z", "--others", "--exclude-standard")
    if differing is None or untracked is None:
        raise InvalidInput("git could not compare with the present files", option)
    return frozenset(name for name in (differing + untracked).split("\0") if name)


def _git(folder: str, *arguments: str) -> str | None:
    """Return what git said, None if it failed."""
    command = ["git", "-C", folder, "-c", "core.fsmonitor=false", "-c", "core.quotePath=false", *arguments]
    environment = {**os.environ, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0"}
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and the program is named
            command, stdin=subprocess.DEVNULL, capture_output=True, timeout=TIMEOUT, check=False, env=environment
        )
    except FileNotFoundError as error:
        raise InvalidInput("git is not installed", "--changed-since") from error
    except subprocess.TimeoutExpired as error:
        raise InvalidInput(f"git took more than {TIMEOUT:g} seconds", "--changed-since") from error
    except ValueError as error:
        raise InvalidInput("git knows no such revision", "--changed-since") from error
    return done.stdout.decode("utf-8", "surrogateescape") if done.returncode == 0 else None
