"""An access log shows a health check by HTTP."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._checks import ANSWERS, CHECK_WORDS, WEBSOCKETS_FAQ, ask_text, calls_itself, is_health_path
from wsdoctor.rules._log_senders import named_senders, stray_requests

_GOT_HEAD = re.compile(
    r"expected GET; got HEAD\b|HTTP method \"HEAD\" not allowed"
    r"|HTTP probe failed with statuscode: 4\d\d|(?i:health ?check[^\n]{0,80}\b(?:returned|failed:?|got|status|HTTP)\b"
    r"[^\n]{0,40}(?<![\d.:])4(?:00|04|05|26)\b)"
    r"|unsupported protocol; expected HTTP/1\.1: (?:GET|HEAD) \S*(?:health|ready|live|ping)\S* HTTP/1\.0"
)


def match(log: str, first_bytes: bytes | None = None, method: str | None = None) -> str | None:
    """Hold for a request by a known check, or for a path of health checks, that opened no WebSocket."""
    if first_bytes is not None or method is not None:
        return None
    for seen, sender in stray_requests(log):
        known = sender is not None and sender.kind in {"health-check", "load-balancer"}
        tool = sender is None or sender.kind in {"http-library", "command-line", "health-check"}
        bare = seen.method == "OPTIONS" and seen.version == "1.0" and not seen.user_agent
        asks = seen.method == "HEAD" or (seen.method == "GET" and is_health_path(seen.path))
        called = calls_itself(CHECK_WORDS, seen.user_agent or "", None, None, sender) is not None
        if known or called or (tool and (asks or bare)):
            who = f" by {sender.name}" if sender is not None else ""
            return f"The log shows {ask_text(seen.method, seen.path)}{who}, answered {seen.status}."
    for agent, sender in named_senders(log):
        if sender.kind in {"health-check", "load-balancer"}:
            return f"The log names the User-Agent “{agent[:60]}”, that is {sender.name}."
    found = _GOT_HEAD.search(log[:20_000])
    return (
        None if found is None else f"The log says “{found[0]}”: a request that asks only whether the address answers."
    )


RULE = Rule(
    id="health-check-in-log",
    title="The log shows a health check by HTTP",
    cls="health-check",
    level="note",
    confidence=0.75,
    match=match,
    why="A platform, proxy or container asks by plain HTTP whether the service lives, and the "
    "WebSocket server refuses. The check "
    "fails although the service works, and each try leaves lines in the log. The log holds no "
    "fields, so who asks is taken "
    "from the name and the path alone.",
    remedy=Remedy("Answer the path with 200, or make it a TCP check.", dict(ANSWERS)),
    references=(WEBSOCKETS_FAQ,),
    cases=(
        Case(
            "kube-probe",
            None,
            {"log": '10.0.3.7 [22/Nov/2026:21:22:27 +0000] "GET /up HTTP/1.1" 400 247 "-" "kube-probe/1.29"\n'},
        ),
        Case(
            "HEAD in a traceback",
            None,
            {"log": "opening handshake failed\nValueError: unsupported HTTP method; expected GET; got HEAD\n"},
        ),
        Case(
            "HAProxy's httpchk and Apache's hcheck, which browsers never resemble",
            None,
            {"log": 'INFO:     10.0.3.7:60222 - "OPTIONS / HTTP/1.0" 404 Not Found\n'},
        ),
        Case(
            "a log of keys and values",
            None,
            {"log": "level=info http.method=GET http.status_code=426 user_agent=kube-probe/1.29 path=/\n"},
        ),
        Case(
            "a health path",
            None,
            {"log": '10.0.3.7 [22/Nov/2026:21:22:27 +0000] "GET /healthz HTTP/1.1" 426 83 "-" "curl/8.5.0"\n'},
        ),
        Case(
            "a name that says so",
            None,
            {"log": '192.0.2.7 - - [x] "GET / HTTP/1.1" 400 0 "-" "acme-healthcheck/1.0"\n'},
        ),
        Case(
            "a check that was answered, and nothing else",
            None,
            {"log": '10.0.3.7 [22/Nov/2026:21:22:27 +0000] "GET /healthz HTTP/1.1" 200 3 "-" "kube-probe/1.29"\n'},
        ),
    ),
    near_misses=(
        Case(
            "a check that was answered beside a WebSocket that was opened",
            None,
            {
                "log": '10.0.3.7 [22/Nov/2026:21:22:27 +0000] "GET /healthz HTTP/1.1" 200 3 "-" "kube-probe/1.29"\n'
                'INFO:     10.0.3.9:44690 - "WebSocket /ws" [accepted]\n'
            },
        ),
        Case(
            "a monitor",
            None,
            {"log": '192.0.2.7 [22/Nov/2026:21:22:27 +0000] "HEAD / HTTP/1.1" 405 0 "-" "Uptime-Kuma/1.23.16"\n'},
        ),
    ),
)
