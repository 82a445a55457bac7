import os
import socket

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
