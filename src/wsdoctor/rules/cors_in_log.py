"""A log speaks of CORS or of an OPTIONS request."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._browser import is_browser
from wsdoctor.rules._checks import is_health_path
from wsdoctor.rules._log_requests import LoggedRequest, requests_in
from wsdoctor.rules._log_text import says
from wsdoctor.rules._pages import CORS


def match(log: str, first_bytes: bytes | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if first_bytes is not None:
        return None
    if (line := says(log, "cors", "options")) is not None:
        return f"The log says “{line}”."
    for seen in requests_in(log):
        if seen.method == "OPTIONS" and seen.status in {400, 403, 404, 405, 426}:
            if is_browser(seen.user_agent) or (seen.user_agent or "").startswith("Mozilla/"):
                return f"The log shows OPTIONS {seen.path[:60]} by a browser, answered {seen.status}."
            if seen.user_agent is None and not _is_check(seen):
                return f"The log shows OPTIONS {seen.path[:60]}, as browsers ask before a call, answered {seen.status}."
    return None


def _is_check(seen: LoggedRequest) -> bool:
    """Say whether a load balancer may have sent it: those ask by HTTP/1.0, for the root or for a path of checks."""
    return seen.version == "1.0" or seen.path in {"/", "*"} or is_health_path(seen.path)


RULE = Rule(
    id="cors-in-log",
    title="The log shows a browser's call from another origin to the WebSocket port",
    cls="cors-preflight",
    level="warning",
    confidence=0.6,
    match=match,
    why="Browsers send OPTIONS, and complain of CORS, for fetch() and XMLHttpRequest alone, never for a "
    "WebSocket. So a script calls "
    "this port with plain HTTP from a page of another origin. Load balancers send OPTIONS as well, though "
    "without the fields of a browser.",
    remedy=Remedy(
        "Find the call in the page's scripts and give it the HTTP server's address; a WebSocket needs no CORS fields.",
    ),
    references=(CORS,),
    cases=(
        Case(
            "a browser console",
            None,
            {
                "log": "Access to fetch at 'http://localhost:8080/' from origin 'http://localhost:3000' has "
                "been blocked by CORS policy\n"
            },
        ),
        Case("an access log", None, {"log": '192.0.2.7 - - [x] "OPTIONS /chat HTTP/1.1" 405 209 "-" "Mozilla/5.0"\n'}),
        Case(
            "a line without User-Agent",
            None,
            {"log": 'INFO:     192.0.2.7:5 - "OPTIONS /chat HTTP/1.1" 404 Not Found\n'},
        ),
        Case("a traceback", None, {"log": "ValueError: unsupported HTTP method; expected GET; got OPTIONS\n"}),
    ),
    near_misses=(
        Case("an OPTIONS check", None, {"log": '192.0.2.7 - - [x] "OPTIONS / HTTP/1.0" 405 209 "-" "-"\n'}),
        Case("a check without User-Agent", None, {"log": "405 OPTIONS / (192.0.2.7) 0.36ms\n"}),
    ),
    supersedes=("realtime-library-in-log",),
)
