"""Small builders of evidence, findings, groups, reports and rules, for tests and sample reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from wsdoctor.model.evidence import Evidence, ProxyHeader
from wsdoctor.model.finding import Diagnosis, Finding, Level, Undecided
from wsdoctor.model.headers import Headers
from wsdoctor.model.report import Group, Report, Timeline
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request

NOON = 1_795_435_200.0
"""2026-11-23T12:00:00Z"""
UPGRADE = request("GET /chat HTTP/1.1", "Host: chat.example", *GOOD_HANDSHAKE)
HELLO = bytes.fromhex("160301020001000001fc0303") + bytes(range(60))
HOSTILE = (
    "<script>alert(1)</script>\"'`|<img src=x onerror=alert(2)>&amp;{{7*7}}](javascript:alert(3))"
    "\x1b[31mred\x1b]0;title\x07\x00\u202eltr\u2066\u200b\r\nSet-Cookie: a=b --> ]]> </style></details></table>"
)
"""Everything that has ever broken out of a terminal, a Markdown file or a page."""


def evidence(first_bytes: bytes | None = None, **facts: Any) -> Evidence:
    """Return evidence with the request line and fields of a plain HTTP head filled in."""
    found: dict[str, Any] = {"first_bytes": first_bytes}
    if first_bytes is not None and b" HTTP/1." in first_bytes.partition(b"\r\n")[0]:
        head, _, _ = first_bytes.decode("latin-1").partition("\r\n\r\n")
        line, *fields = head.split("\r\n")
        method, target, version = line.split(" ", 2)
        path, _, query = target.partition("?")
        headers = Headers(tuple((name, value.strip()) for name, _, value in (each.partition(":") for each in fields)))
        found |= {
            "speaks": "http/1",
            "method": method,
            "target": target,
            "path": path,
            "query": query,
            "http_version": version,
            "headers": headers,
            "complete": True,
            "user_agent": headers.get("User-Agent") or "",
        }
    elif first_bytes == b"":
        found["speaks"] = "nothing"
    return Evidence(**(found | facts))


def finding(
    rule: str = "kubernetes-probe",
    cls: str = "health-check",
    level: Level = "note",
    confidence: float = 0.97,
    title: str = "Kubernetes probes the port over HTTP",
    reason: str = 'the User-Agent is "kube-probe/1.31", and it asks GET /healthz every 10.0 s',
    remedy: str = "Point the probe at a health path, or make it a TCP probe.",
    references: tuple[str, ...] = (
        "https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/",
    ),
) -> Finding:
    """Return a finding; by default a Kubernetes probe."""
    return Finding(rule, cls, level, confidence, title, reason, remedy, references)


def timeline(*counts: int, start: float = NOON, width: float = 60.0) -> Timeline:
    """Return a timeline from noon on, one minute a span."""
    return Timeline(start, width, counts)


def group(
    id_: str = "g1",
    attempts: int = 120,
    findings: tuple[Finding, ...] | None = None,
    sample: Evidence | None = None,
    undecided: tuple[Undecided, ...] = (),
    **fields: Any,
) -> Group:
    """Return a group; by default the 120 attempts of a Kubernetes probe within twenty minutes."""
    facts: dict[str, Any] = {
        "parts": {"speaks": "http/1", "method": "GET", "path": "/healthz"},
        "first_seen": NOON,
        "last_seen": NOON + 1190.0,
        "period": None,
        "jitter": None,
        "peers": ("10.0.0.7",),
        "peer_count": 1,
        "clients": (),
        "paths": (),
        "listener": "0.0.0.0:8080",
        "timeline": timeline(*[attempts // 20] * 20),
    }
    if sample is None:
        sample = evidence(request("GET /healthz HTTP/1.1", "Host: 10.0.0.9:8080", "User-Agent: kube-probe/1.31"))
    diagnosis = Diagnosis((finding(),) if findings is None else findings, undecided)
    return Group(id_, attempts=attempts, diagnosis=diagnosis, sample=sample, **(facts | fields))


def report(*groups: Group, notes: tuple[str, ...] = ()) -> Report:
    """Return the report over some groups."""
    times = [each.first_seen for each in groups if each.first_seen is not None]
    ends = [each.last_seen for each in groups if each.last_seen is not None]
    return Report(
        attempts=sum(each.attempts for each in groups),
        good=sum(each.attempts for each in groups if not each.diagnosis.findings),
        groups=groups,
        first_seen=min(times, default=None),
        last_seen=max(ends, default=None),
        notes=notes,
    )


def _browser(*more: str) -> tuple[str, ...]:
    agent = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36"
    return ("Host: app.example:8080", f"User-Agent: {agent}", *more)


def sample_groups() -> tuple[Group, ...]:
    """Return twelve groups of the kinds that meet on a real port."""
    nginx = finding(
        "nginx-drops-upgrade", "proxy-strips-upgrade", "error", 0.95, "nginx does not pass the upgrade on",
        "a Sec-WebSocket-Key came with HTTP/1.0 and Connection: close, so an intermediary took Upgrade away",
        "Tell nginx to speak HTTP/1.1 to the server and to pass Upgrade and Connection on.",
        ("https://nginx.org/en/docs/http/websocket.html", "https://www.rfc-editor.org/rfc/rfc9110#section-7.8"),
    )  # fmt: skip
    fetching = finding(
        "page-fetches-port", "http-client-code", "warning", 0.9, "A page of yours calls the port with fetch()",
        "Sec-Fetch-Mode: cors came from https://app.example/, a page that asks GET /api/messages",
        "Open the address with new WebSocket(\"wss://…\") in the page, or call the HTTP server instead.",
    )  # fmt: skip
    preflight = finding(
        "cors-preflight-of-fetch", "cors-preflight", "warning", 0.93, "A browser asks permission for a plain HTTP call",
        "OPTIONS with Access-Control-Request-Method: POST from https://app.example", "Call the HTTP server instead.",
    )  # fmt: skip
    preview = finding(
        "preview-pane-opens-port", "browser-navigation", "warning", 0.86, "A preview pane opens the port as a page",
        "Sec-Fetch-Dest: iframe with a Referer of the workspace", "Show the HTTP server in the preview, not this port.",
    )  # fmt: skip
    socketio = finding(
        "socketio-client", "wrong-realtime-protocol", "error", 0.96, "A Socket.IO client talks to another server",
        "the path is /socket.io/ with EIO=4 and transport=polling", "Use the browser's own WebSocket, or Socket.IO.",
    )  # fmt: skip
    tls = finding(
        "tls-to-plain-port", "tls-on-plaintext", "error", 0.98, "Encryption is started on a port that has none",
        "the first bytes are a TLS ClientHello for chat.example, offering h2 and http/1.1",
        "Use ws:// here, or let something that speaks TLS stand in front and forward to this port.",
    )  # fmt: skip
    empty = finding(
        "silent-tcp-check", "tcp-probe", "note", 0.8, "Something checks that the port is open",
        "it connected and closed without a byte, every 5.0 s", "Nothing needs to change.",
    )  # fmt: skip
    curl = finding(
        "curl-by-hand", "http-client-code", "note", 0.72, "Somebody called the port with curl",
        'the User-Agent is "curl/8.5.0"', "Use a WebSocket client, such as `python -m websockets`.",
    )  # fmt: skip
    scanner = finding(
        "exploit-paths", "scanner", "note", 0.94, "A scanner looks for known holes",
        "GET /.env is no path of a WebSocket server", "Nothing needs to change; block it if it bothers you.",
    )  # fmt: skip
    unknown = finding(
        "not-a-handshake", "unknown", "note", 0.3, "A request that is no opening handshake",
        "only a log line was seen, without header fields", "Run the guard, or log the request head.", (),
    )  # fmt: skip
    proxied = finding(
        "unexpected-proxy-header", "other-protocol", "error", 0.97, "A load balancer sends a PROXY header",
        "the first line is a PROXY protocol header for 203.0.113.9", "Turn send-proxy off, or have the server read it.",
    )  # fmt: skip
    lost = request("GET /socket?token=s3cr3t HTTP/1.0", "Host: server", "Connection: close", *GOOD_HANDSHAKE[2:])
    return (
        group("good-1", 1840, (), evidence(UPGRADE), peers=("198.51.100.4", "198.51.100.7"), peer_count=211,
              timeline=timeline(*(70 + 9 * (n % 7) for n in range(20)))),
        group("kube-1", period=10.0, jitter=0.02),
        group("lost-1", 96, (nginx,), evidence(lost), peers=("10.0.3.2",),
              timeline=timeline(0, 0, 0, 0, 0, 0, 3, 4, 9, 12, 16, 18, 14, 9, 5, 2, 2, 1, 1, 0)),
        group("empty-1", 240, (empty,), evidence(b""), period=5.0, jitter=0.1, peers=("10.0.0.1",)),
        group("fetch-1", 41, (fetching,), evidence(request("GET /api/messages HTTP/1.1", *_browser(
            "Sec-Fetch-Mode: cors", "Referer: https://app.example/"))), peers=("203.0.113.20",), peer_count=12,
              paths=("/api/messages", "/api/users")),
        group("preflight-1", 38, (preflight,), evidence(request("OPTIONS /api/messages HTTP/1.1", *_browser(
            "Access-Control-Request-Method: POST", "Origin: https://app.example"))), peers=("203.0.113.20",)),
        group("preview-1", 17, (preview,), evidence(request("GET / HTTP/1.1", *_browser("Sec-Fetch-Dest: iframe"))),
              peers=("172.31.128.23",)),
        group("sio-1", 55, (socketio,), evidence(request(
            "GET /socket.io/?EIO=4&transport=polling&sid=abcdef HTTP/1.1", *_browser("Cookie: session=topsecret"))),
              period=25.0, jitter=1.5, peers=("203.0.113.77",)),
        group("tls-1", 22, (tls,), evidence(HELLO, speaks="tls"), peers=("192.0.2.55",),
              timeline=timeline(*[0] * 15, 9, 0, 0, 13, 0)),
        group("curl-1", 2, (curl, finding(confidence=0.2)), evidence(request(
            "GET / HTTP/1.1", "Host: localhost:8080", "User-Agent: curl/8.5.0", "Accept: */*")), peers=("127.0.0.1",),
              evidence=(4, 19)),
        group("scan-1", 31, (scanner,), evidence(request("GET /.env HTTP/1.1", "Host: 192.0.2.1")),
              peers=("192.0.2.200",), peer_count=9, paths=("/.env", "/wp-login.php", "/cgi-bin/luci")),
        group("proxy-1", 12, (proxied,), evidence(
            b"PROXY TCP4 203.0.113.9 10.0.0.4 51234 8080\r\n" + UPGRADE, speaks="proxy-v1",
            proxy=ProxyHeader(1, "PROXY", "TCP4", "203.0.113.9:51234", "10.0.0.4:8080", 44)), peers=("10.0.0.4",)),
        group("log-1", 7, (unknown,), evidence(status=426, log="connection rejected (426 Upgrade Required)"),
              peers=(), peer_count=0, listener=None, undecided=(
                  Undecided("kubernetes-probe", ("headers",)), Undecided("exploit-paths", ("path", "headers")))),
    )  # fmt: skip


def sample_report() -> Report:
    """Return a report of twelve kinds of stray and the real clients among them."""
    return report(*sample_groups(), notes=("3 lines of server.log could not be read.",))


def big_report(groups: int = 1000) -> Report:
    """Return a report with so many groups, the kinds of the sample in turn, no two alike."""
    kinds = sample_groups()
    made = []
    for number in range(groups):
        kind = kinds[number % len(kinds)]
        found = kind.diagnosis.findings
        if found and number // len(kinds) % 4:
            main = replace(found[0], rule=f"{found[0].rule}-{number // len(kinds) % 4}")
            found = (main, *found[1:])
        made.append(
            replace(
                kind,
                id=f"{kind.id}-{number}",
                attempts=1 + kind.attempts * (number * 7919 % 97) // 97,
                peers=(f"10.{number % 251}.{number % 83}.{number % 241}",),
                diagnosis=replace(kind.diagnosis, findings=found),
            )
        )
    return report(*made)


def nginx_rule(match: Callable[..., str | None] = lambda headers: None, **fields: Any) -> Rule:
    """Return a rule with everything that a page shows."""
    by: Mapping[str, str] = {
        "nginx": "proxy_http_version 1.1;\nproxy_set_header Upgrade $http_upgrade;\n"
        'proxy_set_header Connection "upgrade";',
        "Caddy": "reverse_proxy server:8080",
    }
    facts: dict[str, Any] = {
        "id": "nginx-drops-upgrade",
        "title": "nginx does not pass the upgrade on",
        "cls": "proxy-strips-upgrade",
        "level": "error",
        "confidence": 0.95,
        "match": match,
        "why": "A WebSocket begins as an HTTP request that asks to upgrade. nginx speaks HTTP/1.0 to the server unless "
        "told otherwise, and leaves that wish out.",
        "remedy": Remedy("Tell nginx to speak HTTP/1.1 to the server and to pass Upgrade and Connection on.", by),
        "references": (Reference("WebSocket proxying", "https://nginx.org/en/docs/http/websocket.html"),),
        "cases": (
            Case("the old default", request("GET / HTTP/1.0", "Connection: close", *GOOD_HANDSHAKE[2:])),
            Case("only logged", None, {"log": "missing Connection header", "status": 426}),
        ),
        "near_misses": (Case("a good handshake", UPGRADE), Case("encryption", HELLO, {"peer": "192.0.2.1"})),
        "supersedes": ("proxy-strips-connection",),
    }
    return Rule(**(facts | fields))
