"""The map of an inspection: who calls, what is on the way, who listens, and which of these edges are wrong.

Shared by the renderers that draw it; it knows no output format, and what it returns is not escaped. A map that
would be too full to read is grouped: what is of one product and does the same becomes one node.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

from wsdoctor.model.finding import LEVELS, Level
from wsdoctor.model.inspection import Inspection, Investigation
from wsdoctor.model.traffic import Address, Caller, Hop, Listener, Location, PortMap
from wsdoctor.renderers._words import count
from wsdoctor.topology import Topology

__all__ = [
    "LISTENER_SPEAKS",
    "Edge",
    "Map",
    "Node",
    "Place",
    "left_out_words",
    "map_of",
    "place_of",
    "seen_at",
    "unnumbered",
]

MOST = 60
"""Nodes that can be read on one page."""
DEEPEST = 4
"""Intermediaries behind one another that get a column of their own."""
LISTENER_SPEAKS = {"websocket": "WebSocket only", "http": "HTTP", "both": "HTTP and WebSocket", "tcp": "TCP"}
OUTSIDE = 0
"""Key of the node for everybody outside."""

Place = tuple[str, int]
Traffic = Caller | Hop | PortMap | Listener


@dataclass(frozen=True, slots=True)
class Node:
    """One box of the map.

    Attributes:
        key: its number, the same for the same inspection.
        kind: ``caller``, ``hop``, ``map``, ``listener`` or ``outside``.
        product: what it is of.
        title: what it is, in words.
        detail: the file and line that says so.
        column: 0 for those who call, then what is on the way; listeners have the highest.
        speaks: what a listener speaks, as `Listener` has it.

    """

    key: int
    kind: str
    product: str
    title: str
    detail: str = ""
    column: int = 0
    speaks: str | None = None


@dataclass(frozen=True, slots=True)
class Edge:
    """One connection of the map.

    Attributes:
        source: key of the node that connects.
        target: key of the node that is connected to.
        findings: numbers of the findings on it, counted from 1 in the order of the inspection.
        level: the worst of them, None if nothing is wrong.
        attempts: how many attempts it was seen to send, 0 where nothing was observed.

    """

    source: int
    target: int
    findings: tuple[int, ...] = ()
    level: Level | None = None
    attempts: int = 0

    @property
    def wrong(self) -> bool:
        """Whether somebody should act."""
        return self.level in {"warning", "error"}


@dataclass(frozen=True, slots=True)
class Map:
    """What to draw.

    Attributes:
        nodes: by column, and within a column from top to bottom.
        edges: the wrong ones last, so that they are drawn on top.
        left_out: callers and hops that are not drawn, for they lead nowhere that is known, or there is no room.
        grouped: whether nodes of one product are drawn as one.

    """

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    left_out: int = 0
    grouped: bool = False


def place_of(location: Location) -> str:
    """Return file and line as everybody writes them."""
    return f"{location.file}:{location.line}"


def seen_at(investigation: Investigation) -> dict[Place, int]:
    """Return how many attempts each place was seen to send."""
    seen: dict[Place, int] = defaultdict(int)
    for each in investigation.explanations:
        seen[(each.locations[0].file, each.locations[0].line)] += each.attempts
    return seen


def map_of(inspection: Inspection, attempts: Mapping[Place, int] | None = None, *, most: int = MOST) -> Map:
    """Return the map of an inspection.

    Args:
        inspection: declared traffic and its findings.
        attempts: file and line → attempts that they were seen to send.
        most: nodes that it may have; it is grouped as far as that takes, and in the end what is right is left out.

    """
    graph = _Graph(inspection, attempts or {})
    graph.connect()
    grouped = len(graph.nodes) > most
    if grouped:
        for kind in ("map", "hop", "caller", "listener"):
            graph.group(kind)
    graph.cut(most)
    return Map(tuple(graph.arranged()), tuple(graph.drawn()), graph.left_out, grouped)


class _Graph:
    """Nodes and edges in the making."""

    def __init__(self, inspection: Inspection, attempts: Mapping[Place, int]) -> None:
        self.nodes: dict[int, Node] = {}
        self.edges: dict[tuple[int, int], Edge] = {}
        self.left_out = 0
        self._declared = inspection.declared
        self._findings = inspection.findings
        self._attempts = attempts
        self._numbers: dict[tuple[str, int, int | None], list[int]] = defaultdict(list)
        for number, finding in enumerate(inspection.findings, 1):
            self._numbers[(finding.location.file, finding.location.line, finding.port)].append(number)
        every = (*self._declared.callers, *self._declared.hops, *self._declared.maps, *self._declared.listeners)
        self._keys = {id(traffic): number for number, traffic in enumerate(every, 1)}

    def connect(self) -> None:
        """Fill in everything that is declared and leads to a listener."""
        topology = Topology(self._declared)
        senders: list[Caller | Hop] = [*self._declared.callers, *self._declared.hops]
        for sender in senders:
            reached = topology.reach(sender.to)
            for listener, maps in reached:
                way: tuple[Traffic, ...] = (sender, *maps, listener)
                for one, other in pairwise(way):
                    self._edge(one, other, listener.port)
            hops = [] if reached else list(self._hops(sender))
            for hop in hops:
                self._edge(sender, hop, None)
            self.left_out += not reached and not hops
        for port_map in self._declared.maps:
            for listener, _ in topology.reach(Address(port_map.unit, port_map.inner)):
                if port_map.public or self._on(port_map, listener.port):
                    self._edge(port_map, listener, listener.port)
                    self.nodes[OUTSIDE] = Node(OUTSIDE, "outside", "", "everybody outside")
                    self.edges.setdefault((OUTSIDE, self._key(port_map)), Edge(OUTSIDE, self._key(port_map)))
        for listener in self._declared.listeners:
            self._key(listener)

    def _on(self, traffic: Traffic, port: int | None) -> list[int]:
        return self._numbers.get((traffic.location.file, traffic.location.line, port), [])

    def _key(self, traffic: Traffic) -> int:
        key = self._keys[id(traffic)]
        if key not in self.nodes:
            self.nodes[key] = _node(key, traffic)
        return key

    def _edge(self, source: Traffic, target: Traffic, port: int | None) -> None:
        found = self._on(source, port)
        level = max((self._findings[number - 1].level for number in found), key=LEVELS.index, default=None)
        seen = self._attempts.get((source.location.file, source.location.line), 0)
        pair = self._key(source), self._key(target)
        self.edges.setdefault(pair, Edge(*pair, tuple(found), level, seen))

    def _hops(self, sender: Caller | Hop) -> Iterator[Hop]:
        """Yield the hops that listen where a sender connects, of each product those with the longest fitting path."""
        port, path = sender.to.port, getattr(sender, "path", None) or "/"
        ports = {port, *(port_map.inner for port_map in self._declared.maps if port_map.outer == port)} - {None}
        here = [hop for hop in self._declared.hops if hop is not sender and ports.intersection(hop.listens)]
        fitting = [hop for hop in here if path.startswith(hop.path or "/")]
        longest = max((len(hop.path or "") for hop in fitting), default=0)
        yield from (hop for hop in fitting if len(hop.path or "") == longest)

    def group(self, kind: str) -> None:
        """Draw nodes of a kind as one where they are of one product and lead, rightly or wrongly, to the same."""
        alike: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for key, node in self.nodes.items():
            if node.kind == kind:
                leads = frozenset((edge.target, edge.level) for edge in self.edges.values() if edge.source == key)
                comes = frozenset(edge.source for edge in self.edges.values() if edge.target == key)
                alike[(node.product, node.speaks, leads, comes if kind == "listener" else None)].append(key)
        into: dict[int, int] = {}
        for keys in alike.values():
            first = self.nodes[keys[0]]
            if len(keys) > 1:
                into |= dict.fromkeys(keys[1:], keys[0])
                more = f"{first.detail} and {len(keys) - 1} more"
                self.nodes[keys[0]] = replace(first, title=f"{len(keys)} \u00d7 {first.product}", detail=more)
        self._merge(into)

    def _merge(self, into: Mapping[int, int]) -> None:
        self.nodes = {key: node for key, node in self.nodes.items() if key not in into}
        old, self.edges = self.edges, {}
        for edge in old.values():
            pair = into.get(edge.source, edge.source), into.get(edge.target, edge.target)
            there = self.edges.get(pair, Edge(*pair))
            levels = [level for level in (there.level, edge.level) if level is not None]
            self.edges[pair] = replace(
                there,
                findings=tuple(sorted({*there.findings, *edge.findings})),
                level=max(levels, key=LEVELS.index, default=None),
                attempts=there.attempts + edge.attempts,
            )

    def cut(self, most: int) -> None:
        """Leave out what there is no room for: first what is right, and of that what is farthest from a listener."""
        wrong = {key for edge in self.edges.values() if edge.wrong for key in (edge.source, edge.target)}
        order = {"listener": 0, "map": 1, "hop": 2, "outside": 3, "caller": 4}
        ranked = sorted(self.nodes, key=lambda key: (key not in wrong, order[self.nodes[key].kind], key))
        gone = set(ranked[most:])
        self.left_out += len(gone)
        self.nodes = {key: node for key, node in self.nodes.items() if key not in gone}
        self.edges = {pair: edge for pair, edge in self.edges.items() if gone.isdisjoint(pair)}

    def arranged(self) -> Iterator[Node]:
        """Yield the nodes by column, each near what it leads to."""
        depth = self._depths()
        last = max((depth[key] for key, node in self.nodes.items() if node.kind in {"hop", "map"}), default=0) + 1
        column = {
            key: 0 if node.kind in {"caller", "outside"} else last - depth[key] for key, node in self.nodes.items()
        }
        rank: dict[int, float] = {}
        for at in range(last, -1, -1):
            here = [key for key in self.nodes if column[key] == at]
            here.sort(key=lambda key: (self._height(key, rank), key))
            rank |= {key: place / len(here) for place, key in enumerate(here)}
        for key in sorted(self.nodes, key=lambda key: (column[key], rank[key])):
            yield replace(self.nodes[key], column=column[key])

    def _height(self, key: int, rank: Mapping[int, float]) -> float:
        targets = [rank[edge.target] for edge in self.edges.values() if edge.source == key and edge.target in rank]
        if targets:
            return sum(targets) / len(targets)
        return -1.0 if any(edge.target == key and edge.wrong for edge in self.edges.values()) else 1.0

    def _depths(self) -> dict[int, int]:
        depth = dict.fromkeys(self.nodes, 0)
        for _ in range(DEEPEST):
            for edge in self.edges.values():
                if self.nodes[edge.source].kind in {"hop", "map"}:
                    depth[edge.source] = min(DEEPEST, max(depth[edge.source], depth[edge.target] + 1))
        return depth

    def drawn(self) -> list[Edge]:
        """Return the edges, the wrong ones last."""
        return sorted(self.edges.values(), key=lambda edge: (edge.wrong, edge.source, edge.target))


def _node(key: int, traffic: Traffic) -> Node:
    place = place_of(traffic.location)
    match traffic:
        case Caller():
            return Node(key, "caller", traffic.product, _calling(traffic), place)
        case Hop():
            redirects = " redirects" if "redirect" in traffic.sends else ""
            return Node(key, "hop", traffic.product, f"{traffic.product}{redirects} {traffic.path or '/'}", place)
        case PortMap():
            title = f"{traffic.product} port {traffic.outer} to {traffic.inner}"
            return Node(key, "map", traffic.product, title, place)
        case _:
            port = "an unknown port" if traffic.port is None else f"port {traffic.port}"
            return Node(key, "listener", traffic.framework, f"{traffic.framework}, {port}", place, 0, traffic.speaks)


def _calling(caller: Caller) -> str:
    if caller.protocol in {"http", "https"}:
        words = f"{caller.product} {caller.method or 'GET'} {caller.path or '/'}"
    elif caller.protocol == "tcp":
        words = f"{caller.product}, TCP"
    else:
        words = f"{caller.product} {caller.protocol} {caller.path or '/'}"
    return f"{words} every {caller.period:g} s" if caller.period else words


def unnumbered(drawn: Map) -> Map:
    """Return a map for where the findings do not stand under their numbers."""
    return replace(drawn, edges=tuple(replace(edge, findings=()) for edge in drawn.edges))


def left_out_words(drawn: Map) -> str:
    """Return what a reader must know of what the map does not show, empty if it shows everything."""
    words = []
    if drawn.grouped:
        words.append("What is of one product and leads to the same is drawn as one.")
    if drawn.left_out:
        words.append(f"Not drawn: {count(drawn.left_out, 'place')} leading elsewhere or nowhere that is known.")
    return " ".join(words)
