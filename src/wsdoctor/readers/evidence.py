"""Evidence as JSON lines: what `--record` writes, and what other programs hand over.

The keys are those of the public contract; `wire.record` maps them onto facts.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import BinaryIO

from wsdoctor.errors import InvalidInput
from wsdoctor.model.evidence import Evidence
from wsdoctor.wire.record import from_record

__all__ = ["NAME", "read", "recognises"]

NAME = "evidence"
LONGEST_LINE = 4_194_304
"""Bytes in a line; a recorded attempt is bounded far below, so more is no evidence file."""


def recognises(sample: bytes, name: str) -> bool:
    """Say whether the file begins with a JSON object."""
    return sample.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")


def read(source: BinaryIO, name: str) -> Iterator[tuple[int, Evidence]]:
    """Yield line number and evidence of each line; empty lines are passed over.

    Raises:
        InvalidInput: at the first line that is no evidence, with its number.

    """
    number = 0
    while line := source.readline(LONGEST_LINE + 1):
        number += 1
        if len(line) > LONGEST_LINE:
            raise InvalidInput(f"a line of more than {LONGEST_LINE} bytes is no evidence", name, number)
        if not line.strip():
            continue
        yield number, _evidence(line, name, number)


def _evidence(line: bytes, name: str, number: int) -> Evidence:
    try:
        record = json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise InvalidInput(f"not UTF-8 at byte {error.start + 1} of the line", name, number) from None
    except json.JSONDecodeError as error:
        raise InvalidInput(f"not JSON: {error.msg} at column {error.colno}", name, number) from None
    except RecursionError:
        raise InvalidInput("not evidence: nested too deep", name, number) from None
    if not isinstance(record, dict):
        raise InvalidInput("not evidence: a JSON object is wanted in each line", name, number)
    try:
        return from_record(record)
    except ValueError as error:
        raise InvalidInput(f"not evidence: {error}", name, number) from None
