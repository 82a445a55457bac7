"""Whether a script is worth reading as a language: whether anything in its bytes may open a connection to a port.

It is stricter than `candidates`, which finds whatever a script asks for, and never stricter than what becomes of them:
a request to a path of the page's own host says of no port, and where nothing is named that speaks, a function
is followed only if it comes from another module.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from wsdoctor.inspectors._javascript.candidates import Candidate, bound_names, global_names
from wsdoctor.inspectors._javascript.holders import bound_in
from wsdoctor.inspectors._javascript.sinks import VERBS
from wsdoctor.inspectors._sieve import sieve

__all__ = ["NEEDLES", "worth_reading"]

_SPEAKING = (
    "fetch", "axios", "ky", "got", "superagent", "WebSocket", "Websocket", "websocket", "XMLHttpRequest",
    "EventSource", "SockJS", "sendBeacon", "socket.io", "wss:", "ws:/", "ws:'", 'ws:"', "ws:`", "ws:$", "ws:\\",
    "io(", "http", "$.", "jQuery", "ajax", "location", "src=", "href=", "action=", "useSWR",
    "HttpClient", ".open(", "uri:", "apisauce", "netinfo", "react-native-fs", "expo-file-system",
)  # fmt: skip
_ASKING = (".get(", ".post(")
"""What clients have, and many other things."""

NEEDLES = (*_SPEAKING, *_ASKING)
"""Without one of these a script opens no connection."""

_speaks = sieve((*_SPEAKING, "open(", "importScripts", "<object", "formAction")) or bool
_PATH = re.compile(rb"\s*\(\s*(?:\"/[^/\"\n][^\"\n]*\"|'/[^/'\n][^'\n]*'|`/[^/`$][^`]*`)\s*[,)]")
"""A path of the host that the page comes from, which has the port that the page has."""
_BOUND_FETCH = re.compile(
    rb"h(?<=\bfetch)(?<![$.\"'-]fetch)(?:\s*[=:,;?)}\]]|\s+from\b|(?<=function\sfetch)|(?<=\*\sfetch))"
)
_AXIOS = re.compile(
    rb"x(?:(?<=\bimport\sax)ios\s*(?:,\s*\{[^{}]*\}\s*)?from|(?<=\bax)ios\s*=\s*require\()\s*[\"']axios[\"']"
)
_BOUND_AXIOS = re.compile(rb"x(?<=\bax)(?<![$\"'/@-]ax)ios(?:\s*[=:,;?)}\]]|\s+from\b|(?<=function\saxios))")
_MAX_BYTES = 100_000
"""Of a script that is looked at here; a longer one is left to those whose time is limited."""
_BASES = (b"baseU", b"prefixUrl")


def worth_reading(source: bytes, own: Callable[[str], bool] | None = None) -> bool:
    """Say whether anything in a script may open a connection to a port.

    Args:
        source: of the script.
        own: whether the name of a library may stand for something of the repository itself, None = it may.

    """
    if len(source) > _MAX_BYTES:
        return True
    speaks = bool(_speaks(source))
    bound = bound_in(source, named=speaks)
    looks = (bound_names, global_names) if speaks else (bound_names,)
    return any(not _stays(one, source, own) for look in looks for one in look(source, bound, 0, len(source)))


def _stays(one: Candidate, source: bytes, own: Callable[[str], bool] | None) -> bool:
    """Say whether a candidate is a request to a path of the page's own host."""
    if one.kind == "call" and one.name == "fetch":
        return (
            _PATH.match(source, one.end) is not None
            and _BOUND_FETCH.search(source) is None
            and not any(base in source for base in _BASES)
        )
    if one.kind == "method" and one.name == "axios" and own is not None:
        return (
            source[one.at : one.end].decode() in VERBS
            and _PATH.match(source, one.end) is not None
            and _BOUND_AXIOS.search(_AXIOS.sub(b"", source, count=1)) is None
            and not own("axios")
        )
    return False
