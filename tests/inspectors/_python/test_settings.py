from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest

from tests.inspectors.programs import called, ports

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


def test_a_data_class_that_is_given_a_table_of_a_file(tmp_path: Path) -> None:
    files = {
        "app/config.py": """\
            import os, tomllib
            from dataclasses import dataclass
            from pathlib import Path
            @dataclass
            class Peer:
                host: str
                port: int
                def url(self, scheme="http"):
                    return f"{scheme}://{self.host}:{self.port}"
            class Other:
                def __init__(self, host, *, port):
                    self.address = f"http://{host}:{port}"
            @dataclass
            class Config:
                ticks: Peer
                other: Other
            def load(path=os.environ.get("CONFIG", "/etc/app/config.toml")):
                raw = tomllib.loads(Path(path).read_text())
                return Config(ticks=Peer(**raw["ticks"]), other=Other(**raw["other"]))
        """,
        "app/config.toml": '[ticks]\nhost = "ticks"\nport = 8893\n[other]\nhost = "other"\nport = 8894\n',
    }
    code = "import httpx\nfrom .config import load\nc = load()\nhttpx.get(c.ticks.url())\nhttpx.get(c.other.address)"
    files = {name: dedent(text) for name, text in files.items()}
    assert called(tmp_path, code, files) == ["http://ticks:8893/", "http://other:8894/"]


def test_a_field_of_a_model_that_a_variable_sets(tmp_path: Path) -> None:
    files = {
        "app/conf.py": dedent("""\
            from pydantic import BaseModel
            from pydantic_settings import BaseSettings, SettingsConfigDict
            class Peer(BaseModel):
                host: str = "localhost"
                port: int = 9001
            class Settings(BaseSettings):
                model_config = SettingsConfigDict(env_prefix="JOBS_", env_nested_delimiter="__")
                stream: Peer = Peer()
            settings = Settings()
        """),
        "compose.yaml": "services:\n  jobs:\n    build: app\n    environment: {JOBS_STREAM__HOST: ws}\n",
        "app/Dockerfile": "FROM python\nCOPY . .\n",
    }
    code = (
        'import httpx\nfrom .conf import settings\nhttpx.get(f"http://{settings.stream.host}:{settings.stream.port}/")'
    )
    assert called(tmp_path, code, files) == ["http://ws:9001/"]


@pytest.mark.parametrize(
    "put",
    [
        "    app.state.up = httpx.AsyncClient(base_url='http://ws:8765')\n    yield\n",
        "    app.state.up: object = httpx.AsyncClient(base_url='http://ws:8765')\n    yield\n",
        "    async with httpx.AsyncClient(base_url='http://ws:8765') as app.state.up:\n        yield\n",
        "    async with httpx.AsyncClient(base_url='http://ws:8765') as up:\n        yield {'up': up}\n",
    ],
)
def test_clients_that_an_application_keeps(tmp_path: Path, put: str) -> None:
    of = "request.state" if "yield {" in put else "request.app.state"
    code = f"import httpx\nasync def lifespan(app):\n{put}async def h(request):\n    await {of}.up.get('/x')\n"
    assert called(tmp_path, code) == ["http://ws:8765/x"]
