"""A server of another kind says that HTTP came to its port."""

from __future__ import annotations

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_text import quote
from wsdoctor.rules._remedies import RFC6455_REQUEST

_SAID = re.compile(
    r"(?i)[^\n]{0,80}(?:proto='\"(?:GET|P?OST|H?EAD) /|bad_header,<<\"(?:GET|POST|HEAD) "
    r"|bad protocol version identification '(?:GET|POST) /"
    r"|looks like somebody is sending POST or Host: commands to Redis|invalid length of startup packet"
    r"|unknown command `?(?:Host|Upgrade|Connection|Sec-WebSocket)\b"
    r"|invalid receive \(size = (?:1195725856|1347375956|1212498244)\b)[^\n]{0,60}"
)


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = _SAID.search(log[:20_000]) if unseen(headers, first_bytes, outcome) else None
    return None if found is None else f"A server of another kind says “{quote(found[0])}”."


RULE = Rule(
    id="http-at-another-server-in-log",
    title="A handshake or request reached a server of another kind",
    cls="misroute",
    level="error",
    confidence=0.65,
    match=match,
    why="A broker, a database or an SSH server found GET where its own protocol begins. Somebody was given its port "
    "instead of the WebSocket server's: brokers have one port for their own protocol and another for WebSockets.",
    remedy=Remedy(
        "Give the client the WebSocket's port.",
        {
            "RabbitMQ": "15674 for STOMP and 15675 for MQTT over WebSockets, not 5672, 61613 or 1883",
            "NATS": "the port under websocket { port } in the configuration, not 4222",
            "mosquitto": "the listener with protocol websockets, not 1883",
        },
    ),
    references=(RFC6455_REQUEST,),
    cases=(
        Case("NATS", None, {"log": "Client parser ERROR, state=0, i=0: proto='\"GET / HTTP/1.1\\r\\nHost: a\"...'\n"}),
        Case("RabbitMQ", None, {"log": 'closing AMQP connection {bad_header,<<"GET / HT">>}\n'}),
        Case("a Redis client", None, {"log": "-ERR unknown command `Host:`, with args beginning with: \n"}),
    ),
    near_misses=(Case("a WebSocket server", None, {"log": '"GET / HTTP/1.1" 426\n'}),),
    supersedes=("answer-is-not-http",),
)
