"""The names that a script binds to what may open connections, by its text alone.

An expression that begins with one certain character is several times as fast as one that begins with one of many, so
there are several.
"""

from __future__ import annotations

import re

from wsdoctor.inspectors._javascript.sinks import CONFIGURED, LIBRARIES

__all__ = ["GLOBAL", "bound_in"]

GLOBAL = frozenset(name for name in (*LIBRARIES, *CONFIGURED) if name.isidentifier() or name.startswith("$")) - {"open"}
"""Names that need not be bound in a script, and those that a library is usually imported by."""

_SOURCES = frozenset(
    part for name in (*LIBRARIES, *CONFIGURED) for part in (name.partition(".")[0], name.rpartition(".")[0])
)
_SOURCE = rb"\s*[\"'](?:(?P<own>\.|@/|~|\$lib|src/)|(?:node:)?(?P<library>[^\"'\n]+)[\"'])"
_IMPORTED = (
    (re.compile(rb"m(?<=\bfrom)" + _SOURCE), len("fro")),
    (re.compile(rb"\((?<=\brequire\()" + _SOURCE), len("require")),
    (re.compile(rb"\((?<=\bimport\()" + _SOURCE), len("import")),
)
"""Each with how far into it the expression begins."""
_MAX_STATEMENT = 4000
_BINDS = re.compile(rb"\b(?:import|const|let|var|export)\b")
_NAME = re.compile(rb"[\w$]+")
_MAKERS = (
    re.compile(rb"\.(?:create|extend)\("),
    re.compile(rb"j(?<=\binj)ect\("),
    re.compile(rb"u(?<!\wu)se(?!\w*(?:Dispatch|Selector|Navigate|Translation)\()[A-Z]\w*\("),
)
"""What may make clients. Hooks that hand out functions of a store, a router or a translation do not."""
_NAMED_MAKERS = re.compile(
    rb"x(?<=\bax)ios|X(?<=\bX)MLHttpRequest|k(?<!\wk)y\b|g(?<!\wg)ot\b|HttpClient|h(?<!\wh)ttps?[\"'.]"
)
_TAKES = re.compile(rb"(?P<name>[\w$]+)\s*(?::[^=]{0,80})?=(?![=>])|(?P<typed>[\w$]+)\s*[?!]?:\s*$")


_AUTHORITY = re.compile(rb"/(?<=[ps]:/)/(?P<authority>[^/\n]{1,120})")
_INSERTS = re.compile(rb"\$\{\s*([A-Za-z_$][\w$]*)|\+\s*([A-Za-z_$][\w$]*)")
_HEADER = re.compile(
    rb"(?:\bfunction\s*\*?\s*(?P<function>[\w$]+)|(?P<held>[\w$]+)\s*(?::[^=\n]{0,80})?=\s*(?:async\b\s*)?"
    rb"(?:function\b\s*[\w$]*)?)\s*(?:<[^()\n]{0,80}>)?\s*\((?P<parameters>[^()]{1,300})\)"
)
_MAX_FUNCTION = 1500
"""Bytes from the head of a helper to the URL that it asks for."""


def bound_in(source: bytes, *, named: bool = True) -> frozenset[str]:
    """Return the names that a script imports from a library or a module of the repository, or makes a client for.

    Its own functions that put a host or a port which they are given into a URL are among them.

    Args:
        source: of the script.
        named: whether the name of a library may stand in it.

    """
    found: set[bytes] = set()
    for pattern, into in _IMPORTED:
        for match in pattern.finditer(source):
            if match["own"] is not None or match["library"].decode("latin-1") in _SOURCES:
                found.update(_NAME.findall(_bound(source, match.start() - into)))
    for pattern in (*_MAKERS, _NAMED_MAKERS) if named else _MAKERS:
        for match in pattern.finditer(source):
            low = max(match.start() - 200, 0)
            taken = _TAKES.search(source, source.rfind(b"\n", low, match.start()) + 1 or low, match.start())
            if taken is not None:
                found.add(taken["name"] or taken["typed"])
    for match in _AUTHORITY.finditer(source):
        inserted = {one or other for one, other in _INSERTS.findall(match["authority"])}
        if inserted and (name := _function(source, match.start(), inserted)) is not None:
            found.add(name)
    return frozenset(name.decode("latin-1") for name in found)


def _function(source: bytes, at: int, inserted: set[bytes]) -> bytes | None:
    """Return the name of the function before a byte one of whose parameters has one of some names."""
    found = None
    for head in _HEADER.finditer(source, max(at - _MAX_FUNCTION, 0), at):
        if inserted.intersection(_NAME.findall(head["parameters"])):
            found = head["function"] or head["held"]
    return found


def _bound(source: bytes, at: int) -> bytes:
    """Return what stands between the keyword of a statement that imports and a place in it."""
    low = max(at - _MAX_STATEMENT, 0)
    low = max(low, source.rfind(b";", low, at) + 1)
    low = max(low, source.rfind(b"'", low, at) + 1, source.rfind(b'"', low, at) + 1)
    parts = _BINDS.split(source[low:at])
    return parts[-1] if len(parts) > 1 else b""
