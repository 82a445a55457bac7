"""Two layers each add Upgrade: websocket."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, KEY, VERSION, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._intermediary import shown
from wsdoctor.rules._remedies import RFC9110_UPGRADE


def match(headers: Headers, outcome: str | None = None, status: int | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if outcome == "upgraded" or status == 101 or headers.tokens("upgrade").count("websocket") < 2:
        return None
    return f"{shown('Upgrade', headers)} names websocket more than once"


RULE = Rule(
    id="upgrade-sent-twice",
    title="Two proxy layers both add Upgrade: websocket",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.9,
    match=match,
    why=(
        "One layer passes the client's Upgrade on and another adds its own, so the value reads websocket, websocket. "
        "Many servers compare it with the single word and refuse the handshake. Envoy filters, ingress annotations "
        "and an nginx in front of each other do this."
    ),
    remedy=Remedy(
        "Let only one layer write the field: copy it or set it, not both.",
        {
            "nginx": "proxy_set_header Upgrade $http_upgrade; once, in the location",
            "Istio, Envoy": "no EnvoyFilter or headers.request.add for upgrade",
        },
    ),
    references=(
        RFC9110_UPGRADE,
        Reference("Istio: issue 29427", "https://github.com/istio/istio/issues/29427"),
    ),
    cases=(
        Case(
            "joined by a comma",
            request(
                "GET /ws HTTP/1.1",
                "Host: app",
                "Upgrade: websocket,websocket",
                "Connection: upgrade",
                "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0",
                "Origin: https://app.example.com",
                KEY,
                VERSION,
            ),
        ),
    ),
    near_misses=(
        Case("once", request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE)),
        Case(
            "the server took it",
            request(
                "GET /ws HTTP/1.1", "Host: app", "Upgrade: websocket, websocket", "Connection: upgrade", KEY, VERSION
            ),
            {"outcome": "upgraded"},
        ),
    ),
)
