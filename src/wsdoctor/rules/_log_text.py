"""Reads what servers, proxies and clients wrote about an attempt: which subject a log speaks of, and which requests.

The phrases by which a subject is known are those of `_log_phrases`. This module finds and quotes; what follows from it
is up to the rules. Logs hold what peers sent, so quotes are bounded and redacted.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

from wsdoctor.model.redact import redact_target
from wsdoctor.rules._log_answers import answers_in
from wsdoctor.rules._log_phrases import PHRASES
from wsdoctor.rules._log_requests import LIMIT, requests_in

__all__ = [
    "CAUSES",
    "LIMIT",
    "answered",
    "half_accepted",
    "names_cause",
    "quote",
    "refusal",
    "says",
    "says_accepted",
    "says_little",
    "telling_line",
]  # fmt: skip

CAUSES = ("origin", "subprotocol", "certificate", "token", "credentials", "library", "application", "route",
          "foreign-path", "crash", "socketio-version", "socketio-transport", "accept", "key", "version", "early-bytes",
          "too-large")  # fmt: skip
"""Subjects that name the cause themselves; where one of them is heard, guesses keep silent."""

_REFUSED = re.compile(
    r"(?i)\b(?:reject\w*|refus\w*|fail(?:ed|ure|s)?|denied|forbidden|unauthori[sz]ed|invalid|unsupported|not "
    r"(?:accepted|allowed|valid|found)"
    r"|bad request|upgrade required|not a (?:valid "
    r")?websocket|required|aborted|\w*error|\w*exception)\b|(?<![\d.:])[45]\d\d(?![\d.:])"
    r"|handshakeerror|\bWebSocket close with status code 1006\b|can .{0,3}upgrade.{0,3} only|no websocket upgrade"
    r"|\bcan.?t establish a connection"
)
_ACCEPTED = re.compile(
    r"(?im)\bconnection open\b|\[accepted\]|WebSocket CONNECT\b|\b101 Switching Protocols"
    r"|WebSocket HANDSHAKING\b(?![\s\S]*WebSocket (?:DISCONNECT|REJECT)\b)"
    r'|(?<![/ ]1\.0)(?<!/1)"\s101\s|"WSCONNECT /'
    r"|\bRequest finished in [\d.,]{1,20} ?ms 101\b|(?-i:\bCONNECTED TO [\w.]{1,100} in \d)"
    r"|WebSocket request accepted, switching protocols|\bUpgraded connection \S{1,80} to WebSocket\b"
    r"|\bWebSocket \S{1,80} (?:open and established|accepted by application)"
    r"|\[handleHeader\] Websocket connection init done|\bWeb Socket Opened\.\.\."
    r"|\[connect\] WebSocket Connection [^\n]{1,2000} 101$"
    r"|Successfully upgraded to WebSocket"
    r"|(?<!\bno )(?<!\bnot )websocket (?:connection )?(?:opened|established|upgraded|connected)\b"
    r"(?!['\"]?\s*[:=]\s*(?:false|no\b|0))"
    r"|Upgrade to websocket successful|WebSocket upgrade was successful|WebSocket connection accepted with \{"
    r"|(?:SSL/TLS \(wss://\)|Plain non-SSL \(ws://\)) WebSocket connection"
    r"|WEBSOCKET_EVENT_CONNECTED|CALLBACK_(?:CLIENT_)?ESTABLISHED"
    r"|connection handler failed\n(?s:.{1,15000}?)\bConnectionClosed(?:Error|OK):"
    r"|^(?:Main|Srv \d+) +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d [+-]\d{4} INFO: connection closed$"
)
_NOT_DONE = re.compile(r"(?i)\bupgrade(?:\(\))? (?:is )?not supported\b")
"""What a server says that was about to answer 101 and could not hand the connection over."""
_LITTLE = re.compile(
    r"(?i)connection (?:rejected|failed|closed)\b|\bUpgrade Required\b|opening handshake failed|missing Connection "
    r"header"
    r"|invalid HTTP request received|bad request\b"
)
_ANSWERED = re.compile(
    r"(?i)(?:unexpected (?:server )?response(?: code)?|server rejected websocket connection: HTTP|handshake status"
    r"|WSServerHandshakeError|returned status code|HTTP response from the server \[|handshake response getStatus"
    r"|101,? (?:but )?(?:was|got|received)|status code 101 but got|code was not 101:|websocket upgrade failure"
    r"|notAnUpgrade\(|connection upgrade failed [\[(]|bad HTTP response"
    r"|websocket response: \"HTTP/1\.[01]"
    r"|refused websockets upgrade|upgrade response: HTTP/1\.[01]|received unexpected status code \(?|RequestError\{code"
    r"|expected status <?101>?,? but (?:got|was) <?|UpgradeException:|accept not found\. Header:\s+HTTP/1\.[01]"
    r"|GET wss?://\S+(?: -)?(?: Status)?"
    r"|(?:non-101|response|http) status(?: code)?(?: of)?|HTTP error|status line is: HTTP/1\.1"
    r"|HTTP 101 response but was '|invalid status code(?: received)?|failed with status"
    r"|bad handshake[^\d\n]{0,20}|web ?socket "
    r"handshake failed(?: with)?)"
    r"\s*:?\s*'?(?P<status>[1-5]\d\d)\b(?! but)"
)
_RAISED = re.compile(r"(?m)^[\w.]{0,120}(?:Error|Exception|InvalidUpgrade|InvalidMessage|InvalidHandshake)\b: .*$")
_RESPONSE = re.compile(
    r"(?im)(?:\bHTTP/1\.[01] |\bconnection (?:failed|rejected) \(|^\s*)(?P<status>[1-5]\d\d)\b(?=\)|[ \t]+[a-z]|\s*$)"
)


def quote(text: str, limit: int = 140) -> str:
    """Return a line as it may be quoted in a reason: one line, bounded, secrets in targets hidden."""
    line = redact_target(" ".join(text.split()))
    return line if len(line) <= limit else f"{line[:limit]}…"


def says(log: str | None, *subjects: str) -> str | None:
    """Return the line in which the log speaks of one of the subjects, quoted, or None."""
    if log is None:
        return None
    text = log[:LIMIT]
    return next((line for subject in subjects if (line := _heard(subject, text)) is not None), None)


@cache
def _speaks_of(subject: str) -> re.Pattern[str]:
    return re.compile("|".join(PHRASES[subject]), re.IGNORECASE)


@lru_cache(maxsize=256)
def _heard(subject: str, text: str) -> str | None:
    """Return the line that speaks of the subject; remembered, for many rules ask the same of one log."""
    found = _speaks_of(subject).search(text)
    return _line(text, found) if found is not None else None


def names_cause(log: str | None) -> bool:
    """Say whether the log names the cause of the failure itself."""
    return says(log, *CAUSES) is not None


def says_little(log: str | None) -> bool:
    """Say whether the log tells that an attempt failed and nothing more: no request, no cause, no missing field."""
    if log is None or _LITTLE.search(log[:LIMIT]) is None:
        return False
    return not names_cause(log) and says(log, "upgrade") is None and not requests_in(log)


def telling_line(log: str) -> str:
    """Return the line that says most of a failure: that of an exception, else one that tells of a refusal, else any."""
    text = log[:LIMIT]
    if (raised := _RAISED.findall(text)) != []:
        return str(raised[-1])
    lines = [line for line in text.splitlines() if line.strip()]
    return next((line for line in lines if _REFUSED.search(line) is not None), lines[0] if lines else "")


def says_accepted(log: str | None) -> bool:
    """Say whether the log tells that the WebSocket was opened."""
    if log is None or half_accepted(log) is not None or _NOT_DONE.search(log[:LIMIT]) is not None:
        return False
    opened = any(seen.status == 101 and seen.version != "1.0" for seen in requests_in(log))
    return opened or _ACCEPTED.search(log[:LIMIT]) is not None


def half_accepted(log: str) -> str | None:
    """Return, in words, what an answer 101 lacks whose fields the log shows; None if it lacks nothing or shows none.

    The fields count as shown where Sec-WebSocket-Accept is among them, which servers write last.
    """
    if any(each.status == 101 and each.version == "1.0" for each in answers_in(log)):
        return "HTTP/1.0 in its status line, a version that knows no upgrade"
    fields = next((dict(each.fields) for each in answers_in(log) if each.status == 101 and each.version == "1.1"), {})
    if "sec-websocket-accept" not in fields:
        return None
    for name, token in (("Upgrade", "websocket"), ("Connection", "upgrade")):
        value = fields.get(name.lower())
        if value is None:
            return f"no {name}"
        if token not in value.lower():
            return f"{name}: {value[:40]}"
    return None


def refusal(outcome: str | None, status: int | None, log: str | None) -> str | None:
    """Return, in words, by what it is known that the server refused the attempt; None if nothing says so."""
    if outcome == "upgraded" or status == 101:
        return None
    if status is not None:
        return f"it was answered {status}"
    if log is not None and (words := _refused(log[:LIMIT])) is not None:
        return words
    return "it was rejected" if outcome == "rejected" else None


def refused_at(address: re.Pattern[str], outcome: str | None, log: str) -> tuple[str, str] | None:
    """Return an address of some kind that the log shows, and by what it is known that the attempt was refused there."""
    found = address.search(log[:LIMIT])
    refused = refusal(outcome, None, log) if found is not None else None
    return None if found is None or refused is None else (quote(found[0]), refused)


@lru_cache(maxsize=16)
def _refused(text: str) -> str | None:
    if says_accepted(text):
        return None
    if (found := _REFUSED.search(text)) is not None:
        return f"the log says “{_line(text, found)}”"
    code = answered(None, text, lines=True)
    return None if code in {None, 101} else f"the log says that it was answered {code}"


def answered(status: int | None, log: str | None, lines: bool = False) -> int | None:
    """Return the status code that answered an opening handshake, None if it is not known.

    Args:
        status: as it was observed; then the log is not read.
        log: what a client or server wrote.
        lines: whether lines of servers count, too: those do not say what was asked for, so they tell something of
            a handshake only where the request is known to be one.

    """
    if status is not None or log is None:
        return status
    if (found := _ANSWERED.search(log[:LIMIT])) is not None:
        return int(found["status"])
    if (shown := next((each for each in answers_in(log) if each.to_handshake), None)) is not None:
        return shown.status
    if not lines:
        return None
    if (found := _RESPONSE.search(log[:LIMIT])) is not None:
        return int(found["status"])
    return next((seen.status for seen in requests_in(log)), None)


def _line(text: str, found: re.Match[str]) -> str:
    start = text.rfind("\n", 0, found.start()) + 1
    end = text.find("\n", found.end())
    line = text[start : end if end >= 0 else len(text)]
    return quote(line if len(line) <= 140 else text[max(start, found.start() - 20) :])
