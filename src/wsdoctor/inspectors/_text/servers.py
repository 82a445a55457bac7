"""Listeners from what starts servers in a language that is read as text, by a table of starts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._text.following import Follower
from wsdoctor.inspectors._text.languages import LANGUAGES
from wsdoctor.inspectors._text.sources import Source, functions_named, is_test, project_files, source_of, split
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Listener, Speaks

__all__ = ["Start", "keyed", "listeners", "nth", "project_text", "reached"]

_MAX_REACHED = 40
_CALLED = re.compile(r"\b([A-Za-z_]\w*)\s*(?:::<[^()]*>)?(?=[(;,)])")

Pick = Callable[[list[str]], "str | None"]
"""Finds the argument that is the address."""
Judge = Callable[[Source, int, Repository], "tuple[Speaks, tuple[str, ...]] | None"]
"""Says what a server speaks and on which paths, None = it is no server."""

_OF_TLS = ("ssl", "SSL", "Ssl", "tls", "TLS", "Tls", "Secure", "secure", "ertificate", "eystore", "KeyStore")
"""Words of which a project that speaks TLS somewhere has one."""


@dataclass(frozen=True, slots=True)
class Start:
    """How a call starts a server.

    Attributes:
        pattern: up to the bracket of its arguments.
        framework: name for the reader.
        speaks: what it speaks, or a function that finds out.
        pick: finds the address among the arguments.
        needs: pattern that the file holds, ``""`` = none.
        default: port without an address.

    """

    pattern: str
    framework: str
    speaks: Speaks | Judge
    pick: Pick
    needs: str = ""
    default: int | None = None


def nth(position: int) -> Pick:
    """Return what picks the argument at a position, counted from the end where that is negative."""
    return lambda given: given[position] if -len(given) <= position < len(given) else None


def keyed(*names: str, position: int | None = None) -> Pick:
    """Return what picks the argument under one of some names, or else at a position."""
    pattern = re.compile(rf":?\"?(?:{'|'.join(names)})\"?\s*(?:=>|:|=)(?![=>])\s*(?P<value>.*)", re.DOTALL)

    def pick(given: list[str]) -> str | None:
        for one in given:
            if (match := pattern.fullmatch(one)) is not None:
                return match["value"] or names[0]
        named = [one for one in given if re.match(r":?\w+\s*(?:=>|:|=)(?![=>:])", one)]
        if position is None or (named and len(named) == len(given)):
            return None
        return nth(position)(given)

    return pick


def listeners(path: str, language: str, starts: Iterable[Start], repository: Repository) -> list[Listener]:
    """Return the servers that a file starts.

    Args:
        path: of the file.
        language: its name in `LANGUAGES`.
        starts: table of what starts a server.
        repository: that the file is in.

    """
    source = source_of(path, LANGUAGES[language], repository) if not is_test(path) else None
    if source is None:
        return []
    found: dict[int, Listener] = {}
    follower = Follower(repository)
    for start in starts:
        if start.needs and not _compiled(start.needs).search(source.text):
            continue
        for match in _compiled(start.pattern).finditer(source.bare):
            if source.line(match.start()) in found:
                continue
            spoken = start.speaks if isinstance(start.speaks, str) else start.speaks(source, match.start(), repository)
            if spoken is None:
                continue
            speaks, paths = (spoken, ()) if isinstance(spoken, str) else spoken
            address = start.pick(_given(source, match.end()))
            port, variable = (None, None) if address is None else follower.port(address, source, match.end() - 1)
            port = port if port is not None or address is not None else start.default
            line = source.line(match.start())
            found[line] = Listener(
                port=port,
                speaks=speaks,
                location=repository.location(path, line),
                framework=start.framework,
                unit=unit_of(path, repository),
                paths=paths,
                tls=_tls(source, repository) if speaks in {"websocket", "both"} else None,
                environment=variable,
                sure=0.85 if port is not None else 0.6,
            )
    return list(found.values())


def _tls(source: Source, repository: Repository) -> bool | None:
    """Return False where nothing in the project speaks of TLS, None where something does."""
    spoken = (word in one.text for word in _OF_TLS for one in project_files(source, word, repository))
    return None if any(spoken) else False


def _given(source: Source, at: int) -> list[str]:
    """Return the arguments of a call whose pattern ends at an offset, in brackets or without."""
    if source.bare[at - 1] in "([{":
        return source.arguments(at - 1)
    end = at
    while (stop := source.bare.find("\n", end)) >= 0 and source.bare[at:stop].rstrip().endswith((",", "\\")):
        end = stop + 1
    stop = stop if stop >= 0 else len(source.text)
    depth = 0
    for match in re.finditer(r"[()\[\]{}]", source.bare[at:stop]):
        depth += 1 if match.group() in "([{" else -1
        if depth < 0:
            stop = at + match.start()
            break
    written = source.text[at:stop]
    return split(re.sub(r"\s(?:do\b|\{\s*\|)[^\n]*$", "", written), ",")


def reached(source: Source, at: int, repository: Repository) -> str:
    """Return the text of the function around an offset and of those of the project that it calls or names."""
    function = source.enclosing(at)
    if function is None:
        return source.text
    texts: list[str] = []
    pending = [(source, function)]
    seen = {(source.path, function.start)}
    while pending and len(texts) < _MAX_REACHED:
        holder, one = pending.pop(0)
        text = holder.text[one.start : one.body[1]]
        texts.append(text)
        for name in dict.fromkeys(_CALLED.findall(holder.bare[one.body[0] : one.body[1]])):
            for inner, other in functions_named(name, holder, repository):
                if (other.path, inner.start) not in seen:
                    seen.add((other.path, inner.start))
                    pending.append((other, inner))
    return "\n".join(texts)


def project_text(source: Source, word: str, repository: Repository) -> str:
    """Return the text of the files of the project that hold a word."""
    return "\n".join(one.text for one in project_files(source, word, repository) if word in one.text)


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)
