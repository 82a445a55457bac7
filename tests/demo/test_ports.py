import os
import socket
from pathlib import Path

import pytest

from wsdoctor.demo import ports
from wsdoctor.demo.ports import free_port, holder_of, is_free


def test_the_holder_of_a_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert not is_free(port)
        assert f"(pid {os.getpid()})" in (holder_of(port) or "")
    assert is_free(port)
    assert holder_of(port) is None


def test_a_free_port_is_free() -> None:
    assert is_free(free_port())


def test_a_holder_that_the_system_does_not_tell_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        monkeypatch.setattr(ports, "_open_files", lambda _: iter(()))
        assert holder_of(port) is None
        monkeypatch.setattr(ports.Path, "read_text", refuse)
        assert holder_of(port) is None


def refuse(*_: object, **__: object) -> str:
    raise PermissionError(13, "Permission denied")


@pytest.mark.parametrize(
    ("command_line", "expected"),
    [(b"python3\0server.py\0--port\x008080\0", "python3 server.py --port"), (b"", "a process"), (None, "a process")],
)
def test_a_process_is_named_by_its_first_words(tmp_path: Path, command_line: bytes | None, expected: str) -> None:
    if command_line is not None:
        (tmp_path / "cmdline").write_bytes(command_line)
    assert ports._name(tmp_path) == expected
