"""Compose files: health checks, published ports, names on the network, and commands of services that call others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._expansion import expand
from wsdoctor.inspectors._platforms.commands import read, read_words
from wsdoctor.inspectors._platforms.common import documents, folder, place, port_number, seconds, sure_of
from wsdoctor.inspectors._platforms.spoken import Found, Spoken, add
from wsdoctor.inspectors._units import COMPOSE_FILES, services
from wsdoctor.inspectors._values import environment
from wsdoctor.inspectors._variables import Variable
from wsdoctor.model.products import somebody_elses
from wsdoctor.model.traffic import Declared, PortMap, Unit
from wsdoctor.syntax._tree import Mapping, Node, Pair, Scalar, Sequence, find, items, scalar, text

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "compose"
PATTERNS = COMPOSE_FILES
NEEDLES = ("services:", 'services":')

DEFAULT_INTERVAL = 30.0
_MAX_RANGE = 50
_MAX_EXTENDS = 5
_RANGE = re.compile(r"(?P<first>\d{1,5})(?:-(?P<last>\d{1,5}))?")


def inspect(path: str, repository: Repository) -> Declared:
    """Return what a compose file declares."""
    found = Declared()
    for document in documents(path, repository, found.notes):
        services = find(document, "services")
        for pair in services.all_pairs() if isinstance(services, Mapping) else ():
            if isinstance(pair.value, Mapping):
                _Service(path, repository, services, pair).declare(found)
    return found


class _Service:
    def __init__(self, path: str, repository: Repository, services: Node | None, pair: Pair) -> None:
        self.path = path
        self.repository = repository
        self.name = pair.key.text
        self.chain = list(_extended(path, repository, services, pair))
        self.fixed = _dotenv_lookup(path, repository)
        mode = self.text("network_mode") or ""
        self.unit = mode.partition(":")[2] if mode.startswith("service:") else self.name
        self.host_network = mode == "host"

    def pair(self, key: str) -> tuple[str, Pair] | None:
        """Return the file and the pair of a key, that of the service itself before what it extends."""
        for file, node in self.chain:
            if (found := node.pair(key)) is not None:
                return file, found
        return None

    def text(self, key: str) -> str | None:
        found = self.pair(key)
        return None if found is None or not isinstance(found[1].value, Scalar) else self.open(found[1].value.text)

    def open(self, given: str) -> str:
        return expand(given, self.fixed)

    def value(self, name: str) -> str | None:
        """Return what a variable is within the container."""
        found = environment(self.repository).value(name, self.unit, self.path)
        return found[0] if found else None

    def declare(self, found: Declared) -> None:
        if not self.host_network:
            found.units.append(self.declared())
        self.ports(found)
        self.check(found)
        self.calls(found)

    def declared(self) -> Unit:
        """Return the service as something that runs; what is mounted into it may be from any folder."""
        known = [each for each in services(self.repository) if each.name == self.name and each.file == self.path]
        whole = bool(known) and not any(each.mounts for each in known) and self.unit == self.name
        folder = known[0].context if whole else None
        own = self.pair("build") is not None or self.pair("volumes") is not None
        return Unit(
            NAME, self.unit, place(self.path, self.repository, self.chain[0][1]),
            tuple(dict.fromkeys((self.name, *self.aliases()))), folder,
            own or not somebody_elses(self.text("image") or ""),
        )  # fmt: skip

    def ports(self, found: Declared) -> None:
        inner: set[int] = set()
        if (given := self.pair("ports")) is not None and not self.host_network:
            for item in items(given[1].value):
                at = place(given[0], self.repository, item)
                for outer, inside in self.published(item):
                    inner.add(inside)
                    if outer is not None and sure_of(given[0]) == 1.0:
                        found.maps.append(PortMap(NAME, (), outer, inside, self.unit, at))
        if (given := self.pair("expose")) is not None:
            for item in items(given[1].value):
                if isinstance(item, Scalar) and (port := port_number(self.open(item.text))) is not None:
                    inner.add(port)
        names = tuple(name for name in self.aliases() if name != self.name)
        if names:
            at = place(self.path, self.repository, self.chain[0][1])
            found.maps += (PortMap(NAME, names, port, port, self.unit, at) for port in sorted(inner))

    def published(self, item: Node) -> Iterator[tuple[int | None, int]]:
        if isinstance(item, Mapping):
            target = port_number(self.open(text(item, "target") or ""))
            if target is not None:
                yield port_number(self.open(text(item, "published") or "")), target
            return
        if not isinstance(item, Scalar):
            return
        parts = re.sub(r"\[[^\]]*\]", "", self.open(item.text)).partition("/")[0].split(":")
        inside = _RANGE.fullmatch(parts[-1].strip())
        outside = _RANGE.fullmatch(parts[-2].strip()) if len(parts) > 1 else None
        if inside is None:
            return
        first = int(inside["first"])
        size = min(int(inside["last"] or first) - first, _MAX_RANGE)
        for step in range(size + 1):
            yield (int(outside["first"]) + step if outside else None), first + step

    def aliases(self) -> Iterator[str]:
        for key in ("container_name", "hostname"):
            if name := self.text(key):
                yield name
        networks = self.pair("networks")
        for pair in networks[1].value.all_pairs() if networks and isinstance(networks[1].value, Mapping) else ():
            for alias in items(pair.value, "aliases"):
                if isinstance(alias, Scalar):
                    yield self.open(alias.text)

    def check(self, found: Declared) -> None:
        given = self.pair("healthcheck")
        if given is None or not isinstance(given[1].value, Mapping):
            return
        file, pair = given
        block = given[1].value
        tests = (find(node, "healthcheck", "test") for _, node in self.chain)
        test = next((one for one in tests if one is not None), None)
        off = scalar(block, "disable")
        if test is None or (off is not None and off.text.lower() == "true"):
            return
        period = seconds(self.open(text(block, "interval") or "")) or DEFAULT_INTERVAL
        location = place(file, self.repository, pair)
        also = (place(file, self.repository, test),) if pair.alias else ()
        done = self.run(test)
        add(found, done, self.repository, file, NAME, lambda _: "health-check", unit=self.unit, location=location,
            period=period, also=also)  # fmt: skip

    def run(self, test: Node) -> Found:
        if isinstance(test, Scalar):
            return read(self.open(test.text), test.first_line, self.value)
        words = [self.open(item.text) for item in items(test) if isinstance(item, Scalar)]
        if not words or words[0] == "NONE":
            return Found()
        if words[0] == "CMD-SHELL":
            return read(" ".join(words[1:]), test.line, self.value)
        return read_words(words[1:] if words[0] == "CMD" else words, test.line, self.value)

    def calls(self, found: Declared) -> None:
        """Read the commands of services that wait for others, or that do nothing but call them."""
        given = [one for key in ("entrypoint", "command") if (one := self.pair(key)) is not None]
        if not given:
            return
        texts = [self.command(one.value) for _, one in given]
        image = (self.text("image") or "").rpartition("/")[2].partition(":")[0]
        own = self.pair("entrypoint") is None and texts[0].startswith(("-", "http", "'http", "$"))
        if "curl" in image and own:
            texts.insert(0, "curl")
        file, pair = given[-1]
        line = pair.value.first_line if isinstance(pair.value, Scalar) else pair.line
        add(found, read(" ".join(texts), line, self.value), self.repository, file, "shell", _kind, unit=self.unit,
            location=place(file, self.repository, pair))  # fmt: skip

    def command(self, node: Node) -> str:
        if isinstance(node, Sequence):
            words = [self.open(item.text) for item in node.items if isinstance(item, Scalar)]
            return " ".join(_quote(word) for word in words)
        return self.open(node.text) if isinstance(node, Scalar) else ""


def _kind(spoken: Spoken) -> str:
    return "health-check" if spoken.waits and spoken.period and not spoken.sent.waits else "wait"


def _quote(word: str) -> str:
    return word if re.fullmatch(r"[\w@%+=:,./-]+", word) else "'" + word.replace("'", "'\\''") + "'"


def _extended(path: str, repository: Repository, services: Node | None, pair: Pair) -> Iterator[tuple[str, Mapping]]:
    """Yield a service and what it extends, each with its file."""
    node: Node | None = pair.value
    for _ in range(_MAX_EXTENDS):
        if not isinstance(node, Mapping):
            return
        yield path, node
        extends = node.get("extends")
        name = extends.text if isinstance(extends, Scalar) else text(extends, "service")
        if name is None:
            return
        file = text(extends, "file") if isinstance(extends, Mapping) else None
        if file is not None:
            path = "/".join(part for part in (folder(path), file.removeprefix("./")) if part)
            services = next((find(document, "services") for document in documents(path, repository)), None)
        node = find(services, name)


def _dotenv_lookup(path: str, repository: Repository) -> Callable[[str], str | None]:
    """Return what compose itself puts in the place of a variable: what the env file beside it says."""

    def value(name: str) -> str | None:
        found: list[Variable] = [
            each
            for each in environment(repository).candidates(name, None, path)
            if each.source == "dotenv" and (each.folder == folder(path) or not each.folder)
        ]
        return found[0].text if found else None

    return value
