"""Applications of frameworks for HTTP all of whose routes open WebSockets: they answer nothing but what is built in.

FastAPI, Starlette, Sanic, Quart, Litestar, Flask with a library for sockets, and Channels without HTTP. Whoever asks
such an application over HTTP gets 404. It is said only of an application that was seen as a whole: one that is handed
to something unknown, that mounts, that has middleware or that gets routes from elsewhere may answer more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

__all__ = ["answers", "built_in", "constructed", "enclosed", "frameworks", "handed"]

_CONSTRUCTED = re.compile(
    r"(?:(?m:^)[ \t]*(?:\w+\.)*(?P<name>\w+)\s*(?::[^=\n]+)?=\s*)?"
    r"(?<![\w.])(?:\w+\.)?(?P<kind>FastAPI|Starlette|Sanic|Quart|Litestar|Flask)\((?P<given>[^()]*(?:\([^()]*\)[^()]*)*)\)"
).finditer
_ROUTERS = re.compile(
    r"(?m)^\s*(?P<name>\w+)\s*(?::[^=\n]+)?=\s*(?:\w+\.)?(?P<kind>APIRouter|Router|Blueprint|Socks?|Sockets)\("
).finditer
_OPENS = re.compile(
    r"@[\w.]+\.(?:websocket|websocket_route|ws)\(|\b(?:APIWebSocketRoute|WebSocketRoute)\(|"
    r"\.add_(?:api_)?websocket(?:_route)?\(|@websocket\(|@(?P<name>\w+)\.route\("
).finditer
_ANSWERS = re.compile(
    r"@(?P<name>[\w.]+)\.(?:get|post|put|delete|patch|head|options|trace|route|api_route|http|exception_handler|"
    r"errorhandler|error_handler|exception|middleware|before_request|before_app_request|on_request|on_response|"
    r"after_request|app_errorhandler)\b|"
    r"@(?:get|post|put|delete|patch|head|route|asgi)\(|"
    r"\b(?:(?:API)?Route|Mount|Host)\(|\b(?:HTTPEndpoint|StaticFiles|HTTPMethodView|MethodView|Controller|GraphQL\w*|"
    r"Instrumentator|make_asgi_app|DispatcherMiddleware|SocketIO|AsyncServer|wsgi_app)\b|"
    r"\.(?:add_route|add_api_route|add_url_rule|mount|host|static|add_exception_handler|register_exception_handler|"
    r"register_error_handler|register_middleware|add_view|frontend)\(|"
    r"\b(?:exception_handlers|before_request|static_files_config|static_url_path)\s*=|"
    r"\b(?:importlib|pkgutil|__import__|import_string|add_pagination|strawberry|socketio)\b|\basync def \w+\(\s*scope\b"
).finditer
_MIDDLEWARE = re.compile(
    r"\b(?:add_middleware|Middleware)\(\s*(?P<name>[\w.]+)|\bmiddleware\s*=\s*(?P<given>[^\s\[]\w*)"
)
_TRANSPARENT = frozenset(
    ("CORSMiddleware", "GZipMiddleware", "TrustedHostMiddleware", "SessionMiddleware", "ProxyHeadersMiddleware")
)
"""Middleware that answers no request itself but preflights and forbidden hosts."""
_INCLUDED = re.compile(
    r"\.(?:include_router|register_blueprint|blueprint)\(\s*(?:router\s*=\s*)?(?P<name>[\w.]+)"
).finditer
_HANDED = re.compile(r"(?<![\w.@])(?P<by>[\w.]+)\(\s*(?P<rest>[^()\n]*)").finditer
_TAKE = frozenset(
    (
        "run", "Config", "serve", "Server", "Sock", "Sockets", "print", "isinstance", "getattr", "str", "repr", "id",
        "TestClient", "info", "debug", "WSGIServer",
    )
)  # fmt: skip
"""What an application is handed to that adds nothing to it."""
_CHANNELS = re.compile(r"ProtocolTypeRouter\(\s*\{").search
_HTTP = re.compile(r"[\"']http[\"']|\*\*").search
_OWN = (("docs_url", "/docs"), ("docs_url", "/docs/oauth2-redirect"), ("redoc_url", "/redoc"))


def built_in(texts: Sequence[str]) -> tuple[str, ...] | None:
    """Return the paths that an application answers by itself over HTTP where it has no route but for WebSockets.

    Args:
        texts: of its files and all that they import, without comments.

    Returns:
        The paths, ``*`` for any text in one; None where it has other routes, or may have.

    """
    whole = "\n".join(texts)
    if "ProtocolTypeRouter" in whole:
        found = _CHANNELS(whole)
        known = found is not None and ".as_asgi(" in whole and "get_asgi_application" not in whole
        if not known or found is None:
            return None
        table = enclosed(whole, found.end(), "{}")
        return None if _HTTP(whole[found.end() :] if table is None else table) else ()
    made = constructed(whole)
    if made is None or made["name"] is None:
        return None
    name, kind, given = made["name"], made["kind"], made["given"]
    routers = {each["name"]: each["kind"] for each in _ROUTERS(whole)}
    sockets = {each for each, kind in routers.items() if kind.startswith("Sock")}
    opens = [each for each in _OPENS(whole) if each["name"] is None or each["name"] in sockets]
    if not opens or (kind == "Flask" and not sockets) or answers(whole, sockets):
        return None
    if not all(each["name"].rpartition(".")[2] in routers for each in _INCLUDED(whole)):
        return None
    if any(by not in _TAKE and f"def {by}(" not in whole for by in handed(whole, {name, *routers})):
        return None
    return tuple(dict.fromkeys(_own(kind, given)))


def constructed(whole: str) -> re.Match[str] | None:
    """Return the one application of a framework that is made, None if there are several or none."""
    made = frameworks(whole)
    return made[0] if len(made) == 1 else None


def frameworks(whole: str) -> list[re.Match[str]]:
    """Return where applications of frameworks are made."""
    return list(_CONSTRUCTED(whole))


def enclosed(text: str, at: int, pair: str) -> str | None:
    """Return what stands in brackets from behind the first of them on, None where they do not close.

    Args:
        text: that they stand in.
        at: offset behind the bracket that opens.
        pair: the brackets, such as ``()``.

    """
    depth = 1
    for mark in re.compile(f"[{re.escape(pair)}]").finditer(text, at):
        depth += 1 if mark[0] == pair[0] else -1
        if not depth:
            return text[at : mark.start()]
    return None


def answers(whole: str, sockets: Iterable[str] = ()) -> bool:
    """Say whether something in the texts may answer a request that opens no WebSocket."""
    if any(each["name"] is None or each["name"] not in sockets for each in _ANSWERS(whole)):
        return True
    around = [(each["name"] or each["given"]).rpartition(".")[2] for each in _MIDDLEWARE.finditer(whole)]
    return not _TRANSPARENT.issuperset(around)


def handed(whole: str, names: Iterable[str]) -> Iterator[str]:
    """Yield the last part of the name of each function that is handed one of some names."""
    names_one = re.compile(rf"(?:^|,)\s*(?:\w+\s*=\s*)?(?:\w+\.)*(?:{'|'.join(map(re.escape, names))})\s*(?:,|$)")
    for call in _HANDED(whole):
        by = call["by"].rpartition(".")[2]
        if by not in {"include_router", "register_blueprint", "blueprint"} and names_one.search(call["rest"]):
            yield by


def _own(kind: str, given: str) -> Iterator[str]:
    """Yield the paths that a framework serves of its own accord."""
    if kind == "FastAPI":
        described = re.search(r"\bopenapi_url\s*=\s*(?P<value>None|[\"'][^\"']*[\"'])", given)
        if described is not None and described["value"] == "None":
            return
        yield described["value"].strip("\"'") if described is not None else "/openapi.json"
        for option, path in _OWN:
            if (written := re.search(rf"\b{option}\s*=\s*(?:None|[\"'](?P<path>[^\"']*)[\"'])", given)) is None:
                yield path
            elif written["path"] is not None:
                yield written["path"]
    elif kind == "Sanic":
        yield from ("/docs", "/docs/*")
    elif kind == "Litestar":
        yield from ("/schema", "/schema/*")
    else:
        yield from ("/static/*",) if kind in {"Quart", "Flask"} else ()
