import pytest

from wsdoctor.syntax._proxy_patterns import found


@pytest.mark.parametrize(
    ("pattern", "text", "result"),
    [
        ("^/ws", "/ws/x", True),
        ("^/ws$", "/ws/x", False),
        (r"(?<name>ws)", "/ws", True),
        (r"(?<=/)ws", "/ws", True),
        (r"\w++", "a", True),
        ("(", "a", None),
        ("(a+)+$", "aaaa", None),
        ("(a|a)*$", "aaaa", None),
        (".*" * 5, "a", None),
        ("a" * 301, "a", None),
        ("a", "a" * 201, None),
    ],
)
def test_patterns(pattern: str, text: str, result: bool | None) -> None:
    assert found(pattern, text) is result


def test_case() -> None:
    assert found("WS", "ws", ignore_case=True) is True
