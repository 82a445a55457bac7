"""Uptime Kuma: monitors that scripts make through its API for Python."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.common import codes, http_caller, seconds
from wsdoctor.inspectors._python.model import External, Value, is_plain
from wsdoctor.inspectors._python.source import calls_named, open_file, ports, url_of
from wsdoctor.inspectors._python.values import Reader
from wsdoctor.inspectors.uptime_kuma import DEFAULT_INTERVAL, KINDS
from wsdoctor.model.traffic import Address, Caller, Declared, Location

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "uptime-kuma api"
PATTERNS = ("*.py",)
NEEDLES = ("uptime_kuma_api",)

_ADDS = re.compile(r"uptime_kuma_api\.(?:\w+\.)?UptimeKumaApi\(\)\.(?:add|edit)_monitor").fullmatch
_NAMES = frozenset(("add_monitor", "edit_monitor"))

_Fields = Mapping[str, Sequence[Value]]


def inspect(path: str, repository: Repository) -> Declared:
    """Return what the monitors ask that a Python file makes."""
    found = Declared()
    reader, _ = open_file(path, repository)
    for call in calls_named(reader, _NAMES) if reader is not None else ():
        if reader is not None and any(_ADDS(one.name) for one in reader.names(call.func)):
            for fields in _described(reader, call):
                found.callers += _monitors(reader, fields, reader.place(call))
    return found


def _described(reader: Reader, call: ast.Call) -> Iterator[_Fields]:
    """Yield the fields of each monitor that a call may make; a mapping that it spreads has those of one."""
    own = {one.arg: reader.values(one.value) for one in call.keywords if one.arg is not None}
    spread = [value for one in call.keywords if one.arg is None for value in reader.values(one.value)]
    for value in spread:
        yield {**value.data, **own} if isinstance(value.data, dict) else own
    if not spread:
        yield own


def _monitors(reader: Reader, fields: _Fields, place: Location) -> Iterator[Caller]:
    kinds = {KINDS.get(_kind(value)) for value in fields.get("type", ())}
    period = seconds(_text(fields.get("interval", ()))) or DEFAULT_INTERVAL
    accepted = ",".join(
        str(one.data) for value in fields.get("accepted_statuscodes", ()) if isinstance(value.data, list)
        for item in value.data for one in item
    )  # fmt: skip
    if "tcp" in kinds:
        host = _text(fields.get("hostname", ()))
        for port in ports(list(fields.get("port", ()))):
            if port.data is not None:
                yield http_caller("uptime-kuma", Address(host, port.data), _where(fields, port, place), protocol="tcp",
                                  period=period, kind="uptime-monitor")  # fmt: skip
    for value in fields.get("url", ()) if kinds & {"http", "ws"} else ():
        url = url_of(value.data) if isinstance(value.data, str) else None
        if url is not None and url.port is not None and url.scheme is not None:
            where = _where(fields, value, place)
            yield http_caller(
                "uptime-kuma", url.address(reader.unit), where, path=url.path, protocol=url.scheme,
                method=(_text(fields.get("method", ())) or "GET").upper(), user_agent="Uptime-Kuma/", period=period,
                expects=codes(accepted), kind="uptime-monitor",
                also=tuple(other for other in (place, *value.places) if other != where),
            )  # fmt: skip


def _kind(value: Value) -> str:
    """Return the type of a monitor, whether it is written as a text or as a member of the library's enumeration."""
    if isinstance(value.data, External):
        return value.data.name.rpartition(".")[2].lower().replace("_", "-")
    return str(value.data)


def _text(values: Sequence[Value]) -> str | None:
    return next((str(value.data) for value in values if is_plain(value.data)), None)


def _where(fields: _Fields, value: Value, place: Location) -> Location:
    """Return the line to change: where a list of monitors says type and address of one, or the call that makes it."""
    listed = any(kind.places for kind in fields.get("type", ()))
    return value.places[-1] if listed and value.places else place
