"""A container's own health check asks the port with curl or wget."""

from __future__ import annotations

from wsdoctor.model.evidence import SourceFile
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, Sender, request
from wsdoctor.rules._checks import WEBSOCKETS_FAQ, ask_text, is_health_path, is_loopback, is_public, is_stray
from wsdoctor.rules._declared import CHECKS, checks

_RUNTIMES = frozenset(
    ("docker", "podman", "docker-compose", "compose", "ecs", "fargate", "kubernetes", "k8s", "swarm", "containerd")
)
_TOOLS = frozenset(
    ("curl", "wget", "wget-spider", "busybox-wget", "python-urllib", "python-requests", "node-fetch-builtin", "httpie")
)


def _ground(
    method: str, path: str, sender: Sender, at_home: bool, platform: str | None, files: tuple[SourceFile, ...]
) -> str | None:
    if any("healthcheck" in file.text.lower() or "healthcheck" in file.name.lower() for file in files):
        return "a file in play declares a health check of the container"
    if sender.id == "wget-spider":
        return "wget --spider sends HEAD, which people put into health checks"
    if sender.id == "busybox-wget" and at_home:
        return "it came from the container itself, by the wget of BusyBox, which small images have for such checks"
    if at_home and method == "HEAD":
        return "it came from the container itself, by HEAD"
    if at_home and is_health_path(path):
        return "it came from the container itself, for a path of health checks"
    if platform in _RUNTIMES and at_home:
        return f"it came from the container itself, which runs on {platform}"
    return None


def match(
    method: str,
    target: str,
    path: str,
    sender: Sender,
    headers: Headers | None = None,
    handshake: tuple[str, ...] | None = None,
    user_agent: str | None = None,
    host: str | None = None,
    peer: str | None = None,
    platform: str | None = None,
    files: tuple[SourceFile, ...] | None = None,
) -> str | None:
    """Hold for a small tool that asks from where health checks of containers run."""
    if sender.id not in _TOOLS or method not in {"GET", "HEAD"} or not is_stray(headers, handshake) or is_public(peer):
        return None
    ground = _ground(method, path, sender, is_loopback(peer, host), platform, files or ())
    return None if ground is None else f"{ask_text(method, target, user_agent, peer)}: {ground}."


RULE = Rule(
    id="container-health-check",
    title="A container's health check asks the WebSocket port by HTTP",
    cls="health-check",
    level="note",
    confidence=0.8,
    match=match,
    declared=checks(CHECKS, {"compose", "docker", "ecs"}),
    why="A HEALTHCHECK in a Dockerfile or a compose file runs curl or wget inside the container "
    "every thirty seconds. The tools "
    "speak plain HTTP and fail on the 426 of a WebSocket server, so the container is "
    "“unhealthy” and may be restarted, though "
    "it works. wget --spider sends HEAD, which many WebSocket servers do not know at all.",
    remedy=Remedy(
        "Check that the port accepts connections, open a WebSocket, or answer a path with 200.",
        {
            "Docker": "HEALTHCHECK CMD python -c \"import socket; socket.create_connection(('127.0.0.1', 8080), "
            '2).close()"',
            "Docker, with netcat": "HEALTHCHECK CMD nc -z 127.0.0.1 8080",
            "Docker, with curl": "HEALTHCHECK CMD test \"$(curl -so /dev/null -w '%{http_code}' "
            'http://127.0.0.1:8080/)" = '
            "426",
            "Compose": 'healthcheck: { test: ["CMD", "nc", "-z", "127.0.0.1", "8080"], interval: 30s }',
            "websockets": 'process_request: connection.respond(200, "ok\\n") if request.path == "/healthz"; HEAD '
            "from version 17 on.",
        },
    ),
    references=(
        Reference("Dockerfile: HEALTHCHECK", "https://docs.docker.com/reference/dockerfile/#healthcheck"),
        Reference("Compose: healthcheck", "https://docs.docker.com/reference/compose-file/services/#healthcheck"),
        WEBSOCKETS_FAQ,
    ),
    cases=(
        Case(
            "wget --spider",
            request(
                "HEAD / HTTP/1.1",
                "Host: localhost:8080",
                "User-Agent: Wget/1.21.3",
                "Accept: */*",
                "Accept-Encoding: identity",
                "Connection: Keep-Alive",
            ),
            {"peer": "127.0.0.1"},
        ),
        Case(
            "curl for a health path",
            request("GET /healthz HTTP/1.1", "Host: localhost:8080", "User-Agent: curl/8.5.0", "Accept: */*"),
            {"peer": "127.0.0.1"},
        ),
        Case(
            "curl in a container",
            request("GET /ws HTTP/1.1", "Host: localhost:8080", "User-Agent: curl/8.5.0", "Accept: */*"),
            {"platform": "docker"},
        ),
        Case(
            "curl -I in a container",
            request("HEAD /chat HTTP/1.1", "Host: localhost:8080", "User-Agent: curl/8.5.0", "Accept: */*"),
        ),
        Case(
            "wget of Alpine",
            request("GET / HTTP/1.1", "Host: localhost:8080", "User-Agent: Wget", "Connection: close"),
            {"peer": "127.0.0.1"},
        ),
        Case(
            "declared in a Dockerfile",
            request("GET / HTTP/1.1", "Host: chat:8080", "User-Agent: curl/8.5.0", "Accept: */*"),
            {"files": (SourceFile("Dockerfile", "HEALTHCHECK CMD curl -f http://chat:8080/"),)},
        ),
    ),
    near_misses=(
        Case(
            "curl by hand",
            request("GET / HTTP/1.1", "Host: localhost:8080", "User-Agent: curl/8.5.0", "Accept: */*"),
            {"peer": "127.0.0.1"},
        ),
        Case(
            "a handshake by curl",
            request("GET /healthz HTTP/1.1", "Host: localhost", "User-Agent: curl/8.5.0", *GOOD_HANDSHAKE),
        ),
        Case(
            "from the Internet",
            request("HEAD / HTTP/1.1", "Host: 203.0.113.8", "User-Agent: curl/8.5.0", "Accept: */*"),
            {"peer": "198.51.100.9"},
        ),
    ),
    supersedes=(
        "health-path-request",
        "head-request",
        "command-line-request",
        "http-library-request",
        "node-fetch-request",
        "http-tool-sends-upgrade-without-key",
        "platform-http-check",
    ),
)
