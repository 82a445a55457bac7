from pathlib import Path

import pytest

from tests.inspectors.programs import called

URL = "'http://h:8765/x'"


@pytest.mark.parametrize(
    "code",
    [
        f"from functools import partial\nget = partial(requests.get, {URL})\nget()",
        "from functools import partial\nget = partial(requests.get, timeout=1)\nget('http://h:8765/x')",
        "from functools import partial\nask = partial(requests.get, timeout=1)\nask(url='http://h:8765/x')",
        f"ask = requests.get\nask({URL})",
        f"import asyncio\nasync def f(): await asyncio.to_thread(requests.get, {URL})",
        f"def f(loop): loop.run_in_executor(None, requests.get, {URL})",
        f"def f(pool): pool.submit(requests.get, {URL})",
        f"from threading import Thread\nThread(target=requests.get, args=({URL},)).start()",
        f"from threading import Thread\nThread(target=requests.get, kwargs={{'url': {URL}}}).start()",
        f"from threading import Timer\nTimer(5, requests.get, [{URL}]).start()",
        f"import schedule\nschedule.every(10).seconds.do(requests.get, {URL})",
        f"def f(scheduler): scheduler.add_job(requests.get, 'interval', args=[{URL}])",
    ],
)
def test_functions_that_others_call(tmp_path: Path, code: str) -> None:
    assert called(tmp_path, f"import requests\n{code}\n") == ["http://h:8765/x"]


@pytest.mark.parametrize(
    "code",
    [
        "from functools import partial\nask = partial()\nask('http://h:8765/x')",
        "from functools import partial\nask = partial(requests.request, 'GET')\nask('http://h:8765/x')",
        "from threading import Thread\nThread(target=requests.get, args=given).start()",
        "def f(pool): pool.submit(print, 'http://h:8765/x')",
    ],
)
def test_what_is_not_followed(tmp_path: Path, code: str) -> None:
    assert called(tmp_path, f"import requests\n{code}\n") == []
