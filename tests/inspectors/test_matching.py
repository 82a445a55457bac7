from types import SimpleNamespace

import pytest

from wsdoctor.inspectors._matching import Sieves


def inspector(*needles: str, worth: bool | None = None) -> SimpleNamespace:
    found = SimpleNamespace(NAME="x", PATTERNS=("*.x",))
    if needles:
        found.NEEDLES = needles
    if worth is not None:
        found.worth = lambda path, raw: worth and path == "a.x" and bool(raw)
    return found


@pytest.mark.parametrize(
    ("raw", "inspectors", "wanted"),
    [
        (b"one", [inspector("one")], True),
        (b"none of them", [inspector("two")], False),
        (b"whatever", [inspector("two"), inspector()], True),
        (b"one", [inspector("one", worth=True)], True),
        (b"one", [inspector("one", worth=False)], False),
        (b"two", [inspector("one", worth=True)], False),
        (b"one", [inspector("one", worth=False), inspector("two")], False),
        (b"one two", [inspector("one", worth=False), inspector("two")], True),
        (b"two", [inspector("one", worth=False), inspector("two")], True),
        (b"one", [inspector("one", worth=False), inspector("one", worth=True)], True),
        (b"one", [inspector("one", worth=False), inspector()], True),
    ],
)
def test_who_wants_a_file(raw: bytes, inspectors: list[SimpleNamespace], wanted: bool) -> None:
    sieves = Sieves(inspectors)  # type: ignore[arg-type]
    for _ in range(2):
        assert sieves.want("a.x", raw, tuple(range(len(inspectors)))) is wanted
