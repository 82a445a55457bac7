"""Ways of handshakes through intermediaries: which hop has to bring them, and which hop stands before another.

A server that answers pages and WebSockets on one port is often behind one hop for everything. That hop is judged
as one for WebSockets where nothing else can be meant for them. A hop that leads to another intermediary is judged
for the listener behind that one. Where another route may bring the handshakes, nothing is said. No I/O here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cached_property
from types import MappingProxyType

from wsdoctor.model.traffic import Address, Caller, Declared, Hop, Listener

__all__ = ["LOCAL", "WHOLE", "Ways", "loses", "spoils", "takes"]

Reach = Callable[[Address], Sequence[Listener]]

LOCAL = frozenset(
    (
        "", "localhost", "127.0.0.1", "0.0.0.0", "::1", "[::1]", "::", "host.docker.internal",  # noqa: S104
        "host.containers.internal", "10.0.2.2", "10.0.3.2",
    )
)  # fmt: skip
"""Host names that mean the sender's own host."""
WHOLE = frozenset((None, "/", "/*"))
"""Paths of hops that take everything."""
ANYTHING = frozenset(("", "*", ".*", "(.*)", ".*$", "(.*)$"))
"""What may follow a prefix that takes all below it."""
WITH_SOCKETS = frozenset(
    (
        "socket.io", "flask-socketio", "streamlit", "nicegui", "express-ws", "ws", "websocket", "faye-websocket",
        "uWebSockets.js", "sockjs", "engine.io", "fastify", "nestjs", "koa", "express",
    )
)  # fmt: skip
"""Frameworks of listeners that open WebSockets for certain, even where the paths are unknown."""
DEV_PROXIES = frozenset(
    (
        "vite", "webpack-dev-server", "angular", "http-proxy-middleware", "http-proxy", "fastify-http-proxy", "next",
        "express-http-proxy", "create-react-app",
    )
)  # fmt: skip
"""Proxies that serve developers, or in code: what goes through them says nothing of the others, nor the reverse."""
OVER_HTTP2 = frozenset(("hypercorn", "kestrel"))
"""Frameworks that take WebSockets over HTTP/2 too (RFC 8441)."""
ASKING = frozenset(("websocket-client", "realtime-client"))
"""Kinds of callers that open WebSockets."""
HTTP_PORTS = frozenset((None, 80, 443))
"""Ports of an address that is a page's own."""
LESS_SURE = 0.9
"""How sure a hop is that is judged by what it leaves out rather than by its own words."""

_OF_HOST = re.compile(r"\bHost\w*\((?P<host>[^)]*)\)")
_SIGN = re.compile(r"[{*:$(\[^?+|\\~<]")


def loses(hop: Hop) -> bool:
    """Say whether requests go on by a hop, but no handshake survives it."""
    aside = {"redirect", "auth-subrequest"}.intersection(hop.sends)
    return hop.forwards_upgrade is False and bool(hop.lacks) and not aside


def spoils(hop: Hop) -> bool:
    """Say whether requests go on by a hop, but no handshake survives it or arrives as HTTP/1.1."""
    return loses(hop) or ("http2" in hop.sends and hop.scheme in {"h2", "h2c"} and hop.forwards_upgrade is False)


def takes(hop: Hop, path: str) -> bool:
    """Say whether a hop takes a path, by the prefix before the first sign of a pattern; a pattern alone takes any."""
    own = hop.path or "/"
    if hop.details.get("match") == "exact":
        return own == path
    prefix = _literal(own)
    return prefix in {"", "/"} or path == prefix.rstrip("/") or path.startswith(prefix)


def _surely(hop: Hop, path: str) -> bool:
    """Say whether a hop takes a path for certain: by a plain prefix, or everything."""
    own = (hop.path or "/").lstrip("~^=* ")
    rest = own[len(_literal(own)) :]
    return takes(hop, path) and (_whole(hop) or (_named(hop) and rest in ANYTHING))


def _named(hop: Hop) -> bool:
    return _literal(hop.path or "") not in {"", "/"}


def _length(hop: Hop) -> int:
    return 0 if hop.details.get("match") == "named" else len(hop.path or "")


def _literal(path: str) -> str:
    return _SIGN.split(path.lstrip("~^=* "), maxsplit=1)[0]


def _host(hop: Hop) -> str:
    """Return the host that a rule of a router names."""
    match = _OF_HOST.search(hop.details.get("rule", ""))
    return match["host"] if match else ""


def _whole(hop: Hop) -> bool:
    return hop.path in WHOLE and hop.details.get("match") != "exact"


class Ways:
    """The ways that declared hops make.

    Args:
        declared: what the inspectors extracted.
        reach: returns the listeners that an address means.

    """

    def __init__(self, declared: Declared, reach: Reach) -> None:
        self._declared = declared
        self._reach = reach

    @cached_property
    def _hops(self) -> list[tuple[Hop, Sequence[Listener]]]:
        return [(hop, self._reach(hop.to)) for hop in self._declared.hops]

    @cached_property
    def _clients(self) -> list[tuple[Caller, Sequence[Listener]]]:
        return [(each, self._reach(each.to)) for each in self._declared.callers if each.kind in ASKING]

    def judged(self, hop: Hop, listener: Listener) -> Hop:
        """Return a hop as one for WebSockets where it has to bring those of a listener, else as it is.

        One for the rest of a site is not known to be for pages alone if clients open WebSockets at the root.
        """
        if hop.websocket is False and _whole(hop) and not loses(hop) and any(self._at_root(hop)):
            return replace(hop, websocket=None)
        if hop.websocket is None and listener.speaks == "websocket" and self._has_own_route(hop, listener):
            return replace(hop, websocket=False)
        spoilt = loses(hop) or (spoils(hop) and listener.framework not in OVER_HTTP2)
        if listener.speaks != "both" or hop.websocket is True or not spoilt or not self._brings(hop, listener):
            return hop
        return replace(hop, websocket=True, sure=hop.sure * (LESS_SURE if _whole(hop) else 1))

    def _has_own_route(self, hop: Hop, listener: Listener) -> bool:
        """Say whether a route for everything stands beside one for the paths at which clients open WebSockets."""
        if not _whole(hop) or hop.details.get("only") or any(self._at_root(hop)):
            return False
        return any(
            listener in reached
            and other.location.file == hop.location.file
            and other.location != hop.location
            and set(other.listens) == set(hop.listens)
            and _host(other) == _host(hop)
            and _named(other)
            and not loses(other)
            and self._is_asked(other)
            for other, reached in self._hops
        )

    def _is_asked(self, hop: Hop) -> bool:
        return any(
            client.path is not None and not reached and _surely(hop, client.path.partition("?")[0])
            for client, reached in self._clients
        )

    def _at_root(self, hop: Hop) -> Iterator[bool]:
        for client, reached in self._clients:
            path = (client.path or "/").partition("?")[0]
            yield path == "/" and not reached and self._passes(client, hop)

    def _brings(self, hop: Hop, listener: Listener) -> bool:
        through = [client for client, reached in self._clients if not reached and self._passes(client, hop)]
        asked = tuple(client.path for client in through if client.path)
        if any(_surely(hop, path) and _named(hop) for path in listener.serves_only):
            return not any(self._instead(other, reached, hop, listener, asked) for other, reached in self._hops)
        if any(listener in reached for _, reached in self._clients) and not through:
            return False
        if hop.product in DEV_PROXIES and not asked:
            return False
        if not self._sockets(hop, listener, asked):
            return False
        return not any(self._instead(other, reached, hop, listener, asked) for other, reached in self._hops)

    @staticmethod
    def _passes(client: Caller, hop: Hop) -> bool:
        """Say whether a client that talks to its own page's host comes by a hop."""
        if client.to.host in LOCAL and client.to.port not in HTTP_PORTS | set(hop.listens):
            return False
        return _surely(hop, client.path.partition("?")[0]) if client.path else _whole(hop)

    def _sockets(self, hop: Hop, listener: Listener, asked: tuple[str, ...]) -> bool:
        """Say whether the listener opens WebSockets at what a hop hands on."""
        arriving = replace(hop, path=hop.details.get("becomes", hop.path))
        whole = _whole(hop) or (_whole(arriving) and hop.websocket is not False)
        if listener.paths or asked:
            below = _named(arriving) and any(_surely(arriving, path) for path in listener.paths)
            return whole or below or bool(asked)
        return whole and listener.framework in WITH_SOCKETS

    def _instead(
        self, other: Hop, reached: Sequence[Listener], hop: Hop, listener: Listener, asked: tuple[str, ...]
    ) -> bool:
        """Say whether another hop may bring the handshakes: to the same listener, or by a nearer path of the proxy."""
        if other.location == hop.location or (other.product in DEV_PROXIES and hop.product not in DEV_PROXIES):
            return False
        if "redirect" in other.sends:
            return False
        if listener in reached and (other.websocket is True or not loses(other)):
            if not asked or _whole(hop):
                return True
            beside = other.location.file == hop.location.file and set(other.listens) == set(hop.listens)
            further = beside and _length(other) < _length(hop) and not _SIGN.search(other.path or "")
            return not further and any(takes(other, path) for path in asked)
        if other.location.file != hop.location.file or _length(other) <= _length(hop):
            return False
        named = _named(other) and any(takes(other, path) for path in (*listener.paths, *asked))
        return named or (other.websocket is True and not reached)

    def asked(self) -> Iterator[tuple[Hop, Caller]]:
        """Yield each hop that loses the WebSockets of its own site, where nobody knows what listens behind it.

        That the site's pages open them under its path is enough, if no other hop there is may bring them.
        """
        for hop, reached in self._hops:
            if reached or not loses(hop) or not _named(hop) or hop.to.port is None:
                continue
            for client, found in self._clients:
                path = (client.path or "").partition("?")[0]
                if found or not path or client.to.host not in LOCAL or not self._passes(client, hop):
                    continue
                if not any(self._nearer(other, hop, path) for other, _ in self._hops):
                    yield replace(hop, websocket=True, sure=hop.sure * LESS_SURE), client
                    break

    @staticmethod
    def _nearer(other: Hop, hop: Hop, path: str) -> bool:
        """Say whether another hop may bring what is asked for, or takes it by a longer path in the same file."""
        if other.location == hop.location or not takes(other, path):
            return False
        if (other.product in DEV_PROXIES) is not (hop.product in DEV_PROXIES):
            return False
        return not loses(other) or (other.location.file == hop.location.file and _length(other) > _length(hop))

    def chained(self) -> Iterator[tuple[Hop, Listener]]:
        """Yield each hop that leads to another intermediary and loses the handshakes of the listener behind it."""
        for outer, reached in self._hops:
            if not loses(outer) or outer.websocket is False or outer.scheme not in {"http", "https"}:
                continue
            for inner, behind in self._hops:
                at = f"{inner.location.file}:{inner.location.line}"
                if not self._stands_before(outer, reached, inner) or self._beside(outer, inner):
                    continue
                for listener in behind:
                    if listener.speaks == "websocket" or (listener.speaks == "both" and inner.websocket is True):
                        known = {**outer.details, "through": at}
                        sure = min(outer.sure, inner.sure)
                        yield (
                            replace(
                                outer,
                                scheme="http",
                                sends=(),
                                websocket=True,
                                details=MappingProxyType(known),
                                sure=sure,
                            ),
                            listener,
                        )

    def _stands_before(self, outer: Hop, reached: Sequence[Listener], inner: Hop) -> bool:
        """Say whether a hop leads to the intermediary that another belongs to, and to that other by its path."""
        if outer.location == inner.location or outer.to == inner.to or inner.websocket is False:
            return False
        file = inner.location.file
        if any(listener.location.file != file for listener in reached):
            return False
        if not self._meets(outer, inner) and not reached:
            return False
        before = replace(outer, path=outer.details.get("becomes", outer.path))
        if _whole(before) or _surely(before, _literal(inner.path or "/")):
            return True
        return (_named(inner) or outer.websocket is True) and _surely(inner, _literal(before.path or "/"))

    def _meets(self, outer: Hop, inner: Hop) -> bool:
        """Say whether the address of a hop is where the intermediary of another listens."""
        to = outer.to
        if to.host is None or to.port is None:
            return False
        for each in self._declared.maps:
            named = to.host in each.names if each.names else to.host in LOCAL
            if named and each.outer == to.port and each.unit == inner.unit and each.inner in inner.listens:
                return True
        if to.host not in LOCAL:
            return to.host == inner.unit and (to.port in inner.listens or not inner.listens)
        return to.port in inner.listens and (outer.unit == inner.unit or None in {outer.unit, inner.unit})

    def _beside(self, outer: Hop, inner: Hop) -> bool:
        """Say whether a nearer path of the outer intermediary takes what is meant for the inner hop."""
        wanted = _literal(inner.path or "/")
        return any(
            other.location.file == outer.location.file
            and other.location != outer.location
            and other.location != inner.location
            and set(other.listens) == set(outer.listens)
            and (not loses(other) or len(other.path or "") > len(outer.path or ""))
            and (takes(other, wanted) or other.websocket is True)
            for other, _ in self._hops
        )
