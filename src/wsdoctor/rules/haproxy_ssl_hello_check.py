"""HAProxy's health check option ssl-hello-chk."""

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._samples import SSL3_CHECK


def match(first_bytes: bytes, speaks: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "tls" or b"HAPROXYSSLCHK" not in first_bytes:
        return None
    return "an SSL 3.0 ClientHello with the words HAPROXYSSLCHK, which only the check of HAProxy sends"


RULE = Rule(
    id="haproxy-ssl-hello-check",
    title="HAProxy checks the port with option ssl-hello-chk",
    cls="health-check",
    level="note",
    confidence=0.97,
    match=match,
    why=(
        "With option ssl-hello-chk HAProxy sends an ancient hello and waits for an answer in the same protocol. A "
        "plain WebSocket server cannot give one, so HAProxy takes it for dead, and the log fills every two seconds."
    ),
    remedy=Remedy(
        ("Check with HTTP instead, and expect the status that a WebSocket server gives to a plain request."),
        {
            "HAProxy": "option httpchk; http-check send meth GET uri /ws ver HTTP/1.1 hdr Host app; http-check "
            "expect status 426"
        },
    ),
    references=(
        Reference(
            "HAProxy: option ssl-hello-chk", "https://docs.haproxy.org/2.8/configuration.html#option%20ssl-hello-chk"
        ),
    ),
    cases=(Case("the check", SSL3_CHECK),),
    near_misses=(Case("SSL 3.0 of somebody else", SSL3_CHECK.replace(b"HAPROXYSSLCHK", b"haproxysslchk")),),
    supersedes=(
        "proxy-speaks-tls-to-plaintext-server",
        "ssl3-hello",
        "tls-hello-cut-off",
    ),
)
