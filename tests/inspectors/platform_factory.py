"""What one inspector of a platform says of one file, as short rows."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.inspectors.helpers import inspect, repository
from wsdoctor.model.traffic import Caller, Declared


def declared(root: Path, name: str, path: str, files: Mapping[str, str] | str) -> Declared:
    """Return what an inspector says of a file, given its text or all files."""
    given = {path: files} if isinstance(files, str) else files
    return inspect(name, path, repository(root, given))


def row(caller: Caller, *names: str) -> tuple[Any, ...]:
    """Return the port, protocol and path of a caller, and what else is asked for."""
    known = {
        "line": caller.location.line,
        "end": caller.location.end_line,
        "file": caller.location.file,
        "host": caller.to.host,
        "unit": caller.to.unit,
        "agent": caller.user_agent,
    }
    rest = tuple(known[name] if name in known else getattr(caller, name) for name in names)
    return (caller.to.port, caller.protocol, caller.path, *rest)


def rows(root: Path, name: str, path: str, files: Mapping[str, str] | str, *names: str) -> list[tuple[Any, ...]]:
    """Return the callers that an inspector finds in a file."""
    return [row(caller, *names) for caller in declared(root, name, path, files).callers]
