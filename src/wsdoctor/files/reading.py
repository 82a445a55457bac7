"""Bytes of a file to text, and what is no text that a person wrote: binary, huge, minified or generated.

The same judgement is made on bytes alone by whoever looks through many files (`refusal`) and on the way to text.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat

__all__ = ["DIGEST_BYTES", "MAX_FILE_BYTES", "WIDE", "State", "digest_of", "read", "refusal", "state_of", "text_of"]

MAX_FILE_BYTES = 1 << 20
"""Nobody writes a configuration or a module of this size by hand."""

WIDE = (b"\xff\xfe", b"\xfe\xff")
"""Marks of UTF-16."""

DIGEST_BYTES = 16

State = tuple[int, int, int, int]
"""Of a file: size, time of modification and of change in nanoseconds, inode."""

HUGE = "larger than 1 MiB"
UNREADABLE = "unreadable file"

_GENERATED = re.compile(r"Code generated [^\n]{0,200}DO NOT EDIT|@generated\b|GENERATED CODE[^\n]{0,40}DO NOT MODIFY")
_HEAD = 1000
"""Characters at the beginning of a file that may say that a program wrote it; each has four bytes at most."""
_DENSE = (".js", ".mjs", ".cjs", ".css")
_DENSE_LINE = 1000
"""Characters a line, on average over a file of code, that no person writes."""
_FLAGS = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0)


def read(full: str, size: int | None = None) -> tuple[bytes | None, str | None]:
    """Return the bytes of a file, or None and the reason; one that is absent or no regular file has no reason.

    Args:
        full: path of the file.
        size: in bytes when a regular file was found there, which saves asking for it; None if that is not known.

    """
    try:
        handle = os.open(full, _FLAGS)
        try:
            raw = os.read(handle, size + 1) if size is not None and size <= MAX_FILE_BYTES else b""
            if size is None or len(raw) != size:
                status = os.fstat(handle)
                if not stat.S_ISREG(status.st_mode):
                    return None, None
                if status.st_size > MAX_FILE_BYTES:
                    return None, HUGE
                raw += os.read(handle, max(status.st_size + 1 - len(raw), 0))
        finally:
            os.close(handle)
    except FileNotFoundError:
        return None, None
    except (OSError, ValueError):
        return None, UNREADABLE
    return (raw, None) if len(raw) <= MAX_FILE_BYTES else (None, HUGE)


def state_of(status: os.stat_result) -> State:
    """Return the state of a file by what the system says of it."""
    return status.st_size, status.st_mtime_ns, status.st_ctime_ns, status.st_ino


def digest_of(raw: bytes | None, reason: str | None) -> bytes:
    """Return the digest of what a file holds; one whose text nobody gets has that of the reason."""
    held = b"-" + (reason or "absent").encode() if raw is None else b"+" + raw
    return hashlib.sha256(held).digest()[:DIGEST_BYTES]


def refusal(path: str, raw: bytes) -> str | None:
    """Return why bytes are not read as text that a person wrote, None if they are."""
    if raw.startswith(WIDE):
        return _refused(path, raw.decode("utf-16", "replace"))
    if raw.find(b"\x00", 0, 8192) >= 0:
        return "binary"
    head = raw[: 4 * _HEAD]
    end = _HEAD if head.isascii() else len(head)
    if (head.find(b"enerated", 0, end) >= 0 or head.find(b"GENERATED", 0, end) >= 0) and _GENERATED.search(
        head.decode("utf-8", "replace"), 0, _HEAD
    ):
        return "generated"
    size, beginning = len(raw), 2 * _DENSE_LINE
    if (
        size <= beginning
        or size <= _DENSE_LINE * (raw.count(b"\n", 0, beginning) + 1)
        or size <= _DENSE_LINE * (raw.count(b"\n") + 1)
    ):
        return None
    return _refused(path, text_of(raw))


def text_of(raw: bytes) -> str:
    r"""Return bytes as text: Line ends become ``\n``, a byte order mark goes, what is not UTF-8 is Latin-1."""
    if raw.startswith(WIDE):
        text = raw.decode("utf-16", "replace")
    else:
        try:
            text = raw.decode()
        except UnicodeDecodeError:
            text = raw.decode("latin-1")
    text = text.removeprefix("\ufeff")
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


def _refused(path: str, text: str) -> str | None:
    if _GENERATED.search(text, 0, _HEAD):
        return "generated"
    floor = (2 if path.endswith(_DENSE) else 20) * _DENSE_LINE
    return "minified" if len(text) > floor and len(text) > _DENSE_LINE * (text.count("\n") + 1) else None
