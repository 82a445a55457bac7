"""Which port a platform's service is on, where its configuration names a command but no port."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._expansion import expand
from wsdoctor.inspectors._platforms.common import port_number
from wsdoctor.inspectors._reachable import reachable, scripted, started
from wsdoctor.inspectors._values import environment
from wsdoctor.model.traffic import Address
from wsdoctor.syntax.dockerfile import parse

__all__ = ["docker_command", "served", "service_port"]

_FLAG = re.compile(
    r"(?:--port|--bind|-b|--listen|-p|--http-port|-l)(?:=|\s+)[\"']?(?:tcp:)?(?:[\w.\[\]*-]*:)?"
    r"(?P<port>\d{2,5})(?!\d)"
)
_DEFAULTS = (
    re.compile(r"[\"']PORT[\"']\s*,\s*(?:default\s*=\s*)?[\"']?(?P<port>\d{2,5})"),
    re.compile(r"[\"']PORT[\"']\s*\)?\s*or\s*[\"']?(?P<port>\d{2,5})"),
    re.compile(r"env\.PORT\s*(?:\|\||\?\?)\s*[\"']?(?P<port>\d{2,5})"),
    re.compile(r"Getenv\(\"PORT\"\).{0,80}?[\"':](?P<port>\d{2,5})\"", re.DOTALL),
    re.compile(r"\$\{PORT:-(?P<port>\d{2,5})\}"),
)
_LITERAL = re.compile(r"(?:\bport\s*[=:]\s*|0\.0\.0\.0[\"']\s*,\s*|ListenAndServe\(\":|listen\()(?P<port>\d{2,5})\b")
_CODE = (".py", ".js", ".mjs", ".cjs", ".ts", ".go", ".rb", ".sh")
_MAX_FILES = 400


def service_port(
    path: str, repository: Repository, command: str = "", within: str = "", unit: str | None = None,
    default: int | None = None,
) -> int | None:  # fmt: skip
    """Return the port that a service listens on, None if that is not sure.

    Args:
        path: of the configuration.
        repository: that it is in.
        command: that starts the service, ``""`` if it is not said.
        within: folder of the service.
        unit: that the service is.
        default: that the platform gives the service where nothing else does.

    """
    known = environment(repository)
    near = f"{within.strip('./')}/{path.rpartition('/')[2]}".lstrip("/") if within else path

    def value(name: str) -> str | None:
        found = known.value(name, unit, near)
        return found[0] if found else None

    if flag := _FLAG.search(expand(scripted(command, within.strip("./"), repository), value)):
        return port_number(flag["port"])
    given = port_number(value("PORT"))
    if given is not None:
        return given
    files = started(command, within.strip("./"), repository)
    for file in files or ([] if command else list(_files(within, repository))):
        source = repository.text(file) or ""
        for pattern in _DEFAULTS:
            if match := pattern.search(source):
                return port_number(match["port"])
    literals = {int(match["port"]) for file in files for match in _LITERAL.finditer(repository.text(file) or "")}
    return literals.pop() if len(literals) == 1 and default is None else default


def served(
    path: str, repository: Repository, command: str, within: str, unit: str | None, host: str, *,
    port: int | None = None,
) -> Address | None:  # fmt: skip
    """Return the address of a service that its platform tells the port by the variable ``PORT``, None if not sure.

    Args:
        path: of the configuration.
        repository: that it is in.
        command: that starts the service, ``""`` if it is not said.
        within: folder of the service.
        unit: that the service is.
        host: that the sender calls it by.
        port: that the configuration itself gives.

    """
    known = port or service_port(path, repository, command, within, unit)
    if known is not None:
        return Address(host, known, unit)
    files = reachable(started(command, within.strip("./"), repository), repository)
    if command and not files:
        return None
    return Address(host, None, unit, "PORT", (*sorted(files), path))


def _files(within: str, repository: Repository) -> Iterator[str]:
    prefix = within.strip("./")
    prefix = f"{prefix}/" if prefix else ""
    found = (file for file in repository.files if file.startswith(prefix) and file.endswith(_CODE))
    for count, file in enumerate(found):
        if count >= _MAX_FILES:
            return
        yield file


def docker_command(dockerfile: str, repository: Repository) -> str:
    """Return the command of a Dockerfile, ``""`` if it has none."""
    words: Sequence[str] = ()
    for one in parse(repository.text(dockerfile) or ""):
        if one.name in {"CMD", "ENTRYPOINT"}:
            words = one.words or one.text.split()
    return " ".join(words)
