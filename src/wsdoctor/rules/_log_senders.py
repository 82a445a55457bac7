"""Names the senders of the requests that an access log shows, by the same table as those of observed requests.

A line of a log holds method, path, status and often the User-Agent, but no fields; the rules on logs ask here who
that was, and judge themselves. A request that was answered well is nobody's stray and is left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from wsdoctor.model.evidence import Evidence
from wsdoctor.model.rule import Sender
from wsdoctor.rules._log_text import LoggedRequest, requests_in
from wsdoctor.rules._senders import Recogniser, load_senders

__all__ = ["refused_requests"]


@cache
def _recogniser() -> Recogniser:
    return Recogniser(load_senders())


def refused_requests(log: str) -> Iterator[tuple[LoggedRequest, Sender | None]]:
    """Yield the requests that the log shows as refused, and who sent them where that is known."""
    for seen in requests_in(log):
        if seen.status >= 400:
            fact = Evidence(method=seen.method, path=seen.path, query=seen.query, user_agent=seen.user_agent)
            yield seen, _recogniser().recognise(fact)
