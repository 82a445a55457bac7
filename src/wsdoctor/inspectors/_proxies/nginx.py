"""nginx configurations of a repository: includes put in place, variables followed, fields inherited as nginx does.

It knows how nginx puts a request together, not whether that is right. The nginx inspector drives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._jinja import rendered
from wsdoctor.inspectors._proxies.common import resolved
from wsdoctor.syntax.nginx import Directive, look_up, parse, substitute

__all__ = [
    "PATTERNS",
    "Fields",
    "Http",
    "Scope",
    "expanded",
    "included",
    "neighbours",
    "possible",
    "values_of",
    "with_environment",
]

PATTERNS = (
    "*.conf", "*.conf.*", "*.nginx", "*nginx*", "*/nginx/*", "*/sites-available/*", "*/sites-enabled/*", "*.vhost",
    "*.template", "*.j2", "*.tmpl", "*.erb", "*.include", "*.inc",
)  # fmt: skip
"""Files that may be nginx configurations as a whole."""

MAX_INCLUDES = 8
"""Includes within includes."""

MAX_DIRECTIVES = 20_000
"""Directives of one configuration with all its includes."""

MAX_VALUES = 12
"""Values that a variable may take before it counts as unknown."""

HANDSHAKE: Mapping[str, str] = {"http_upgrade": "websocket", "http_connection": "Upgrade"}
"""What a handshake brings, as variables."""

PLAIN: Mapping[str, str] = {"http_upgrade": "", "http_connection": ""}
"""What a plain request brings, as variables."""

STOCK: Mapping[str, str] = {
    "proxy_params": (
        "proxy_set_header Host $http_host; proxy_set_header X-Real-IP $remote_addr;"
        "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for; proxy_set_header X-Forwarded-Proto $scheme;"
    ),
    "mime.types": "", "fastcgi_params": "", "fastcgi.conf": "", "uwsgi_params": "", "scgi_params": "", "koi-utf": "",
    "koi-win": "", "win-utf": "", "options-ssl-nginx.conf": "", "fastcgi-php.conf": "", "snakeoil.conf": "",
}  # fmt: skip
"""Files that distributions and certbot bring along, with what they say of fields."""

_ENVIRONMENT = re.compile(r"\$\{?[A-Z][A-Z0-9_]*\}?")
_INCLUDE = re.compile(r"(?:^|[\s;{}])include[ \t]+[\"']?([^\s;\"']+)[\"']?[ \t]*;")
_COMMENT = re.compile(r"^[ \t]*#.*$", re.MULTILINE)
_WILD = re.compile(r"[*?\[]")


def expanded(
    directives: Sequence[Directive], path: str, repository: Repository, _depth: int = 0, _seen: tuple[str, ...] = ()
) -> tuple[Directive, ...]:
    """Put included files in the place of each ``include``; one that cannot be found stays as it is."""
    found: list[Directive] = []
    for directive in directives:
        if directive.name == "include" and directive.args:
            inner = _included(directive, path, repository, _depth, _seen)
            found += [directive] if inner is None else inner
        elif directive.block:
            block = expanded(directive.block, path, repository, _depth, _seen)
            found.append(replace(directive, block=block))
        else:
            found.append(directive)
        if len(found) > MAX_DIRECTIVES:
            break
    return tuple(found)


def _included(
    directive: Directive, path: str, repository: Repository, depth: int, seen: tuple[str, ...]
) -> list[Directive] | None:
    files = resolve(directive.args[0], path, repository)
    if not files:
        stock = STOCK.get(directive.args[0].rpartition("/")[2])
        if stock is None:
            return [] if _WILD.search(directive.args[0]) else None
        return list(parse(stock, source=directive.source, first_line=directive.line))
    found: list[Directive] = []
    for file in files:
        if file in seen or file == path or depth >= MAX_INCLUDES:
            continue
        try:
            inner = parse(rendered(file, repository), source=file)
        except SyntaxProblem:
            return None
        found += expanded(inner, file, repository, depth + 1, (*seen, path))
    return found


def resolve(pattern: str, path: str, repository: Repository) -> tuple[str, ...]:
    """Return the files that an ``include`` names: those beside the file, else those whose paths end alike."""
    kept: dict[tuple[str, str], tuple[str, ...]] = repository.memory.setdefault("nginx includes", {})  # type: ignore[assignment]
    folder = path.rpartition("/")[0]
    key = (pattern, folder)
    if key not in kept:
        kept[key] = tuple(file for file in _resolve(pattern, folder, repository) if repository.text(file) is not None)
    return kept[key]


def _resolve(pattern: str, folder: str, repository: Repository) -> list[str]:
    if "$" in pattern or "{{" in pattern:
        return []
    tails = [part for part in pattern.split("/") if part not in {"", "."}]
    if not pattern.startswith("/") and (
        found := repository.glob("/".join((folder, *tails)) if folder else "/".join(tails))
    ):
        return found
    written = {"sites-enabled": "sites-available", "conf.d": "templates"}
    while tails and (len(tails) > 1 or not _WILD.search(tails[0])):
        for names in (tails, [written.get(tail, tail) for tail in tails]):
            for suffix in ("", ".template", ".j2", ".tmpl"):
                if found := repository.glob("**/" + "/".join(names) + suffix):
                    return _nearest(found, folder)
        tails = tails[1:]
    return []


def _nearest(found: list[str], folder: str) -> list[str]:
    """Keep the files of the folder that has most of its path in common with the one that includes."""

    def common(path: str) -> int:
        parts = zip(path.split("/"), folder.split("/"), strict=False)
        return next((index for index, (one, other) in enumerate(parts) if one != other), len(folder.split("/")))

    best = max(found, key=lambda path: (common(path), -path.count("/")))
    home = best.rpartition("/")[0]
    return [path for path in found if path.rpartition("/")[0] == home]


def included(repository: Repository) -> frozenset[str]:
    """Return the files that another configuration includes; they are read in its place, not by themselves."""
    kept = repository.memory.get("nginx included")
    if isinstance(kept, frozenset):
        return kept
    found: dict[str, set[str]] = {}
    for path in repository.named(*(pattern for pattern in PATTERNS if "/" not in pattern)):
        text = repository.text(path)
        if (
            text is None
            or "include" not in text
            or not re.search(r"\b(?:server|http|location|stream)\b[^;{}]{0,1000}\{", text)
        ):
            continue
        for match in _INCLUDE.finditer(_COMMENT.sub("", text)):
            for file in resolve(match[1], path, repository):
                if file != path and path not in found.get(file, ()):
                    found.setdefault(path, set()).add(file)
    result = frozenset(file for files in found.values() for file in files)
    repository.memory["nginx included"] = result
    return result


def neighbours(path: str, repository: Repository) -> Iterator[Directive]:
    """Yield maps and upstreams of the files beside a fragment, with which it shares the http block."""
    folder, _, name = path.rpartition("/")
    for file in repository.glob(f"{folder}/*" if folder else "*"):
        text = repository.text(file) if file != path and file.rpartition(".")[2] == name.rpartition(".")[2] else None
        if text is None or not re.search(r"^\s*(?:map|upstream)\s", text, re.MULTILINE):
            continue
        try:
            yield from (item for item in parse(text, source=file) if item.name in {"map", "upstream"})
        except SyntaxProblem:
            continue


@dataclass(slots=True)
class Http:
    """What counts for all servers of a configuration.

    Attributes:
        maps: variable → what it is made of, and the entries.
        upstreams: name → its servers, as written.
        complete: whether the whole http block was read, so that what is not defined is not defined at all.

    """

    maps: dict[str, tuple[str, Sequence[Directive]]] = field(default_factory=dict)
    upstreams: dict[str, list[Directive]] = field(default_factory=dict)
    complete: bool = False

    def learn(self, directives: Iterable[Directive]) -> None:
        """Take in maps and upstreams."""
        for directive in directives:
            if directive.name == "map" and len(directive.args) > 1 and directive.block is not None:
                self.maps[directive.args[1].lstrip("$").strip("{}")] = (directive.args[0], directive.block)
            elif directive.name == "upstream" and directive.args:
                self.upstreams.setdefault(directive.args[0], list(directive.inner("server")))


@dataclass(frozen=True, slots=True)
class Fields:
    """The ``proxy_set_header`` lines of one level."""

    lines: tuple[Directive, ...]
    sure: bool = True

    def get(self, name: str) -> Directive | None:
        """Return the line that sets a field, None if none does."""
        return next((line for line in self.lines if line.args and line.args[0].lower() == name), None)


@dataclass(frozen=True, slots=True)
class Scope:
    """What a block inherits and sets.

    Attributes:
        fields: the fields that count here.
        discarded: fields of a level above that own lines discard.
        settings: simple directives that are inherited, by name.
        variables: what ``set`` gives variables.
        own: whether the fields stand in this block itself.

    """

    fields: Fields = Fields(())
    discarded: Fields = Fields(())
    settings: Mapping[str, Directive] = field(default_factory=dict)
    variables: Mapping[str, str] = field(default_factory=dict)
    own: bool = False

    def enter(self, block: Sequence[Directive]) -> Scope:
        """Return the scope within a block."""
        lines = tuple(item for item in block if item.name == "proxy_set_header")
        unknown = any(item.name == "include" for item in block)
        settings = {item.name: item for item in block if item.name in _INHERITED and item.args}
        variables = {
            item.args[0].lstrip("$").strip("{}"): item.args[1]
            for item in block
            if item.name == "set" and len(item.args) > 1
        }
        return Scope(
            Fields(lines, not unknown) if lines else replace(self.fields, sure=self.fields.sure and not unknown),
            self.fields if lines else self.discarded,
            {**self.settings, **settings},
            {**self.variables, **variables},
            bool(lines),
        )


_INHERITED = frozenset(
    ("proxy_http_version", "proxy_protocol", "proxy_ssl", "proxy_redirect", "auth_request", "mirror")
)


def values_of(text: str, http: Http, scope: Scope, request: Mapping[str, str], _depth: int = 0) -> str | None:
    """Return what a text with variables becomes for a request; None where it cannot be told."""
    known: dict[str, str] = dict(request)
    for name in substitute(text, known)[1]:
        value: str | None = None
        if name in scope.variables and _depth < 6:
            value = values_of(scope.variables[name], http, scope, request, _depth + 1)
        elif name in http.maps and _depth < 6:
            source, block = http.maps[name]
            given = values_of(source, http, scope, request, _depth + 1)
            result = look_up(block, given) if given is not None else None
            value = values_of(result, http, scope, request, _depth + 1) if result is not None else None
        if value is None:
            return None
        known[name] = value
    return substitute(text, known)[0]


def possible(text: str, http: Http, scope: Scope, request: Mapping[str, str], _depth: int = 0) -> list[str]:
    """Return all that a text with variables may become for a request; variables of unknown value stay as written."""
    found = [""]
    for part in re.split(r"(\$(?:\{\w+\}|\w+))", text):
        name = part.lstrip("$").strip("{}") if part.startswith("$") else ""
        options = [part]
        if name in request:
            options = [request[name]]
        elif name in scope.variables and _depth < 6:
            options = possible(scope.variables[name], http, scope, request, _depth + 1)
        elif name in http.maps and _depth < 6:
            options = _mapped(name, http, scope, request, _depth + 1)
        found = [start + option for start in found for option in options][:MAX_VALUES]
    return found


def _mapped(name: str, http: Http, scope: Scope, request: Mapping[str, str], depth: int) -> list[str]:
    source, block = http.maps[name]
    given = values_of(source, http, scope, request, depth)
    result = look_up(block, given) if given is not None else None
    results = [result] if result is not None else [entry.args[0] for entry in block if entry.args]
    return [value for text in dict.fromkeys(results) for value in possible(text, http, scope, request, depth)]


def with_environment(text: str, path: str, repository: Repository) -> str:
    """Put environment variables in place as the docker image's envsubst does; those of nginx are in lower case."""
    return _ENVIRONMENT.sub(lambda found: resolved(found[0], path, repository), text)
