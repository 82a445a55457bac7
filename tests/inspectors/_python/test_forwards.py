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
