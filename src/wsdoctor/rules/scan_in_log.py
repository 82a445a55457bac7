"""A log quotes the first bytes of a scanner."""

from __future__ import annotations

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule, Sender
from wsdoctor.rules._attacks import sought_by_attackers
from wsdoctor.rules._checks import CHECK_WORDS, ROBOT_FILES, ROBOT_WORDS, ask_text, calls_itself
from wsdoctor.rules._knocks import CLOSE_PORT
from wsdoctor.rules._log_requests import LoggedRequest
from wsdoctor.rules._log_senders import named_senders, stray_requests

_SIGNS = (
    ("SSH", re.compile(r"SSH-[12]\.\d-[\w.]{2,}")),
    ("Remote Desktop", re.compile(r"mstshash=\w*|\\x03\\x00\\x00[/*+,)]\S{0,6}\\xe0")),
    ("Java RMI", re.compile(r"\bJRMI\b")),
    ("WebLogic T3", re.compile(r"\bt3s? 1[0-4]\.\d")),
    ("RTSP", re.compile(r"OPTIONS \S+ RTSP/1\.0")),
    ("SIP", re.compile(r"OPTIONS sips?:\S+ SIP/2\.0")),
    ("Android Debug Bridge", re.compile(r"\bCNXN\b")),
    ("SMB", re.compile(r"(?:\\xff|\xff|ÿ)SMB[r%]|\\xfeSMB")),
    (
        "a router exploit",
        re.compile(
            r"/(?:boaform|GponForm|HNAP1|setup\.cgi|cgi-bin/(?:luci|\.%2e|%%32))\b|/\.env\b|/wp-login\.php|\$\{jndi:"
            r"|/\.git/config|/wp-(?:includes|content|admin)/|/xmlrpc\.php|/vendor/phpunit/|/phpmyadmin/|/etc/passwd\b"
        ),
    ),
    (
        "a vulnerability scanner",
        re.compile(
            r"\b(?:QUALYS|Nikto|sqlmap|masscan|Nuclei|Acunetix|Netsparker|OpenVAS|Nessus|w3af|gobuster|wpscan)\b",
            re.IGNORECASE,
        ),
    ),
    (
        "a method that no program uses",
        re.compile(
            r"Unsupported method \('(?!GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE|PROPFIND|REPORT|SEARCH)"
            r"[A-Za-z]{3,20}'\)"
        ),
    ),
    (
        "a try of paths and methods at a file server",
        re.compile(r"code 404, message File not found(?=[\s\S]{0,8000}code 501, message Unsupported method)"),
    ),
    ("Gh0st", re.compile(r"\"Gh0st\\x")),
    ("Magellan", re.compile(r"\bMGLNDD_")),
    ("Nmap", re.compile(r"nice%20ports|Nmap Scripting Engine|nmaplowercheck")),
    ("a request that a filter held back", re.compile(r"Filtered a potential harmful request to: \S*")),
    (
        "a scan of TLS versions",
        re.compile(
            r"TLS handshake error from \S+: tls: (?:client requested unsupported application protocols \(\[http/0\.9"
            r"|client offered only unsupported versions: \[3\d\d|no cipher suite supported by both client and server)"
        ),
    ),
)
_CONNECT = re.compile(
    r"\bCONNECT [\w.:%\[\]-]{1,255}(?::|%3A)\d{1,5} HTTP/1\.|\bCONNECT [\w.-]{1,255}:\d{1,5}(?: 1\.[01])?\" [45]\d\d\b"
    r"|\"CONNECT +HTTP/1\.[01]\" [45]\d\d|[45]\d\d CONNECT [\w.-]{1,255}:\d"
    r"|\"(?:GET|HEAD|POST) https?://[^\s\"]{1,255} HTTP/1\.[01]\" [45]\d\d"
    r"|[45]\d\d (?:GET|HEAD|POST) https?://\S{1,255} \("
    r"|expected GET; got CONNECT\b|HTTP method \"CONNECT\" not allowed"
)
_LIMIT = 20_000


def match(log: str, first_bytes: bytes | None = None, user_agent: str | None = None) -> str | None:
    """Hold for a log that shows what only scanners send; what was observed itself counts more."""
    if first_bytes is not None or user_agent is not None:
        return None
    for name, pattern in _SIGNS:
        found = pattern.search(log[:_LIMIT])
        if found is not None:
            return f"The log quotes “{found[0][:40]}”, that is {name}, which was sent to find out what listens."
    if (found := _CONNECT.search(log[:_LIMIT])) is not None:
        return f"The log says “{found[0][:80]}”: somebody tried whether this port is an open proxy."
    for seen, sender in stray_requests(log):
        if seen.path in ROBOT_FILES:
            return f"The log shows {ask_text(seen.method, seen.path)}, a file that only robots read."
        if sender is not None and sender.kind in {"scanner", "crawler", "unfurler"}:
            return f"The log shows {ask_text(seen.method, seen.path)} by {sender.name}, answered {seen.status}."
        if (robot := _robot(seen, sender)) is not None:
            return f"The log shows {ask_text(seen.method, seen.path)} by what calls itself a robot: “{robot}”."
        if seen.status >= 400 and sought_by_attackers(seen.path) is not None:
            return (
                f"The log shows {ask_text(seen.method, seen.path)}, which attackers look for, answered {seen.status}."
            )
    for agent, sender in named_senders(log):
        if sender.kind in {"scanner", "crawler", "unfurler"}:
            return f"The log names the User-Agent “{agent[:60]}”, that is {sender.name}."
    return None


def _robot(seen: LoggedRequest, sender: Sender | None) -> str | None:
    """Return the words by which the User-Agent says that it is a robot; monitors say so as well, and more."""
    agent = seen.user_agent or ""
    if calls_itself(CHECK_WORDS, agent, None, None, sender) is not None:
        return None
    return calls_itself(ROBOT_WORDS, agent, None, None, sender)


RULE = Rule(
    id="scan-in-log",
    title="The log shows a scanner",
    cls="scanner",
    level="note",
    confidence=0.85,
    match=match,
    why="The server logged the first bytes that it could not read. They belong to another "
    "protocol or to a known attack, which "
    "programs send to every open port of the Internet to see what answers. No real client is "
    "affected, and the traceback is "
    "no fault of the server.",
    remedy=Remedy("Nothing is broken. Close the port to those who need not reach it.", CLOSE_PORT),
    references=(Reference("Nmap: service and version detection", "https://nmap.org/book/vscan.html"),),
    cases=(
        Case("SSH", None, {"log": "[ws] invalid HTTP request line: SSH-2.0-Go\n"}),
        Case(
            "Remote Desktop",
            None,
            {"log": "400, message: Invalid method encountered: b'\\x03\\x00\\x00/*\\xe0 Cookie: mstshash=Administr'\n"},
        ),
        Case(
            "Java RMI",
            None,
            {"log": "aiohttp.http_exceptions.BadStatusLine: 400, Invalid method encountered: b'JRMI'\n"},
        ),
        Case("a robot", None, {"log": "400 GET /robots.txt (192.0.2.7) 0.30ms\n"}),
        Case(
            "an address in full, as proxies are asked",
            None,
            {"log": '192.0.2.7 - - [27/Nov/2026 05:19:54] "GET http://example.com/ HTTP/1.1" 400 -\n'},
        ),
        Case("a search for open proxies", None, {"log": "405 CONNECT example.com:443 (192.0.2.7) 0.35ms\n"}),
        Case(
            "a survey, in a log of JSON",
            None,
            {"log": '{"user_agent":"Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)"}\n'},
        ),
        Case(
            "a survey that was answered",
            None,
            {
                "log": '35.203.210.185 - - [17/Dec/2026:00:42:07 -0500] "GET / HTTP/1.1" 200 12 "-" "Expanse, a Palo '
                'Alto Networks company, searches across the global IPv4 space multiple times per day"\n'
            },
        ),
        Case(
            "a robot that nobody knows",
            None,
            {"log": '192.0.2.7 - - [x] "GET / HTTP/1.1" 302 0 "-" "Mozilla/5.0 (compatible; AcmeBot/1.0)"\n'},
        ),
        Case("methods that no program uses", None, {"log": "code 501, message Unsupported method ('rndmmtd')\n"}),
        Case(
            "an administration page",
            None,
            {"log": '192.0.2.7 [x] "GET /actuator/gateway/routes HTTP/1.1" 404 0 "-" "python-requests/2.25"\n'},
        ),
        Case(
            "a survey",
            None,
            {"log": '192.0.2.7 [22/Nov/2026:21:22:27 +0000] "GET / HTTP/1.1" 400 83 "-" "Mozilla/5.0 zgrab/0.x"\n'},
        ),
    ),
    near_misses=(
        Case("a name that nobody knows", None, {"log": '{"user_agent":"something/1.0","status":426}\n'}),
        Case("a health check", None, {"log": '{"user_agent":"kube-probe/1.29","status":426}\n'}),
        Case(
            "the settings of HTTP/2",
            None,
            {"log": "Pause on PRI/Upgrade: b'\\x00\\x00\\x12\\x04\\x00\\x03\\x00\\x00\\x00d'\n"},
        ),
        Case(
            "TLS on a plaintext port", None, {"log": "Invalid method encountered: b'\\x16\\x03\\x01\\x02\\x00\\x01'\n"}
        ),
        Case("an ordinary line", None, {"log": "connection rejected (426 Upgrade Required)\n"}),
    ),
    supersedes=("foreign-protocol-in-log", "plain-request-in-log"),
)
