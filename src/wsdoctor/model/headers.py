"""Header fields as they were received: order, spelling and repetition are kept.

This module does not know which field means what; it only keeps and finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

__all__ = ["Headers"]


class Headers:
    """The field lines of one request or response, in received order and spelling.

    Look-ups ignore case (RFC 9110 section 5.1). An instance never changes.

    Args:
        lines: ``(name, value)`` pairs as received, whitespace around the value removed.

    Attributes:
        lines: the same pairs.
        order: the names in received order, lower case: what tells one HTTP stack from another.
        spelt: all names, lower case, one a line; for a quick look whether any begins with a word.
        joined: lower-case name → value, repeated lines joined by commas; for look-ups that must be fast.

    """

    __slots__ = ("joined", "lines", "order", "spelt")

    def __init__(self, lines: Iterable[tuple[str, str]] = ()) -> None:
        self.lines = tuple(lines)
        index: dict[str, str] = {}
        order: list[str] = []
        for name, value in self.lines:
            key = name.lower()
            order.append(key)
            index[key] = f"{index[key]}, {value}" if key in index else value
        self.joined: Mapping[str, str] = index
        self.order = tuple(order)
        self.spelt = "\n".join(index)

    def get(self, name: str) -> str | None:
        """Return the field value, repeated lines joined by commas (RFC 9110 section 5.3), or None if not sent."""
        return self.joined.get(name.lower())

    def all(self, name: str) -> list[str]:
        """Return each value of the field, one per line received."""
        key = name.lower()
        return [value for each, value in self.lines if each.lower() == key]

    def tokens(self, name: str) -> tuple[str, ...]:
        """Return the comma-separated list of the field, lower case, empty members left out (RFC 9110 section 5.6.1)."""
        value = self.joined.get(name.lower())
        if value is None:
            return ()
        return tuple(token for part in value.split(",") if (token := part.strip().lower()))

    def has(self, *names: str) -> bool:
        """Say whether every one of the fields was sent."""
        return all(name.lower() in self.joined for name in names)

    def has_any(self, *names: str) -> bool:
        """Say whether at least one of the fields was sent."""
        return any(name.lower() in self.joined for name in names)

    @property
    def names(self) -> tuple[str, ...]:
        """The names in received order and spelling."""
        return tuple(name for name, _ in self.lines)

    @property
    def lower_case(self) -> bool:
        """Whether every name came in lower case, as HTTP/2 front ends and Node send them; False without fields."""
        return bool(self.lines) and all(name == name.lower() for name, _ in self.lines)

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and name.lower() in self.joined

    def __iter__(self) -> Iterator[tuple[str, str]]:
        return iter(self.lines)

    def __len__(self) -> int:
        return len(self.lines)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Headers) and self.lines == other.lines

    def __hash__(self) -> int:
        return hash(self.lines)

    def __repr__(self) -> str:
        return f"Headers({self.lines!r})"
