"""What clients in scripts come to, short enough for tables."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.inspectors.helpers import inspect, repository
from wsdoctor.model.traffic import Caller, Declared


def script(
    tmp_path: Path, code: str, files: Mapping[str, str] | None = None, name: str = "web/src/app.tsx"
) -> Declared:
    """Return what a script with other files around it declares."""
    return inspect("javascript clients", name, repository(tmp_path, {name: code, **(files or {})}))


def reached(
    tmp_path: Path, code: str, files: Mapping[str, str] | None = None, name: str = "web/src/app.tsx"
) -> list[str]:
    """Return the URLs that a script asks for, without a host where it is the page's own."""
    return [url_of(caller) for caller in script(tmp_path, code, files, name).callers]


def url_of(caller: Caller) -> str:
    """Return the URL that a caller asks for."""
    host = "?" if caller.to.host is None else caller.to.host
    return f"{caller.protocol}://{host}:{caller.to.port}{caller.path or ''}"
