"""What commands do that counts: connections that they make, containers that they start; and what that declares."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.common import frozen, place, sure_of
from wsdoctor.inspectors._platforms.sent import Sent
from wsdoctor.model.traffic import Address, Caller, Declared, Location, Note, PortMap

__all__ = ["Found", "Spoken", "add"]


@dataclass(frozen=True, slots=True)
class Spoken:
    """A connection that a command makes.

    Attributes:
        sent: what is sent where.
        line: 1-based first line.
        end_line: 1-based last line.
        period: seconds between two, None if it is made once or that is unknown.
        waits: whether it is repeated until it succeeds.
        inside: container that it is made in, where the command says so.
        expects: status codes that satisfy it.
        check: whether it is the health check that a container is started with.

    """

    sent: Sent
    line: int
    end_line: int
    period: float | None = None
    waits: bool = False
    inside: str | None = None
    expects: tuple[int, ...] = ()
    check: bool = False


@dataclass(slots=True)
class Found:
    """What a fragment does.

    Attributes:
        spoken: connections that it makes.
        published: port outside, port inside, image and line of each container that it starts.
        unknown: lines on which a port could not be followed, with what is written there.

    """

    spoken: list[Spoken] = field(default_factory=list)
    published: list[tuple[int, int, str, int]] = field(default_factory=list)
    unknown: list[tuple[int, str]] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Say whether it does anything that counts."""
        return bool(self.spoken or self.published or self.unknown)


def add(
    declared: Declared,
    found: Found,
    repository: Repository,
    path: str,
    product: str,
    kind: Callable[[Spoken], str],
    *,
    unit: str | None = None,
    location: Location | None = None,
    period: float | None = None,
    also: tuple[Location, ...] = (),
    host_is_unit: bool = True,
) -> None:
    """Add what a fragment does to what a file declares.

    Args:
        declared: gets callers, port maps and notes.
        found: what the fragment does.
        repository: that the file is in.
        path: of the file.
        product: that runs the fragment.
        kind: of caller for a connection.
        unit: that the fragment runs in.
        location: of the block to change, None = the line of the command.
        period: seconds between two runs of the fragment.
        also: other places that have a part in it.
        host_is_unit: whether ``localhost`` in the fragment is that of its unit.

    """
    for spoken in found.spoken:
        sent = spoken.sent
        at = location or place(path, repository, spoken.line, spoken.end_line)
        inside = spoken.inside or (unit if host_is_unit else None)
        declared.callers.append(
            Caller(
                product,
                sent.kind or ("health-check" if spoken.check else kind(spoken)),
                sent.protocol,
                Address(sent.host, sent.port, inside),
                at,
                path=sent.path,
                method=sent.method,
                user_agent=sent.user_agent,
                period=period if period is not None else spoken.period,
                expects=spoken.expects,
                headers=frozen(sent.headers),
                also=also,
                unit=inside,
                sure=round(min(sure_of(path), sent.sure), 2),
            )
        )
    for outer, inner, image, line in found.published:
        name = re.split(r"[:@]", image.rpartition("/")[2])[0] or None
        declared.maps.append(PortMap("docker", (), outer, inner, name, place(path, repository, line)))
    for line, written in found.unknown:
        words = f"the port {written!r} could not be followed"
        declared.notes.append(Note(location or place(path, repository, line), words[:200]))
