import gc
import subprocess
import sys
from collections.abc import Iterator

import pytest

from wsdoctor.cli._garbage import seldom_collected


@pytest.fixture(autouse=True)
def _thresholds() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)


def test_garbage_is_looked_for_less_often_until_the_end() -> None:
    gc.set_threshold(700, 10, 10)
    with seldom_collected():
        assert gc.get_threshold() == (300_000, 10, 10)
    assert gc.get_threshold() == (700, 10, 10)


def test_after_a_failure_it_is_as_before() -> None:
    gc.set_threshold(700, 10, 10)
    with pytest.raises(ValueError, match="x"), seldom_collected():
        raise ValueError("x")
    assert gc.get_threshold() == (700, 10, 10)


@pytest.mark.parametrize("first", [0, 1_000_000])
def test_who_looks_never_or_more_seldom_keeps_it_so(first: int) -> None:
    gc.set_threshold(first, 10, 10)
    with seldom_collected():
        assert gc.get_threshold()[0] == first


def test_nothing_is_looked_through_at_the_end_of_the_program() -> None:
    program = (
        "import atexit, gc\n"
        "from wsdoctor.cli._garbage import not_at_exit\n"
        "atexit.register(lambda: print(gc.get_freeze_count() > 1000))\n"
        "not_at_exit()\n"
        "print(gc.get_freeze_count())\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "0\nTrue\n"
