from __future__ import annotations

import json

import pytest

from wsdoctor.wire.attempt import evidence
from wsdoctor.wire.logged import plain_log


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("connection rejected (426 Upgrade Required)\n", "connection rejected (426 Upgrade Required)\n"),
        ('"\x1b[31m\x1b[1mGET / HTTP/1.1\x1b[0m" 400 -\n', '"GET / HTTP/1.1" 400 -\n'),
        (
            '{"log":"\\"GET /","stream":"stderr"}\n{"log":" HTTP/1.1\\" 400\\n","stream":"stderr"}\n',
            '"GET / HTTP/1.1" 400\n',
        ),
        (
            '{"MESSAGE":"connection closed","_PID":"8"}\n{"MESSAGE":[71,69,84,27,255]}\n',
            "connection closed\nGET\x1b\\xff\n",
        ),
        ('{"MESSAGE":null}\n', '{"MESSAGE":null}\n'),
        ('{"MESSAGE":[71,300]}\n', '{"MESSAGE":[71,300]}\n'),
        ('{"event":"refused"}\n', '{"event":"refused"}\n'),
        ('{"log":"a\\n"}\n[1]\n{half\n', "a\n[1]\n{half\n"),
        ("{" + "[" * 100_000 + "\n", "{" + "[" * 100_000 + "\n"),
        ("", ""),
    ],
)
def test_wrappings(text: str, plain: str) -> None:
    assert plain_log(text) == plain


def test_evidence_holds_what_the_program_wrote() -> None:
    log = json.dumps({"log": "connection rejected (400 Bad Request)\n", "stream": "stderr"})
    assert evidence(log=log).log == "connection rejected (400 Bad Request)\n"
    assert evidence(b"GET ", log=log).log == "connection rejected (400 Bad Request)\n"
