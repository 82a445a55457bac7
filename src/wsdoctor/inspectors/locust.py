"""Locust: what the users of a load test ask of their host."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._python.aside import is_aside
from wsdoctor.inspectors._python.source import open_file, url_of
from wsdoctor.inspectors._python.values import Reader
from wsdoctor.model.traffic import Caller, Declared

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "locust"
PATTERNS = ("*.py",)
NEEDLES = ("locust",)

_USERS = {"HttpUser": ("requests", "python-requests/"), "HttpLocust": ("requests", "python-requests/"),
          "FastHttpUser": ("python", None)}  # fmt: skip
"""Classes of users, with the library that they send with and how its User-Agent begins."""
_VERBS = frozenset(("get", "post", "put", "delete", "patch", "head", "options"))


def inspect(path: str, repository: Repository) -> Declared:
    """Return the requests of the users that a file describes."""
    found = Declared()
    reader, _ = open_file(path, repository)
    for node in ast.walk(reader.file.module.tree) if reader is not None else ():
        bases = node.bases if isinstance(node, ast.ClassDef) else []
        kind = next((name for base in bases if (name := ast.unparse(base).rpartition(".")[2]) in _USERS), None)
        if isinstance(node, ast.ClassDef) and reader is not None and kind is not None:
            found.callers += _user(node, *_USERS[kind], reader)
    return found


def _user(user: ast.ClassDef, library: str, agent: str | None, reader: Reader) -> Iterator[Caller]:
    """Yield what a class of users asks for; one that says no host gets it from the command line."""
    hosts = [
        statement.value
        for statement in user.body
        if isinstance(statement, ast.Assign) and any(ast.unparse(target) == "host" for target in statement.targets)
    ]
    base = reader.first(hosts[-1]) if hosts else None
    url = url_of(base.data) if base is not None and isinstance(base.data, str) else None
    if base is None or url is None or url.port is None or url.scheme not in {"http", "https"}:
        return
    for call in ast.walk(user):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or call.func.attr not in _VERBS:
            continue
        asked = reader.first(call.args[0]) if call.args else None
        if ast.unparse(call.func.value) == "self.client":
            known = asked is not None and isinstance(asked.data, str) and asked.data.startswith("/")
            yield Caller(
                library, "client-code", url.scheme, url.address(reader.unit), reader.place(hosts[-1]),
                path=asked.data if known and asked is not None else None, method=call.func.attr.upper(),
                user_agent=agent,
                also=(reader.place(call), *(place for place in base.places if place.line != hosts[-1].lineno)),
                unit=reader.unit, sure=0.3 if is_aside(reader.file.path) else 0.9,
            )  # fmt: skip
