"""A configuration in play declares an HTTP health check, and no traffic was observed yet."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.model.traffic import Caller, Listener
from wsdoctor.rules._checks import ANSWERS
from wsdoctor.rules._declared import LIBRARIES, NAMED_CHECKS, checks
from wsdoctor.rules._log_text import says_little

_SIGNS = re.compile(
    r"(?im)^\s*(?:-\s*)?(?:healthCheck|healthCheckPath|health_check_path|healthcheckPath|health_check"
    r"|healthcheck|livenessProbe|readinessProbe|"
    r"startupProbe|httpGet|http_checks|health_uri|requestPath)\b\s*[:={\[ ]|^\s*HEALTHCHECK\s|^\s*option\s+httpchk"
    r"|kind:\s*BackendConfig"
    r"|\"healthCheck\"\s*:|\[\[?(?:http_service|services)\.(?:http_)?checks\]?\]|^\s*http\s*=\s*\"https?://|readiness_check:|liveness_check:"
    r"|<HealthCheck|http_health_check|\.probe\s*=|aws_lb_target_group"
)

_CONFIGURED = checks({"health-check", "wait"}, but=NAMED_CHECKS)
_CODED = checks({"health-check"}, LIBRARIES)


def declared(caller: Caller, listener: Listener) -> str | None:
    """Hold for checks of products without a rule of their own, and for programs whose names say that they check."""
    return _CONFIGURED(caller, listener) or _CODED(caller, listener)


def match(
    files: tuple[SourceFile, ...],
    first_bytes: bytes | None = None,
    method: str | None = None,
    log: str | None = None,
) -> str | None:
    """Hold for configuration alone, or with a log that says little; what was observed counts more."""
    if first_bytes is not None or method is not None or not (log is None or says_little(log)):
        return None
    for file in files:
        found = _SIGNS.search(file.text)
        if found is not None:
            return f"{file.name[:80]} declares a health check: “{found[0].strip()[:60]}”."
    return None


RULE = Rule(
    id="declared-health-check",
    title="A configuration declares a health check of the WebSocket port",
    cls="health-check",
    level="note",
    confidence=0.6,
    match=match,
    declared=declared,
    why="The configuration makes a platform or proxy ask the service whether it lives. If it asks "
    "by plain HTTP, a WebSocket "
    "server answers 426 and the service counts as dead. Some platforms even turn a TCP check "
    "back into HTTP: GKE Ingress does.",
    remedy=Remedy("Make it a TCP check, or answer its path with 200.", dict(ANSWERS)),
    references=(
        Reference(
            "Google Cloud: health check concepts", "https://cloud.google.com/load-balancing/docs/health-check-concepts"
        ),
    ),
    cases=(
        Case(
            "GKE Ingress",
            None,
            {"files": (SourceFile("backend.yaml", "kind: BackendConfig\nspec:\n  healthCheck:\n    type: TCP\n"),)},
        ),
        Case(
            "a probe, and a log that says little",
            None,
            {
                "files": (SourceFile("deploy.yaml", "livenessProbe:\n  httpGet:\n    path: /\n    port: 8080\n"),),
                "log": "connection rejected (426 Upgrade Required)\n",
            },
        ),
        Case(
            "a Dockerfile",
            None,
            {"files": (SourceFile("Dockerfile", "FROM python\nHEALTHCHECK CMD curl -f http://localhost:8080/\n"),)},
        ),
    ),
    near_misses=(
        Case(
            "a log that names the cause",
            None,
            {
                "files": (SourceFile("Dockerfile", "FROM python\nHEALTHCHECK CMD curl -f http://localhost:8080/\n"),),
                "log": "connection rejected: invalid origin\n",
            },
        ),
        Case(
            "a configuration without one",
            None,
            {"files": (SourceFile("nginx.conf", "location / { proxy_pass http://ws; }\n"),)},
        ),
    ),
)
