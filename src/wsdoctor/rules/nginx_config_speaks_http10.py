"""nginx configuration forwards both fields but leaves the version at its old default."""

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Remedy, Rule, request
from wsdoctor.rules._files import found_in, text_of, unseen
from wsdoctor.rules._log_text import LIMIT, answered, names_cause
from wsdoctor.rules._remedies import NGINX_HTTP_VERSION, RFC9110_UPGRADE

_PASS = re.compile(r"\bproxy_pass\s+http")
_UPGRADE = re.compile(r"(?i)\bproxy_set_header\s+[\"']?Upgrade\b")
_SAID = re.compile(r"\b505\b|unsupported protocol; expected HTTP/1\.1")
_CODES = frozenset((200, 400, 405, 426, 505))
_INCLUDE = re.compile(r"(?m)^\s*include\s+(?!\S*mime\.types)")


def match(
    files: tuple[SourceFile, ...],
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    status: int | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome):
        return None
    code = 505 if _SAID.search((log or "")[:LIMIT]) is not None else answered(status, log)
    if code not in _CODES or (code != 505 and names_cause(log)):
        return None
    text = "\n".join(text_of(file) for file in files)
    if "proxy_http_version" in text or _UPGRADE.search(text) is None or _INCLUDE.search(text) is not None:
        return None
    found = found_in(files, _PASS)
    return None if found is None else f"{found}, without proxy_http_version, and the answer was {code}"


RULE = Rule(
    id="nginx-config-speaks-http10",
    title=("The nginx configuration forwards both fields, but the version stays HTTP/1.0 before nginx 1.29.7"),
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.75,
    match=match,
    why=(
        "nginx passes on only what it is told to. Upgrade and Connection are forwarded, but proxy_http_version is "
        "missing. Before 1.29.7 nginx then speaks HTTP/1.0 to the server, in which no WebSocket can be opened."
    ),
    remedy=Remedy(
        "Add proxy_http_version 1.1, or update nginx to 1.29.7 or later.", {"nginx": "proxy_http_version 1.1;"}
    ),
    references=(
        NGINX_HTTP_VERSION,
        RFC9110_UPGRADE,
    ),
    cases=(
        Case(
            "version missing, answered 505",
            facts={
                "files": (
                    SourceFile(
                        "nginx.conf",
                        "location /ws {\n  proxy_pass http://app;\n  proxy_set_header Upgrade $http_upgrade;\n  "
                        'proxy_set_header Connection "Upgrade";\n}\n',
                    ),
                ),
                "status": 505,
            },
        ),
        Case(
            "version missing, answered as a plain request in the browser's words",
            facts={
                "files": (
                    SourceFile(
                        "nginx.conf",
                        "location /ws {\n  proxy_pass http://app;\n  proxy_set_header Upgrade $http_upgrade;\n  "
                        'proxy_set_header Connection "Upgrade";\n}\n',
                    ),
                ),
                "log": "WebSocket connection to 'wss://a/ws' failed: Unexpected response code: 400\n",
            },
        ),
    ),
    near_misses=(
        Case(
            "answered for another cause",
            facts={
                "files": (
                    SourceFile(
                        "nginx.conf",
                        "location /ws {\n  proxy_pass http://app;\n  proxy_set_header Upgrade $http_upgrade;\n  "
                        'proxy_set_header Connection "Upgrade";\n}\n',
                    ),
                ),
                "log": "request origin not allowed\nUnexpected response code: 400\n",
            },
        ),
        Case(
            "nobody says that it was refused",
            facts={
                "files": (
                    SourceFile(
                        "nginx.conf",
                        "location /ws {\n  proxy_pass http://app;\n  proxy_set_header Upgrade $http_upgrade;\n  "
                        'proxy_set_header Connection "Upgrade";\n}\n',
                    ),
                ),
            },
        ),
        Case(
            "version set",
            facts={
                "files": (
                    SourceFile(
                        "nginx.conf",
                        "location /ws {\n  proxy_pass http://app;\n  proxy_http_version 1.1;\n  proxy_set_header "
                        "Upgrade $http_upgrade;\n  proxy_set_header Connection upgrade;\n}\n",
                    ),
                ),
                "status": 505,
            },
        ),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {
                "files": (
                    SourceFile(
                        "nginx.conf",
                        "location /ws {\n  proxy_pass http://app;\n  proxy_set_header Upgrade $http_upgrade;\n  "
                        'proxy_set_header Connection "Upgrade";\n}\n',
                    ),
                ),
                "status": 505,
            },
        ),
    ),
    supersedes=("handshake-answered-as-page",),
)
