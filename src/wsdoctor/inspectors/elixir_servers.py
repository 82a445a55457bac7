"""Servers in Elixir: the endpoints of Phoenix, Bandit, Plug.Cowboy and Cowboy itself."""

from __future__ import annotations

import re

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._text.servers import Start, keyed, listeners, project_text
from wsdoctor.inspectors._text.sources import Source
from wsdoctor.model.traffic import Declared, Speaks

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "elixir servers"
PATTERNS = ("*.ex", "*.exs")
NEEDLES = ("http: [", "http: ", "Bandit", "Cowboy", ":cowboy", "Endpoint")

_Spoken = tuple[Speaks, tuple[str, ...]]


def _plug(source: Source, at: int, repository: Repository) -> _Spoken:
    text = source.text + "".join(
        project_text(source, word, repository) for word in ("WebSockAdapter", "websocket_handle")
    )
    return ("both" if re.search(r"WebSock|websocket_", text) else "http"), ()


def _cowboy(source: Source, at: int, repository: Repository) -> _Spoken:
    """Return what Cowboy speaks: whether all modules that it dispatches to upgrade."""
    modules = re.findall(r"\{\s*(?:\"[^\"]*\"|:_|'[^']*')\s*,\s*([A-Z][\w.]*)\s*,", source.text)
    text = source.text + project_text(source, "websocket_handle", repository)
    upgrading = [
        one for one in modules if re.search(rf"defmodule\s+[\w.]*\b{re.escape(one.rpartition('.')[2])}\b", text)
    ]
    if "websocket_handle" not in text:
        return "http", ()
    return ("websocket" if modules and len(upgrading) == len(modules) else "both"), ()


_CONFIG = r"\bconfig\s+:\w+\s*,[^\n]*Endpoint"
_STARTS = (
    Start(r"(?<![\w:])https?:\s*(?=\[)\[", "phoenix", "both", keyed("port"), _CONFIG, 4000),
    Start(r"\{\s*Bandit\s*,\s*", "bandit", _plug, keyed("port"), default=4000),
    Start(r"\bBandit\.start_link\s*\(", "bandit", _plug, keyed("port"), default=4000),
    Start(r"\bPlug\.Cowboy\s*,[^{}]*?\boptions:\s*\[", "plug-cowboy", _plug, keyed("port"), default=4000),
    Start(r"\bPlug\.Cowboy\.https?\s*\(", "plug-cowboy", _plug, keyed("port"), default=4000),
    Start(r":cowboy\.start_(?:clear|tls)\s*\(", "cowboy", _cowboy, lambda given: _cowboy_port(given)),
)


def _cowboy_port(given: list[str]) -> str | None:
    found = re.search(r"\bport\s*(?::|,)\s*(?P<value>[^\]\},]+(?:\([^()]*\))?)", given[1]) if len(given) > 1 else None
    return found["value"] if found is not None else None


def inspect(path: str, repository: Repository) -> Declared:
    """Return the servers that an Elixir file starts or configures."""
    return Declared(listeners=listeners(path, "elixir", _STARTS, repository))
