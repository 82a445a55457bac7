from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wsdoctor.wire.http2 import PREFACE, goaway_http_1_1_required, read_settings

CURL = bytes.fromhex("00001204000000000000030000006400040200000000020000 0000".replace(" ", ""))


def test_settings_of_curl() -> None:
    assert read_settings(PREFACE + CURL) == {
        "MAX_CONCURRENT_STREAMS": 100,
        "INITIAL_WINDOW_SIZE": 33_554_432,
        "ENABLE_PUSH": 0,
    }


def test_settings_cut_off() -> None:
    assert read_settings(PREFACE + CURL[:15]) == {"MAX_CONCURRENT_STREAMS": 100}
    assert read_settings(PREFACE + CURL[:20]) == {"MAX_CONCURRENT_STREAMS": 100}
    assert read_settings(PREFACE + CURL[:9]) == {}


def test_a_setting_without_a_name() -> None:
    assert read_settings(PREFACE + b"\0\0\6\4\0\0\0\0\0\x0a\x0a\0\0\0\1") == {"0xa0a": 1}


def test_settings_end_with_their_frame() -> None:
    assert read_settings(PREFACE + b"\0\0\0\4\0\0\0\0\0" + b"\0\1\0\0\0\1") == {}


def test_settings_are_bounded() -> None:
    payload = b"".join(number.to_bytes(2) + bytes(4) for number in range(20, 1020))
    found = read_settings(PREFACE + len(payload).to_bytes(3) + b"\4\0\0\0\0\0" + payload)
    assert found is not None
    assert len(found) == 64


@pytest.mark.parametrize(
    "first_bytes",
    [
        b"",
        PREFACE,
        PREFACE[:-1] + CURL,
        CURL,
        PREFACE + CURL[:8],
        PREFACE + b"\0\0\0\4\1\0\0\0\0",
        PREFACE + b"\0\0\4\x08\0\0\0\0\0\0\0\0\1",
    ],
)
def test_no_settings(first_bytes: bytes) -> None:
    assert read_settings(first_bytes) is None


def test_goaway() -> None:
    settings, goaway = (
        bytes.fromhex("000000040000000000"),
        bytes.fromhex("0000080700000000000000000000 00000d".replace(" ", "")),
    )
    assert goaway_http_1_1_required() == settings + goaway
    reason = goaway_http_1_1_required(b"speak HTTP/1.1")
    assert reason[9:12] == (8 + 14).to_bytes(3)
    assert reason.endswith(b"\0\0\0\x0dspeak HTTP/1.1")


@given(st.binary(max_size=100))
def test_any_bytes(rest: bytes) -> None:
    found = read_settings(PREFACE + rest)
    assert found is None or len(found) <= len(rest) // 6
