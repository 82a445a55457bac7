"""Where servers listen in small projects in C++, and what they speak."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors import declared

Found = list[tuple[int | None, str]]

CASES: dict[str, tuple[dict[str, str], Found]] = {
    "uws": (
        {
            "CMakeLists.txt": "",
            "main.cpp": """\
#include "App.h"
int main() { int port = 9001; uWS::App().ws<D>("/*", {}).listen(port, [](auto *s) {}).run(); }
""",
        },
        [(9001, "websocket")],
    ),
    "wspp": (
        {
            "CMakeLists.txt": "",
            "main.cpp": """\
#include <websocketpp/server.hpp>
typedef websocketpp::server<websocketpp::config::asio> server;
int main() { server s; s.set_message_handler(h); s.listen(9002); s.start_accept(); }
""",
        },
        [(9002, "websocket")],
    ),
    "uws without websockets": (
        {
            "CMakeLists.txt": "",
            "main.cpp": 'int main() { uWS::App().get("/*", h).listen(9003, [](auto *s) {}).run(); }',
        },
        [(9003, "http")],
    ),
    "uws with both": (
        {
            "CMakeLists.txt": "",
            "main.cpp": 'int main() { uWS::App().get("/", h).ws<D>("/ws", {}).listen(9004, [](auto *s) {}).run(); }',
        },
        [(9004, "both")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_where_they_listen(tmp_path: Path, name: str) -> None:
    files, expected = CASES[name]
    found = declared(repository(tmp_path, files), processes=1).listeners
    assert sorted({(one.port, one.speaks) for one in found}, key=str) == expected
