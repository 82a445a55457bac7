# ruff: noqa: E501
from pathlib import Path

import pytest

from tests.inspectors.programs import called, listener, ports


@pytest.mark.parametrize(
    ("body", "made", "expected"),
    [
        ("def __init__(self, port): self.port = port", "Conf(8765)", [8765]),
        ("def __init__(self, host, port=8765): self.port = port", "Conf('h')", [8765]),
        ("def __init__(self, *, port=8765): self.port = port", "Conf()", [8765]),
        ("def __init__(self, *, port): self.port = port", "Conf(port=8765)", [8765]),
        ("def __init__(self, port): self.port = port", "Conf()", [None]),
        ("def __init__(self): self.host, self.port = 'h', 8765", "Conf()", [8765]),
        ("def __init__(self): self.port: int = 8765", "Conf()", [8765]),
        ("def __init__(self): other.port = 8765", "Conf()", [None]),
        ("def __init__(self): self.port", "Conf()", [None]),
        ("port: int = 8765", "Conf", [8765]),
        ("port = 8765", "Conf()", [8765]),
        ("@property\n    def port(self): return 8765", "Conf()", [8765]),
        ("@property\n    def port(self): return self.port", "Conf()", [None]),
        ("pass", "Conf()", [None]),
    ],
)
def test_what_attributes_come_to(tmp_path: Path, body: str, made: str, expected: list[int | None]) -> None:
    assert ports(tmp_path, f"class Conf:\n    {body}\nconf = {made}\nserve(h, '', conf.port)") == expected


@pytest.mark.parametrize(
    ("classes", "made", "expected"),
    [
        ("class Base:\n    port = 8765\nclass Conf(Base): pass", "Conf", [8765]),
        ("class Base:\n    port = 8765\nclass Conf(Base): pass", "Conf()", [8765]),
        ("class Base:\n    def __init__(self, p): self.port = p\nclass Conf(Base): pass", "Conf(8765)", [8765]),
        ("from enum import Enum\nclass Conf(Enum): pass", "Conf", [None]),
        ("from absent import Base\nclass Conf(Base): pass", "Conf", [None]),
        ("class Conf(Conf): pass", "Conf()", [None]),
        ("class A(B): pass\nclass B(A): pass\nclass Conf(A, B): pass", "Conf()", [None]),
    ],
)
def test_attributes_are_inherited(tmp_path: Path, classes: str, made: str, expected: list[int | None]) -> None:
    assert ports(tmp_path, f"{classes}\nconf = {made}\nserve(h, '', conf.port)") == expected


@pytest.mark.parametrize(
    ("body", "variable"),
    [
        ("port: int = 8765", "PORT"),
        ("model_config = {'env_prefix': 'X_'}\n    port: int = 8765", "X_PORT"),
        ("model_config = SettingsConfigDict(env_prefix='X_')\n    port: int = 8765", "X_PORT"),
        ("model_config = SettingsConfigDict(env_file='.env')\n    port: int = 8765", "PORT"),
        ("class Config:\n        case_sensitive = False\n        env_prefix = 'X_'\n    port: int = 8765", "X_PORT"),
        ("class Config:\n        env_file = '.env'\n    port: int = 8765", "PORT"),
        ("port: int = Field(8765, env='LIVE_PORT')", "LIVE_PORT"),
        ("port: int = Field(8765, validation_alias=AliasChoices('a', 'b'))", "A"),
        ("port: int = Field(8765, alias='live_port')", "LIVE_PORT"),
    ],
)
def test_settings_classes_read_the_environment(tmp_path: Path, body: str, variable: str) -> None:
    code = (
        "from pydantic import AliasChoices, Field\nfrom pydantic_settings import BaseSettings, SettingsConfigDict\n"
        f"class Settings(BaseSettings):\n    {body}\nsettings = Settings()\nserve(h, '', settings.port)"
    )
    found = listener(tmp_path, code)
    assert (found.port, found.environment) == (8765, variable)


@pytest.mark.parametrize(
    ("body", "asked", "files", "expected"),
    [
        ("class S(BaseSettings, env_prefix='X_'):\n    port: int = 1", "port", "X_PORT=8765", 8765),
        ("class H(BaseModel):\n    port: int = 1\nclass S(BaseSettings, env_nested_delimiter='__'):\n    hub: H = H()",
         "hub.port", "HUB__PORT=8765", 8765),
        ("class H(BaseModel):\n    port: int\nclass S(BaseSettings, env_nested_delimiter='__'):\n    hub: H",
         "hub.port", "HUB__PORT=8765", 8765),
        ("class H(BaseModel):\n    port: int = 8765\nclass S(BaseSettings):\n    hub: H = H()", "hub.port",
         "HUB__PORT=1", 8765),
        ("class H(BaseModel):\n    port: int = 1\nclass S(BaseSettings):\n    hub: H = Field(default_factory=lambda: H(port=8765))",
         "hub.port", "", 8765),
        ("class S(BaseSettings):\n    port: Annotated[int, Field(validation_alias=AliasChoices('A', 'B'))] = 1", "port",
         "B=8765", 8765),
        ("class S(BaseSettings):\n    port: Annotated[int, Field(default=8765)]", "port", "", 8765),
        ("class S(BaseSettings):\n    port: int = Field(1, env=['A', 'B'])", "port", "B=8765", 8765),
    ],
)  # fmt: skip
def test_settings_within_settings(tmp_path: Path, body: str, asked: str, files: str, expected: int) -> None:
    code = (
        "from typing import Annotated\nfrom pydantic import AliasChoices, BaseModel, Field\n"
        f"from pydantic_settings import BaseSettings\n{body}\ns = S()\nserve(h, '', s.{asked})"
    )
    assert ports(tmp_path, code, {".env": files + "\n"}) == [expected]


def test_what_a_class_hands_to_the_one_above(tmp_path: Path) -> None:
    code = """\
        import httpx, requests
        from urllib.parse import urljoin
        class Api(httpx.Client):
            def __init__(self, port):
                super().__init__(base_url=f"http://h:{port}")
        class Bare(httpx.Client):
            def __init__(self, port):
                pass
        class Own(requests.Session):
            def __init__(self, base):
                super().__init__()
                self.base = base
            def request(self, method, url, **more):
                url = urljoin(self.base, url)
                return super().request(method, url, **more)
        class Lost(requests.Session):
            def request(self, method, url):
                return self.send(method, url)
        Api(8765).get("/a")
        Bare(8765).get("/b")
        Own("http://h:8766").get("/c")
        Lost().get("http://h:8767/d")
    """
    assert called(tmp_path, code) == ["http://h:8765/a", "http://h:8766/c"]
