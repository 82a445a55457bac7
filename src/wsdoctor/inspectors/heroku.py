"""Procfile and heroku.yml: the process that gets everything that Heroku's router takes in, pages among it.

A WebSocket server as the only process is what it should be. One in the place of ``web``, with the server of the pages
beside it under another name, gets the pages' requests, because the router knows ``web`` alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.common import documents, folder, place
from wsdoctor.inspectors._platforms.ports import service_port
from wsdoctor.inspectors._reachable import reachable, scripted, started
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Declared, PortMap
from wsdoctor.syntax._tree import Mapping, Scalar, find, items

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "heroku"
PATTERNS = ("Procfile", "heroku.yml")
NEEDLES = ("web:",)

_PROCESS = re.compile(r"(?P<name>[\w-]+):\s*(?P<command>.+)")
_PAGES = re.compile(
    r"\b(?:gunicorn|waitress-serve|uwsgi|flask\s+run|runserver|puma|unicorn|rails\s+s(?:erver)?|next\s+start|"
    r"http-server|php|apache2|nginx|streamlit|hypercorn|uvicorn|daphne|serve\s+-s)\b"
)

_MAKES = re.compile(
    r"\b(?:express|fastify|Fastify|polka)\(|\bnew\s+(?:Koa|Hono)\(|\b(?:Flask|FastAPI|Starlette|Quart|Sanic|Bottle)\(|"
    r"\bcreateServer\(\s*(?:async\s*)?(?:function|\(|\w+\s*=>)|\.(?:run_server|serve_forever)\(|"
    r"\b(?:make_server|run_simple)\(|\bSinatra\b"
)
"""Calls that make a server of pages."""


def inspect(path: str, repository: Repository) -> Declared:
    """Return the port that the router hands everything to, where pages are served by another process."""
    found = Declared()
    processes = dict(_manifest(path, repository) if path.endswith(".yml") else _processes(path, repository))
    if "web" not in processes:
        return found
    command, line = processes["web"]
    others = [text for name, (text, _) in processes.items() if name not in {"web", "release"}]
    if _PAGES.search(command) or not any(_serves_pages(text, path, repository) for text in others):
        return found
    port = service_port(path, repository, command, folder(path))
    if port is not None:
        unit = unit_of(path, repository)
        files = tuple(sorted(reachable(started(command, folder(path), repository), repository)))
        found.maps.append(PortMap(NAME, (), 443, port, unit, place(path, repository, line), public=True, files=files))
    return found


def _processes(path: str, repository: Repository) -> Iterator[tuple[str, tuple[str, int]]]:
    """Yield the processes of a Procfile with their commands and lines."""
    for number, written in enumerate((repository.text(path) or "").split("\n"), 1):
        match = _PROCESS.fullmatch(written.strip())
        if match is not None:
            yield match["name"], (match["command"], number)


def _manifest(path: str, repository: Repository) -> Iterator[tuple[str, tuple[str, int]]]:
    """Yield the processes of a heroku.yml with their commands and lines."""
    for document in documents(path, repository):
        run = find(document, "run")
        for pair in run.all_pairs() if isinstance(run, Mapping) else ():
            given = find(pair.value, "command") if isinstance(pair.value, Mapping) else pair.value
            command = " ".join(word.text for word in items(given) if isinstance(word, Scalar))
            if command:
                yield pair.key.text, (command, pair.line)


def _serves_pages(command: str, path: str, repository: Repository) -> bool:
    """Say whether a command starts a server of pages: a known one, or a script that makes one."""
    within = folder(path)
    if _PAGES.search(scripted(command, within, repository)):
        return True
    return any(_MAKES.search(repository.text(file) or "") for file in started(command, within, repository))
