"""Prometheus: what its scrape configurations fetch, by itself and by the blackbox exporter; OpenTelemetry's, too.

The configuration may be a file of its own, a value within a ConfigMap, or a part of a collector's.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Dictionary
from dataclasses import dataclass

from wsdoctor.errors import SyntaxProblem
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.common import codes, documents, folder, http_caller, place, seconds, split_url
from wsdoctor.inspectors._platforms.scrapes import blackbox_caller
from wsdoctor.inspectors._units import unit_of
from wsdoctor.model.traffic import Address, Declared
from wsdoctor.syntax import yaml
from wsdoctor.syntax._tree import Mapping, Node, Pair, Scalar, Sequence, find, items, text

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "prometheus"
PATTERNS = ("*.yml", "*.yaml")
NEEDLES = ("scrape_configs", "httpcheck")

DEFAULT_INTERVAL = 60.0
_MAX_DEPTH = 7


@dataclass(frozen=True, slots=True)
class _Module:
    """A module of the blackbox exporter."""

    prober: str
    expects: tuple[int, ...] = ()
    headers: Dictionary[str, str] | None = None
    method: str = "GET"


def inspect(path: str, repository: Repository) -> Declared:
    """Return what a configuration scrapes."""
    found = Declared()
    if "{{" in (repository.text(path) or "") and "/templates/" in f"/{path}":
        return found
    for document in documents(path, repository):
        for holder in _configurations(document, 0):
            _configuration(holder, path, repository, found)
        _http_checks(document, path, repository, found)
    return found


def _configurations(node: Node, depth: int) -> Iterator[Mapping]:
    """Yield each mapping that holds scrape configurations, those within block scalars among them."""
    if isinstance(node, Mapping) and depth < _MAX_DEPTH:
        if node.get("scrape_configs") is not None:
            yield node
        for pair in node.pairs:
            value = pair.value
            if isinstance(value, Scalar) and value.style in {"|", ">"} and "scrape_configs" in value.text:
                try:
                    inner = yaml.parse("\n" * (value.first_line - 1) + value.text)
                except SyntaxProblem:
                    continue
                for document in inner:
                    yield from _configurations(document, depth + 1)
            elif not isinstance(value, Scalar) and pair.key.text != "scrape_configs":
                yield from _configurations(value, depth + 1)
    elif isinstance(node, Sequence) and depth < _MAX_DEPTH:
        for item in node.items:
            yield from _configurations(item, depth + 1)


def _configuration(holder: Mapping, path: str, repository: Repository, found: Declared) -> None:
    usual = seconds(text(holder, "global", "scrape_interval")) or DEFAULT_INTERVAL
    for job in items(holder, "scrape_configs"):
        period = seconds(text(job, "scrape_interval")) or usual
        asked = text(job, "metrics_path") or "/metrics"
        scheme = (text(job, "scheme") or "http").lower()
        module = text(job, "params", "module", 0) or text(job, "params", "module")
        probes = module is not None or asked == "/probe"
        for file, target in _targets(job, path, repository):
            location = place(file, repository, target)
            if probes:
                known = _module(module or "http_2xx", repository)
                caller = blackbox_caller(
                    target.text, module or "http_2xx", location, period, known.prober if known else None,
                    expects=known.expects if known else (), method=known.method if known else "GET",
                    headers=dict(known.headers or {}) if known else None,
                )  # fmt: skip
                found.callers += [caller] if caller is not None else []
                continue
            url = split_url(target.text)
            if url is None:
                continue
            port = url.port if url.port is not None or url.open_port else 443 if scheme == "https" else 80
            found.callers.append(
                http_caller(
                    NAME, Address(url.host, port, unit_of(path, repository)), location, path=asked, protocol=scheme,
                    user_agent="Prometheus/", period=period, kind="scrape",
                )
            )  # fmt: skip


def _targets(job: Node, path: str, repository: Repository) -> Iterator[tuple[str, Scalar]]:
    for group in items(job, "static_configs"):
        for target in items(group, "targets"):
            if isinstance(target, Scalar):
                yield path, target
    for sd in items(job, "dns_sd_configs"):
        for host in items(sd, "names"):
            if isinstance(host, Scalar) and (port := text(sd, "port")) is not None:
                yield path, host._replace(text=f"{host.text}:{port}")
    for sd in items(job, "file_sd_configs"):
        for named in items(sd, "files"):
            if not isinstance(named, Scalar):
                continue
            name = named.text.rpartition("/")[2]
            for file in repository.named(name):
                if folder(path) == folder(file) or file.startswith(f"{folder(path)}/".lstrip("/")):
                    for document in documents(file, repository):
                        for group in items(document):
                            yield from ((file, each) for each in items(group, "targets") if isinstance(each, Scalar))


def _module(name: str, repository: Repository) -> _Module | None:
    known = repository.memory.get("platform blackbox")
    kept: dict[str, _Module] = known if isinstance(known, dict) else {}
    if known is None:
        for file in repository.named("*blackbox*.yml", "*blackbox*.yaml"):
            try:
                parsed = yaml.parse(repository.text(file) or "")
            except SyntaxProblem:
                continue
            for document in parsed:
                modules = find(document, "modules")
                for pair in modules.all_pairs() if isinstance(modules, Mapping) else ():
                    kept.setdefault(pair.key.text, _read_module(pair))
        repository.memory["platform blackbox"] = kept
    return kept.get(name)


def _read_module(pair: Pair) -> _Module:
    http = find(pair.value, "http")
    wanted = ",".join(each.text for each in items(http, "valid_status_codes") if isinstance(each, Scalar))
    headers = find(http, "headers")
    given = {
        each.key.text: each.value.text
        for each in (headers.all_pairs() if isinstance(headers, Mapping) else ())
        if isinstance(each.value, Scalar)
    }
    return _Module(text(pair.value, "prober") or "http", codes(wanted), given, text(http, "method") or "GET")


def _http_checks(document: Node, path: str, repository: Repository, found: Declared) -> None:
    """Add what the collector's receivers of the kind ``httpcheck`` ask."""
    receivers = find(document, "receivers")
    for pair in receivers.all_pairs() if isinstance(receivers, Mapping) else ():
        if pair.key.text.partition("/")[0] != "httpcheck":
            continue
        period = seconds(text(pair.value, "collection_interval")) or 60.0
        for target in items(pair.value, "targets"):
            url = split_url(text(target, "endpoint") or "")
            if url is not None and url.scheme in {"http", "https"}:
                found.callers.append(
                    http_caller(
                        "opentelemetry", Address(url.host, url.port, unit_of(path, repository)),
                        place(path, repository, target), path=url.path, protocol=url.scheme,
                        method=text(target, "method") or "GET", user_agent="Go-http-client/1.1", period=period,
                        kind="uptime-monitor",
                    )
                )  # fmt: skip
