"""Takes lines of logs apart that are neither of the common format nor JSON.

Load balancers and CDNs of AWS, IIS, Squid, gin, Fiber, chi, Kestrel, Phoenix and PHP's own server order a line each in
a way of its own; Heroku's router, Go's slog and Rust's tracing write keys and values. Which requests follow is up to
`_log_requests`.
"""

from __future__ import annotations

import re
from typing import TypeAlias

__all__ = ["Parts", "read_lines"]

_METHOD = r"GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|CONNECT"
_TARGET = r"(?:[a-z]{2,5}://[^\s/\"']{0,255})?/[^\s\"']{0,2000}|[^\s\"'/:]{1,255}:\d{1,5}|\*"
_COLOUR = r"(?:\x1b\[[\d;]{0,9}m)?"
_CALL = rf"(?P<method>{_METHOD}) (?P<target>{_TARGET})(?: HTTP/(?P<version>\d(?:\.\d)?))?"
_ORDERS = tuple(
    re.compile(pattern)
    for pattern in (
        # AWS, both kinds of its load balancers for HTTP
        (
            rf"(?: -?\d+(?:\.\d+)?){{3}} (?P<status>[1-5]\d\d) (?:[1-5]\d\d|-) \d+ \d+ \"{_CALL}\""
            r"(?: \"(?P<agent>[^\"\n]{0,1000})\")?"
        ),
        # IIS
        (
            rf"\d{{4}}-\d\d-\d\d \d\d:\d\d:\d\d(?: [^\s\"]{{1,60}}){{0,3}} (?P<method>{_METHOD}) "
            r"(?P<target>/\S{0,2000}) "
            r"\S{1,2000} \d{1,5} \S{1,100} \S{1,60} (?P<agent>\S{1,1000})(?: \S{1,2000})? (?P<status>[1-5]\d\d) \d+ \d+"
        ),
        # AWS CloudFront
        (
            rf"\d{{4}}-\d\d-\d\d\t[\d:]{{8}}\t[^\s]{{1,20}}\t\d+\t[^\s]{{1,60}}\t(?P<method>{_METHOD})\t[^\s]{{1,255}}\t"
            r"(?P<target>/\S{0,2000})\t(?P<status>[1-5]\d\d|000)\t\S{1,2000}\t(?P<agent>\S{1,1000})"
        ),
        # Squid
        rf"\d\.\d{{3}} +\d+ \S{{1,60}} [A-Z_]{{4,40}}/(?P<status>[1-5]\d\d|000) \d+ {_CALL}",
        # chi, which writes no status of a connection that was handed over
        rf"\"{_CALL}\" from \S{{1,60}} - {_COLOUR}(?P<status>[1-5]\d\d|000){_COLOUR} {_COLOUR}\d+B{_COLOUR} in ",
        # Fiber
        (
            rf"[|\]] {{0,2}}{_COLOUR} ?(?P<status>[1-5]\d\d) ?{_COLOUR} ?[|-] +\S{{1,20}} +(?:\| +\S{{1,60}} +\| +)?"
            rf"{_COLOUR} ?(?P<method>{_METHOD}) *{_COLOUR} +(?:\| +)?(?P<target>/\S{{0,2000}})"
        ),
        # gin
        (
            rf"\| ?{_COLOUR} ?(?P<status>[1-5]\d\d) ?{_COLOUR}\|[^\n\"]{{1,200}}\|"
            rf"[^\n\"|]{{0,20}}?\b(?P<method>{_METHOD})\b[^\n\"]{{0,20}}\"(?P<target>/[^\s\"]{{0,2000}})\""
        ),
        # Kestrel
        (
            rf"Request finished HTTP/(?P<version>\d(?:\.\d)?) (?P<method>{_METHOD}) (?P<target>{_TARGET})"
            r"(?: \S{1,100}){0,3} - (?P<status>[1-5]\d\d)\b"
        ),
        # Kestrel before .NET 5
        (
            rf"Request starting HTTP/(?P<version>\d(?:\.\d)?) (?P<method>{_METHOD}) (?P<target>{_TARGET})"
            r"[^\n]{0,200}\n(?:[^\n]{0,400}\n){0,12}?[^\n]{0,99}Request finished in "
            r"[\d.,]{1,20} ?ms (?P<status>[1-5]\d\d)\b"
        ),
        # Phoenix
        (
            rf"\b(?P<method>{_METHOD}) (?P<target>/\S{{0,2000}})[ \t]*\n(?:[^\n]{{0,400}}\n){{0,12}}?[^\n]{{0,200}}\b"
            r"Sent (?P<status>[1-5]\d\d) in \d"
        ),
        # PHP's own server
        rf"\[(?P<status>[1-5]\d\d)\]: (?P<method>{_METHOD}) (?P<target>/\S{{0,2000}})",
    )
)
_KEY = r"(?<![\w.-])[\"']?(?:%s)[\"']?[ ]?[=:][ ]?\[?"
_METHOD_PAIR = re.compile(_KEY % r"(?:http\.|http_)?(?:request[._]?)?(?:[mM]ethod)|RequestMethod|requestMethod|verb"
                          + rf"[\"']?({_METHOD})\b")  # fmt: skip
_PATH_PAIR = re.compile(
    _KEY % r"(?:http[._])?(?:request[._])?(?:path|uri|url|target)|RequestPath|request[UP]\w{2,3}|url\.path|req_path"
    + r"[\"']?((?:[a-z]{2,5}://[^\s/\"']{0,255})?/[^\s\"',}]{0,2000})"
)
_STATUS_PAIR = re.compile(
    _KEY % r"(?:http[._])?(?:response[._])?status(?:[._]?[cC]ode)?|DownstreamStatus|response_code|code"
    + r"[\"']?([1-5]\d\d)\b(?!\.)"
)
_VERSION_PAIR = re.compile(_KEY % r"proto(?:col)?|RequestProtocol|version" + r"[\"']?HTTP/(\d(?:\.\d)?)")
_AGENT_PAIR = re.compile(
    r"(?i)(?<![\w.])[\"']?(?:(?:http[_.]|request_)?user[_-]?agent|ua)[\"']?\s?[:=]\s?\[?"
    r"(?:[\"']([^\"'\n]{0,1000})[\"']|([^\s\"',}]{1,300}))"
)


Parts: TypeAlias = tuple[str, str, str, str | None, str | None]
"""Method, target, status, version, User-Agent."""


def read_lines(text: str) -> tuple[Parts, ...]:
    """Return the requests that the lines of a log show, those of the first format that is found in it."""
    for pattern in _ORDERS:
        if seen := tuple(map(_parts, pattern.finditer(text))):
            return seen
    return tuple(pair for line in text.splitlines() if (pair := _pairs(line)) is not None)


def _parts(found: re.Match[str]) -> Parts:
    parts = found.groupdict()
    agent = parts.get("agent")
    if agent is not None and " " not in agent:  # IIS writes plus signs for spaces, CloudFront their code
        agent = agent.replace("+", " ").replace("%20", " ")
    return parts["method"], parts["target"], parts["status"], parts.get("version"), "" if agent == "-" else agent


def _pairs(line: str) -> Parts | None:
    """Return the request of a line of keys and values; None if it lacks the method, the path or the status."""
    method, status, path = _METHOD_PAIR.search(line), _STATUS_PAIR.search(line), _PATH_PAIR.search(line)
    if method is None or status is None or path is None:
        return None
    version, agent = _VERSION_PAIR.search(line), _AGENT_PAIR.search(line)
    named = None if agent is None else agent[1] if agent[1] is not None else agent[2]
    return method[1], path[1], status[1], None if version is None else version[1], named
