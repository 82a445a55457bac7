# ruff: noqa: E501
from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository

GET = "requests.get('http://ws:8765"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"@app.route('/<path:rest>')\ndef f(rest):\n    return {GET}/' + rest)", True),
        (f"@app.route('/api/<path:rest>')\ndef f(rest):\n    return {GET}/x')", True),
        (f"@app.route('/status')\ndef f():\n    return {GET}/x')", False),
        (f"@app.route('/x')\ndef f():\n    return {GET}/x', data=request.data)", True),
        (f"@app.route('/x')\ndef f():\n    return {GET}' + request.path)", True),
        (f"class H(BaseHTTPRequestHandler):\n    def do_GET(self):\n        {GET}' + self.path)", True),
        (f"class H(RequestHandler):\n    def get(self):\n        {GET}' + self.request.uri)", True),
        (f"class H(RequestHandler):\n    def get(self):\n        {GET}/x', headers=other.headers)", False),
        (f"class Client:\n    def get(self):\n        {GET}/x', headers=self.headers)", False),
        (f"def get(self):\n    {GET}' + self.path)", False),
    ],
)
def test_a_handler_that_hands_its_request_on_is_a_hop(tmp_path: Path, code: str, expected: bool) -> None:
    start = "import requests\nfrom flask import Flask, request\napp = Flask(__name__)\n"
    files = repository(tmp_path, {"app.py": start + code + "\n"})
    hops, callers = (
        inspect("python forwarding", "app.py", files).hops,
        inspect("python clients", "app.py", files).callers,
    )
    assert [hop.to.port for hop in hops] == ([8765] if expected else [])
    assert [caller.to.port for caller in callers] == ([] if expected else [8765])


APP = "import httpx, requests\nfrom fastapi import FastAPI, Request\napp = FastAPI()\n"
TABLE = 'ROUTES = {\n    "api": "http://api:8000",\n    "rooms": "http://live:8765",\n}\n'
HANDLER = '@app.api_route("/{service}/{path:path}")\nasync def forward(service: str, path: str, request: Request):\n'


def hops(tmp_path: Path, code: str, **files: str) -> list[tuple[object, ...]]:
    known = repository(tmp_path, {"app.py": APP + code, **files})
    found = inspect("python forwarding", "app.py", known).hops
    return [(one.to.host, one.to.port, one.location.file, one.location.line) for one in found]


@pytest.mark.parametrize(
    "taken",
    [
        "    base = ROUTES[service]\n    return httpx.get(f'{base}/{path}')\n",
        "    base = ROUTES.get(service)\n    return httpx.get(base + '/' + path)\n",
        "    base = ROUTES.get(service, None)\n    return httpx.request(request.method, f'{base}/{path}')\n",
        "    async with httpx.AsyncClient(base_url=ROUTES[service]) as client:\n        return await client.get('/' + path)\n",
        "    for name, base in ROUTES.items():\n        if path.startswith(name):\n            return httpx.get(base + path)\n",
        "    base = next((b for n, b in ROUTES.items() if n == service), None)\n    return httpx.get(f'{base}/{path}')\n",
        "    base = [b for n, b in ROUTES.items() if n == service][0]\n    return httpx.get(f'{base}/{path}')\n",
    ],
)
def test_tables_of_routes(tmp_path: Path, taken: str) -> None:
    found = hops(tmp_path, TABLE + HANDLER + taken)
    assert [one[:2] for one in found] == [("api", 8000), ("live", 8765)]
    if ".items()" not in taken:
        assert [one[3] for one in found] == [5, 6]


@pytest.mark.parametrize(
    ("name", "text", "load", "lines"),
    [
        ("routes.toml", '[api]\nbase = "http://api:8000"\n[rooms]\nbase = "http://live:8765"\n', "tomllib.loads(", [2, 4]),
        ("routes.yaml", "api:\n  base: http://api:8000\nrooms:\n  base: http://live:8765\n", "yaml.safe_load(", [2, 4]),
        ("routes.json", '{"api": {"base": "http://api:8000"},\n "rooms": {"base": "http://live:8765"}}', "json.loads(", [1, 2]),
    ],
)  # fmt: skip
def test_tables_in_files(tmp_path: Path, name: str, text: str, load: str, lines: list[int]) -> None:
    code = "import json, tomllib, yaml\nfrom pathlib import Path\n"
    code += f"ROUTES = {load}Path(__file__).with_name('{name}').read_text())\n{HANDLER}"
    code += "    route = ROUTES.get(service)\n    return httpx.get(f\"{route['base']}/{path}\")\n"
    assert hops(tmp_path, code, **{name: text}) == [("api", 8000, name, lines[0]), ("live", 8765, name, lines[1])]


@pytest.mark.parametrize(
    "code",
    [
        "def ask(service):\n    return requests.get(ROUTES[service])\n",
        "def ask(service):\n    return requests.get(ROUTES.get(service))\n",
        HANDLER + "    return httpx.get(UNKNOWN[service] + path)\n",
    ],
)
def test_entries_that_nobody_chooses_by_a_request(tmp_path: Path, code: str) -> None:
    assert hops(tmp_path, TABLE + code) == []
    assert inspect("python clients", "app.py", repository(tmp_path, {})).callers == []


def test_an_entry_that_is_told_is_the_one(tmp_path: Path) -> None:
    code = TABLE + HANDLER + "    return httpx.get(ROUTES['api'] + '/' + path)\n"
    assert [one[:2] for one in hops(tmp_path, code)] == [("api", 8000)]


def test_a_handler_that_asks_whoever_a_table_names(tmp_path: Path) -> None:
    code = TABLE + "@app.get('/status/{service}')\ndef status(service: str):\n"
    code += "    return requests.get(f'{ROUTES[service]}/health')\n"
    found = inspect("python clients", "app.py", repository(tmp_path, {"app.py": APP + code})).callers
    assert [(one.to.port, one.path, one.location.line, one.also[0].line) for one in found] == [
        (8000, "/health", 5, 10),
        (8765, "/health", 6, 10),
    ]


def test_a_list_of_routes(tmp_path: Path) -> None:
    routes = 'ROUTES = [\n    "http://api:8000",\n    "http://live:8765",\n]\n'
    found = hops(tmp_path, routes + HANDLER + "    return httpx.get(ROUTES[int(service)] + '/' + path)\n")
    assert [one[:2] for one in found] == [("api", 8000), ("live", 8765)]
