"""Options of programs: what command lines of the repository give them, else the defaults that parsers are told."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from wsdoctor.inspectors._commands import arguments_of
from wsdoctor.inspectors._expansion import is_open
from wsdoctor.inspectors._python.arguments import keyword
from wsdoctor.inspectors._python.model import External, Frame, Value

if TYPE_CHECKING:
    from wsdoctor.inspectors._python.values import Reader

__all__ = ["PARSED", "given", "option", "positional"]

PARSED = ("parse_args()", "parse_known_args()")
"""Ends of the names of what an argument parser has read."""


def positional(reader: Reader, position: object, frame: Frame) -> list[Value]:
    """Return the argument at a position of the command lines that start the program of a file."""
    found = []
    for words, place in arguments_of(frame.file.path, reader.repository):
        plain = [word for word in words if word]
        if isinstance(position, int) and 0 < position <= len(plain) and not is_open(plain[position - 1]):
            found.append(Value(plain[position - 1], (place,)))
    return found


def given(reader: Reader, flags: Sequence[str], frame: Frame) -> list[Value]:
    """Return what command lines that start the program of a file give to an option."""
    found = []
    for words, place in arguments_of(frame.file.path, reader.repository):
        for number, word in enumerate(words):
            flag, equals, text = word.partition("=")
            if flag in flags:
                text = text if equals else next(iter(words[number + 1 :]), "")
                if text and not is_open(text):
                    found.append(Value(text, (place,)))
    return found


def option(reader: Reader, name: str, arguments: External) -> list[Value]:
    """Return what an option comes to that an argument parser reads: by command lines, else its default.

    Args:
        reader: that follows values.
        name: of the option, as the parser keeps it.
        arguments: what the parser has read.

    """
    frame = arguments.frame or reader.frame
    found: list[Value] = []
    for call, place in _added(reader, name, frame):
        texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        told = given(reader, texts, frame)
        if told:
            return [value.via(reader.place(call, place)) for value in told]
        default = reader.values(keyword(call, "default"), place)
        found += (value.via(reader.place(call, place)) for value in default)
    return found


def _added(reader: Reader, name: str, frame: Frame) -> Iterator[tuple[ast.Call, Frame]]:
    """Yield the calls that add an option to a parser, in the file that parses or else in those that it may import."""
    own = list(_of_file(name, frame))
    yield from own
    for path in reader.far_files(f"--{name.replace('_', '-')}") if not own else ():
        if (file := reader.load(path)) is not None and file is not frame.file:
            yield from _of_file(name, Frame(file))


def _of_file(name: str, frame: Frame) -> Iterator[tuple[ast.Call, Frame]]:
    for call in frame.file.module.calls_of("add_argument"):
        if not (isinstance(call.func, ast.Attribute) and call.func.attr == "add_argument"):
            continue
        texts = [arg.value for arg in call.args if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
        named = keyword(call, "dest")
        long = next((text for text in texts if text.startswith("--")), texts[0] if texts else "")
        dest = named.value if isinstance(named, ast.Constant) else long.lstrip("-").replace("-", "_")
        if dest == name:
            yield call, frame
