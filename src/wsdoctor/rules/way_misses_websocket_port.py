"""Configuration in play leads to a port on which no WebSocket server listens, while one listens on another."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._files import text_of, unseen
from wsdoctor.rules._snippets import ports_of, websocket_ports

_WAYS = (
    ("the port map", re.compile(r"(?m)^\s*-\s*[\"']?(?:[\d.]+:)?\d{2,5}:(\d{2,5})(?:/tcp)?[\"']?\s*$")),
    ("targetPort", re.compile(r"(?m)^\s*targetPort:\s*(\d{2,5})\s*$")),
    (
        "the location of the WebSocket",
        re.compile(
            r"location\s+[^{\n]{0,80}\{(?=[^}]{0,2000}\$http_upgrade)[^}]{0,2000}?proxy_pass\s+https?://[^\s/;:]{1,255}:(\d{2,5})"
        ),
    ),
)


def match(
    files: tuple[SourceFile, ...],
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome, log) or not (ports := websocket_ports(files)):
        return None
    for file in files:
        text = text_of(file)
        for name, pattern in _WAYS:
            led = ports_of(pattern, text)
            if led and not ports.intersection(led):
                listening = ", ".join(map(str, sorted(ports)))
                return f"{name} in {file.name[:80]} leads to {led[0]}, and the WebSocket server listens on {listening}"
    return None


RULE = Rule(
    id="way-misses-websocket-port",
    title="The way to the WebSocket server leads to another port",
    cls="misroute",
    level="error",
    confidence=0.75,
    match=match,
    why="A port map, a Service or a proxy's location leads to a port on which the WebSocket server does not listen. "
    "Handshakes end at nothing or at a server of pages, which answers 404 or a page.",
    remedy=Remedy(
        "Write the port on which the WebSocket server listens.",
        {
            "compose": 'ports: ["8080:8080"]: the number behind the colon is that inside the container',
            "Kubernetes": "targetPort: the port of the container",
            "nginx": "proxy_pass http://127.0.0.1:8080; with the WebSocket server's port",
        },
    ),
    references=(
        Reference("Compose: ports", "https://docs.docker.com/reference/compose-file/services/#ports"),
        Reference("Kubernetes: Service", "https://kubernetes.io/docs/concepts/services-networking/service/"),
    ),
    cases=(
        Case(
            "compose",
            facts={
                "files": (
                    SourceFile("compose.yml", 'services:\n  ws:\n    ports:\n      - "8080:80"\n'),
                    SourceFile("server.js", "new WebSocketServer({ port: 8080 });"),
                )
            },
        ),
        Case(
            "Kubernetes",
            facts={
                "files": (
                    SourceFile("svc.yaml", "ports:\n- port: 8080\n  targetPort: 5000\n"),
                    SourceFile("server.py", "websockets.serve(handler, '0.0.0.0', 8080)"),
                )
            },
        ),
        Case(
            "a node of Ethereum, whose port was mistyped",
            facts={
                "files": (
                    SourceFile(
                        "docker-compose.yml",
                        'node1:\n  command: geth --wsport 8546\n  ports:\n    - "22000:8545"\n    - "23000:8645"\n',
                    ),
                )
            },
        ),
    ),
    near_misses=(
        Case(
            "the right port",
            facts={
                "files": (
                    SourceFile("compose.yml", 'services:\n  ws:\n    ports:\n      - "80:8080"\n'),
                    SourceFile("server.js", "new WebSocketServer({ port: 8080 });"),
                )
            },
        ),
        Case(
            "no port of a WebSocket server is known",
            facts={"files": (SourceFile("compose.yml", 'services:\n  ws:\n    ports:\n      - "8080:80"\n'),)},
        ),
    ),
)
