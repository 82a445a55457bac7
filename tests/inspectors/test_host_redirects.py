"""Redirects that hosts of static pages are told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from wsdoctor.model.traffic import Hop

TO = "http://live.example.com:8765/x"
TOML = f'[[redirects]]\n  from = "/live/*"\n  to = "{TO}"\n'


def hops(tmp_path: Path, name: str, content: object) -> list[Hop]:
    written = content if isinstance(content, str) else json.dumps(content, indent=1)
    return inspect("redirects of static hosts", name, repository(tmp_path, {name: written})).hops


@pytest.mark.parametrize(
    ("name", "content", "line"),
    [
        ("netlify.toml", TOML, 3),
        ("netlify.toml", f"{TOML}  status = 302\n", 3),
        ("public/_redirects", f"# moved\n/home / 301\n/live/* {TO}\n", 3),
        ("public/_redirects", f"/live/:id id=:id {TO} 302! Country=us\n", 1),
        ("vercel.json", {"redirects": [{"source": "/live/(.*)", "destination": TO, "permanent": False}]}, 5),
        ("vercel.json", {"routes": [{"src": "/live/(.*)", "status": 302, "headers": {"Location": TO}}]}, 7),
        ("serve.json", {"redirects": [{"source": "/live/:id", "destination": TO, "type": 302}]}, 5),
        ("firebase.json", {"hosting": {"redirects": [{"source": "/live/**", "destination": TO, "type": 301}]}}, 6),
        ("firebase.json", {"hosting": [{"redirects": [{"source": "/live", "destination": TO}]}]}, 7),
        ("staticwebapp.config.json", {"routes": [{"route": "/live/*", "redirect": TO, "statusCode": 301}]}, 5),
    ],
)
def test_redirects(tmp_path: Path, name: str, content: object, line: int) -> None:
    (found,) = hops(tmp_path, name, content)
    assert (found.path, found.to.host, found.to.port, found.location.line) == ("/live", "live.example.com", 8765, line)
    assert (found.sends, found.websocket, found.forwards_upgrade) == (("redirect",), False, False)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("netlify.toml", f"{TOML}  status = 200\n"),
        ("public/_redirects", f"/live/* {TO} 200\n"),
        ("vercel.json", {"rewrites": [{"source": "/live/(.*)", "destination": TO}]}),
        ("vercel.json", {"routes": [{"src": "/live/(.*)", "dest": TO}]}),
    ],
)
def test_what_is_handed_on_loses_nothing_that_is_known(tmp_path: Path, name: str, content: object) -> None:
    (found,) = hops(tmp_path, name, content)
    assert (found.path, found.sends, found.websocket, found.forwards_upgrade) == ("/live", (), None, True)


def test_an_api_that_is_handed_on_is_no_websocket(tmp_path: Path) -> None:
    assert [one.websocket for one in hops(tmp_path, "_redirects", f"/api/* {TO} 200\n/ws {TO} 200")] == [False, True]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "netlify.toml",
            '[[redirects]]\nfrom = "/a"\nto = "/b"\n[[headers]]\nfor = "http"\n[[redirects]]\nfrom = "/c"\n',
        ),
        ("_redirects", "/a /b 301\n/c\n\n# /live http://live.example.com:8765/\n"),
        ("vercel.json", {"redirects": ["http://h:1"], "rewrites": [{"source": "/a", "destination": "/b"}]}),
        ("vercel.json", {"routes": [{"handle": "filesystem"}, {"src": "/a", "dest": "ws://h:8765"}], "a": "http"}),
    ],
)
def test_what_leads_nowhere_else(tmp_path: Path, name: str, content: object) -> None:
    assert hops(tmp_path, name, content) == []
