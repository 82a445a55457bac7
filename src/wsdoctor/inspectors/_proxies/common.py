"""What all inspectors of proxies share: addresses, words that mean WebSockets, versions, configurations in other files.

It reads no product's language and judges nothing; the inspectors of nginx, Apache, HAProxy and the others drive it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._expansion import expand, is_open
from wsdoctor.inspectors._platforms.common import sure_of
from wsdoctor.inspectors._units import instructions, services, unit_of, workloads
from wsdoctor.inspectors._values import environment
from wsdoctor.model.traffic import Address, Declared, Hop, Location

__all__ = [
    "CARRIERS",
    "HANDSHAKES_ONLY",
    "NO_HANDSHAKES",
    "Piece",
    "Target",
    "address",
    "arrives",
    "beside",
    "details",
    "finish",
    "image_version",
    "means_websocket",
    "meant_for",
    "number",
    "of_site",
    "pages_beside",
    "path_sends",
    "pieces",
    "resolved",
    "root_of_pages",
    "seconds",
    "target",
    "unique",
]

HANDSHAKES_ONLY = "handshakes"
"""Value of the detail ``only``: nothing but handshakes takes this hop, by a condition on Upgrade or Connection."""

NO_HANDSHAKES = "no handshakes"
"""Value of the detail ``only``: another hop, by such a condition, takes the handshakes before this one."""

CARRIERS = ("*.yml", "*.yaml", "*.sh", "*.tf", "*.bash", "Dockerfile", "Dockerfile.*", "*.Dockerfile", "*.tpl")
"""Files that may hold the configuration of a proxy as a block of text within."""

DEFAULT_PORTS: Mapping[str, int] = MappingProxyType(
    {"http": 80, "ws": 80, "https": 443, "wss": 443, "h2c": 80, "h2": 443, "grpc": 80, "grpcs": 443}
)

_WORDS = re.compile(
    r"(?:^|[^a-z0-9])(?:wss?\d*|web_?sockets?|sockets?|socket\.?io|sockjs|engine\.io|real_?time|signalr|cable|"
    r"actioncable|mqtt|stomp|live_?view|graphql-ws|subscriptions?)(?:$|[^a-z0-9])|websocket",
    re.IGNORECASE,
)
_PAGES = re.compile(
    r"(?:.*[^a-z0-9])?(?:api|rest|static|assets|media|images?|css|fonts?|health\w*|status|metrics|admin|auth|login|"
    r"docs|favicon\.ico|robots\.txt|public|uploads?|download)(?:[^a-z0-9].*)?",
    re.IGNORECASE,
)
_SITE = re.compile(
    r"(?:^|/)(?:api|rest|graphql|static|assets|media|images?|css|fonts?|admin|auth|login|docs|public|uploads?)(?:$|[/.*])",
    re.IGNORECASE,
)
_EVERYTHING = frozenset((None, "/", "/*"))
"""Paths of hops that take whatever no other takes."""
_SEGMENT = re.compile(r"[A-Za-z0-9]{2}")
_VERSION_PART = re.compile(r"v\d+\W*")
_URL = re.compile(r"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*)://)?(?P<authority>[^/?#]*)(?P<rest>.*)", re.DOTALL)
_AUTHORITY = re.compile(r"(?:[^@]*@)?(?P<host>\[[^\]]*\]|[^:]*)(?::(?P<port>.*))?")
_BLOCK = re.compile(r"(?P<indent>[ \t]*)(?:-[ \t]+)?(?:[\w.\"'/ -]+:[ \t]*)?(?:[|>][+-]?\d?[+-]?)[ \t]*(?:#.*)?")
_HEREDOC = re.compile(r"<<[-~]?[ \t]*(?P<quote>[\"']?)(?P<mark>[A-Za-z_][\w-]*)(?P=quote)")
_VERSION = re.compile(r"(?P<name>[\w.-]+):v?(?P<version>\d+(?:\.\d+)+)")
_DURATION = re.compile(r"(?P<number>\d+(?:\.\d+)?)(?P<unit>us|ms|s|m|h|d)?")
_UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}


@dataclass(frozen=True, slots=True)
class Target:
    """Where a directive sends requests.

    Attributes:
        scheme: in lower case, ``""`` if none was written.
        host: as written, brackets of IPv6 taken off; None if a variable stands for it.
        port: None if none was written or a variable stands for it.
        rest: path and query, ``""`` if none was written.
        written_port: whether a port was written.

    """

    scheme: str
    host: str | None
    port: int | None
    rest: str
    written_port: bool

    @property
    def path(self) -> str | None:
        """The path up to the first variable in it, None if it begins with one or none was written."""
        literal = re.split(r"[?$%{#]", self.rest, maxsplit=1)[0]
        return literal if literal.startswith("/") else None

    @property
    def sure_port(self) -> int | None:
        """The port, where none is written that of the scheme."""
        return DEFAULT_PORTS.get(self.scheme) if not self.written_port else self.port


@dataclass(frozen=True, slots=True)
class Piece:
    """A configuration, whole or within another file: its text and the line of the file at which it begins."""

    text: str
    first_line: int = 1


def target(url: str) -> Target:
    """Take apart a URL or ``host:port``."""
    found = _URL.fullmatch(url.strip())
    scheme, authority, rest = (found["scheme"] or "", found["authority"], found["rest"]) if found else ("", "", "")
    parts = _AUTHORITY.fullmatch(authority)
    host, port = (parts["host"], parts["port"]) if parts else ("", None)
    shown: str | None = host.strip("[]").strip()
    if shown and re.search(r"[$%{}<>*|]", shown):
        shown = None
    digits = re.match(r"[0-9]+(?=[$%{]|\Z)", port or "")
    return Target(scheme.lower(), shown, number(digits[0] if digits else port), rest, port is not None)


def number(text: str | None) -> int | None:
    """Return a port number, None for anything else."""
    stripped = (text or "").strip().strip("\"'")
    return int(stripped) if re.fullmatch(r"[0-9]{1,5}", stripped) and 0 < int(stripped) < 65536 else None


def seconds(text: str | None, default_unit: str = "s") -> float | None:
    """Return a duration such as ``2s``, ``500ms``, ``1m30s`` or ``30`` in seconds, None if it is none."""
    stripped = (text or "").strip().strip("\"'")
    parts = list(_DURATION.finditer(stripped))
    if not parts or "".join(part[0] for part in parts) != stripped:
        return None
    return round(sum(float(part["number"]) * _UNITS[part["unit"] or default_unit] for part in parts), 6)


def address(to: Target, unit: str | None) -> Address:
    """Return the address of a target as seen from a unit."""
    return Address(to.host, to.sure_port, unit)


def means_websocket(*texts: str | None) -> bool | None:
    """Say True if a path or a name says that it is meant for WebSockets, None if none does."""
    return True if any(text and _WORDS.search(text) for text in texts) else None


def beside(
    product: str, to: Address, scheme: str, where: Location, *,
    listens: tuple[int, ...] = (), path: str | None = None, words: str | None = None, unit: str | None = None,
) -> Hop:  # fmt: skip
    """Return the hop of a request that a proxy makes beside the one that it hands on: may that pass, or a copy of it.

    Args:
        product: of the proxy.
        to: whom it asks.
        scheme: how.
        where: what says so.
        listens: ports of the proxy.
        path: that is asked for, or of the requests that are copied.
        words: that tell what it is meant for.
        unit: that the proxy runs in.

    """
    return Hop(
        product, to, scheme, where, listens, path, False, ("upgrade", "connection"), ("auth-subrequest",),
        means_websocket(words), unit,
    )  # fmt: skip


def meant_for(path: str | None, *names: str | None, asks: bool = False, only: str | None = None) -> bool | None:
    """Say what a hop is meant for: True for WebSockets, False for pages, None if nothing tells.

    Args:
        path: that it matches.
        names: of what it leads to.
        asks: whether it has lines that only handshakes need.
        only: what alone takes it, as in the detail of that name.

    """
    if only is not None:
        return only == HANDSHAKES_ONLY
    if asks or means_websocket(path):
        return True
    if path and _PAGES.fullmatch(_last_segment(path)):
        return False
    return means_websocket(*names)


def _last_segment(path: str) -> str:
    """Return the last part of a path or pattern that is a word, without a version: ``api`` of ``^/api/v2/(.*)$``."""
    parts = [part for part in path.split("/") if _SEGMENT.search(part) and not _VERSION_PART.fullmatch(part)]
    return parts[-1] if parts else ""


def pages_beside(hops: list[Hop]) -> list[Hop]:
    """Mark hops as meant for pages if another of the same configuration brings WebSockets to the same address."""
    sockets = {hop.to for hop in hops if hop.websocket and hop.path not in {None, "/"}}
    return [
        replace(hop, websocket=False)
        if hop.websocket is None and hop.to in sockets and (hop.path in _EVERYTHING or _falls_to(hop))
        else hop
        for hop in hops
    ]


def _falls_to(hop: Hop) -> bool:
    """Say whether all that no file answers falls to a named location, whose own name is no path."""
    return hop.details.get("match") == "named" and hop.details.get("becomes") in _EVERYTHING - {None}


def of_site(path: str | None) -> bool:
    """Say whether a path is one that sites of pages have."""
    return path is not None and _SITE.search(path) is not None


def root_of_pages(hops: list[Hop], host: str | None) -> list[Hop]:
    """Mark the hop of the root as meant for pages where the same host has paths of a site that lead elsewhere.

    Args:
        hops: of one host.
        host: its name; one that says it is for WebSockets is let alone.

    """
    site = {hop.to for hop in hops if of_site(hop.path) and "redirect" not in hop.sends}
    if not site or means_websocket(host):
        return hops
    return [
        replace(hop, websocket=False)
        if hop.websocket is None and hop.path in {None, "/", "/*"} and hop.to not in site
        else hop
        for hop in hops
    ]


def finish(path: str, declared: Declared) -> Declared:
    """Put hops in order for handing over: each place once, pages told from sockets, files aside less sure."""
    sure = sure_of(path)
    hops = pages_beside(unique(declared.hops))
    declared.hops = [replace(hop, sure=hop.sure * sure) for hop in hops] if sure < 1 else hops
    if sure < 1:
        declared.callers = [replace(caller, sure=caller.sure * sure) for caller in declared.callers]
    return declared


def resolved(text: str, path: str, repository: Repository) -> str:
    """Put what the repository sets environment variables to in their place; the rest stays as written."""
    if not is_open(text):
        return text
    known = environment(repository)
    unit = unit_of(path, repository)

    def value(name: str) -> str | None:
        found = known.value(name, unit, path)
        return found[0] if found else None

    return expand(text, value)


def details(**words: object) -> Mapping[str, str]:
    """Return details without those that are None or empty; an underscore in a name becomes a dash."""
    found = {name.replace("_", "-"): str(value) for name, value in words.items() if value not in {None, ""}}
    return MappingProxyType(found)


def arrives(version: str, connection: str | None, upgrade: str | None) -> dict[str, object]:
    """Return the details that say what the server side sees of a handshake; None = the field is absent."""
    return {
        "arrives_version": f"HTTP/{version}",
        "arrives_connection": "absent" if connection is None else connection or "empty",
        "arrives_upgrade": "absent" if upgrade is None else upgrade or "empty",
    }


def path_sends(prefix: str, passed: str) -> tuple[str, ...]:
    """Return what happens to a path when a prefix is replaced: ``strips-prefix``, ``double-slash``, both or neither."""
    sends = []
    if prefix.rstrip("/") and not passed.rstrip("/").startswith(prefix.rstrip("/")):
        sends.append("strips-prefix")
    if passed.endswith("/") and not prefix.endswith("/"):
        sends.append("double-slash")
    return tuple(sends)


def unique(hops: Iterable[Hop]) -> list[Hop]:
    """Return one hop for each place and target; of several the one that loses the handshake."""
    found: dict[tuple[object, ...], Hop] = {}
    for hop in hops:
        key = (hop.location.file, hop.location.line, hop.to, hop.path, hop.sends, hop.details.get("only"))
        if key not in found or (hop.forwards_upgrade is False and found[key].forwards_upgrade is not False):
            found[key] = hop
    return list(found.values())


def pieces(path: str, text: str) -> Iterator[Piece]:
    """Yield the configurations in a file: the whole file, or the blocks of text within if it is of another kind."""
    name = path.rpartition("/")[2]
    if name.endswith((".yml", ".yaml")):
        yield from _blocks(text)
    elif name.endswith((".sh", ".bash", ".tf", ".Dockerfile")) or name.split(".")[0] == "Dockerfile":
        yield from _heredocs(text, 1)
    else:
        yield Piece(text)


def _blocks(text: str) -> Iterator[Piece]:
    """Yield the block scalars of a YAML text, or the here-documents within one that is a script."""
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        opened = _BLOCK.fullmatch(lines[at])
        at += 1
        if opened is None:
            continue
        start = at
        while at < len(lines) and (not lines[at].strip() or _indent(lines[at]) > len(opened["indent"])):
            at += 1
        block = "\n".join(lines[start:at])
        if _HEREDOC.search(block):
            yield from _heredocs(block, start + 1)
        elif block.strip():
            yield Piece(block, start + 1)


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" \t"))


def _heredocs(text: str, first_line: int) -> Iterator[Piece]:
    lines = text.split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        opened = None if line.lstrip().startswith("#") else _HEREDOC.search(line)
        if opened is None:
            continue
        end = next((index for index in range(at, len(lines)) if lines[index].strip() == opened["mark"]), None)
        if end is not None:
            yield Piece("\n".join(lines[at:end]), first_line + at)
            at = end + 1


def image_version(path: str, repository: Repository, *products: str) -> tuple[int, ...] | None:
    """Return the version of a product that runs a configuration: that of its container, else the oldest of all images.

    Args:
        path: the configuration.
        repository: where compose files, manifests and Dockerfiles are.
        products: names of images, such as ``nginx`` and ``nginx-unprivileged``.

    """
    unit = unit_of(path, repository)
    known = [(name, version) for name, product, version in _images(repository) if product in products]
    mine = [version for name, version in known if unit is not None and name == unit]
    return min(mine or (version for _, version in known), default=None)


def _images(repository: Repository) -> list[tuple[str | None, str, tuple[int, ...]]]:
    """Return name and version of each image that has one, with the unit that runs it."""
    kept = repository.memory.get("proxy images")
    if isinstance(kept, list):
        return kept
    images: list[tuple[str | None, str]] = []
    built: dict[str, str] = {}
    for service in services(repository):
        images.append((service.name, service.image))
        if service.dockerfile is not None:
            built[service.dockerfile] = service.name
    images += ((container.unit, container.image) for container in workloads(repository))
    for path in repository.named("Dockerfile", "Dockerfile.*", "*.Dockerfile", "Containerfile"):
        bases = [rest for name, rest, _ in instructions(repository.text(path) or "") if name == "FROM"]
        unit = built.get(path) or unit_of(path, repository)
        images += ((unit, image) for image in bases[-1:])
    found = [
        (unit, match["name"], tuple(int(part) for part in match["version"].split(".")))
        for unit, image in images
        if (match := _VERSION.search(image)) is not None
    ]
    repository.memory["proxy images"] = found
    return found
