"""Evidence as a JSON object, both ways: the contract "Evidence in", and what ``--record`` writes.

`from_record` takes what any program may have written, `to_record` gives it redacted, so that a record may leave
the machine. Neither reads a file or knows JSON text; the readers and the recording drive them.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from wsdoctor.model.as_json import time_as_json
from wsdoctor.model.evidence import Evidence, SourceFile
from wsdoctor.model.redact import redact_head, redact_log
from wsdoctor.wire.attempt import LONGEST_FIRST_BYTES, evidence

__all__ = ["OUTCOMES", "from_record", "to_record"]

OUTCOMES = ("upgraded", "rejected", "closed-by-client", "reset", "timeout")
LONGEST_LOG = 65_536
"""Characters of `log` that are kept: a traceback has 3,000, and a record must not choose its own memory."""
MOST_FILES = 64
LONGEST_FILE = 1_048_576
"""Characters of a file that are kept; configuration is smaller by far."""
LONGEST_NAME = 1_024
"""Characters of an address, a platform or a file name that are kept."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_HEADS = ("head", "head_base64", "head_hex")
_WITH_PORT = re.compile(r"(?P<address>\[[^\]]*\]|[^:]*):(?P<port>\d+)").fullmatch
_NOT_TEXT = re.compile(r"[^\t\r\n\x20-\x7e\xa0-\xff]")


def from_record(record: Mapping[str, Any]) -> Evidence:
    """Return the evidence of one record; keys that the contract does not know are ignored, and so is null.

    Raises:
        ValueError: if a value has the wrong type or form; the message names the key.

    """
    facts: dict[str, Any] = {}
    for key, read in _READ.items():
        if (value := record.get(key)) is not None:
            facts |= read(key, value)
    heads = [key for key in _HEADS if record.get(key) is not None]
    if len(heads) > 1:
        raise ValueError(f"{' and '.join(heads)} exclude each other")
    first_bytes = _HEAD[heads[0]](heads[0], record[heads[0]]) if heads else None
    return evidence(first_bytes, **facts)


def to_record(attempt: Evidence) -> dict[str, Any]:
    """Return the record of an attempt, secrets hidden; what was not observed is left out."""
    record: dict[str, Any] = {
        "at": time_as_json(attempt.at),
        "peer": _join(attempt.peer, attempt.peer_port),
        "listener": _join(attempt.listener, attempt.listener_port),
        "outcome": attempt.outcome,
        "status": attempt.status,
        "log": None if attempt.log is None else redact_log(attempt.log[:LONGEST_LOG]),
        "log_format": attempt.log_format,
        "platform": attempt.platform,
    }
    if attempt.first_bytes is not None:
        head = redact_head(attempt.first_bytes[:LONGEST_FIRST_BYTES].decode("latin-1"))
        if _NOT_TEXT.search(head):
            record["head_base64"] = base64.b64encode(head.encode("latin-1")).decode("ascii")
        else:
            record["head"] = head
    if attempt.files is not None:
        record["files"] = [{"name": file.name, "text": file.text} for file in attempt.files]
    return {key: value for key, value in record.items() if value is not None}


def _text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{key} must be text, not {_kind(value)}")
    return value


def _kind(value: object) -> str:
    kinds = {bool: "true or false", int: "a number", float: "a number", list: "a list", dict: "an object"}
    return kinds.get(type(value), type(value).__name__)


def _name(key: str, value: object) -> dict[str, Any]:
    return {key: _text(key, value)[:LONGEST_NAME]}


def _log(key: str, value: object) -> dict[str, Any]:
    return {key: _text(key, value)[:LONGEST_LOG]}


def _at(key: str, value: object) -> dict[str, Any]:
    text = _text(key, value)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{key} must be a time in ISO 8601, not {text[:40]!r}") from None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return {key: (moment - _EPOCH) / timedelta(seconds=1)}


def _address(key: str, value: object) -> dict[str, Any]:
    text = _text(key, value).strip()[:LONGEST_NAME]
    split = _WITH_PORT(text)
    if split is None:
        return {key: text.removeprefix("[").removesuffix("]")}
    port = int(split["port"][:6])
    if port > 65_535:
        raise ValueError(f"{key} has the port {port}, which is none")
    return {key: split["address"].removeprefix("[").removesuffix("]"), f"{key}_port": port}


def _join(address: str | None, port: int | None) -> str | None:
    if address is None or port is None:
        return address
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def _outcome(key: str, value: object) -> dict[str, Any]:
    if value not in OUTCOMES:
        raise ValueError(f"{key} must be one of {', '.join(OUTCOMES)}")
    return {key: value}


def _status(key: str, value: object) -> dict[str, Any]:
    if isinstance(value, bool) or not isinstance(value, int) or not 100 <= value <= 999:
        raise ValueError(f"{key} must be a status code of three digits")
    return {key: value}


def _files(key: str, value: object) -> dict[str, Any]:
    if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
        raise ValueError(f"{key} must be a list of objects with name and text")
    files = []
    for each in value[:MOST_FILES]:
        name, text = (_text(f"{part} of a file", each.get(part)) for part in ("name", "text"))
        files.append(SourceFile(name[:LONGEST_NAME], text[:LONGEST_FILE]))
    return {key: tuple(files)}


def _head(key: str, value: object) -> bytes:
    text = _text(key, value)
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")


def _head_base64(key: str, value: object) -> bytes:
    text = _text(key, value)
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise ValueError(f"{key} is not base64: {error}") from None


def _head_hex(key: str, value: object) -> bytes:
    text = _text(key, value)
    try:
        return bytes.fromhex(text)
    except ValueError as error:
        raise ValueError(f"{key} is not hexadecimal: {error}") from None


_READ: Mapping[str, Callable[[str, object], dict[str, Any]]] = {
    "at": _at,
    "peer": _address,
    "listener": _address,
    "outcome": _outcome,
    "status": _status,
    "log": _log,
    "log_format": _name,
    "platform": _name,
    "files": _files,
}
_HEAD: Mapping[str, Callable[[str, object], bytes]] = {
    "head": _head,
    "head_base64": _head_base64,
    "head_hex": _head_hex,
}
