"""Commands of the clouds' own tools that make health checks: aws, gcloud, az and doctl.

Defaults are those of the tools' references. A check whose port the command does not tell is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping

from wsdoctor.inspectors._platforms.common import codes, port_number, seconds
from wsdoctor.inspectors._platforms.sent import Sent

__all__ = ["CLOUDS"]

_DEFAULT_PORTS = {"http": 80, "http2": 80, "https": 443, "tcp": 80, "ssl": 443, "grpc": None}
_CLASSIC = re.compile(r"(?P<protocol>https?|tcp|ssl):(?P<port>\d+)(?P<path>/.*)?", re.IGNORECASE)


def _aws(program: str, arguments: list[str]) -> Iterator[Sent]:
    """Yield the check of a target group, of a classic load balancer or of Route 53.

    See https://docs.aws.amazon.com/cli/latest/reference/elbv2/create-target-group.html and its neighbours.
    """
    options = _options(arguments)
    match _words(arguments):
        case ["elbv2", "create-target-group" | "modify-target-group", *_]:
            port = options.get("health-check-port", "traffic-port")
            protocol = options.get("health-check-protocol") or (
                "http" if options.get("protocol", "http").lower().startswith("http") or "health-check-path" in options
                else "tcp"
            )  # fmt: skip
            matcher = options.get("matcher", "").partition("=")[2] or "200"
            yield from _check(
                program, protocol, options.get("port") if port == "traffic-port" else port,
                path=options.get("health-check-path"), agent="ELB-HealthChecker/2.0",
                period=options.get("health-check-interval-seconds", "30"), expects=codes(matcher),
            )  # fmt: skip
        case ["elb", "configure-health-check", *_]:
            fields = _fields(options.get("health-check", ""))
            target = _CLASSIC.match(fields.get("target", ""))
            if target is not None:
                yield from _check(
                    program, target["protocol"], target["port"], path=target["path"], agent="ELB-HealthChecker/1.0",
                    period=fields.get("interval", "30"), expects=(200,),
                )  # fmt: skip
        case ["route53", "create-health-check", *_]:
            fields = _fields(options.get("health-check-config", ""))
            kind = fields.get("type", "").lower().removesuffix("_str_match")
            yield from _check(
                program, kind, fields.get("port") or str(_DEFAULT_PORTS.get(kind, "")), path=fields.get("resourcepath"),
                agent="Amazon-Route53-Health-Check-Service", period=fields.get("requestinterval", "30"),
                host=fields.get("fullyqualifieddomainname") or fields.get("ipaddress"), kind="uptime-monitor",
            )  # fmt: skip
        case _:
            return


def _gcloud(program: str, arguments: list[str]) -> Iterator[Sent]:
    """Yield a health check of Compute Engine, the older kinds among them.

    See https://cloud.google.com/sdk/gcloud/reference/compute/health-checks/create.
    """
    options = _options(arguments)
    words = [word for word in _words(arguments) if word not in {"alpha", "beta"}]
    match words:
        case ["compute", "health-checks", "create" | "update", kind, *_]:
            protocol = kind
        case ["compute", ("http-health-checks" | "https-health-checks") as kind, "create" | "update", *_]:
            protocol = kind.partition("-")[0]
        case _:
            return
    default = None if "update" in words or "use-serving-port" in options else _DEFAULT_PORTS.get(protocol)
    yield from _check(
        program, {"ssl": "tcp", "http2": "https"}.get(protocol, protocol), options.get("port") or str(default or ""),
        path=options.get("request-path"), agent="GoogleHC/1.0", period=options.get("check-interval", "5s"),
        expects=(200,),
    )  # fmt: skip


def _az(program: str, arguments: list[str]) -> Iterator[Sent]:
    """Yield a probe of a load balancer or an application gateway.

    See https://learn.microsoft.com/cli/azure/network/lb/probe and application-gateway/probe.
    """
    options = _options(arguments)
    agent: str | None
    match _words(arguments):
        case ["network", "lb", "probe", "create" | "update", *_]:
            agent = "Load Balancer Agent"
        case ["network", "application-gateway", "probe", "create" | "update", *_]:
            agent = None
        case _:
            return
    yield from _check(
        program, options.get("protocol", ""), options.get("port"), path=options.get("path"), agent=agent,
        period=options.get("interval", "15"), expects=(200,),
    )  # fmt: skip


def _doctl(program: str, arguments: list[str]) -> Iterator[Sent]:
    """Yield the check of a load balancer.

    See https://docs.digitalocean.com/reference/doctl/reference/compute/load-balancer/create/.
    """
    words = _words(arguments)
    if words[:2] == ["compute", "load-balancer"]:
        fields = {
            name.strip(): value
            for name, _, value in (
                part.partition(":") for part in _options(arguments).get("health-check", "").split(",")
            )
        }
        yield from _check(
            program, fields.get("protocol", ""), fields.get("port"), path=fields.get("path"),
            period=fields.get("check_interval_seconds", "10"),
        )  # fmt: skip


def _check(
    tool: str,
    protocol: str,
    port: str | None,
    *,
    path: str | None,
    period: str,
    agent: str | None = None,
    expects: tuple[int, ...] = (),
    host: str | None = None,
    kind: str = "health-check",
) -> Iterator[Sent]:
    speaks = protocol.lower()
    number = port_number(port)
    if speaks not in {"http", "https", "tcp", "grpc"} or number is None:
        return
    http = speaks in {"http", "https"}
    yield Sent(
        tool, speaks, host, number, (path or "/") if http else None, "GET" if http else None,
        agent if http else None, period=seconds(period), kind=kind, expects=expects if http else (),
    )  # fmt: skip


def _words(arguments: list[str]) -> list[str]:
    """Return the words before the first option."""
    first = next((at for at, word in enumerate(arguments) if word.startswith("-")), len(arguments))
    return arguments[:first]


def _options(arguments: list[str]) -> dict[str, str]:
    """Return long options with their values, ``--name value`` or ``--name=value``."""
    found: dict[str, str] = {}
    for at, word in enumerate(arguments):
        if word.startswith("--"):
            name, equals, value = word[2:].partition("=")
            after = arguments[at + 1] if at + 1 < len(arguments) else ""
            found[name] = value if equals else "" if after.startswith("--") else after
    return found


def _fields(written: str) -> dict[str, str]:
    """Return the fields of ``Name=value,Name=value``, or of the same as JSON, by their names in lower case."""
    pairs = re.findall(r"[\"']?(\w+)[\"']?\s*[=:]\s*[\"']?([^,\"'{}]+)", written)
    return {name.lower(): value.strip() for name, value in pairs}


CLOUDS: Mapping[str, Callable[[str, list[str]], Iterator[Sent]]] = {
    "aws": _aws, "gcloud": _gcloud, "az": _az, "doctl": _doctl,
}  # fmt: skip
"""Tools by the names of their programs."""
