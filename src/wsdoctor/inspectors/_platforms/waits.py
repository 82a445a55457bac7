"""Tools of the command line that wait until something answers: wait-on, wait-for-it, dockerize and their kin."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping

from wsdoctor.inspectors._platforms.common import LOCAL, port_number
from wsdoctor.inspectors._platforms.sent import Sent, option_words, to_address, to_url

__all__ = ["WAITS", "wait_on"]


def _wait_for(program: str, arguments: list[str]) -> Iterator[Sent]:
    before = arguments[: arguments.index("--")] if "--" in arguments else arguments
    options, words = option_words(before, frozenset(("-t", "-h", "-p", "--timeout", "--host", "--port")))
    values = dict(options)
    host, port = values.get("-h", values.get("--host")), values.get("-p", values.get("--port"))
    if host and port:
        words.append(f"{host}:{port}")
    for word in words:
        if "://" in word:
            yield from to_url(program, word, method="GET", user_agent="Wget", waits=True, period=1.0)
        elif ":" in word:
            yield to_address(program, word, waits=True, period=1.0)


def _wait_on(program: str, arguments: list[str]) -> Iterator[Sent]:
    before = arguments[: arguments.index("--")] if "--" in arguments else arguments
    values = frozenset(
        (
            "-c", "-d", "-i", "-t", "-w", "-s", "--config", "--delay", "--interval", "--timeout", "--window",
            "--tcpTimeout", "--httpTimeout", "--simultaneous",
        )
    )  # fmt: skip
    options, words = option_words(before, values)
    interval = next((value for name, value in options if name in {"-i", "--interval"}), "250")
    period = float(interval) / 1000 if re.fullmatch(r"\d+", interval) else None
    for word in words:
        yield from wait_on(word, period)


def wait_on(resource: str, period: float | None = 0.25) -> Iterator[Sent]:
    """Yield what wait-on sends for one of its resources."""
    scheme, colon, rest = resource.partition(":")
    if scheme in {"http", "https", "http-get", "https-get"} and colon:
        method = "GET" if scheme.endswith("-get") else "HEAD"
        url = f"{scheme.removesuffix('-get')}:{rest if rest.startswith('//') else '//' + rest}"
        yield from to_url("wait-on", url, method=method, user_agent="axios/", waits=True, period=period)
    elif scheme == "tcp" and colon:
        yield to_address("wait-on", rest.removeprefix("//"), waits=True, period=period)
    elif port_number(resource) is not None or resource.startswith("localhost:"):
        yield from to_url("wait-on", resource if not resource.isdigit() else f"{LOCAL}:{resource}", method="HEAD",
                     user_agent="axios/", waits=True, period=period)  # fmt: skip


def _server_test(program: str, arguments: list[str]) -> Iterator[Sent]:
    words = [word for word in arguments if not word.startswith("-")]
    for word in words:
        for part in word.split("|"):
            if re.match(r"(?:https?(?:-get)?|tcp):", part) or port_number(part) is not None:
                yield from wait_on(part, None)


def _dockerize(program: str, arguments: list[str]) -> Iterator[Sent]:
    values = dict(itertools.pairwise(arguments))
    interval = re.fullmatch(r"(\d+)s", values.get("-wait-retry-interval", "1s"))
    for row, word in enumerate(arguments[:-1]):
        if word in {"-wait", "--wait"}:
            yield from to_url(program, arguments[row + 1], method="GET", user_agent="Go-http-client/1.1", waits=True,
                         period=float(interval[1]) if interval else None)  # fmt: skip


def _wait_port(program: str, arguments: list[str]) -> Iterator[Sent]:
    _, words = option_words(arguments, frozenset(("-t", "--timeout", "-o", "--output", "--wait-for-dns")))
    for word in words[:1]:
        if "://" in word:
            url = word.replace("://:", f"://{LOCAL}:", 1)
            yield from to_url(program, url, method="GET", user_agent="", waits=True, period=1.0)
        else:
            yield to_address(program, word, waits=True, period=1.0)


WAITS: Mapping[str, Callable[[str, list[str]], Iterator[Sent]]] = {
    "wait-for-it": _wait_for,
    "wait_for_it": _wait_for,
    "wait-for": _wait_for,
    "waitforit": _wait_for,
    "wait-on": _wait_on,
    "start-server-and-test": _server_test,
    "server-test": _server_test,
    "start-test": _server_test,
    "dockerize": _dockerize,
    "wait-port": _wait_port,
}
"""By the name of the program, without what its name ends with."""
