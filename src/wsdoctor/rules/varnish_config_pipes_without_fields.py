"""VCL that pipes WebSockets without both fields."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._files import named_like, text_of, unseen
from wsdoctor.rules._remedies import directives

_NAME = re.compile(r"(?i)\.vcl(?:\.\w{1,8})?$")
_PIPES = re.compile(r"\breturn\s*\(\s*pipe\s*\)")
_PIPE = re.compile(r"\bsub\s+vcl_pipe\b")
_FIELDS = tuple((name, re.compile(rf"(?i)\bset\s+bereq\.http\.{name}\s*=")) for name in ("Upgrade", "Connection"))
_INCLUDE = re.compile(r"(?m)^\s*include\s+[\"+]")

_RECV = "sub vcl_recv {\n  if (req.http.upgrade) { return (pipe); }\n}\n"
_ONE = "sub vcl_pipe {\n  set bereq.http.upgrade = req.http.upgrade;\n"
_OTHER = "  set bereq.http.connection = req.http.connection;\n"


def match(
    files: tuple[SourceFile, ...],
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    file = named_like(files, _NAME)
    if file is None or not unseen(headers, first_bytes, outcome, log):
        return None
    text = text_of(file)
    if _PIPES.search(text) is None or _PIPE.search(text) is None or _INCLUDE.search(text) is not None:
        return None
    lacking = next((name for name, pattern in _FIELDS if pattern.search(text) is None), None)
    return None if lacking is None else f"{file.name[:80]} pipes, and sets no bereq.http.{lacking.lower()}"


RULE = Rule(
    id="varnish-config-pipes-without-fields",
    title="VCL pipes the WebSocket without copying Upgrade and Connection",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.82,
    match=match,
    why="Varnish hands a piped connection through after it has sent a request of its own, which says Connection: close "
    "and leaves Upgrade out. The subroutine vcl_pipe must copy Upgrade and Connection, both of them.",
    remedy=Remedy("Copy upgrade and connection in vcl_pipe.", directives("Varnish")),
    references=(
        Reference(
            "Varnish: using WebSockets", "https://varnish-cache.org/docs/trunk/users-guide/vcl-example-websockets.html"
        ),
    ),
    cases=(
        Case("one field of two", facts={"files": (SourceFile("default.vcl", f"{_RECV}{_ONE}}}\n"),)}),
        Case("neither", facts={"files": (SourceFile("default.vcl", f"sub vcl_pipe {{ return (pipe); }}\n{_RECV}"),)}),
    ),
    near_misses=(
        Case("both fields", facts={"files": (SourceFile("default.vcl", f"{_RECV}{_ONE}{_OTHER}}}\n"),)}),
        Case(
            "the rest is in another file",
            facts={"files": (SourceFile("a.vcl", f'include "b.vcl";\n{_RECV}{_ONE}}}\n'),)},
        ),
        Case("vcl_pipe is not shown", facts={"files": (SourceFile("default.vcl", _RECV),)}),
        Case("another program's", facts={"files": (SourceFile("nginx.conf", f"{_RECV}{_ONE}}}\n"),)}),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"files": (SourceFile("default.vcl", f"{_RECV}{_ONE}}}\n"),)},
        ),
    ),
    supersedes=("handshake-answered-as-page", "gateway-error-answered"),
)
