"""Mosquitto's listener speaks raw MQTT, and the page connects to it by WebSocket."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._files import text_of, unseen

_LISTENER = re.compile(r"(?m)^\s*listener\s+(\d+)[^\n]*((?:\n(?!\s*listener\b)[^\n]*)*)")
_ADDRESS = re.compile(r"(wss?)://[^\s'\"`/:]+:(\d+)[^\s'\"`]*")


def match(
    files: tuple[SourceFile, ...],
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome, log):
        return None
    text = "\n".join(text_of(file) for file in files)
    raw = {block[1] for block in _LISTENER.finditer(text) if "websockets" not in block[2]}
    used = next((each for each in _ADDRESS.finditer(text) if each[2] in raw), None)
    return None if used is None else f"“{used[0][:80]}” leads to listener {used[2]}, which has no “protocol websockets”"


RULE = Rule(
    id="mosquitto-listener-without-websockets",
    title="The page opens a WebSocket on a Mosquitto listener that speaks raw MQTT",
    cls="misroute",
    level="error",
    confidence=0.9,
    match=match,
    why=(
        "Mosquitto has one listener for MQTT over TCP and another for MQTT over WebSockets. The page's address is "
        "that of the first, which reads the handshake as a broken packet."
    ),
    remedy=Remedy(
        "Add a listener with protocol websockets and give the page its port.",
        {"Mosquitto": "listener 9001 and protocol websockets"},
    ),
    references=(Reference("Mosquitto: configuration", "https://mosquitto.org/man/mosquitto-conf-5.html"),),
    cases=(
        Case(
            "port 1883",
            facts={
                "files": (
                    SourceFile("mosquitto.conf", "listener 1883\nprotocol mqtt\n"),
                    SourceFile("page.js", "mqtt.connect('ws://broker:1883')"),
                )
            },
        ),
    ),
    near_misses=(
        Case(
            "port 9001",
            facts={
                "files": (
                    SourceFile("mosquitto.conf", "listener 1883\nlistener 9001\nprotocol websockets\n"),
                    SourceFile("page.js", "mqtt.connect('ws://broker:9001')"),
                )
            },
        ),
    ),
)
