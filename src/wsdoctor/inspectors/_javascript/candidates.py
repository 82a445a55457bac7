"""Where in the bytes of a script it is worth looking at the tree for something that opens a connection.

Regular expressions and names alone: most files end here, so that a tree of many thousands is quick.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wsdoctor.inspectors._javascript.sinks import CONFIGURED, LIBRARIES, VERBS

__all__ = ["NEEDLES", "candidates", "names_in", "worth_reading"]

NEEDLES = (
    "fetch", "axios", "ky", "got", "superagent", "WebSocket", "Websocket", "websocket", "XMLHttpRequest",
    "EventSource", "SockJS", "sendBeacon", "socket.io", "ws:", "wss:",
    "io(", "http", "$.", "jQuery", "ajax", "location", "src=", "href=", "action=", ".get(", ".post(", "useSWR",
    "HttpClient", ".open(", "uri:", "apisauce", "netinfo", "react-native-fs", "expo-file-system",
)  # fmt: skip
"""Without one of these a script opens no connection."""

_VERBS = "|".join(sorted((*VERBS, "create", "extend", "sendBeacon", "assign", "replace", "register", "connect",
                          "openURL", "open", "withUrl", "addAll",
                          "configure", "downloadFile", "downloadAsync"), key=len, reverse=True))  # fmt: skip
_CANDIDATE = re.compile(
    rf"(?P<method>\.\s*(?:{_VERBS})\s*\??\.?(?=[(<]))"
    r"|\bnew\s+(?P<new>[A-Za-z_$][\w$.]*)\s*(?=[(<])"
    r"|(?<![\w$.])(?P<call>\$?[A-Za-z_][\w$]*)\s*(?=\(|<[^<>()]*>\()"
    r"|(?P<assign>(?:\.(?:src|href|baseURL|prefixUrl)|\blocation)\s*=(?![=>]))"
    r"|(?<=\s)(?P<attribute>src|href|action|data|formAction|uri)\s*=\s*(?=[{\"'`])"
    r"|(?P<uri>\buri\s*:)".encode()
)
_LEADS = re.compile(
    rb"\s*(?:<[^<>()]*>)?\(\s*(?:await\s+)?(?:[\"'`](?:(?:https?|wss?):)?//|`\$\{|new\s+URL|(?:[\w$]+\.)*\w*"
    rb"(?:url|uri|base|host|endpoint|api|server|origin|backend|address|target)s?\w{0,12}\s*(?:[,)+.]|\(\)))",
    re.IGNORECASE,
)
"""What a URL that is handed to a function looks like."""
_IMPORTED = re.compile(rb"\b(?:from|require\(|import\()\s*[\"'](?P<source>[^\"'\n]+)[\"']")
_STATEMENT = re.compile(rb"\b(?:import|const|let|var|export)\b(?P<names>[^;\"']*)$")
_SOURCES = frozenset(name.partition(".")[0] for name in (*LIBRARIES, *CONFIGURED)) | frozenset(
    name.rpartition(".")[0] for name in (*LIBRARIES, *CONFIGURED)
)
_KNOWN = frozenset(name for name in (*LIBRARIES, *CONFIGURED) if name.isidentifier() or name.startswith("$")) - {"open"}
_WORTH = re.compile(r"socket|event|sock|request|worker|audio|link|client|ws|apollo|sse|http|api|manager", re.IGNORECASE)
_PLAIN = frozenset(
    (
        "Map", "Set", "Date", "Error", "TypeError", "RangeError", "Promise", "RegExp", "Array", "WeakMap", "WeakSet",
        "Proxy", "Uint8Array", "FormData", "Headers", "Blob", "File", "AbortController", "URLSearchParams", "Intl",
        "TextEncoder", "TextDecoder", "CustomEvent", "Event", "IntersectionObserver", "ResizeObserver", "URL",
        "MutationObserver", "Response", "Vue", "Schema",
    )
)  # fmt: skip
_LANGUAGE = frozenset(
    (
        "if", "for", "while", "switch", "catch", "function", "return", "typeof", "await", "async", "super",
        "constructor",
        "describe", "it", "expect", "require", "setTimeout", "setInterval", "useEffect", "useState", "parseInt",
        "String",
        "Number", "Boolean", "Array", "Object", "Symbol", "BigInt", "clearInterval", "clearTimeout", "import", "get",
        "set",
        "useCallback", "useMemo", "useRef", "isNaN", "alert", "confirm", "prompt", "Error", "of", "in", "do", "else",
    )
)  # fmt: skip
_RECEIVER = re.compile(rb"(?P<name>[\w$]+|\))[!?]?\s*$")
_MAKER = re.compile(
    rb"a(?<!\wa)xios|\.(?:create|extend)\(|XMLHttpRequest|i(?<!\wi)nject\(|u(?<!\wu)se[A-Z]\w*\(|k(?<!\wk)y\b"
    rb"|g(?<!\wg)ot\b|HttpClient|h(?<!\wh)ttps?[\"'.]"
)
"""Each begins with a letter, and looks back only then: a fifth of the time that a boundary in front takes."""
_TAKES = re.compile(rb"(?P<name>[\w$]+)\s*(?::[^=]{0,80})?=(?![=>])|(?P<typed>[\w$]+)\s*[?!]?:\s*$")
_CLIENT = re.compile(r"http|axios|client|api|fetch|request|instance|\bky\b|\bgot\b|agent", re.IGNORECASE)


def worth_reading(source: bytes) -> bool:
    """Say whether there is anything in a script that may open a connection, without reading it as a language."""
    return next(candidates(source, frozenset(names_in(source)), 0, len(source)), None) is not None


def candidates(source: bytes, names: frozenset[str], start: int, end: int) -> Iterator[re.Match[bytes]]:
    """Yield the places in a script whose text gives reason to look at the tree."""
    for match in _CANDIDATE.finditer(source, start, end):
        kind = match.lastgroup
        if kind == "call":
            name = match["call"].decode("latin-1")
            good = name in names or (name not in _LANGUAGE and _LEADS.match(source, match.end()) is not None)
        elif kind == "new":
            name = match["new"].decode("latin-1")
            good = name not in _PLAIN and (bool(_WORTH.search(name)) or _LEADS.match(source, match.end()) is not None)
        elif kind == "method":
            good = _may_connect(source, match, names)
        else:
            good = True
        if good:
            yield match


def _may_connect(source: bytes, match: re.Match[bytes], names: frozenset[str]) -> bool:
    """Say whether what a method is called on may be a client, by its name."""
    verb = match["method"][1:].strip()
    if verb == b"open":
        return b"XMLHttpRequest" in source or source.endswith(b"window", 0, match.start())
    if verb in {b"withUrl", b"sendBeacon"}:
        return True
    before = _RECEIVER.search(source, max(match.start() - 80, 0), match.start())
    if before is None:
        return False
    name = before["name"].decode("latin-1")
    if verb in {b"assign", b"replace"}:
        return name == "location"
    if verb in {b"addAll", b"register"}:
        return name == "serviceWorker" if verb == b"register" else "ache" in name or b"caches.open" in source
    if name in {"window", "globalThis", "self"}:
        return verb == b"fetch"
    return name == ")" or name in names or _CLIENT.search(name) is not None


def names_in(source: bytes) -> Iterator[str]:
    """Yield the names that may stand for a library in a script: the global ones, and what it imports of one."""
    yield from _KNOWN
    for match in _IMPORTED.finditer(source):
        module = match["source"].decode("latin-1").removeprefix("node:")
        if module in _SOURCES or module.startswith((".", "@/", "~", "$lib", "src/")):
            statement = _STATEMENT.search(source, max(match.start() - 600, 0), match.start())
            if statement is not None:
                last = re.split(r"\b(?:import|const|let|var)\b", statement["names"].decode("latin-1"))[-1]
                yield from re.findall(r"[\w$]+", last)
    for match in _MAKER.finditer(source):
        line = source.rfind(b"\n", max(match.start() - 200, 0), match.start()) + 1
        taken = _TAKES.search(source, line or max(match.start() - 200, 0), match.start())
        if taken is not None:
            yield (taken["name"] or taken["typed"]).decode("latin-1")
