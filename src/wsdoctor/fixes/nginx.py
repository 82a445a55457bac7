"""nginx: the directives that a handshake needs, put into the location that lacks them.

A location with one ``proxy_set_header`` of its own inherits none, so what it inherited is repeated. Drives on the tree
of `syntax.nginx`; what other files include is not seen, and where that may matter nothing is done.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from wsdoctor.fixes._edits import Edit
from wsdoctor.fixes._text import Lines, indent_of, plain_scheme, within_script
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.traffic import Caller, Declared, Hop, Listener, PortMap
from wsdoctor.syntax.nginx import Directive, look_up, parse

__all__ = ["PRODUCTS", "fix"]

PRODUCTS = ("nginx",)

_KINDS = ("http", "server", "location", "stream", "if", "limit_except", "upstream", "map", "events")
_FIELDS = ("upgrade", "connection", "host")
_HARMLESS = re.compile(r"mime\.types|ssl|letsencrypt|gzip|modules|conf\.d|sites-|fastcgi|uwsgi|scgi|security|log|cache")
_MAP = ("map $http_upgrade $connection_upgrade {", "    default upgrade;", "    ''      close;", "}")


def fix(
    finding: RepositoryFinding, traffic: Caller | Hop | PortMap, listener: Listener, text: str, declared: Declared
) -> list[Edit] | None:
    """Return the edits that let a handshake through, or that stop TLS or a PROXY header which nobody expects."""
    file = finding.location.file
    if not isinstance(traffic, Hop) or within_script(file):
        return None
    if "directive-file" in traffic.details:
        return None
    lines = Lines(text)
    chain = _around(parse(text), int(traffic.details.get("directive-line", "0")))
    if finding.rule == "proxy-speaks-tls-to-plaintext-server":
        return plain_scheme(traffic, lines, int(traffic.details.get("directive-line", "0")))
    if finding.rule == "proxy-protocol-v1-header":
        return _without_proxy_header(chain, lines)
    if finding.cls != "proxy-strips-upgrade" or not chain or chain[-1].name != "location":
        return None
    return _Location(traffic, chain, lines, text).edits()


def _around(top: Iterable[Directive], line: int) -> list[Directive]:
    """Return the blocks around a line, the outermost first.

    Within a manifest the words before the first block count as its name; the last one of them is meant.
    """
    for item in top:
        if item.block is not None and item.line <= line <= item.end_line:
            words = (item.name, *item.args)
            at = next((index for index, word in enumerate(words) if word in _KINDS), 0)
            plain = Directive(words[at], words[at + 1 :], item.line, item.column, item.end_line, item.block)
            return [plain, *_around(item.block, line)]
    return []


def _all(block: Iterable[Directive]) -> Iterator[Directive]:
    for item in block:
        yield item
        yield from _all(item.block or ())


def _without_proxy_header(chain: Sequence[Directive], lines: Lines) -> list[Edit] | None:
    for block in reversed(chain):
        for item in block.inner("proxy_protocol"):
            alone = re.fullmatch(r"\s*proxy_protocol\s+on\s*;\s*(?:#.*)?", lines[item.line])
            passes = sum(each.name == "proxy_pass" for each in _all(block.block or ()))
            return [lines.drop(item.line)] if alone and passes == 1 else None
    return None


class _Location:
    def __init__(self, hop: Hop, chain: list[Directive], lines: Lines, text: str) -> None:
        self.hop = hop
        self.chain = chain
        self.lines = lines
        self.top = parse(text)
        self.block = chain[-1]
        self.own = list(self.block.inner("proxy_set_header"))
        self.passing = next(
            (item for item in self.block.inner("proxy_pass") if str(item.line) == hop.details.get("directive-line")),
            None,
        )

    def edits(self) -> list[Edit] | None:
        """Return the edits, None where an include or another file decides."""
        if self.passing is None or self.passing.line != self.passing.end_line or not self._known():
            return None
        edits: list[Edit] = []
        new: list[str] = []
        variable, its_map = self._connection()
        wanted = {
            "upgrade": "proxy_set_header Upgrade $http_upgrade;",
            "connection": f"proxy_set_header Connection {variable};",
        }
        if "http-version" in self.hop.lacks:
            written = next(self.block.inner("proxy_http_version"), None)
            if written is None:
                new.append("proxy_http_version 1.1;")
            elif not self._replace(written, r"proxy_http_version\s+[^;]*;", "proxy_http_version 1.1;", edits):
                return None
        inherited = self._inherited() if not self.own else ()
        uses_map = False
        for name, line in wanted.items():
            written = next((item for item in self.own if item.args and item.args[0].lower() == name), None)
            above = [item for item in inherited if item.args and item.args[0].lower() == name]
            if written is None and name not in self.hop.lacks and above:
                continue
            if written is not None and name not in self.hop.lacks:
                continue
            if written is None:
                new.append(line)
            elif not self._replace(written, rf"(?i:proxy_set_header\s+[\"']?{name}[\"']?)\s+[^;]*;", line, edits):
                return None
            uses_map = uses_map or name == "connection"
        if set(self.hop.lacks) <= {"http-version"}:
            inherited = ()
        repeated = [item for item in inherited if item.args and item.args[0].lower() not in self.hop.lacks]
        sources = [self._source(item) for item in repeated]
        if None in sources:
            return None
        self._insert([*new, *(source for source in sources if source)], edits)
        return [*edits, *(its_map if uses_map else ())]

    def _known(self) -> bool:
        """Say whether all that counts here is seen here, so that nothing that other files say is lost."""
        offender = self.hop.details.get("offender")
        seen = {item.words() for block in self.chain for item in block.block or ()}
        if offender is not None and offender not in seen:
            return False
        inherited = self._inherited()
        if not self.own:
            outer = [item for block in self.chain[:-1] if block.name != "http" for item in block.inner("include")]
            here = any(self.block.inner("include"))
            if any(not _HARMLESS.search(" ".join(item.args)) for item in outer) or (here and inherited):
                return False
            fields = {item.args[0].lower() for item in inherited if item.args}
            missing = {*self.hop.lacks, *(("host",) if "rewrites-host" in self.hop.sends else ())}
            if not here and any(name not in missing and name not in fields for name in _FIELDS):
                return False
        return True

    def _inherited(self) -> tuple[Directive, ...]:
        for block in reversed(self.chain[:-1]):
            if found := tuple(block.inner("proxy_set_header")):
                return found
        return tuple(item for item in self.top if item.name == "proxy_set_header")

    def _connection(self) -> tuple[str, list[Edit]]:
        """Return the value for Connection, and the edit that defines it."""
        for item in _all(self.top):
            if item.name == "map" and item.args[:1] == ("$http_upgrade",) and len(item.args) > 1:
                made = look_up(item.block or (), "websocket") or ""
                if "upgrade" in made.lower():
                    return item.args[1], []
        opened = self.lines.find(r"^\s*(?:-\s+)?http\s*\{\s*$", 1, len(self.lines))
        if self.chain[0].name != "http" or len(opened) != 1:
            return '"upgrade"', []
        inner = next((self.lines[at] for at in range(opened[0] + 1, self.block.line) if self.lines[at].strip()), "")
        indent = indent_of(inner) or "    "
        return "$connection_upgrade", [self.lines.after(opened[0], [indent + line for line in _MAP])]

    def _replace(self, item: Directive, pattern: str, new: str, edits: list[Edit]) -> bool:
        if item.line != item.end_line:
            return False
        other = next((edit for edit in edits if edit.line == item.line), None)
        lines = self.lines if other is None else Lines("\n" * (item.line - 1) + other.lines[0])
        edit = lines.change(item.line, pattern, new)
        if edit is None:
            return False
        if other is not None:
            edits.remove(other)
        edits.append(edit)
        return True

    def _source(self, item: Directive) -> str | None:
        found = re.search(rf"(?i)proxy_set_header\s+[\"']?{re.escape(item.args[0])}\b[^;]*;", self.lines[item.line])
        return found[0] if found else None

    def _insert(self, new: Sequence[str], edits: list[Edit]) -> None:
        assert self.passing is not None
        number = self.passing.line
        if not new:
            return
        if re.fullmatch(r"\s*proxy_pass\s+[^;#]+;\s*(?:#.*)?", self.lines[number]):
            edits.append(self.lines.after(number, [indent_of(self.lines[number]) + each for each in new]))
            return
        before = next((edit for edit in edits if edit.line == edit.end_line == number), None)
        line = self.lines[number] if before is None else before.lines[0]
        if before is not None:
            edits.remove(before)
        found = re.search(r"\bproxy_pass\s[^;]*;", line)
        at = found.end() if found else len(line)
        edits.append(Edit(number, number, (" ".join((line[:at], *new)) + line[at:],)))
