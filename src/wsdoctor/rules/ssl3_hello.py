"""An SSL 3.0 hello: a scanner or a very old device."""

from wsdoctor.model.evidence import ClientHello
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._remedies import TLS_HELLO
from wsdoctor.rules._samples import NAMED_HELLO, SSL3_CHECK


def match(hello: ClientHello, speaks: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "tls" or hello.record_version != "SSL 3.0":
        return None
    return (
        f"a ClientHello of SSL 3.0 with {hello.cipher_suites} cipher suites: a scanner, a test tool or a very "
        "old device"
    )


RULE = Rule(
    id="ssl3-hello",
    title="SSL 3.0, which nobody has used since 2015, spoken to a plain port",
    cls="tls-on-plaintext",
    level="note",
    confidence=0.8,
    match=match,
    why=(
        "SSL 3.0 was forbidden in 2015 (RFC 7568). Whoever still offers it is a scanner that looks for old servers, a"
        " health check that plays one, or a device that was never updated. The port is plain anyway, so nothing can "
        "come of it."
    ),
    remedy=Remedy("Ignore it if it comes from the internet; if it is a check of yours, use an HTTP check."),
    references=(
        Reference("RFC 7568: deprecating SSL 3.0", "https://www.rfc-editor.org/rfc/rfc7568.html"),
        TLS_HELLO,
    ),
    cases=(Case("not HAProxy's", SSL3_CHECK.replace(b"HAPROXYSSLCHK", b"haproxysslchk")),),
    near_misses=(Case("TLS 1.3", NAMED_HELLO),),
    supersedes=("tls-hello-cut-off",),
)
