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
    "CloudFront, which writes the code of spaces": (
        (
            "2026-10-10\t10:00:00\tFRA2-C1\t264\t203.0.113.9\tGET\td1.cloudfront.net\t/ws\t101\t-\tMozilla/5.0%20(X11)\ta=b\t-\t"
            "Miss"
        ),
        LoggedRequest("GET", "/ws", "", 101, None, "Mozilla/5.0 (X11)"),
    ),
    "Squid": (
        "1711375060.123  60012 203.0.113.9 TCP_MISS/101 264 GET http://app.example/ws?a=b - HIER_DIRECT/10.0.0.2 -",
        LoggedRequest("GET", "/ws", "a=b", 101, None, None),
    ),
    "chi": (
        '2026/10/10 10:00:00 [h/x-1] "GET http://localhost:8080/ws HTTP/1.1" from 127.0.0.1:5555 - 400 12B in 60.9s',
        LoggedRequest("GET", "/ws", "", 400, "1.1", None),
    ),
    "chi, of a connection that was handed over": (
        '2026/10/10 10:00:00 "GET http://localhost:8080/ws HTTP/1.1" from [::1]:5555 - 000 0B in 60.9s',
        LoggedRequest("GET", "/ws", "", 101, "1.1", None),
    ),
    "Fiber": (
        "10:00:00 | 426 |     2.3ms | 127.0.0.1 | GET | /ws | -",
        LoggedRequest("GET", "/ws", "", 426, None, None),
    ),
    "Fiber 2.0": ("[10:00:00] 426 -     2.3ms GET     /ws", LoggedRequest("GET", "/ws", "", 426, None, None)),
    "Kestrel before .NET 5": (
        (
            "Request starting HTTP/1.1 GET http://localhost:5000/hub?id=x  \ninfo: Diagnostics[2]\n"
            "      Request finished in 60012.3ms 101 "
        ),
        LoggedRequest("GET", "/hub", "id=x", 101, "1.1", None),
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
