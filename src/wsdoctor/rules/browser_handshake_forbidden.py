"""A browser's console says that its handshake was answered 403, and nothing says why."""

from __future__ import annotations

from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._examples import good_handshake
from wsdoctor.rules._log_text import answered, names_cause
from wsdoctor.rules._pages import rfc6455, rfc9110

_GATEWAYS = ("azure-app-gateway", "aws-waf", "cloudflare", "akamai", "waf")


def match(
    log: str,
    handshake: tuple[str, ...] | None = None,
    status: int | None = None,
    platform: str | None = None,
    outcome: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if handshake is not None or status is not None or outcome == "upgraded" or (platform or "") in _GATEWAYS:
        return None
    if "WebSocket connection to" not in log or names_cause(log) or answered(None, log) != 403:
        return None
    return (
        "The browser's handshake was answered 403, as servers do that do not allow the page's Origin; missing "
        "credentials, a proxy or a firewall look the same from here."
    )


RULE = Rule(
    id="browser-handshake-forbidden",
    title="A browser's handshake is answered 403, perhaps for its Origin",
    cls="origin-rejected",
    level="error",
    confidence=0.5,
    match=match,
    why="A console shows the status and no more. Browsers always send Origin, and a server that does not know the page "
    "answers 403; that is the first thing to look at. The application may as well miss credentials, and a proxy or a "
    "firewall on the way may forbid the path or the upgrade.",
    remedy=Remedy(
        "Read the server's log at the time of the attempt: it says whether the handshake arrived and which check "
        "refused it. Then add the page's origin to those that the server allows, or mend the proxy.",
    ),
    references=(rfc6455("10.2"), rfc9110("15.5.4")),
    cases=(
        Case(
            "Chrome",
            None,
            {
                "log": "WebSocket connection to 'wss://a.example/ws' failed: Error during WebSocket handshake: "
                "Unexpected response code: 403\n"
            },
        ),
    ),
    near_misses=(
        Case("a page", None, {"log": "WebSocket connection to 'wss://a/' failed: Unexpected response code: 200\n"}),
        Case(
            "behind a firewall that judges requests",
            None,
            {
                "log": "WebSocket connection to 'wss://a/' failed: Unexpected response code: 403\n",
                "platform": "aws-waf",
            },
        ),
        Case(
            "the request is known",
            good_handshake(),
            {"log": "WebSocket connection to 'wss://a/' failed: Unexpected response code: 403\n"},
        ),
    ),
    supersedes=("handshake-forbidden",),
)
