"""A certificate authority validates the name."""

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
    if not sent_by(sender, "certificate-validation", headers, handshake):
        return None
    return f"{ask_text(method, target, user_agent)} is the validation of a certificate order."


RULE = Rule(
    id="certificate-validation",
    title="A certificate authority validates the host name on this port",
    cls="scanner",
    level="warning",
    confidence=0.9,
    match=match,
    why=(
        "A certificate authority fetches a file below /.well-known/acme-challenge/ to see that the applicant holds "
        "the host name. The request came to the WebSocket port, which cannot answer it, so the certificate will not "
        "be issued or renewed."
    ),
    remedy=Remedy(
        "Let the web server or the certificate client answer the challenge, or validate by DNS.",
        {
            "nginx": (
                "location /.well-known/acme-challenge/ { root /var/www/letsencrypt; } before the location of the "
                "WebSocket"
            ),
            "certbot": "certbot certonly --dns-… for validation by DNS",
        },
    ),
    references=(Reference("Let's Encrypt: challenge types", "https://letsencrypt.org/docs/challenge-types/"),),
    cases=(
        Case(
            "Let's Encrypt",
            request(
                "GET /.well-known/acme-challenge/x3JJHMbDL1EzLkh9GBhX HTTP/1.1",
                "Host: ws.example.com",
                "User-Agent: Mozilla/5.0 (compatible; Let's Encrypt validation server; +https://www.letsencrypt.org)",
                "Accept: */*",
            ),
        ),
    ),
    near_misses=(
        Case(
            "the same program opening a WebSocket",
            request(
                "GET /ws HTTP/1.1",
                "Host: chat:8080",
                *GOOD_HANDSHAKE,
                "User-Agent: Mozilla/5.0 (compatible; Let's Encrypt validation server; +https://www.letsencrypt.org)",
            ),
        ),
        Case("curl by hand", request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*")),
    ),
    supersedes=(),
    claim=False,
)
