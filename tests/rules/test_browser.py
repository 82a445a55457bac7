from __future__ import annotations

import pytest

from wsdoctor.model.headers import Headers
from wsdoctor.rules._browser import is_browser, is_navigation, is_prefetch, is_script_call, preview_of, resource_of

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "browser"),
    [
        (CHROME, True),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0", True),
        ("Mozilla/4.0 (compatible; MSIE 8.0; Windows NT 6.1)", True),
        ("Opera/9.80 (Windows NT 6.1) Presto/2.12.388 Version/12.16", True),
        ("Mozilla/5.0", False),
        ("Mozilla/5.0 zgrab/0.x", False),
        ("Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; Googlebot/2.1)", False),
        ("curl/8.5.0", False),
        ("", False),
        (None, False),
    ],
)  # fmt: skip
def test_browsers(agent: str | None, browser: bool) -> None:
    assert is_browser(agent) is browser


def test_fetch_metadata_decides_where_it_was_sent() -> None:
    navigation = Headers([("Sec-Fetch-Mode", "Navigate"), ("Accept", "*/*")])
    call = Headers([("Sec-Fetch-Mode", "cors"), ("Sec-Fetch-Dest", "empty"), ("Accept", "text/html")])
    image = Headers([("Sec-Fetch-Mode", "no-cors"), ("Sec-Fetch-Dest", "image")])
    assert is_navigation(navigation, None)
    assert not is_navigation(call, CHROME)
    assert is_script_call(call, CHROME)
    assert not is_script_call(call, "curl/8.5.0")
    assert not is_script_call(navigation, CHROME)
    assert not is_script_call(image, CHROME)
    assert resource_of(image, None) == "an image"
    assert resource_of(call, CHROME) is None


def test_other_fields_stand_in_for_it() -> None:
    page = Headers([("Accept", "text/html,*/*")])
    assert is_navigation(page, CHROME)
    assert is_navigation(Headers([*page, ("Upgrade-Insecure-Requests", "1")]), "x")
    assert not is_navigation(page, "curl/8.5.0")
    assert not is_navigation(Headers([("Accept", "*/*")]), CHROME)
    assert resource_of(Headers([("Accept", "image/png")]), CHROME) == "an image"
    assert resource_of(Headers([("Accept", "text/css,*/*")]), CHROME) == "a style sheet"
    assert resource_of(Headers([("Accept", "*/*")]), CHROME) is None
    assert resource_of(Headers([("Accept", "image/png")]), "curl/8.5.0") is None
    assert is_script_call(Headers([("Accept", "*/*"), ("Origin", "http://a")]), CHROME)
    assert is_script_call(Headers([("Accept", "application/json")]), CHROME)
    assert is_script_call(Headers([("Accept-Language", "en"), ("Accept-Encoding", "gzip")]), CHROME)
    assert not is_script_call(Headers([("Accept", "*/*")]), CHROME)
    assert not is_script_call(page, CHROME)
    assert not is_script_call(Headers([("Accept", "image/png"), ("Referer", "http://a")]), CHROME)


@pytest.mark.parametrize(
    ("field", "ahead"),
    [
        (("Sec-Purpose", "prefetch;prerender"), True),
        (("Purpose", "prefetch"), True),
        (("X-Moz", "prefetch"), True),
        (("X-Purpose", "preview"), True),
        (("Sec-Purpose", "other"), False),
        (("Accept", "*/*"), False),
    ],
)
def test_prefetch(field: tuple[str, str], ahead: bool) -> None:
    assert is_prefetch(Headers([field])) is ahead


@pytest.mark.parametrize(
    ("address", "product"),
    [
        ("https://replit.com/@me/x", "Replit"),
        ("abc.picard.replit.dev:8080", "Replit"),
        ("X-8080.App.GitHub.dev", "GitHub Codespaces"),
        ("app.example.com", None),
        ("replit.dev.example.com", None),
        ("localhost:8080", None),
        ("", None),
        (None, None),
    ],
)
def test_preview_panes(address: str | None, product: str | None) -> None:
    assert preview_of(address) == product
    assert preview_of(None, address) == product
