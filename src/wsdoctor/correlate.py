"""Groups and topology to explanations: which line of the repository sends each group of strays.

A group and a meeting of declared traffic are joined where nothing speaks against it and enough agrees: port,
protocol, path, method, User-Agent, rhythm, class, fingerprint of the intermediary. The facts that agreed are said.
Outside traffic stays unexplained, with its class; what is declared but was never seen is latent. No I/O here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase

from wsdoctor.model.finding import Finding, RepositoryFinding
from wsdoctor.model.meeting import Judgement, Meeting
from wsdoctor.model.report import Group
from wsdoctor.model.rule import Rule
from wsdoctor.model.traffic import Caller, Hop, Location, PortMap
from wsdoctor.rules._checks import is_private
from wsdoctor.rules._intermediary import forwarded_by
from wsdoctor.topology import SIGN
from wsdoctor.ways import WHOLE, loses, takes

__all__ = ["Explanation", "Join", "explain"]

CLASSES_OF_KIND: Mapping[str, frozenset[str]] = {
    "health-check": frozenset(("health-check", "uptime-monitor", "tcp-probe", "http-client-code", "unknown")),
    "uptime-monitor": frozenset(("uptime-monitor", "health-check", "tcp-probe", "http-client-code", "unknown")),
    "scrape": frozenset(("uptime-monitor", "health-check", "http-client-code", "unknown")),
    "wait": frozenset(("health-check", "http-client-code", "tcp-probe", "uptime-monitor", "unknown")),
    "client-code": frozenset(("http-client-code", "cors-preflight", "health-check", "browser-subresource", "unknown")),
    "navigation": frozenset(("browser-navigation", "browser-subresource", "unknown")),
    "subresource": frozenset(("browser-subresource", "http-client-code", "browser-navigation", "unknown")),
    "realtime-client": frozenset(("wrong-realtime-protocol", "http-client-code", "cors-preflight", "unknown")),
    "websocket-client": frozenset(
        ("tls-on-plaintext", "plaintext-on-tls", "subprotocol-mismatch", "origin-rejected", "old-or-broken-ws-client")
    ),
}
"""Kind of caller → classes that its attempts may be seen as."""
LOST = frozenset(("proxy-strips-upgrade", "http2-to-ws", "tls-on-plaintext", "other-protocol", "misroute"))
"""Classes that an intermediary causes."""
NEVER_FROM_HERE = frozenset(("scanner",))
"""Classes that no file of the project sends."""
PLAIN = frozenset(
    (
        "browser-navigation", "browser-subresource", "health-check", "uptime-monitor", "http-client-code",
        "cors-preflight", "unknown", "misroute",
    )
)  # fmt: skip
"""Classes of plain requests, which a redirect, a page's hop or a port map brings."""
OPENED = frozenset(("browser-navigation", "browser-subresource"))
"""Classes of what browsers ask for when somebody opens a page."""
FINGERPRINTED = ("nginx", "apache", "haproxy", "traefik", "caddy", "envoy", "varnish", "lighttpd")
"""Products whose names stand in the rules that recognise them."""
KEEP_HOST = frozenset(("vite", "webpack-dev-server", "angular", "http-proxy-middleware", "http-proxy"))
"""Intermediaries that hand on the Host as it came unless they are told to change it."""
TELL_PORTS = frozenset(
    (
        "heroku", "dokku", "railway", "render", "koyeb", "app-engine", "cloud-run", "azure-app-service", "app-platform",
    )
)  # fmt: skip
"""Platforms that tell a service its port by the variable ``PORT``."""
RHYTHM = 0.15
"""A period counts as the declared one within fifteen percent: timers drift, and checks add their own run time."""
ENOUGH = 2
"""Facts that must agree besides the port."""

_VARIABLE = re.compile(r"[{*:$]")
_OWN_ACCORD = re.compile(r"/(?:favicon\.ico|apple-touch-icon[\w-]*\.png)")


@dataclass(frozen=True, slots=True)
class Join:
    """A group and the declared traffic that may have sent it.

    Attributes:
        meeting: the declared traffic and the listener that it reaches.
        agreed: what agrees, in words.
        rule: the rule that judges the declared traffic, None if it is harmless.
        weight: how much agrees.

    """

    meeting: Meeting
    agreed: tuple[str, ...]
    rule: Rule | None
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """A group of attempts and where it comes from.

    Attributes:
        group: the attempts.
        joins: the declared traffic that fits, best first; empty = it comes from outside, or nobody declared it.

    """

    group: Group
    joins: tuple[Join, ...] = ()

    @property
    def finding(self) -> Finding | None:
        """What the attempts themselves say."""
        return self.group.diagnosis.primary

    @property
    def confidence(self) -> float:
        """How sure the explanation is: the attempts' own finding, raised by every fact that agrees."""
        own = self.finding.confidence if self.finding else 0.0
        if not self.joins:
            return own
        return round(min(0.98, max(own, 0.5) + 0.08 * len(self.joins[0].agreed)), 2)

    @property
    def locations(self) -> tuple[Location, ...]:
        """The lines that send it, best first."""
        return tuple(join.meeting.location for join in self.joins)


def explain(groups: Iterable[Group], judged: Sequence[Judgement]) -> list[Explanation]:
    """Join each group that is not of good handshakes with the declared traffic that fits best."""
    ports = {each.meeting.listener.port for each in judged}
    explanations = []
    for group in groups:
        finding = group.diagnosis.primary
        if finding is None:
            continue
        alone = _alone(group, judged)
        joins = [
            join
            for each in judged
            if (_same_port(group, each.meeting) or _is_told(group, each.meeting, ports))
            and (join := _join(group, finding, each.meeting, each.held[0][0] if each.held else None, alone)) is not None
            and not _overtaken(join, group, judged)
        ]
        best = max((join.weight for join in joins), default=0.0)
        kept = sorted((join for join in joins if join.weight >= best), key=_order)
        explanations.append(Explanation(group, tuple(kept)))
    return explanations


def _order(join: Join) -> tuple[bool, str, int]:
    return join.rule is None, join.meeting.location.file, join.meeting.location.line


def _alone(group: Group, judged: Sequence[Judgement]) -> bool:
    """Say whether peers nearby connect to a port that one declared caller, and no other, connects to in silence."""
    if group.sample.listener_port is None or not group.peers or not all(map(is_private, group.peers)):
        return False
    silent = {
        each.meeting.location
        for each in judged
        if isinstance(each.meeting.traffic, Caller)
        and each.meeting.traffic.protocol == "tcp"
        and _same_port(group, each.meeting)
    }
    return len(silent) == 1


def _join(group: Group, finding: Finding, meeting: Meeting, rule: Rule | None, alone: bool) -> Join | None:
    if finding.cls in NEVER_FROM_HERE:
        return None
    traffic = meeting.traffic
    if isinstance(traffic, Caller):
        agreed = _caller_agrees(group, finding, traffic, alone)
    elif isinstance(traffic, Hop):
        agreed = _hop_agrees(group, finding, traffic, rule) if rule else _unjudged(group, finding, traffic, meeting)
    else:
        agreed = _map_agrees(group, finding, traffic, rule)
    words = [word for word, weight in (agreed or {}).items() if weight > 0]
    if agreed is None or len(words) < ENOUGH:
        return None
    if group.sample.listener_port == meeting.listener.port is not None:
        words.insert(0, f"port {meeting.listener.port}")
    return Join(meeting, tuple(words), rule, sum(agreed.values()))


def _same_port(group: Group, meeting: Meeting) -> bool:
    port = group.sample.listener_port
    return port is None or meeting.listener.port is None or port == meeting.listener.port


def _is_told(group: Group, meeting: Meeting, ports: Collection[int | None]) -> bool:
    """Say whether a listener may be on another port than its default: the platform tells it one, and none is it."""
    on_the_way = {meeting.traffic.product, *(each.product for each in meeting.maps)}
    tells = not isinstance(meeting.traffic, Hop) and not on_the_way.isdisjoint(TELL_PORTS)
    return tells and meeting.listener.environment == "PORT" and group.sample.listener_port not in ports


def _caller_agrees(group: Group, finding: Finding, caller: Caller, alone: bool) -> dict[str, float] | None:
    sample = group.sample
    if caller.protocol == "tcp":
        if sample.speaks != "nothing":
            return None
        agreed = _with_rhythm(group, caller, {"nothing was sent": 1.0})
        if alone and min(agreed.values()) > 0:
            agreed["nothing else that is declared connects to it in silence"] = 0.25
        return agreed
    if sample.speaks == "tls":
        return _tls_agrees(group, finding, caller)
    if finding.cls not in CLASSES_OF_KIND.get(caller.kind, frozenset()) or sample.method is None:
        return None
    agreed = {f"class {finding.cls}": 0.5 if finding.cls == "unknown" else 1.0}
    preflight = finding.cls == "cors-preflight"
    if caller.kind == "navigation" and _beside(finding, sample.path):
        agreed[f"browsers ask for {sample.path} beside a page"] = 0.5
    elif caller.path is not None and sample.path is not None:
        below = _is_base(caller) and _under(caller.path.rstrip("/") + "/", sample.path)
        if not below and not _same_path(caller.path, sample.path):
            return None
        agreed[f"path {sample.path}"] = 1.5 if below else 2.0
    elif caller.path is None and _is_base(caller) and _by_browser(sample.user_agent):
        agreed["the base of a client's requests"] = 0.25
    if caller.method is not None and not preflight:
        if caller.method.upper() != sample.method.upper():
            return None
        agreed[f"method {sample.method}"] = 0.5
    host = sample.host or (sample.headers.get("host") if sample.headers is not None else None)
    if caller.to.host and host is not None and host.partition(":")[0] == caller.to.host:
        agreed[f"Host {host}"] = 0.5
    if preflight:
        agreed["a preflight goes before such a call"] = 0.5
    if caller.user_agent is not None and sample.user_agent is not None:
        if not sample.user_agent.startswith(caller.user_agent) or bool(caller.user_agent) != bool(sample.user_agent):
            return None
        agreed[f"User-Agent {caller.user_agent or 'absent'}"] = 1.5
    return _with_rhythm(group, caller, agreed)


def _is_base(caller: Caller) -> bool:
    """Say whether what a caller is told is the beginning of all that it asks for."""
    return caller.kind == "realtime-client" or (caller.kind == "client-code" and caller.method is None)


def _by_browser(user_agent: str | None) -> bool:
    return user_agent is not None and user_agent.startswith("Mozilla/")


def _tls_agrees(group: Group, finding: Finding, caller: Caller) -> dict[str, float] | None:
    """Join TLS on a plain port with a caller that begins so; what it would have asked nobody can see."""
    if caller.protocol not in {"https", "wss"} or finding.cls != "tls-on-plaintext":
        return None
    agreed = {f"class {finding.cls}": 1.0, f"{caller.protocol}:// begins with TLS": 1.0}
    hello = group.sample.hello
    if hello is not None and hello.server_name and hello.server_name == caller.to.host:
        agreed[f"server name {hello.server_name}"] = 1.5
    return _with_rhythm(group, caller, agreed)


def _with_rhythm(group: Group, caller: Caller, agreed: dict[str, float]) -> dict[str, float]:
    if caller.period and group.period:
        if abs(group.period - caller.period) <= RHYTHM * caller.period:
            agreed[f"every {caller.period:g} s"] = 1.5
        else:
            agreed["another rhythm"] = -1.0
    return agreed


def _same_path(declared: str, seen: str) -> bool:
    path = declared.partition("?")[0] or "/"
    if _VARIABLE.search(path):
        return _fits(path, seen)
    return path.rstrip("/") == seen.rstrip("/")


def _fits(pattern: str, seen: str) -> bool:
    parts, given = pattern.strip("/").split("/"), seen.strip("/").split("/")
    if parts[-1] == "*" and len(given) > len(parts):
        given = given[: len(parts)]
    if len(parts) != len(given):
        return False
    return all(
        one == other or one.startswith((":", "{", "*", "$")) or "${" in one or ("*" in one and fnmatchcase(other, one))
        for one, other in zip(parts, given, strict=True)
    )


def _hop_agrees(group: Group, finding: Finding, hop: Hop, rule: Rule) -> dict[str, float] | None:
    lost = rule.cls in LOST and finding.cls == rule.cls
    asked = "auth-subrequest" in hop.sends and finding.cls == "proxy-strips-upgrade"
    leads = rule.cls == "misroute" or hop.websocket is None
    plain = (leads and finding.cls in PLAIN) or (rule.cls == "misroute" and asked)
    if (not lost and not plain) or (plain and _came_directly(group, hop)):
        return None
    agreed = {f"class {finding.cls}": 2.0 if lost else 1.0}
    path, seen = hop.details.get("becomes", hop.path), group.sample.path
    if plain and _beside(finding, seen) and ("redirect" in hop.sends or _under(path or "/", seen or "")):
        agreed[f"browsers ask for {seen} beside a page"] = 0.5
    elif path is not None and seen is not None:
        if not path.startswith("/") or _under(path, seen):
            agreed[f"path {seen}"] = 0.5 + len(path) / 100
        elif "strips-prefix" not in hop.sends:
            return None
        elif plain:
            agreed[f"{hop.product} takes the prefix {path} away"] = 0.25
    elif path is None and plain:
        agreed[f"{hop.product} hands every path on"] = 0.25
    if hop.product in finding.rule or rule.id == finding.rule:
        agreed[f"the fingerprint of {hop.product}"] = 1.5
    elif lost:
        agreed[f"{hop.product} stands in front of the port"] = 0.5
    return agreed


def _came_directly(group: Group, hop: Hop) -> bool:
    """Say whether a request did not come by a hop: one for a page that it answers itself, or for another Host.

    Development servers that change nothing hand on the Host that they were asked by, their own.
    """
    headers = group.sample.headers
    if headers is None:
        return False
    if "leaves-pages" in hop.sends and group.sample.method == "GET" and "text/html" in (headers.get("accept") or ""):
        return True
    _, _, port = (headers.get("host") or "").rpartition(":")
    keeps = hop.product in KEEP_HOST and "rewrites-host" not in hop.sends
    return keeps and port.isdecimal() and int(port) == hop.to.port and int(port) not in hop.listens


def _unjudged(group: Group, finding: Finding, hop: Hop, meeting: Meeting) -> dict[str, float] | None:
    """Join with a hop that no rule accuses, where what arrived can hardly have come otherwise."""
    seen, headers = group.sample.path, group.sample.headers
    arriving = replace(hop, path=hop.details.get("becomes", hop.path))
    if seen is None or not takes(arriving, seen):
        return None
    if finding.cls == "proxy-strips-upgrade":
        if not loses(hop) or any(name in finding.rule for name in FINGERPRINTED if name != hop.product):
            return None
        return {
            f"class {finding.cls}": 1.0,
            f"path {seen}": 0.5 + len(arriving.path or "") / 100,
            f"{hop.product} stands in front of the port": 0.5,
        }
    by = forwarded_by(headers) if headers is not None else None
    if finding.cls not in OPENED or hop.path not in WHOLE or meeting.listener.speaks != "websocket" or by is None:
        return None
    return {f"class {finding.cls}": 0.5, f"{hop.product} hands every path on": 0.25, f"it came by {by}": 0.5}


def _overtaken(join: Join, group: Group, judged: Iterable[Judgement]) -> bool:
    """Say whether a hop that no rule accuses has another before it in the same file, by a nearer path."""
    hop, seen = join.meeting.traffic, group.sample.path
    if join.rule is not None or not isinstance(hop, Hop) or seen is None:
        return False
    others = [each.meeting.traffic for each in judged if isinstance(each.meeting.traffic, Hop)]
    return any(
        other.location.file == hop.location.file and len(other.path or "") > len(hop.path or "") and takes(other, seen)
        for other in others
    )


def _beside(finding: Finding, path: str | None) -> bool:
    """Say whether a request is one that browsers make by themselves beside every page."""
    return finding.cls == "browser-subresource" and path is not None and _OWN_ACCORD.fullmatch(path) is not None


def _under(pattern: str, seen: str) -> bool:
    """Say whether a path is one that a hop takes: by the prefix before the first sign of a pattern."""
    prefix = SIGN.split(pattern, maxsplit=1)[0]
    return seen.startswith(prefix) or (prefix == pattern and seen == prefix.rstrip("/"))


def _map_agrees(group: Group, finding: Finding, port_map: PortMap, rule: Rule | None) -> dict[str, float] | None:
    if rule is None or finding.cls not in PLAIN | {"tls-on-plaintext"}:
        return None
    return {f"class {finding.cls}": 0.5, f"the public port {port_map.outer} ends here": 1.0}


def latent(findings: Iterable[RepositoryFinding], explanations: Iterable[Explanation]) -> list[RepositoryFinding]:
    """Return the findings that no observed attempt confirms."""
    seen = {(location.file, location.line) for explanation in explanations for location in explanation.locations}
    return [each for each in findings if (each.location.file, each.location.line) not in seen]
