"""What ports and URLs in Python code come to, short enough for tables."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

from tests.inspectors.helpers import inspect, repository
from tests.inspectors.scripts import url_of
from wsdoctor.model.traffic import Declared, Listener

START = "from websockets.asyncio.server import serve\nimport os, sys\n"


def served(tmp_path: Path, code: str, files: Mapping[str, str] | None = None, name: str = "app/server.py") -> Declared:
    """Return what a program that starts servers declares."""
    return inspect("python servers", name, repository(tmp_path, {name: START + textwrap.dedent(code), **(files or {})}))


def ports(tmp_path: Path, code: str, files: Mapping[str, str] | None = None) -> list[int | None]:
    """Return the ports of the servers that a program starts."""
    return [listener.port for listener in served(tmp_path, code, files).listeners]


def listener(tmp_path: Path, code: str, files: Mapping[str, str] | None = None) -> Listener:
    """Return the only server that a program starts."""
    (found,) = served(tmp_path, code, files).listeners
    return found


def called(tmp_path: Path, code: str, files: Mapping[str, str] | None = None, name: str = "app/client.py") -> list[str]:
    """Return the URLs that a program asks for."""
    found = inspect("python clients", name, repository(tmp_path, {name: textwrap.dedent(code), **(files or {})}))
    return [url_of(caller) for caller in found.callers]
