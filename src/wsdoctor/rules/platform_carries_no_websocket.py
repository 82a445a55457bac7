"""A platform or a setting that carries no WebSockets."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._files import found_in, unseen

_SWITCHED_OFF = re.compile(
    r"(?i)\bweb_?sockets_?(?:enabled|support)\"?\s*[:=]\s*\"?(?:false|off|0)\b|--web-sockets-enabled\s+false\b"
)
_CLASSIC = re.compile(r"(?s)resource\s+\"aws_elb\"[^}]*?\blb_protocol\s*=\s*\"https?\"|\bListenerProtocol:\s*HTTPS?\b")
_HOSTING = re.compile(r"(?s)\"hosting\"\s*:.*\"rewrites\"\s*:.*\"(?:run|function)\"\s*:")
_EDGE = re.compile(
    r"(?s)\"(?:rewrites|routes)\"\s*:\s*\[.*\"(?:source|src)\"\s*:\s*\"[^\"]*(?:/ws|socket)[^\"]*\".*\"dest(?:ination)?\"\s*:"
    r"|^\s*/(?:\S*/)?(?:wss?|\S*socket\S*)(?:/\S*)?\s+(?:https?|wss?)://\S+\s+200!?\s*$",
    re.MULTILINE,
)
_HTTP_API = re.compile(
    r"(?s)resource\s+\"aws_apigatewayv2_api\"[^}]*?\bprotocol_type\s*=\s*\"HTTP\"|\bProtocolType:\s*[\"']?HTTP\b"
)
_STANDARD = re.compile(r"(?m)^runtime:\s*(?:python|nodejs|go|java|php|ruby)\d+\s*$")
_FLEXIBLE = re.compile(r"(?m)^env:\s*flex")


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
    for pattern in (_SWITCHED_OFF, _CLASSIC, _HOSTING, _EDGE, _HTTP_API):
        if (found := found_in(files, pattern)) is not None:
            return found
    return None if found_in(files, _FLEXIBLE) is not None else found_in(files, _STANDARD)


RULE = Rule(
    id="platform-carries-no-websocket",
    title="The platform in front carries no WebSockets",
    cls="proxy-strips-upgrade",
    level="error",
    confidence=0.75,
    match=match,
    why="Some platforms pass plain HTTP on and nothing else: hosting services that rewrite paths to a function or "
    "another "
    "host, the Classic Load Balancer with HTTP listeners, App Engine's standard environment. Others have a switch for "
    "WebSockets that is off. A handshake that passes there arrives without Upgrade or is refused.",
    remedy=Remedy(
        "Switch WebSockets on, or give the client the address of the WebSocket server itself.",
        {
            "Azure App Service": "webSocketsEnabled: true",
            "AWS": "an Application Load Balancer, or TCP and SSL listeners on the Classic one",
            "Firebase Hosting, Vercel, Netlify": "connect to the server's own host name instead of a rewritten path",
            "App Engine": "env: flex, or Cloud Run",
        },
    ),
    references=(
        Reference(
            "AWS: Classic Load Balancer listeners",
            "https://docs.aws.amazon.com/elasticloadbalancing/latest/classic/elb-listener-config.html",
        ),
        Reference("Azure: configure an app", "https://learn.microsoft.com/en-us/azure/app-service/configure-common"),
        Reference("Firebase Hosting and Cloud Run", "https://firebase.google.com/docs/hosting/cloud-run"),
    ),
    cases=(
        Case("Azure", facts={"files": (SourceFile("main.bicep", "siteConfig: {\n  webSocketsEnabled: false\n}\n"),)}),
        Case(
            "a Classic Load Balancer",
            facts={
                "files": (
                    SourceFile(
                        "elb.tf", 'resource "aws_elb" "web" {\n  listener {\n    lb_protocol = "http"\n  }\n}\n'
                    ),
                )
            },
        ),
        Case(
            "Firebase Hosting",
            facts={
                "files": (
                    SourceFile("firebase.json", '{"hosting":{"rewrites":[{"source":"/ws","run":{"serviceId":"ws"}}]}}'),
                )
            },
        ),
        Case(
            "Vercel",
            facts={
                "files": (
                    SourceFile("vercel.json", '{"rewrites":[{"source":"/ws","destination":"https://a.example/ws"}]}'),
                )
            },
        ),
        Case("App Engine", facts={"files": (SourceFile("app.yaml", "runtime: nodejs20\n"),)}),
    ),
    near_misses=(
        Case("switched on", facts={"files": (SourceFile("main.bicep", "webSocketsEnabled: true\n"),)}),
        Case("the flexible environment", facts={"files": (SourceFile("app.yaml", "runtime: nodejs20\nenv: flex\n"),)}),
    ),
)
