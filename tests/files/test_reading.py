import os
from pathlib import Path

import pytest

from wsdoctor.files import reading


@pytest.mark.parametrize("size", [None, 0, 3, 5, 9])
def test_a_file_is_read_whole_whatever_its_size_was_before(tmp_path: Path, size: int | None) -> None:
    (tmp_path / "a").write_bytes(b"hello")
    assert reading.read(str(tmp_path / "a"), size) == (b"hello", None)


@pytest.mark.parametrize("size", [None, 5, reading.MAX_FILE_BYTES + 1])
def test_a_huge_file_is_not_read(tmp_path: Path, size: int | None) -> None:
    (tmp_path / "a").write_bytes(b"x" * (reading.MAX_FILE_BYTES + 1))
    assert reading.read(str(tmp_path / "a"), size) == (None, reading.HUGE)


@pytest.mark.parametrize("size", [None, 5])
def test_what_is_no_file_any_more(tmp_path: Path, size: int | None) -> None:
    assert reading.read(str(tmp_path / "gone"), size) == (None, None)
    os.mkfifo(tmp_path / "pipe")
    assert reading.read(str(tmp_path / "pipe"), size) == (None, None)
    (tmp_path / "link").symlink_to("pipe")
    assert reading.read(str(tmp_path / "link"), size) == (None, reading.UNREADABLE)
    (tmp_path / "folder").mkdir()
    assert reading.read(str(tmp_path / "folder"), size) in {(None, None), (None, reading.UNREADABLE)}
