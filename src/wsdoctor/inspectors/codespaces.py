"""Ports that an editor opens as pages: `devcontainer.json`, ``.gitpod.yml``, and ``launch.json`` of VS Code."""

from __future__ import annotations

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.commands import read
from wsdoctor.inspectors._platforms.common import (
    LOCAL,
    documents,
    environment_lookup,
    http_caller,
    place,
    port_number,
    split_url,
)
from wsdoctor.inspectors._platforms.spoken import Spoken, add
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Address, Declared
from wsdoctor.syntax._tree import Mapping, Node, Pair, Scalar, find, items, text

__all__ = ["NAME", "PATTERNS", "inspect"]

NAME = "codespaces"
PATTERNS = ("devcontainer.json", ".devcontainer.json", ".gitpod.yml", ".gitpod.yaml", "*.vscode/launch.json")

_OPENS = frozenset(("openbrowser", "openbrowseronce", "openpreview", "open-browser", "open-preview"))
_COMMANDS = ("onCreateCommand", "updateContentCommand", "postCreateCommand", "postStartCommand", "postAttachCommand")


def inspect(path: str, repository: Repository) -> Declared:
    """Return what an environment opens, and what its commands call."""
    found = Declared()
    for document in documents(path, repository, found.notes):
        if "gitpod" in path.rpartition("/")[2]:
            _gitpod(document, path, repository, found)
        elif path.endswith("launch.json"):
            _launch(document, path, repository, found)
        elif isinstance(document, Mapping):
            _devcontainer(document, path, repository, found)
    return found


def _opened(product: str, port: int, what: Pair | Node, path: str, repository: Repository, found: Declared) -> None:
    found.callers.append(
        http_caller(
            product, Address(LOCAL, port), place(path, repository, what), user_agent="Mozilla/", kind="navigation"
        )
    )


def _launch(document: Node, path: str, repository: Repository, found: Declared) -> None:
    """Add what the editor opens once the program that it started says that it listens."""
    for configuration in items(document, "configurations"):
        ready = configuration.pair("serverReadyAction") if isinstance(configuration, Mapping) else None
        url = split_url(text(ready.value, "uriFormat") or "") if ready is not None else None
        if ready is not None and url is not None and url.scheme in {"http", "https"} and url.port is not None:
            found.callers.append(
                http_caller(
                    "vscode", Address(url.host or LOCAL, url.port), place(path, repository, ready), path=url.path,
                    protocol=url.scheme, user_agent="Mozilla/", kind="navigation",
                )
            )  # fmt: skip


def _devcontainer(document: Mapping, path: str, repository: Repository, found: Declared) -> None:
    attributes = find(document, "portsAttributes")
    for pair in attributes.all_pairs() if isinstance(attributes, Mapping) else ():
        port = port_number(pair.key.text.rpartition(":")[2])
        if port is not None and (text(pair.value, "onAutoForward") or "").lower() in _OPENS:
            _opened(NAME, port, pair, path, repository, found)
    for key in _COMMANDS:
        if (given := document.pair(key)) is not None:
            _command(given.value, path, repository, found)


def _gitpod(document: Node, path: str, repository: Repository, found: Declared) -> None:
    for item in items(document, "ports"):
        port = port_number(text(item, "port"))
        if port is not None and (text(item, "onOpen") or "").lower() in _OPENS:
            _opened("gitpod", port, item, path, repository, found)
    for task in items(document, "tasks"):
        for key in ("before", "init", "command"):
            if (given := find(task, key)) is not None:
                _command(given, path, repository, found)


def _command(node: Node, path: str, repository: Repository, found: Declared) -> None:
    if isinstance(node, Mapping):
        for pair in node.all_pairs():
            _command(pair.value, path, repository, found)
    elif isinstance(node, Scalar):
        unit = unit_of(path, repository)
        done = read(node.text, node.first_line, environment_lookup(path, repository, unit))
        add(found, done, repository, path, "shell", _kind, unit=unit)


def _kind(spoken: Spoken) -> str:
    return "wait" if spoken.waits else "client-code"
