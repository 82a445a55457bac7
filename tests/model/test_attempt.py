from __future__ import annotations

from wsdoctor.model.attempt import Attempt
from wsdoctor.model.evidence import Evidence
from wsdoctor.model.finding import Diagnosis, Finding

PROBE = Finding("kubernetes-probe", "health-check", "note", 0.9712, "title", "the User-Agent is\n\x1b[31mred", "remedy")


def test_a_good_handshake_in_one_line() -> None:
    assert str(Attempt(Evidence(), Diagnosis())) == "good handshake"
    shown = Attempt(Evidence(peer="192.0.2.1", method="GET", path="/chat", status=101), Diagnosis(), "server")
    assert str(shown) == "good handshake from 192.0.2.1 GET /chat answered 101"


def test_a_stray_in_one_line_that_is_safe_to_print() -> None:
    attempt = Attempt(Evidence(peer="a\x07", method="G\r\nT"), Diagnosis((PROBE,)), "guard")
    assert str(attempt) == (
        "health-check from a\\x07 G\\x0d\\x0aT  [kubernetes-probe 0.97] the User-Agent is\\x0a\\x1b[31mred"
    )
    assert str(attempt).isprintable()


def test_the_same_attempt_from_other_ports() -> None:
    attempt = Attempt(Evidence(peer="192.0.2.1", peer_port=7, path="/"), Diagnosis((PROBE,)), "guard")
    same, other, unknown = attempt.from_ports((7, 8, None))
    assert same is attempt
    assert (other.evidence.peer_port, unknown.evidence.peer_port) == (8, None)
    assert (other.evidence.path, other.diagnosis, other.answered_by) == ("/", attempt.diagnosis, "guard")
