"""A client or server says that the WebSocket was to run over HTTP/2, which it or the other side cannot do."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._log_answers import ShownAnswer, answers_in
from wsdoctor.rules._log_text import quote
from wsdoctor.rules._remedies import HTTP2_PREFACE, RFC8441

_SAID = re.compile(
    r"(?im)[^\n]{0,80}(?:Http2\w*Connection cannot be cast to|web ?socket[^\n]{0,200}(?:http2 error|ERR_HTTP2_\w+)"
    r"|ERR_HTTP2_PROTOCOL_ERROR[^\n]{0,80}web ?socket|http2: (?:invalid|unsupported) (?:Upgrade|Connection) request "
    r"header"
    r"|\bHTTP_1_1_REQUIRED\b|needs HTTP/1\.1,? but (?:ALPN|the (?:peer|server))[^\n]{0,40}\bh2\b|(?:peer|server"
    r"|remote)[^\n]{0,40}(?:does not|doesn't) support extended connect"
    r"|web ?sockets? (?:is |are |was )?(?:not supported|unsupported|not allowed|attempted)[^\n]{0,20} (?:over|on"
    r"|with|in)"
    r" (?:HTTP/?2|h2)\b"
    r"|curl: \(92\) HTTP/2 stream \d+ was not closed cleanly: (?:PROTOCOL_ERROR|HTTP_1_1_REQUIRED)"
    r"|\bstream error (?:received|sent|detected): unspecific protocol error detected"
    r"|malformed HTTP (?:response|status|version)[^\n]{0,20}\"\\x00\\x00[^\n]{0,10}\\x04|received an HTTP/2 "
    r"(?:preface|frame)"
    r"|'Upgrade' header value is not 'WebSocket': h2|\bCONNECT /\S{0,300} HTTP/[23](?:\.0)?\"? [45]\d\d)[^\n]{0,80}"
)


def match(log: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = _SAID.search(log[:20_000])
    if found is not None:
        return f"The log says “{quote(found[0])}”."
    shown = next(filter(_is_refusal, answers_in(log)), None)
    return None if shown is None else f"The log shows the answer HTTP/{shown.version} {shown.status} to a handshake."


def _is_refusal(answer: ShownAnswer) -> bool:
    """Say whether the answer came over HTTP/2 and refuses a handshake, by what was asked or by what it names."""
    if answer.version not in {"2", "3"} or not (answer.status >= 400 or (answer.status == 200 and answer.to_handshake)):
        return False
    names = "sec-websocket-version" in answer.fields or answer.fields.get("upgrade", "").lower() == "websocket"
    return (answer.to_handshake and answer.status not in {401, 403, 407}) or names


RULE = Rule(
    id="http2-error-in-log",
    title="The handshake was made over HTTP/2, which one side cannot do",
    cls="http2-to-ws",
    level="error",
    confidence=0.85,
    match=match,
    why="The opening handshake of RFC 6455 is a request of HTTP/1.1. Where TLS agreed on h2 by ALPN, or a library "
    "prefers "
    "HTTP/2, Upgrade and Connection do not exist; RFC 8441 has another way, which few servers and libraries know. The "
    "client then breaks off with an error of its HTTP/2 part.",
    remedy=Remedy(
        "Let the client offer http/1.1 alone for WebSockets, or switch HTTP/2 off on the way to the server.",
        {
            "Vert.x": "new HttpClientOptions().setUseAlpn(false) for the client that opens WebSockets",
            "Deno": "Deno.createHttpClient({ http1: true, http2: false })",
            "Go": 'TLSClientConfig: &tls.Config{NextProtos: []string{"http/1.1"}}',
        },
    ),
    references=(RFC8441, HTTP2_PREFACE),
    cases=(
        Case(
            "Vert.x",
            None,
            {
                "log": "java.lang.ClassCastException: io.vertx.core.http.impl.Http2ClientConnection cannot be cast to "
                "io.vertx.core.http.impl.Http1xClientConnection\n"
            },
        ),
        Case(
            "Deno",
            None,
            {"log": "NetworkError: failed to connect to WebSocket: http2 error: stream error received\n"},
        ),
        Case("Go", None, {"log": 'http2: invalid Upgrade request header: ["websocket"]\n'}),
        Case(
            "curl's own words",
            None,
            {"log": "> GET /ws HTTP/2\n> Host: a\n>\n< HTTP/2 400\n< sec-websocket-version: 13\n"},
        ),
        Case(
            "a command for curl, and its answer",
            None,
            {"log": "$ curl -i -H 'Connection: Upgrade' -H 'Upgrade: websocket' https://a\nHTTP/2 400\n\nBad\n"},
        ),
        Case("an answer that names the other version", None, {"log": "HTTP/2 426\nupgrade: websocket\n"}),
        Case("h2, the library of hyper", None, {"log": "stream error received: unspecific protocol error detected\n"}),
        Case("a frame as the answer", None, {"log": 'malformed HTTP response "\\x00\\x00\\x12\\x04"\n'}),
    ),
    near_misses=(
        Case("an answer to nobody knows what", None, {"log": "HTTP/2 404\ncontent-length: 0\n"}),
        Case("a page", None, {"log": "HTTP/2 200\ncontent-length: 0\n"}),
        Case(
            "curl without HTTP/2",
            None,
            {"log": "$ curl -i -H 'Upgrade: websocket' http://a/ws\nHTTP/1.1 404 Not Found\n"},
        ),
        Case(
            "credentials",
            None,
            {"log": "$ curl -i -H 'Upgrade: websocket' https://a/ws\nHTTP/2 401\nwww-authenticate: Basic\n"},
        ),
        Case("an ordinary refusal", None, {"log": "WebSocket connection failed: Unexpected response code: 400\n"}),
    ),
    supersedes=(
        "answer-is-not-http",
        "handshake-answered-as-page",
        "no-websocket-route",
        "server-crashes-on-handshake",
    ),
)
