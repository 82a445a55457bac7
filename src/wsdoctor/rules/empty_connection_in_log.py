"""A log shows connections that said nothing."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule

_SIGNS = re.compile(
    r"stream ends after 0 bytes|did not receive a valid HTTP request.{0,200}EOF"
    r"|connection closed while reading HTTP request line"
    r"|connection closed during SSL handshake|client <unknown> closed its connection"
    r"|ValueError: Line without CRLF|handshake.{0,4000}ConnectionResetError: \[Errno 104\] Connection reset by peer"
    r"|assert http_get\.upper\(\)\.startswith\('GET'\)|client disconnected before (?:sending|the) (?:request|handshake)"
    r"|handshake error.{0,40}: (?:EOF|unexpected EOF)\s*$|TLS handshake error from \S+: (?:EOF|read tcp \S+: read: "
    r"connection reset by peer)"
    r"|closed before (?:the )?(?:opening )?handshake (?:was |has been )?(?:completed?|finished)|possible no "
    r"handshake rec|ignoring empty "
    r"handshake"
    r"|handle_read_\w+ error: [^\n]{0,60}(?:end of file|asio\.misc:2\b|connection reset)"
    r"|protocol error: handshake not finished|(?-i:\bCR--)[^\n]{0,80}<BADREQ>|(?:TLS|SSL) handshake (?:failed"
    r"|error)[^\n]{0,60}unexpected eof"
    r"|\"logger\":\"layer4\"[^\n]{0,60}\"msg\":\"handling connection\"[^\n]{0,200}\"error\":"
    r"\"(?:EOF|[^\"\n]{0,120}connection reset by peer)\""
    r"|\"-\" 408 "  # Apache httpd
    r"|empty request line|received 0 bytes|closed before (?:any|sending) (?:data|bytes?)\b"
    r"|websocket: .{0,40}handshake.{0,40}\bEOF\b|Connection closed before receiving (?:a )?handshake(?! response)",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_OTHER = re.compile(
    r"\b(?:GET|POST|HEAD|OPTIONS|PUT|CONNECT) \S+ HTTP/\d|expected GET; got|unsupported protocol|\\x16\\x03|PRI \*"
    r"|SSH-|Unsupported method \('"
    r"|stream ends after [1-9]|HTTP method \"",
    re.IGNORECASE,
)
_OLD_SERVER = re.compile(r"websockets[/.]legacy|! invalid handshake|is CONNECTING", re.IGNORECASE)
_AFTER_UPGRADE = re.compile(
    r"no close frame|connection open|101 Switching|ConnectionClosedError|sent 1011|keepalive ping", re.IGNORECASE
)
_LIMIT = 20_000


def match(
    log: str,
    first_bytes: bytes | None = None,
    method: str | None = None,
    outcome: str | None = None,
    peer: str | None = None,
    platform: str | None = None,
) -> str | None:
    """Hold for words that servers use of a peer that left before its first line."""
    text = log[:_LIMIT]
    if first_bytes is not None or method is not None or outcome in {"upgraded", "timeout"}:
        return None
    if "EOFError: line without CRLF" in text and _OLD_SERVER.search(text) is None:
        return None
    found = _SIGNS.search(text)
    if found is None or _OTHER.search(text) or _AFTER_UPGRADE.search(text):
        return None
    where = "".join((f" by {peer}" if peer else "", f" on {platform}" if platform else ""))
    return (
        f"The log says “{found[0].strip().splitlines()[0][:80]}”: a connection{where} that ended before "
        f"a first line was sent."
    )


RULE = Rule(
    id="empty-connection-in-log",
    title="The log shows TCP checks that connect and leave",
    cls="tcp-probe",
    level="note",
    confidence=0.78,
    match=match,
    why="Platforms, load balancers and monitors check a port by opening a connection and closing "
    "it. The server waited for the "
    "first line of a handshake, got none and logged an error, often with a traceback. No "
    "client was refused. A port scan or a "
    "client that lost its network in that moment looks the same.",
    remedy=Remedy(
        "Nothing is broken. Update the server, or run it with wsdoctor run to see peer and rhythm "
        "and to keep the log clear.",
        {
            "websockets": "Version 17 and later log one line “connection closed” at INFO instead of a traceback.",
            "websockets 13 to 16": "logging.getLogger('websockets.server').setLevel(logging.CRITICAL) hides "
            "this, and all "
            "else.",
            "HAProxy": "server … check: this is what it looks like; inter 10s makes it rarer.",
        },
    ),
    references=(
        Reference("websockets: changelog", "https://websockets.readthedocs.io/en/stable/project/changelog.html"),
        Reference("websockets: logging", "https://websockets.readthedocs.io/en/stable/topics/logging.html"),
    ),
    cases=(
        Case(
            "Apache httpd, of a connection that a browser opened in advance",
            None,
            {"log": '192.0.2.7 - - [24/Mar/2026:06:33:04 +0100] "-" 408 0 "-" "-"\n'},
        ),
        Case(
            "websockets 13 to 16",
            None,
            {
                "log": "opening handshake failed\nTraceback (most recent call last):\n  ...\nEOFError: stream ends "
                "after 0 bytes, "
                "before end of line\n  ...\nEOFError: connection closed while reading HTTP request line\n"
            },
        ),
        Case(
            "websockets before 13, whose words for an empty line are these",
            None,
            {
                "log": "DEBUG:websockets.server:! invalid handshake\nEOFError: line without CRLF\nEOFError: "
                "connection closed while reading HTTP "
                "request line\n"
            },
        ),
        Case(
            "Caddy with its module for layer 4",
            None,
            {"log": '{"logger":"layer4","msg":"handling connection","remote":"10.0.0.7:5","error":"EOF"}\n'},
        ),
        Case("Go", None, {"log": "http: TLS handshake error from 10.0.0.7:5: EOF\n"}),
        Case("websocketpp", None, {"log": "[error] handle_read_handshake error: asio.misc:2 (End of file)\n"}),
        Case(
            "HAProxy",
            None,
            {"log": '10.0.0.8:5 [x] ws ws/<NOSRV> -1/-1/-1/-1/0 400 0 - - CR-- 1/1/0/0/0 0/0 "<BADREQ>"\n'},
        ),
        Case(
            "a reset",
            None,
            {"log": "WARNING Error in opening handshake\nConnectionResetError: [Errno 104] Connection reset by peer\n"},
        ),
    ),
    near_misses=(
        Case("a browser's words", None, {"log": "failed: Connection closed before receiving a handshake response\n"}),
        Case("a line that was begun", None, {"log": "EOFError: stream ends after 13 bytes, before end of line\n"}),
        Case(
            "bytes with a line feed among them, such as TLS",
            None,
            {"log": "EOFError: line without CRLF\nEOFError: connection closed while reading HTTP request line\n"},
        ),
        Case(
            "a client that went away later",
            None,
            {"log": "connection open\nConnectionResetError: [Errno 104] Connection reset by peer\n"},
        ),
    ),
    supersedes=("server-crashes-on-handshake",),
)
