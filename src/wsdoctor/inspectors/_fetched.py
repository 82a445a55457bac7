"""Routes of proxies to paths that the site's own pages fetch: such a route is one of pages, whatever it leads to.

A page fetches a path of its own host, which names no port, so that no inspector declares it. Here the question is the
other way round: of the few paths that proxies hand on and that nothing else tells what they are for, does any page or
script fetch one? It is answered by their text; nothing is taken apart.
"""

from __future__ import annotations

import re
from dataclasses import replace

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._javascript.callers import SCRIPTS
from wsdoctor.inspectors._javascript.modules import MARKUP, is_test
from wsdoctor.model.traffic import Declared, Hop

__all__ = ["with_pages"]

_LITERAL = re.compile(r"[~^=* ]*(?P<path>/[\w./-]*[\w-])")
_FETCHES = (
    r"(?:\bfetch|\baxios(?:\.\w+)?|\bky(?:\.\w+)?|\$\.(?:get|post|ajax|getJSON)|\.(?:get|post|put|patch|delete)"
    r"|\.open\(\s*[\"']\w+[\"']\s*,|\burl\s*:|\b(?:href|src|action)\s*=)\s*\(?\s*[\"'`](?:{paths})(?=[/?#\"'`$])"
)
_MAX_PATHS = 50
_MAX_FILES = 3000


def with_pages(declared: Declared, repository: Repository) -> Declared:
    """Return the same traffic with the hops marked as meant for pages whose paths pages fetch."""
    alone = any(one.speaks == "websocket" for one in declared.listeners)
    unknown = {path for hop in declared.hops if alone and (path := _unknown(hop)) is not None}
    if not unknown or len(unknown) > _MAX_PATHS:
        return declared
    found = _fetched(unknown, repository)
    hops = [replace(hop, websocket=False) if _unknown(hop) in found else hop for hop in declared.hops]
    return replace(declared, hops=hops) if found else declared


def _unknown(hop: Hop) -> str | None:
    """Return the path that a hop takes if nothing tells what it is meant for, None if something does."""
    if hop.websocket is not None or "redirect" in hop.sends:
        return None
    match = _LITERAL.match(hop.path or "")
    return match["path"] if match is not None else None


def _fetched(paths: set[str], repository: Repository) -> set[str]:
    fetches = re.compile(_FETCHES.format(paths="|".join(f"(?P<p{at}>{re.escape(p)})" for at, p in enumerate(paths))))
    names = list(paths)
    found: set[str] = set()
    files = [path for path in repository.files if path.rpartition(".")[2] in {*SCRIPTS, *MARKUP} and not is_test(path)]
    for path in files[:_MAX_FILES]:
        text = repository.text(path) or ""
        if any(one in text for one in paths):
            found |= {names[int(match.lastgroup[1:])] for match in fetches.finditer(text) if match.lastgroup}
    return found
