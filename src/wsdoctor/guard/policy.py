"""What the server behind a listener takes, so that the guard leaves it all of that."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from wsdoctor.guard.framing import CONTROLS
from wsdoctor.model.evidence import Evidence

__all__ = ["Policy"]


@dataclass(frozen=True, slots=True)
class Policy:
    """What the server behind a listener takes, as an integration knows it.

    Attributes:
        server: name of the library, such as ``websockets``.
        serves_http: True if it also serves HTTP; then plain requests belong to it.
        speaks_http2: True if it takes HTTP/2 with prior knowledge.
        takes_proxy: True if it may expect a PROXY protocol header.
        methods: methods of plain requests that it can parse, None for all.
        takes_http_1_0: False if it cannot parse HTTP/1.0.
        takes_content: False if it cannot take a request with content.
        strict: True if it takes no request head that departs from RFC 9112, and no list in Upgrade.
        max_line: bytes in a line of the head that it takes, 0 for no known limit.
        max_fields: field lines that it takes, 0 for no known limit.
        plain: which plain requests that were passed on are strays: those to paths where WebSockets are
            opened (``websocket-paths``), those that the server ``refused``, or ``any``.
        separate_paths: True if GET on a path where WebSockets are opened can be answered with nothing else.
        refuses: request head → whether it is one that the server answers with 400 and a traceback in its log.
        watchable: False if the transport must not be wrapped to see the server's answer.

    """

    server: str = "unknown"
    serves_http: bool = True
    speaks_http2: bool = False
    takes_proxy: bool = False
    methods: frozenset[str] | None = None
    takes_http_1_0: bool = True
    takes_content: bool = True
    strict: bool = False
    max_line: int = 0
    max_fields: int = 0
    plain: Literal["websocket-paths", "refused", "any"] = "websocket-paths"
    separate_paths: bool = False
    refuses: Callable[[bytes], bool] | None = None
    watchable: bool = True

    def takes(self, evidence: Evidence) -> bool:
        """Say whether a server that also serves HTTP can parse the request."""
        headers = evidence.headers
        return (
            (self.methods is None or evidence.method in self.methods)
            and (self.takes_http_1_0 or evidence.http_version == "HTTP/1.1")
            and not (self.strict and evidence.deviations)
            and (self.takes_content or headers is None or not headers.has_any("content-length", "transfer-encoding"))
        )

    def cannot_take(self, first: bytes, end: int) -> bool:
        """Say whether a request is one that no HTTP server takes, or that this one answers with 400 and noise.

        Args:
            first: the first bytes.
            end: where the request head ends.

        """
        if CONTROLS.search(first, 0, end) is not None:
            return True
        return self.refuses is not None and self.refuses(first[:end])

    def takes_handshake(self, evidence: Evidence) -> bool:
        """Say whether the server takes an opening handshake in which nothing is unmet."""
        headers = evidence.headers
        several = headers is not None and len(headers.tokens("upgrade")) > 1
        return not (self.strict and (evidence.deviations or several))

    def limits_broken_by(self, first: bytes) -> bool:
        """Say whether a request head has more lines, or longer ones, than the server takes."""
        if self.max_fields and first.count(b"\n") > self.max_fields + 2:
            return True
        longest = self.max_line
        return bool(longest) and len(first) > longest and any(len(line) > longest for line in first.split(b"\n"))
