"""Hosts that platforms name after an application, and what arrives there."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor import inspectors
from wsdoctor.inspectors._hosts import is_hosted
from wsdoctor.topology import Topology

LIVE = "const { WebSocketServer } = require('ws');\nnew WebSocketServer({ port: process.env.PORT || 5001 });\n"
PAGE = "const HOST = 'chat-live.herokuapp.com';\nnew WebSocket(`wss://${HOST}/`);\nfetch(`https://${HOST}/online`);\n"
INDEX = "<script src='chat.js'></script>\n"


def called(tmp_path: Path, **files: str) -> list[tuple[str, int, int | None]]:
    """Return file and line of each HTTP caller that reaches a WebSocket server, with the port of the server."""
    named = {name.replace("__", "/").replace("_", "."): text for name, text in files.items()}
    met = Topology(inspectors.declared(repository(tmp_path, named))).meetings()
    return [
        (each.traffic.location.file, each.traffic.location.line, each.listener.port)
        for each in met
        if getattr(each.traffic, "protocol", "") in {"http", "https"} and each.listener.speaks == "websocket"
    ]


@pytest.mark.parametrize(
    ("host", "expected"),
    [("chat-live.herokuapp.com", True), ("a.b.up.railway.app", True), ("x-uc.a.run.app", True), ("fly.dev", False),
     ("herokuapp.com.example.com", False), ("chat.example.com", False)],
)  # fmt: skip
def test_hosts_of_platforms(host: str, expected: bool) -> None:
    assert is_hosted(host) is expected


def test_a_request_to_the_host_of_the_only_websocket_server(tmp_path: Path) -> None:
    assert called(tmp_path, live_js=LIVE, web__chat_js=PAGE, web__index_html=INDEX) == [("web/chat.js", 3, 5001)]


@pytest.mark.parametrize(
    "files",
    [
        {"web__chat_js": PAGE.replace("chat-live.herokuapp.com", "chat.example.com")},
        {"web__chat_js": "fetch('https://chat-live.herokuapp.com/online');\n"},
        {"web__chat_js": PAGE, "other_js": LIVE.replace("5001", "5002")},
        {"web__chat_js": PAGE, "nginx_conf": "server { listen 80; location /ws { proxy_pass http://live:5001; } }\n"},
        {"web__chat_js": PAGE, "live_js": LIVE.replace(" || 5001", "")},
    ],
    ids=["own domain", "no socket", "two servers", "behind a proxy", "port unknown"],
)
def test_what_is_left_open(tmp_path: Path, files: dict[str, str]) -> None:
    assert called(tmp_path, **{"live_js": LIVE, "web__index_html": INDEX, **files}) == []


def test_a_site_in_the_folder_of_documentation(tmp_path: Path) -> None:
    site = {"docs__chat_js": PAGE, "docs__index_html": INDEX}
    assert called(tmp_path / "a", live_js=LIVE, **site) == [("docs/chat.js", 3, 5001)]
    assert called(tmp_path / "b", live_js=LIVE, docs__conf_py="project = 'x'\n", **site) == []
    assert called(tmp_path / "c", live_js=LIVE, docs__chat_js=PAGE) == []
