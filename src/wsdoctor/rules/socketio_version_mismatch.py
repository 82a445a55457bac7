"""Socket.IO client and server are of versions that do not understand each other."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._log_text import says

_EIO = re.compile(r"[?&]EIO=(\d)")
_CLIENTS = {"2": "1.x", "3": "1.x or 2.x", "4": "3.x or 4.x"}


def match(log: str, target: str | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    line = says(log, "socketio-version")
    if line is None:
        return None
    found = _EIO.search(target or "") or _EIO.search(log)
    client = f"; EIO={found[1]} is sent by clients {_CLIENTS[found[1]]}" if found and found[1] in _CLIENTS else ""
    return f"The server says “{line}”{client}."


RULE = Rule(
    id="socketio-version-mismatch",
    title="Socket.IO client and server are of versions that do not fit",
    cls="wrong-realtime-protocol",
    level="error",
    confidence=0.95,
    match=match,
    why="Socket.IO changed its protocol between versions 2 and 3. A client says the version of its Engine.IO "
    "as EIO in the address: "
    "3 for clients 1 and 2, 4 for clients 3 and 4. A server of the other generation refuses it.",
    remedy=Remedy(
        "Use a client of the same generation as the server.",
        {
            "JavaScript": "socket.io-client 4.x with servers 3 and 4; 2.x with servers 2, or allowEIO3: true "
            "on a server 3 or 4.",
            "Python": "python-socketio 5.x / Flask-SocketIO 5.x with JavaScript clients 3 and 4; "
            "python-socketio 4.x with clients 1 and 2.",
        },
    ),
    references=(
        Reference(
            "Flask-SocketIO: version compatibility",
            "https://flask-socketio.readthedocs.io/en/latest/intro.html#version-compatibility",
        ),
        Reference(
            "Socket.IO: client compatibility", "https://socket.io/docs/v4/client-installation/#version-compatibility"
        ),
    ),
    cases=(
        Case(
            "python-engineio",
            None,
            {"log": "The client is using an unsupported version of the Socket.IO or Engine.IO protocols (EIO=3)\n"},
        ),
        Case(
            "with the request",
            request("GET /socket.io/?EIO=3&transport=polling HTTP/1.1", "Host: a:5000", "Accept: */*"),
            {"log": '{"code":5,"message":"Unsupported protocol version"}', "status": 400},
        ),
    ),
    near_misses=(
        Case(
            "a polling request on a plain server",
            request("GET /socket.io/?EIO=3&transport=polling HTTP/1.1", "Host: a:5000"),
        ),
    ),
    supersedes=("socketio-client", "realtime-library-in-log"),
)
