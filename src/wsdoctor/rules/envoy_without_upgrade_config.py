"""Envoy lost the fields: no upgrade_configs on the way, or a sidecar in between."""

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule, request
from wsdoctor.rules._declared import hops
from wsdoctor.rules._intermediary import lost
from wsdoctor.rules._remedies import ENVOY_UPGRADES, directives


def match(method: str, http_version: str, headers: Headers, handshake: tuple[str, ...]) -> str | None:
    """Return the reason if the evidence fits, else None."""
    loss = lost(method, http_version, headers, handshake)
    if loss is None or loss.by.product != "envoy" or loss.only_version:
        return None
    return f"{loss.seen}; {loss.by.sign} is a field of Envoy"


RULE = Rule(
    id="envoy-without-upgrade-config",
    title="Envoy passes the handshake on as a plain request",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.92,
    match=match,
    declared=hops(products={"envoy", "istio"}, loses=True),
    why=(
        "Envoy, also inside Istio, Contour, Ambassador and Envoy Gateway, passes only those upgrades on that are "
        "listed in its configuration. A route or a filter that is not told about websocket sends a plain request. If "
        "the hop before Envoy had lost the fields, Envoy cannot bring them back."
    ),
    remedy=Remedy(
        ("List websocket in upgrade_configs of the connection manager or the route, and look at the hop before."),
        {
            **directives("Envoy"),
            "Istio": "name the port of the Service ws- or http-, and no h2UpgradePolicy: UPGRADE",
            "Envoy Gateway": "no GRPCRoute on the same listener",
        },
    ),
    references=(ENVOY_UPGRADES,),
    cases=(
        Case(
            "x-envoy-expected-rq-timeout-ms",
            request(
                "GET /ws HTTP/1.1",
                "host: app.example.com",
                "user-agent: Mozilla/5.0",
                "sec-websocket-key: x3JJHMbDL1EzLkh9GBhXDw==",
                "sec-websocket-version: 13",
                "x-forwarded-proto: http",
                "x-request-id: 6d1",
                "x-envoy-expected-rq-timeout-ms: 15000",
            ),
        ),
    ),
    near_misses=(
        Case(
            "intact",
            request(
                "GET /ws HTTP/1.1",
                "host: app",
                "connection: Upgrade",
                "upgrade: websocket",
                "sec-websocket-key: x3JJHMbDL1EzLkh9GBhXDw==",
                "sec-websocket-version: 13",
                "x-envoy-expected-rq-timeout-ms: 15000",
            ),
        ),
    ),
    supersedes=("upgrade-stripped",),
)
