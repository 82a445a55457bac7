"""Finds the requests that access logs show, whichever server, proxy or framework wrote them.

A line of text is read by one pattern; a line of JSON by the names that programs give to its keys. What a line does not
hold is None, and nothing here judges.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from wsdoctor.rules._log_lines import read_lines

__all__ = ["LIMIT", "LoggedRequest", "requests_in"]

LIMIT = 20_000
"""No more characters of a log are read for one attempt; the longest tracebacks of one attempt have about 3,000."""

_METHOD = r"GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE|CONNECT"
_TARGET = r"(?:[a-z]{2,5}://[^\s/\"']{0,255})?/[^\s\"']{0,2000}|[^\s\"'/:]{1,255}:\d{1,5}|\*"
_VERSION = r"(?: (?:HTTP/)?(?P<version{0}>\d(?:\.\d)?))?"
_REQUEST = re.compile(
    # Tornado
    rf"(?:(?P<before>(?<![\d.])(?<!\d:)[1-5]\d\d) (?P<verb>{_METHOD}) (?P<where>{_TARGET}) \([\da-f.:]+\)|"
    # HAProxy, whose timers and status stand in front
    rf"/\+?\d+ (?P<answer>[1-5]\d\d) \+?\d+ [^\"\n]{{1,300}}\"(?P<asked>{_METHOD}) (?P<at>{_TARGET})"
    + _VERSION.format("_1")
    # the common log format and its kin; where a WebSocket was opened granian writes a hyphen, Traefik the status 0
    + rf"\"|(?P<quote>[\"']|\b)(?P<method>{_METHOD}|(?<=\")-) (?P<target>{_TARGET})"
    + _VERSION.format("")
    + r"(?P=quote)[ \t]+(?P<status>[1-5]\d\d|(?<=\" )0(?= 0 \"))\b"
    r"(?P<reason> [A-Z][A-Za-z]+)?"
    r"(?:(?:[ \t]+[^\s\"]+){1,6}(?:"
    # Envoy with the details of the answer and of what failed behind it
    r"(?:[ \t]+\"[^\"\n]{0,400}\"(?:[ \t]+[\d-]+){4})?"
    r"[ \t]+\"(?P<referer>[^\"\n]{0,2000})\"[ \t]+\"(?P<agent>[^\"\n]{0,1000})\""
    # http-echo, which writes no Referer
    r"|[ \t]+\"(?P<agent_alone>[^\"\n]{1,1000})\"[ \t]+[\d.]{1,20}(?:ns|µs|us|ms|s)\b)?)?"
    # Sanic, of what it refuses
    r"|while handling uri: '(?P<uri>(?:ws|http)s?://[^\s']{1,2000})'"
    r")"
)
_ORIGIN = re.compile(r"[a-z]{2,5}://[^/]*")
_KEYS: Mapping[str, tuple[str, ...]] = {
    "method": ("request.method", "RequestMethod", "req.method", "method", "request_method", "http.request.method",
               "httpRequest.requestMethod"),
    "target": ("request.uri", "RequestPath", "req.url", "uri", "url", "path", "request_uri", "url.path",
               "httpRequest.requestUrl"),
    "status": ("status", "DownstreamStatus", "res.statusCode", "statusCode", "status_code", "response_code",
               "http.response.status_code", "httpRequest.status"),
    "version": ("request.proto", "RequestProtocol", "protocol", "proto", "server_protocol", "httpVersion",
                "http.version", "httpRequest.protocol"),
    "agent": ("request.headers.User-Agent", "request_User-Agent", "req.headers.user-agent", "user_agent",
              "http_user_agent", "userAgent", "user_agent.original", "httpRequest.userAgent"),
}  # fmt: skip
"""What is wanted → the keys that hold it in logs of Caddy, Traefik, pino, nginx by habit, OpenTelemetry and Google."""
_RECORD = re.compile(r"^\{", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class LoggedRequest:
    """A request as a line of an access log shows it.

    Attributes:
        method: request method.
        path: path of the target, without query.
        query: query of the target, empty if there is none.
        status: status code that was answered.
        version: HTTP version such as ``1.1``, None if the line does not hold it.
        user_agent: User-Agent, None if the line does not hold it, empty if it says that none was sent.
        tells: whether the writer of such lines writes 101 of a WebSocket that it opened, or writes of it in other
            words; loggers inside applications write 200, once it is closed.

    """

    method: str
    path: str
    query: str
    status: int
    version: str | None
    user_agent: str | None
    tells: bool = False


def requests_in(log: str | None) -> tuple[LoggedRequest, ...]:
    """Return the requests that the log shows."""
    return () if log is None else _requests(log[:LIMIT])


@lru_cache(maxsize=16)
def _requests(text: str) -> tuple[LoggedRequest, ...]:
    records = _of_json(text) if _RECORD.search(text) is not None else ()
    found = (*map(_of_text, _REQUEST.finditer(text)), *records)
    return found or tuple(
        _made(method, target, int(status) or 101, version, agent)
        for method, target, status, version, agent in read_lines(text)
    )


def _of_text(found: re.Match[str]) -> LoggedRequest:
    target = found["target"] or found["where"] or found["at"] or found["uri"]
    if found["uri"] is not None:  # only the route of a WebSocket is refused so, and it takes GET alone
        return _made("GET", target, 400, None, None)
    method = (found["method"] or found["verb"] or found["asked"]).replace("-", "GET")
    status = int(found["status"] or found["before"] or found["answer"]) or 101
    agent = found["agent_alone"] if found["agent"] is None else found["agent"]
    tells = any(found[name] is not None for name in ("agent", "before", "answer", "reason"))
    return _made(
        method, target, status, found["version"] or found["version_1"], "" if agent == "-" else agent, tells=tells
    )


def _made(
    method: str, target: str, status: int, version: str | None, agent: str | None, *, tells: bool = False
) -> LoggedRequest:
    path, _, query = _ORIGIN.sub("", target, count=1).partition("?")
    version = "1.0" if version == "1" else version  # so granian writes it
    return LoggedRequest(method, path or "/", query, status, version, agent, tells)


def _of_json(text: str) -> Iterator[LoggedRequest]:
    asked: dict[str, Any] = {}
    for line in text.splitlines():
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if not isinstance(record, dict):
            continue
        found = {name: value for name in _KEYS if (value := _value(record, _KEYS[name])) is not None}
        asked = {**asked, **found}  # pino writes request and answer as two records
        method, target, status = asked.get("method"), asked.get("target"), str(asked.get("status", ""))
        if isinstance(method, str) and isinstance(target, str) and status.isdecimal():
            version, agent = asked.get("version"), asked.get("agent")
            yield _made(
                method,
                target,
                int(status) or 101,
                str(version).removeprefix("HTTP/") if version is not None else None,
                str(agent) if agent is not None else None,
            )
            asked = {}


def _value(record: Mapping[str, Any], keys: tuple[str, ...]) -> Any:
    for key in keys:
        if key in record:
            return record[key]
        value: Any = record
        for part in key.split("."):
            value = value.get(part) if isinstance(value, dict) else None
        if value is not None:
            return value[0] if isinstance(value, list) and value else value
    return None
