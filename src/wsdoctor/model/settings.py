"""Settings of the guard: what `wsdoctor.install` takes, and the environment variables that say the same.

A setting that cannot be used is an `InvalidInput` that names the argument or the variable; nothing is
silently corrected. This module opens no file and reads no environment by itself: the mapping is handed in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from wsdoctor.errors import InvalidInput
from wsdoctor.model.attempt import Attempt

__all__ = ["LOG_STYLES", "PREFIX", "Settings"]

PREFIX = "WSDOCTOR_"
"""Environment variables are this and the name of the setting in capitals, such as ``WSDOCTOR_PORTS``."""
LOG_STYLES = ("human", "json", "off")
_TRUE = frozenset(("1", "true", "yes", "on"))
_FALSE = frozenset(("0", "false", "no", "off"))
_LIMITS = {"max_undecided": 0, "max_head": 1024, "record_bytes": 4096, "record_files": 1}
_SECONDS = ("first_byte_timeout", "head_timeout", "summary_interval")
_HIGHEST_PORT = 65535
_PLATFORM = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the guard does, and where it reports.

    Attributes:
        ports: TCP ports to guard, None for every port that the process listens on.
        health_paths: paths that are answered with 200 on a port that speaks WebSocket only.
        websocket_paths: paths where WebSockets are opened, besides those that are learned; on a port that
            also serves HTTP, plain requests are recorded on these only.
        answer: False to watch only: every attempt is recorded and passed on to the server untouched.
        on_attempt: called with each settled `Attempt`; what it raises is logged once and ignored.
        first_byte_timeout: seconds that a peer may stay silent after connecting.
        head_timeout: seconds from connecting until the request head must be complete.
        max_undecided: connections that may be undecided at a time on one listener; what comes on top goes
            to the server untouched, so a flood cannot make the guard hold more than this.
        max_head: bytes that a request head may have while the guard holds it; common servers take up to 64 KiB.
        record: file that gets one JSON line per attempt, None for no file.
        record_bytes: bytes after which that file is rotated.
        record_files: rotated files that are kept beside it.
        log: ``human``, ``json`` or ``off``: how attempts appear in the log.
        quiet: True to log summaries and warnings only.
        summary_interval: seconds between two summaries of the same group in the log.
        platform: where it runs, such as ``render``; None to find it out from the environment.

    """

    ports: frozenset[int] | None = None
    health_paths: tuple[str, ...] = ()
    websocket_paths: tuple[str, ...] = ()
    answer: bool = True
    on_attempt: Callable[[Attempt], object] | None = None
    first_byte_timeout: float = 10.0
    head_timeout: float = 10.0
    max_undecided: int = 1024
    max_head: int = 65536
    record: str | None = None
    record_bytes: int = 64 * 1024 * 1024
    record_files: int = 1
    log: str = "human"
    quiet: bool = False
    summary_interval: float = 60.0
    platform: str | None = None

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], **arguments: Any) -> Settings:
        """Return the settings of the environment, overridden by the arguments.

        Raises:
            InvalidInput: if a value cannot be used; it names the variable or the argument.

        """
        known = {field.name for field in fields(cls)}
        values: dict[str, Any] = {}
        for name in sorted(known - {"on_attempt"}):
            variable = f"{PREFIX}{name.upper()}"
            text = environment.get(variable, "").strip()
            if text:
                values[name] = _checked(name, _from_text(name, text, variable), variable)
        return replace(cls(**values), **_from_arguments(known, arguments))

    def replaced(self, **arguments: Any) -> Settings:
        """Return these settings with some of them changed.

        Raises:
            InvalidInput: if a value cannot be used; it names the argument.

        """
        return replace(self, **_from_arguments({field.name for field in fields(self)}, arguments))


def _from_arguments(known: set[str], arguments: Mapping[str, Any]) -> dict[str, Any]:
    unknown = sorted(set(arguments) - known)
    if unknown:
        raise InvalidInput(f"no such setting; there are {', '.join(sorted(known))}", unknown[0])
    return {name: _checked(name, value, name) for name, value in arguments.items()}


def _from_text(name: str, text: str, where: str) -> Any:
    if name in {"ports", "health_paths", "websocket_paths"}:
        return [part.strip() for part in text.split(",") if part.strip()]
    if name in {"answer", "quiet"}:
        if text.lower() in _TRUE | _FALSE:
            return text.lower() in _TRUE
        raise InvalidInput(f"{text!r} is neither yes nor no", where)
    return text


def _checked(name: str, value: Any, where: str) -> Any:
    if name == "ports":
        return None if value is None else _ports(value, where)
    if name in {"health_paths", "websocket_paths"}:
        return tuple(_path(each, where) for each in _members(value, where))
    if name in _LIMITS:
        return int(_number(value, where, _LIMITS[name]))
    if name in _SECONDS:
        return _number(value, where, 0.01)
    if name == "on_attempt" and value is not None and not callable(value):
        raise InvalidInput("must be callable with one attempt", where)
    if name == "log" and value not in LOG_STYLES:
        raise InvalidInput(f"{value!r} is none of {', '.join(LOG_STYLES)}", where)
    if name in {"answer", "quiet"} and not isinstance(value, bool):
        raise InvalidInput(f"{value!r} is neither True nor False", where)
    if name == "platform" and value is not None and not (isinstance(value, str) and _PLATFORM.fullmatch(value)):
        raise InvalidInput(f"{value!r} is no name of a platform, such as render or cloud-run", where)
    if name == "record" and value is not None:
        return _file(value, where)
    return value


def _members(value: Any, where: str) -> list[Any]:
    if isinstance(value, (str, bytes)) or not isinstance(value, Iterable):
        return [value]
    return list(value)


def _ports(value: Any, where: str) -> frozenset[int]:
    ports = frozenset(_port(each, where) for each in _members(value, where))
    if not ports:
        raise InvalidInput("names no port; leave it out to guard every port", where)
    return ports


def _port(value: Any, where: str) -> int:
    try:
        port = int(value)
    except (TypeError, ValueError):
        port = 0
    if not 0 < port <= _HIGHEST_PORT or isinstance(value, bool):
        raise InvalidInput(f"{value!r} is no port; a port is a number from 1 to {_HIGHEST_PORT}", where)
    return port


def _path(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.startswith("/"):
        raise InvalidInput(f"{value!r} is no path; a path begins with /", where)
    return value


def _number(value: Any, where: str, least: float) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not least <= number < float("inf") or isinstance(value, bool):
        raise InvalidInput(f"{value!r} is no number from {least:g} on", where)
    return number


def _file(value: Any, where: str) -> str:
    path = value if isinstance(value, str) else getattr(value, "__fspath__", lambda: None)()
    if not isinstance(path, str) or not path:
        raise InvalidInput(f"{value!r} is no name of a file", where)
    return path
