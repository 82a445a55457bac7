"""Names the senders of the requests that an access log shows, by the same table as those of observed requests.

A line of a log holds method, path, status and often the User-Agent, but no fields; the rules on logs ask here who
that was, and judge themselves. A request that was answered well matters only where the log shows nothing else: beside
a failure it is nobody's stray.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from wsdoctor.model.evidence import Evidence
from wsdoctor.model.rule import Sender
from wsdoctor.rules._log_requests import LoggedRequest, requests_in
from wsdoctor.rules._log_text import LIMIT
from wsdoctor.rules._senders import Recogniser, load_senders

__all__ = ["answered_requests", "may_have_opened", "named_senders", "refused_requests", "stray_requests"]

_AGENT = re.compile(
    r"(?i)\b(?:(?:http[_.])?user[_-]?agent|ua)[\"']?\s*[:=]\s*\[?(?:[\"']([^\"'\n]{3,300})[\"']|(\S{3,300}))"
)
"""A User-Agent as logs of keys and values or of JSON hold it."""


@cache
def _recogniser() -> Recogniser:
    return Recogniser(load_senders())


def refused_requests(log: str) -> Iterator[tuple[LoggedRequest, Sender | None]]:
    """Yield the requests that the log shows as refused, and who sent them where that is known."""
    yield from ((seen, _sender(seen)) for seen in requests_in(log) if seen.status >= 400)


def stray_requests(log: str) -> Iterator[tuple[LoggedRequest, Sender | None]]:
    """Yield the requests that opened no WebSocket, refused or answered, and who sent them where that is known."""
    yield from refused_requests(log)
    yield from ((seen, _sender(seen)) for seen in answered_requests(log) if seen.status != 101)


def answered_requests(log: str) -> tuple[LoggedRequest, ...]:
    """Return the requests of a log that shows nothing but requests, none of which was refused."""
    seen = requests_in(log)
    lines = sum(map(bool, map(str.strip, log[:LIMIT].splitlines())))
    return seen if len(seen) == lines and all(each.status < 400 for each in seen) else ()


def may_have_opened(seen: LoggedRequest) -> bool:
    """Say whether the request may be an opening handshake that was accepted, as far as its line tells."""
    if seen.version not in {None, "1.1"}:
        return False
    return seen.status == 101 or (seen.status == 200 and seen.method == "GET" and not seen.tells)


def named_senders(log: str) -> Iterator[tuple[str, Sender]]:
    """Yield each User-Agent that the log names by a key, and who that is where it is known."""
    for found in _AGENT.finditer(log[:LIMIT]):
        agent = found[1] or found[2]
        sender = _recogniser().recognise(Evidence(user_agent=agent))
        if sender is not None:
            yield agent, sender


def _sender(seen: LoggedRequest) -> Sender | None:
    fact = Evidence(method=seen.method, path=seen.path, query=seen.query, user_agent=seen.user_agent)
    return _recogniser().recognise(fact)
