"""Calls that are not written as such: of functions with arguments filled in, under other names, or handed to who calls.

``alert = partial(requests.post, URL)``, ``await asyncio.to_thread(requests.get, URL)``, ``fetch = requests.get``.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Set

from wsdoctor.inspectors._python.arguments import argument, keyword, last_name
from wsdoctor.inspectors._python.model import External
from wsdoctor.inspectors._python.values import Reader
from wsdoctor.inspectors._sieve import held

__all__ = ["aliases", "meant"]

_WITH_REST = frozenset(
    (
        "partial", "to_thread", "run_in_executor", "submit", "run_sync", "start_soon", "do", "call_soon", "call_later",
        "run_in_threadpool", "apply_async", "defer", "deferToThread", "add_task", "call_soon_threadsafe", "spawn",
    )
)  # fmt: skip
"""Functions that call another with the arguments that follow it."""
_WITH_LIST = frozenset(("Thread", "Process", "Timer", "add_job", "schedule_job"))
"""Those that are told its arguments in a list of their own."""
_WITH_EACH = frozenset(("map", "imap", "imap_unordered", "starmap"))
"""Those that call it with each element of what follows it."""
_HANDING = _WITH_REST | _WITH_LIST | _WITH_EACH
_handing = held(_HANDING)
_LAST = re.compile(r"\.(\w++)\n").findall
_GIVEN = re.compile(r"\b(\w++)[,)]").findall
_FILLED = re.compile(
    r"(?m)^[ \t]*(?:self\.)?(?P<name>\w+)[ \t]*(?::[^=\n]+)?=\s*(?:functools\.)?partial(?:method)?\("
).finditer
_ALIAS = re.compile(
    r"(?m)^[ \t]*(?:self\.)?(?P<name>\w+)[ \t]*=[ \t]*(?:\w+\.)+(?P<function>\w+)[ \t]*(?:#.*)?$"
).finditer


def aliases(text: str, names: Set[str]) -> set[str]:
    """Return the names that a module has for functions with some names: its own, and those of what they are handed to.

    Args:
        text: of the module.
        names: of the functions.

    """
    found: set[str] = set()
    if not names.isdisjoint(_LAST(text)):
        found.update(match["name"] for match in _ALIAS(text) if match["function"] in names)
    if "partial" in text:
        found.update(match["name"] for match in _FILLED(text))
    handing = _handing(text)
    if handing and not names.isdisjoint(_GIVEN(text)):
        found |= handing
    return found


def meant(reader: Reader, call: ast.Call) -> Iterator[tuple[ast.Call, External]]:
    """Yield the calls of something external that a call stands for, each with what is called.

    Args:
        reader: of the file.
        call: that stands in it.

    """
    for function in reader.names(call.func):
        if function.name.endswith("partial()"):
            yield from _filled(reader, call, function)
        else:
            yield call, function
    name = last_name(call.func)
    if name in _HANDING:
        for inner in _handed(call, name):
            yield from ((inner, function) for function in reader.names(inner.func))


def _filled(reader: Reader, call: ast.Call, partial: External) -> Iterator[tuple[ast.Call, External]]:
    """Yield what a function means some of whose arguments are filled in; where it tells a URL, that is the place."""
    made = partial.call
    if made is None or not made.args or len(made.args) > 1 or keyword(made, "url") is not None:
        return
    inner = ast.copy_location(ast.Call(made.args[0], call.args, call.keywords), call)
    yield from ((inner, function) for function in reader.names(made.args[0], partial.frame))


def _handed(call: ast.Call, name: str) -> Iterator[ast.Call]:
    for position, given in enumerate(call.args[:3]):
        if isinstance(given, ast.Name | ast.Attribute):
            rest = call.args[position + 1 :]
            words = call.keywords
            if name in _WITH_LIST:
                rest, words = _listed(call, position + 1 if name == "Timer" else None)
            yield ast.copy_location(ast.Call(given, rest, words), call)
    target = keyword(call, "target", "func", "function")
    if isinstance(target, ast.Name | ast.Attribute):
        yield ast.copy_location(ast.Call(target, *_listed(call, 2 if name == "Timer" else None)), call)


def _listed(call: ast.Call, position: int | None) -> tuple[list[ast.expr], list[ast.keyword]]:
    rest = argument(call, position, "args")
    named = keyword(call, "kwargs")
    pairs = zip(named.keys, named.values, strict=True) if isinstance(named, ast.Dict) else ()
    return (
        list(rest.elts) if isinstance(rest, ast.List | ast.Tuple) else [],
        [ast.keyword(str(key.value), value) for key, value in pairs if isinstance(key, ast.Constant)],
    )
