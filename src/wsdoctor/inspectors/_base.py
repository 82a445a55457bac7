"""A repository as inspectors see it: a list of files, their text, and nothing outside its root.

Everything in it is hostile: no code of it runs, no link leads out of it, and what is huge, binary, minified,
generated or vendored is counted and not read. Nothing here knows what a file means; inspectors ask for text,
`inspectors` runs them. An instance belongs to one process; a copy made by pickling starts with an empty cache.
"""

from __future__ import annotations

import os
import re
import sys
from bisect import bisect_left
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Protocol

from wsdoctor.errors import InvalidInput
from wsdoctor.files.listing import Listing, inside, reason_of
from wsdoctor.files.reading import read, refusal, text_of
from wsdoctor.inspectors._names import Names
from wsdoctor.model.redact import printable, redact_log
from wsdoctor.model.traffic import Declared, Location, Note

__all__ = ["Inspector", "Repository"]

MAX_CACHED_CHARACTERS = 8 << 20
"""Text kept in memory by one process."""

_LITERAL = re.compile(r"[^*?\[]*")
_MODULES = (".ts", ".tsx", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts", ".vue", ".svelte", ".json", ".d.ts")


class Inspector(Protocol):
    """A module of this folder: what it reads, and how it turns one file into declared traffic.

    A module may also have ``NEEDLES: tuple[str, ...]``: it is asked only about files whose text holds one of them,
    in the same case. And it may have ``worth(path: str, raw: bytes) -> bool``, a closer look at the bytes of a file
    that holds one: where it says False, `inspect` would find nothing. That is what makes a tree of twenty thousand
    files quick.

    Attributes:
        NAME: the product, such as ``nginx``.
        PATTERNS: `fnmatch` patterns; one with a slash is for the path relative to the root, another for the name.

    """

    NAME: str
    PATTERNS: tuple[str, ...]

    def inspect(self, path: str, repository: Repository) -> Declared:
        """Return what one file declares; what cannot be read or followed is a note of it."""
        ...


class Repository:
    """The files under a root, or one file alone.

    Args:
        root: folder, or a single file, which then is the only one listed.
        listed: lists a folder, given as `Listing` takes it; that is done when a file is first asked for.

    Attributes:
        root: the folder, absolute, links resolved.
        alone: name of the single file, None for a folder.
        subject: the file that is being inspected, which may be read without asking the repository for anything else.
        asked: whether anything but the text of the subject was asked for since this was last set to False.
        consulted: files and folders that were read or asked after, listed or not.

    Raises:
        InvalidInput: if the root does not exist or cannot be read.

    """

    def __init__(self, root: str | os.PathLike[str], listed: Callable[[str], Listing] = Listing) -> None:
        try:
            found = Path(root).resolve(strict=True)
        except (OSError, RuntimeError, ValueError) as error:
            raise InvalidInput(reason_of(error), os.fspath(root)) from None
        self.root = found if found.is_dir() else found.parent
        self._prefix = self.root.as_posix().rstrip("/") + "/"
        self._cache: OrderedDict[str, str | None] = OrderedDict()
        self._cached = 0
        self.alone = None if found.is_dir() else found.name
        if self.alone is None:
            _check_readable(found, os.fspath(root))
        self._listed = listed
        self._watch()
        self._index()

    def __getstate__(self) -> dict[str, object]:
        return {"root": self.root, "_files": self._files, "_prefix": self._prefix}

    def __setstate__(self, state: dict[str, object]) -> None:
        self.__dict__.update(state, skipped=Counter(), notes=[])
        self._cache = OrderedDict()
        self._cached = 0
        self._watch()
        self._index()

    def _watch(self) -> None:
        self.subject: str | None = None
        self.asked = False
        self.consulted: set[str] = set()

    def _index(self) -> None:
        self._names: Names | None = None
        self._memory: dict[object, object] = {}

    @cached_property
    def listing(self) -> Listing:
        """What was listed, and when; a copy has none."""
        return self._listed(self._prefix) if self.alone is None else Listing(self._prefix, self.alone)

    @cached_property
    def skipped(self) -> Counter[str]:
        """How many files and folders were left out, by reason."""
        return self.listing.skipped

    @cached_property
    def notes(self) -> list[Note]:
        """Links that loop or lead out, folders that could not be read."""
        return [Note(Location(printable(path, 300), 1), text) for path, text in self.listing.notes]

    @cached_property
    def _files(self) -> Sequence[str]:
        return tuple(self.listing.states)

    @cached_property
    def _sizes(self) -> Mapping[str, int]:
        """Bytes of the files when they were listed, of which a copy knows nothing."""
        listed = self.listing.states if "_listed" in vars(self) else {}
        return {path: state[0] for path, state in listed.items() if state is not None}

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(self._files)

    @property
    def files(self) -> Sequence[str]:
        """Paths relative to the root with forward slashes, sorted; links are not among them."""
        self.asked = True
        return self._files

    @property
    def memory(self) -> dict[object, object]:
        """What helpers computed once for the whole repository; keys are their own."""
        self.asked = True
        return self._memory

    def text(self, path: str) -> str | None:
        r"""Return the text of a file, or None where it is absent, outside, binary, huge, minified or generated.

        Line ends become ``\n`` and a byte order mark is taken off; bytes that are not UTF-8 are read as Latin-1.
        """
        path = _clean(path)
        if path != self.subject:
            self.asked = True
        if path in self._cache:
            self._cache.move_to_end(path)
            return self._cache[path]
        self.consulted.add(path)
        raw, reason = self.raw(path)
        if raw is not None:
            reason = refusal(path, raw)
        text = None if raw is None or reason else text_of(raw)
        if reason:
            self.skipped[reason] += 1
        self._cache[path] = text
        self._cached += len(text or "") + 100
        while self._cached > MAX_CACHED_CHARACTERS and len(self._cache) > 1:
            _, old = self._cache.popitem(last=False)
            self._cached -= len(old or "") + 100
        return text

    def raw(self, path: str) -> tuple[bytes | None, str | None]:
        """Return the bytes of a file inside the root, or None and the reason if there is one to count."""
        if path in self._known:
            return read(self._prefix + path, self._sizes.get(path))
        try:
            full = os.path.realpath(self._prefix + path, strict=True)
        except (OSError, ValueError):
            return None, None
        return read(full) if inside(self._prefix, full) else (None, None)

    def full(self, path: str) -> str:
        """Return where a listed file is."""
        return self._prefix + path

    def forget(self) -> None:
        """Forget what was computed and read: it may be half of it."""
        self._cache.clear()
        self._cached = 0
        self._index()

    def exists(self, path: str) -> bool:
        """Say whether there is such a file, listed or not, inside the root."""
        path = _clean(path)
        self.asked = True
        if path in self._known:
            return True
        self.consulted.add(path)
        try:
            real = os.path.realpath(self._prefix + path, strict=True)
        except (OSError, ValueError):
            return False
        return inside(self._prefix, real) and os.path.isfile(real)

    def is_folder(self, path: str) -> bool:
        """Say whether there is such a folder inside the root; ``""`` and ``"."`` are the root."""
        path = _clean(path)
        self.asked = True
        self.consulted.add(path)
        try:
            real = os.path.realpath(self._prefix + path, strict=True)
        except (OSError, ValueError):
            return False
        return inside(self._prefix, real) and os.path.isdir(real)

    def glob(self, pattern: str) -> list[str]:
        """Return the listed files that a pattern matches; ``**/`` means any folders or none, ``*`` no slash."""
        wanted = _clean(pattern)
        literal = _LITERAL.match(wanted)
        start = literal.group() if literal else ""
        first = bisect_left(self.files, start)
        last = bisect_left(self.files, start + "\U0010ffff", first)
        name = wanted.rpartition("/")[2]
        if wanted.startswith("**/") and "**" not in name:
            return list(filter(_matcher(wanted), self.named(name)))
        return list(filter(_matcher(wanted), self.files[first:last]))

    def named(self, *names: str) -> list[str]:
        """Return the listed files whose name is one of those, or matches one that holds ``*`` or ``?``."""
        self.asked = True
        if self._names is None:
            self._names = Names(self._files)
        return self._names.find(names)

    def resolve(self, importer: str, module: str) -> str | None:
        """Return the listed file that a module of the repository names, None if it is not one or not surely one.

        Args:
            importer: file that imports it.
            module: ``.config``, ``pkg.config`` in Python; ``./config``, ``../lib/index.js`` anywhere else.

        """
        self.asked = True
        if importer.endswith((".py", ".pyi")) and "/" not in module:
            return self._python(importer, module)
        if module.startswith("/"):
            return self._script(_clean(module))
        return self._script(_clean(f"{_folder(importer)}/{module}"))

    def _script(self, path: str) -> str | None:
        if path in self._known:
            return path
        stem, dot, suffix = path.rpartition(".")
        written = (
            [f"{stem}{dot}{other}" for other in ("ts", "tsx", "mts", "cts")]
            if suffix in {"js", "jsx", "mjs", "cjs"}
            else []
        )
        options = [*written, *(path + suffix for suffix in _MODULES), *(f"{path}/index{suffix}" for suffix in _MODULES)]
        return next((option for option in options if option in self._known), None)

    def _python(self, importer: str, module: str) -> str | None:
        dots = len(module) - len(module.lstrip("."))
        tail = module[dots:].replace(".", "/")
        folder = _folder(importer)
        if dots:
            for _ in range(dots - 1):
                folder = _folder(folder)
            return self._package(folder, tail)
        if module.partition(".")[0] in sys.stdlib_module_names and not self._package(folder, tail):
            return None
        while True:
            for start in (folder, f"{folder}/src" if folder else "src"):
                if (found := self._package(start, tail)) is not None:
                    return found
            if not folder:
                break
            folder = _folder(folder)
        name = tail.rpartition("/")[2]
        far = [path for path in self.named(f"{name}.py") if path.endswith(f"/{tail}.py")]
        far += (path for path in self._packages().get(name, ()) if path.endswith(f"/{tail}/__init__.py"))
        return far[0] if len(far) == 1 else None

    def _packages(self) -> Mapping[str, list[str]]:
        """Return what makes a folder a package of Python, by the name of the folder."""
        if "packages" not in self._memory:
            found: dict[str, list[str]] = {}
            for path in self.named("__init__.py"):
                found.setdefault(_folder(path).rpartition("/")[2], []).append(path)
            self._memory["packages"] = found
        return self._memory["packages"]  # type: ignore[return-value]

    def _package(self, folder: str, tail: str) -> str | None:
        base = "/".join(part for part in (folder, tail) if part)
        options = (f"{base}.py", f"{base}/__init__.py") if tail else (f"{base}/__init__.py".lstrip("/"),)
        return next((option for option in options if option in self._known), None)

    def location(self, path: str, line: int, column: int = 1, end_line: int | None = None) -> Location:
        """Return a place in a file with the text of its line, bounded and with secrets hidden."""
        lines = self._lines(path)
        text = lines[line - 1] if 0 < line <= len(lines) else ""
        shown = printable(redact_log(text.strip()[:400]), 200)
        return Location(path, max(line, 1), max(column, 1), shown, end_line if end_line != line else None)

    def _lines(self, path: str) -> Sequence[str]:
        last = self._memory.get("lines")
        if isinstance(last, tuple) and last[0] == path:
            return last[1]  # type: ignore[no-any-return]
        lines = (self.text(path) or "").split("\n")
        self._memory["lines"] = (path, lines)
        return lines


def _check_readable(folder: Path, named: str) -> None:
    try:
        os.scandir(folder).close()
    except OSError as error:
        raise InvalidInput(reason_of(error), named) from None


def _clean(path: str) -> str:
    """Normalise a relative path; one that climbs out of the root becomes one that does not exist."""
    parts: list[str] = []
    for part in path.replace("\\", "/").split("/"):
        if part == "..":
            if not parts:
                return "\x00outside"
            parts.pop()
        elif part not in {"", "."}:
            parts.append(part)
    return "/".join(parts)


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


@lru_cache(maxsize=256)
def _matcher(pattern: str) -> Callable[[str], object]:
    expression = "".join(
        {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(
            part, part if part.startswith("[") else re.escape(part)
        )
        for part in re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]\\]+\])", pattern)
    )
    return re.compile(expression).fullmatch
