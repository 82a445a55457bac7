"""Monitors of Uptime Kuma that Python scripts make."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository

START = """\
import os
from uptime_kuma_api import MonitorType, UptimeKumaApi

with UptimeKumaApi(os.environ["KUMA_URL"]) as kuma:
    kuma.login("a", "b")
"""


def asked(tmp_path: Path, code: str) -> list[tuple[object, ...]]:
    found = inspect("uptime-kuma api", "status.py", repository(tmp_path, {"status.py": code})).callers
    return [(one.protocol, one.to.host, one.to.port, one.path, one.period, one.location.line) for one in found]


@pytest.mark.parametrize(
    ("monitor", "expected"),
    [
        ('type=MonitorType.HTTP, name="a", url="http://live:8765/up", interval=30',
         [("http", "live", 8765, "/up", 30.0, 6)]),
        ('type=MonitorType.KEYWORD, name="a", url="http://live:8765/"', [("http", "live", 8765, "/", 60.0, 6)]),
        ('type=MonitorType.JSON_QUERY, url="https://live/x"', [("https", "live", 443, "/x", 60.0, 6)]),
        ('type="http", url="http://live:8765"', [("http", "live", 8765, "/", 60.0, 6)]),
        ('type=MonitorType.PORT, hostname="live", port=8765', [("tcp", "live", 8765, None, 60.0, 6)]),
        ('type=MonitorType.PORT, hostname=os.getenv("H"), port=int(os.environ["P"])', []),
        ('type=MonitorType.PING, hostname="live"', []),
        ('type=MonitorType.PING, url="http://live:8765"', []),
        ('type=MonitorType.HTTP, url=os.environ["URL"]', []),
        ('type=MonitorType.HTTP, url=8765', []),
        ('**unknown', []),
    ],
)  # fmt: skip
def test_a_monitor(tmp_path: Path, monitor: str, expected: list[tuple[object, ...]]) -> None:
    assert asked(tmp_path, f"{START}    kuma.add_monitor({monitor})\n") == expected


def test_what_a_monitor_takes_for_success(tmp_path: Path) -> None:
    code = f'{START}    kuma.edit_monitor(3, type="http", url="http://live:8765", method="head",'
    code += ' accepted_statuscodes=["426"])\n'
    (found,) = inspect("uptime-kuma api", "status.py", repository(tmp_path, {"status.py": code})).callers
    assert (found.method, found.expects, found.user_agent) == ("HEAD", (426,), "Uptime-Kuma/")


LIST = """\
MONITORS = [
    {"type": MonitorType.HTTP, "name": "api", "url": "http://api:8000/health"},
    {"type": MonitorType.PORT, "name": "live", "hostname": "live", "port": 8765},
]
"""


def test_lists_of_monitors(tmp_path: Path) -> None:
    given = [("http", "api", 8000, "/health", 20.0, 3), ("tcp", "live", 8765, None, 20.0, 4)]
    spread = "for one in MONITORS:\n    UptimeKumaApi('u').add_monitor(**one, interval=20)\n"
    imported = "from uptime_kuma_api import MonitorType, UptimeKumaApi\n"
    assert asked(tmp_path, f"{imported}{LIST}{spread}") == given
    named = "for one in MONITORS:\n    UptimeKumaApi('u').add_monitor(type=one['type'], url=one.get('url'),"
    named += " hostname=one.get('hostname'), port=one.get('port'), interval=20)\n"
    assert sorted(asked(tmp_path, f"{imported}{LIST}{named}"), key=str) == sorted(given, key=str)


def test_other_code_makes_no_monitors(tmp_path: Path) -> None:
    other = "from status import Kuma\nimport uptime_kuma_api\nKuma().add_monitor(type='http', url='http://live:8765')\n"
    assert asked(tmp_path, other) == []
    assert asked(tmp_path, "from uptime_kuma_api import UptimeKumaApi\nthis is no Python\n") == []
