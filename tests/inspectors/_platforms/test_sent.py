import pytest

from wsdoctor.inspectors._platforms.sent import Sent, agent_of, fields_of, option_words, to_address, to_url


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://h:8765/x", ("http", "h", 8765, "/x", "GET")),
        ("localhost:8765/x", ("http", "localhost", 8765, "/x", "GET")),
        ("h/x", ("http", "h", 80, "/x", "GET")),
        ("tcp://h:8765", ("tcp", "h", 8765, None, None)),
        ("ws://h:8765/x", ("ws", "h", 8765, "/x", None)),
        ("ftp://h:21/x", None),
        ("", None),
    ],
)
def test_what_a_tool_sends_to_a_url(url: str, expected: tuple[object, ...] | None) -> None:
    found = [(one.protocol, one.host, one.port, one.path, one.method) for one in to_url("curl", url, method="GET")]
    assert found == ([] if expected is None else [expected])


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        ("8765", ("localhost", 8765, "")),
        (":8765", ("localhost", 8765, "")),
        ("h:8765", ("h", 8765, "")),
        ("h:$PORT", ("h", None, "$PORT")),
        ("", (None, None, "")),
    ],
)
def test_what_a_tool_connects_to(where: str, expected: tuple[str | None, int | None, str]) -> None:
    found = to_address("nc", where, waits=True, period=1.0)
    assert (found.host, found.port, found.open_port) == expected
    assert found.protocol == "tcp"


@pytest.mark.parametrize(
    ("words", "options", "rest"),
    [
        (["-o", "x", "u"], [("-o", "x")], ["u"]),
        (["-ox", "u"], [("-o", "x")], ["u"]),
        (["-sfo", "x", "u"], [("-s", ""), ("-f", ""), ("-o", "x")], ["u"]),
        (["--out", "x", "--out=y", "--long", "u"], [("--out", "x"), ("--out", "y"), ("--long", "")], ["u"]),
        (["u", ">", "f", "v", "<", "g"], [], ["u", "v"]),
        (["u", "||", "exit", "1"], [], ["u"]),
        (["u", "", "-", "v"], [], ["u", "-", "v"]),
        (["-o"], [("-o", "")], []),
    ],
)
def test_words_are_options_or_the_rest(words: list[str], options: list[tuple[str, str]], rest: list[str]) -> None:
    assert option_words(words, frozenset(("-o", "--out"))) == (options, rest)


def test_fields_among_words() -> None:
    assert fields_of(["Host: a", "X-A:b", "http://h:1/x", "word", ": x", "/a:b"]) == {"Host": "a", "X-A": "b"}
    assert agent_of({"USER-AGENT": "me"}, "curl/") == "me"
    assert agent_of({"Host": "a"}, "curl/") == "curl/"
    assert Sent("curl", "http", None, None).headers == {}
