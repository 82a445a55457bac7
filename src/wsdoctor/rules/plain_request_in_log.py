"""A log shows a request that changes something, which no WebSocket client makes."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._browser import is_script_call
from wsdoctor.rules._log_fields import plain_fields_in
from wsdoctor.rules._log_requests import requests_in
from wsdoctor.rules._log_senders import refused_requests
from wsdoctor.rules._log_text import LIMIT, quote, says
from wsdoctor.rules._pages import rfc6455
from wsdoctor.rules._plain import line_of

_METHODS = frozenset(("POST", "PUT", "PATCH", "DELETE"))
_HTTP_ALONE = frozenset(
    (
        "python-requests", "python-urllib", "python-urllib3", "pycurl", "scrapy", "superagent", "node-superagent",
        "axios", "got", "node-fetch", "needle", "go-resty", "colly", "java-url-connection", "apache-httpclient",
    )
)  # fmt: skip
"""Libraries that open no WebSocket under their name; those of Go, aiohttp and OkHttp do, so their name says nothing."""


_LIBRARY = re.compile(
    r"ContentTypeError: 4\d\d, message='Attempt to decode JSON"
    r"|AxiosError: Request failed with status code (?:4\d\d|501)|requests\.exceptions\.HTTPError: 4\d\d"
    r"|urllib\.error\.HTTPError: HTTP Error 4\d\d|httpx\.HTTPStatusError: Client error '4\d\d"
    r"|HttpRequestException: Response status code does not indicate success: 4\d\d"
)
"""How HTTP libraries report a refusal; none of them opens WebSockets by the same words."""


def match(log: str, first_bytes: bytes | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if first_bytes is not None:
        return None
    if (line := says(log, "post")) is not None:
        return f"The server says “{line}”: the request was plain HTTP that carries something."
    for seen in requests_in(log):
        if seen.method in _METHODS and seen.status in {400, 404, 405, 426, 501, 502}:
            return f"The log shows {line_of(seen.method, seen.path)}, answered {seen.status}."
    if (found := _LIBRARY.search(log[:LIMIT])) is not None:
        return f"The log says “{quote(found[0])}”, the words of an HTTP library."
    fields = plain_fields_in(log)
    if fields is not None and is_script_call(fields, fields.get("user-agent")):
        return "The log shows the fields of a request that a page made by fetch() or XMLHttpRequest."
    for seen, sender in refused_requests(log):
        if sender is not None and sender.id in _HTTP_ALONE:
            return f"The log shows {line_of(seen.method, seen.path)} by {sender.name}, which opens no WebSocket."
    return None


RULE = Rule(
    id="plain-request-in-log",
    title="The log shows plain HTTP calls to the WebSocket port",
    cls="http-client-code",
    level="warning",
    confidence=0.6,
    match=match,
    why="An opening handshake is always a GET. A POST, PUT, PATCH or DELETE that a WebSocket server refuses "
    "was sent by code that "
    "takes the port for an HTTP API, or by a badly written WebSocket client. The log shows no fields, so "
    "which of the two is "
    "not sure. A GET by a library that cannot open WebSockets tells the same.",
    remedy=Remedy(
        "Correct the address in the calling program; run the server with wsdoctor run to see who calls and "
        "with which fields.",
    ),
    references=(rfc6455("4.2.1"),),
    cases=(
        Case(
            "an access log",
            None,
            {"log": '198.51.100.4 [22/Nov/2026:21:22:05 +0000] "POST /messages HTTP/1.1" 405 209\n'},
        ),
        Case(
            "a page's own call, whose fields are dumped",
            None,
            {
                "log": """Invalid 'Upgrade' header: [Host:"a:8080", Connection:"close", Accept:"*/*", User-Agent:"Mo"""
                """zilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/94.0.4606.81 Safari/53"""
                """7.36", Origin:"http://localhost:4200", Sec-Fetch-Mode:"cors", Sec-Fetch-Dest:"empty"]"""
            },
        ),
        Case("axios", None, {"log": "AxiosError: Request failed with status code 426\n"}),
        Case("a traceback", None, {"log": "ValueError: unsupported HTTP method; expected GET; got POST\n"}),
        Case(
            "a library that speaks HTTP alone",
            None,
            {"log": '198.51.100.4 [22/Nov/2026:21:22:05 +0000] "GET /items HTTP/1.1" 400 228 "-" "axios/1.7.2"\n'},
        ),
    ),
    near_misses=(
        Case(
            "a library that opens WebSockets as well",
            None,
            {
                "log": '198.51.100.4 [22/Nov/2026:21:22:05 +0000] "GET /items HTTP/1.1" 400 228 "-" '
                '"Python/3.12 aiohttp/3.14.5"\n'
            },
        ),
        Case("a preflight", None, {"log": "ValueError: unsupported HTTP method; expected GET; got OPTIONS\n"}),
        Case(
            "a POST that was answered",
            None,
            {"log": '198.51.100.4 [22/Nov/2026:21:22:05 +0000] "POST /messages HTTP/1.1" 201 9\n'},
        ),
    ),
    supersedes=("handshake-answered-as-page",),
)
