"""A configuration in play declares a TCP check, and the log says no more than that connections end."""

from __future__ import annotations

import re

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.rule import Case, Reference, Remedy, Rule
from wsdoctor.rules._files import found_in
from wsdoctor.rules._log_text import says_little

_SIGNS = re.compile(
    r"(?im)^\s*(?:-\s*)?tcpSocket\s*:|^\s*(?:health_?check_?)?protocol\s*[:=]\s*\"?TCP\"?\s*$|^\s*option\s+tcp-check"
    r"|^\s*type\s*[:=]\s*\"?tcp\"?\s*$|^\s*\[\[?services\.tcp_checks\]?\]|\bnc\s+-\w*z"
)


def match(files: tuple[SourceFile, ...], log: str, first_bytes: bytes | None = None) -> str | None:
    """Hold for a declared check and a log that says little."""
    if first_bytes is not None or not says_little(log) or "Upgrade Required" in log:
        return None
    return found_in(files, _SIGNS)


RULE = Rule(
    id="declared-tcp-check",
    title="A platform is told to check the port by TCP",
    cls="tcp-probe",
    level="note",
    confidence=0.6,
    match=match,
    why="The configuration makes a platform open a connection to the port and close it again. The server waits for the "
    "first line of a handshake that never comes, and writes a line for each try. Nothing is wrong.",
    remedy=Remedy(
        "Nothing is broken. Make the check less frequent, or let it ask for a path that the server answers.",
        {"Kubernetes": "httpGet on a path that the server answers with 200, or a longer periodSeconds"},
    ),
    references=(
        Reference(
            "Kubernetes: TCP liveness probe",
            "https://kubernetes.io/docs/tasks/configure-pod-container/configure-liveness-readiness-startup-probes/"
            "#define-a-tcp-liveness-probe",
        ),
    ),
    cases=(
        Case(
            "Kubernetes",
            None,
            {
                "files": (SourceFile("deploy.yaml", "readinessProbe:\n  tcpSocket:\n    port: 8080\n"),),
                "log": "INFO:websockets.server:connection closed\n",
            },
        ),
    ),
    near_misses=(
        Case(
            "a request was answered",
            None,
            {
                "files": (SourceFile("deploy.yaml", "readinessProbe:\n  tcpSocket:\n    port: 8080\n"),),
                "log": "connection rejected (426 Upgrade Required)\n",
            },
        ),
    ),
    supersedes=("declared-health-check",),
)
