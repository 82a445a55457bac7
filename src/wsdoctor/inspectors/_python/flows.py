"""Which statements of a module a value of a library may get to, told by the names in them before they are parsed.

A value comes from where a library's name stands, or an import from the repository. It goes on to whoever mentions what
that statement binds, and into functions and classes that it mentions. That is more than ever happens, and less than
the whole module: no other statement can hold a call of a library, whatever its methods are called.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._python.model import File
from wsdoctor.inspectors._sieve import held
from wsdoctor.syntax._statements import Statement
from wsdoctor.syntax.python import Module

__all__ = ["FAR_FILES", "LIBRARIES", "OFTEN", "reached"]

FAR_FILES = 1000
"""Python files in a repository up to which callers in other files are looked for."""

LIBRARIES = frozenset(
    (
        "aiohttp", "aiohttp_sse_client", "anyio", "asks", "autobahn", "blacksheep", "bottle", "cheroot", "cherrypy",
        "cloudscraper", "consul", "dash", "django", "emmett", "eventlet", "falcon", "fastapi", "fastapi_proxy_lib",
        "fasthtml", "flask", "flask_socketio", "gevent", "gradio", "granian", "grequests", "http", "httpx",
        "httpx_sse", "httpx_ws", "hypercorn", "litestar", "microdot", "muffin", "nicegui", "niquests", "picows",
        "playwright", "prometheus_client", "pycurl", "pyramid", "quart", "requests", "requests_cache",
        "requests_html", "requests_toolbelt", "responder", "revproxy", "robyn", "sanic", "selenium",
        "simple_websocket_server", "SimpleWebSocketServer", "socket", "socketio", "socketserver", "sseclient",
        "starlette", "streamlit", "subprocess", "telnetlib", "tornado", "treq", "trio", "trio_websocket", "twisted",
        "uptime_kuma_api", "urllib", "urllib3", "uvicorn", "uvloop", "waitress", "webbrowser", "webob", "websocket",
        "websocket_server", "websockets", "werkzeug", "wsgiproxy", "wsgiref", "xmlrpc",
    )
)  # fmt: skip
"""Packages of which inspectors know calls, and those whose objects hand settings around."""

OFTEN: Mapping[str, frozenset[str]] = {
    "asyncio": frozenset(
        (
            "open_connection", "create_subprocess_exec", "create_subprocess_shell", "start_server", "create_server",
        )
    ),
    "os": frozenset(("system", "popen")),
}  # fmt: skip
"""Packages that nearly every module imports, with the calls of them that inspectors know."""

_HANDED = frozenset(("state", "app"))
"""Attributes of a request under which a repository puts what its handlers use."""
_SOURCES = LIBRARIES | _HANDED
_told = held(_SOURCES.union(*OFTEN.values()))
_HANDLER = "RequestHandler"


def reached(file: File, places: Iterable[int], repository: Repository) -> set[int]:
    """Return those of some statements of a module, given by their places, that a value of a library may get to."""
    wanted = set(places)
    if not file.module.taken_apart:
        return wanted
    flow = file.flow if isinstance(file.flow, _Flow) else _Flow(file, repository)
    file.flow = flow
    return flow.among(wanted)


class _Flow:
    """Where values get to in a module, followed as far as somebody wants to know."""

    def __init__(self, file: File, repository: Repository) -> None:
        self.repository = repository
        self.module: Module = file.module
        self.statements = file.module.statements
        self.far = len(repository.named("*.py")) <= FAR_FILES
        self.found: set[int] = set()
        self.left = dict(enumerate(self.statements))
        self.names: Collection[str] = self.sources(repository.text(file.path) or "")
        self.fresh = [place for place, one in self.left.items() if self.starts(one)]
        if any(self.within(star) for star in self.module.stars):
            self.fresh = [*self.left]

    def among(self, wanted: set[int]) -> set[int]:
        while not wanted <= self.found and (self.fresh or self.names):
            self.follow()
        return wanted & self.found

    def follow(self) -> None:
        """Find who mentions what the statements bind that were found last, and whom these mention."""
        fresh = {place for place, one in self.left.items() if one.mentions(self.names)}
        fresh.update(self.fresh)
        self.found |= fresh
        handed: set[str] = set()
        names: set[str] = set()
        for place in fresh:
            statement = self.left.pop(place)
            handed |= statement.words
            names.update(self.module.names_at(place) if statement.defines is None else statement.defines)
        self.names = names
        self.fresh = [place for place, one in self.left.items() if not handed.isdisjoint(one.callables)]

    def sources(self, text: str) -> list[str]:
        """Return the names in a text that values may come from."""
        words = _told(text)
        often = (package for package, known in OFTEN.items() if not known.isdisjoint(words))
        return [*(words & _SOURCES), *often]

    def within(self, module: str) -> bool:
        """Say whether a module may be one of the repository."""
        return module.startswith(".") or module.partition(".")[0] in _tops(self.repository)

    def starts(self, statement: Statement) -> bool:
        """Say whether values may get into a statement from where nothing else in the module leads."""
        if statement.packages is not None:
            return any(map(self.within, statement.packages))
        return statement.imports or _HANDLER in statement.text or (self.far and bool(statement.callables))


def _tops(repository: Repository) -> frozenset[str]:
    """Return the first parts of the names that modules of a repository may have."""
    kept = repository.memory.get("python tops")
    if not isinstance(kept, frozenset):
        kept = frozenset(_parts(repository))
        repository.memory["python tops"] = kept
    return kept


def _parts(repository: Repository) -> Iterator[str]:
    for path in repository.named("*.py"):
        *folders, name = path.split("/")
        yield from folders
        yield name.removesuffix(".py")
