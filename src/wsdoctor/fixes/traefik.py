"""Traefik: a middleware no longer takes Connection or Upgrade away, and checks expect what is answered.

A middleware without any option is an error to Traefik, so one that has nothing else goes with all that names it.
"""

from __future__ import annotations

import re

from wsdoctor.fixes._edits import Edit
from wsdoctor.fixes._text import ANSWER_426, Lines, alone, indent_of, plain_scheme
from wsdoctor.fixes._tree import own_lines, pairs
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.traffic import Caller, Declared, Hop, Listener, PortMap
from wsdoctor.syntax._tree import Mapping, Pair, Scalar, Sequence

__all__ = ["PRODUCTS", "fix"]

PRODUCTS = ("traefik",)

_LABEL = re.compile(
    r"^\s*(?:-\s+)?[\"']?traefik\.http\.middlewares\.(?P<name>[\w-]+)\.(?P<key>[\w.-]+)[\"']?\s*[=:]", re.IGNORECASE
)
_SPOILS = re.compile(r"headers\.customrequestheaders\.(?:connection|upgrade)", re.IGNORECASE)


def fix(
    finding: RepositoryFinding, traffic: Caller | Hop | PortMap, listener: Listener, text: str, declared: Declared
) -> list[Edit] | None:
    """Return the edits of labels or of a dynamic file in YAML."""
    if isinstance(traffic, PortMap) or not finding.location.file.endswith((".yml", ".yaml")):
        return None
    lines = Lines(text)
    at = traffic.location.line
    if isinstance(traffic, Caller):
        answers = listener.framework in ANSWER_426 and traffic.method == "GET" and not traffic.expects
        return _check(lines, at) if answers and alone(traffic, declared) else None
    if finding.rule == "proxy-speaks-tls-to-plaintext-server":
        return plain_scheme(traffic, lines, at)
    if finding.rule == "http2-prior-knowledge":
        edit = lines.change(at, r"\bh2c(?=://|[\"']?\s*$)", "http")
        return None if edit is None else [edit]
    if finding.cls != "proxy-strips-upgrade" or "auth-subrequest" in traffic.sends:
        return None
    label = _LABEL.match(lines[at])
    return _labels(label["name"], lines) if label else _file(text, lines, at)


def _labels(name: str, lines: Lines) -> list[Edit] | None:
    own = {number: found["key"] for number in range(1, len(lines) + 1)
           if (found := _LABEL.match(lines[number])) and found["name"].lower() == name.lower()}  # fmt: skip
    edits = [lines.drop(number) for number, key in own.items() if _SPOILS.fullmatch(key)]
    if len(edits) < len(own):
        return edits
    for number in lines.find(r"(?i)traefik\.http\.routers\.[\w-]+\.middlewares[\"']?\s*[=:]", 1, len(lines)):
        edit = _unnamed(lines, number, name)
        if edit is not None:
            edits.append(edit)
    return edits


def _unnamed(lines: Lines, number: int, name: str) -> Edit | None:
    """Return the edit that takes a middleware out of the label that lists those of a router."""
    found = re.search(r"middlewares[\"']?\s*[=:]\s*[\"']?(?P<names>[^\"'#]*[^\"'#\s])", lines[number], re.IGNORECASE)
    names = [each.strip() for each in found["names"].split(",")] if found else []
    kept = [each for each in names if each.partition("@")[0].lower() != name.lower()]
    if found is None or kept == names:
        return None
    if not kept:
        return lines.drop(number)
    line = lines[number]
    return Edit(number, number, (line[: found.start("names")] + ",".join(kept) + line[found.end("names") :],))


def _file(text: str, lines: Lines, at: int) -> list[Edit] | None:
    for _, custom in pairs(text, "customRequestHeaders"):
        fields = custom.value
        if not isinstance(fields, Mapping) or not any(pair.line == at for pair in fields.pairs):
            continue
        bad = [pair for pair in fields.pairs if pair.key.text.lower() in {"connection", "upgrade"}]
        taken = [own_lines(pair, lines) for pair in bad]
        if None in taken:
            return None
        if len(bad) < len(fields.pairs):
            return [lines.drop(*each) for each in taken if each is not None]
        return _whole(text, lines, custom)
    return None


def _whole(text: str, lines: Lines, custom: Pair) -> list[Edit] | None:
    """Take away a middleware that does nothing else, its name in routers, and what would be left empty."""
    for _, middlewares in pairs(text, "middlewares"):
        for named in middlewares.value.pairs if isinstance(middlewares.value, Mapping) else ():
            headers = named.value.pair("headers") if isinstance(named.value, Mapping) else None
            if headers is None or not isinstance(headers.value, Mapping) or custom not in headers.value.pairs:
                continue
            assert isinstance(named.value, Mapping)
            assert isinstance(middlewares.value, Mapping)
            for pair, inside in ((custom, headers.value), (headers, named.value), (named, middlewares.value)):
                if len(inside.pairs) > 1:
                    taken = own_lines(pair, lines)
                    return None if taken is None else [lines.drop(*taken), *_routers(text, lines, named, pair is named)]
            taken = own_lines(middlewares, lines)
            return None if taken is None else [lines.drop(*taken), *_routers(text, lines, named, True)]
    return None


def _routers(text: str, lines: Lines, named: Pair, gone: bool) -> list[Edit]:
    edits: list[Edit] = []
    for _, listed in pairs(text, "middlewares") if gone else ():
        names = listed.value.items if isinstance(listed.value, Sequence) else []
        mine = [each for each in names if isinstance(each, Scalar) and each.text.partition("@")[0] == named.key.text]
        if not mine:
            continue
        if len(mine) == len(names):
            taken = own_lines(listed, lines)
            edits += [lines.drop(*taken)] if taken is not None else []
        elif mine[0].line != listed.line:
            edits += (lines.drop(each.line) for each in mine)
        else:
            kept = ", ".join(each.text for each in names if isinstance(each, Scalar) and each not in mine)
            edit = lines.change(listed.line, r"\[[^\[\]]*\]", f"[{kept}]")
            edits += [edit] if edit is not None else []
    return edits


def _check(lines: Lines, at: int) -> list[Edit] | None:
    """Let a check expect 426, which is what these servers answer to a plain GET."""
    line = lines[at]
    label = re.search(r"(?i)(traefik\.http\.services\.[\w-]+\.loadbalancer\.healthcheck)\.path(?P<sign>[=:])", line)
    if label:
        found = re.match(r"\s*(?:-\s+)?[\"']?", line)
        assert found is not None
        quote = found[0][-1:] if found[0][-1:] in {'"', "'"} else ""
        return [lines.after(at, [f"{found[0]}{label[1]}.status=426{quote}"])] if label["sign"] == "=" else None
    if re.fullmatch(r"\s*path\s*:\s*\S+\s*(?:#.*)?", line):
        return [lines.after(at, [f"{indent_of(line)}status: 426"])]
    return None
