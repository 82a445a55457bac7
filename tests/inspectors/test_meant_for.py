from __future__ import annotations

import pytest

from wsdoctor.inspectors._proxies.common import meant_for


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/api", False),
        ("/api/", False),
        ("/api/*", False),
        ("/api/v2/", False),
        ("^/api/(.*)$", False),
        ("/api(/|$)(.*)", False),
        ("~* ^/static", False),
        ("/healthz", False),
        ("/app/admin/**", False),
        ("/favicon.ico", False),
        ("/api/chat", None),
        ("/auth/stream", None),
        ("/media/signal/*", None),
        ("/apiary", None),
        ("/", None),
        ("", None),
        (None, None),
        ("/api/ws", True),
    ],
)
def test_a_route_is_for_pages_where_its_path_ends_so(path: str | None, meant: bool | None) -> None:
    assert meant_for(path) is meant
