"""Small trees with a WebSocket server, and what all fixes make of them."""

from __future__ import annotations

from pathlib import Path

from wsdoctor.diagnosis import knowledge_base
from wsdoctor.fixes import Edit, Traffic, applied, fix_of
from wsdoctor.mending import plan
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.traffic import Declared, Listener, Location

SERVER = """\
import asyncio
import websockets


async def main():
    async with websockets.serve(print, "0.0.0.0", 8765):
        await asyncio.Future()


asyncio.run(main())
"""


def write(folder: Path, files: dict[str, str]) -> None:
    """Write files and the server."""
    for name, text in {"server.py": SERVER, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, newline="")


def mended(folder: Path, name: str, text: str, **more: str) -> str | None:
    """Return a file after all safe fixes of its tree, None if it stays as it is."""
    write(folder, {name: text, **more})
    return plan(str(folder), knowledge_base().rules).texts.get(name)


def fixed(
    text: str, traffic: Traffic, listener: Listener, rule: str, cls: str = "", declared: Declared | None = None
) -> str | None:
    """Return a text after the fix of one finding, None without one."""
    finding = RepositoryFinding(rule, cls, "error", 0.9, traffic.location, "", "")
    made = fix_of(finding, traffic, listener, text, declared or Declared())
    return None if made is None else applied(text, made.edits)


def listener(framework: str = "websockets", **facts: object) -> Listener:
    """Return a listener on port 8765."""
    return Listener(8765, "websocket", Location("server.py", 6), framework, **facts)  # type: ignore[arg-type]


__all__ = ["SERVER", "Edit", "fixed", "listener", "mended", "write"]
