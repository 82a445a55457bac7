"""A server's log quotes the first bytes of TLS."""

import re

from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._log_text import quote
from wsdoctor.rules._remedies import TLS_HELLO
from wsdoctor.rules._samples import NAMED_HELLO

_LIMIT = 20_000
_QUOTED = re.compile(
    r"\\x16\\x03(?:\\x0[0-4])?|\\u0016\\u0003|\\026\\003|\x16\x03|\b16 ?03 ?0[0-4]\b(?= )|0x160x03(?:0x0[0-4])?"
    r"|<<22, ?3, ?[0-4]\b"
    r"|illegal character (?:CNTL=)?0x16\b",
    re.IGNORECASE,
)
_CIPHERS = re.compile(r"(?i)(?:\\x13\\x0[123]){2,3}|(?:\\xc0[+/,0]){2,4}")
"""Suites of ciphers as a ClientHello lists them, where a server quotes a piece of it that has no record header."""
_SAID = re.compile(
    r"(?i)open an SSL connection to a non-SSL Puma|accessing the development server over HTTPS, but it only supports "
    r"HTTP"
    r"|unexpected TLS ClientHello on clear port|\bSSL connection but (?:no 'ssl' module|'[^'\n]{1,200}' not found)"
    r"|https request (?:was )?(?:received|sent) (?:on|to) (?:an? )?(?:plain )?http (?:port|server)"
)


def match(log: str, first_bytes: bytes | None = None) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if first_bytes is not None:
        return None
    found = _QUOTED.search(log[:_LIMIT])
    if found is not None:
        return f"the log quotes “{quote(found[0], 60)}”, the record header of TLS"
    found = _CIPHERS.search(log[:_LIMIT])
    if found is not None:
        return f"the log quotes “{quote(found[0], 60)}”, ciphers as the ClientHello of TLS lists them"
    found = _SAID.search(log[:_LIMIT])
    return None if found is None else f"the server says “{quote(found[0])}”"


RULE = Rule(
    id="tls-bytes-in-log",
    title="The log quotes the first bytes of TLS, sent to a plain port",
    cls="tls-on-plaintext",
    level="warning",
    confidence=0.85,
    match=match,
    why=(
        "The client speaks TLS, as for wss:// or https://, and this port expects plain HTTP. The server sees binary "
        "bytes where it looks for GET and gives up. The log shows the beginning, 0x16 0x03, which is the record "
        "header of a TLS hello. Most often a client was given wss:// or https:// for this port; scanners try TLS on "
        "every port as well."
    ),
    remedy=Remedy(
        "Give the client ws:// or http:// for this port, or end TLS in front. From the internet it is most often a "
        "scanner."
    ),
    references=(
        TLS_HELLO,
        Reference("aiohttp: pull request 10055", "https://github.com/aio-libs/aiohttp/pull/10055"),
    ),
    cases=(
        Case(
            "a piece of the ClientHello",
            facts={"log": "code 400, message Bad request version ('\\xea\\xea\\x13\\x01\\x13\\x02\\x13\\x03\\xc0+')"},
        ),
        Case("websockify", facts={"log": "handler exception: SSL connection but '/etc/self.pem' not found"}),
        Case(
            "aiohttp",
            facts={
                "log": "aiohttp.http_exceptions.BadHttpMethod: 400, message:\n  Invalid method encountered:\n    "
                "b'\\x16\\x03\\x01\\x02\\x00\\x01'"
            },
        ),
        Case(
            "Go", facts={"log": 'http: invalid Read on closed Body: malformed HTTP request "\\x16\\x03\\x01\\x00\\xf1"'}
        ),
    ),
    near_misses=(
        Case("the bytes themselves say more", NAMED_HELLO, {"log": "b'\\x16\\x03\\x01'"}),
        Case("other bytes", facts={"log": "b'\\x03\\x00\\x00'"}),
        Case("two bytes alone", facts={"log": "code 400, message Bad request version ('\\x13\\x01')"}),
    ),
)
