"""Configurations of HAProxy: which line counts for a section, which servers a backend has, how requests come to it.

What becomes of a handshake, and what the checks send, is left to `haproxy`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._proxies.common import HANDSHAKES_ONLY, means_websocket, number, of_site, resolved
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Location
from wsdoctor.syntax.haproxy import Line, Section

__all__ = ["Configuration", "Server", "Way"]

_FLAGS = frozenset(
    (
        "check", "ssl", "send-proxy", "send-proxy-v2", "send-proxy-v2-ssl", "send-proxy-v2-ssl-cn", "check-ssl",
        "check-send-proxy", "backup", "disabled", "enabled", "no-check", "no-ssl", "no-check-ssl", "allow-0rtt",
        "check-via-socks4", "stick", "non-stick", "tfo", "agent-check", "no-tls-tickets", "no-ssl-reuse", "track-sc0",
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Server:
    """A ``server`` line with what it inherits of ``default-server``."""

    line: Line
    address: str
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Way:
    """How requests come to a backend.

    Attributes:
        frontend: that they come from.
        listens: its ports.
        path: that the line which leads here asks for, None = any.
        only: what alone takes it.
        pages: the line that leads here all that a site has beside the paths which the same frontend leads elsewhere.

    """

    frontend: Section | None
    listens: tuple[int, ...] = ()
    path: str | None = None
    only: str | None = None
    pages: Line | None = None


class Configuration:
    """The sections of a file.

    Args:
        path: of the file.
        repository: that it is in.
        sections: in the order of the file.

    Attributes:
        path: as given.
        repository: as given.
        unit: that the proxy runs in, None if unknown.
        sections: as given.
        defaults: sections of defaults that count for a section, by its line, the nearest last.
        backends: sections that have servers.

    """

    def __init__(self, path: str, repository: Repository, sections: Sequence[Section]) -> None:
        self.path = path
        self.repository = repository
        self.unit = unit_of(path, repository)
        self.sections = sections
        self.defaults: dict[int, tuple[Section, ...]] = {}
        named: dict[str, Section] = {}
        current: tuple[Section, ...] = ()
        for section in sections:
            if section.kind == "defaults":
                base = self._from(section.args, named)
                named[section.name] = section
                current = (section,) if base is None else (base, section)
            else:
                base = self._from(section.args, named)
                self.defaults[section.line] = current if base is None else (base,)
        self.backends = [section for section in sections if section.kind in {"backend", "listen"}]

    @staticmethod
    def _from(args: Sequence[str], named: Mapping[str, Section]) -> Section | None:
        return named.get(args[args.index("from") + 1]) if "from" in args[:-1] else None

    def setting(self, section: Section, *words: str) -> tuple[Line, Section] | None:
        """Return the line that counts for a section: its own, else that of the defaults."""
        for place in (section, *reversed(self.defaults.get(section.line, ()))):
            line = place.last(*words)
            if line is not None:
                return line, place
            if place.last("no", *words) is not None:
                return None
        return None

    def mode(self, section: Section) -> str:
        """Return ``http`` or ``tcp``; a fragment without defaults that has rules for HTTP is taken for HTTP."""
        found = self.setting(section, "mode")
        if found and len(found[0].words) > 1:
            return found[0].words[1]
        fragment = not any(each.kind in {"defaults", "global"} for each in self.sections)
        return "http" if fragment and any(section.having("http-request")) else "tcp"

    def place(self, line: Line, end: int | None = None) -> Location:
        """Return the place of a line, or of a construct that begins there."""
        return self.repository.location(self.path, line.line, line.column, end)

    def servers(self, backend: Section) -> Iterator[Server]:
        """Yield the servers of a backend, those of another port or other options only once."""
        common: dict[str, str] = {}
        for section in (*self.defaults.get(backend.line, ()), backend):
            for line in section.having("default-server"):
                common.update(_options(line.words[1:]))
        for kind, at in (("server", 2), ("server-template", 3)):
            for line in backend.having(kind):
                if len(line.words) > at:
                    options = {**common, **_options(line.words[at + 1 :])}
                    yield Server(line, resolved(line.words[at], self.path, self.repository), options)

    def ways(self, backend: Section) -> Iterator[Way]:
        """Yield how requests come to a backend; a backend that nothing leads to is one without frontend."""
        found = False
        if backend.kind == "listen":
            found = True
            yield Way(backend, self.binds(backend))
        for frontend in self.sections:
            if frontend.kind not in {"frontend", "listen"}:
                continue
            for line in frontend.lines:
                leads = line.words[0] in {"use_backend", "default_backend"} and len(line.words) > 1
                if leads and (line.words[1] == backend.name or "%[" in line.words[1]):
                    found = True
                    paths, only = self._condition(frontend, line)
                    pages = line if self._rest_of_site(frontend, line, backend) else None
                    yield Way(frontend, self.binds(frontend), paths[0] if paths else None, only, pages)
        if not found:
            yield Way(None)

    def binds(self, section: Section) -> tuple[int, ...]:
        """Return the ports that a section listens on, as far as they are known."""
        written = [line.words[1] for line in section.having("bind") if len(line.words) > 1] + list(section.args[1:2])
        each = [end for word in written for end in resolved(word, self.path, self.repository).split(",")]
        ports = [number(end.rpartition(":")[2]) for end in each]
        return tuple(dict.fromkeys(port for port in ports if port is not None))

    def _rest_of_site(self, frontend: Section, line: Line, backend: Section) -> bool:
        """Say whether a line leads to a backend what is left of a site whose paths go to other servers."""
        if line.words[0] != "default_backend" or means_websocket(frontend.name):
            return False
        own = {server.address for server in self.servers(backend)}
        for other in frontend.having("use_backend"):
            paths, only = self._condition(frontend, other)
            if len(other.words) > 1 and only is None and any(map(of_site, paths)):
                there = (each for each in self.backends if each.name == other.words[1])
                if any(server.address not in own for each in there for server in self.servers(each)):
                    return True
        return False

    def _condition(self, frontend: Section, line: Line) -> tuple[list[str], str | None]:
        """Return the paths that a ``use_backend`` line asks for, and ``handshakes`` if it asks for those."""
        words = line.words[2:]
        if words[:1] != ("if",):
            return [], None
        paths: list[str] = []
        asks = False
        for word in words[1:]:
            for rule in self._rules(frontend, word):
                name = rule[0].partition("(")[0] if rule else ""
                values = [value for value in rule[1:] if not value.startswith("-")]
                if name in {"path", "path_beg", "path_dir", "path_reg", "path_end", "url_beg"}:
                    paths += values
                text = " ".join(rule).lower()
                asks = asks or (not word.startswith("!") and "websocket" in text and "upgrade" in text)
                asks = asks or (not word.startswith("!") and "hdr(connection)" in text and "upgrade" in text)
        anonymous = line.words[line.words.index("{") + 1 :] if "{" in line.words else ()
        if anonymous and anonymous[0].startswith("path"):
            paths += [word for word in anonymous[1:] if word.startswith("/")]
        asks = asks or ("websocket" in " ".join(anonymous).lower() and "upgrade" in " ".join(anonymous).lower())
        either = "or" in words or "||" in words
        return paths, (HANDSHAKES_ONLY if asks and not either else None)

    @staticmethod
    def _rules(section: Section, word: str) -> Iterator[tuple[str, ...]]:
        name = word.removeprefix("!")
        return (line.words[2:] for line in section.having("acl") if line.words[1:2] == (name,))


def _options(words: Sequence[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    at = 0
    while at < len(words):
        word = words[at]
        takes = word not in _FLAGS and at + 1 < len(words)
        found[word] = words[at + 1] if takes else ""
        at += 2 if takes else 1
    return found
