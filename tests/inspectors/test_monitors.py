"""Prometheus, blackbox, Gatus, Uptime Kuma, Nomad, Consul, systemd and cron."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.platform_factory import declared, rows

SCRAPES = """\
global:
  scrape_interval: 20s
scrape_configs:
  - job_name: chat
    static_configs:
      - targets: ['ws:8765', 'api:5000']
  - job_name: more
    scrape_interval: 5s
    metrics_path: /m
    scheme: https
    static_configs: [{targets: [one]}]
  - job_name: blackbox
    metrics_path: /probe
    params: {module: [http_2xx]}
    static_configs:
      - targets:
          - http://ws:8765/
          - https://site.example
  - job_name: handshake
    params: {module: [ws_up]}
    static_configs: [{targets: ['http://ws:8765/s']}]
  - job_name: silent
    params: {module: [tcp_connect]}
    static_configs: [{targets: ['ws:8765']}]
  - job_name: pings
    params: {module: [icmp]}
    static_configs: [{targets: ['ws']}]
  - job_name: files
    file_sd_configs: [{files: ['targets/*.yml', targets/a.json]}]
"""
MODULES = """\
modules:
  ws_up:
    prober: http
    http:
      valid_status_codes: [101, 426]
      headers: {Upgrade: websocket}
  tcp_connect: {prober: tcp}
"""


def test_prometheus(tmp_path: Path) -> None:
    files = {
        "prometheus/prometheus.yml": SCRAPES,
        "prometheus/blackbox.yml": MODULES,
        "prometheus/targets/a.json": '[{"targets": ["ws:8765"]}]',
    }
    path = "prometheus/prometheus.yml"
    assert rows(tmp_path, "prometheus", path, files, "host", "product", "kind", "period", "line") == [
        (8765, "http", "/metrics", "ws", "prometheus", "scrape", 20.0, 6),
        (5000, "http", "/metrics", "api", "prometheus", "scrape", 20.0, 6),
        (443, "https", "/m", "one", "prometheus", "scrape", 5.0, 11),
        (8765, "http", "/", "ws", "blackbox", "uptime-monitor", 20.0, 17),
        (443, "https", "/", "site.example", "blackbox", "uptime-monitor", 20.0, 18),
        (8765, "http", "/s", "ws", "blackbox", "uptime-monitor", 20.0, 21),
        (8765, "tcp", None, "ws", "blackbox", "uptime-monitor", 20.0, 24),
        (8765, "http", "/metrics", "ws", "prometheus", "scrape", 20.0, 1),
    ]
    callers = declared(tmp_path, "prometheus", path, files).callers
    shaped = next(one for one in callers if one.path == "/s")
    assert (shaped.expects, dict(shaped.headers)) == ((101, 426), {"Upgrade": "websocket"})
    assert callers[-1].location.file == "prometheus/targets/a.json"


def test_scrapes_within_config_maps_and_collectors(tmp_path: Path) -> None:
    text = """\
        apiVersion: v1
        kind: ConfigMap
        data:
          prometheus.yml: |
            scrape_configs:
              - job_name: a
                static_configs:
                  - targets: ["ws:8765"]
          broken.yml: |
            scrape_configs: [
        ---
        receivers:
          prometheus/a:
            config:
              scrape_configs: [{static_configs: [{targets: ['ws:8765']}]}]
          httpcheck:
            collection_interval: 9s
            targets:
              - endpoint: http://ws:8765/h
                method: HEAD
        """
    assert rows(tmp_path, "prometheus", "a.yaml", text, "line", "period", "product") == [
        (8765, "http", "/metrics", 8, 60.0, "prometheus"),
        (8765, "http", "/metrics", 15, 60.0, "prometheus"),
        (8765, "http", "/h", 19, 9.0, "opentelemetry"),
    ]
    assert rows(tmp_path, "prometheus", "c/templates/a.yaml", "scrape_configs: [{{ x }}]\n") == []


GATUS = """\
endpoints:
  - name: socket
    url: {url}
    interval: 15s
    conditions:
      - "{condition}"
"""


@pytest.mark.parametrize(
    ("url", "condition", "expected"),
    [
        ("http://ws:8765/h", "[STATUS] == 200", [(8765, "http", "/h", 15.0, 2, (200,))]),
        ("http://ws:8765", "[STATUS] == any(200, 426)", [(8765, "http", "/", 15.0, 2, (200, 426))]),
        ("ws://ws:8765/s", "[CONNECTED] == true", [(8765, "ws", "/s", 15.0, 2, ())]),
        ("tcp://ws:8765", "[CONNECTED] == true", [(8765, "tcp", None, 15.0, 2, ())]),
        ("icmp://ws", "[CONNECTED] == true", []),
        ("http://ws:${NOWHERE}", "[STATUS] == 200", []),
        ("http://ws:8765", "[STATUS] != 500", [(8765, "http", "/", 15.0, 2, ())]),
    ],
)
def test_gatus(tmp_path: Path, url: str, condition: str, expected: list[tuple[object, ...]]) -> None:
    text = GATUS.format(url=url, condition=condition)
    assert rows(tmp_path, "gatus", "gatus.yaml", text, "period", "line", "expects") == expected


def test_gatus_takes_ranges_and_config_maps(tmp_path: Path) -> None:
    inner = "".join(f"    {line}\n" for line in GATUS.format(url="http://w:1", condition="[STATUS] < 500").split("\n"))
    text = "kind: ConfigMap\ndata:\n  config.yaml: |\n" + inner + "  other.yaml: |\n    endpoints: [\n"
    (caller,) = declared(tmp_path, "gatus", "cm.yaml", text).callers
    assert {200, 308}.issubset(caller.expects)
    assert 426 not in caller.expects
    assert caller.location.line == 5
    assert rows(tmp_path, "gatus", "x.yaml", "endpoints: [{url: 'http://w:1'}]\n") == []
    off = GATUS.format(url="http://w:1", condition="[STATUS] == 200") + "    enabled: false\n"
    assert rows(tmp_path, "gatus", "y.yaml", off) == []


def test_gatus_takes_a_bound_among_the_answers_of_sockets(tmp_path: Path) -> None:
    (caller,) = declared(
        tmp_path, "gatus", "g.yaml", GATUS.format(url="http://w:1", condition="[STATUS] <= 426")
    ).callers
    assert 426 in caller.expects


def test_uptime_kuma_backup(tmp_path: Path) -> None:
    text = """\
        {"version": "1.23", "monitorList": [
          {"name": "a", "type": "http", "url": "http://ws:8765/", "interval": 30, "accepted_statuscodes": ["200-299"]},
          {"name": "b", "type": "port", "hostname": "ws", "port": 8765},
          {"name": "c", "type": "http", "url": "http://ws:8765/", "accepted_statuscodes": ["426"], "method": "HEAD"},
          {"name": "d", "type": "ping", "hostname": "ws"},
          {"name": "e", "type": "http", "url": ""},
          {"name": "f", "type": "http", "url": "http://ws:8765/", "active": false}
        ]}
        """
    found = declared(tmp_path, "uptime-kuma", "kuma.json", text).callers
    assert [(one.to.port, one.protocol, one.period, one.location.line) for one in found] == [
        (8765, "http", 30.0, 2),
        (8765, "tcp", 60.0, 3),
        (8765, "http", 60.0, 4),
    ]
    assert found[2].expects == (426,)


def test_autokuma_labels(tmp_path: Path) -> None:
    text = """\
        services:
          ws:
            labels:
              kuma.chat.http.name: chat
              kuma.chat.http.url: http://{{container_name}}:8765/h
              kuma.chat.http.interval: 20
          other:
            labels: ["kuma.tcp.port.hostname=ws", "kuma.tcp.port.port=8765", "x=y"]
        """
    found = rows(tmp_path, "uptime-kuma", "compose.yml", text, "host", "period", "line")
    assert found == [(8765, "http", "/h", "ws", 20.0, 5), (8765, "tcp", None, "ws", 60.0, 8)]


NOMAD = """\
job "chat" {
  group "ws" {
    network {
      port "ws" {
        static = 9000
        to     = 8765
      }
      port "free" {}
    }
    service {
      port = "ws"
      CHECK
    }
    task "t" {
      service {
        port     = "free"
        provider = "nomad"
        check {
          type = "http"
        }
      }
    }
  }
}
"""


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        (
            'check {\n type = "http"\n path = "/n"\n interval = "7s"\n header {\n A = ["b"]\n }\n }',
            [(8765, "http", "/n", 7.0, 12, "Consul Health Check")],
        ),
        ('check {\n type = "tcp"\n port = "ws"\n }', [(8765, "tcp", None, 10.0, 12, None)]),
        (
            'check {\n type = "http"\n protocol = "https"\n port = "8766"\n }',
            [(8766, "https", "/", 10.0, 12, "Consul Health Check")],
        ),
        (
            'check {\n type = "script"\n command = "curl"\n args = ["localhost:8765/s"]\n }',
            [(8765, "http", "/s", 10.0, 12, "curl/")],
        ),
        ('check {\n type = "other"\n }', []),
    ],
)
def test_nomad(tmp_path: Path, check: str, expected: list[tuple[object, ...]]) -> None:
    found = declared(tmp_path, "nomad", "chat.nomad", NOMAD.replace("CHECK", check))
    assert [(one.outer, one.inner, one.unit) for one in found.maps] == [(9000, 8765, "ws")]
    assert "'free'" in found.notes[-1].text
    again = rows(tmp_path, "nomad", "chat.nomad", NOMAD.replace("CHECK", check), "period", "line", "agent")
    assert again == expected


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (
            "ws.json",
            (
                '{"service": {"name": "ws", "port": 8765,\n'
                '"check": {"http": "http://localhost:8765/c", "interval": "5s"}}}'
            ),
            [(8765, "http", "/c", 5.0, 2)],
        ),
        (
            "ws.json",
            (
                '{"services": [{"name": "ws", "checks": [\n'
                '{"tcp": "localhost:8765"},\n{"args": ["curl", "localhost:8765"]}]}]}'
            ),
            [(8765, "tcp", None, 10.0, 2), (8765, "http", "/", 10.0, 3)],
        ),
        ("ws.json", '{"check": {"http": "http://localhost:8765/", "method": "HEAD"}}', [(8765, "http", "/", 10.0, 1)]),
        ("ws.json", '{"scripts": {"check": "tsc"}}', []),
        ("ws.json", '{"check": {"http": "http://localhost:8765/"}, "unrelated": 1, "another": 2}', []),
        (
            "ws.hcl",
            (
                'service {\n  name = "ws"\n  check {\n'
                '    http = "http://localhost:8765/g"\n    header = { A = ["b"] }\n  }\n}'
            ),
            [(8765, "http", "/g", 10.0, 3)],
        ),
        ("ws.hcl", 'service {\n  checks = [{ http = "http://localhost:8765/l" }]\n}', [(8765, "http", "/l", 10.0, 2)]),
        (
            "ws.hcl",
            (
                'service = {\n  checks = [\n    {\n      http = "http://localhost:8765/a"\n    },\n'
                '    {\n      id = "b"\n      http = "http://localhost:8765/b"\n      interval = "3s"\n    }\n  ]\n}'
            ),
            [(8765, "http", "/a", 10.0, 4), (8765, "http", "/b", 3.0, 7)],
        ),
        (
            "ws.hcl",
            'services = [\n  {\n    port = 8765\n    check = { tcp = "localhost:8765" }\n  }\n]',
            [(8765, "tcp", None, 10.0, 4)],
        ),
        ("ws.hcl", 'job "x" {\n}\ncheck {\n  http = "http://localhost:8765/"\n}', []),
        ("ws.hcl", "service {\n  check {\n    ttl = 1\n  }\n}", []),
    ],
)
def test_consul(tmp_path: Path, path: str, text: str, expected: list[tuple[object, ...]]) -> None:
    assert rows(tmp_path, "consul", path, {path: text}, "period", "line") == expected


def test_systemd(tmp_path: Path) -> None:
    files = {
        "ws.service": """\
            [Service]
            Environment=PORT=8765
            ExecStart=/usr/bin/python3 server.py
            ExecStartPost=-/bin/sh -c 'until curl -s localhost:${PORT}; do sleep 1; done'
            # ExecStartPost=curl localhost:8765
            """,
        "check.service": "[Service]\nExecStart=/usr/bin/curl \\\n  -f http://localhost:8765/t\n",
        "check.timer": "[Timer]\nOnUnitActiveSec=1min 30s\n",
        "cal.service": "[Service]\nExecStart=curl localhost:8765\n",
        "cal.timer": "[Timer]\nOnCalendar=*:0/5\n",
        "min.service": "[Service]\nExecStart=curl localhost:8765\n",
        "min.timer": "[Timer]\nOnCalendar=minutely\n",
    }
    assert rows(tmp_path, "systemd", "ws.service", files, "kind", "period", "line") == [
        (8765, "http", "/", "wait", 1.0, 4)
    ]
    assert rows(tmp_path, "systemd", "check.service", files, "kind", "period", "line", "end") == [
        (8765, "http", "/t", "health-check", 90.0, 2, 3)
    ]
    assert rows(tmp_path, "systemd", "cal.service", files, "period") == [(8765, "http", "/", 300.0)]
    assert rows(tmp_path, "systemd", "min.service", files, "period") == [(8765, "http", "/", 60.0)]


def test_cron(tmp_path: Path) -> None:
    text = """\
        MAILTO=x
        # * * * * * curl localhost:8765
        */5 * * * * curl -fs http://localhost:8765/c
        * * * * * curl localhost:8765
        @hourly curl localhost:8765/h
        0 3 * * * curl localhost:8765/n
        """
    found = rows(tmp_path, "systemd", "crontab", text, "product", "period", "line")
    assert found == [
        (8765, "http", "/c", "cron", 300.0, 3),
        (8765, "http", "/", "cron", 60.0, 4),
        (8765, "http", "/h", "cron", 3600.0, 5),
        (8765, "http", "/n", "cron", None, 6),
    ]
    path = "etc/cron.d/check"
    assert rows(tmp_path, "systemd", path, "*/2 * * * * root curl localhost:8765\n", "period") == [
        (8765, "http", "/", 120.0)
    ]


MONIT = """\
set daemon 20
check process live with pidfile /run/live.pid
  if failed host 127.0.0.1 port 9900 protocol http
    request "/ping" with timeout 5 seconds
  then restart
  if failed port 9901 protocol websocket request "/" then alert
  if failed port 9902 then alert   # if failed port 9903 then alert
  if failed host h port 53 type udp then alert
  if failed unixsocket /run/live.sock then alert
"""
TELEGRAF = """\
[agent]
interval = "20s"
[[inputs.http_response]]
urls = ["http://h:8765/p", "https://site.example"]
interval = "5s"
[[inputs.net_response]]
protocol = "tcp"
address = "h:8765"
[[inputs.net_response]]
protocol = "udp"
address = "h:53"
[[inputs.prometheus]]
urls = ["http://h:9200"]
[[inputs.http]]
[[inputs.cpu]]
"""


def test_monit(tmp_path: Path) -> None:
    assert rows(tmp_path, "monit", "monitrc", {"monitrc": MONIT}, "period", "line") == [
        (9900, "http", "/ping", 20.0, 3),
        (9901, "ws", "/", 20.0, 6),
        (9902, "tcp", None, 20.0, 7),
    ]
    assert rows(
        tmp_path, "monit", "etc/monit/a", {"etc/monit/a": "if failed port 1 then alert", "monitrc": ""}, "period"
    ) == [(1, "tcp", None, 30.0)]


def test_telegraf(tmp_path: Path) -> None:
    assert rows(tmp_path, "telegraf", "telegraf.conf", {"telegraf.conf": TELEGRAF}, "kind", "period") == [
        (8765, "http", "/p", "uptime-monitor", 5.0),
        (443, "https", "/", "uptime-monitor", 5.0),
        (8765, "tcp", None, "health-check", 20.0),
        (9200, "http", "/metrics", "scrape", 20.0),
    ]


def test_targets_that_prometheus_looks_up(tmp_path: Path) -> None:
    text = "scrape_configs:\n  - job_name: ws\n    dns_sd_configs:\n      - names: [tasks.ws]\n        port: 8765\n"
    assert rows(tmp_path, "prometheus", "prometheus.yml", {"prometheus.yml": text}, "line") == [
        (8765, "http", "/metrics", 4)
    ]
