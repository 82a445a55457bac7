"""A survey of the whole Internet knocked."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import ask_text, sent_by


def match(
    sender: Sender,
    method: str | None = None,
    target: str | None = None,
    user_agent: str | None = None,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
) -> str | None:
    """Hold for what the entries of the table that name this rule send."""
    if not sent_by(sender, "internet-scanner", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} is {sender.name}, which surveys all public addresses."


RULE = Rule(
    id="internet-scanner",
    title="An Internet survey scanned the port",
    cls="scanner",
    level="note",
    confidence=0.96,
    match=match,
    why=(
        "Companies and universities connect to every public address, port by port, to see what listens. They mean no "
        "attack and want nothing from this server; a port that can be reached from anywhere is found within hours. No "
        "real client is affected."
    ),
    remedy=Remedy(
        (
            "Nothing is broken. Close the port to the Internet if only a proxy or known networks need it, or opt out "
            "at the scanner's page."
        ),
        {
            "firewall": "ufw allow from 10.0.0.0/8 to any port 8080 proto tcp; ufw deny 8080/tcp",
            "Docker": 'ports: ["127.0.0.1:8080:8080"] publishes the port to this machine alone.',
            "server": "Listen on 127.0.0.1 behind a proxy instead of 0.0.0.0.",
        },
    ),
    references=(
        Reference("Censys: opt out of data collection", "https://docs.censys.com/docs/opt-out-of-data-collection"),
        Reference(
            "Palo Alto Networks: scanning activity",
            "https://docs-cortex.paloaltonetworks.com/r/1/Cortex-Xpanse/Scanning-activity",
        ),
    ),
    cases=(
        Case(
            "ZGrab",
            request(
                "GET / HTTP/1.1",
                "Host: 203.0.113.80:8765",
                "User-Agent: Mozilla/5.0 zgrab/0.x",
                "Accept: */*",
                "Accept-Encoding: gzip",
            ),
            {"peer": "198.51.100.72"},
        ),
        Case(
            "Censys",
            request(
                "GET / HTTP/1.1",
                "Host: 203.0.113.80:8765",
                "User-Agent: Mozilla/5.0 (compatible; CensysInspect/1.1; +https://about.censys.io/)",
                "Accept: */*",
            ),
        ),
        Case(
            "in an access log",
            None,
            {
                "method": "GET",
                "path": "/",
                "target": "/",
                "user_agent": "Mozilla/5.0 (compatible; InternetMeasurement/1.0; +https://internet-measurement.com/)",
            },
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request(
                "GET /ws HTTP/1.1",
                "Host: chat:8080",
                *GOOD_HANDSHAKE,
                "User-Agent: Mozilla/5.0 (compatible; ModatScanner/1.2; +https://modat.io/)",
            ),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(
        "exploit-path",
        "bare-user-agent",
        "request-by-address",
        "favicon-request",
        "crawler-file-request",
        "unknown-robot",
    ),
    claim=False,
)
