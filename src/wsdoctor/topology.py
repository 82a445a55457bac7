"""One graph of declared traffic: names and ports are resolved, and what reaches which listener is found.

Inspectors extract listeners, port maps, hops and callers; a meeting is one of these with the listener that it reaches.
What cannot be resolved is left alone. This module judges nothing and reads no file.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property

from wsdoctor.model.meeting import Meeting
from wsdoctor.model.products import somebody_elses
from wsdoctor.model.traffic import Address, Caller, Declared, Hop, Listener, Location, Page, PortMap
from wsdoctor.ways import LOCAL, WHOLE, Ways

__all__ = ["SIGN", "Topology"]

MACHINE = frozenset(("", "host.docker.internal", "host.containers.internal", "10.0.2.2", "10.0.3.2"))
"""Those among them that mean the machine, whatever container or emulator the sender is in."""
CONTAINERS: Mapping[str, str] = {
    "compose": "compose", "docker": "compose", "ecs": "ecs", "helm": "kubernetes", "kubernetes": "kubernetes",
    "fly": "folder", "railway": "folder", "render": "folder",
}  # fmt: skip
"""Products whose units have a localhost of their own, with who gives these units their names."""
LOOPBACK = LOCAL - MACHINE
"""Those that are the sender's own host whatever stands in front of the machine."""
OWN_CODE = frozenset(("client-code", "subresource", "navigation", "realtime-client"))
"""Kinds of callers that call whatever host they need; what watches a port is pointed at the project's own."""
NUMBERS = re.compile(r"[\d.]+|\[?[\da-fA-F:]*:[\da-fA-F:.]*\]?")
"""Hosts that are addresses: the rest of a site is led there to one of its own servers."""
WATCHES = frozenset(("scrape", "uptime-monitor"))
CHOOSES = ("location.protocol", "location.origin", "env.", "process.env", "isSecureContext")
"""Words in a line by which the scheme may be another where the page is an HTTPS page."""
LEADING = frozenset(("lighttpd", "nginx"))
"""Intermediaries that lead to HTTPS whoever asks them for a page over plain HTTP; they end TLS on their own ports."""
CERTAIN = 0.7
"""How sure a caller must be that is accused of what its page forbids."""
UNSURE = 0.5
"""Declared traffic that is less sure than this is not worth an accusation."""
_LITERAL = re.compile(r"(?P<path>/[\w./-]*)\*?")
SIGN = re.compile(r"[{*:$(\[^?+|\\<]")
"""Signs of the pattern languages of proxies and routers; what stands before the first is taken literally."""

Reach = Sequence[tuple[Listener, tuple[PortMap, ...]]]
"""Listeners, each with the port maps on the way to it."""


class Topology:
    """One graph of all declared traffic.

    Args:
        declared: what the inspectors extracted.

    """

    def __init__(self, declared: Declared) -> None:
        self.declared = declared
        self._listeners: dict[int, list[Listener]] = {}
        for listener in declared.listeners:
            if listener.port is not None:
                self._listeners.setdefault(listener.port, []).append(listener)
        self._maps: dict[int, list[PortMap]] = {}
        for port_map in declared.maps:
            self._maps.setdefault(port_map.outer, []).append(port_map)
        self._units = {listener.unit for listener in declared.listeners if listener.unit}
        self._names = {name for port_map in declared.maps for name in port_map.names}
        self._called = {caller.to.host for caller in declared.callers if caller.kind == "websocket-client"} | {
            hop.to.host for hop in declared.hops if hop.websocket is not False
        }
        self._ways = Ways(declared, self._reached)
        self._asked = {caller.path for caller in declared.callers if caller.kind == "websocket-client" and caller.path}
        self._folders = {part for each in declared.listeners for part in each.location.file.split("/")[:-1]}
        self._hosts: dict[str, str] = {}
        self._reach: dict[Address, Reach] = {}
        self._others = {unit.name for unit in declared.units} - {unit.name for unit in declared.units if unit.own}
        self._mapped = {port_map.unit for port_map in declared.maps if port_map.unit}
        self._contexts: dict[str, set[str]] = {}
        self._containers: dict[str, set[str]] = {}
        self._built: dict[str, set[str]] = {}
        self._images = {
            unit.name: unit.location.file.rpartition("/")[0] for unit in declared.units if unit.product == "docker"
        }
        for unit in declared.units:
            kinds = self._containers.setdefault(unit.name, set())
            kinds.add("folder" if unit.product == "docker" else CONTAINERS[unit.product])
            if unit.folder is not None:
                kinds.add("folder")
                self._built.setdefault(unit.name, set()).add(unit.folder)
                if unit.product == "compose":
                    self._contexts.setdefault(unit.name, set()).add(unit.folder)
            self._hosts.update(dict.fromkeys(unit.names, unit.name))
        images = {unit.name for unit in declared.units if unit.product == "docker"}
        kept: tuple[Sequence[PortMap | Caller], ...] = (declared.maps, declared.callers)
        for each in (one for of_kind in kept for one in of_kind):
            if each.unit and each.product in CONTAINERS and not (each.product == "docker" and each.unit in images):
                self._containers.setdefault(each.unit, set()).add(CONTAINERS[each.product])

    def reach(self, address: Address) -> Reach:
        """Return every listener that the address may mean, with the port maps on the way.

        A name that belongs to a unit or a Service means that one alone; ``localhost`` means the sender's own
        unit first, and no other container; another name is followed by port only.
        """
        if address not in self._reach:
            self._reach[address] = self._found(address)
        return self._reach[address]

    def _found(self, address: Address) -> Reach:
        if address.port is None:
            return self._told(address)
        host = address.host
        if host is not None and host not in LOCAL:
            if host in self._names and (mapped := self._through(address.port, host)):
                return mapped
            if host in self._hosts:
                return self._at(address.port, self._hosts[host])
            if host in self._names:
                return []
            if host in self._units:
                return self._at(address.port, host)
            return self._through(address.port, None) or self._at(address.port, None)
        if host is not None and host not in MACHINE and address.unit is not None:
            own = self._at(address.port, address.unit, strict=True)
            if own or address.unit in self._containers:
                return own or [
                    (each, ()) for each in self._listeners.get(address.port, ()) if self._may_run(each, address.unit)
                ]
        return self._through(address.port, None) or self._at(address.port, None)

    def _told(self, address: Address) -> Reach:
        """Return the listeners that are told their port by the variable of an address, those of its unit first.

        Where the files of the address have one listener that takes its port from elsewhere, it is that one.
        """
        if address.variable is None:
            return []
        near = [each for each in self.declared.listeners if not address.files or each.location.file in address.files]
        told = [each for each in near if each.environment == address.variable]
        if not told and address.files and len(near) == 1:
            told = near
        here: list[tuple[Listener, tuple[PortMap, ...]]] = [(each, ()) for each in told]
        own = [each for each in here if each[0].unit == address.unit]
        return own or [each for each in here if each[0].unit is None or address.unit is None]

    def _may_run(self, listener: Listener, unit: str) -> bool:
        """Say whether a listener, of which something else or nothing was said, may be in a unit.

        It is not in somebody else's product, not outside the folder that the unit is built from, and not in some other
        container of those who named this one. What an image is made of runs where the image does.
        """
        if unit in self._others:
            return False
        if listener.unit is None:
            within = self._contexts.get(unit)
            return within is None or any(
                not folder or listener.location.file.startswith(f"{folder}/") for folder in within
            )
        if self._images.get(listener.unit) in self._built.get(unit, ()):
            return True
        return self._containers.get(unit, set()).isdisjoint(self._containers.get(listener.unit, ()))

    def _through(self, port: int, name: str | None) -> Reach:
        found = []
        for port_map in self._maps.get(port, ()):
            if (name in port_map.names) if name is not None else not port_map.names:
                inner = _in_files(self._at(port_map.inner, port_map.unit), port_map.files)
                found += [(listener, (port_map, *maps)) for listener, maps in inner]
        return found

    def _at(self, port: int, unit: str | None, *, strict: bool = False) -> Reach:
        here = self._listeners.get(port, [])
        own = [listener for listener in here if unit is not None and listener.unit == unit]
        if strict or own:
            return [(listener, ()) for listener in own]
        if unit is not None:
            here = [listener for listener in here if self._may_run(listener, unit)]
            here = [listener for listener in here if listener.unit is None] or (here if unit not in self._units else [])
        return [(listener, ()) for listener in here]

    def meetings(self) -> Iterator[Meeting]:
        """Yield each caller, hop and port map with the one kind of listener that it reaches.

        Where the address may mean listeners that speak differently, nothing is yielded: that would be a guess.
        """
        senders: list[Caller | Hop] = [*self.declared.callers, *self.declared.hops]
        for sender in senders:
            if sender.sure >= UNSURE:
                yield from self._meeting(sender, sender.to)
        for hop, listener in self._ways.chained():
            if min(hop.sure, listener.sure) >= UNSURE:
                yield Meeting(hop, listener)
        for hop, client in self._ways.asked():
            if min(hop.sure, client.sure) >= UNSURE:
                yield Meeting(hop, Listener(hop.to.port, "both", client.location, client.product), client=client)
        for port_map in self.declared.maps:
            yield from self._meeting(port_map, Address(port_map.unit, port_map.inner, files=port_map.files))
        for caller in self.declared.callers if self.declared.pages else ():
            if (page := self._page(caller)) is not None:
                yield Meeting(caller, Listener(443, "http", page.location, page.product, tls=True), page=page)

    def towards(self, ports: Collection[int]) -> Iterator[Meeting]:
        """Yield each caller and hop for a port on which nothing is known to listen, though attempts arrive there.

        Args:
            ports: on which attempts were observed.

        """
        senders: list[Caller | Hop] = [*self.declared.callers, *self.declared.hops]
        for sender in senders:
            if sender.sure < UNSURE or sender.to.port is None or self._elsewhere(sender, sender.to.host):
                continue
            inner = {
                port_map.inner
                for port_map in self._maps.get(sender.to.port, ())
                if sender.to.host in (port_map.names or LOCAL)
            }
            for port in inner or {sender.to.port}:
                if port in ports and port not in self._listeners:
                    yield Meeting(sender, Listener(port, "both", sender.location, "observed"))

    def _meeting(self, traffic: Caller | Hop | PortMap, address: Address) -> Iterator[Meeting]:
        if self._elsewhere(traffic, address.host):
            return
        if isinstance(traffic, Hop) and traffic.websocket is False and self._is_asked(traffic.path):
            traffic = replace(traffic, websocket=None)
        elif isinstance(traffic, Hop) and traffic.websocket is None and self._is_fetched(traffic):
            traffic = replace(traffic, websocket=False)
        sure = [(listener, maps) for listener, maps in self.reach(address) if listener.sure >= UNSURE]
        reached = _in_files(sure, address.files)
        if len({listener.speaks for listener, _ in reached}) == 1:
            listener, maps = reached[0]
            if isinstance(traffic, Hop) and traffic.websocket is None and not _served(traffic, listener):
                traffic = replace(traffic, websocket=False)
            if isinstance(traffic, Hop):
                traffic = self._ways.judged(traffic, listener)
            yield Meeting(traffic, listener, maps, self._direct(traffic, maps))

    def _reached(self, address: Address) -> list[Listener]:
        return [listener for listener, _ in self.reach(address) if listener.sure >= UNSURE]

    def _elsewhere(self, traffic: Caller | Hop | PortMap, host: str | None) -> bool:
        """Say whether a host is one that nothing in the repository is known by, so that its port says nothing.

        What code and routes for some pages call may be any server there is. What watches is pointed at the project's
        own, unless that is called like a known product or the project declares by name all that runs beside it.
        """
        if isinstance(traffic, PortMap) or host is None or host in LOCAL or self._known(host):
            return False
        if isinstance(traffic, Hop):
            return traffic.websocket is False and not (traffic.path in WHOLE and NUMBERS.fullmatch(host))
        if traffic.kind in WATCHES and "." not in host:
            return bool(self._hosts) or somebody_elses(host)
        return traffic.kind in OWN_CODE

    def _known(self, host: str) -> bool:
        """Say whether a host is a name of something declared, or something speaks WebSocket to it."""
        known = (self._names, self._units, self._hosts, self._called, self._mapped, self._folders)
        first, _, rest = host.partition(".")
        return any(host in each for each in known) or ("svc" in rest.split(".") and first in self._names | self._units)

    def _is_asked(self, path: str | None) -> bool:
        """Say whether a WebSocket client asks for a path under that of a hop."""
        prefix = re.sub(r"/?\*+$", "", path or "").rstrip("/")
        return bool(prefix) and any(each == prefix or each.startswith(f"{prefix}/") for each in self._asked)

    def _is_fetched(self, hop: Hop) -> bool:
        """Say whether code asks for a path under that of a hop by HTTP, where the hop listens, and none opens it."""
        prefix = re.sub(r"/?\*+$", "", hop.path or "").rstrip("/")
        if not prefix.startswith("/") or self._is_asked(hop.path):
            return False
        folder = hop.location.file.rpartition("/")[0]
        return any(
            (port in hop.listens if hop.listens else folder in folders) and f"{path}/".startswith(f"{prefix}/")
            for port, folders, path in self._fetches
        )

    @cached_property
    def _fetches(self) -> Sequence[tuple[int, Container[str], str]]:
        """What code asks for by HTTP: the port, the folders of those who listen there, and the path."""
        return [
            (caller.to.port, {each.location.file.rpartition("/")[0] for each in self._reached(caller.to)}, caller.path)
            for caller in self.declared.callers
            if caller.kind in OWN_CODE and caller.protocol in {"http", "https"} and caller.to.port and caller.path
        ]

    def _direct(self, traffic: Caller | Hop | PortMap, maps: tuple[PortMap, ...]) -> bool:
        """Say whether it is certain that a caller speaks TLS, and that nothing ends it before what it reaches.

        A page's own host may have anything in front that the repository does not show. It has not where the port is
        published as it is, or where the same pages speak plain HTTP to that host, which an HTTPS page may not. Who
        chooses the scheme by that of its page speaks TLS where all pages are led to HTTPS.
        """
        if not isinstance(traffic, Caller) or traffic.protocol != "wss":
            return False
        host, port = traffic.to.host, traffic.to.port
        if self._elsewhere_ended or any(port in hop.listens for hop in self.declared.hops):
            return False
        if any(each.public or each.product not in CONTAINERS for each in maps):
            return False
        if (traffic.location, "ws") in self._opened:
            return host == "" and self._secured
        if host in LOOPBACK or host in self._units or host in self._names:
            return True
        return host == "" and (bool(maps) or self._secured or any(self._plain(each) for each in self.declared.callers))

    @cached_property
    def _opened(self) -> set[tuple[Location, str]]:
        return {(each.location, each.protocol) for each in self.declared.callers if each.kind == "websocket-client"}

    @cached_property
    def _secured(self) -> bool:
        """Whether an intermediary leads whoever asks for a page over plain HTTP to HTTPS."""
        return any(page.product in LEADING for page in self.declared.pages)

    @cached_property
    def _elsewhere_ended(self) -> bool:
        """Whether a platform serves the pages, and may end TLS for every port."""
        return any(page.product not in LEADING for page in self.declared.pages)

    @staticmethod
    def _plain(caller: Caller) -> bool:
        return (
            caller.product == "browser" and caller.to.host == "" and caller.protocol == "http" and bool(caller.to.port)
        )

    def _page(self, caller: Caller) -> Page | None:
        """Return what says that a page which is certain to open ``ws://`` is an HTTPS page, None if nothing does."""
        if (caller.kind, caller.product, caller.protocol) != ("websocket-client", "browser", "ws"):
            return None
        if caller.to.host is None or caller.to.host in LOOPBACK or caller.sure < CERTAIN:
            return None
        written = " ".join(each.text for each in (caller.location, *caller.also))
        if "ws://" not in written or any(word in written for word in CHOOSES):
            return None
        file = caller.location.file
        if any(other.protocol == "wss" and other.location.file == file for other in self.declared.callers):
            return None
        pages = (page for page in self.declared.pages if page.product not in LEADING)
        return next((page for page in pages if _within(caller, page.unit)), None)


def _in_files(reached: Reach, files: Container[str]) -> Reach:
    """Return those listeners that are in one of some files, where there are such files and listeners."""
    return [one for one in reached if one[0].location.file in files] or reached


def _within(caller: Caller, unit: str | None) -> bool:
    file = caller.location.file
    return unit is None or unit in {caller.unit, file} or file.startswith(f"{unit}/")


def _served(hop: Hop, listener: Listener) -> bool:
    """Say whether a WebSocket may be opened at what arrives by a hop; where not all is known of both, it may."""
    match = _LITERAL.fullmatch(hop.details.get("becomes", hop.path or ""))
    if match is None or not listener.paths or {"strips-prefix", "redirect"}.intersection(hop.sends):
        return True
    own = match["path"].rstrip("/") + "/"
    there = [SIGN.split(path, maxsplit=1)[0].rstrip("/") + "/" for path in listener.paths]
    return any(own.startswith(each) or each.startswith(own) for each in there)
