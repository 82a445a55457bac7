"""Whether a call in Python code hands on the request that is being answered, or makes one of its own."""

from __future__ import annotations

import ast

from wsdoctor.inspectors._python import calls
from wsdoctor.inspectors._python.source import enclosing, routes
from wsdoctor.inspectors._python.values import Reader
from wsdoctor.syntax.python import Function

__all__ = ["forwards", "handler_of"]

_HANDED = frozenset(
    (
        "method", "headers", "body", "content", "data", "get_data", "stream", "read", "path", "path_qs", "full_path",
        "query_string", "rel_url", "uri",
    )
)  # fmt: skip
_BASES = ("Handler", "View", "Resource", "Endpoint")
"""Ends of the names of classes whose methods answer requests."""
_REQUESTS = frozenset(("request", "req"))


def handler_of(reader: Reader, call: ast.Call) -> Function | None:
    """Return the request handler that a call stands in, None if it is in none."""
    for function in enclosing(reader.file.module, call):
        arguments = [arg.arg for arg in (*function.args.posonlyargs, *function.args.args)]
        if routes(reader, function) or not _REQUESTS.isdisjoint(arguments):
            return function
        klass = reader.file.module.klass(function)
        bases = [calls.last_name(base) for base in klass.bases] if klass is not None else []
        if function.name in _VERBS and any(base.endswith(_BASES) for base in bases):
            return function
    return None


_VERBS = frozenset(
    ("get", "post", "put", "delete", "patch", "head", "options", "do_GET", "do_POST", "do_HEAD", "prepare", "dispatch")
)


def forwards(reader: Reader, call: ast.Call) -> bool:
    """Say whether a call hands on the request that its handler answers: its method, path, fields or body."""
    function = handler_of(reader, call)
    if function is None:
        return False
    parameters = {arg.arg for arg in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)} - {
        "self"
    }
    catches = any(
        mark in path for path in routes(reader, function) for mark in (":path}", "<path:", "/*", "{tail", "{path")
    )
    for node in ast.walk(call):
        if isinstance(node, ast.Attribute) and node.attr in _HANDED and _is_request(node.value):
            return True
        if catches and isinstance(node, ast.Name) and node.id in parameters - _REQUESTS:
            return True
    return catches


def _is_request(node: ast.expr) -> bool:
    if isinstance(node, ast.Attribute):
        return node.attr == "request" and isinstance(node.value, ast.Name) and node.value.id == "self"
    return isinstance(node, ast.Name) and (node.id in _REQUESTS or node.id == "self")
