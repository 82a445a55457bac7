"""Templates of Jinja, as Ansible fills them: what variables of inventories, roles and playbooks put in their place.

Nothing runs: a name with one known value is replaced, statements and comments are left out, and everything else stays
as it is written. Lines stay where they are. The inspectors of proxies and `_values` drive it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.syntax import yaml
from wsdoctor.syntax._tree import Mapping, Node, Scalar, find, items

__all__ = ["rendered"]

_TEMPLATES = (".j2", ".jinja2", ".jinja")
_NAME = r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[[\"'][^\"'\]]+[\"']\])*"
_VALUE = re.compile(
    rf"\{{\{{-?\s*(?P<name>{_NAME})"
    r"(?:\s*\|\s*(?:default|d)\(\s*(?P<default>[\"'][^\"']*[\"']|[\w.]+)[^)]*\))?(?:\s*\|\s*\w+)*\s*-?\}\}"
)
_ASIDE = re.compile(r"\{[%#]")
_SETTING = re.compile(r"^(?P<name>[A-Za-z_]\w*)[ \t]*=[ \t]*[\"']?(?P<value>[^\"'#;\n]*?)[\"']?[ \t]*$", re.MULTILINE)
_VARIABLES = re.compile(r"\[\w+:vars\][^\n]*\n(?P<lines>(?:(?!\[)[^\n]*\n)*)")
_FILES = (
    (0, re.compile(r"(?:^|/)(?:host_vars|group_vars)/")),
    (1, re.compile(r"(?:^|/)(?:vars/[^/]+|vars)\.ya?ml$")),
    (3, re.compile(r"(?:^|/)defaults/[^/]+\.ya?ml$")),
)
"""Where variables stand, with their rank: the lower the stronger."""
_PLAYBOOK = 2
_MAX_DEPTH = 6
_MAX_VALUE = 1000
"""Characters of a value that is put in the place of a name."""


def rendered(path: str, repository: Repository) -> str:
    """Return the text of a file; of a template, with what is known put in its place."""
    text = repository.text(path) or ""
    if not path.endswith(_TEMPLATES) or "{" not in text:
        return text
    known = _variables(repository)
    return _without_asides(_replaced(text, known, 0, {}))


def _without_asides(text: str) -> str:
    """Leave out statements and comments, but not their ends of lines."""
    parts: list[str] = []
    at = 0
    while (opened := _ASIDE.search(text, at)) is not None:
        end = text.find(f"{opened[0][1]}}}", opened.end())
        if end < 0:
            break
        parts += (text[at : opened.start()], "\n" * text.count("\n", opened.end(), end))
        at = end + 2
    return "".join(parts) + text[at:]


def _replaced(text: str, known: dict[str, str], depth: int, memory: dict[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        name = re.sub(r"\[[\"']([^\"'\]]+)[\"']\]", r".\1", found["name"])
        given = known.get(name)
        if given is None and found["default"] is not None:
            given = found["default"].strip("\"'")
            given = known.get(given, given) if found["default"].isidentifier() else given
        if given is None or depth > _MAX_DEPTH or len(given) > _MAX_VALUE:
            return found[0]
        if "{{" not in given:
            return given
        if given not in memory:
            memory[given] = _replaced(given, known, depth + 1, memory)
        return memory[given] if len(memory[given]) <= _MAX_VALUE else found[0]

    return _VALUE.sub(value, text)


def _variables(repository: Repository) -> dict[str, str]:
    """Return the variables that have one value, of those files that count most for each."""
    kept = repository.memory.get("jinja variables")
    if isinstance(kept, dict):
        return kept
    best: dict[str, tuple[int, set[str]]] = {}
    for rank, name, value in _settings(repository):
        there = best.get(name)
        if there is None or rank < there[0]:
            best[name] = (rank, {value})
        elif rank == there[0]:
            there[1].add(value)
    found = {name: next(iter(values)) for name, (_, values) in best.items() if len(values) == 1}
    repository.memory["jinja variables"] = found
    return found


def _settings(repository: Repository) -> Iterator[tuple[int, str, str]]:
    for path in repository.named("*.yml", "*.yaml"):
        rank = next((rank for rank, shape in _FILES if shape.search(path)), None)
        text = repository.text(path) or ""
        if rank is None and ("hosts:" not in text or "vars:" not in text):
            continue
        try:
            documents = yaml.parse(text)
        except SyntaxProblem:
            continue
        for document in documents:
            if rank is not None:
                yield from ((rank, name, value) for name, value in _flat(document, "", 0))
                continue
            for play in items(document):
                if find(play, "hosts") is not None:
                    yield from ((_PLAYBOOK, name, value) for name, value in _flat(find(play, "vars"), "", 0))
    for path in repository.named("hosts", "inventory", "*.ini", "inventory.*"):
        for block in _VARIABLES.finditer((repository.text(path) or "") + "\n"):
            yield from ((0, one["name"], one["value"]) for one in _SETTING.finditer(block["lines"]))


def _flat(node: Node | None, start: str, depth: int) -> Iterator[tuple[str, str]]:
    """Yield dotted name and text of each scalar of a mapping."""
    for pair in node.all_pairs() if isinstance(node, Mapping) and depth < _MAX_DEPTH else ():
        name = f"{start}.{pair.key.text}" if start else pair.key.text
        if isinstance(pair.value, Scalar):
            yield name, pair.value.text
        else:
            yield from _flat(pair.value, name, depth + 1)
