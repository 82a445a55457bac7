"""A client says that nobody takes its connection: nothing listens at the address."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._files import text_of
from wsdoctor.rules._log_text import LIMIT, names_cause, quote, says_accepted

_SAID = re.compile(
    r"(?im)[^\n]{0,160}(?:net::ERR_CONNECTION_REFUSED|(?:connect |code: ['\"])ECONNREFUSED\b|\bConnectionRefusedError\b"
    r"|java\.net\.ConnectException|\bwebsocket\b[^\n]{0,120}\bconnection refused\b)[^\n]{0,80}"
)
_BY_PROXY = re.compile(r"(?i)\bproxy\b|upstream|\bbackend\b|dial tcp")
"""Who says so is a proxy: then the client reached something."""
_OTHER = re.compile(
    r"(?i)\bredis|postgres|mysql|mariadb|mongo|amqp|rabbit|kafka|elastic|memcache|sequelize|prisma|jdbc"
    r"|:(?:1433|2379|3306|5432|5672|6379|9092|9200|11211|27017)\b"
)
"""Services that a server itself calls: that one of them is away says nothing of a WebSocket."""
_URL = re.compile(r"\bwss?://[^\s/:'\"]{1,255}:(\d{2,5})\b")
_MAP = re.compile(r"(?m)^\s*-\s*[\"']?(?:[\d.]+:)?(\d{2,5}):(\d{2,5})(?:/tcp)?[\"']?\s*$")


def match(
    log: str,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    files: tuple[SourceFile, ...] | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if first_bytes is not None or outcome == "upgraded" or names_cause(log) or says_accepted(log):
        return None
    found = _SAID.search(log[:LIMIT])
    if found is None or _BY_PROXY.search(log[:LIMIT]) is not None or _OTHER.search(found[0]) is not None:
        return None
    reason = f"The client says “{quote(found[0])}”: nothing takes connections there."
    asked = _URL.search(log[:LIMIT])
    for file in files or ():
        for outside, inside in _MAP.findall(text_of(file)):
            if asked is not None and asked[1] == inside != outside:
                return f"{reason} {file.name[:80]} publishes port {inside} of the container as {outside}."
    return reason


RULE = Rule(
    id="nothing-listens",
    title="Nothing listens at the address that the client was given",
    cls="misroute",
    level="error",
    confidence=0.65,
    match=match,
    why="The connection was refused before any byte of a handshake: at this address and port no program listens. The "
    "port may be that inside a container, which is published under another number; the server may listen on another "
    "address, such as 127.0.0.1 alone; or it is not running.",
    remedy=Remedy(
        "See where the server listens, and give the client the port that can be reached from where the client runs.",
        {
            "port": "ss -ltnp",
            "compose": 'ports: ["8080:8080"]: the number before the colon is the one for browsers',
            "Vite": "server: { hmr: { clientPort: 8080 } }",
        },
    ),
    references=(
        Reference("Compose: ports", "https://docs.docker.com/reference/compose-file/services/#ports"),
        Reference("Vite: server.hmr", "https://vite.dev/config/server-options.html#server-hmr"),
    ),
    cases=(
        Case(
            "Chrome",
            None,
            {"log": "WebSocket connection to 'ws://localhost:3000/' failed: net::ERR_CONNECTION_REFUSED\n"},
        ),
        Case("ws for Node", None, {"log": "Error: connect ECONNREFUSED 127.0.0.1:8080\n"}),
        Case(
            "a port that is published under another number",
            None,
            {
                "log": "WebSocket connection to 'ws://localhost:3000/' failed: net::ERR_CONNECTION_REFUSED\n",
                "files": (SourceFile("compose.yml", "services:\n  web:\n    ports:\n      - 15319:3000\n"),),
            },
        ),
        Case(
            "a port that is published as it is",
            None,
            {
                "log": "WebSocket connection to 'ws://localhost:3000/' failed: net::ERR_CONNECTION_REFUSED\n",
                "files": (SourceFile("compose.yml", "services:\n  web:\n    ports:\n      - 3000:3000\n"),),
            },
        ),
    ),
    near_misses=(
        Case(
            "a proxy's words in two lines",
            None,
            {"log": "[vite] ws proxy error:\nError: connect ECONNREFUSED 127.0.0.1:8080\n"},
        ),
        Case("a database that is away", None, {"log": "Error: connect ECONNREFUSED 127.0.0.1:6379\n"}),
        Case("a proxy's words", None, {"log": "[vite] ws proxy error: connect ECONNREFUSED 127.0.0.1:8080\n"}),
        Case(
            "refused by HTTP",
            None,
            {"log": "WebSocket connection to 'ws://a/' failed: Unexpected response code: 404\n"},
        ),
        Case(
            "accepted",
            None,
            {"log": "Error: connect ECONNREFUSED 127.0.0.1:8080\n", "outcome": "upgraded"},
        ),
    ),
    supersedes=("hot-reload-socket-lost",),
)
