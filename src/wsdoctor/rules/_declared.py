"""What rules ask of declared traffic: does this caller, hop or port map send strays to that listener?

Each function here makes the `declared` of one or several rules: declared traffic and the listener that it reaches
→ a reason that quotes the place, or None. Nothing is judged twice: a rule takes the products and kinds that are
its own, so that each meeting has one rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from wsdoctor.model.traffic import Caller, Hop, Listener, PortMap

__all__ = [
    "CHECKS",
    "DEV_PROXIES",
    "LIBRARIES",
    "MONITORS",
    "NAMED_CHECKS",
    "NAMED_MONITORS",
    "NAMED_PROXIES",
    "SHELLS",
    "calls",
    "checks",
    "hops",
    "maps",
    "other_version",
    "speaks_http",
    "speaks_tls",
    "tcp_checks",
    "tls_hops",
    "without_key",
]  # fmt: skip

DeclaredByCaller = Callable[[Caller, Listener], str | None]
DeclaredByHop = Callable[[Hop, Listener], str | None]
DeclaredByMap = Callable[[PortMap, Listener], str | None]

HTTP = frozenset(("http", "https"))
CHECKS = frozenset(("health-check",))
MONITORS = frozenset(("health-check", "uptime-monitor", "scrape"))
SHELLS = frozenset(("shell", "make", "curl", "wget", "github-actions", "gitlab-ci", "ci"))
LIBRARIES = frozenset(
    (
        "requests", "httpx", "urllib", "urllib3", "aiohttp", "http.client", "socket", "tornado", "python", "pycurl",
        "treq", "niquests", "go",
    )
)  # fmt: skip
DEV_PROXIES = frozenset(
    (
        "vite", "webpack-dev-server", "angular", "http-proxy-middleware", "http-proxy", "fastify-http-proxy", "next",
        "express-http-proxy",
    )
)  # fmt: skip
NAMED_PROXIES = DEV_PROXIES | {
    "nginx", "apache", "varnish", "lighttpd", "haproxy", "traefik", "caddy", "envoy", "istio", "create-react-app",
}  # fmt: skip
NAMED_MONITORS = frozenset(("blackbox", "gatus", "uptime-kuma", "prometheus", "monit"))
NAMED_CHECKS = (
    NAMED_MONITORS
    | LIBRARIES
    | {
        "kubernetes", "helm", "compose", "docker", "ecs", "aws-elb", "google", "app-engine", "azure", "render",
        "railway", "kamal", "consul", "nomad", "haproxy", "envoy", "istio", "varnish", "apache", "caddy", "traefik",
        "node",
    }
)  # fmt: skip
LACKING = {
    "upgrade": "the Upgrade field", "connection": "the Connection field", "http-version": "HTTP/1.1",
    "websocket": "its option for WebSockets", "pipe": "pipe",
}  # fmt: skip
"""What a hop lacks, in words."""
DOING = {
    "proxy-protocol": "with a PROXY header in front", "http2": "speaking HTTP/2", "strips-prefix": "the prefix removed",
    "double-slash": "with a double slash in the path",
}  # fmt: skip
"""What a hop does beyond, in words, as far as it matters here."""
HTTP2_SERVERS = frozenset(("hypercorn",))
"""What takes HTTP/2 without TLS, WebSockets in it included."""
_BRACES = re.compile(r"[{<:*]")
"""How a parameter begins in the path of a route."""
SWITCHING = 101
INFORMATIONAL = 100
"""The first code of a range that takes in 101 for no reason of its own."""
SOCKET_ANSWERS = frozenset((SWITCHING, 400, 405, 426))
"""What a WebSocket server may answer: a check that expects one of these was made for it."""


def speaks_http(caller: Caller, listener: Listener) -> bool:
    """Say whether the caller sends plain HTTP to a listener that speaks WebSocket, or Socket.IO, and nothing else."""
    alone = listener.speaks == "websocket" or (bool(listener.serves_only) and caller.path is not None)
    if not alone or caller.protocol not in HTTP:
        return False
    made_for = SOCKET_ANSWERS - {SWITCHING} if INFORMATIONAL in caller.expects else SOCKET_ANSWERS
    if any(name.lower() == "upgrade" for name in caller.headers) or made_for.intersection(caller.expects):
        return False
    if caller.path is None:
        return not listener.answers
    answered = (*listener.answers, *listener.serves_only)
    return not any(_answers(pattern, caller.path.partition("?")[0]) for pattern in answered)


def _answers(pattern: str, path: str) -> bool:
    """Say whether a path is, or may be, one that a listener answers; ``*`` for any text in either."""
    if "*" not in path:
        return path == pattern or ("*" in pattern and _holds(pattern, path))
    if "*" not in pattern:
        return _holds(path, pattern)
    ends = ((path.partition("*")[0], pattern.partition("*")[0]),
            (path.rpartition("*")[2][::-1], pattern.rpartition("*")[2][::-1]))  # fmt: skip
    return all(one.startswith(other) or other.startswith(one) for one, other in ends)


def _holds(pattern: str, path: str) -> bool:
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), path) is not None


def _line(caller: Caller) -> str:
    return f"{caller.method or 'GET'} {caller.path or '/'}"


def _at(listener: Listener) -> str:
    if listener.port is None and listener.environment:
        return f"the port that {listener.environment} tells"
    return f"port {listener.port}"


def _alone(listener: Listener) -> str:
    if listener.speaks == "websocket":
        return "which speaks WebSocket and nothing else"
    return f"which serves {listener.serves_only[0]} and nothing else"


def _every(caller: Caller) -> str:
    return f" every {caller.period:g} s" if caller.period else ""


def checks(kinds: Collection[str], products: Collection[str] = (), *, but: Collection[str] = ()) -> DeclaredByCaller:
    """Make the question for HTTP checks.

    Args:
        kinds: kinds of caller that the rule is about.
        products: products that the rule is about, empty = all.
        but: products that other rules are about.

    """

    def declared(caller: Caller, listener: Listener) -> str | None:
        if caller.kind not in kinds or caller.product in but or (products and caller.product not in products):
            return None
        if not speaks_http(caller, listener):
            return None
        return f"{caller.product} sends {_line(caller)}{_every(caller)} to {_at(listener)}, {_alone(listener)}"

    return declared


def calls(
    kinds: Collection[str],
    products: Collection[str] = (),
    *,
    but: Collection[str] = (),
    protocols: Collection[str] = HTTP,
) -> DeclaredByCaller:
    """Make the question for the application's own code.

    Args:
        kinds: kinds of caller that the rule is about.
        products: products that the rule is about, empty = all.
        but: products that other rules are about.
        protocols: protocols that the caller speaks.

    """

    def declared(caller: Caller, listener: Listener) -> str | None:
        if caller.kind not in kinds or caller.product in but or (products and caller.product not in products):
            return None
        if caller.protocol not in protocols:
            return None
        if not (speaks_http(caller, listener) if caller.protocol in HTTP else listener.speaks == "websocket"):
            return None
        what = _line(caller) if caller.protocol in HTTP else f"a connection of {caller.protocol}"
        return f"{caller.product} sends {what} to {_at(listener)}, {_alone(listener)}"

    return declared


def tcp_checks(caller: Caller, listener: Listener) -> str | None:
    """Hold for a check that connects, says nothing and leaves: harmless, but seen in the log."""
    if caller.protocol != "tcp" or listener.speaks != "websocket":
        return None
    return f"{caller.product} connects to port {listener.port}{_every(caller)} and says nothing"


def speaks_tls(caller: Caller, listener: Listener, direct: bool) -> str | None:
    """Hold for wss:// to a listener that is known to be plain, with nothing between that could end TLS."""
    if caller.protocol != "wss" or listener.tls is not False or not direct:
        return None
    return f"{caller.product} speaks TLS (wss://) to port {listener.port}, which is plain"


def other_version(caller: Caller, listener: Listener) -> str | None:
    """Hold for a WebSocket client that is told to offer another version than 13."""
    version = _field(caller, "sec-websocket-version")
    if not _opens(caller, listener) or version is None or not version.isdecimal() or version == "13":
        return None
    return f"{caller.product} offers WebSocket version {version} to port {listener.port}; servers speak 13"


def without_key(caller: Caller, listener: Listener) -> str | None:
    """Hold for a handshake that is written out without a key."""
    if not _opens(caller, listener) or _field(caller, "upgrade") is None:
        return None
    if _field(caller, "sec-websocket-key") is not None:
        return None
    return f"{caller.product} writes a handshake without Sec-WebSocket-Key to port {listener.port}"


def _opens(caller: Caller, listener: Listener) -> bool:
    return caller.kind == "websocket-client" and listener.speaks in {"websocket", "both"}


def _field(caller: Caller, name: str) -> str | None:
    return next((value.strip() for key, value in caller.headers.items() if key.lower() == name), None)


def tls_hops(hop: Hop, listener: Listener) -> str | None:
    """Hold for an intermediary that speaks TLS to a listener which is known to be plain."""
    if hop.scheme not in {"https", "wss"} or listener.tls is not False or listener.speaks not in {"websocket", "both"}:
        return None
    return f"{hop.product} speaks TLS ({hop.scheme}://) to port {listener.port}, which is plain"


def _handed(hop: Hop, listener: Listener) -> str:
    what = hop.path or "every path"
    if "redirect" in hop.sends:
        return f"{hop.product} redirects {what} to port {listener.port}, which speaks WebSocket"
    lacking = [LACKING.get(each, each) for each in hop.lacks]
    doing = [DOING[each] for each in hop.sends if each in DOING]
    how = "".join((f", without {' and '.join(lacking)}" if lacking else "", *(f", {each}" for each in doing)))
    through = f" by way of {hop.details['through']}" if "through" in hop.details else ""
    return f"{hop.product} hands {what} on to the WebSocket port {listener.port}{through} by {hop.scheme}{how}"


def _at_sockets(hop: Hop, listener: Listener) -> bool:
    """Say whether a hop matches a path at which the listener opens WebSockets, and nothing above it."""
    own = (hop.path or "").lstrip("~^= ").rstrip("/$*")
    return bool(own) and any(own == _BRACES.split(path, 1)[0].rstrip("/") for path in listener.paths)


def _answered(hop: Hop, listener: Listener) -> bool:
    """Say whether a hop is for a path that the listener answers over plain HTTP."""
    own = hop.details.get("becomes", hop.path or "").lstrip("~^= ").rstrip("/$*")
    return bool(own) and any(_answers(pattern, own) for pattern in listener.answers if pattern != "*")


def hops(
    *,
    products: Collection[str] = (),
    but: Collection[str] = (),
    lacks: Collection[str] = (),
    sends: Collection[str] = (),
    schemes: Collection[str] = (),
    loses: bool = False,
    page: bool = False,
) -> DeclaredByHop:
    """Make the question for an intermediary; each argument given must hold.

    Args:
        products: products that the rule is about, empty = all.
        but: products that other rules are about.
        lacks: what it lacks, one of these.
        sends: what it does beyond, one of these.
        schemes: how it speaks to the listener, one of these.
        loses: the handshake does not survive it.
        page: it is meant for pages, not for WebSockets.

    """

    def declared(hop: Hop, listener: Listener) -> str | None:
        if listener.speaks not in {"websocket", "both"} or hop.product in but:
            return None
        if (products and hop.product not in products) or (schemes and hop.scheme not in schemes):
            return None
        if (schemes and listener.framework in HTTP2_SERVERS) or _answered(hop, listener):
            return None
        if (lacks and not set(lacks).intersection(hop.lacks)) or (sends and not set(sends).intersection(hop.sends)):
            return None
        if loses and (hop.forwards_upgrade is not False or hop.websocket is False or not hop.lacks):
            return None
        if loses and ("redirect" in hop.sends or "auth-subrequest" in hop.sends):
            return None
        pages = hop.websocket is False or "auth-subrequest" in hop.sends
        if page and (not pages or listener.speaks != "websocket" or "redirect" in hop.sends):
            return None
        if page and hop.details.get("only") == "handshakes":
            return None
        if listener.speaks == "both" and hop.websocket is not True and not _at_sockets(hop, listener):
            return None
        return _handed(hop, listener)

    return declared


def maps(*, public: bool) -> DeclaredByMap:
    """Make the question for a port that stands for another.

    Args:
        public: the outside is the Internet, and pages are expected there.

    """

    def declared(port_map: PortMap, listener: Listener) -> str | None:
        if listener.speaks != "websocket" or port_map.public is not public or port_map.outer not in {80, 443}:
            return None
        return (
            f"{port_map.product} maps the public port {port_map.outer} to {port_map.inner}, which speaks WebSocket and "
            "nothing else: page loads, previews and checks land there"
        )

    return declared
