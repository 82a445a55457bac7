from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.platform_factory import declared, rows

HEAD = """\
Parameters:
  WsPort: {Type: Number, Default: 8765}
Mappings:
  Ports: {all: {ws: 8765}}
Resources:
"""


def resource(kind: str, properties: str) -> str:
    body = "".join(f"      {line}\n" for line in properties.strip("\n").split("\n"))
    return HEAD + f"  It:\n    Type: AWS::{kind}\n    Properties:\n{body}"


@pytest.mark.parametrize(
    ("kind", "properties", "expected"),
    [
        (
            "ElasticLoadBalancingV2::TargetGroup",
            "Port: !Ref WsPort\nProtocol: HTTP\nHealthCheckPath: /h\nHealthCheckIntervalSeconds: 12\nName: x",
            [(8765, "http", "/h", "aws-elb", 12.0, 11, 12)],
        ),
        (
            "ElasticLoadBalancingV2::TargetGroup",
            "Port: {Ref: WsPort}\nProtocol: HTTP",
            [(8765, "http", "/", "aws-elb", 30.0, 6, 10)],
        ),
        (
            "ElasticLoadBalancingV2::TargetGroup",
            "Port: !FindInMap [Ports, all, ws]\nProtocol: TCP",
            [(8765, "tcp", None, "aws-elb", 30.0, 6, 10)],
        ),
        (
            "ElasticLoadBalancingV2::TargetGroup",
            "Port: 80\nHealthCheckPort: !Sub '${WsPort}'\nHealthCheckProtocol: HTTP\nMatcher: {HttpCode: 200-499}",
            [(8765, "http", "/", "aws-elb", 30.0, 10, 11)],
        ),
        ("ElasticLoadBalancingV2::TargetGroup", "Port: 80\nTargetType: lambda", []),
        ("ElasticLoadBalancingV2::TargetGroup", "Port: 80\nHealthCheckEnabled: false", []),
        (
            "ElasticLoadBalancing::LoadBalancer",
            "HealthCheck:\n  Target: !Sub 'HTTP:${WsPort}/c'\n  Interval: '9'",
            [(8765, "http", "/c", "aws-elb", 9.0, 9, 11)],
        ),
        (
            "Route53::HealthCheck",
            "HealthCheckConfig:\n  Type: HTTP\n  Port: 8765\n  ResourcePath: /r\n  FullyQualifiedDomainName: h",
            [(8765, "http", "/r", "route53", 30.0, 9, 13)],
        ),
        (
            "AppRunner::Service",
            (
                "HealthCheckConfiguration: {Protocol: HTTP, Path: /a}\n"
                "SourceConfiguration: {ImageRepository: {ImageConfiguration: {Port: '8765'}}}"
            ),
            [(8765, "http", "/a", "aws-app-runner", 5.0, 9, None)],
        ),
        (
            "ECS::TaskDefinition",
            (
                "ContainerDefinitions:\n  - Name: ws\n    Environment: [{Name: P, Value: '8765'}]\n    HealthCheck:\n"
                "      Command: [CMD-SHELL, curl -f localhost:$P/e || exit 1]\n      Interval: 8\n  - Name: other"
            ),
            [(8765, "http", "/e", "ecs", 8.0, 13, 14)],
        ),
        ("EC2::Instance", "Port: 8765", []),
    ],
)
def test_resources(tmp_path: Path, kind: str, properties: str, expected: list[tuple[object, ...]]) -> None:
    text = resource(kind, properties)
    assert rows(tmp_path, "cloudformation", "stack.yaml", text, "product", "period", "line", "end") == expected


@pytest.mark.parametrize(
    ("port", "expected"),
    [
        ("!ImportValue x", None),
        ("!If [A, 1, 2]", None),
        ("!If [A, 3, 3]", 3),
        ("!Join ['', ['87', '65']]", 8765),
        ("{'Fn::Join': ['', ['87', !Ref None]]}", None),
        ("{'Fn::Sub': '${WsPort}'}", 8765),
        ("{'Fn::GetAtt': [a, b]}", None),
        ("!Sub ['${WsPort}', {}]", 8765),
        ("{'Fn::If': x}", None),
        ("!FindInMap [Ports, !Ref None, ws]", None),
        ("[1]", None),
    ],
)
def test_functions(tmp_path: Path, port: str, expected: int | None) -> None:
    found = declared(
        tmp_path, "cloudformation", "a.yml", resource("ElasticLoadBalancingV2::TargetGroup", f"Port: {port}")
    )
    assert [caller.to.port for caller in found.callers] == ([expected] if expected else [])
    assert len(found.notes) == (expected is None)


def test_json(tmp_path: Path) -> None:
    text = """\
        {"Resources": {"G": {
          "Type": "AWS::ElasticLoadBalancingV2::TargetGroup",
          "Properties": {"Port": 8765, "Protocol": "HTTP",
            "HealthCheckPath": "/j"}}}}
        """
    assert rows(tmp_path, "cloudformation", "s.template", text, "line") == [(8765, "http", "/j", 4)]


def test_what_has_no_properties(tmp_path: Path) -> None:
    assert rows(tmp_path, "cloudformation", "a.yml", "Resources:\n  A: {Type: AWS::X}\n  B: c\n") == []
    assert declared(tmp_path, "cloudformation", "b.yml", "Resources: [\n").notes


def test_a_target_group_alone_in_a_file(tmp_path: Path) -> None:
    given = '{\n  "Name": "ws",\n  "Protocol": "HTTP",\n  "Port": 8765,\n  "HealthCheckPath": "/h"\n}\n'
    found = rows(tmp_path, "cloudformation", "deploy/ws.json", given, "line")
    assert found == [(8765, "http", "/h", 5)]
    assert rows(tmp_path, "cloudformation", "deploy/no.json", '{"Path": "/h", "Port": 8765}\n') == []
