"""Servers for Python that a command line starts: uvicorn, gunicorn, daphne, hypercorn, flask, Django and others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._commands import FILES, Command, commands_in
from wsdoctor.inspectors._python import apps
from wsdoctor.inspectors._values import environment
from wsdoctor.model.traffic import Declared, Listener, Speaks

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "python commands"
PATTERNS = FILES
NEEDLES = (
    "uvicorn", "gunicorn", "daphne", "hypercorn", "granian", "flask", "fastapi", "sanic", "streamlit", "waitress-serve",
    "runserver", "http.server", "runworker", "adev",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Program:
    """How a server is told its port.

    Attributes:
        flags: that take the port.
        binds: flags that take ``host:port``.
        default: port without any of them.
        variable: environment variable that it reads for the port.
        speaks: what it serves whatever the application, None = that is up to the application.

    """

    flags: tuple[str, ...]
    binds: tuple[str, ...] = ()
    default: int = 8000
    variable: str | None = None
    speaks: Speaks | None = None


_PROGRAMS = {
    "uvicorn": _Program(("--port",), (), 8000, "UVICORN_PORT"),
    "gunicorn": _Program((), ("-b", "--bind"), 8000, "PORT"),
    "daphne": _Program(("-p", "--port"), ("-e", "--endpoint")),
    "hypercorn": _Program((), ("-b", "--bind")),
    "granian": _Program(("--port",), (), 8000, "GRANIAN_PORT"),
    "flask": _Program(("-p", "--port"), (), 5000, "FLASK_RUN_PORT"),
    "fastapi": _Program(("--port",)),
    "sanic": _Program(("-p", "--port")),
    "streamlit": _Program(("--server.port",), (), 8501, None, "both"),
    "waitress-serve": _Program(("--port",), ("--listen",), 8080, None, "http"),
    "adev": _Program(("-p", "--port")),
    "manage.py": _Program(()),
    "http.server": _Program((), ("-b", "--bind"), 8000, None, "http"),
}
_APP = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*(?:\(\))?|[\w./-]+\.py|[a-z_]\w*(?:\.[a-z_]\w*)+|[a-z_]\w*")


def inspect(path: str, repository: Repository) -> Declared:
    """Return the servers that the command lines of a file start."""
    found = Declared()
    for command in commands_in(path, repository):
        listener = _listener(path, command, repository)
        if listener is not None and listener not in found.listeners:
            found.listeners.append(listener)
    return found


def _listener(path: str, command: Command, repository: Repository) -> Listener | None:
    words = list(command.words)
    name = words[0].rpartition("/")[2]
    if name.startswith("python"):
        if words[1:2] == ["-m"] and len(words) > 2:
            name, words = words[2], words[2:]
        elif len(words) > 2 and words[1].endswith("manage.py") and words[2].startswith("runserver"):
            name, words = "manage.py", words[2:]
        else:
            return None
    if name in {"flask", "fastapi"} and not {"run", "dev"} & set(words[1:]):
        return None
    program = _PROGRAMS.get(name)
    if program is None:
        return None
    offset = len(command.words) - len(words)
    port, variable = _port(name, program, words, command, offset)
    if variable is not None and variable == program.variable:
        told = environment(repository).value(variable, command.unit, path)
        port = _number(told[0]) or port if told is not None else port
    app = _app(name, words)
    file = None
    if name == "manage.py":
        found = [one for one in repository.named("asgi.py") if not one.startswith(("tests/", "docs/"))]
        file = found[0] if len(found) == 1 else None
    elif app is not None:
        file = apps.app_file(app, path, repository)
    elif name in {"flask", "fastapi", "sanic"}:
        file = next((one for one in ("app.py", "main.py", "wsgi.py") for one in repository.named(one)), None)
    spoken = program.speaks or apps.speaks(file, repository)
    if spoken == "websocket" and name == "manage.py":
        spoken = "both"
    return Listener(
        port=port,
        speaks=spoken,
        location=command.location,
        framework="django" if name == "manage.py" else name,
        unit=command.unit,
        paths=apps.websocket_paths(file, repository),
        answers=apps.answers(file, repository) or (),
        serves_only=apps.paths_alone(file, repository) if spoken == "both" and name != "manage.py" else (),
        tls=any(word.startswith(("--ssl", "--certfile", "--keyfile")) for word in words),
        environment=variable,
        sure=(0.9 if file is not None else 0.7) if port is not None else 0.5,
    )


def _port(
    name: str, program: _Program, words: list[str], command: Command, offset: int
) -> tuple[int | None, str | None]:
    """Return the port that a command line gives, and the environment variable that it comes from."""
    for at, word in enumerate(words):
        flag, equals, given = word.partition("=")
        if not equals and re.match(r"-[bp]\d|-[bp][\w.]*:\d", word) and not word.startswith("--"):
            flag, given, equals = word[:2], word[2:], "="
        position = at if equals else at + 1
        value = given if equals else words[at + 1] if at + 1 < len(words) else ""
        variable = command.variables[offset + position] if offset + position < len(command.variables) else None
        if flag in program.flags:
            return _number(value), variable
        if flag in program.binds and ":" in value:
            tail = value.rpartition(":")[2] if "port=" not in value else re.sub(r".*port=(\d+).*", r"\1", value)
            return _number(tail), variable
    if name in {"manage.py", "http.server"}:
        for at, word in enumerate(words[1:], 1):
            if not word.startswith("-") and (number := _number(word.rpartition(":")[2])) is not None:
                return number, command.variables[offset + at]
            if "$" in word and not word.startswith("-"):
                return None, command.variables[offset + at]
    return program.default, program.variable


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and 0 < int(text[:6]) < 65536 else None


def _app(name: str, words: list[str]) -> str | None:
    if name in {"manage.py", "http.server"}:
        return None
    if name == "flask":
        return next((after for word, after in pairwise(words) if word in {"--app", "-A"}), None)
    skip = False
    for word in words[1:]:
        if skip:
            skip = False
            continue
        if word.startswith("-"):
            skip = "=" not in word and word not in {
                "--reload",
                "--proxy-headers",
                "--preload",
                "--access-log",
                "--debug",
                "--factory",
            }
            continue
        if word not in {"run", "dev"} and _APP.fullmatch(word):
            return word
    return next((word for word in words if re.fullmatch(r"[\w.]+:\w+", word)), None)
