from pathlib import Path

import pytest

from tests.inspectors.programs import called

IMPORTS = """\
import os.path
import posixpath
from urllib.parse import ParseResult, SplitResult, urljoin, urlsplit, urlunsplit

import httpx
import requests
import yarl
from furl import furl
from starlette.datastructures import URL as Address
"""


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("yarl.URL.build(scheme='http', host='h', port=8765, path='/x')", ["http://h:8765/x"]),
        ("yarl.URL.build(scheme='http', host='h', path='x')", ["http://h:80/x"]),
        ("yarl.URL.build(scheme='http', host='h', port=None)", ["http://h:80/"]),
        ("yarl.URL.build(path='/x')", []),
        ("yarl.URL('http://h:1/a').with_port(8765).with_path('/x')", ["http://h:8765/x"]),
        ("yarl.URL('ws://h:8765/a').with_scheme('http').with_query(a=1)", ["http://h:8765/a"]),
        ("yarl.URL('http://h:8765/a').origin()", ["http://h:8765/"]),
        ("yarl.URL('http://h:8765/a/').joinpath('b', '/c')", ["http://h:8765/a/b/c"]),
        ("yarl.URL('http://h:8765/a').join('/b')", ["http://h:8765/b"]),
        ("httpx.URL('http://h').copy_with(port=8765)", ["http://h:8765/"]),
        ("httpx.URL('http://h:8765', path='/x')", ["http://h:8765/x"]),
        ("httpx.URL('http://u@[::1]:1/a').copy_with(host='h', port=8765)", ["http://h:8765/a"]),
        ("httpx.URL(scheme='http', host='h', port=unknown)", []),
        ("furl('http://h').set(port=8765, path='x').url", ["http://h:8765/x"]),
        ("furl('http://h:8765').add(path='x').add(args={}).tostr()", ["http://h:8765/x"]),
        ("(furl(scheme='http', host='h', port=8765) / 'x').url", ["http://h:8765/x"]),
        ("Address('http://h:1/x').replace(port=8765)", ["http://h:8765/x"]),
        ("'http://h:1/x'.replace('1', '8765', 1)", ["http://h:8765/x"]),
        ("urlsplit('ws://h:8765/x')._replace(scheme='http', netloc='k:1').geturl()", ["http://k:1/x"]),
        ("urlunsplit(SplitResult('http', 'h:8765', '/x', '', ''))", ["http://h:8765/x"]),
        ("ParseResult(scheme='http', netloc='h:8765', path='/x').geturl()", ["http://h:8765/x"]),
        ("urlunsplit(('http',))", []),
        ("posixpath.join('http://h:8765', 'x')", ["http://h:8765/x"]),
        ("os.path.join('a', 'x')", []),
        ("urljoin('http://[', 'x')", []),
        ("urljoin('http://h:8765/a/b', unknown)", ["http://h:8765"]),
        ("f\"http://{urlsplit('ws://h:8765').netloc}/x\"", ["http://h:8765/x"]),
        ("f\"http://h:{urlsplit('ws://h:8765').port}/x\"", ["http://h:8765/x"]),
        ("f\"http://h:{urlsplit('ws://h').port}/x\"", []),
        ("f\"http://h:{urlsplit('ws://h:x').port}/x\"", []),
    ],
)
def test_urls_that_code_makes(tmp_path: Path, expression: str, expected: list[str]) -> None:
    assert called(tmp_path, f"{IMPORTS}requests.get({expression})") == expected
