"""Code of clients: ``wss://`` to a plain port of the same machine becomes ``ws://``, where it is written out."""

from __future__ import annotations

from wsdoctor.fixes._edits import Edit
from wsdoctor.fixes._text import Lines
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.traffic import Caller, Declared, Hop, Listener, PortMap

__all__ = ["PRODUCTS", "fix"]

PRODUCTS = ("browser", "node", "react-native", "service-worker", "python", "websockets", "websocket-client", "aiohttp")


def fix(
    finding: RepositoryFinding, traffic: Caller | Hop | PortMap, listener: Listener, text: str, declared: Declared
) -> list[Edit] | None:
    """Return the edit of the line that opens the WebSocket."""
    if not isinstance(traffic, Caller) or finding.rule != "wss-to-plaintext-port":
        return None
    edit = Lines(text).change(
        traffic.location.line, rf"(?<=[\"'`])wss(?=://(?:localhost|127\.0\.0\.1):{traffic.to.port}\b)", "ws"
    )
    return None if edit is None else [edit]
