"""An MQTT client opened a WebSocket on the broker's raw port, as the broker's log says."""

import re
from functools import cache

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._files import FILE_LIMIT, found_in
from wsdoctor.rules._intermediary import shown
from wsdoctor.rules._log_text import LIMIT, quote, refused_at

_SAID = re.compile(
    r"(?i)[^\n]{0,60}(?:protocol error|malformed|not connected|bad socket read|bad packet|invalid packet"
    r"|unexpected (?:byte|packet)|missing CONNECT|bad_frame|frame_error|too large|unknown protocol"
    r"|parse error|socket error on client \S{1,60} disconnecting)[^\n]{0,60}"
)
_AT_RAW_PORT = re.compile(r"\bwss?://[^\s/'\"<>@]{1,255}:[18]883(?!\d)")
"""Addresses with the ports that IANA assigned to MQTT over TCP, and over TLS."""
_PORT = re.compile(r"(?i)\bNew connection from \S+ on port (\d{2,5})\b")
_WEBSOCKET = re.compile(
    r"\bMqttBrowserClient\b|\buseWebSocket\s*=\s*true\b|\btransport\s*=\s*['\"]websockets['\"]|\bwss?://"
    r"|\bprotocol\s*:\s*['\"]wss?['\"]|\bPaho\.(?:MQTT\.)?Client\("
)
"""Clients of MQTT that are told to open a WebSocket, whatever way the port is given to them."""


def match(
    log: str,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
    outcome: str | None = None,
    files: tuple[SourceFile, ...] | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if headers is None and (known := refused_at(_AT_RAW_PORT, outcome, log)) is not None:
        return f"the log shows “{known[0]}”, a WebSocket to the port of MQTT over TCP, and {known[1]}"
    found = _SAID.search(log[:LIMIT])
    if found is None or outcome == "upgraded" or handshake:
        return None
    if headers is not None:
        offered = headers.tokens("sec-websocket-protocol")
        if handshake is None or not any(each.startswith("mqtt") for each in offered):
            return None
        return f"the client offers {shown('Sec-WebSocket-Protocol', headers)}, and the log says “{quote(found[0])}”"
    port = _PORT.search(log[:LIMIT])
    opened = None if port is None else found_in(_of_websockets(files or ()), _address(port[1]))
    return None if opened is None else f"{opened}, and the log of the broker's port says “{quote(found[0])}”"


def _of_websockets(files: tuple[SourceFile, ...]) -> tuple[SourceFile, ...]:
    return tuple(each for each in files if _WEBSOCKET.search(each.text[:FILE_LIMIT]) is not None)


@cache
def _address(port: str) -> re.Pattern[str]:
    return re.compile(
        rf"\bwss?://[^\s/'\"]{{1,255}}:{port}\b|(?i:\bport)\b['\"]?\s*[:=]\s*{port}\b"
        rf"|\b(?:Client|connect)\([^()\n]{{1,200}},\s*{port}\b"
    )


RULE = Rule(
    id="mqtt-websocket-to-raw-port",
    title="An MQTT client opens a WebSocket on a port that speaks raw MQTT",
    cls="misroute",
    level="error",
    confidence=0.85,
    match=match,
    why=(
        "Brokers have one listener for MQTT over TCP and another for MQTT over WebSockets. The handshake is right, "
        "but it reached the listener for raw MQTT, which reads it as a broken packet."
    ),
    remedy=Remedy(
        "Give the client the port of the WebSocket listener, or add one to the broker.",
        {
            "Mosquitto": "listener 9001 and protocol websockets",
            "EMQX": "port 8083 for ws://, 8084 for wss://",
            "NATS": "websocket { port: 8080 no_tls: true }",
        },
    ),
    references=(
        Reference("Mosquitto: protocol websockets", "https://mosquitto.org/man/mosquitto-conf-5.html"),
        Reference("nats-server: pull request 2151", "https://github.com/nats-io/nats-server/pull/2151"),
    ),
    cases=(
        Case(
            "the broker's words",
            request("GET /mqtt HTTP/1.1", "Host: broker:1883", *GOOD_HANDSHAKE, "Sec-WebSocket-Protocol: mqtt"),
            {"log": "Client <unknown> disconnected due to protocol error."},
        ),
        Case("a browser's words", facts={"log": "WebSocket connection to 'ws://localhost:1883/' failed: \n"}),
        Case(
            "the client's code and the broker's words",
            facts={
                "log": "New connection from ::1:6288 on port 1883.\nClient x disconnected due to protocol error.\n",
                "files": (SourceFile("app.js", "mqtt.connect('ws://localhost:1883')"),),
            },
        ),
        Case(
            "Mosquitto before 2.0",
            facts={
                "log": "New connection from ::1 on port 1883.\nSocket error on client <unknown>, disconnecting.\n",
                "files": (SourceFile("page.html", "new Paho.MQTT.Client('broker', 1883, 'web_1');"),),
            },
        ),
        Case(
            "the port is given by itself",
            facts={
                "log": "New connection from ::1:6288 on port 1883.\nClient <unknown> disconnected due to malformed "
                "packet.\n",
                "files": (SourceFile("app.py", "c = Client(transport='websockets')\nc.connect(host, 1883)"),),
            },
        ),
    ),
    near_misses=(
        Case(
            "a port in the code of a client by TCP",
            facts={
                "log": "New connection from ::1:6288 on port 1883.\nClient x disconnected due to protocol error.\n",
                "files": (SourceFile("app.py", "client.connect(host, 1883)"),),
            },
        ),
        Case(
            "a client on another port",
            facts={
                "log": "New connection from ::1:6288 on port 1883.\nClient x disconnected due to protocol error.\n",
                "files": (SourceFile("app.js", "mqtt.connect('ws://localhost:9001')"),),
            },
        ),
        Case(
            "a client by TCP",
            facts={
                "log": "New connection from ::1:6288 on port 1883.\nClient x disconnected due to protocol error.\n",
                "files": (SourceFile("app.js", "mqtt.connect('mqtt://localhost:1883')"),),
            },
        ),
        Case(
            "no port",
            facts={
                "log": "Client <unknown> disconnected due to protocol error.\n",
                "files": (SourceFile("app.js", "mqtt.connect('ws://localhost:1883')"),),
            },
        ),
        Case("no MQTT", request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE), {"log": "protocol error"}),
        Case(
            "no such words",
            request("GET /mqtt HTTP/1.1", "Host: broker:9001", *GOOD_HANDSHAKE, "Sec-WebSocket-Protocol: mqtt"),
            {"log": "New client connected"},
        ),
    ),
    supersedes=(
        "no-websocket-route",
        "server-rejects-good-handshake",
    ),
)
