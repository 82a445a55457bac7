"""Directives of a Caddyfile on their own: what a matcher asks for, what lines on fields take from a handshake.

Where a request comes by them is the business of `caddy`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from wsdoctor.inspectors._proxies.common import HANDSHAKES_ONLY, NO_HANDSHAKES
from wsdoctor.syntax.caddyfile import Directive

__all__ = ["Matcher", "field_of", "fields_of", "filled", "first", "matcher", "sets_host"]

_ARGUMENT = re.compile(r"\{args\[(\d+)\]\}|\{args\.(\d+)\}")
_HANDSHAKES = {"upgrade": ("websocket",), "connection": ("Upgrade", "keep-alive, Upgrade")}


@dataclass(frozen=True, slots=True)
class Matcher:
    """What a matcher asks for: paths, and whether handshakes meet it."""

    paths: tuple[str, ...] = ()
    handshakes: str = ""
    spoiler: Directive | None = None


def first(item: Directive | None) -> str | None:
    """Return the first argument of a directive, None if there is none."""
    return item.args[0] if item is not None and item.args else None


def filled(item: Directive, args: Sequence[str]) -> Directive:
    """Put the arguments of an ``import`` in place."""

    def put(text: str) -> str:
        return _ARGUMENT.sub(
            lambda found: args[int(found[1] or found[2])] if int(found[1] or found[2]) < len(args) else found[0], text
        )

    block = None if item.block is None else tuple(filled(each, args) for each in item.block)
    return replace(item, args=tuple(map(put, item.args)), block=block)


def matcher(item: Directive) -> Matcher:
    """Return what a named matcher asks for."""
    if item.block is None:
        lines: Sequence[Sequence[str]] = [item.args]
    else:
        lines = [(each.name, *each.args) for each in item.block]
    paths: tuple[str, ...] = ()
    handshakes = ""
    spoiler: Directive | None = None
    for number_of, words in enumerate(lines):
        if words and words[0] == "path":
            paths += tuple(words[1:])
        elif words and words[0] == "path_regexp":
            paths += (f"~ {words[-1]}",)
        elif words and words[0] in {"header", "not"} and "header" in words:
            negated = words[0] == "not"
            name, pattern = words[-2].lower(), words[-1]
            if name in _HANDSHAKES:
                meets = [_fits(pattern, value) for value in _HANDSHAKES[name]]
                if negated:
                    handshakes = NO_HANDSHAKES
                elif not all(meets):
                    handshakes = "not all"
                    spoiler = item.block[number_of] if item.block is not None else item
                else:
                    handshakes = handshakes or HANDSHAKES_ONLY
    return Matcher(paths, handshakes, spoiler)


def _fits(pattern: str, value: str) -> bool:
    """Say whether a value meets a header matcher: exactly, or with a star at its ends."""
    if pattern.startswith("*") and pattern.endswith("*"):
        return pattern.strip("*").lower() in value.lower()
    if pattern.startswith("*"):
        return value.lower().endswith(pattern[1:].lower())
    if pattern.endswith("*"):
        return value.lower().startswith(pattern[:-1].lower())
    return value.lower() == pattern.lower()


def field_of(args: Sequence[str]) -> str | None:
    """Return ``upgrade`` or ``connection`` if a line on fields is about one of them."""
    name = args[0].lstrip("+->?").lower() if args else ""
    return name if name in {"upgrade", "connection"} else None


def sets_host(option: Directive) -> bool:
    """Say whether a line gives the request another Host field."""
    return len(option.args) > 1 and option.args[0].lower() == "host" and "{host}" not in option.args[1]


def fields_of(lines: Sequence[Directive]) -> tuple[tuple[str, ...], Directive | None, bool]:
    """Return what lines on fields take from a handshake, the first line that does, and whether they invent one."""
    lost: dict[str, Directive] = {}
    hard_coded = False
    for line in lines:
        name = field_of(line.args)
        if name is None:
            continue
        value = line.args[-1].lower() if len(line.args) > 1 else ""
        token = "websocket" if name == "upgrade" else "upgrade"
        kept = token in value or ("{" in value and name in value)
        if kept:
            lost.pop(name, None)
            hard_coded = hard_coded or (name == "upgrade" and "{" not in value)
        else:
            lost[name] = line
    lacks = tuple(name for name in ("upgrade", "connection") if name in lost)
    return lacks, lost[lacks[0]] if lacks else None, hard_coded
