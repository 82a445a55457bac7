import io

import pytest

from wsdoctor.errors import InvalidInput
from wsdoctor.readers import evidence, read


def source(data: bytes) -> io.BufferedReader:
    return io.BufferedReader(io.BytesIO(data))


def test_each_line_is_an_attempt_with_its_line_number() -> None:
    data = b'{"head": "GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n", "peer": "10.0.0.7:41000"}\n\n{"head": ""}\n'
    records = list(read(source(data), "strays.jsonl"))
    assert [number for number, _ in records] == [1, 3]
    assert records[0][1].method == "GET"
    assert records[0][1].peer == "10.0.0.7"
    assert records[1][1].first_bytes == b""


def test_a_byte_order_mark_does_no_harm() -> None:
    [(number, attempt)] = read(source(b'\xef\xbb\xbf{"head": ""}'), "strays.jsonl")
    assert (number, attempt.speaks) == (1, "nothing")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        (b"Nov 23 server[1]: connection rejected", "not JSON: Expecting value at column 1"),
        (b'{"head": ', "not JSON"),
        (b'["GET"]', "a JSON object is wanted"),
        (b"\xff\xfe", "not UTF-8 at byte 1"),
        (b'{"status": "no"}', "not evidence"),
        (b'{"a":' + b"[" * 100_000, "not evidence"),
    ],
)
def test_a_line_that_is_no_evidence_is_named_after_what_came_before(line: bytes, problem: str) -> None:
    records = read(source(b'{"head": ""}\n' + line + b"\n"), "mixed.jsonl")
    assert next(records)[0] == 1
    with pytest.raises(InvalidInput) as caught:
        next(records)
    assert str(caught.value).startswith("mixed.jsonl:2: ")
    assert problem in str(caught.value)


def test_a_line_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evidence, "LONGEST_LINE", 20)
    with pytest.raises(InvalidInput, match="more than 20 bytes"):
        list(read(source(b'{"head": "GET / HTTP/1.1"}'), "long.jsonl"))
