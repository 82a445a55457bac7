"""The configuration of what stands in front says that the port speaks HTTP/2."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._files import found_in, unseen
from wsdoctor.rules._remedies import RFC8441

_SAID = re.compile(
    r"(?m)^\s*-?\s*name:\s*[\"']?(?:h2c|http2|grpc)(?:-[\w-]+)?[\"']?\s*$|--use-http2\b"
    r"|^\s*-?\s*appProtocol:\s*[\"']?kubernetes\.io/h2c\b|\bprotocol_version\s*=\s*\"(?:HTTP2|GRPC)\""
    r"|\bProtocolVersion[\"']?:\s*[\"']?(?:HTTP2|GRPC)\b|^\s*transport:\s*[\"']?http2\b|\bh2_backend\s*=\s*true"
    r"|nginx\.ingress\.kubernetes\.io/backend-protocol:\s*[\"']?GRPC|http2_protocol_options\s*:"
    r"|cloud\.google\.com/app-protocols:[^\n]*HTTP2|\bhttp2Origin\"?:\s*true"
    r"|\bProxyPass\s+\S+\s+\"?h2c?://|\"Protocols\":\s*\"Http2\"|loadbalancer\.server\.scheme[=:]\s*[\"']?h2c|\bgrpc_pass\s"
    r"|^\s*versions[ \t]+(?:h2c[ \t]+)?(?:h2c|2)[ \t]*$|\breverse_proxy\b[^\n#]{0,200}\bh2c://"
)


def match(
    files: tuple[SourceFile, ...],
    headers: Headers | None = None,
    first_bytes: bytes | None = None,
    outcome: str | None = None,
    log: str | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    return found_in(files, _SAID) if unseen(headers, first_bytes, outcome, log) else None


RULE = Rule(
    id="platform-config-speaks-http2",
    title="What stands in front is told that the port speaks HTTP/2",
    cls="http2-to-ws",
    level="error",
    confidence=0.75,
    match=match,
    why="The name of a port or a setting makes the proxy or the platform in front speak HTTP/2 to the server. A "
    "WebSocket then needs Extended CONNECT (RFC 8441), which hardly a server knows; handshakes fail while pages work.",
    remedy=Remedy(
        "Let what stands in front speak HTTP/1.1 to the port of the WebSocket.",
        {
            "Cloud Run": "ports: [{ name: http1, containerPort: 8080 }]; no --use-http2",
            "Istio, Knative": "name the port of the Service http-ws",
            "AWS ALB": 'protocol_version = "HTTP1"',
            "Azure Container Apps": "ingress: { transport: http }",
            "Caddy": "reverse_proxy http://127.0.0.1:8080, and no versions of h2c or 2 in its transport",
            "Envoy": "no http2_protocol_options in the cluster",
        },
    ),
    references=(
        RFC8441,
        Reference(
            "Istio: protocol selection",
            "https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/",
        ),
        Reference("Cloud Run: HTTP/2", "https://cloud.google.com/run/docs/configuring/http2"),
    ),
    cases=(
        Case(
            "Cloud Run", facts={"files": (SourceFile("service.yaml", "ports:\n- name: h2c\n  containerPort: 8080\n"),)}
        ),
        Case(
            "a Service in Istio", facts={"files": (SourceFile("svc.yaml", "ports:\n- name: http2-ws\n  port: 80\n"),)}
        ),
        Case("AWS", facts={"files": (SourceFile("alb.tf", 'protocol_version = "HTTP2"\n'),)}),
        Case("Caddy", facts={"files": (SourceFile("Caddyfile", "reverse_proxy h2c://127.0.0.1:8080\n"),)}),
        Case("Caddy over TLS", facts={"files": (SourceFile("Caddyfile", "transport http {\n  versions 2\n}\n"),)}),
        Case("Caddy, both", facts={"files": (SourceFile("Caddyfile", "transport http {\n  versions h2c 2\n}\n"),)}),
    ),
    near_misses=(
        Case("Caddy's default", facts={"files": (SourceFile("Caddyfile", "transport http {\n  versions 1.1 2\n}\n"),)}),
        Case("HTTP/1.1", facts={"files": (SourceFile("svc.yaml", "ports:\n- name: http-ws\n  port: 80\n"),)}),
    ),
    supersedes=("declared-health-check",),
)
