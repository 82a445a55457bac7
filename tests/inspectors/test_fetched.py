"""Routes that pages fetch are routes of pages."""

from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors import declared
from wsdoctor.model.traffic import Hop

SERVER = """\
import asyncio, websockets

async def main():
    async with websockets.serve(print, "0.0.0.0", 8765):
        await asyncio.Future()

asyncio.run(main())
"""


def hop_of(tmp_path: Path, location: str, page: str, *, name: str = "web/app.js", server: str = SERVER) -> Hop:
    files = {
        "live/server.py": server,
        "nginx.conf": f"http {{ server {{ location {location} {{ proxy_pass http://127.0.0.1:8765; }} }} }}\n",
        name: page,
    }
    (hop,) = declared(repository(tmp_path, files), processes=1).hops
    return hop


@pytest.mark.parametrize(
    ("location", "page", "name"),
    [
        ("/geocode", "fetch(`/geocode?q=${place}`).then(show)", "web/app.js"),
        ("/geocode/", "const { data } = await axios.post('/geocode/find', place);", "web/app.ts"),
        ("/geocode", "$.getJSON('/geocode', show)", "web/app.js"),
        ("/geocode", "request.open('GET', '/geocode')", "web/app.js"),
        ("^~ /geocode", '<a href="/geocode#top">Find</a>', "web/index.html"),
        ("~ ^/geocode", "http.get('/geocode').subscribe(show)", "web/app.ts"),
    ],
)
def test_a_path_that_a_page_fetches_is_one_of_pages(tmp_path: Path, location: str, page: str, name: str) -> None:
    assert hop_of(tmp_path, location, page, name=name).websocket is False


@pytest.mark.parametrize(
    ("location", "page", "name"),
    [
        ("/geocode", "fetch('/geocoder')", "web/app.js"),
        ("/geocode", "new WebSocket(`wss://${location.host}/geocode`)", "web/app.js"),
        ("/geocode", "fetch('https://maps.example/geocode')", "web/app.js"),
        ("/geocode", "fetch('/geocode')", "web/app.test.js"),
        ("/geocode", "fetch('/geocode')", "README.md"),
        ("/", "fetch('/')", "web/app.js"),
    ],
)
def test_what_tells_nothing(tmp_path: Path, location: str, page: str, name: str) -> None:
    assert hop_of(tmp_path, location, page, name=name).websocket is None


def test_a_path_with_the_name_of_a_websocket_stays_one(tmp_path: Path) -> None:
    assert hop_of(tmp_path, "/socket", "fetch('/socket/info')").websocket is True


def test_where_no_server_speaks_websocket_alone_nothing_is_asked(tmp_path: Path) -> None:
    flask = "from flask import Flask\napp = Flask(__name__)\napp.run(port=8765)\n"
    assert hop_of(tmp_path, "/geocode", "fetch('/geocode')", server=flask).websocket is None
