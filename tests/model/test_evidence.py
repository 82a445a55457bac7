from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, replace
from typing import Any

import pytest

from wsdoctor.model.evidence import ClientHello, Deviation, Evidence, ProxyHeader, SourceFile


def test_nothing_is_observed_by_default() -> None:
    assert Evidence().observed == frozenset()


def test_what_is_empty_was_observed_nevertheless() -> None:
    found = Evidence(first_bytes=b"", user_agent="", deviations=(), status=0, complete=False)
    assert found.observed == {"first_bytes", "user_agent", "deviations", "status", "complete"}


def test_evidence_is_frozen_and_compares_by_value() -> None:
    with pytest.raises(AttributeError):
        Evidence().peer = "10.0.0.1"  # type: ignore[misc]
    assert Evidence(peer="10.0.0.1") == Evidence(peer="10.0.0.1") != Evidence()
    assert hash(Evidence()) == hash(Evidence())


@pytest.mark.parametrize(
    "record",
    [
        Deviation("bare-lf", "RFC 9112 section 2.2"),
        ClientHello("TLS 1.0"),
        ProxyHeader(1, "PROXY", "TCP4"),
        SourceFile("a", "b"),
    ],
)
def test_records_are_frozen_and_compare_by_value(record: Any) -> None:
    with pytest.raises(FrozenInstanceError):
        setattr(record, fields(record)[0].name, 1)
    assert hash(record) == hash(replace(record))
