import pytest

from wsdoctor.inspectors._text.expressions import called, chained, port_of, trimmed


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("(port)", "port"),
        ("(a) + (b)", "(a) + (b)"),
        ("(int) port", "port"),
        ('env::var("PORT").unwrap().parse::<u16>().unwrap()', 'env::var("PORT")'),
        ("new Server(1)", "Server(1)"),
    ],
)
def test_what_changes_nothing_is_left_out(text: str, left: str) -> None:
    assert trimmed(text) == left


def test_a_chain_without_end_is_given_up() -> None:
    assert trimmed("x" + ".clone()" * 50).startswith("x.clone()")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("listen(8080)", ("listen", "8080")),
        ("parse::<u16>(port(1))", ("parse", "port(1)")),
        ("port", None),
        (")", None),
        ("1 + (2)", None),
    ],
)
def test_what_is_called_last(text: str, found: tuple[str, str] | None) -> None:
    assert called(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('var("P").unwrap_or("1".into()).x', ('var("P")', "unwrap_or", '"1".into()', ".x")),
        ("port.unwrap_or(1", ("port", "unwrap_or", "1", "")),
        ("f(a.unwrap_or(1))", None),
        ("port", None),
    ],
)
def test_the_first_default_outside_brackets(text: str, found: tuple[str, str, str, str] | None) -> None:
    assert chained(text) == found


@pytest.mark.parametrize(
    ("text", "port"),
    [("0.0.0.0:9000", 9000), ("ws://h:81/x", 81), ("[::]:82", 82), ("70000", None), ("h", None), ("at 5: 80", None)],
)
def test_ports_of_addresses(text: str, port: int | None) -> None:
    assert port_of(text) == port
