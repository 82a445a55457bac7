"""Nginx Proxy Manager: WebSockets Support is off for the host."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._files import found_in, text_of, unseen
from wsdoctor.rules._remedies import NGINX_WEBSOCKET

_OFF = re.compile(r"\"?allow_websocket_upgrade\"?\s*[:=]\s*(?:false|0)\b")
_INCLUDE = re.compile(r"\binclude\s+conf\.d/include/proxy\.conf")
_UPGRADE = re.compile(r"(?i)\bproxy_set_header\s+Upgrade\b")


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
    if (found := found_in(files, _OFF)) is not None:
        return found
    text = "\n".join(text_of(file) for file in files)
    return None if _UPGRADE.search(text) is not None else found_in(files, _INCLUDE)


RULE = Rule(
    id="nginx-proxy-manager-without-websockets",
    title="Nginx Proxy Manager has WebSockets Support switched off for this host",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.9,
    match=match,
    why=(
        "Nginx Proxy Manager writes the lines for Upgrade and Connection only if the switch WebSockets Support of the"
        " host is on. Here it is off, and only the common proxy.conf is included, which has none of them."
    ),
    remedy=Remedy(
        "Switch WebSockets Support on in the proxy host's details.",
        {"Nginx Proxy Manager": "Proxy Hosts, Edit, Details, WebSockets Support: on"},
    ),
    references=(
        Reference("Nginx Proxy Manager", "https://nginxproxymanager.com/guide/"),
        NGINX_WEBSOCKET,
    ),
    cases=(
        Case(
            "its own setting",
            facts={"files": (SourceFile("host.json", '{"forward_port": 8123, "allow_websocket_upgrade": false}'),)},
        ),
        Case(
            "its file",
            facts={
                "files": (SourceFile("proxy_host/3.conf", "location / {\n  include conf.d/include/proxy.conf;\n}\n"),)
            },
        ),
    ),
    near_misses=(
        Case(
            "switched on",
            facts={
                "files": (
                    SourceFile(
                        "proxy_host/3.conf",
                        "location / {\n  proxy_set_header Upgrade $http_upgrade;\n  proxy_set_header Connection "
                        "$http_connection;\n  proxy_http_version 1.1;\n  include conf.d/include/proxy.conf;\n}\n",
                    ),
                )
            },
        ),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {"files": (SourceFile("host.json", '{"forward_port": 8123, "allow_websocket_upgrade": false}'),)},
        ),
    ),
)
