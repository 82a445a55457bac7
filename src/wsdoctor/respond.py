"""The answer to a stray: correct for its protocol, cheap, and of use to the person who sees it.

A stray that spoke HTTP/1 learns by its status code what is wrong and by a short body what this port is.
TLS gets an alert, HTTP/2 gets the frames that send it back to HTTP/1.1, everything else gets nothing.
Nothing that a peer sent is ever put into an answer. The guard drives this module; it knows no connection.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from http import HTTPStatus

from wsdoctor.model.evidence import Evidence
from wsdoctor.model.finding import Diagnosis, Finding
from wsdoctor.model.headers import Headers
from wsdoctor.wire.http2 import goaway_http_1_1_required
from wsdoctor.wire.tls import handshake_failure_alert

__all__ = ["NOTHING", "Answer", "answer", "plain"]

HEALTHY_CLASSES = frozenset(("health-check", "uptime-monitor"))
SURE_OF_SCANNER = 0.7
"""A scanner gets nothing; below this confidence the peer gets the answer that anybody would get."""
MAX_TARGET = 8000
"""Bytes of a request target above which 414 is the better word than 431 (RFC 9112 section 3)."""
_MALFORMED = frozenset(
    ("bare-cr", "control-character", "control-in-target", "missing-host", "nul", "several-hosts", "whitespace-first")
)
"""Deviations for which RFC 9112 (sections 2.2 and 3.2) wants 400, whatever else the request is."""
_NOT_THE_UPGRADE = frozenset(("host-present", "key-present", "key-single", "key-16-bytes"))
"""Requirements whose lack 426 would not tell: the upgrade was asked for, and the request is wrong otherwise."""
_TRANSLATED = frozenset(("user-agent", "accept", "accept-encoding", "sec-websocket-key", "sec-websocket-version"))

_PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark"><title>This is a WebSocket server</title>
<style>body{font:1rem/1.5 system-ui,sans-serif;max-width:38rem;margin:15vh auto;padding:0 1rem}</style></head>
<body><h1>This is a WebSocket server</h1>
<p>The server works. It has no pages to show: programs talk to it over a WebSocket connection,
and this request asked for a page.</p>
<p>If you looked for the website, it is at another address or port. If you develop it, connect from the page
with <code>new WebSocket(&hellip;)</code> instead of opening this address.</p></body></html>
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """Bytes for a stray, and how the connection ends after them.

    Attributes:
        data: what to send, may be empty.
        status: the status code in it, None if it is no HTTP response.
        linger: True if the peer may still be sending: the connection is kept for a moment and what arrives
            is thrown away, for closing at once would reset it and could destroy the answer on its way.

    """

    data: bytes
    status: int | None = None
    linger: bool = False


NOTHING = Answer(b"")


def answer(
    evidence: Evidence, diagnosis: Diagnosis, health_paths: Collection[str] = (), too_large: bool = False
) -> Answer:
    """Return the answer to an attempt that was not a good opening handshake.

    Args:
        evidence: what was observed of the attempt.
        diagnosis: what the rules say of it.
        health_paths: paths that are answered with 200.
        too_large: True if the request head is larger than the server takes.

    """
    if evidence.speaks in {"tls", "ssl2"}:
        return Answer(handshake_failure_alert(evidence.first_bytes or b""), linger=True)
    if evidence.speaks == "http/2":
        return Answer(goaway_http_1_1_required(), linger=True)
    finding = diagnosis.primary
    unmet = evidence.handshake
    if unmet is not None and not too_large and _is_healthy(evidence, diagnosis, finding, health_paths):
        return _healthy(evidence)
    if finding is not None and finding.cls == "scanner" and finding.confidence >= SURE_OF_SCANNER:
        return NOTHING
    if evidence.speaks in {"proxy-v1", "proxy-v2", "write-ip"}:
        return _to_proxied(evidence)
    if evidence.speaks == "http/0.9":
        return plain(HTTPStatus.BAD_REQUEST)
    if evidence.speaks != "http/1":
        return NOTHING
    if too_large or unmet is None:
        return _to_incomplete(evidence)
    return _to_request(evidence, unmet, finding)


def plain(status: HTTPStatus, text: str = "", *extra: str, body: bool = True, linger: bool = False) -> Answer:
    """Return a response with a short text.

    Args:
        status: the status code.
        text: sentences for whoever reads the response.
        extra: further field lines.
        body: False if the response must have no content, as to HEAD (RFC 9110 section 9.3.2).
        linger: see `Answer`.

    """
    content = f"{status.phrase}: {text or status.description or 'the request cannot be served'}\n"
    return _response(status, "text/plain; charset=utf-8", content, extra, body, linger)


def _to_proxied(evidence: Evidence) -> Answer:
    behind = evidence.behind
    if behind is None or behind.speaks != "http/1":
        return NOTHING
    text = "a header of a proxy came before the request, and this server does not expect one."
    return plain(HTTPStatus.BAD_REQUEST, text, body=behind.method != "HEAD")


def _healthy(evidence: Evidence) -> Answer:
    fields = ("Cache-Control: no-store",)
    return _response(
        HTTPStatus.OK, "text/plain; charset=utf-8", "ok\n", fields, evidence.method != "HEAD", _has_content(evidence)
    )


def _has_content(evidence: Evidence) -> bool:
    return evidence.headers is not None and evidence.headers.has_any("content-length", "transfer-encoding")


def _to_request(evidence: Evidence, unmet: tuple[str, ...], finding: Finding | None) -> Answer:
    method = evidence.method
    body = method != "HEAD"
    linger = _has_content(evidence)
    if _is_malformed(evidence):
        return plain(HTTPStatus.BAD_REQUEST, body=body, linger=linger)
    if not (evidence.http_version or "").startswith("HTTP/1."):
        return plain(HTTPStatus.HTTP_VERSION_NOT_SUPPORTED, body=body, linger=linger)
    if method not in {"GET", "HEAD"}:
        text = "this is a WebSocket server; a connection is opened with GET."
        return plain(HTTPStatus.METHOD_NOT_ALLOWED, text, "Allow: GET", body=body, linger=linger)
    if not set(unmet) - _NOT_THE_UPGRADE:
        return plain(HTTPStatus.BAD_REQUEST, _says(unmet, finding), body=body, linger=linger)
    extra = ["Sec-WebSocket-Version: 13"]
    if not _likely_translated(evidence.headers or Headers()):
        extra += ["Upgrade: websocket", "Connection: Upgrade, close"]
    if finding is not None and finding.cls == "browser-navigation":
        return _response(HTTPStatus.UPGRADE_REQUIRED, "text/html; charset=utf-8", _PAGE, extra, body, linger)
    return plain(HTTPStatus.UPGRADE_REQUIRED, _says(unmet, finding), *extra, body=body, linger=linger)


def _is_malformed(evidence: Evidence) -> bool:
    return any(deviation.id in _MALFORMED for deviation in evidence.deviations or ())


def _to_incomplete(evidence: Evidence) -> Answer:
    """Answer a head that is too long, or too old to be waited for: which of both, the outcome says."""
    body = evidence.method != "HEAD"
    if evidence.outcome == "timeout":
        return plain(HTTPStatus.REQUEST_TIMEOUT, body=body)
    if len(evidence.target or "") > MAX_TARGET:
        return plain(HTTPStatus.REQUEST_URI_TOO_LONG, body=body, linger=True)
    return plain(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, body=body, linger=True)


def _is_healthy(
    evidence: Evidence, diagnosis: Diagnosis, finding: Finding | None, health_paths: Collection[str]
) -> bool:
    if evidence.path in health_paths and evidence.method in {"GET", "HEAD", "OPTIONS"}:
        return True
    return finding is not None and finding.cls in HEALTHY_CLASSES and diagnosis.sender is not None


def _likely_translated(headers: Headers) -> bool:
    """Say whether a front end made this request from HTTP/2: its own names are capitalised, the rest is not.

    nginx before 1.25 copies ``Upgrade`` of a 426 into its HTTP/2 response, and clients end the stream for it
    (RFC 9113 section 8.2.2 forbids the field); without the field the same 426 arrives.
    """
    names = headers.names
    return "Host" in names and not _TRANSLATED.isdisjoint(names)


def _says(unmet: tuple[str, ...], finding: Finding | None) -> str:
    lacking = f" (RFC 6455 section 4.2.1 wants {', '.join(unmet)})" if unmet else ""
    text = f"this is a WebSocket server, and the request was no correct opening handshake{lacking}."
    return text if finding is None or finding.cls in {"unknown", "scanner"} else f"{text}\n{finding.title}"


def _response(status: HTTPStatus, kind: str, content: str, extra: Collection[str], body: bool, linger: bool) -> Answer:
    data = content.encode("utf-8")
    fields = [
        f"HTTP/1.1 {status.value} {status.phrase}",
        f"Content-Type: {kind}",
        f"Content-Length: {len(data)}",
        *extra,
    ]
    if not any(line.startswith("Connection:") for line in extra):
        fields.append("Connection: close")
    head = "\r\n".join((*fields, "", "")).encode("latin-1")
    return Answer(head + data if body else head, status.value, linger)
