import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from wsdoctor.files import ahead
from wsdoctor.files.ahead import Ahead
from wsdoctor.files.listing import Listing

INSPECT = """
import os, sys
from wsdoctor.files import ahead
forked = []
fork = os.fork
os.fork = lambda: forked.append(fork()) or forked[-1]
listing = ahead.Ahead(sys.argv[1])
found = listing(os.path.realpath(sys.argv[1]) + "/")
again = listing(os.path.realpath(sys.argv[1]) + "/")
print(len(forked), *found.states, dict(found.skipped), found.states == again.states, found.digest == again.digest)
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    (tmp_path / "a.py").write_text("a")
    (tmp_path / "logo.png").write_text("b")
    return tmp_path


def prefix_of(tree: Path) -> str:
    return f"{tree.resolve()}/"


@pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux alone")
def test_another_process_lists_the_same(tree: Path) -> None:
    done = subprocess.run([sys.executable, "-c", INSPECT, str(tree)], capture_output=True, text=True, check=True)
    assert done.stdout == "1 a.py {'binary': 1} True True\n"


def test_where_nothing_is_forked_the_folder_is_listed_when_it_is_asked_for(
    tree: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ahead, "forks", lambda: False)
    listing = Ahead(str(tree))
    (tree / "later.py").write_text("")
    assert list(listing(prefix_of(tree)).states) == ["a.py", "later.py"]


@pytest.mark.skipif(sys.platform != "linux", reason="processes are copied on Linux alone")
@pytest.mark.parametrize("sent", [b"", b"\x80", b"cut short"])
def test_what_a_lost_process_did_is_done_again(tree: Path, monkeypatch: pytest.MonkeyPatch, sent: bytes) -> None:
    monkeypatch.setattr(ahead, "forks", lambda: True)
    monkeypatch.setattr(ahead, "send", lambda prefix, writing: os.write(writing, sent))
    assert list(Ahead(str(tree))(prefix_of(tree)).states) == ["a.py"]


def test_a_listing_goes_through_a_pipe(tree: Path) -> None:
    reading, writing = os.pipe()
    ahead.send(prefix_of(tree), writing)
    with open(reading, "rb") as file:
        received = ahead.received(file)
    assert received is not None
    assert received.states == Listing(prefix_of(tree)).states


def test_a_folder_that_is_not_the_one_begun_is_listed_itself(tree: Path) -> None:
    (tree / "inner").mkdir()
    (tree / "inner" / "b.py").write_text("")
    assert list(Ahead(str(tree))(prefix_of(tree / "inner")).states) == ["b.py"]


def test_what_is_no_folder_is_no_error(tree: Path) -> None:
    assert list(Ahead(str(tree / "nothing"))(prefix_of(tree)).states) == ["a.py"]


def test_a_process_with_threads_is_not_copied() -> None:
    stop = threading.Event()
    thread = threading.Thread(target=stop.wait)
    thread.start()
    try:
        assert not ahead.forks()
    finally:
        stop.set()
        thread.join()
