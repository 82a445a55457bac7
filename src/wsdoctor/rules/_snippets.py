"""Reads from snippets of code and configuration in play on which ports a WebSocket server listens.

Snippets hold a few lines and no imports, so this is a textual reading; a whole repository is read by the inspectors.
No rule and no verdict here.
"""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.rules._files import FILE_LIMIT
from wsdoctor.rules._log_text import quote

__all__ = ["meets_websocket_port", "ports_of", "websocket_ports"]

_LISTENERS = re.compile(
    r"\b(?:WebSocketServer|WebSocket\.Server|ws\.Server)\(\s*\{[^}]{0,400}?\bport:\s*(\d{2,5})\b"
    r"|\b(?:websockets\.)?serve\(\s*[\w.]+\s*,\s*(?:['\"][^'\"\n]{0,80}['\"]|None|host)\s*,\s*(?:port\s*=\s*)?(\d{2,5})\b"
    r"|--(?:ws-?port|ws\.port|rpc-ws-port|ws-listen-port|JsonRpc\.WebSocketsPort)[= ](\d{2,5})\b"  # of Ethereum
    r"|^\s*listener\s+(\d{2,5})\b[^\n]*\n(?:[^\n]*\n){0,3}?\s*protocol\s+websockets\b",
    re.MULTILINE,
)


def websocket_ports(files: tuple[SourceFile, ...]) -> frozenset[int]:
    """Return the ports on which the files let a plain WebSocket server listen."""
    return frozenset(port for file in files for port in ports_of(_LISTENERS, file.text[:FILE_LIMIT]))


def meets_websocket_port(files: tuple[SourceFile, ...], pattern: re.Pattern[str]) -> str | None:
    """Return, in words, the first place whose port, the pattern's first group, is one of a WebSocket server."""
    ports = websocket_ports(files)
    for file in files:
        for found in pattern.finditer(file.text[:FILE_LIMIT]):
            if int(found[1]) in ports:
                return f"{file.name[:80]} says “{quote(found[0], 100)}”, and a WebSocket server listens on {found[1]}"
    return None


def ports_of(pattern: re.Pattern[str], text: str) -> list[int]:
    """Return the numbers that the groups of the pattern find."""
    return [int(group) for found in pattern.finditer(text) for group in found.groups() if group is not None]
