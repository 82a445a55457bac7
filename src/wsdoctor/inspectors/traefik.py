"""Traefik: each service that a router leads to, from labels, files and Kubernetes objects, and its health checks.

Traefik passes a handshake on by itself; a headers middleware that names Connection or Upgrade spoils that. It extracts
and does not judge. `inspectors` drives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._proxies.common import (
    HANDSHAKES_ONLY,
    address,
    arrives,
    beside,
    details,
    finish,
    means_websocket,
    meant_for,
    number,
    resolved,
    root_of_pages,
    seconds,
    target,
)
from wsdoctor.inspectors._proxies.traefik import (
    Dynamic,
    Option,
    Options,
    elsewhere,
    entry_points,
    from_file,
    from_labels,
    from_objects,
)
from wsdoctor.inspectors._proxies.tree import documents
from wsdoctor.inspectors._units import services
from wsdoctor.model.traffic import Address, Caller, Declared, Hop

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "traefik"
PATTERNS = ("*.yml", "*.yaml", "*.toml")
NEEDLES = ("traefik", "loadBalancer", "loadbalancer")

_PATH = re.compile(r"(?<!!)\bPath(?:Prefix|Regexp)?\(\s*[`'\"]?(?:\{[^}]*\})?(?P<path>[^`'\",)]+)")
_HOST = re.compile(r"\bHost\(\s*[`'\"](?P<host>[^`'\"]+)")
_ASKS = re.compile(r"(?<!!)\bHeaders?(?:Regexp)?\(\s*[`'\"](?:Upgrade|Connection)[`'\"]", re.IGNORECASE)


def inspect(path: str, repository: Repository) -> Declared:
    """Return the hops and the health checks that a file declares."""
    declared = Declared()
    content = repository.text(path) or ""
    configurations: list[Dynamic] = []
    if "IngressRoute" in content:
        configurations.append(from_objects(path, repository, declared))
    else:
        for document in documents(path, repository, declared.notes):
            configurations += from_labels(path, repository, document)
            configurations.append(from_file(path, repository, document))
    shared = elsewhere(path, repository, "middlewares")
    shared |= {name: each for one in configurations for name, each in one.named("http", "middlewares").items()}
    for configuration in configurations:
        configuration.parts["http", "middlewares"] = shared
        _Reader(configuration, repository).read(declared)
    by_host: dict[str, list[Hop]] = {}
    for hop in declared.hops:
        match = _HOST.search(hop.details.get("rule", ""))
        by_host.setdefault(match["host"] if match is not None else "", []).append(hop)
    declared.hops = [hop for host, hops in by_host.items() for hop in root_of_pages(hops, host)]
    return finish(path, declared)


class _Reader:
    def __init__(self, configuration: Dynamic, repository: Repository) -> None:
        self.configuration = configuration
        self.repository = repository
        self.path = configuration.path
        self.unit = next((one.name for one in services(repository) if "traefik" in one.image), None)

    def read(self, declared: Declared) -> None:
        """Add what the configuration declares."""
        for protocol in ("http", "tcp"):
            routers = self.configuration.named(protocol, "routers")
            known = self.configuration.named(protocol, "services")
            for name, options in known.items():
                for key, option in options.items() if protocol == "http" else ():
                    if re.fullmatch(r"mirroring\.mirrors\.\d+\.name", key):
                        declared.hops += self._copies(known.get(option.value.partition("@")[0].lower(), {}), option)
                leading = [each for key, each in routers.items() if self._leads(key, each, name, len(known))]
                leading = leading or self._leading_elsewhere(protocol, name)
                for router in leading or [{}]:
                    declared.hops += self._hops(protocol, name, options, router)
                declared.callers += self._check(name, options)
            for name, router in routers.items():
                if "service" not in router and self.configuration.own is not None and not known:
                    declared.hops += self._hops(protocol, name, {}, router)
                declared.hops += self._middleware_hops(router)

    def _leading_elsewhere(self, protocol: str, name: str) -> list[Options]:
        """Return the routers of other files that name a service."""
        others = elsewhere(self.path, self.repository, "routers") if protocol == "http" else {}
        return [each for each in others.values() if "service" in each and self._leads("", each, name, 0)]

    def _leads(self, key: str, router: Options, name: str, count: int) -> bool:
        if "service" not in router:
            return self.configuration.own is not None and (count == 1 or key == name)
        return router["service"].value.partition("@")[0].lower() == name

    def _servers(self, protocol: str, options: Options) -> Iterator[tuple[str, Option, float]]:
        """Yield address, place and sureness of each server."""
        own = self.configuration.own
        for key, option in options.items():
            if re.fullmatch(r"loadbalancer\.servers?\.(?:\d+\.)?(?:url|address)", key):
                yield resolved(option.value, self.path, self.repository), option, 1.0
        port = options.get("loadbalancer.server.port")
        given = port or self.configuration.port
        if own is not None and given is not None:
            scheme = options.get("loadbalancer.server.scheme")
            start = f"{scheme.value if scheme is not None else 'http'}://" if protocol == "http" else ""
            yield f"{start}{own}:{given.value}", given, 1.0 if port is not None else 0.8

    def _hops(self, protocol: str, name: str, options: Options, router: Options) -> Iterator[Hop]:
        rule = router["rule"].value if "rule" in router else ""
        path = _PATH.search(rule)
        prefix = path["path"].strip() if path else None
        only = HANDSHAKES_ONLY if _ASKS.search(rule) else None
        seen: set[int | None] = set()
        for written, where, sure in self._servers(protocol, options):
            to = target(written)
            if to.port in seen:
                continue
            seen.add(to.port)
            lacks, sends, offender = self._spoiled(router)
            scheme = to.scheme or ("http" if protocol == "http" else "tcp")
            if scheme in {"h2c", "h2"}:
                sends.append("http2")
                offender = offender or options.get("loadbalancer.server.scheme")
            if scheme == "https":
                offender = offender or options.get("loadbalancer.server.scheme")
            headers = [each for key, each in options.items() if key.startswith("loadbalancer.proxyprotocol")]
            if headers:
                sends.append("proxy-protocol")
                offender = offender or headers[0]
            secured = any(key == "tls" or key.startswith("tls.") for key in router)
            passes = "tls.passthrough" in router and router["tls.passthrough"].value.lower() == "true"
            if protocol == "tcp" and secured and not passes:
                sends.append("http2")
            if (host := options.get("loadbalancer.passhostheader")) is not None and host.value.lower() == "false":
                sends.append("rewrites-host")
            yield Hop(
                "traefik", address(to, self.unit), "http" if scheme == "ws" else "https" if scheme == "wss" else scheme,
                offender.location if offender is not None else where.location, self._listens(router), prefix,
                not lacks, lacks, tuple(sends), meant_for(prefix, name, self.configuration.own, only=only), self.unit,
                details(
                    **(arrives("1.1", None if lacks else "Upgrade", None if lacks else "websocket")
                       if protocol == "http" else {}),
                    directive=written, directive_file=where.location.file, directive_line=where.location.line,
                    rule=rule, upstream=name, only=only,
                    offender=offender.location.text if offender is not None else None,
                ),
                sure,
            )  # fmt: skip

    def _copies(self, options: Options, copied: Option) -> Iterator[Hop]:
        """Yield the copies of requests that a service gets."""
        for written, _, _ in self._servers("http", options):
            to = target(written)
            yield beside("traefik", address(to, self.unit), to.scheme, copied.location, unit=self.unit)

    def _listens(self, router: Options) -> tuple[int, ...]:
        known = entry_points(self.repository)
        names = [
            name.strip().lower()
            for key, option in router.items()
            if re.fullmatch(r"entrypoints(?:\.\d+)?", key)
            for name in option.value.split(",")
        ]
        return tuple(known[name] for name in names if name in known)

    def _middlewares(self, router: Options) -> Iterator[Options]:
        known = self.configuration.named("http", "middlewares")
        for key, option in router.items():
            if re.fullmatch(r"middlewares(?:\.\d+)?", key):
                for name in option.value.split(","):
                    found = known.get(name.strip().partition("@")[0].lower())
                    if found is not None:
                        yield found

    def _spoiled(self, router: Options) -> tuple[tuple[str, ...], list[str], Option | None]:
        """Return what middlewares take from a handshake, what they do beyond, and the line that spoils it."""
        sends: list[str] = []
        offender: Option | None = None
        for options in self._middlewares(router):
            for key, option in options.items():
                name = key.removeprefix("headers.customrequestheaders.")
                value = option.value.lower()
                if name == "upgrade" and key != name and "websocket" in value:
                    sends.append("hard-coded-upgrade")
                elif key != name and name in {"connection", "upgrade"} and "upgrade" not in value:
                    offender = offender or option
                elif key.startswith(("stripprefix.", "stripprefixregex.", "replacepath.", "replacepathregex.")):
                    sends.append("strips-prefix")
        return ("upgrade", "connection") if offender else (), list(dict.fromkeys(sends)), offender

    def _middleware_hops(self, router: Options) -> Iterator[Hop]:
        """Yield subrequests and redirects of middlewares."""
        rule = _PATH.search(router["rule"].value) if "rule" in router else None
        prefix = rule["path"].strip() if rule else None
        for options in self._middlewares(router):
            asked, port = options.get("forwardauth.address"), options.get("redirectscheme.port")
            pattern = options.get("redirectregex.replacement")
            if asked is not None:
                to = target(resolved(asked.value, self.path, self.repository))
                yield beside(
                    "traefik", address(to, self.unit), to.scheme, asked.location, listens=self._listens(router),
                    path=to.rest or "/", words=prefix, unit=self.unit,
                )  # fmt: skip
            redirect = target(re.sub(r"\$\{?\w+\}?", "", pattern.value)) if pattern is not None else None
            to_port = redirect.port if redirect is not None else number(port.value) if port is not None else None
            where = pattern or port
            if to_port is not None and where is not None:
                scheme = redirect.scheme if redirect is not None else "https"
                host = redirect.host or "" if redirect is not None else ""
                yield Hop(
                    "traefik", Address(host, to_port, self.unit), scheme, where.location, self._listens(router), prefix,
                    None, (), ("redirect",), means_websocket(prefix), self.unit,
                )  # fmt: skip

    def _check(self, name: str, options: Options) -> Iterator[Caller]:
        given = {
            key.removeprefix("loadbalancer.healthcheck."): option
            for key, option in options.items()
            if key.startswith("loadbalancer.healthcheck.")
        }
        tcp = self.configuration.named("tcp", "services").get(name) is options
        if not given or (not tcp and "path" not in given):
            return
        start = given.get("path") or next(iter(given.values()))
        status = given["status"].value if "status" in given else ""
        method = given["method"].value.upper() if "method" in given else "GET"
        interval = seconds(given["interval"].value) if "interval" in given else None
        headers = {
            key.removeprefix("headers."): option.value for key, option in given.items() if key.startswith("headers.")
        }
        grpc = "mode" in given and given["mode"].value.lower() == "grpc"
        seen: set[int | None] = set()
        for written, where, sure in self._servers("tcp" if tcp else "http", options):
            to = target(written)
            port = number(given["port"].value) if "port" in given else to.sure_port
            if port in seen:
                continue
            seen.add(port)
            scheme = given["scheme"].value if "scheme" in given else to.scheme
            speaks = "https" if scheme in {"https", "wss"} else "http"
            yield Caller(
                "traefik", "health-check", "tcp" if tcp else "grpc" if grpc else speaks,
                Address(to.host, port, self.unit), start.location,
                None if tcp else resolved(given["path"].value, self.path, self.repository), None if tcp else method,
                None if tcp else "Go-http-client", interval or 30.0, (int(status),) if status.isdecimal() else (),
                headers, (where.location,), unit=self.unit, sure=sure,
            )  # fmt: skip
