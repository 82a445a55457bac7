"""A request head that was never finished."""

from wsdoctor.model.rule import GOOD_HANDSHAKE, Case, Reference, Remedy, Rule, request

_ENDS = {
    "timeout": "until the time was up",
    "closed-by-client": "then the peer closed",
    "reset": "then the peer reset the connection",
    "rejected": "and it was refused",
}


def match(
    speaks: str,
    complete: bool,
    first_bytes: bytes,
    method: str,
    outcome: str | None = None,
    elapsed: float | None = None,
) -> str | None:
    """Return the reason if the evidence fits, else None."""
    if speaks != "http/1" or complete or outcome == "upgraded":
        return None
    how = _ENDS.get(outcome or "", "and no more was seen")
    time = f" within {elapsed:.1f} seconds" if elapsed is not None else ""
    return (
        f"{len(first_bytes)} bytes of a {method[:20]} request came{time} without the empty line that ends the "
        f"head, {how}"
    )


RULE = Rule(
    id="half-request-head",
    title="The request head was never finished",
    cls="timeout-or-slow",
    level="warning",
    confidence=0.85,
    match=match,
    why=(
        "A server can answer only when the empty line behind the fields has arrived. It did not: the network lost the"
        " rest, a client writes its request in pieces and stopped, a head was cut at a size limit, or somebody holds "
        "connections open with half requests (slowloris)."
    ),
    remedy=Remedy(
        (
            "If it is a client of yours, send the whole head at once and flush; look for MTU problems if "
            "only large heads"
            " are affected. Else keep a limit on time and size."
        ),
        {"websockets": "open_timeout=10", "nginx": "client_header_timeout 10s; large_client_header_buffers 4 16k;"},
    ),
    references=(
        Reference("RFC 9112 section 2: message", "https://www.rfc-editor.org/rfc/rfc9112.html#section-2.1"),
        Reference("RFC 6455 section 4.1", "https://www.rfc-editor.org/rfc/rfc6455.html#section-4.1"),
    ),
    cases=(
        Case("time-out", b"GET /ws HTTP/1.1\r\nHost: app\r\nUpgrade: webso", {"outcome": "timeout", "elapsed": 10.0}),
        Case("closed", b"GET /ws HTTP/1.1\r\nHost: app\r\n", {"outcome": "closed-by-client"}),
    ),
    near_misses=(Case("complete", request("GET /ws HTTP/1.1", "Host: app", *GOOD_HANDSHAKE)),),
)
