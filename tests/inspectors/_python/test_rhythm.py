from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository

ONCE = "def once():\n    requests.get('http://localhost:8765/')\n"


@pytest.mark.parametrize(
    ("code", "period"),
    [
        ("while True:\n    requests.get('http://localhost:8765/')\n    time.sleep(unknown)\n    time.sleep(0)\n", None),
        ("while True:\n    requests.get('http://localhost:8765/')\n    time.sleep()\n    time.sleep(2)\n", 2.0),
        (ONCE + "loop.call_later(4, once)\n", 4.0),
        (ONCE + "loop.call_later(unknown, once)\n", None),
        (ONCE + "PeriodicCallback(once, 2500).start()\n", 2.5),
        (ONCE + "LoopingCall(once)\n", None),
        (ONCE + "print(once)\nTimer(interval=3, function=once)\n", None),
        (ONCE + "Timer(6, once)\n", 6.0),
        (ONCE + "scheduler.add_job(func=once, trigger='interval', seconds=EVERY, jitter=3)\n", None),
        (ONCE + "scheduler.add_job(func=once, trigger='interval', hours=1, minutes=1)\n", 3660.0),
        (ONCE + "schedule.every(2).hours.do(once)\n", 7200.0),
        (ONCE + "schedule.every(unknown).seconds.do(once)\n", 1.0),
        (ONCE + "schedule.every.seconds.do(once)\n", None),
        (ONCE + "queue.do(once)\n", None),
        ("@app.timer(seconds=9)\n@other\n@plain(1)\n" + ONCE, None),
        ("@repeat_every(wait_first=True)\n@repeat_every(seconds=9)\n" + ONCE, 9.0),
    ],
)
def test_how_often_a_request_is_made(tmp_path: Path, code: str, period: float | None) -> None:
    files = repository(tmp_path, {"app.py": f"import requests, time, schedule\n{code}"})
    (caller,) = inspect("python clients", "app.py", files).callers
    assert caller.period == period


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (
            "def wait_until_up():\n    while True:\n        requests.get('http://localhost:8765/')\n        sleep(1)\n",
            "wait",
        ),
        ("def wait_for_server():\n    requests.get('http://localhost:8765/')\n", "client-code"),
        ("def poll():\n    while True:\n        requests.get('http://localhost:8765/')\n", "client-code"),
    ],
)
def test_what_a_request_is_for(tmp_path: Path, code: str, kind: str) -> None:
    files = repository(tmp_path, {"app.py": f"import requests\n{code}"})
    (caller,) = inspect("python clients", "app.py", files).callers
    assert caller.kind == kind
