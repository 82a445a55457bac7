"""One settled attempt: what was observed of it, and what the rules say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from wsdoctor.model.evidence import Evidence
from wsdoctor.model.finding import Diagnosis
from wsdoctor.model.redact import printable

__all__ = ["Attempt"]


@dataclass(frozen=True, slots=True)
class Attempt:
    """Evidence and diagnosis of one attempt; `str()` gives one line that is safe to print.

    Attributes:
        evidence: what was observed.
        diagnosis: what the rules say of it.
        answered_by: ``guard``, ``server`` or None where nobody answered.

    """

    evidence: Evidence
    diagnosis: Diagnosis
    answered_by: str | None = None

    def from_ports(self, ports: Iterable[int | None]) -> Iterator[Attempt]:
        """Yield the same attempt as it was made from each of some ports of the peer."""
        evidence = self.evidence
        for port in ports:
            yield self if port == evidence.peer_port else replace(self, evidence=evidence._replace(peer_port=port))

    def __str__(self) -> str:
        evidence, finding = self.evidence, self.diagnosis.primary
        words = ["good handshake" if finding is None else finding.cls]
        if evidence.peer is not None:
            words.append(f"from {printable(evidence.peer)}")
        if evidence.method is not None:
            words.append(f"{printable(evidence.method)} {printable(evidence.path or '')}")
        if evidence.status is not None:
            words.append(f"answered {evidence.status}")
        if finding is not None:
            words.append(f"[{finding.rule} {finding.confidence:.2f}] {printable(finding.reason)}")
        return " ".join(words)
