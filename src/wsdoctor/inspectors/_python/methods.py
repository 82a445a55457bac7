"""What methods of texts, dictionaries and objects come to in Python: cleaning, parting, filling in, looking up."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from wsdoctor.inspectors._python import choices, files, objects, urls
from wsdoctor.inspectors._python.arguments import argument, given, keyword
from wsdoctor.inspectors._python.model import HOLE, ClassOf, External, Frame, InstanceOf, Value

if TYPE_CHECKING:
    from wsdoctor.inspectors._python.values import Reader

__all__ = ["result"]

_FORMAT = re.compile(r"(\{[^{}]*\}|\{\{|\}\})")
_TYPED = frozenset(("getint", "getfloat", "getboolean"))
"""Methods of parsers and sections of INI files that are `get` with a conversion."""
_DIVIDERS = frozenset(("split", "rsplit", "partition", "rpartition"))
_OF_TEXTS_AND_DICTIONARIES = frozenset(("format", "join", "get", "items", "values", "copy"))
_CLEANERS: dict[str, Callable[..., Any]] = {
    "rstrip": str.rstrip,
    "strip": str.strip,
    "lstrip": str.lstrip,
    "lower": str.lower,
    "upper": str.upper,
    "replace": str.replace,
    "removesuffix": str.removesuffix,
    "removeprefix": str.removeprefix,
    "encode": lambda text, *_: text,
}
_FOLLOWED = frozenset(
    (
        *_OF_TEXTS_AND_DICTIONARIES, *_DIVIDERS, *_TYPED, *_CLEANERS, *urls.METHODS, *objects.AS_DICTIONARIES,
        *objects.FROM_DICTIONARIES,
    )
)  # fmt: skip
"""Methods whose object is looked at."""


def result(reader: Reader, call: ast.Call, func: ast.Attribute, frame: Frame) -> list[Value]:
    """Return what a method of a text, a dict or a list comes to; nothing where the object is something else."""
    found: list[Value] = []
    if func.attr in _FOLLOWED:
        bases = reader.values(func.value, frame)
        for base in bases or urls.of_request(func.value, func.attr):
            if isinstance(base.data, str):
                found += _of_text(reader, base, call, func.attr, frame)
            elif isinstance(base.data, dict):
                found += _of_dict(reader, base, call, func.attr, frame)
            elif isinstance(base.data, InstanceOf) and func.attr in objects.AS_DICTIONARIES:
                found += [] if reader.attribute(base, func.attr, func, frame) else [base]
            elif isinstance(base.data, ClassOf) and func.attr in objects.FROM_DICTIONARIES and call.args:
                own = reader.attribute(base, func.attr, func, frame)
                found += [] if own else [objects.filled(base.data, call.args[0], frame)]
            elif isinstance(base.data, External) and files.is_parser(base.data.name):
                found += reader.values(keyword(call, "fallback"), frame)
    return found


def _of_dict(reader: Reader, base: Value, call: ast.Call, name: str, frame: Frame) -> list[Value]:
    if name == "items":
        return [Value([[Value([[Value(key)], item])] for key, item in base.data.items()], base.places)]
    if name == "values":
        return [Value(list(base.data.values()), base.places)]
    if (name == "get" or name in _TYPED) and call.args:
        key = reader.first(call.args[0], frame)
        if key is not None and isinstance(key.data, (str, int)) and key.data in base.data:
            found = [value.via(*base.places) for value in base.data[key.data]]
            return _of_section(reader, found, call, frame)
        found = choices.entries(reader, base, reader.values(call.args[0], frame))
        return found or reader.values(keyword(call, "fallback") or argument(call, 1, "default"), frame)
    return [base] if name == "copy" else []


def _of_section(reader: Reader, found: list[Value], call: ast.Call, frame: Frame) -> list[Value]:
    """Return a setting of a section, for the parser of INI files that is asked for both at once."""
    option = reader.first(call.args[1], frame) if len(call.args) > 1 else None
    if option is None or not isinstance(option.data, str) or not found or not isinstance(found[0].data, dict):
        return found
    given = found[0].data.get(option.data.lower(), [])
    return given or reader.values(keyword(call, "fallback"), frame) or found


def _of_text(reader: Reader, base: Value, call: ast.Call, name: str, frame: Frame) -> list[Value]:
    if name == "format":
        return _formatted(reader, base, call, frame)
    if name == "join" and call.args:
        found: list[Value] = []
        for parts in reader.values(call.args[0], frame):
            if isinstance(parts.data, list):
                pieces: list[list[Value]] = []
                for number, item in enumerate(parts.data):
                    pieces += [[base], item] if number else [item]
                found += reader.text(pieces)
        return found or (urls.changed(reader, base, name, call, frame) if urls.is_url(base.data) else [])
    if name in urls.METHODS and urls.is_url(base.data) and (name not in _CLEANERS or not call.args):
        return urls.changed(reader, base, name, call, frame)
    given = [reader.first(arg, frame) for arg in call.args]
    texts = [value.data for value in given if value is not None and isinstance(value.data, str | int)]
    if name in _DIVIDERS:
        return _parted(base, name, next((text for text in texts if isinstance(text, str)), None))
    if name in _CLEANERS and len(texts) == len(call.args):
        try:
            return [replace(base, data=_CLEANERS[name](base.data, *texts))]
        except TypeError:
            return []
    return []


def _parted(text: Value, name: str, divider: str | None) -> list[Value]:
    """Return the parts of a text, each as a value of its own."""
    if HOLE in text.data or divider == "":
        return []
    if name in {"partition", "rpartition"}:
        if divider is None:
            return []
        parts = text.data.partition(divider) if name == "partition" else text.data.rpartition(divider)
    else:
        parts = text.data.split(divider) if name == "split" else text.data.rsplit(divider, 1)
    return [Value([[replace(text, data=part)] for part in parts[:200]], text.places)]


def _formatted(reader: Reader, base: Value, call: ast.Call, frame: Frame) -> list[Value]:
    pieces: list[list[Value]] = []
    counter = 0
    for number, part in enumerate(_FORMAT.split(base.data)):
        if number % 2 == 0:
            pieces.append([Value(part, base.places)])
        elif part in {"{{", "}}"}:
            pieces.append([Value(part[0])])
        else:
            name = re.split(r"[:!]", part[1:-1])[0]
            if name == "" or name.isdecimal():
                position = counter if name == "" else int(name[:4])
                counter += name == ""
                pieces.append(reader.values(argument(call, position), frame))
            else:
                pieces.append(given(reader, call, None, name, frame) or [])
    return reader.text(pieces)
