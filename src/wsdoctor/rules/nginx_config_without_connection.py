"""nginx configuration sends Upgrade on, and Connection without its token."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Remedy, Rule, request
from wsdoctor.rules._files import found_in, text_of, unseen
from wsdoctor.rules._remedies import NGINX_WEBSOCKET, RFC9110_CONNECTION, directives

_UPGRADE = re.compile(r"(?i)\bproxy_set_header\s+[\"']?Upgrade\b")
_CONNECTION = re.compile(r"(?i)\bproxy_set_header\s+[\"']?Connection[\"']?\s+[\"']?([^;\n]{0,80}?)[\"']?\s*;")
_INCLUDE = re.compile(r"(?m)^\s*include\s+(?!\S*mime\.types)")


def match(
    files: tuple[SourceFile, ...],
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome, log):
        return None
    text = "\n".join(text_of(file) for file in files)
    if _INCLUDE.search(text) is not None or (found := found_in(files, _UPGRADE)) is None:
        return None
    values = _CONNECTION.findall(text)
    if any("upgrade" in value.lower() or "$" in value for value in values):
        return None
    sent = f"Connection is set to “{values[0]}”" if values else "no line sets Connection, so nginx sends close"
    return f"{found}, but {sent}"


RULE = Rule(
    id="nginx-config-without-connection",
    title="The nginx configuration sends Upgrade on, but not Connection: upgrade",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.85,
    match=match,
    why="A handshake needs both fields: Upgrade names the protocol, and Connection must hold the word upgrade, or the "
    "server takes the request for a plain one. Examples for plain applications set Connection to keep-alive or to "
    "nothing.",
    remedy=Remedy(
        "Send Connection: upgrade on in the location of the WebSocket.",
        directives("nginx", "nginx 1.29.7 and later"),
    ),
    references=(NGINX_WEBSOCKET, RFC9110_CONNECTION),
    cases=(
        Case(
            "keep-alive",
            facts={
                "files": (
                    SourceFile(
                        "site.conf",
                        "location / {\n  proxy_pass http://app;\n  proxy_http_version 1.1;\n"
                        "  proxy_set_header Upgrade $http_upgrade;\n  proxy_set_header Connection keep-alive;\n}\n",
                    ),
                )
            },
        ),
        Case(
            "no line",
            facts={
                "files": (
                    SourceFile(
                        "site.conf",
                        "location / {\n  proxy_pass http://app;\n  proxy_http_version 1.1;\n"
                        "  proxy_set_header Upgrade $http_upgrade;\n}\n",
                    ),
                )
            },
        ),
    ),
    near_misses=(
        Case(
            "the word",
            facts={
                "files": (
                    SourceFile(
                        "site.conf",
                        "proxy_pass http://app;\nproxy_set_header Upgrade $http_upgrade;\nproxy_set_header Connection "
                        '"Upgrade";\n',
                    ),
                )
            },
        ),
        Case(
            "the rest is in another file",
            facts={"files": (SourceFile("site.conf", "include ws.conf;\nproxy_set_header Upgrade $http_upgrade;\n"),)},
        ),
        Case("no Upgrade either", facts={"files": (SourceFile("site.conf", "proxy_set_header Connection close;\n"),)}),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"files": (SourceFile("site.conf", "proxy_set_header Upgrade $http_upgrade;\n"),)},
        ),
    ),
    supersedes=("handshake-answered-as-page", "hot-reload-socket-lost"),
)
