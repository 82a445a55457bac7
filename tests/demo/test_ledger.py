from __future__ import annotations

import json
import math
from pathlib import Path

from wsdoctor.demo.knocks import nothing
from wsdoctor.demo.ledger import Ledger
from wsdoctor.demo.strays import Stray

PROBE = "GET /healthz HTTP/1.1\r\nHost: a\r\nUser-Agent: kube-probe/1.31\r\n\r\n"
CURL = "GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: curl/8.5.0\r\nAccept: */*\r\n\r\n"


def stray(name: str, address: str, *classes: str) -> Stray:
    return Stray(name, address, frozenset(classes), math.inf, nothing)


def line(peer: str, head: str) -> str:
    return json.dumps(
        {"at": "2026-11-23T12:00:00Z", "peer": f"{peer}:5000", "listener": "127.0.0.1:8080", "head": head}
    )


def test_a_file_is_followed_as_it_grows(tmp_path: Path) -> None:
    path = tmp_path / "strays.jsonl"
    ledger = Ledger(path)
    ledger.follow()
    assert ledger.report().attempts == 0
    path.write_text(line("127.0.1.1", PROBE) + "\n" + line("127.0.1.2", CURL)[:40])
    ledger.follow()
    ledger.follow()
    assert ledger.report().attempts == 1
    path.write_text(line("127.0.1.1", PROBE) + "\n" + line("127.0.1.2", CURL) + "\n")
    ledger.follow()
    assert ledger.report().attempts == 2


def test_each_stray_is_compared_with_what_was_said_of_its_address(tmp_path: Path) -> None:
    path = tmp_path / "strays.jsonl"
    path.write_text("".join(line(peer, head) + "\n" for peer, head in (
        ("127.0.1.1", PROBE), ("127.0.1.1", PROBE), ("127.0.1.2", CURL), ("127.0.1.3", PROBE), ("127.0.1.3", CURL),
    )))  # fmt: skip
    ledger = Ledger(path)
    ledger.follow()
    right, wrong, silent, shared, other = ledger.verdicts(
        [
            stray("probe", "127.0.1.1", "health-check"),
            stray("curl", "127.0.1.2", "scanner"),
            stray("nobody", "127.0.1.9", "scanner"),
            stray("probe of two", "127.0.1.3", "health-check"),
            stray("scanner of two", "127.0.1.3", "scanner"),
        ]
    )
    assert (right.named, right.attempts, right.right, list(right.rules)) == (True, 2, 2, ["kubernetes-probe"])
    assert (wrong.named, wrong.attempts, list(wrong.wrong)) == (False, 1, ["http-client-code"])
    assert (silent.named, silent.attempts) == (False, 0)
    assert (shared.named, shared.attempts, dict(shared.wrong)) == (True, 1, {})
    assert (other.named, other.attempts, dict(other.wrong)) == (False, 0, {})
