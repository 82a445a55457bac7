"""Socket.IO and Engine.IO servers in Python with nothing beside them: all else is answered with 404.

It is said only of an application that was seen as a whole, as in `alone`: what hands other paths on, serves files, is
mounted or has a route of its own may answer more.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

from wsdoctor.inspectors._python import alone

__all__ = ["paths_alone"]

_MADE = re.compile(
    r"(?m)^[ \t]*(?:(?P<name>\w+)[ \t]*(?::[^=\n]+)?=|return\b|"
    r"[\w.]+\.(?:run|Config|server|serve)\("
    r"(?:[^()\n]*(?:\((?:[^()\n]|\([^()\n]*\))*\))?[^()\n]*,)?)"
    r"\s*(?:(?P<of>\w+)\.)?(?P<kind>ASGIApp|WSGIApp)\("
)
_KINDS = re.compile(r"\b(?:ASGIApp|WSGIApp)\(")
_PATHS = ("socketio_path", "engineio_path")
_HARMLESS = frozenset((*_PATHS, "on_startup", "on_shutdown"))
_MORE = re.compile(
    r"\.mount\(|\bMount\(|\basync def \w+\(\s*scope\b|\b(?:importlib|pkgutil|__import__|import_string|aiohttp|tornado|"
    r"get_asgi_application|get_wsgi_application|DispatcherMiddleware|ProtocolTypeRouter)\b|\bdef \w+\(\s*environ\b"
)
_TAKE = frozenset(
    (
        "run", "Config", "serve", "server", "Server", "WSGIServer", "print", "isinstance", "str", "repr", "id", "info",
        "debug", "CORSMiddleware", "ProxyHeadersMiddleware", "init_app", "attach", "run_app", "_run_app", "AppRunner",
    )
)  # fmt: skip
"""What an application is handed to that adds nothing to it."""
_ATTACHED = re.compile(r"\.attach\(\s*(?P<name>\w+)\s*(?P<rest>[^()]*)\)")
_APPLICATION = re.compile(r"(?m)^[ \t]*(?P<name>\w+)\s*(?::[^=\n]+)?=\s*(?:\w+\.)*Application\(\s*\)")
_ROUTES = re.compile(
    r"\brouter\b|\badd_(?:routes|get|post|put|delete|head|route|view|static|subapp)\(|RouteTableDef|"
    r"\bmiddlewares\b|\bweb\.(?:get|post|route|static|view)\("
)
_FLASK = re.compile(r"\bSocketIO\(")
_ITSELF = re.compile(r"\b(?:SocketIO|socketio|flask_socketio)\b")
_OWN_PATH = re.compile(r"\b(?:path|resource|socketio_path)\s*=\s*[\"'](?P<path>[^\"']+)[\"']")


def paths_alone(texts: Sequence[str]) -> tuple[str, ...]:
    """Return the paths that an application alone answers over HTTP where it is a Socket.IO server and nothing else.

    Args:
        texts: of its files and all that they import, without comments.

    Returns:
        The paths, ``*`` for any text in one; empty where it has other routes, or may have.

    """
    whole = "\n".join(texts)
    if _KINDS.search(whole):
        return _dispatched(whole)
    if _FLASK.search(whole):
        return _flask(whole)
    return _attached(whole)


def _dispatched(whole: str) -> tuple[str, ...]:
    """Return the paths of an application that is made by ``ASGIApp`` or ``WSGIApp``."""
    made = _MADE.search(whole)
    if made is None or len(_KINDS.findall(whole)) != 1 or _MORE.search(whole) or alone.frameworks(whole):
        return ()
    given = _given(whole, made.end())
    if given is None or len(given.args) != 1 or not _HARMLESS.issuperset(one.arg for one in given.keywords):
        return ()
    default = "engine.io" if "socketio" not in whole else "socket.io"
    written = [one.value for one in given.keywords if one.arg in _PATHS]
    values = [one.value for one in written if isinstance(one, ast.Constant) and isinstance(one.value, str)]
    if len(values) < len(written) or not _kept(whole, made["name"]):
        return ()
    return _below(values[0] if values else default)


def _attached(whole: str) -> tuple[str, ...]:
    """Return the paths of an application of aiohttp to which a server is attached and nothing else."""
    found, made = list(_ATTACHED.finditer(whole)), list(_APPLICATION.finditer(whole))
    if len(found) != 1 or len(made) != 1 or found[0]["name"] != made[0]["name"] or "aiohttp" not in whole:
        return ()
    if "socketio" not in whole or _ROUTES.search(whole) or not _kept(whole, made[0]["name"]):
        return ()
    own = _OWN_PATH.search(found[0]["rest"])
    return _below(own["path"] if own else "socket.io") if own or not found[0]["rest"].strip(" ,") else ()


def _flask(whole: str) -> tuple[str, ...]:
    """Return the paths of an application of Flask-SocketIO without routes."""
    rest = _ITSELF.sub("", whole)
    made = alone.constructed(whole)
    if made is None or made["kind"] != "Flask" or alone.answers(rest) or "register_blueprint" in rest:
        return ()
    if not _kept(rest, made["name"]):
        return ()
    own = _OWN_PATH.search(whole)
    return (*_below(own["path"] if own else "socket.io"), "/static/*")


def _kept(whole: str, name: str | None) -> bool:
    """Say whether an application is handed to nothing that may add to it."""
    return name is None or _TAKE.issuperset(alone.handed(whole, (name,)))


def _below(path: str) -> tuple[str, ...]:
    own = path.strip("/")
    return f"/{own}", f"/{own}/*"


def _given(text: str, start: int) -> ast.Call | None:
    """Return a call as a tree, from the place after its parenthesis on; None where it does not end or is no Python."""
    given = alone.enclosed(text, start, "()")
    if given is None:
        return None
    try:
        call = ast.parse(f"f({given})", mode="eval").body
    except SyntaxError:
        return None
    return call if isinstance(call, ast.Call) else None
