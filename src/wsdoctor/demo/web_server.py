"""The HTTP server of the demo: it serves one page, whose script connects to the WebSocket port."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from string import Template

__all__ = ["web_server"]


def page(ws_port: int) -> bytes:
    """Return the page, its script aimed at the WebSocket port."""
    text = files(__package__).joinpath("page.html").read_text(encoding="utf-8")
    return Template(text).substitute(WS_PORT=ws_port).encode()


@contextmanager
def web_server(port: int, ws_port: int) -> Iterator[None]:
    """Serve the page on 127.0.0.1 while the block runs."""
    body = page(ws_port)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path in {"/", "/index.html"}
            answer = body if found else b"Not Found\n"
            self.send_response(200 if found else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8" if found else "text/plain")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
            """Keep quiet: the log of the demo is that of the WebSocket server."""

    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, name="demo web server", daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
