"""Lines in the formats that the products document."""

from __future__ import annotations

import pytest

from wsdoctor.rules._log_requests import LoggedRequest, requests_in

LINES = {
    "an application load balancer of AWS": (
        (
            "https 2026-07-02T22:23:00.1Z app/lb/50dc 10.0.1.252:48160 10.0.0.66:9000 0.000 0.002 0.000 426 426 5 257 "
            '"GET https://app.example.com:443/ws HTTP/1.1" "curl/7.46.0" ECDHE TLSv1.2 arn'
        ),
        LoggedRequest("GET", "/ws", "", 426, "1.1", "curl/7.46.0"),
    ),
    "IIS, which writes plus signs for spaces": (
        "2026-10-10 10:00:00 10.0.0.1 GET /hub id=7 443 - 10.0.0.2 Mozilla/5.0+(X11) - 404 0 2 15",
        LoggedRequest("GET", "/hub", "", 404, None, "Mozilla/5.0 (X11)"),
    ),
    "gin": (
        '[GIN] 2026/10/10 - 10:00:00 | 400 |     1.2ms |    10.0.0.1 | GET      "/ws"',
        LoggedRequest("GET", "/ws", "", 400, None, None),
    ),
    "Kestrel": (
        "Request finished HTTP/1.1 GET http://localhost:5000/ws - - - 404 0 - 0.1ms",
        LoggedRequest("GET", "/ws", "", 404, "1.1", None),
    ),
    "Phoenix": (
        "[info] GET /socket/websocket\n[debug] x\n[info] Sent 403 in 120µs",
        LoggedRequest("GET", "/socket/websocket", "", 403, None, None),
    ),
    "PHP's own server": (
        "[Tue Oct 10 10:00:00 2026] 127.0.0.1:5000 [404]: GET /ws",
        LoggedRequest("GET", "/ws", "", 404, None, None),
    ),
    "Heroku's router": (
        'at=info method=GET path="/healthz" host=x.example.com service=2ms status=426 bytes=12 protocol=http',
        LoggedRequest("GET", "/healthz", "", 426, None, None),
    ),
    "keys and values": (
        "level=info method=GET path=/healthz status=426 ua=kube-probe/1.28",
        LoggedRequest("GET", "/healthz", "", 426, None, "kube-probe/1.28"),
    ),
}


@pytest.mark.parametrize(("line", "seen"), LINES.values(), ids=LINES)
def test_the_request_of_a_line_is_read(line: str, seen: LoggedRequest) -> None:
    assert requests_in(line) == (seen,)


@pytest.mark.parametrize(
    "line",
    ["method=GET path=/ws", "method=GET status=426", "path=/ws status=426", "handshake failed: status=426", ""],
)
def test_what_lacks_a_part_is_no_request(line: str) -> None:
    assert requests_in(line) == ()
