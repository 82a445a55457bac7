r"""Whom fail2ban may ban, and the line that says so: ``scanner from 45.33.32.156: scanner-env-files``.

A wrong ban cuts off a customer, so it names public addresses only, never a health check or a monitor, nothing
unsure, and no peer that forwards for others (a banned load balancer bans everybody). A scanner may hide by
pretending to be a proxy; that is the lesser harm. This module writes nothing; `journal` does. A jail needs::

    failregex = ^\s*wsdoctor\.fail2ban scanner from <HOST>: [a-z0-9-]+$
    maxretry = 1
"""

from __future__ import annotations

import ipaddress

from wsdoctor.fingerprint import clients_of
from wsdoctor.model.attempt import Attempt

__all__ = ["FAILREGEX", "line_of"]

FAILREGEX = r"^\s*wsdoctor\.fail2ban scanner from <HOST>: [a-z0-9-]+$"
"""What fail2ban looks for; fail2ban itself takes the time away from the start of the line."""
SURE = 0.8
"""Confidence below which nobody is named."""
NEVER = frozenset(("health-check", "uptime-monitor"))
"""Classes that nobody may be named for, not even as the second best explanation."""
_FORWARDING = ("via", "forwarded", "x-forwarded-for", "x-real-ip", "cf-ray", "cf-connecting-ip", "true-client-ip")


def line_of(attempt: Attempt) -> str | None:
    """Return the line for an attempt, None if a ban might hit anybody but a scanner."""
    evidence, findings = attempt.evidence, attempt.diagnosis.findings
    if not findings or findings[0].cls != "scanner" or findings[0].confidence < SURE:
        return None
    if any(finding.cls in NEVER for finding in findings):
        return None
    if clients_of(evidence) or (evidence.headers is not None and evidence.headers.has_any(*_FORWARDING)):
        return None
    try:
        address = ipaddress.ip_address(evidence.peer or "")
    except ValueError:
        return None
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    if not address.is_global or address.is_multicast:
        return None
    return f"scanner from {address}: {findings[0].rule}"
