"""Where Python code tells a browser to go instead: calls of frameworks, ``Location`` fields, views that redirect.

Each framework's own word for it, and the field of the answer itself (RFC 9110 section 10.2.2), however an answer is
written. Whether the new place is worth a word is for the inspector to judge.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

from wsdoctor.inspectors._python import calls
from wsdoctor.inspectors._python.source import calls_named, enclosing, routes
from wsdoctor.inspectors._python.values import Reader

__all__ = ["NEEDLES", "Redirect", "redirects"]

NEEDLES = ("edirect", "HTTPFound", "HTTPMoved", "HTTPSeeOther", "HTTPTemporary", "HTTPPermanent", "ocation")
"""Words of which one stands in every file that this module finds something in."""

_CALLED = re.compile(
    r"(?P<product>fastapi|starlette|responder|fasthtml)\.(?:\w+\.)*(?:RedirectResponse|Redirect)"
    r"|(?:flask|werkzeug|quart|sanic|bottle|emmett|blacksheep|microdot|robyn|litestar|muffin|nicegui)\.(?:\w+\.)*"
    r"(?:redirect|Redirect|ResponseRedirect|temporary_redirect|permanent_redirect)"
    r"|(?:aiohttp\.web|pyramid\.httpexceptions|webob\.exc|falcon)\."
    r"HTTP(?:Found|MovedPermanently|SeeOther|TemporaryRedirect|PermanentRedirect|Moved)"
    r"|cherrypy\.HTTPRedirect|django\.(?:shortcuts\.redirect|http\.HttpResponse(?:Permanent)?Redirect)"
    r"|django\.views\.generic\.(?:base\.)?RedirectView\.as_view"
).fullmatch
_ENDS = frozenset(
    (
        "RedirectResponse", "Redirect", "redirect", "ResponseRedirect", "temporary_redirect",
        "permanent_redirect", "HTTPFound", "HTTPMovedPermanently", "HTTPSeeOther", "HTTPTemporaryRedirect",
        "HTTPPermanentRedirect", "HTTPMoved", "HTTPRedirect", "HttpResponseRedirect", "HttpResponsePermanentRedirect",
        "as_view",
    )
)  # fmt: skip
_ARGUMENTS = ("url", "location", "redirect_to", "to", "path", "urls")
_FIELD_SETTERS = frozenset(("send_header", "set_header", "add_header", "putheader", "append", "setdefault", "header"))
_VIEWS = frozenset(("RedirectView", "RedirectHandler"))

Target: TypeAlias = ast.expr


@dataclass(frozen=True, slots=True)
class Redirect:
    """A place that redirects.

    Attributes:
        node: what says so.
        target: expression of the new place.
        product: framework, ``python`` where only the field of the answer is known.
        path: of the requests that are redirected, None = unknown.

    """

    node: ast.expr | ast.stmt
    target: Target
    product: str
    path: str | None = None


def redirects(reader: Reader) -> Iterator[Redirect]:
    """Yield the redirects of a file."""
    yield from _called(reader)
    module = reader.file.module
    for node in module.walk("ocation"):
        for at, target in _fields(node):
            yield Redirect(at, target, "python", _route(reader, at))
    for node in module.walk("edirect"):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _returned(reader, node)
        elif isinstance(node, ast.ClassDef):
            yield from _view(node)
        elif isinstance(node, (ast.Tuple, ast.Call)):
            yield from _handler(reader, node)


def _called(reader: Reader) -> Iterator[Redirect]:
    for call in calls_named(reader, _ENDS):
        names = [function.name for function in reader.names(call.func)]
        known = next((name for name in names if _CALLED(name)), None)
        target = calls.argument(call, 0, *_ARGUMENTS)
        if target is not None and (known is not None or _in_tornado(reader, call)):
            product = known.partition(".")[0] if known is not None else "tornado"
            yield Redirect(call, target, product, _route(reader, call))


def _in_tornado(reader: Reader, call: ast.Call) -> bool:
    klass = reader.file.module.klass(call)
    own = isinstance(call.func, ast.Attribute) and call.func.attr == "redirect"
    return own and klass is not None and any(ast.unparse(base).endswith("RequestHandler") for base in klass.bases)


def _fields(node: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt, Target]]:
    """Yield where the field is set, with its value."""
    if isinstance(node, ast.Dict):
        yield from ((value, value) for key, value in zip(node.keys, node.values, strict=True) if _is_field(key))
    elif isinstance(node, (ast.Tuple, ast.List)) and len(node.elts) == 2 and _is_field(node.elts[0]):
        yield node.elts[1], node.elts[1]
    elif isinstance(node, ast.Call) and len(node.args) > 1 and calls.last_name(node.func) in _FIELD_SETTERS:
        if _is_field(node.args[0]):
            yield node, node.args[1]
    elif isinstance(node, ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Subscript) and _is_field(target.slice):
                yield node, node.value


def _is_field(node: ast.expr | None) -> bool:
    """Say whether a literal is the name of the field; in small letters it is often something else."""
    name = node.value if isinstance(node, ast.Constant) else None
    return name in {"Location", b"location", b"Location", "LOCATION"}


def _returned(reader: Reader, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Redirect]:
    """Yield what a function returns whose decorator makes it a redirect."""
    module = reader.file.module
    for decorator in function.decorator_list:
        given = calls.keyword(decorator, "response_class") if isinstance(decorator, ast.Call) else None
        if given is None or not any(_CALLED(one.name) for one in reader.names(given)):
            continue
        for node in ast.walk(function):
            if isinstance(node, ast.Return) and node.value is not None and module.function(node) is function:
                yield Redirect(node, node.value, "fastapi", _route(reader, node))


def _view(node: ast.ClassDef) -> Iterator[Redirect]:
    """Yield where a view of the repository leads that inherits its framework's redirecting one."""
    if _VIEWS.isdisjoint(calls.last_name(base) for base in node.bases):
        return
    for statement in node.body:
        if isinstance(statement, ast.Assign) and any(calls.last_name(one) == "url" for one in statement.targets):
            yield Redirect(statement, statement.value, "django")
        elif isinstance(statement, ast.FunctionDef) and statement.name == "get_redirect_url":
            yield from (
                Redirect(inner, inner.value, "django")
                for inner in ast.walk(statement)
                if isinstance(inner, ast.Return) and inner.value is not None
            )


def _handler(reader: Reader, node: ast.Tuple | ast.Call) -> Iterator[Redirect]:
    """Yield where a route of Tornado leads whose handler is its redirecting one."""
    parts = node.elts if isinstance(node, ast.Tuple) else node.args
    if len(parts) < 3 or calls.last_name(parts[1]) != "RedirectHandler" or not isinstance(parts[2], ast.Dict):
        return
    pattern = reader.first(parts[0])
    path = pattern.data if pattern is not None and isinstance(pattern.data, str) else None
    for key, value in zip(parts[2].keys, parts[2].values, strict=True):
        if isinstance(key, ast.Constant) and key.value == "url":
            yield Redirect(node, value, "tornado", path)


def _route(reader: Reader, node: ast.AST) -> str | None:
    for function in enclosing(reader.file.module, node):
        if found := routes(reader, function):
            return found[0]
    return None
