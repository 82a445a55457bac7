"""Whole jobs: inspect a repository, and investigate it together with what was observed.

`inspect` runs the inspectors and lets the rules judge; `investigate` joins that with groups of attempts and
answers the five questions that an investigator asks in order. Commands drive it; nothing is printed here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from wsdoctor import inspectors
from wsdoctor.correlate import Explanation, explain, latent
from wsdoctor.inspectors import Repository
from wsdoctor.judging import findings_of, judgements, unplaced
from wsdoctor.mending import patched
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.inspection import Answer, Explained, Inspection, Investigation
from wsdoctor.model.redact import redact_log
from wsdoctor.model.report import Group
from wsdoctor.model.rule import Rule
from wsdoctor.model.traffic import Caller, Declared, Hop, Location, PortMap
from wsdoctor.platforms import Runtime
from wsdoctor.suppression import suppressed, unreasoned

__all__ = ["inspect", "investigate", "judged"]

CHECKS = frozenset(("health-check", "uptime-monitor", "scrape"))
"""Kinds of callers that ask whether something is alive."""
AROUND = 2
"""Lines shown above and below a place."""
EXCERPT = 12
"""Lines shown of a construct that is longer."""
LONGEST_LINE = 300
"""Characters shown of a line."""


def inspect(
    root: str,
    rules: Mapping[str, Rule],
    *,
    progress: Callable[[int, int], object] | None = None,
    cached: bool = True,
) -> Inspection:
    """Inspect a repository or a single file.

    Args:
        root: folder or file.
        rules: by id.
        progress: called with files done and files to read.
        cached: whether results of unchanged trees are kept for the next time.

    Raises:
        InvalidInput: if the root does not exist or cannot be read.

    """
    repository = Repository(root)
    cache = inspectors.user_cache() if cached else None
    return judged(root, repository, inspectors.declared(repository, progress=progress, cache=cache), rules)


def judged(root: str, repository: Repository, declared: Declared, rules: Mapping[str, Rule]) -> Inspection:
    """Return what rules find in what a repository declares.

    Args:
        root: folder or file, as the user named it.
        repository: that was read.
        declared: what the inspectors extracted; gets notes on comments that suppress nothing.
        rules: by id.

    """
    held = judgements(declared, rules)
    found = patched(repository, declared, findings_of(held))
    findings = [replace(finding, excerpt=_excerpt(repository, finding.location)) for finding in found]
    quiet = [finding for finding in findings if suppressed(repository, finding)]
    loud = [finding for finding in findings if finding not in quiet]
    declared.notes.extend(unreasoned(repository, loud))
    return Inspection(
        root=root,
        files=len(repository.files),
        skipped=dict(repository.skipped),
        declared=declared,
        judgements=held,
        findings=tuple(loud),
        suppressed=tuple(quiet),
    )


def _excerpt(repository: Repository, location: Location) -> tuple[tuple[int, str], ...]:
    text = repository.text(location.file)
    if text is None:
        return ()
    last = min(max(location.end_line or 0, location.line) + AROUND, location.line + EXCERPT - AROUND)
    first = max(1, location.line - AROUND)
    lines = redact_log("\n".join(text.split("\n")[first - 1 : last])).split("\n")
    return tuple((number, line[:LONGEST_LINE]) for number, line in enumerate(lines, first))


def investigate(inspection: Inspection, groups: Iterable[Group], runtime: Runtime | None = None) -> Investigation:
    """Join an inspection with groups of attempts.

    Args:
        inspection: of the repository.
        groups: what was observed.
        runtime: the platform that this runs on, None if it is none or unknown.

    """
    strays = [group for group in groups if group.diagnosis.primary is not None]
    known = {listener.port for listener in inspection.declared.listeners}
    ports = {port for group in strays if (port := group.sample.listener_port) is not None} - known
    explanations = explain(strays, (*inspection.judgements, *unplaced(inspection.declared, ports)))
    by_place = {(each.rule, each.location.file, each.location.line): each for each in inspection.findings}
    explained = [_explained(each, by_place) for each in explanations if each.joins]
    outside = [each.group for each in explanations if not each.joins]
    waiting = latent(inspection.findings, explanations)
    joined = Investigation(inspection, tuple(_merged(explained)), tuple(outside), tuple(waiting))
    return replace(joined, chapters=tuple(_chapters(joined, runtime)), verdict=_verdict(joined))


def _explained(explanation: Explanation, findings: Mapping[tuple[str, str, int], RepositoryFinding]) -> Explained:
    best = explanation.joins[0]
    own = explanation.group.diagnosis.primary
    assert own is not None
    place = best.meeting.location
    finding = findings.get((best.rule.id, place.file, place.line)) if best.rule else None
    cls = best.rule.cls if best.rule and own.cls != "cors-preflight" else own.cls
    rule = best.rule.id if best.rule else own.rule
    return Explained(
        groups=(explanation.group,),
        cls=cls,
        rule=rule,
        confidence=explanation.confidence,
        locations=tuple(dict.fromkeys((*explanation.locations, *_parts(best.meeting.traffic)))),
        agreed=best.agreed,
        cause=f"{place.file}:{place.line} sends it: {', '.join(best.agreed)}",
        remedy=finding.remedy if finding else own.remedy,
        patch=finding.patch if finding else None,
    )


def _parts(traffic: Caller | Hop | PortMap) -> tuple[Location, ...]:
    return traffic.also if isinstance(traffic, Caller) else ()


def _merged(explained: list[Explained]) -> list[Explained]:
    """Return one explanation for groups that the same lines send for the same reason, most attempts first."""
    causes: dict[tuple[str, str, tuple[Location, ...]], list[Explained]] = {}
    for each in explained:
        causes.setdefault((each.cls, each.rule, each.locations), []).append(each)
    merged = []
    for same in causes.values():
        same.sort(key=lambda each: -each.attempts)
        agreed = dict.fromkeys(word for each in same for word in each.agreed)
        merged.append(
            replace(same[0], groups=tuple(group for each in same for group in each.groups), agreed=tuple(agreed))
        )
    return sorted(merged, key=lambda each: (-each.attempts, each.locations[0].file, each.locations[0].line))


def _names(groups: Iterable[Group]) -> list[str]:
    titles: Counter[str] = Counter()
    for group in groups:
        finding = group.diagnosis.primary
        if finding is not None:
            titles[finding.title] += group.attempts
    return [f"{attempts} \u00d7 {title}" for title, attempts in titles.most_common()]


def _chapters(joined: Investigation, runtime: Runtime | None) -> Iterable[Answer]:
    declared = joined.inspection.declared
    groups = [*(group for each in joined.explanations for group in each.groups), *joined.unexplained]
    yield Answer("Who sends the failed requests?", _requests(groups), tuple(_names(groups)[:20]))
    yield Answer(
        "Does the HTTP side forward, rewrite or redirect requests into the WebSocket port?",
        _said(joined, ("proxy-strips-upgrade", "http2-to-ws", "tls-on-plaintext", "other-protocol", "misroute")),
        _places(declared.hops),
    )
    clients = [caller for caller in declared.callers if caller.kind not in CHECKS]
    yield Answer(
        "Does every connection meant for the WebSocket port use ws:// or wss://?",
        _said(joined, ("http-client-code", "cors-preflight", "wrong-realtime-protocol", "subprotocol-mismatch")),
        _places(clients),
    )
    checks = [caller for caller in declared.callers if caller.kind in CHECKS]
    yield Answer(
        "Which health checks and monitors aim at the WebSocket port?",
        _said(joined, ("health-check", "uptime-monitor", "tcp-probe")),
        _places(checks),
    )
    yield Answer(
        "What does the platform send there by itself?",
        _platform(declared, joined, groups, runtime),
        tuple(f"{each.product} {each.outer} to {each.inner}, {each.location.file}:{each.location.line}"
              for each in declared.maps),
    )  # fmt: skip


def _places(traffic: Iterable[Caller | Hop]) -> tuple[str, ...]:
    """Return product and place of each, those that stand in one line once."""
    return tuple(dict.fromkeys(f"{each.product} {each.location.file}:{each.location.line}" for each in traffic))


def _requests(groups: Sequence[Group]) -> str:
    if not groups:
        return "No failed request was observed."
    attempts = sum(group.attempts for group in groups)
    return f"{_many(attempts, 'attempt')} of {_many(len(groups), 'kind')}."


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _said(joined: Investigation, classes: tuple[str, ...]) -> str:
    seen = [each for each in joined.explanations if each.cls in classes]
    waiting = [each for each in joined.latent if each.cls in classes]
    parts = [
        f"{each.locations[0].file}:{each.locations[0].line} sends {_many(each.attempts, 'attempt')}" for each in seen
    ]
    parts += [f"{each.location.file}:{each.location.line} will: {each.message}" for each in waiting]
    return "; ".join(parts) + "." if parts else "Nothing of the kind was found."


def _platform(declared: Declared, joined: Investigation, groups: Iterable[Group], runtime: Runtime | None) -> str:
    public = [each for each in declared.maps if each.public]
    outside = [group for group in joined.unexplained if _class_of(group) in {"health-check", "browser-navigation"}]
    seen = sorted({group.sample.platform for group in groups if group.sample.platform})
    parts = [f"This runs on {runtime}"] if runtime is not None else []
    parts += [f"Attempts were observed on {name}" for name in seen if runtime is None or name != runtime.name]
    parts += [f"{each.product} publishes {each.inner} as {each.outer}" for each in public]
    parts += [f"{name}, declared nowhere here" for name in _names(outside)]
    return "; ".join(parts) + "." if parts else "Nothing of the kind was found."


def _class_of(group: Group) -> str:
    finding = group.diagnosis.primary
    return finding.cls if finding else "good-handshake"


def _verdict(joined: Investigation) -> str:
    if not joined.explanations and not joined.unexplained:
        waiting = f", {_waiting(joined)} some" if joined.latent else ""
        return f"No stray was observed{waiting}."
    inside = sum(each.attempts for each in joined.explanations)
    outside = sum(group.attempts for group in joined.unexplained)
    places = {(each.locations[0].file, each.locations[0].line) for each in joined.explanations}
    return (
        f"{_many(inside, 'attempt')} from {_many(len(places), 'place')} of this project, {outside} from outside; "
        f"{_waiting(joined)} more."
    )


def _waiting(joined: Investigation) -> str:
    return f"{_many(len(joined.latent), 'place')} {'waits' if len(joined.latent) == 1 else 'wait'} to send"
