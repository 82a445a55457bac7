"""Where in the bytes of a script it is worth looking at the tree for something that opens a connection.

Expressions and names alone. Each expression begins with a character that is rare in scripts and looks back
from there, so that nearly every byte is passed over by the fastest loop that `re` has.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from ahocorasick_rs import BytesAhoCorasick

from wsdoctor.inspectors._javascript.holders import GLOBAL
from wsdoctor.inspectors._javascript.sinks import VERBS

__all__ = ["Candidate", "bound_names", "candidates", "global_names"]

_VERBS = "|".join(sorted((*VERBS, "create", "extend", "sendBeacon", "assign", "replace", "register", "connect",
                          "openURL", "open", "withUrl", "addAll", "load",
                          "configure", "downloadFile", "downloadAsync", "loadURL", "openExternal",
                          "openBrowserAsync"), key=len, reverse=True))  # fmt: skip
_OPENS = rb"\s*(?:<[^<>()]*>)?\((?!\s*\))"
"""The start of a list of arguments; one without any says of no connection where it goes."""
_MEMBER = re.compile(
    rf"\.(?:\s*(?P<verb>{_VERBS})\s*\??\.?(?=[(<])(?!\(\s*\))"
    r"|(?P<given>setAttribute|attr|clone)(?=\(\s*(?:[\"'`](?:src|href|action|data)[\"'`]\s*,|\{))"
    r"|(?P<assigned>src|href|action|baseURL|prefixUrl|(?<=http\.options\.)root)\s*=(?![=>]))".encode()
)
_NEW = re.compile(rb"w(?<=\bnew)\s+(?P<name>[A-Za-z_$][\w$.]*)(?=\s*[(<])(?!\s*\(\s*\))")
_globals = BytesAhoCorasick([name.encode() for name in GLOBAL - {"$"}]).find_matches_as_indexes
_REST = re.compile(rb"[\w$]*")
_OPENING = re.compile(_OPENS)
_CALL = re.compile(rb"(?P<name>[\w$]+)(?=" + _OPENS + rb")")
_MAX_SEARCHES = 60
_LOCATION = re.compile(rb"\blocation\s*=(?![=>])")
_GIVEN = re.compile(rb"=(?:(?<=[acfn]=)|(?<=\s=))\s*(?=[{\"'`])")
_URI = re.compile(rb"\buri\s*:")
_URL = (
    rb"(?:await\s+)?(?:[\"'`](?:(?:https?|wss?):)?//|`\$\{|new\s+URL|(?:[\w$]+\.)*\w*"
    rb"(?:url|uri(?-i:(?![a-rt-z]))|base|host|endpoint|api|server|origin|backend|address|target)s?\w{0,12}"
    rb"\s*(?:[,)+.]|\(\)))"
)
"""What a URL that is handed to a function looks like."""
_LEADING = re.compile(rb"\(\s*" + _URL, re.IGNORECASE)
_LEADS = re.compile(rb"\s*(?:<[^<>()]*>)?\(\s*" + _URL, re.IGNORECASE)
_WORTH = re.compile(r"socket|event|sock|request|worker|audio|link|client|ws|apollo|sse|http|api|manager", re.IGNORECASE)
_PLAIN = frozenset(
    (
        "Map", "Set", "Date", "Error", "TypeError", "RangeError", "Promise", "RegExp", "Array", "WeakMap", "WeakSet",
        "Proxy", "Uint8Array", "FormData", "Headers", "Blob", "File", "AbortController", "URLSearchParams", "Intl",
        "TextEncoder", "TextDecoder", "CustomEvent", "Event", "IntersectionObserver", "ResizeObserver", "URL",
        "MutationObserver", "Response", "Vue", "Schema",
    )
)  # fmt: skip
_LANGUAGE = frozenset(
    (
        "if", "for", "while", "switch", "catch", "function", "return", "typeof", "await", "async", "super",
        "constructor",
        "describe", "it", "expect", "require", "setTimeout", "setInterval", "useEffect", "useState", "parseInt",
        "String",
        "Number", "Boolean", "Array", "Object", "Symbol", "BigInt", "clearInterval", "clearTimeout", "get",
        "set",
        "useCallback", "useMemo", "useRef", "isNaN", "alert", "confirm", "prompt", "Error", "of", "in", "do", "else",
    )
)  # fmt: skip
_CLIENT = re.compile(r"http|axios|client|api|fetch|request|instance|\bky\b|\bgot\b|agent", re.IGNORECASE)
_WORD = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_$"
_FIRST = re.compile(rb"\$?[A-Za-z_]")
_SETTER = re.compile(r"set[A-Z]")
_ATTRIBUTES = {b"src": b"<", b"href": b"<", b"action": b"<form", b"data": b"<object", b"formAction": b"<button"}
"""Attributes of JSX that make a browser connect, with what a script that has one holds."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place in a script whose text gives reason to look at the tree.

    Attributes:
        at: first byte of the name that is called, made, assigned to or given.
        end: first byte behind it.
        kind: ``call``, ``method``, ``new``, ``assign``, ``given``, ``attribute`` or ``uri``.
        name: that is called or made, of a method what it is called on.

    """

    at: int
    end: int
    kind: str
    name: str = ""


def candidates(source: bytes, bound: frozenset[str], start: int, end: int) -> list[Candidate]:
    """Return the candidates of a script from a byte to another, each once.

    Args:
        source: of the whole script.
        bound: names that it binds to what may be a library.
        start: first byte to look at.
        end: first byte not to look at.

    """
    found = {one.at: one for look in (bound_names, global_names) for one in look(source, bound, start, end)}
    return [found[at] for at in sorted(found)]


def bound_names(source: bytes, bound: frozenset[str], start: int, end: int) -> Iterator[Candidate]:
    """Yield what is called, or has a method called, by a name that the script binds, and what is made."""
    for match in _MEMBER.finditer(source, start, end):
        kind = match.lastgroup or ""
        if kind == "assigned":
            yield Candidate(*match.span(kind), "assign")
        elif kind == "given":
            yield Candidate(*match.span(kind), "given")
        elif (on := _receiver(source, match.start(), match["verb"], bound)) is not None:
            yield Candidate(*match.span(kind), "method", on)
    for match in _NEW.finditer(source, start, end):
        name = match["name"].decode("latin-1")
        if name not in _PLAIN and (_may_connect(name) or _LEADS.match(source, match.end()) is not None):
            yield Candidate(*match.span("name"), "new", name)
    for name, at in _named(source, bound, start, end):
        behind = at + len(name)
        if _OPENING.match(source, behind, end) is not None and _is_called(source, at):
            yield Candidate(at, behind, "call", name)


def global_names(source: bytes, bound: frozenset[str], start: int, end: int) -> Iterator[Candidate]:
    """Yield what is called by a name that needs no binding, or with a URL, and what is told where to go by itself."""
    for _, _, last in _globals(memoryview(source)[start:end]):
        at, _ = _word(source, start + last)
        behind = _REST.match(source, start + last).end()  # type: ignore[union-attr]
        name = source[at:behind].decode("latin-1")
        if name in GLOBAL and _OPENING.match(source, behind, end) is not None and _is_called(source, at):
            yield Candidate(at, behind, "call", name)
    if b"location" in source:
        for match in _LOCATION.finditer(source, start, end):
            yield Candidate(match.start(), match.start() + 8, "assign")
    for match in _GIVEN.finditer(source, start, end):
        at, behind = _word(source, match.start())
        element = _ATTRIBUTES.get(source[at:behind])
        if element is not None and source[at - 1 : at].isspace() and element in source.lower():
            yield Candidate(at, behind, "attribute")
    if b"uri" in source:
        for match in _URI.finditer(source, start, end):
            yield Candidate(match.start(), match.start() + 3, "uri")
    for match in _LEADING.finditer(source, start, end):
        at, behind = _callee(source, match.start())
        name = source[at:behind].decode("latin-1")
        new = name not in bound and name not in GLOBAL and name not in _LANGUAGE
        if at < behind and new and _is_called(source, at) and not _sets_state(name, source):
            yield Candidate(at, behind, "call", name)


def _sets_state(name: str, source: bytes) -> bool:
    """Say whether a name is what React gives to set a state with."""
    return _SETTER.match(name) is not None and f", {name}]".encode("latin-1") in source


def _receiver(source: bytes, dot: int, verb: bytes, bound: frozenset[str]) -> str | None:
    """Return what a method is called on if that may be a client, by its name."""
    before = source[max(dot - 80, 0) : dot].rstrip()
    before = before[:-1] if before.endswith((b"!", b"?")) else before
    name = ")" if before.endswith(b")") else before[len(before.rstrip(_WORD)) :].decode("latin-1")
    if verb == b"open":
        good = name == "window" or b"XMLHttpRequest" in source
    elif verb in {b"withUrl", b"sendBeacon", b"loadURL", b"openExternal", b"openBrowserAsync"}:
        good = True
    elif not name:
        good = False
    elif verb in {b"assign", b"replace"}:
        good = name == "location"
    elif verb == b"register":
        good = name == "serviceWorker"
    elif verb == b"load":
        good = name == ")" and b"$(" in source[max(dot - 80, 0) : dot]
    elif verb == b"addAll":
        good = "ache" in name or b"caches.open" in source
    elif name in {"window", "globalThis", "self"}:
        good = verb == b"fetch"
    else:
        good = name == ")" or name in bound or name in GLOBAL or _may_be_client(name)
    return name if good else None


@lru_cache(maxsize=4096)
def _may_be_client(name: str) -> bool:
    return _CLIENT.search(name) is not None


@lru_cache(maxsize=4096)
def _may_connect(name: str) -> bool:
    return _WORTH.search(name) is not None


def _named(source: bytes, names: frozenset[str], start: int, end: int) -> Iterator[tuple[str, int]]:
    """Yield each place of some names, alone or within a longer one: of a few long ones a search for each is fastest."""
    one_by_one = [name for name in names if len(name) > 2] if len(names) <= _MAX_SEARCHES else []
    others = names.difference(one_by_one)
    for name in one_by_one:
        word = name.encode("latin-1")
        at = source.find(word, start, end)
        while at >= 0:
            yield name, at
            at = source.find(word, at + len(word), end)
    for match in _CALL.finditer(source, start, end) if others else ():
        if (name := match["name"].decode("latin-1")) in others:
            yield name, match.start()


def _word(source: bytes, before: int) -> tuple[int, int]:
    """Return where the last word before a byte begins and ends; the same place twice if there is none."""
    near = source[max(before - 80, 0) : before]
    head = near.rstrip()
    behind = before - len(near) + len(head)
    return behind - len(head) + len(head.rstrip(_WORD)), behind


def _callee(source: bytes, bracket: int) -> tuple[int, int]:
    """Return where the name begins and ends that is called with the arguments in a bracket; nothing if it has none."""
    if source[bracket - 1 : bracket] != b">":
        return _word(source, bracket)
    opening = source.rfind(b"<", max(bracket - 300, 0), bracket)
    if opening < 0 or any(mark in source[opening + 1 : bracket - 1] for mark in (b"(", b")", b">")):
        return bracket, bracket
    return _word(source, opening)


def _is_called(source: bytes, at: int) -> bool:
    """Say whether a name at a byte is called, and not a member of something, a part of a name, made or defined."""
    before = source[max(at - 12, 0) : at]
    if before.endswith(b".") or before[-1:] in _WORD_BYTES or _FIRST.match(source, at) is None:
        return False
    return not before.rstrip().endswith((b"new", b"function"))


_WORD_BYTES = frozenset(bytes((one,)) for one in _WORD)
