from __future__ import annotations

from typing import Any

import pytest

from wsdoctor.listeners.watched import LIMIT, PATIENCE, WatchedProtocol, WatchedTransport, Watcher


class Transport:
    """Remembers what is done to it."""

    def __init__(self) -> None:
        self.done: list[Any] = []
        self.closing = False
        self.color = "blue"

    def write(self, data: bytes) -> None:
        self.done.append(bytes(data))

    def writelines(self, parts: list[bytes]) -> None:
        self.done.append(b"".join(parts))

    def is_closing(self) -> bool:
        return self.closing

    def close(self) -> None:
        self.done.append("close")

    def abort(self) -> None:
        self.done.append("abort")

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return (name, default)


class Watch:
    """Stands for what the guard hands out."""

    def __init__(self) -> None:
        self.done = False
        self.told: list[Any] = []

    def answered(self, status: int | None, at: float, outcome: str | None = None) -> None:
        if not self.done:
            self.told.append((status, outcome))
        self.done = True


def watched() -> tuple[WatchedTransport, Transport, Watch]:
    transport, watch = Transport(), Watch()
    return WatchedTransport(transport, watch, lambda: 1000.0), transport, watch  # type: ignore[arg-type]


def test_the_status_is_told_and_then_the_transport_itself_is_used() -> None:
    seen, transport, watch = watched()
    seen.write(b"HTTP/1.1 404 Not Found\r\n\r\n")
    assert watch.told == [(404, None)]
    assert seen.done
    assert seen.write == transport.write
    seen.writelines([b"a", b"b"])
    seen.close()
    assert transport.done == [b"HTTP/1.1 404 Not Found\r\n\r\n", b"ab", "close"]


def test_a_status_line_may_come_in_pieces() -> None:
    seen, transport, watch = watched()
    seen.write(b"HTTP/1.1 ")
    assert not watch.told
    seen.writelines([b"40", b"3 No"])
    assert watch.told == [(403, None)]
    assert transport.done == [b"HTTP/1.1 ", b"403 No"]


def test_an_answer_that_is_no_http_has_no_status() -> None:
    seen, _, watch = watched()
    seen.write(memoryview(b"\x00" * 40))
    assert watch.told == [(None, None)]


def test_everything_else_is_that_of_the_transport() -> None:
    seen, _, _ = watched()
    assert seen.get_extra_info("peername") == ("peername", None)
    assert seen.color == "blue"


@pytest.mark.parametrize("how", ["close", "abort"])
def test_a_server_that_ends_without_an_answer_has_rejected(how: str) -> None:
    seen, transport, watch = watched()
    getattr(seen, how)()
    assert watch.told == [(None, "rejected")]
    assert transport.done == [how]


def test_a_connection_that_ended_or_takes_too_long_is_settled_by_the_sweep() -> None:
    seen, transport, watch = watched()
    seen.sweep(1001.0)
    assert not watch.told
    transport.closing = True
    seen.sweep(1001.0)
    assert watch.told == [(None, "closed-by-client")]
    seen, _, watch = watched()
    seen.sweep(1000.0 + PATIENCE)
    assert watch.told == [(None, None)]


@pytest.mark.parametrize(
    ("status", "closing", "at", "told"),
    [
        (403, False, 1000.1, [(403, None)]),
        (101, True, 1000.1, [(101, None)]),
        (None, True, 1000.1, [(None, "closed-by-client")]),
        (None, False, 1000.1, []),
        (None, False, 1000.0 + PATIENCE, [(None, None)]),
    ],
)
def test_a_protocol_says_how_it_answered(status: int | None, closing: bool, at: float, told: list[Any]) -> None:
    transport, watch = Transport(), Watch()
    transport.closing = closing
    seen = WatchedProtocol(None, transport, watch, lambda protocol: status, lambda: 1000.0)  # type: ignore[arg-type]
    seen.sweep(at)
    assert watch.told == told
    assert seen.done == bool(told)


def test_where_no_protocol_says_it_an_open_connection_is_upgraded() -> None:
    watch = Watch()
    WatchedProtocol(None, Transport(), watch, None, lambda: 1000.0).sweep(1000.1)  # type: ignore[arg-type]
    assert watch.told == [(None, "upgraded")]


def test_so_many_are_waited_for_and_no_more() -> None:
    watcher, all_of_them = Watcher(), [watched() for _ in range(LIMIT + 1)]
    for seen, _, _ in all_of_them:
        watcher.add(seen, 1000.0)
    assert all_of_them[0][2].told == [(None, None)]
    assert not all_of_them[1][2].told
    all_of_them[1][0].write(b"HTTP/1.1 200 OK\r\n\r\n")
    for _, transport, _ in all_of_them:
        transport.closing = True
    watcher.sweep(1000.0)
    assert not watcher.busy
    assert all_of_them[1][2].told == [(200, None)]
