"""What a tool of the command line sends, made of a URL or an address; its words told apart as options and the rest."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from wsdoctor.inspectors._platforms.common import LOCAL, port_number, split_url

__all__ = ["Sent", "agent_of", "fields_of", "option_words", "to_address", "to_url"]


@dataclass(frozen=True, slots=True)
class Sent:
    """What a tool sends.

    Attributes:
        tool: its name.
        protocol: as in `model.traffic.Caller`.
        host: None if unknown.
        port: None if unknown.
        path: None if unknown, or not HTTP.
        method: None if unknown, or not HTTP.
        user_agent: how it begins, None if unknown.
        headers: that it is told to send.
        period: seconds between its own attempts.
        waits: whether it tries until it succeeds.
        open_port: the port as written, if it is not known.
        kind: of caller, where the tool decides it.
        expects: status codes that satisfy it, empty = the tool does not say.
        sure: 0 to 1.

    """

    tool: str
    protocol: str
    host: str | None
    port: int | None
    path: str | None = None
    method: str | None = None
    user_agent: str | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    period: float | None = None
    waits: bool = False
    open_port: str = ""
    kind: str = ""
    expects: tuple[int, ...] = ()
    sure: float = 1.0


def to_url(tool: str, url: str, **more: object) -> Iterator[Sent]:
    """Yield what a tool sends to a URL, nothing if it is none that is understood.

    Args:
        tool: its name.
        url: as written.
        more: further attributes of `Sent`; method and user agent count for HTTP alone.

    """
    found = split_url(url)
    if found is None:
        return
    protocol = found.scheme or "http"
    if protocol not in {"http", "https", "ws", "wss", "tcp"}:
        return
    http = protocol != "tcp"
    port = found.port if found.port is not None or found.open_port or found.scheme else 80
    given: dict[str, object] = {"path": found.path if http else None, "open_port": found.open_port, **more}
    if not http or protocol in {"ws", "wss"}:
        given.pop("method", None)
        given.pop("user_agent", None)
    yield Sent(tool, protocol, found.host, port, **given)  # type: ignore[arg-type]


def to_address(tool: str, where: str, *, waits: bool, period: float | None = None) -> Sent:
    """Return a TCP connection to a port, ``host:port`` or a URL."""
    if port_number(where) is not None:
        return Sent(tool, "tcp", LOCAL, port_number(where), waits=waits, period=period)
    found = split_url(where if not where.startswith(":") else LOCAL + where)
    if found is None:
        return Sent(tool, "tcp", None, None)
    open_port = found.open_port or ("" if found.port else where)
    return Sent(tool, "tcp", found.host or LOCAL, found.port, waits=waits, period=period, open_port=open_port)


def option_words(arguments: Sequence[str], with_value: frozenset[str]) -> tuple[list[tuple[str, str]], list[str]]:
    """Return options with their values, and the other words; redirections are neither."""
    options: list[tuple[str, str]] = []
    words: list[str] = []
    at = 0
    while at < len(arguments):
        word = arguments[at]
        following = arguments[at + 1] if at + 1 < len(arguments) else ""
        at += 1
        if word in {">", "<"}:
            at += 1
        elif word in {"|", "||", "&&", ";"}:
            break
        elif word.startswith("--"):
            name, equals, value = word.partition("=")
            takes = not equals and name in with_value
            options.append((name, following if takes else value))
            at += takes
        elif word.startswith("-") and len(word) > 1:
            for row, letter in enumerate(word[1:], 1):
                rest = word[row + 1 :]
                if "-" + letter in with_value:
                    options.append(("-" + letter, rest or following))
                    at += not rest
                    break
                options.append(("-" + letter, ""))
        elif word:
            words.append(word)
    return options, words


def fields_of(lines: Iterable[str]) -> dict[str, str]:
    """Return the header fields among lines or words; what begins like a URL or a path is none."""
    found: dict[str, str] = {}
    for line in lines:
        name, colon, value = line.partition(":")
        if colon and name.strip() and "/" not in name and not value.startswith("//"):
            found[name.strip()] = value.strip()
    return found


def agent_of(headers: Mapping[str, str], default: str) -> str:
    """Return the User-Agent among fields, else that of the tool."""
    return next((value for name, value in headers.items() if name.lower() == "user-agent"), default)
