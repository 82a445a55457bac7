"""Where the sessions and clients of a repository's own classes lead their requests.

``class Api(requests.Session)`` with a ``request`` that hands ``urljoin(self.base, url)`` on turns each URL that it is
asked for into another.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from wsdoctor.inspectors._python.arguments import argument, last_name
from wsdoctor.inspectors._python.model import Frame, FunctionOf, InstanceOf, Value
from wsdoctor.inspectors._python.values import Reader

__all__ = ["led"]

_HANDS_ON = frozenset(("request", "_request", "build_request"))
"""Methods of the libraries that all others hand their URLs to."""


def led(reader: Reader, call: ast.Call, urls: list[Value]) -> list[Value]:
    """Return the URLs that are asked for where a method of a session is asked for some.

    Args:
        reader: of the file.
        call: of the method.
        urls: that it is given.

    """
    if not isinstance(call.func, ast.Attribute) or call.func.attr in _HANDS_ON:
        return urls
    owners = [value for value in reader.values(call.func.value) if isinstance(value.data, InstanceOf)]
    found: list[Value] = []
    changed = False
    for owner in owners:
        for name in _HANDS_ON:
            for method in reader.attribute(owner, name, call.func, reader.frame):
                if isinstance(method.data, FunctionOf):
                    changed = True
                    found += _through(reader, owner, method.data, urls)
    return found if changed else urls


def _through(reader: Reader, owner: Value, method: FunctionOf, urls: list[Value]) -> Iterator[Value]:
    """Yield what a method of a class hands to the one that it stands for, for some URLs."""
    names = [arg.arg for arg in (*method.node.args.posonlyargs, *method.node.args.args)]
    named = "url" if "url" in names else names[2] if len(names) > 2 else ""
    bound = {**method.frame.bound, (id(method.node), "self"): [owner], (id(method.node), named): urls}
    for node in ast.walk(method.node):
        if isinstance(node, ast.Call) and last_name(node.func) in _HANDS_ON and _of_super(node.func):
            yield from (
                value
                for value in reader.values(argument(node, 1, "url"), Frame(method.frame.file, bound))
                if isinstance(value.data, str)
            )


def _of_super(function: ast.expr) -> bool:
    return (
        isinstance(function, ast.Attribute)
        and isinstance(function.value, ast.Call)
        and last_name(function.value) == "super"
    )
