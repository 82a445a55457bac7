"""The functions of charts' templates, as far as they can be told without Helm; the others give what nobody knows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping

from wsdoctor.inspectors._platforms.values import UNKNOWN, Layers, Line, Unknown, Value, dump, is_true, shown

__all__ = ["FUNCTIONS"]

_Arguments = list[Value]


def _with_origins(data: object, arguments: _Arguments) -> Value:
    return Value(data, tuple(origin for each in arguments for origin in each.origins))  # type: ignore[arg-type]


def _default(arguments: _Arguments) -> Value:
    if len(arguments) < 2:
        return arguments[0] if arguments else Value(None)
    given = arguments[-1]
    return given if is_true(given) and not isinstance(given.data, Unknown) else arguments[0]


def _quote(arguments: _Arguments) -> Value:
    return _with_origins(" ".join(json.dumps(shown(each)) for each in arguments if each.data is not None), arguments)


def _squote(arguments: _Arguments) -> Value:
    return _with_origins(" ".join(f"'{shown(each)}'" for each in arguments if each.data is not None), arguments)


def _number(arguments: _Arguments) -> Value:
    text = shown(arguments[-1]).strip() if arguments else ""
    found = re.match(r"-?\d{1,18}", text)
    return _with_origins(int(found[0]) if found else UNKNOWN if text == "unknown" else 0, arguments)


def _string(arguments: _Arguments) -> Value:
    given = arguments[-1] if arguments else Value(None)
    return Value(shown(given), given.origins, given.lines)


def _indent(arguments: _Arguments, *, newline: bool) -> Value:
    if len(arguments) < 2:
        return Value(UNKNOWN)
    width, given = arguments[0].data, arguments[-1]
    pad = " " * min(width, 200) if isinstance(width, int) else ""
    rows = shown(given).split("\n")
    text = "\n".join(pad + row for row in rows)
    lines: tuple[Line | None, ...] = given.lines or (None,) * len(rows)
    if newline:
        return Value("\n" + text, given.origins, (None, *lines))
    return Value(text, given.origins, lines)


def _trim(arguments: _Arguments) -> Value:
    given = arguments[-1]
    text = shown(given)
    before = len(text) - len(text.lstrip())
    rows = text.count("\n", 0, before)
    stripped = text.strip()
    return Value(stripped, given.origins, given.lines[rows : rows + stripped.count("\n") + 1])


def _trunc(arguments: _Arguments) -> Value:
    length = arguments[0].data
    return _with_origins(shown(arguments[-1])[: length if isinstance(length, int) and length >= 0 else None], arguments)


def _format(arguments: _Arguments) -> Value:
    if not arguments:
        return Value("")
    rest = iter(arguments[1:])

    def put(match: re.Match[str]) -> str:
        if match.group() == "%%":
            return "%"
        given = next(rest, Value(UNKNOWN))
        return json.dumps(shown(given)) if match.group().endswith("q") else shown(given)

    return _with_origins(re.sub(r"%%|%[-+ #0-9.]*[a-zA-Z]", put, shown(arguments[0])), arguments)


def _same(arguments: _Arguments) -> Value:
    if any(isinstance(each.data, Unknown) for each in arguments):
        return Value(UNKNOWN)
    first = shown(arguments[0]) if arguments else ""
    return Value(any(shown(each) == first for each in arguments[1:]))


def _not_same(arguments: _Arguments) -> Value:
    found = _same(arguments)
    return found if isinstance(found.data, Unknown) else Value(not found.data)


def _compare(how: Callable[[float, float], bool]) -> Callable[[_Arguments], Value]:
    def compare(arguments: _Arguments) -> Value:
        try:
            return Value(how(float(shown(arguments[0])), float(shown(arguments[1]))))
        except (ValueError, IndexError):
            return Value(UNKNOWN)

    return compare


def _and(arguments: _Arguments) -> Value:
    return next((each for each in arguments if not is_true(each)), arguments[-1] if arguments else Value(None))


def _or(arguments: _Arguments) -> Value:
    return next((each for each in arguments if is_true(each)), arguments[-1] if arguments else Value(None))


def _index(arguments: _Arguments) -> Value:
    found = arguments[0] if arguments else Value(None)
    for key in arguments[1:]:
        name, data = shown(key), found.data
        if isinstance(data, Layers):
            found = next((value for each, value in data.items() if str(each) == name), Value(None))
        elif isinstance(data, dict):
            found = data.get(name, Value(None))
        elif isinstance(data, list) and name.isdigit() and int(name) < len(data):
            found = data[int(name)]
        else:
            return Value(UNKNOWN if isinstance(data, Unknown) else None)
    return found


def _has_key(arguments: _Arguments) -> Value:
    data = arguments[0].data if arguments else None
    keys = [str(key) for key, _ in data.items()] if isinstance(data, Layers | dict) else []
    return Value(len(arguments) > 1 and shown(arguments[1]) in keys)


def _dict(arguments: _Arguments) -> Value:
    found = {shown(key): value for key, value in zip(arguments[::2], arguments[1::2], strict=False)}
    return Value(found)


def _replace(arguments: _Arguments) -> Value:
    if len(arguments) < 3:
        return Value(UNKNOWN)
    return _with_origins(shown(arguments[2]).replace(shown(arguments[0]), shown(arguments[1])), arguments[2:])


def _text(change: Callable[[str, str], str]) -> Callable[[_Arguments], Value]:
    def changed(arguments: _Arguments) -> Value:
        return _with_origins(change(shown(arguments[-1]), shown(arguments[0])), arguments[-1:])

    return changed


def _calculate(how: Callable[[int, int], int]) -> Callable[[_Arguments], Value]:
    def calculate(arguments: _Arguments) -> Value:
        numbers = [each.data for each in arguments]
        if len(numbers) == 2 and isinstance(numbers[0], int) and isinstance(numbers[1], int):
            return _with_origins(how(numbers[0], numbers[1]), arguments)
        return Value(UNKNOWN)

    return calculate


FUNCTIONS: Mapping[str, Callable[[_Arguments], Value]] = {
    "default": _default,
    "required": lambda arguments: arguments[-1] if arguments else Value(None),
    "coalesce": lambda arguments: next((each for each in arguments if is_true(each)), Value(None)),
    "ternary": lambda arguments: arguments[0 if is_true(arguments[-1]) else 1] if len(arguments) > 2 else Value(None),
    "quote": _quote,
    "squote": _squote,
    "int": _number,
    "int64": _number,
    "atoi": _number,
    "toString": _string,
    "print": _string,
    "toYaml": lambda arguments: dump(arguments[-1]) if arguments else Value(""),
    "toYamlPretty": lambda arguments: dump(arguments[-1]) if arguments else Value(""),
    "indent": lambda arguments: _indent(arguments, newline=False),
    "nindent": lambda arguments: _indent(arguments, newline=True),
    "trim": _trim,
    "trunc": _trunc,
    "trimSuffix": _text(lambda text, other: text.removesuffix(other)),
    "trimPrefix": _text(lambda text, other: text.removeprefix(other)),
    "lower": _text(lambda text, _: text.lower()),
    "upper": _text(lambda text, _: text.upper()),
    "replace": _replace,
    "printf": _format,
    "eq": _same,
    "ne": _not_same,
    "lt": _compare(lambda one, other: one < other),
    "le": _compare(lambda one, other: one <= other),
    "gt": _compare(lambda one, other: one > other),
    "ge": _compare(lambda one, other: one >= other),
    "and": _and,
    "or": _or,
    "not": lambda arguments: Value(not (arguments and is_true(arguments[0]))),
    "empty": lambda arguments: Value(not (arguments and is_true(arguments[0]))),
    "contains": lambda arguments: Value(len(arguments) > 1 and shown(arguments[0]) in shown(arguments[1])),
    "hasPrefix": lambda arguments: Value(len(arguments) > 1 and shown(arguments[1]).startswith(shown(arguments[0]))),
    "hasSuffix": lambda arguments: Value(len(arguments) > 1 and shown(arguments[1]).endswith(shown(arguments[0]))),
    "hasKey": _has_key,
    "index": _index,
    "get": _index,
    "dict": _dict,
    "list": lambda arguments: Value(list(arguments)),
    "tuple": lambda arguments: Value(list(arguments)),
    "add": _calculate(lambda one, other: one + other),
    "sub": _calculate(lambda one, other: one - other),
    "semverCompare": lambda _: Value(True),
    "lookup": lambda _: Value(None),
}
