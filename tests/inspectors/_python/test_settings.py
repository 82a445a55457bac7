from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.programs import ports

DJANGO = "import django\nINSTALLED_APPS = []\nROOT_URLCONF = 'x'\nSECRET_KEY = 'x'\n"


@pytest.mark.parametrize(
    ("code", "files", "expected"),
    [
        ("from django.conf import settings\nserve(h, '', settings.WS_PORT)\nserve(h, '', settings.OTHER)\n",
         {"site/settings.py": DJANGO + "WS_PORT = 8765\nOTHER = 8766\n"}, [8765, 8766]),
        ("from django.conf import settings\nserve(h, '', settings.WS_PORT)\n",
         {"site/settings.py": "WS_PORT = 8765\n"}, [None]),
        ("from tornado.options import options\nserve(h, '', options.ws_port)\n",
         {"app/conf.py": "from tornado.options import define\ndefine('ws_port', default=8765)\n",
          "app/broken.py": "define('ws_port', (\n"}, [8765]),
        ("from tornado.options import options\nserve(h, '', options.ws_port)\n",
         {"app/conf.py": "from tornado.options import define\ndefine()\ndefine('other', 1)\n"}, [None]),
        ("app = Flask('x')\nserve(h, '', app.config['WS_PORT'])\nfrom flask import Flask\n",
         {"app/conf.py": "class Config:\n    WS_PORT = 8765\n", "app/broken.py": "WS_PORT = (\n"}, [8765]),
    ],
)  # fmt: skip
def test_settings_of_frameworks(tmp_path: Path, code: str, files: dict[str, str], expected: list[int | None]) -> None:
    assert ports(tmp_path, code, files) == expected
