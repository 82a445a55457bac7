"""What the guard can decide, and the watch over a connection that it passed on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from wsdoctor.model.evidence import Evidence
from wsdoctor.respond import NOTHING, Answer

if TYPE_CHECKING:
    from wsdoctor.guard.opening import Opening

__all__ = ["SILENCE", "WAIT", "Decision", "Pass", "Reply", "Wait", "Watch"]


class Wait:
    """Nothing to do yet."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Pass:
    """The connection belongs to the server from now on.

    Attributes:
        data: all bytes received so far, unchanged.
        watch: to be told how the server answered, None if nobody wants to know.

    """

    data: bytes
    watch: Watch | None = None


@dataclass(frozen=True, slots=True)
class Reply:
    """Send the answer and end the connection."""

    answer: Answer


WAIT: Final = Wait()
SILENCE: Final = Reply(NOTHING)
Decision = Wait | Pass | Reply


class Watch:
    """A connection that was passed on, and of which the server's answer shall be recorded.

    Args:
        opening: the opening that was passed on.
        evidence: what was observed of it so far, None for a good handshake.

    Attributes:
        done: True once the answer was told.

    """

    __slots__ = ("done", "evidence", "opening")

    def __init__(self, opening: Opening, evidence: Evidence | None) -> None:
        self.opening = opening
        self.evidence = evidence
        self.done = False

    def answered(self, status: int | None, at: float, outcome: str | None = None) -> None:
        """Tell how it ended; later calls are ignored.

        Args:
            status: status code that the server sent, None if it sent none.
            at: seconds since the epoch.
            outcome: of `Evidence`, None to conclude it from the status.

        """
        if not self.done:
            self.done = True
            self.opening.guard.server_answered(self.opening, self.evidence, status, outcome, at)
