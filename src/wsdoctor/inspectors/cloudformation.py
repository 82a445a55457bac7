"""CloudFormation: target groups, classic load balancers, Route 53 checks, App Runner and ECS task definitions.

A target group alone in a file, as ``aws elbv2 create-target-group --cli-input-json`` takes it, has the same properties.
"""

from __future__ import annotations

import re
from typing import Any

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.cloud_routes import aws_scheme, spoken
from wsdoctor.inspectors._platforms.common import (
    LOCAL,
    codes,
    documents,
    http_caller,
    note,
    place,
    port_number,
    seconds,
)
from wsdoctor.inspectors._platforms.containers import check_place, container_check
from wsdoctor.model.traffic import Address, Declared, Location
from wsdoctor.syntax._tree import Mapping, Node, Pair, Scalar, Sequence, find, items, text

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "cloudformation"
PATTERNS = ("*.yml", "*.yaml", "*.json", "*.template")
_CHECKED = ("HealthCheckPath", "HealthCheckProtocol", "HealthCheckPort")
NEEDLES = ("AWS::", *_CHECKED)

_SUB = re.compile(r"\$\{(?P<name>[A-Za-z0-9]+)\}")
_ELB = re.compile(r"(?P<protocol>HTTPS?|TCP|SSL):(?P<port>\d+)(?P<path>/.*)?", re.IGNORECASE)
_MAX_DEPTH = 12


def inspect(path: str, repository: Repository) -> Declared:
    """Return what the resources of a template declare."""
    found = Declared()
    for document in documents(path, repository, found.notes):
        resources = find(document, "Resources")
        template = _Template(document, path, repository, found)
        for pair in resources.all_pairs() if isinstance(resources, Mapping) else ():
            template.resource(pair)
        if isinstance(document, Mapping) and any(document.get(key) is not None for key in _CHECKED):
            template.target_group(document.pairs[0], document)
    return found


class _Template:
    def __init__(self, document: Node, path: str, repository: Repository, found: Declared) -> None:
        self.document = document
        self.path = path
        self.repository = repository
        self.found = found

    def resource(self, pair: Pair) -> None:
        properties = find(pair.value, "Properties")
        if not isinstance(properties, Mapping):
            return
        match text(pair.value, "Type"):
            case "AWS::ElasticLoadBalancingV2::TargetGroup":
                self.target_group(pair, properties)
            case "AWS::ElasticLoadBalancing::LoadBalancer":
                self.classic(properties)
            case "AWS::ECS::TaskDefinition":
                self.task(properties)
            case "AWS::Route53::HealthCheck":
                self.route53(properties)
            case "AWS::AppRunner::Service":
                self.app_runner(properties)
            case _:
                return

    def value(self, node: Node | None, depth: int = 0) -> Any:
        """Return what a node comes to: text, list or mapping; None where that is not known."""
        if node is None or depth > _MAX_DEPTH:
            return None
        tag = node.tag.lstrip("!")
        if isinstance(node, Scalar):
            if tag == "Ref":
                return self.ref(node.text)
            if tag == "Sub":
                return self.sub(node.text)
            return None if tag in {"GetAtt", "ImportValue", "Select"} else node.text
        if isinstance(node, Sequence):
            return self.function(tag, node, depth) if tag else [self.value(item, depth + 1) for item in node.items]
        if len(node.pairs) == 1 and (name := node.pairs[0].key.text) in {"Ref"} | _FUNCTIONS:
            inner = node.pairs[0].value
            if name == "Ref" and isinstance(inner, Scalar):
                return self.ref(inner.text)
            name = name.removeprefix("Fn::")
            if isinstance(inner, Scalar):
                return self.sub(inner.text) if name == "Sub" else None
            return self.function(name, inner, depth) if isinstance(inner, Sequence) else None
        return {pair.key.text: self.value(pair.value, depth + 1) for pair in node.all_pairs()}

    def function(self, name: str, node: Sequence, depth: int) -> Any:
        if name == "FindInMap" and len(node.items) == 3:
            keys = [self.value(item, depth + 1) for item in node.items]
            found = find(self.document, "Mappings", *(str(key) for key in keys if key is not None))
            return self.value(found, depth + 1) if None not in keys else None
        if name == "If" and len(node.items) == 3:
            yes, no = self.value(node.items[1], depth + 1), self.value(node.items[2], depth + 1)
            return yes if yes == no else None
        if name == "Sub" and node.items and isinstance(node.items[0], Scalar):
            return self.sub(node.items[0].text)
        if name == "Join" and len(node.items) == 2:
            parts = self.value(node.items[1], depth + 1)
            glue = text(node.items[0]) or ""
            known = isinstance(parts, list) and all(isinstance(part, str) for part in parts)
            return glue.join(parts) if known else None
        return None

    def ref(self, name: str) -> str | None:
        return text(self.document, "Parameters", name, "Default")

    def sub(self, given: str) -> str:
        return _SUB.sub(lambda match: self.ref(match["name"]) or match.group(), given)

    def get(self, node: Node | None, *keys: str) -> str:
        found = self.value(find(node, *keys))
        return found if isinstance(found, str) else ""

    def target_group(self, pair: Pair, properties: Mapping) -> None:
        protocol = self.get(properties, "Protocol").upper() or "HTTP"
        version = self.get(properties, "ProtocolVersion")
        scheme, served = aws_scheme(protocol, version), port_number(self.get(properties, "Port"))
        if scheme is not None and served is not None:
            told = properties.pair("ProtocolVersion" if scheme.startswith("h2") else "Protocol") or pair
            self.found.hops.append(
                spoken("aws-elb", Address(LOCAL, served), scheme, place(self.path, self.repository, told))
            )
        if self.get(properties, "TargetType") == "lambda" or self.get(properties, "HealthCheckEnabled") == "false":
            return
        default = "HTTP" if protocol in {"HTTP", "HTTPS"} or properties.get("HealthCheckPath") is not None else "TCP"
        asked = self.get(properties, "HealthCheckProtocol") or default
        own = self.get(properties, "HealthCheckPort")
        port = port_number(own) if own and own != "traffic-port" else port_number(self.get(properties, "Port"))
        location = self.block(pair, properties)
        if port is None:
            self.found.notes.append(
                note(self.path, self.repository, pair, "the port of the check could not be followed")
            )
            return
        matcher = self.get(properties, "Matcher", "HttpCode") or "200"
        self.found.callers.append(
            http_caller(
                "aws-elb", Address(LOCAL, port), location, path=self.get(properties, "HealthCheckPath") or "/",
                protocol=asked, user_agent="ELB-HealthChecker/2.0",
                period=seconds(self.get(properties, "HealthCheckIntervalSeconds")) or 30.0, expects=codes(matcher),
            )
        )  # fmt: skip

    def block(self, pair: Pair, properties: Mapping) -> Location:
        """Return the lines that a target group's check is described on, those of the whole if there are none."""
        own = [each for each in properties.all_pairs() if each.key.text.startswith("HealthCheck")]
        if not own:
            return place(self.path, self.repository, pair)
        first = min(own, key=lambda each: each.line)
        return place(self.path, self.repository, first, max(each.end_line for each in own))

    def classic(self, properties: Mapping) -> None:
        check = properties.pair("HealthCheck")
        target = _ELB.match(self.get(properties, "HealthCheck", "Target"))
        if check is not None and target is not None:
            to = Address(LOCAL, int(target["port"]))
            self.found.callers.append(
                http_caller(
                    "aws-elb", to, place(self.path, self.repository, check), path=target["path"] or "/",
                    protocol=target["protocol"].lower().replace("ssl", "tcp"), user_agent="ELB-HealthChecker/1.0",
                    period=seconds(self.get(properties, "HealthCheck", "Interval")) or 30.0, expects=(200,),
                )
            )  # fmt: skip

    def route53(self, properties: Mapping) -> None:
        check = properties.pair("HealthCheckConfig")
        if check is None:
            return
        kind = self.get(check.value, "Type").upper()
        protocol = "https" if kind.startswith("HTTPS") else "http" if kind.startswith("HTTP") else "tcp"
        port = port_number(self.get(check.value, "Port")) or {"https": 443, "http": 80}.get(protocol)
        host = self.get(check.value, "FullyQualifiedDomainName") or self.get(check.value, "IPAddress") or None
        self.found.callers.append(
            http_caller(
                "route53", Address(host, port), place(self.path, self.repository, check), protocol=protocol,
                path=self.get(check.value, "ResourcePath") or "/", user_agent="Amazon-Route53-Health-Check-Service",
                period=seconds(self.get(check.value, "RequestInterval")) or 30.0, kind="uptime-monitor",
            )
        )  # fmt: skip

    def app_runner(self, properties: Mapping) -> None:
        check = properties.pair("HealthCheckConfiguration")
        port = self.get(properties, "SourceConfiguration", "ImageRepository", "ImageConfiguration", "Port")
        if check is not None:
            self.found.callers.append(
                http_caller(
                    "aws-app-runner", Address(LOCAL, port_number(port) or 8080),
                    place(self.path, self.repository, check), path=self.get(check.value, "Path") or "/",
                    protocol=self.get(check.value, "Protocol") or "TCP",
                    period=seconds(self.get(check.value, "Interval")) or 5.0,
                )
            )  # fmt: skip

    def task(self, properties: Mapping) -> None:
        for definition in items(properties, "ContainerDefinitions"):
            check = definition.pair("HealthCheck") if isinstance(definition, Mapping) else None
            if check is None:
                continue
            data = {
                "name": self.get(definition, "Name"),
                "environment": [
                    {"name": self.get(each, "Name"), "value": self.get(each, "Value")}
                    for each in items(definition, "Environment")
                ],
                "healthCheck": {
                    "command": self.value(find(check.value, "Command")),
                    "interval": self.get(check.value, "Interval"),
                },
            }
            where = check_place(self.path, self.repository, check)
            container_check(data, where, self.repository, self.path, self.found)


_FUNCTIONS = frozenset(
    ("Fn::Sub", "Fn::Join", "Fn::FindInMap", "Fn::If", "Fn::GetAtt", "Fn::ImportValue", "Fn::Select")
)
