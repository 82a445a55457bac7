"""nginx configuration with proxy_pass and without proxy_set_header Upgrade."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Remedy, Rule, request
from wsdoctor.rules._files import found_in, text_of, unseen
from wsdoctor.rules._remedies import NGINX_HTTP_VERSION, NGINX_WEBSOCKET, directives

_PASS = re.compile(r"\bproxy_pass\s+http|\bproxyPass\s*=\s*\"http")
_UPGRADE = re.compile(r"(?i)\bproxy_set_header\s+[\"']?Upgrade\b|\bproxyWebsockets\s*=\s*true\b")
"""nginx's own word, and that of NixOS."""
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
    if _UPGRADE.search(text) is not None or _INCLUDE.search(text) is not None:
        return None
    found = found_in(files, _PASS)
    return None if found is None else f"{found}, and no line sends Upgrade on"


RULE = Rule(
    id="nginx-config-without-upgrade",
    title="The nginx configuration passes no Upgrade on",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.8,
    match=match,
    why=(
        "nginx passes on only what it is told to. The configuration that is known has proxy_pass lines but none that "
        "sends Upgrade, so no WebSocket gets through: nginx before 1.29.7 sends HTTP/1.0 and Connection: close, later"
        " ones no Connection at all."
    ),
    remedy=Remedy(
        "Add the lines for Upgrade and Connection to the location of the WebSocket.",
        {**directives("nginx", "nginx 1.29.7 and later"), "NixOS": "proxyWebsockets = true; beside proxyPass"},
    ),
    references=(
        NGINX_WEBSOCKET,
        NGINX_HTTP_VERSION,
    ),
    cases=(
        Case(
            "proxy_pass alone",
            facts={
                "files": (
                    SourceFile("site.conf", "location / {\n  proxy_pass http://app;\n  proxy_http_version 1.1;\n}\n"),
                )
            },
        ),
        Case(
            "NixOS, whose modules write nginx's configuration",
            facts={"files": (SourceFile("web.nix", 'locations."/" = { proxyPass = "http://localhost:8000"; };\n'),)},
        ),
        Case(
            "Connection emptied",
            facts={
                "files": (
                    SourceFile(
                        "site.conf", 'location / {\n  proxy_set_header Connection "";\n  proxy_pass http://app;\n}\n'
                    ),
                )
            },
        ),
    ),
    near_misses=(
        Case(
            "the log shows a WebSocket that was opened",
            facts={
                "log": '192.0.2.7 - - [x] "GET /ws HTTP/1.1" 101 264 "-" "Mozilla/5.0"\n',
                "files": (SourceFile("nginx.conf", "location /ws {\n  proxy_pass http://b:8080;\n}\n"),),
            },
        ),
        Case(
            "NixOS, told of WebSockets",
            facts={"files": (SourceFile("web.nix", 'proxyPass = "http://a:8000"; proxyWebsockets = true;\n'),)},
        ),
        Case(
            "with Upgrade",
            facts={
                "files": (
                    SourceFile(
                        "site.conf",
                        "location / {\n  proxy_pass http://app;\n  proxy_set_header Upgrade $http_upgrade;\n  "
                        "proxy_set_header Connection $connection_upgrade;\n}\n",
                    ),
                )
            },
        ),
        Case(
            "the lines may be in another file",
            facts={
                "files": (
                    SourceFile("site.conf", "location / {\n  include proxy.conf;\n  proxy_pass http://app;\n}\n"),
                )
            },
        ),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {
                "files": (
                    SourceFile("site.conf", "location / {\n  proxy_pass http://app;\n  proxy_http_version 1.1;\n}\n"),
                )
            },
        ),
    ),
)
