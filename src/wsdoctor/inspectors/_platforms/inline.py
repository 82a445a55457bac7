"""One-liners of Python, Node and others in checks, such as ``python -c "import urllib.request; …"``.

They are too short to be worth a parser: the URL, or host and port, and the library that is named tell what is sent.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

__all__ = ["Opened", "opened"]

_ENVIRONMENT = (
    re.compile(r"\{[^{}]*?(?:environ|getenv)[^{}]*?['\"](?P<name>\w+)['\"](?:\s*,\s*['\"]?(?P<default>\w+))?[^{}]*\}"),
    re.compile(
        r"\$\{\s*(?:process|Deno|Bun)\.env\.(?P<name>\w+)(?:\s*(?:\|\||\?\?)\s*['\"]?(?P<default>\w+))?[^{}]*\}"
    ),
    re.compile(
        r"['\"`]\s*\+\s*\(?\s*(?:process\.env\.|os\.environ\[['\"]|os\.getenv\(['\"]|ENV\[['\"])(?P<name>\w+)"
        r"(?:['\"][\])])?(?:\s*(?:\|\||\?\?)\s*['\"]?(?P<default>\w+)['\"]?)?\s*\)?(?:\s*\+\s*['\"`])?"
    ),
)
_URL = re.compile(r"(?P<url>(?:https?|wss?)://[^\s'\"`<>)]+)")
_PAIR = re.compile(
    r"(?P<how>create_connection|connect_ex|connect|HTTPS?Connection|TCPSocket\.new|fsockopen|open_connection)\s*\(\s*\(?"
    r"\s*['\"](?P<host>[^'\"]*)['\"]\s*,\s*(?:int\()?(?P<port>\d{1,5}|\$\{?\w+\}?|os\.[^,)]*['\"]\w+['\"][^,)]*)"
)
_NODE_OPTIONS = re.compile(
    r"(?P<how>(?:https?|net|require\(['\"](?:node:)?(?:https?|net)['\"]\))\.(?:get|request|connect|createConnection)"
    r"|\bconnect)\s*\(\s*\{(?P<options>[^}]*)\}"
)
_NODE_PORT = re.compile(r"net(?:['\"]\))?\.(?:connect|createConnection)\s*\(\s*(?P<port>\d{1,5})")
_OPTION = re.compile(r"\b(?P<name>port|host|hostname|path|method)\s*:\s*['\"]?(?P<value>[^,'\"}]+)")
_REQUEST = re.compile(r"\.request\(\s*['\"](?P<method>[A-Z]+)['\"]\s*,\s*['\"](?P<path>[^'\"]*)")
_VARIABLE = re.compile(r"(?:process\.env\.|environ\W+|getenv\W+)(?P<name>\w+)")
_UPGRADE = re.compile(r"['\"]?\bupgrade['\"]?\s*[:=,]\s*['\"]websocket", re.IGNORECASE)

_AGENTS: Mapping[str, tuple[tuple[str, str], ...]] = {
    "python": (
        ("requests", "python-requests/"), ("httpx", "python-httpx/"), ("aiohttp", "Python/"),
        ("urllib3", "python-urllib3/"), ("urllib", "Python-urllib/"), ("HTTPConnection", ""), ("HTTPSConnection", ""),
    ),
    "node": (("axios", "axios/"), ("undici", "undici"), ("fetch", "node"), ("http", "")),
    "ruby": (("", "Ruby"),),
    "php": (("", ""),),
    "deno": (("", "Deno/"),),
    "bun": (("", "Bun/"),),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Opened:
    """What a one-liner opens.

    Attributes:
        url: as written, variables as ``${NAME}``.
        method: of HTTP, None if it is not said.
        user_agent: how it begins, None if the library is not known.
        upgrade: whether it sends an Upgrade field of its own.

    """

    url: str
    method: str | None
    user_agent: str | None
    upgrade: bool


def opened(code: str, language: str) -> Iterator[Opened]:
    """Yield what a one-liner opens.

    Args:
        code: of it.
        language: ``python``, ``node``, ``ruby``, ``php``, ``perl``, ``deno`` or ``bun``.

    """
    for pattern in _ENVIRONMENT:
        code = pattern.sub(_variable, code)
    agent = next((agent for word, agent in _AGENTS.get(language, ()) if word in code), None)
    upgrade = _UPGRADE.search(code) is not None
    seen = False
    for match in _URL.finditer(code):
        seen = True
        method = "HEAD" if re.search(r"method\s*[:=]\s*['\"]HEAD|\.head\(", code) else "GET"
        yield Opened(match["url"].rstrip(";,"), method, agent, upgrade)
    if seen:
        return
    for match in _PAIR.finditer(code):
        http = match["how"].startswith("HTTP")
        request = _REQUEST.search(code, match.end()) if http else None
        scheme = ("https" if "HTTPS" in match["how"] else "http") if http else "tcp"
        path = request["path"] if request else "/" if http else ""
        url = f"{scheme}://{match['host'] or 'localhost'}:{_named(match['port'])}{path}"
        yield Opened(url, request["method"] if request else None, "" if http else None, upgrade)
        return
    for match in _NODE_OPTIONS.finditer(code):
        options = {one["name"]: one["value"].strip() for one in _OPTION.finditer(match["options"])}
        http = "http" in match["how"]
        scheme = ("https" if "https" in match["how"] else "http") if http else "tcp"
        host = options.get("host", options.get("hostname", "localhost"))
        url = f"{scheme}://{host}:{_named(options.get('port', '80'))}{options.get('path', '/') if http else ''}"
        yield Opened(url, options.get("method", "GET") if http else None, "" if http else None, upgrade)
        return
    if plain := _NODE_PORT.search(code):
        yield Opened(f"tcp://localhost:{plain['port']}", None, None, False)


def _variable(match: re.Match[str]) -> str:
    default = f":-{match['default']}" if match["default"] else ""
    return f"${{{match['name']}{default}}}"


def _named(port: str) -> str:
    found = _VARIABLE.search(port)
    return f"${{{found['name']}}}" if found else port
