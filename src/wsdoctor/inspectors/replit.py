"""``.replit``: which port the outside sees as port 80, where previews, page loads and deployment checks arrive."""

from __future__ import annotations

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.commands import read
from wsdoctor.inspectors._platforms.common import LOCAL, environment_lookup, place, port_number, tables
from wsdoctor.inspectors._platforms.spoken import Spoken, add
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Address, Caller, Declared, Page, PortMap

__all__ = ["NAME", "PATTERNS", "inspect"]

NAME = "replit"
PATTERNS = (".replit",)

_COMMANDS = frozenset(("run", "onBoot", "args", "build", "compile"))


def inspect(path: str, repository: Repository) -> Declared:
    """Return what the configuration of a Repl declares."""
    unit = unit_of(path, repository)
    found = Declared(pages=[Page(NAME, place(path, repository, 1), unit)])
    for table in tables(path, repository, found.notes):
        if table.path == ("ports",):
            inner, outer = port_number(table.get("localPort")), port_number(table.get("externalPort"))
            lines = [entry.line for entry in table.entries]
            if inner is not None and outer is not None:
                at = place(path, repository, min(lines), max(lines))
                found.maps.append(PortMap(NAME, (), outer, inner, unit, at, public=outer == 80))
        for entry in table.entries:
            port = port_number(entry.value) if entry.key == "waitForPort" else None
            if port is not None:
                found.callers.append(
                    Caller(
                        NAME, "wait", "tcp", Address(LOCAL, port, unit), place(path, repository, entry.line), unit=unit
                    )
                )
            if entry.key in _COMMANDS:
                words = entry.value if isinstance(entry.value, list) else [entry.value]
                command = words[-1] if words[:1] in (["sh"], ["bash"]) and "-c" in words else " ".join(map(str, words))
                done = read(str(command), entry.line, environment_lookup(path, repository, unit))
                add(found, done, repository, path, "shell", _kind, unit=unit,
                    location=place(path, repository, entry.line, entry.end_line))  # fmt: skip
    return found


def _kind(spoken: Spoken) -> str:
    return "wait" if spoken.waits else "client-code"
