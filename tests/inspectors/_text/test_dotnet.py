# ruff: noqa: E501
"""Where servers listen in small projects in C#, and what they speak."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors import declared

Found = list[tuple[int | None, str]]

CASES: dict[str, tuple[dict[str, str], Found]] = {
    "fleck": (
        {
            "a.csproj": "<Project/>",
            "P.cs": """\
using Fleck;
var server = new WebSocketServer("ws://0.0.0.0:8181");
server.Start(s => {});
""",
        },
        [(8181, "websocket")],
    ),
    "wssharp": (
        {
            "a.csproj": "<Project/>",
            "P.cs": """\
using WebSocketSharp.Server;
class P { const int Port = 4649; static void Main() { var s = new WebSocketServer(Port); s.Start(); } }
""",
        },
        [(4649, "websocket")],
    ),
    "httplistener": (
        {
            "a.csproj": "<Project/>",
            "P.cs": 'class P { HttpListener l; void M() { l.Prefixes.Add("http://*:8080/"); var c = await l.GetContextAsync(); if (c.Request.IsWebSocketRequest) { await c.AcceptWebSocketAsync(null); } else { c.Response.StatusCode = 400; c.Response.Close(); } } }',
        },
        [(8080, "websocket")],
    ),
    "kestrel": (
        {
            "a.csproj": "<Project/>",
            "Program.cs": """\
builder.WebHost.UseUrls("http://0.0.0.0:5050");
app.UseWebSockets();
""",
        },
        [(5050, "both")],
    ),
    "httplistener for pages": (
        {
            "a.csproj": "<Project/>",
            "P.cs": 'class P { HttpListener l; void M() { l.Prefixes.Add("http://*:8081/"); l.Start(); } }',
        },
        [(8081, "http")],
    ),
    "kestrel without websockets": (
        {"a.csproj": "<Project/>", "Program.cs": 'app.MapGet("/", () => "x");\napp.Run("http://0.0.0.0:5051");\n'},
        [(5051, "http")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_where_they_listen(tmp_path: Path, name: str) -> None:
    files, expected = CASES[name]
    found = declared(repository(tmp_path, files), processes=1).listeners
    assert sorted({(one.port, one.speaks) for one in found}, key=str) == expected
