"""Squid as an accelerator without http_upgrade_request_protocols."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import KEY, VERSION, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._intermediary import lost
from wsdoctor.rules._remedies import directives


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.by.product != "squid" or loss.only_version or "surrogate-capability" not in headers:
        return None
    return f"{loss.seen}; Surrogate-Capability says that Squid stands before the server as an accelerator"


RULE = Rule(
    id="squid-accelerator-without-upgrade",
    title="Squid as an accelerator does not pass Upgrade on",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.94,
    match=match,
    why=(
        "Squid removes Upgrade unless it is told which protocols may pass. Surrogate-Capability shows that it runs as"
        " a reverse proxy, so no client can ask it for a tunnel."
    ),
    remedy=Remedy("Allow the protocol websocket in Squid.", directives("Squid")),
    references=(
        Reference(
            "Squid: http_upgrade_request_protocols",
            "https://www.squid-cache.org/Doc/config/http_upgrade_request_protocols/",
        ),
    ),
    cases=(
        Case(
            "accelerator",
            request(
                "GET /ws HTTP/1.1",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
                "Host: app",
                'Surrogate-Capability: gate="Surrogate/1.0"',
                "Via: 1.1 gate (squid/5.7)",
                "X-Forwarded-For: 10.0.0.9",
                "Connection: keep-alive",
            ),
        ),
    ),
    near_misses=(
        Case(
            "forward proxy",
            request(
                "GET /ws HTTP/1.1", "Host: app", KEY, VERSION, "Via: 1.1 gate (squid/5.7)", "Connection: keep-alive"
            ),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
