import pytest

from wsdoctor.inspectors._javascript.urls import HOLE, HOST, PAGE, PAGE_WS, Text, replaced, split

PLACE = ("a.js", 1, 1, 1)


@pytest.mark.parametrize(
    ("text", "pattern", "new", "expected"),
    [
        ("http://h:8765/", "/\\/$/", "", "http://h:8765"),
        ("http://h:8765//", "/\\/+$/", "", "http://h:8765"),
        ("http://h:8765/x", "/^http/", "ws", "ws://h:8765/x"),
        ("https://h/x", "/^http/", "ws", "wss://h/x"),
        ("https://h/x", "https", "http", "https://h/x"),
        ("ftp://h/x", "/^http/", "ws", "ftp://h/x"),
        (f"{PAGE}://{HOST}", "/^http/", "ws", f"{PAGE_WS}://{HOST}"),
        (f"http://{HOST}", "/:\\d+/", ":8765", "http://{}:8765"),
        (f"http://{HOST}", "5000", "8765", "http://{}:8765"),
        (f"http://{HOST}", ":5000", ":8765", "http://{}:8765"),
        ("http://h:8765/x", "/:\\d+/", ":9000", "http://h:9000/x"),
        ("http://h:8765/v1", "v1", "v2", "http://h:8765/v2"),
        ("http://h:8765/v1", "absent", "v2", "http://h:8765/v1"),
    ],
)
def test_what_a_replacement_makes_of_an_address(text: str, pattern: str, new: str, expected: str) -> None:
    found = replaced(Text(text), pattern, new, PLACE)
    assert found is not None
    assert "".join(c if c.isprintable() and ord(c) < 0xE000 else "{}" for c in found.text).replace("{}{}", "{}") == (
        "".join(c if c.isprintable() and ord(c) < 0xE000 else "{}" for c in expected).replace("{}{}", "{}")
    )


def test_a_pattern_that_is_not_understood_makes_nothing() -> None:
    assert replaced(Text("http://h:8765/x"), "/[a-z]+(?=:)/", "q", PLACE) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("localhost:8765/x", ("", "localhost", 8765, "/x")),
        ("/x", ("", "", None, "/x")),
        ("http://[::1]:8765/x", ("http", "[::1]", 8765, "/x")),
        ("http://h:x:y/z", ("http", "h", None, "/z")),
        ("http://localhost/x", ("http", "localhost", 80, "/x")),
        ("wss://127.0.0.1/x", ("wss", "127.0.0.1", 443, "/x")),
        (f"{HOLE}://h:8765", ("", "h", 8765, "/")),
        (f"http://{HOLE}:8765/x", ("http", None, 8765, "/x")),
        ("", None),
    ],
)
def test_parts_of_an_address(text: str, expected: tuple[str, str | None, int | None, str] | None) -> None:
    url = split(text)
    assert (url and (url.scheme, url.host, url.port, url.path)) == expected
