"""Routers of FastAPI: under which prefix the routes of one are reached, by its own and by what includes it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

__all__ = ["Router", "prefixes", "stem"]

Router = tuple[str, str]
"""Name of the module, without its package, and name of the router in it."""

_OWN = re.compile(
    r"(?m)^\s*(?P<name>\w+)\s*(?::[^=\n]+)?=\s*(?:\w+\.)?APIRouter\([^()]*?\bprefix\s*=\s*[\"'](?P<prefix>/[^\"']*)[\"']"
).finditer
_INCLUDED = re.compile(
    r"\b(?P<by>\w+)\.include_router\(\s*(?:router\s*=\s*)?(?P<name>[\w.]+)\s*(?P<rest>(?:,[^()]*(?:\([^()]*\)[^()]*)*)?)\)"
).finditer
_PREFIX = re.compile(r"\bprefix\s*=\s*[\"'](?P<prefix>/[^\"']*)[\"']").search
_IMPORT = re.compile(r"(?m)^\s*from\s+(?P<module>[.\w]+)\s+import\s+(?P<names>\([^)]*\)|[^\n#]+)").finditer
_DEEPEST = 5


def prefixes(files: Sequence[tuple[str, str]]) -> Mapping[Router, str]:
    """Return the prefix of each router that has one.

    Args:
        files: path and text of each file of an application.

    """
    own: dict[Router, str] = {}
    included: dict[Router, tuple[Router, str]] = {}
    for path, text in files:
        own_name = stem(path)
        own |= {(own_name, match["name"]): match["prefix"].rstrip("/") for match in _OWN(text)}
        imported = _imported(text)
        for match in _INCLUDED(text):
            module, _, name = match["name"].rpartition(".")
            router = (module.rpartition(".")[2], name) if module else imported.get(name, (own_name, name))
            if module and (of := imported.get(router[0])) is not None:
                router = (of[1], name)
            given = _PREFIX(match["rest"])
            by = (own_name, match["by"])
            included.setdefault(router, (by, given["prefix"].rstrip("/") if given else ""))
    return {router: _whole(router, own, included) for router in {*own, *included}}


def _whole(router: Router, own: Mapping[Router, str], included: Mapping[Router, tuple[Router, str]]) -> str:
    prefix = own.get(router, "")
    for _ in range(_DEEPEST):
        if router not in included:
            break
        router, given = included[router]
        prefix = own.get(router, "") + given + prefix
    return prefix


def _imported(text: str) -> dict[str, Router]:
    """Return what names that are imported from modules stand for."""
    found: dict[str, Router] = {}
    for match in _IMPORT(text):
        module = match["module"].rpartition(".")[2]
        for name in match["names"].strip("() \n").split(","):
            words = name.split()
            if words:
                found[words[-1]] = (module, words[0])
    return found


def stem(path: str) -> str:
    """Return the name of the module in a file, without its package."""
    parts = path.removesuffix(".py").removesuffix("/__init__").split("/")
    return parts[-1]
