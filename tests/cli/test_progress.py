import io
import sys

import pytest

from wsdoctor.cli._progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_shows_how_far_it_is_and_is_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    progress = Progress("files read", shown=True)
    progress(1200, 34000)
    progress(7)
    progress.end()
    assert screen.getvalue() == (
        "\r1,200 of 34,000 files read" + "\r" + "7 files read".ljust(26) + "\r" + " " * 12 + "\r"
    )


@pytest.mark.parametrize(("screen", "shown"), [(Terminal(), False), (io.StringIO(), True)])
def test_elsewhere_it_is_silent(monkeypatch: pytest.MonkeyPatch, screen: io.StringIO, shown: bool) -> None:
    monkeypatch.setattr(sys, "stderr", screen)
    progress = Progress("files read", shown=shown)
    progress(1, 2)
    progress.end()
    assert screen.getvalue() == ""


def test_what_was_never_shown_is_not_cleared(monkeypatch: pytest.MonkeyPatch) -> None:
    screen = Terminal()
    monkeypatch.setattr(sys, "stderr", screen)
    Progress("files read", shown=True).end()
    assert screen.getvalue() == ""
