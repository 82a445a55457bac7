"""URLs that code makes, changes, joins and takes apart as objects, whatever library they are of.

Such an object is followed as the text that it stands for: ``URL.build(…)``, ``httpx.URL(…).copy_with(…)``,
``furl(…).set(…)``, ``urlsplit(…)._replace(…)`` and the texts that these make are the same to whoever asks for them.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from wsdoctor.inspectors._python.arguments import argument, keyword
from wsdoctor.inspectors._python.model import HOLE, Frame, Value, merge

if TYPE_CHECKING:
    from wsdoctor.inspectors._python.values import Reader

__all__ = ["METHODS", "PARTS", "beneath", "changed", "is_url", "made", "of_request", "part"]

_OBJECT = re.compile(
    r"(?:yarl|httpx|starlette\.datastructures|fastapi\.datastructures)\.URL(?:\.build)?|furl\.(?:furl\.)?furl"
    r"|hyperlink\.(?:parse|URL\.from_text|URL|DecodedURL\.from_text)|urllib3\.util\.(?:url\.)?parse_url"
    r"|pydantic(?:\.\w+)*\.\w+(?:Url|Dsn)(?:\.build)?|requests\.utils\.requote_uri|boltons\.urlutils\.URL"
    r"|(?:[\w.]+\.)?(?:urlsplit|urlparse|url_parse)"
).fullmatch
_RESULT = re.compile(r"(?:[\w.]+\.)?(?:SplitResult|ParseResult)").fullmatch
_PATHS = re.compile(r"(?:os\.path|posixpath)\.join").fullmatch
_WHOLE = re.compile(r"(?P<scheme>[^:/?#]*)://(?P<netloc>[^/?#]*)(?P<path>.*)", re.DOTALL).fullmatch
_PORT = re.compile(r"(?P<host>.*):(?P<port>[^:\]]*)", re.DOTALL).fullmatch
_KEPT = "\ue000"
"""Stands for a hole while a URL is put together: the standard library drops control characters."""
_NAMES = {"hostname": "host", "authority": "netloc", "raw_path": "path"}
_GIVEN = frozenset(("scheme", "host", "hostname", "port", "netloc", "authority", "path", "raw_path"))
_CHANGES = frozenset(("copy_with", "_replace", "replace", "set", "add"))
_WITH = {f"with_{name}": name for name in ("scheme", "host", "port", "path")}
_ASKED = frozenset(("url", "base_url"))
_SAME = frozenset(
    (
        "geturl", "human_repr", "tostr", "unsplit", "to_text", "unicode_string", "with_query", "with_fragment",
        "update_query", "extend_query", "copy_merge_params", "copy_set_param", "include_query_params", "remove",
    )
)  # fmt: skip
METHODS = frozenset((*_CHANGES, *_WITH, *_SAME, "join", "joinpath", "origin"))
"""Methods of URLs that give URLs."""
PARTS = frozenset(
    (
        "port", "explicit_port", "hostname", "host", "raw_host", "scheme", "netloc", "authority", "path", "raw_path",
        "url", "query",
    )
)  # fmt: skip
"""Attributes of URLs that are parts of them."""


def is_url(data: object) -> bool:
    """Say whether data is the text of an absolute URL."""
    return isinstance(data, str) and "://" in data


def made(reader: Reader, name: str, call: ast.Call, frame: Frame) -> list[Value] | None:
    """Return the URLs that a call of something external makes, None where it makes none.

    Args:
        reader: that follows values.
        name: of what is called.
        call: of it.
        frame: that it stands in.

    """
    last = name.rpartition(".")[2]
    if last == "urljoin" and len(call.args) > 1:
        return joined(reader, reader.values(call.args[0], frame), reader.values(call.args[1], frame))
    if last in {"urlunparse", "urlunsplit"} and call.args:
        return _unsplit(reader, reader.values(call.args[0], frame))
    if _RESULT(name):
        return _unsplit(reader, [Value([reader.values(arg, frame) for arg in call.args])]) or _built(
            reader, _given(reader, call, frame)
        )
    if _PATHS(name) and call.args:
        bases = [value for value in reader.values(call.args[0], frame) if is_url(value.data)]
        return beneath(reader, bases, [reader.values(arg, frame) for arg in call.args[1:]])
    if not _OBJECT(name):
        return None
    given = _given(reader, call, frame)
    node = argument(call, 0, "url", "val")
    if node is None:
        return _built(reader, given)
    texts = [value for value in reader.values(node, frame) if isinstance(value.data, str)]
    return [one for text in texts for one in _with(reader, text, given)] if given else texts


def of_request(node: ast.expr, method: str) -> list[Value]:
    """Return the URL of the request that is answered, of which nothing is known, where a method changes it."""
    asked = isinstance(node, ast.Attribute) and node.attr in _ASKED and method in {*_CHANGES, *_WITH}
    return [Value(f"{HOLE}://{HOLE}/{HOLE}")] if asked else []


def changed(reader: Reader, base: Value, name: str, call: ast.Call, frame: Frame) -> list[Value]:
    """Return what a method of a URL gives, nothing where it is none of `METHODS`.

    Args:
        reader: that follows values.
        base: text of the URL.
        name: of the method.
        call: of it.
        frame: that the call stands in.

    """
    if name in _WITH:
        return _with(reader, base, {_WITH[name]: reader.values(call.args[0], frame)} if call.args else {})
    if name == "add":
        node = keyword(call, "path")
        return [base] if node is None else beneath(reader, [base], [reader.values(node, frame)])
    if name in _CHANGES:
        return _with(reader, base, _given(reader, call, frame))
    if name == "join" and call.args:
        return joined(reader, [base], reader.values(call.args[0], frame))
    if name == "joinpath":
        return beneath(reader, [base], [reader.values(arg, frame) for arg in call.args])
    if name == "origin":
        return _with(reader, base, {"path": [Value("")]})
    return [base] if name in _SAME else []


def joined(reader: Reader, bases: Sequence[Value], tails: Sequence[Value]) -> list[Value]:
    """Return where links lead that stand in documents at some URLs, as ``urljoin`` does it."""
    found = []
    links = [value for value in tails if isinstance(value.data, str)] or [Value(HOLE)]
    for base in bases:
        for tail in links if isinstance(base.data, str) else ():
            if tail.data.startswith(HOLE) and (match := _WHOLE(base.data)) is not None:
                found.append(replace(base, data=f"{match['scheme']}://{match['netloc']}{HOLE}"))
                continue
            try:
                text = urljoin(base.data.replace(HOLE, _KEPT), tail.data.replace(HOLE, _KEPT)).replace(_KEPT, HOLE)
            except ValueError:
                continue
            found.append(Value(text, merge(base.places, tail.places), base.environment or tail.environment))
    return found


def beneath(reader: Reader, bases: Sequence[Value], tails: Sequence[Sequence[Value]]) -> list[Value]:
    """Return URLs with more segments behind their paths."""
    pieces: list[list[Value]] = [[replace(base, data=base.data.rstrip("/")) for base in bases]]
    for tail in tails:
        shorn = [replace(one, data=one.data.lstrip("/")) if isinstance(one.data, str) else one for one in tail]
        pieces += ([Value("/")], shorn)
    return reader.text(pieces) if bases else []


def part(url: Value, name: str) -> list[Value]:
    """Return a part, such as ``port``, of a URL; nothing where it has none or that cannot be told."""
    if name == "url":
        return [url]
    try:
        parts = urlsplit(url.data.replace(HOLE, _KEPT))
        data = {
            "port": parts.port, "explicit_port": parts.port, "hostname": parts.hostname, "host": parts.hostname,
            "raw_host": parts.hostname, "scheme": parts.scheme, "netloc": parts.netloc, "authority": parts.netloc,
            "path": parts.path, "raw_path": parts.path, "query": parts.query,
        }.get(name)  # fmt: skip
    except ValueError:
        return []
    if data is None:
        return []
    return [replace(url, data=data.replace(_KEPT, HOLE) if isinstance(data, str) else data)]


def _given(reader: Reader, call: ast.Call, frame: Frame) -> dict[str, list[Value]]:
    return {
        _NAMES.get(one.arg, one.arg): reader.values(one.value, frame)
        for one in call.keywords
        if one.arg in _GIVEN and one.arg is not None
    }


def _with(reader: Reader, url: Value, given: Mapping[str, list[Value]]) -> list[Value]:
    """Return a URL with other parts."""
    match = _WHOLE(url.data)
    if match is None or not given:
        return [url]
    parts = {name: [replace(url, data=text)] for name, text in match.groupdict().items()}
    netloc = match["netloc"]
    if "netloc" not in given and not given.keys().isdisjoint(("host", "port")):
        divided = _PORT(netloc)
        del parts["netloc"]
        parts["host"] = [replace(url, data=divided["host"] if divided else netloc)]
        if divided:
            parts["port"] = [replace(url, data=divided["port"])]
    return _built(reader, {**parts, **given})


def _built(reader: Reader, parts: Mapping[str, list[Value]]) -> list[Value]:
    """Return the URL that parts make, its path alone where neither host nor port are among them."""
    path = parts.get("path", [Value("")])
    texts = [one for one in path if isinstance(one.data, str)]
    slash = [Value("")] if not texts or texts[0].data[:1] in {"", "/"} else [Value("/")]
    if parts.keys().isdisjoint(("netloc", "host", "port")):
        return texts
    pieces = [parts.get("scheme", []), [Value("://")]]
    if "netloc" in parts:
        pieces.append(parts["netloc"])
    else:
        pieces.append(parts.get("host", []))
        port = parts.get("port")
        if port is not None and not any(one.data in {None, ""} and one.environment is None for one in port):
            pieces += ([Value(":")], port)
    return reader.text([*pieces, slash, path])


def _unsplit(reader: Reader, values: Sequence[Value]) -> list[Value]:
    found: list[Value] = []
    for parts in values:
        if is_url(parts.data):
            found.append(parts)
        elif isinstance(parts.data, list) and len(parts.data) >= 3:
            scheme, netloc, path = (item or [Value(HOLE)] for item in parts.data[:3])
            found += _built(reader, {"scheme": scheme, "netloc": netloc, "path": path})
    return found
