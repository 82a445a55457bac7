"""Chrome asks whether a public page may reach a private address."""

from __future__ import annotations

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule, request
from wsdoctor.rules._examples import CHROME
from wsdoctor.rules._plain import line_of


def match(method: str, target: str, headers: Headers, origin: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if method.upper() != "OPTIONS":
        return None
    for name in ("access-control-request-private-network", "access-control-request-local-network"):
        if name in headers:
            return (
                f"{line_of(method, target)} came with {name}: {origin[:80] or 'a page'} calls an address of "
                f"a private network."
            )
    return None


RULE = Rule(
    id="private-network-preflight",
    title="Chrome asks whether a public page may reach this private address",
    cls="cors-preflight",
    level="warning",
    confidence=0.97,
    match=match,
    why="A page of the public web calls a server on this machine or in this network. From 2022 Chrome "
    "announced such calls with an "
    "OPTIONS request of their own; in 2024 that plan was put on hold, and since Chrome 142 (2025) the browser "
    "asks its user "
    "for the permission instead. What follows is a plain HTTP call, or a WebSocket of a page that may need "
    "that permission.",
    remedy=Remedy(
        "Serve the page from the same network or machine; on older Chrome answer with "
        "Access-Control-Allow-Private-Network: true "
        "if the page is yours, and on newer ones allow local network access for its site.",
        {"Chrome": "Site settings, Local network access: Allow"},
    ),
    references=(
        Reference("Private Network Access on hold", "https://developer.chrome.com/blog/pna-on-hold"),
        Reference("Local Network Access", "https://developer.chrome.com/blog/local-network-access"),
    ),
    cases=(
        Case(
            "a console on the web that calls localhost",
            request(
                "OPTIONS /ws HTTP/1.1",
                "Host: 127.0.0.1:8080",
                "Accept: */*",
                "Access-Control-Request-Method: GET",
                "Access-Control-Request-Private-Network: true",
                "Origin: https://console.example.com",
                CHROME,
                "Sec-Fetch-Mode: cors",
            ),
        ),
    ),
    near_misses=(
        Case(
            "an ordinary preflight",
            request(
                "OPTIONS /ws HTTP/1.1",
                "Host: 127.0.0.1:8080",
                "Access-Control-Request-Method: GET",
                "Origin: https://console.example.com",
                CHROME,
            ),
        ),
    ),
    supersedes=("cors-preflight",),
)
