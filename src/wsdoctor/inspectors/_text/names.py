"""What names come to where a language is only read as text: constants, variables, parameters, options and settings.

What follows a name knows no types, so that a name in the file itself goes before the same name in another file of the
project.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._options import option
from wsdoctor.inspectors._settings_files import setting
from wsdoctor.inspectors._text import definitions
from wsdoctor.inspectors._text.sources import Function, Source, functions_named, project_files
from wsdoctor.inspectors._units import unit_of
from wsdoctor.inspectors._values import environment

__all__ = ["GETS", "HOLE", "Names", "Value"]

HOLE = "\ue000"
"""Something unknown in a text."""

GETS = re.compile(
    r"(?:.*[.:>])?(?:get\w*|Get\w*|getProperty|property|value_of|get_one|dig|fetch|config|Value|GetValue|"
    r"opt\w*|at|GetSection|getConfig|getInt\w*|Get<\w+>|require\w*|read|int|fetch_env!|fetch!)"
)
"""Names of what reads a value by its key."""
_WORDS = frozenset(
    (
        "true",
        "false",
        "null",
        "None",
        "nil",
        "self",
        "this",
        "Some",
        "Ok",
        "Err",
        "Self",
        "if",
        "else",
        "match",
        "return",
        "new",
    )
)


@dataclass(frozen=True, slots=True)
class Value:
    """What an expression may come to.

    Attributes:
        text: with `HOLE` for what is unknown.
        variable: environment variable that it comes from or that may replace it.

    """

    text: str
    variable: str | None = None


class Names(ABC):
    """Follows names of one language in a repository.

    Args:
        repository: to read.

    """

    def __init__(self, repository: Repository) -> None:
        self.repository = repository
        self.bound: dict[tuple[str, int], tuple[dict[str, str], Source, int]] = {}

    @abstractmethod
    def values(self, expression: str, source: Source, at: int, depth: int = 0) -> list[Value]:
        """Return what an expression may come to."""

    def _variable(self, read: re.Match[str], source: Source, at: int, depth: int) -> Iterator[Value]:
        groups = read.groupdict()
        name = read["name"] or groups.get("other") or ""
        found = environment(self.repository).value(name, unit_of(source.path, self.repository), source.path)
        if found is not None:
            yield Value(found[0], name)
        elif groups.get("default"):
            yield from (replace(one, variable=name) for one in self.values(groups["default"] or "", source, at, depth))
        else:
            yield Value(HOLE, name)

    def _returned(self, name: str, given: list[str], source: Source, at: int, depth: int) -> Iterator[Value]:
        """Yield what a function of the project returns."""
        parts = [part for part in re.split(r"\.|::|->|\\", name.strip("$@&")) if part]
        if not parts or (GETS.fullmatch(parts[-1]) and given):
            return
        for function, other in functions_named(parts[-1], source, self.repository):
            if len(given) > len(function.parameters) + 1:
                continue
            if len(parts) > 1 and parts[-2][:1].isupper() and parts[-2] not in {function.owner, "Self"}:
                continue
            key = other.path, function.start
            outer = self.bound.get(key)
            names = [one for one, _ in function.parameters if one != "self"]
            self.bound[key] = (dict(zip(names, given, strict=False)), source, at)
            for written, place in definitions.results(function, other):
                yield from self.values(written, other, place, depth)
            self.bound.pop(key)
            if outer is not None:
                self.bound[key] = outer

    def _keyed(self, base: str, keys: tuple[str, ...], source: Source, at: int, depth: int) -> Iterator[Value]:
        """Yield what stands under keys: of a table that the code writes, of a command line, of a file."""
        for written, other, place in definitions.tables(base, keys, source, self.repository):
            found = self.values(written, other, place, depth)
            if found:
                yield from found
                return
        if (told := option((keys[-1], keys[-1].replace("_", "-")), source.path, self.repository)) is not None:
            yield Value(told[0])
            return
        named = definitions.files_named(source)
        found_setting = setting(keys, source.path, self.repository, named) or setting(
            keys, source.path, self.repository
        )
        if found_setting is not None:
            yield Value(found_setting[0])
            return
        for written, other, place, variable in definitions.described(keys[-1], source, self.repository):
            yield from self._told(written, variable, other, place, depth)

    def _told(self, written: str, variable: str | None, source: Source, at: int, depth: int) -> Iterator[Value]:
        """Yield a default, or what the variable is set to that goes before it."""
        if variable is not None:
            known = environment(self.repository).value(variable, unit_of(source.path, self.repository), source.path)
            if known is not None:
                yield Value(known[0], variable)
                return
        for one in self.values(written, source, at, depth) if written else ():
            yield replace(one, variable=one.variable or variable)

    def _path(self, text: str, source: Source, at: int, depth: int) -> Iterator[Value]:
        """Yield what a name, a field or a constant is."""
        parts = [part.removesuffix("()") for part in re.split(r"\??(?:\.|::|->|\\)", text.strip("&")) if part]
        name = parts[-1].strip("@$")
        if name in _WORDS:
            return
        if text.endswith("()") or (len(parts) > 1 and source.language.indented):
            own = list(self._returned(".".join(parts), [], source, at, depth))
            if own:
                yield from own
                return
        alone = len(parts) == 1 and not text.startswith("@")
        found = list(self._named(name, source, at, depth, alone=alone, member=len(parts) > 1 or text.startswith("@")))
        if not found and len(parts) > 1:
            keys = tuple(part.strip("@$") for part in parts if part.strip("@$") not in _WORDS)
            found = list(self._member(keys, source, at, depth))
        yield from found

    def _member(self, keys: tuple[str, ...], source: Source, at: int, depth: int) -> Iterator[Value]:
        """Yield what a field is that is read from a file or a command line, by its name and those of what holds it."""
        if (told := option((keys[-1].replace("_", "-"), keys[-1]), source.path, self.repository)) is not None:
            yield Value(told[0])
            return
        for start in range(len(keys)):
            if start == len(keys) - 1 and not definitions.is_declared(keys[-1], source, self.repository):
                return
            if (found := setting(keys[start:], source.path, self.repository)) is not None:
                yield Value(found[0])
                return

    def _named(self, name: str, source: Source, at: int, depth: int, *, alone: bool, member: bool) -> Iterator[Value]:
        function = source.enclosing(at)
        if function is not None and alone:
            local = list(definitions.local(name, function, source, at))
            found = [one for written, place in local for one in self.values(written, source, place, depth)]
            if found:
                yield from _latest(found)
                return
            for holder in (function, *source.heads(function)):
                if any(name == parameter for parameter, _ in holder.parameters):
                    yield from self._parameter(name, holder, source, depth)
                    return
        for other in project_files(source, name, self.repository):
            found = []
            for written, place, variable, flag in definitions.of_name(name, other):
                if (
                    other is source
                    and function is not None
                    and not member
                    and definitions.is_inner(place, function, other)
                ):
                    continue
                if flag is not None and (told := option(flag, other.path, self.repository)) is not None:
                    found.append(Value(told[0]))
                    continue
                found += self._told(written, variable, other, place, depth)
            if not found:
                for written, place in definitions.together(name, other):
                    found += self.values(written, other, place, depth)
            for function_of in (
                definitions.constructors(name, other) if not found and (member or function is None) else ()
            ):
                found += self._parameter(name, function_of, other, depth)
            if any(one.text != HOLE for one in found):
                yield from found
                if other is source:
                    return

    def _parameter(self, name: str, function: Function, source: Source, depth: int) -> Iterator[Value]:
        """Yield what the calls of a function give to one of its parameters."""
        key = source.path, function.start
        if key in self.bound:
            given, caller, at = self.bound[key]
            if name in given:
                yield from self.values(given[name], caller, at, depth)
                return
        else:
            found = [
                one for written, caller, at in definitions.given(name, function, source, self.repository)
                for one in self.values(written, caller, at, depth)
            ]  # fmt: skip
            if found:
                yield from found
                return
        default = dict(function.parameters).get(name)
        if default:
            yield from self.values(default, source, function.start, depth)


def _latest(found: Iterable[Value]) -> list[Value]:
    """Return what is known of a local variable: what replaces an unknown one goes before it."""
    values = list(found)
    known = [one for one in values if HOLE not in one.text] or values
    variable = next((one.variable for one in values if one.variable), None)
    return [replace(one, variable=one.variable or variable) for one in known]
