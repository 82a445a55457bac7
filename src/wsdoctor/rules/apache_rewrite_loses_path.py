"""Apache's rewrite rule sends every WebSocket to one path."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Remedy, Rule
from wsdoctor.rules._files import found_in, unseen
from wsdoctor.rules._remedies import APACHE_UPGRADE, directives

_RULE = re.compile(r"(?m)^\s*RewriteRule\s+\"?\^?/?\(\.[*+]\)\$?\"?\s+\"?wss?://[^\s/\"]+/?\"?(?:\s+\[|\s*$)")


def match(
    files: tuple[SourceFile, ...],
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    found = found_in(files, _RULE) if unseen(headers, first_bytes, outcome, log) else None
    return None if found is None else f"{found}, so the path that was asked for is lost"


RULE = Rule(
    id="apache-rewrite-loses-path",
    title="Apache sends every WebSocket to the root of the server behind it",
    cls="misroute",
    level="error",
    confidence=0.8,
    match=match,
    why="The rewrite rule catches the path in brackets and does not use it: its target ends at the root. The server "
    "behind gets a handshake for / whatever the client asked for, and has no WebSocket there.",
    remedy=Remedy(
        "Put $1 at the end of the rule's target.", directives("Apache httpd 2.4.47 and later", "Apache httpd")
    ),
    references=(APACHE_UPGRADE,),
    cases=(
        Case(
            "no $1",
            facts={"files": (SourceFile("site.conf", "RewriteRule /(.*) ws://127.0.0.1:9090/ [P,L]\n"),)},
        ),
    ),
    near_misses=(
        Case(
            "with $1", facts={"files": (SourceFile("site.conf", "RewriteRule /(.*) ws://127.0.0.1:9090/$1 [P,L]\n"),)}
        ),
    ),
    supersedes=("apache-config-without-upgrade",),
)
