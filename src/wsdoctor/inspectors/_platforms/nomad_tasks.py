"""The command lines of the tasks of Nomad jobs, with the numbers of the ports that they name by label."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._platforms.hcl import Module, number, plain
from wsdoctor.syntax import hcl

__all__ = ["command_lines", "ports_of"]

_LABEL = re.compile(r"\$?\$\{NOMAD_(?:HOST_|ALLOC_)?PORT_(?P<label>\w+)\}")


def command_lines(text: str) -> Iterator[tuple[int, str]]:
    """Yield the line and the command line of each task of the jobs in a file."""
    if "command" not in text:
        return
    try:
        jobs = list(hcl.parse(text).of("job"))
        for job in jobs:
            for group in job.of("group"):
                known = ports_of(group, Module({"": hcl.parse(text)}))
                yield from _tasks(_LABEL.sub(partial(_told, known), text), job, group)
    except SyntaxProblem:
        return


def _told(ports: Mapping[str, int], found: re.Match[str]) -> str:
    port = ports.get(found["label"])
    return found[0] if port is None else str(port)


def _tasks(text: str, job: hcl.Block, group: hcl.Block) -> Iterator[tuple[int, str]]:
    file = hcl.parse(text)
    module = Module({"": file})
    for same in file.of("job"):
        for one in same.of("group") if same.line == job.line else ():
            for task in one.of("task") if one.line == group.line else ():
                for config in task.of("config"):
                    command, given = config.get("command"), config.get("args")
                    words = module.value(given) if given is not None else []
                    if command is not None and isinstance(words, list):
                        parts = [plain(module.value(command)), *map(plain, words)]
                        yield config.line, " ".join(f'"{part}"' for part in parts)


def ports_of(group: hcl.Block, module: Module) -> dict[str, int]:
    """Return the ports within the tasks of a group by their labels, as far as they are fixed."""
    found: dict[str, int] = {}
    networks = (inner for task in group.of("task") for one in task.of("resources") for inner in one.of("network"))
    for network in (*group.of("network"), *networks):
        for port in network.of("port"):
            options = [port.get("to"), port.get("static")]
            known = [number(module.value(one)) for one in options if one is not None]
            first = next((one for one in known if one is not None), None)
            if first is not None:
                found[port.labels[0] if port.labels else ""] = first
    return found
