"""Where declared traffic reaches a listener, and what the rules say of it.

`topology` finds the meetings, `judging` lets the rules judge them once; `correlate` joins them with what was observed.
"""

from __future__ import annotations

from dataclasses import dataclass

from wsdoctor.model.rule import Rule
from wsdoctor.model.traffic import Caller, Hop, Listener, Location, Page, PortMap

__all__ = ["Judgement", "Meeting"]


@dataclass(frozen=True, slots=True)
class Meeting:
    """Declared traffic that reaches a listener.

    Attributes:
        traffic: the caller, the hop or the port map.
        listener: what it reaches.
        maps: the port maps on the way.
        direct: whether nothing can end TLS on the way, as far as that is certain.
        page: what says that the page which calls is an HTTPS page; only the two are judged then.
        client: who opens WebSockets by a hop behind which nothing is known to listen.

    """

    traffic: Caller | Hop | PortMap
    listener: Listener
    maps: tuple[PortMap, ...] = ()
    direct: bool = False
    page: Page | None = None
    client: Caller | None = None

    @property
    def location(self) -> Location:
        """The line that makes it reach the listener."""
        return self.traffic.location

    @property
    def facts(self) -> dict[str, object]:
        """What a rule may ask for."""
        name = {Caller: "caller", Hop: "hop", PortMap: "port_map"}[type(self.traffic)]
        if self.page is not None:
            return {name: self.traffic, "page": self.page}
        return {name: self.traffic, "listener": self.listener} | ({"direct": True} if self.direct else {})


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the rules say of a meeting.

    Attributes:
        meeting: that was judged.
        held: the rules that hold with their reasons, without those that others supersede; empty = it is harmless.

    """

    meeting: Meeting
    held: tuple[tuple[Rule, str], ...] = ()
