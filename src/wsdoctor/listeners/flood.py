"""When strays come as a flood, and how long a listening socket is left alone then.

To be woken for each connection costs an event loop about a third of what it costs to answer a stray. So in a flood
one turn of the loop takes all that has come in `REST` seconds; their first packets have come as well by then.
"""

from __future__ import annotations

__all__ = ["REST", "Flood"]

REST = 0.002
"""Seconds that a listening socket is left alone in a flood; a good handshake among it waits no longer than that."""
RATE = 5000
"""Strays a second that are a flood."""
BUCKET = 100
"""Strays that are remembered at most: 20 ms without strays end every flood."""


class Flood:
    """A bucket that strays fill and that time empties by `RATE`; it is a flood while it is more than half full.

    Attributes:
        strays: in the bucket; whoever answers one adds it.

    """

    __slots__ = ("_at", "strays")

    def __init__(self) -> None:
        self.strays = 0.0
        self._at = 0.0

    def is_on(self, at: float) -> bool:
        """Let out what time has emptied, and say whether it is a flood.

        Args:
            at: seconds, by any clock that does not go back.

        """
        self.strays = min(max(0.0, self.strays - (at - self._at) * RATE), BUCKET)
        self._at = at
        return self.strays > BUCKET / 2
