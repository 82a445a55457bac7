"""nginx's error log: its https:// to the server met plain HTTP."""

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import quote

_LIMIT = 20_000
_SAID = re.compile(
    r"SSL_do_handshake\(\) failed[^\n]{0,200}(?:wrong version number|unknown protocol"
    r"|packet length too long)[^\n]{0,60}while SSL handshaking to upstream"
)


def match(log: str) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = _SAID.search(log[:_LIMIT])
    return None if found is None else f"nginx logs “{quote(found[0])}”"


RULE = Rule(
    id="nginx-https-to-plaintext-server",
    title="nginx speaks https:// to a server that answers in plain HTTP",
    cls="tls-on-plaintext",
    level="error",
    confidence=0.93,
    match=match,
    why=(
        "nginx was told to speak TLS to the server and the answer was not TLS. The server listens in plain HTTP, and "
        "proxy_pass says https://."
    ),
    remedy=Remedy("Write http:// in proxy_pass.", {"nginx": "proxy_pass http://127.0.0.1:8080; instead of https://"}),
    references=(
        Reference("nginx: proxy_pass", "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_pass"),
    ),
    cases=(
        Case(
            "error log",
            facts={
                "log": "[error] 31#31: *7 SSL_do_handshake() failed (SSL: error:0A00010B:SSL routines::wrong "
                "version number) while SSL handshaking to upstream, client: 203.0.113.7"
            },
        ),
    ),
    near_misses=(Case("a client's words", facts={"log": "ssl3_get_record:wrong version number"}),),
    supersedes=("tls-client-met-plaintext",),
)
