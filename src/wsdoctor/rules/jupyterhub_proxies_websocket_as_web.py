"""configurable-http-proxy logs PROXY WEB for a WebSocket path."""

import re

from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request
from wsdoctor.rules._files import unseen
from wsdoctor.rules._log_text import quote
from wsdoctor.rules._remedies import NGINX_WEBSOCKET, directives

_SAID = re.compile(r"PROXY WEB /\S*(?:/channels\b|/terminals/websocket\b|/websocket\b|/ws\b|/events/subscribe\b)\S*")


def match(
    log: str, headers: Headers | None = None, first_bytes: bytes | None = None, outcome: str | None = None
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if not unseen(headers, first_bytes, outcome):
        return None
    found = _SAID.search(log[:20_000])
    return None if found is None else f"the log says “{quote(found[0])}”"


RULE = Rule(
    id="jupyterhub-proxies-websocket-as-web",
    title="JupyterHub's proxy received the handshake as a plain request",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.92,
    match=match,
    why=(
        "configurable-http-proxy logs PROXY WS for a WebSocket and PROXY WEB for a page. It logs WEB for a path of "
        "kernels or terminals that only WebSockets use, so the handshake had lost its fields before: the proxy in "
        "front of JupyterHub dropped them."
    ),
    remedy=Remedy(
        "Pass Upgrade and Connection on in the proxy in front of JupyterHub.",
        directives("nginx", "nginx 1.29.7 and later", "Apache httpd 2.4.47 and later"),
    ),
    references=(
        Reference(
            "JupyterHub: using a reverse proxy",
            "https://jupyterhub.readthedocs.io/en/stable/howto/configuration/config-proxy.html",
        ),
        NGINX_WEBSOCKET,
    ),
    cases=(
        Case(
            "kernel channels",
            facts={
                "log": "12:00:01.123 [ConfigProxy] debug: PROXY WEB /user/ada/api/kernels/6c1/channels to "
                "http://127.0.0.1:51234"
            },
        ),
    ),
    near_misses=(
        Case("a page", facts={"log": "[ConfigProxy] debug: PROXY WEB /user/ada/tree to http://127.0.0.1:51234"}),
        Case(
            "the handshake itself is right",
            request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE),
            {
                "log": "12:00:01.123 [ConfigProxy] debug: PROXY WEB /user/ada/api/kernels/6c1/channels to "
                "http://127.0.0.1:51234"
            },
        ),
    ),
)
