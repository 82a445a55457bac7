"""Health checks that commands of the clouds' own tools make."""

from __future__ import annotations

from typing import Any

import pytest

from wsdoctor.inspectors._platforms.commands import read

ELB, CLASSIC, R53 = "ELB-HealthChecker/2.0", "ELB-HealthChecker/1.0", "Amazon-Route53-Health-Check-Service"
GOOGLE, AZURE = "GoogleHC/1.0", "Load Balancer Agent"

CONFIG = '{"Type": "HTTP", "FullyQualifiedDomainName": "ws.example.com", "Port": 8765, "RequestInterval": 10}'


def checks(text: str) -> list[tuple[Any, ...]]:
    found = [spoken.sent for spoken in read(text, 1, {"WS_PORT": "8765"}.get).spoken]
    assert all(sent.kind in {"health-check", "uptime-monitor"} for sent in found)
    return [(one.protocol, one.host, one.port, one.path, one.user_agent, one.period) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("aws elbv2 create-target-group --name ws --protocol HTTP --port $WS_PORT \\\n  --health-check-path /healthz",
         ("http", None, 8765, "/healthz", ELB, 30.0)),
        ("aws elbv2 create-target-group --port 8765 --protocol TCP", ("tcp", None, 8765, None, None, 30.0)),
        ("aws elbv2 create-target-group --port 8765 --health-check-path=/h --health-check-interval-seconds 9",
         ("http", None, 8765, "/h", ELB, 9.0)),
        ("aws elbv2 create-target-group --port 80 --health-check-port 8765 --health-check-protocol HTTPS",
         ("https", None, 8765, "/", ELB, 30.0)),
        ("aws elbv2 modify-target-group --target-group-arn $ARN --health-check-port 8765 --health-check-path /",
         ("http", None, 8765, "/", ELB, 30.0)),
        ("aws elb configure-health-check --load-balancer-name a --health-check Target=HTTP:8765/h,Interval=15",
         ("http", None, 8765, "/h", CLASSIC, 15.0)),
        ("aws elb configure-health-check --load-balancer-name a --health-check Target=TCP:8765,Interval=15",
         ("tcp", None, 8765, None, None, 15.0)),
        (f"aws route53 create-health-check --health-check-config '{CONFIG}'",
         ("http", "ws.example.com", 8765, "/", R53, 10.0)),
        ("aws route53 create-health-check --health-check-config Type=HTTPS,IPAddress=203.0.113.9,ResourcePath=/h",
         ("https", "203.0.113.9", 443, "/h", R53, 30.0)),
        ("gcloud compute health-checks create http ws-check --port=8765 --request-path=/h --check-interval=10s",
         ("http", None, 8765, "/h", GOOGLE, 10.0)),
        ("gcloud beta compute health-checks create tcp ws-check --port 8765", ("tcp", None, 8765, None, None, 5.0)),
        ("gcloud compute health-checks create http2 ws-check --port 8765", ("https", None, 8765, "/", GOOGLE, 5.0)),
        ("gcloud compute health-checks create http web", ("http", None, 80, "/", GOOGLE, 5.0)),
        ("gcloud compute http-health-checks create ws-check --port 8765", ("http", None, 8765, "/", GOOGLE, 5.0)),
        ("az network lb probe create -g g --lb-name l -n p --protocol http --port 8765 --path / --interval 5",
         ("http", None, 8765, "/", AZURE, 5.0)),
        ("az network lb probe create -g g --lb-name l -n p --protocol tcp --port 8765",
         ("tcp", None, 8765, None, None, 15.0)),
        ("az network application-gateway probe create --gateway-name g -n p --protocol Http --port 8765 --path /h",
         ("http", None, 8765, "/h", None, 15.0)),
        ("doctl compute load-balancer create --health-check protocol:http,port:8765,path:/h,check_interval_seconds:20",
         ("http", None, 8765, "/h", None, 20.0)),
    ],
)  # fmt: skip
def test_checks(text: str, expected: tuple[Any, ...]) -> None:
    assert checks(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "aws elbv2 modify-target-group --target-group-arn $ARN --health-check-path /h",
        "aws elbv2 describe-target-groups --port 8765",
        "aws elb configure-health-check --load-balancer-name a --health-check file://check.json",
        "aws route53 create-health-check --health-check-config Type=CALCULATED,HealthThreshold=1",
        "aws s3 sync . s3://bucket",
        "gcloud compute health-checks create http ws --use-serving-port",
        "gcloud compute health-checks update http ws --request-path /h",
        "gcloud run deploy ws --port 8765",
        "az network vnet create --port 8765",
        "doctl compute load-balancer create --name a",
        "doctl apps create --spec app.yaml",
    ],
)
def test_what_makes_none(text: str) -> None:
    assert checks(text) == []


def test_codes_that_satisfy() -> None:
    command = "aws elbv2 create-target-group --port 8765 --matcher HttpCode=200-499"
    assert 426 in read(command, 1, {}.get).spoken[0].expects
