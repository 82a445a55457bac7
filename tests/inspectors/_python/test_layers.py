from pathlib import Path

import pytest

from tests.inspectors.programs import called, ports

LAYERED = "[default]\nport = 8765\n[default.ws]\nport = 8766\n[development]\nport = 8767\n[production]\nport = 8768\n"
MADE = "from dynaconf import Dynaconf\nsettings = Dynaconf({})\nserve(h, '', settings.{})\n"


@pytest.mark.parametrize(
    ("given", "asked", "files", "expected"),
    [
        ("settings_files=['settings.toml']", "PORT", {"settings.toml": "port = 8765\n"}, 8765),
        ("settings_files=['settings.toml']", "ws.port", {"settings.toml": "[ws]\nport = 8765\n"}, 8765),
        ("settings_files=['settings.toml']", "get('ws.port')", {"settings.toml": "[ws]\nport = 8765\n"}, 8765),
        ("settings_files=['settings.toml']", "get('no', 8765)", {"settings.toml": "[ws]\nport = 1\n"}, 8765),
        ("", "ws['PORT']", {"settings.yaml": "ws:\n  port: 8765\n"}, 8765),
        ("environments=True", "port", {"settings.toml": LAYERED}, 8767),
        ("environments=True", "ws.port", {"settings.toml": LAYERED}, 8766),
        ("environments=True, env='production'", "port", {"settings.toml": LAYERED}, 8768),
        ("environments=True", "port", {"settings.toml": LAYERED, ".env": "ENV_FOR_DYNACONF=production\n"}, 8768),
        ("envvar_prefix='APP'", "ws.port", {"settings.toml": "[ws]\nport = 1\n", ".env": "APP_WS__PORT=8765\n"}, 8765),
        ("envvar_prefix=False", "port", {"settings.toml": "port = 8765\n", ".env": "DYNACONF_PORT=1\n"}, 8765),
        ("", "port", {"settings.toml": "port = 1\n", ".env": "DYNACONF_PORT=8765\n"}, 8765),
        ("", "port", {"settings.toml": "port = [\n"}, None),
    ],
)
def test_dynaconf(tmp_path: Path, given: str, asked: str, files: dict[str, str], expected: int | None) -> None:
    assert ports(tmp_path, MADE.format(given, asked), files) == [expected]


@pytest.mark.parametrize(
    ("decorator", "files", "expected"),
    [
        ("config_path='conf', config_name='main'", {"conf/main.yaml": "ws:\n  port: 8765\n"}, ["http://h:8765/"]),
        ("config_name='main.yaml'", {"app/main.yaml": "ws:\n  port: 8765\n"}, ["http://h:8765/"]),
        ("config_name='main'", {}, []),
        ("config_name=NAME", {}, []),
        ("config_name='main'", {"app/main.yaml": "ws: {\n"}, []),
    ],
)
def test_hydra(tmp_path: Path, decorator: str, files: dict[str, str], expected: list[str]) -> None:
    code = f"import hydra, requests\n@hydra.main({decorator})\ndef main(cfg):\n    requests.get(f'http://h:{{cfg.ws.port}}/')"
    assert called(tmp_path, code, files) == expected
