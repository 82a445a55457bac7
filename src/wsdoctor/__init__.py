"""wsdoctor: says who sent each failed WebSocket opening handshake, why it failed, and what to change.

>>> import wsdoctor
>>> wsdoctor.install()  # before the server starts listening

Importing this package costs next to nothing: every name is loaded when it is first used, and all of them
need the standard library alone.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wsdoctor.installation import Installation
    from wsdoctor.model.attempt import Attempt
    from wsdoctor.model.evidence import Evidence
    from wsdoctor.model.finding import Diagnosis, Finding
    from wsdoctor.model.settings import Settings

__all__ = ["Attempt", "Diagnosis", "Evidence", "Finding", "Settings", "diagnose", "install"]

_HOMES = {
    "Attempt": "wsdoctor.model.attempt",
    "Diagnosis": "wsdoctor.model.finding",
    "Evidence": "wsdoctor.model.evidence",
    "Finding": "wsdoctor.model.finding",
    "Settings": "wsdoctor.model.settings",
}


def install(**settings: Any) -> Installation:
    """Put the guard in front of every server that this process starts from now on.

    Call it before the server starts listening, or in the module of the app: workers import it in time.
    Calling it again changes the settings for the listeners that follow.

    Args:
        settings: attributes of `Settings`, such as ``ports=[8080]``, ``health_paths=["/healthz"]``,
            ``on_attempt=print`` or ``answer=False``; they override the environment variables of the same
            names (``WSDOCTOR_PORTS=8080,8081``).

    Returns:
        the installation, which can be undone.

    Raises:
        InvalidInput: if a setting cannot be used.

    """
    from wsdoctor.installation import install as do_install

    return do_install(**settings)


def diagnose(evidence: Evidence | None = None, *, head: bytes | None = None, **facts: Any) -> Diagnosis:
    r"""Say what one attempt was: findings with the best first, none for a correct opening handshake.

    >>> wsdoctor.diagnose(head=b"GET / HTTP/1.1\r\nHost: a\r\nUser-Agent: kube-probe/1.31\r\n\r\n")

    Args:
        evidence: what was observed; made from the other arguments if it is left out.
        head: the first bytes that the peer sent, empty if it sent nothing, None if they were not observed.
        facts: further fields of `Evidence`, such as ``peer="10.0.0.7"`` or ``outcome="timeout"``.

    """
    from wsdoctor.diagnosis import knowledge_base

    if evidence is None:
        from wsdoctor.wire.attempt import evidence as make_evidence

        evidence = make_evidence(head, **facts)
    return knowledge_base().diagnose(evidence)


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])
