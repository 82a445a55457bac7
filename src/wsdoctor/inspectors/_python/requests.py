"""Which calls of Python libraries open connections: over HTTP, for WebSockets, for Socket.IO, or plain.

The table of names is the knowledge; `requests_in` turns the calls of a file into what they ask for, and leaves it to
the inspectors whether that is a caller or code that forwards.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from wsdoctor.inspectors._python import calls, choices, handed, sessions
from wsdoctor.inspectors._python.asked import Request
from wsdoctor.inspectors._python.forwards import handler_of
from wsdoctor.inspectors._python.model import HOLE, External, Value, merge
from wsdoctor.inspectors._python.source import Url, calls_named, ports, url_of
from wsdoctor.inspectors._python.values import Reader
from wsdoctor.model.traffic import Location

__all__ = ["NEEDLES", "Request", "requests_in"]

NEEDLES = (
    "requests", "httpx", "urllib", "aiohttp", "http.client", "tornado", "websocket", "socketio",
    "create_connection", "socket.socket", "open_connection", "curl", "wget", "picows", "sseclient", "ws_connect",
    "treq", "consul", "autobahn", "asks.", "webbrowser", "niquests", "playwright", "selenium",
)  # fmt: skip
"""Words of which one stands in every file that this module finds something in."""

_VERBS = ("get", "post", "put", "delete", "patch", "head", "options")
_VERB = "(?P<verb>get|post|put|delete|patch|head|options)"


@dataclass(frozen=True, slots=True)
class _Way:
    """How a call opens a connection.

    Attributes:
        product: library.
        agent: how its User-Agent begins, "" = it sends none, None = unknown.
        style: ``http``, ``ws``, ``socket.io``, ``eventsource``, ``tcp``.
        position: of the URL among the arguments.
        names: of that argument.
        base: keyword or position of a base URL in the call that made the object.
        method: position of the method, None = it is in the name or GET.

    """

    product: str
    agent: str | None
    style: str = "http"
    position: int = 0
    names: tuple[str, ...] = ("url",)
    base: tuple[int | None, str] | None = None
    method: int | None = None


_REQUESTS = _Way("requests", "python-requests/")
_HTTPX = _Way("httpx", "python-httpx/")
_HTTPX_CLIENT = replace(_HTTPX, base=(None, "base_url"))
_AIOHTTP = _Way("aiohttp", "Python/3", names=("url", "str_or_url"), base=(0, "base_url"))
_URLLIB3 = _Way("urllib3", "python-urllib3/")
_URLLIB = _Way("urllib", "Python-urllib/")

_WAYS: tuple[tuple[re.Pattern[str], _Way], ...] = tuple(
    (re.compile(pattern), way)
    for pattern, way in (
        (rf"(?:requests|niquests|cloudscraper|requests_cache|grequests)\.(?:api\.)?{_VERB}", _REQUESTS),
        (r"(?:requests|niquests)\.(?:api\.)?request", replace(_REQUESTS, position=1, method=0)),
        (
            rf"(?:requests|niquests|requests_html|requests_cache|requests_toolbelt\.sessions)\.(?:sessions\.)?(?:\w*Session|session)\(\)\.{_VERB}",
            replace(_REQUESTS, base=(None, "base_url")),
        ),
        (
            r"(?:requests|niquests)\.(?:sessions\.)?(?:Session|session)\(\)\.request",
            replace(_REQUESTS, position=1, method=0),
        ),
        (rf"httpx\.{_VERB}", _HTTPX),
        (r"httpx\.(?:request|stream)", replace(_HTTPX, position=1, method=0)),
        (rf"httpx\.(?:Async)?Client\(\)\.{_VERB}", _HTTPX_CLIENT),
        (
            r"httpx\.(?:Async)?Client\(\)\.(?:request|stream|build_request)",
            replace(_HTTPX_CLIENT, position=1, method=0),
        ),
        (rf"aiohttp\.(?:client\.)?ClientSession\(\)\.{_VERB}", _AIOHTTP),
        (r"aiohttp\.(?:client\.)?ClientSession\(\)\.request", replace(_AIOHTTP, position=1, method=0)),
        (r"aiohttp\.request", replace(_AIOHTTP, position=1, method=0, base=None)),
        (r"aiohttp\.(?:client\.)?ClientSession\(\)\.ws_connect", replace(_AIOHTTP, style="ws")),
        (r"urllib\.request\.(?:urlopen|Request|urlretrieve)", _URLLIB),
        (r"urllib\.request\.build_opener\(\)\.open", replace(_URLLIB, names=("fullurl",))),
        (r"urllib3\.(?:PoolManager\(\)\.)?(?:request|urlopen)", replace(_URLLIB3, position=1, method=0)),
        (
            r"urllib3\.connection_from_url\(\)\.(?:request|urlopen)",
            replace(_URLLIB3, position=1, method=0, base=(0, "url")),
        ),
        (r"playwright\.a?sync_api\.a?sync_playwright\(\)[\w.()]*\.goto", _Way("playwright", "Mozilla/")),
        (r"selenium\.webdriver\.(?:\w+\.)*\w+\(\)\.get", _Way("selenium", "Mozilla/")),
        (
            r"tornado\.(?:httpclient|simple_httpclient)\.\w*HTTPClient\(\)\.fetch",
            _Way("tornado", "Tornado/", names=("request",)),
        ),
        (r"tornado\.httpclient\.HTTPRequest", _Way("tornado", "Tornado/")),
        (rf"treq\.{_VERB}", _Way("treq", None)),
        (r"consul\.(?:\w+\.)?Check\.http", _Way("consul", "Consul Health Check")),
        (r"webbrowser\.(?:get\(\)\.)?open(?:_new|_new_tab)?", _Way("webbrowser", "Mozilla/")),
        (rf"asks\.{_VERB}", _Way("asks", "python-asks/")),
        (r"websockets\.(?:[\w.]+\.)?(?:unix_)?connect", _Way("websockets", "Python/3", "ws", 0, ("uri",))),
        (
            r"websocket\.(?:create_connection|WebSocketApp|_core\.create_connection|WebSocket\(\)\.connect)",
            _Way("websocket-client", "", "ws"),
        ),
        (r"httpx_ws\.a?connect_ws", _Way("httpx-ws", "python-httpx/", "ws")),
        (r"picows\.ws_connect", _Way("picows", None, "ws", 1)),
        (r"tornado\.websocket\.websocket_connect", _Way("tornado", None, "ws")),
        (r"autobahn\.[\w.]+\.WebSocketClientFactory", _Way("autobahn", "AutobahnPython/", "ws")),
        (r"trio_websocket\.open_websocket_url", _Way("trio-websocket", None, "ws")),
        (
            r"socketio\.(?:[\w.]*)(?:Async)?(?:Client|SimpleClient)\(\)\.connect",
            _Way("python-socketio", "python-requests/", "socket.io"),
        ),
        (
            r"sseclient\.SSEClient|aiohttp_sse_client\.[\w.]*EventSource",
            _Way("sseclient", "python-requests/", "eventsource"),
        ),
        (r"httpx_sse\.a?connect_sse", _Way("httpx-sse", "python-httpx/", "eventsource", 2)),
    )
)
_PLAIN = re.compile(
    r"socket\.create_connection|socket\.socket\(\)\.connect(?:_ex)?|asyncio\.open_connection"
    r"|telnetlib\.Telnet|trio\.open_tcp_stream|anyio\.connect_tcp"
).fullmatch
_CONNECTION = re.compile(
    r"(?:http\.client|urllib3(?:\.connectionpool)?)\.(?P<tls>HTTPS?)Connection(?:Pool)?\(\)\.(?:request|putrequest|urlopen)"
).fullmatch
_SUBPROCESS = re.compile(
    r"subprocess\.(?:run|call|check_call|check_output|Popen|getoutput)|os\.(?:system|popen)|asyncio\.create_subprocess_\w+"
).fullmatch
_COMMAND = re.compile(r"\b(?P<tool>curl|wget|http|https?ie|xh|wscat|websocat|nc)\b")
_COMMAND_URL = re.compile(
    r"(?:https?|wss?)://[^\s'\"\x00]+(?:\x00[^\s'\"]*)?|(?<=\s)(?:localhost|127\.0\.0\.1)(?::\d+)?(?:/[^\s'\"]*)?"
)
_AGENTS = {"curl": "curl/", "wget": "Wget/", "http": "HTTPie/", "httpie": "HTTPie/", "xh": "xh/"}


_NAMES = frozenset(
    (
        *_VERBS, "request", "stream", "build_request", "ws_connect", "urlopen", "Request", "urlretrieve", "open",
        "http", "open_new", "open_new_tab", "goto", "setopt",
        "fetch", "HTTPRequest", "connect", "unix_connect", "create_connection", "WebSocketApp", "aconnect_ws",
        "connect_ws", "websocket_connect", "WebSocketClientFactory", "open_websocket_url", "SSEClient",
        "EventSource", "connect_sse", "aconnect_sse", "connect_ex", "open_connection", "Telnet", "open_tcp_stream",
        "connect_tcp", "putrequest", "run", "call", "check_call", "check_output", "Popen", "getoutput", "system",
        "popen", "create_subprocess_exec", "create_subprocess_shell",
    )
)  # fmt: skip
"""Last parts of the names in the tables: other calls are not followed."""


def requests_in(reader: Reader) -> tuple[Request, ...]:
    """Return what the calls of a file ask for; one whose URL cannot be followed has none."""
    kept = reader.repository.memory.get("python requests")
    if isinstance(kept, tuple) and kept[0] is reader:
        return kept[1]  # type: ignore[no-any-return]
    text = reader.repository.text(reader.file.path) or ""
    found = tuple(_requests(reader)) if any(needle in text for needle in NEEDLES) else ()
    reader.repository.memory["python requests"] = (reader, found)
    return found


def _requests(reader: Reader) -> Iterator[Request]:
    text = reader.repository.text(reader.file.path) or ""
    for call in calls_named(reader, _NAMES | handed.aliases(text, _NAMES)):
        if not (call.args or call.keywords):
            continue
        for inner, function in handed.meant(reader, call):
            found = list(_of_call(reader, inner, function))
            if not any(map(_is_known, found)) and handler_of(reader, call) is not None:
                found = _by_table(reader, inner, function) or found
            found = [replace(one, call=call) for one in found]
            if found:
                yield from _told(reader, found)
                break


def _told(reader: Reader, found: list[Request]) -> list[Request]:
    """Return what a call asks for with the places that tell it where to go, if it goes to more than one port."""
    if len({one.url.port for one in found if one.url is not None and one.url.port is not None}) < 2:
        return found
    call = reader.place(found[0].call)
    function = reader.file.module.function(found[0].call)
    first, last = call.line, call.end_line or call.line
    if function is not None:
        first, last = function.lineno, function.end_lineno or last
    own = range(first, last + 1)
    return [replace(one, told=_telling(one, call.file, own)) for one in found]


def _telling(request: Request, file: str, own: range) -> Location | None:
    """Return where the URL of a request is written, with its port if it can be, else where its port is told.

    Args:
        request: one of several that a call makes.
        file: that the call stands in.
        own: lines of the function that the call stands in.

    """
    places = [one for one in request.value.places if one.file != file or one.line not in own]
    port = str(request.url.port) if request.url is not None else ""
    written = [one for one in places if "://" in one.text]
    whole = [one for one in written if port in one.text]
    return next(iter((*reversed(whole), *(reversed(written) if request.chosen else ()), *places)), None)


def _is_known(request: Request) -> bool:
    return request.url is not None and request.url.port is not None


def _by_table(reader: Reader, call: ast.Call, function: External) -> list[Request]:
    """Return what a call asks for that takes its URL from a table."""
    reader.any_entry = True
    try:
        return [replace(one, chosen=True) for one in _of_call(reader, call, function) if _is_known(one)]
    finally:
        reader.any_entry = False


def _of_call(reader: Reader, call: ast.Call, function: External) -> Iterator[Request]:
    name = function.name
    if _PLAIN(name):
        yield from _plain(reader, call, name)
    elif match := _CONNECTION(name):
        yield from _connection(reader, call, function, "https" if match["tls"] == "HTTPS" else "http")
    elif _SUBPROCESS(name):
        yield from _command(reader, call)
    elif name == "pycurl.Curl().setopt":
        yield from _option(reader, call)
    else:
        for pattern, way in _WAYS:
            if match := pattern.fullmatch(name):
                yield from _asked(reader, call, function, way, match.groupdict().get("verb"))
                return


def _asked(reader: Reader, call: ast.Call, function: External, way: _Way, verb: str | None) -> Iterator[Request]:
    node = calls.argument(call, way.position, *way.names)
    given = reader.values(node)
    told = [value for value in (*given, *choices.of_sequence(given)) if isinstance(value.data, str)]
    values = sessions.led(reader, call, told)
    if not values and any(
        isinstance(value.data, External) and value.data.name.endswith("Request()") for value in given
    ):
        return
    base = _base_url(reader, function, way)
    headers = _headers(reader, call, function)
    method = _method(reader, call, way, verb, function.name)
    agent = next((text for key, text in headers.items() if key.lower() == "user-agent"), way.agent)
    subprotocols = _texts(reader, calls.keyword(call, "subprotocols", "protocols"))
    made = Request(call, way.product, None, None, method, agent, headers, subprotocols)
    if not values:
        yield made
    for value in values:
        for whole in _absolute(value, base):
            url = url_of(whole.data)
            if url is not None:
                yield replace(made, protocol=_protocol(way, url), url=url, value=whole)
            elif base or not value.data.startswith("/"):
                yield replace(made, value=whole)


def _absolute(value: Value, base: list[Value]) -> list[Value]:
    """Return a URL put behind the base URLs of the client, where it is relative and there are some."""
    known = [one for one in base if isinstance(one.data, str)]
    if not known or url_of(value.data) is not None:
        return [value]
    return [Value(f"{one.data.rstrip('/')}/{value.data.lstrip('/')}", merge(value.places, one.places)) for one in known]


def _base_url(reader: Reader, function: External, way: _Way) -> list[Value]:
    if way.base is None or function.call is None:
        return []
    position, name = way.base
    return reader.values(calls.argument(function.call, position, name), function.frame)


def _protocol(way: _Way, url: Url) -> str | None:
    if way.style in {"socket.io", "eventsource"}:
        return way.style
    if way.style == "ws":
        return {"http": "ws", "https": "wss", "ws": "ws", "wss": "wss", None: None}.get(url.scheme)
    return url.scheme if url.scheme in {"http", "https"} else None


def _method(reader: Reader, call: ast.Call, way: _Way, verb: str | None, name: str) -> str | None:
    if way.style != "http":
        return "GET"
    if verb:
        return verb.upper()
    node = calls.argument(call, way.method, "method") if way.method is not None else calls.keyword(call, "method")
    if node is not None:
        found = {value.data.upper() for value in reader.values(node) if isinstance(value.data, str)}
        return found.pop() if len(found) == 1 and not any(HOLE in method for method in found) else None
    if name.startswith("urllib.") and calls.argument(call, 1, "data") is not None:
        return "POST"
    return "GET"


def _headers(reader: Reader, call: ast.Call, function: External) -> dict[str, str]:
    found: dict[str, str] = {}
    nodes = [(calls.keyword(call, "headers", "extra_headers", "additional_headers", "header"), reader.frame)]
    if function.call is not None and function.frame is not None:
        nodes.insert(0, (calls.keyword(function.call, "headers"), function.frame))
    for node, frame in nodes:
        value = reader.first(node, frame)
        for key, texts in value.data.items() if value is not None and isinstance(value.data, dict) else ():
            if isinstance(key, str) and texts and isinstance(texts[0].data, str):
                found[key] = texts[0].data.replace(HOLE, "…")[:200]
        for text in _texts(reader, node) if node is not None and frame is reader.frame else ():
            key, colon, rest = text.partition(":")
            if colon:
                found[key.strip()] = rest.strip().replace(HOLE, "…")[:200]
    return found


def _texts(reader: Reader, node: ast.expr | None) -> tuple[str, ...]:
    value = reader.first(node)
    items = value.data if value is not None and isinstance(value.data, list) else []
    return tuple(one.data for item in items for one in item if isinstance(one.data, str))[:10]


def _plain(reader: Reader, call: ast.Call, name: str) -> Iterator[Request]:
    """Yield the TCP connection that a call opens to ``(host, port)``, or to host and port."""
    pair = "create_connection" in name or "socket()" in name
    hosts: list[Value] = []
    numbers: list[Value] = []
    if pair:
        for value in reader.values(calls.argument(call, 0, "address")):
            if isinstance(value.data, list) and len(value.data) > 1:
                hosts += value.data[0]
                numbers += (one.via(*value.places) for one in value.data[1])
    else:
        hosts = reader.values(calls.argument(call, 0, "host", "remote_host"))
        numbers = reader.values(calls.argument(call, 1, "port", "remote_port"))
    host = next((value.data for value in hosts if isinstance(value.data, str) and HOLE not in value.data), None)
    for port in ports(numbers):
        if port.data is not None:
            yield Request(call, "socket", "tcp", Url(None, host, port.data, None), value=port)


def _connection(reader: Reader, call: ast.Call, function: External, scheme: str) -> Iterator[Request]:
    if function.call is None:
        return
    host = reader.first(calls.argument(function.call, 0, "host"), function.frame)
    node = calls.argument(function.call, 1, "port")
    numbers = ports(reader.values(node, function.frame)) if node is not None else []
    path = reader.first(calls.argument(call, 1, "url"))
    method = reader.first(calls.argument(call, 0, "method"))
    named = host.data if host is not None and isinstance(host.data, str) else None
    inline = url_of(f"{scheme}://{named}") if named else None
    port = numbers[0].data if numbers else inline.port if inline is not None and node is None else None
    headers = _headers(reader, call, External(""))
    pool = function.name.startswith("urllib3")
    yield Request(
        call,
        "urllib3" if pool else "http.client",
        scheme,
        Url(
            scheme,
            inline.host if inline else None,
            port,
            _written(path.data) if path is not None and isinstance(path.data, str) else None,
        ),
        method.data.upper() if method is not None and isinstance(method.data, str) else None,
        next((text for key, text in headers.items() if key.lower() == "user-agent"), "python-urllib3/" if pool else ""),
        headers,
        value=numbers[0] if numbers else host or Value(None),
    )


def _option(reader: Reader, call: ast.Call) -> Iterator[Request]:
    """Yield what a handle of pycurl is told to ask for."""
    if len(call.args) != 2 or calls.last_name(call.args[0]) != "URL":
        return
    for value in reader.values(call.args[1]):
        url = url_of(value.data) if isinstance(value.data, str) else None
        yield Request(call, "pycurl", url.scheme if url is not None else None, url, "GET", "PycURL/", value=value)


def _written(path: str) -> str | None:
    """Return a path with ``*`` for what is unknown of it, None where that is how it begins."""
    return re.sub(f"{HOLE}+", "*", path) if not path.startswith(HOLE) else None


def _command(reader: Reader, call: ast.Call) -> Iterator[Request]:
    """Yield what ``curl`` and the like ask for that are run as commands."""
    for value in reader.values(call.args[0]) if call.args else []:
        words = value.data
        if isinstance(words, list):
            items = [next((one for one in item if isinstance(one.data, str)), Value(HOLE)) for item in words]
            text = " ".join(item.data for item in items)
            places = tuple(place for item in items for place in item.places)
        elif isinstance(words, str):
            text, places = words, value.places
        else:
            continue
        tool = _COMMAND.search(text)
        match = _COMMAND_URL.search(text, tool.end()) if tool else None
        if tool is None or match is None:
            continue
        address = match.group() if "://" in match.group() else f"http://{match.group()}"
        url = url_of(address)
        method = re.search(r"(?:-X\s*|--request[= ]|--method[= ])(?P<method>[A-Z]+)", text)
        head = re.search(r"(?:^|\s)(?:-[a-zA-Z]*I[a-zA-Z]*|--head|--spider)(?:\s|$)", text)
        verb = (
            method["method"]
            if method
            else "HEAD"
            if head
            else "POST"
            if re.search(r"\s(?:-d|--data\S*)\s", text)
            else "GET"
        )
        name, scheme = tool["tool"], url.scheme if url else None
        yield Request(call, name, scheme, url, verb, _AGENTS.get(name), value=Value(address, places))
