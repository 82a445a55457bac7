import asyncio
import sys
from pathlib import Path

import pytest

from wsdoctor.demo import nginx
from wsdoctor.demo.nginx import Proxies, proxies
from wsdoctor.demo.ports import free_port


def started(folder: Path) -> Proxies | None:
    async def main() -> Proxies | None:
        async with proxies(free_port(), folder) as found:
            if found is not None:
                _, writer = await asyncio.open_connection("127.0.0.1", found.right)
                writer.close()
                await writer.wait_closed()
            return found

    return asyncio.run(main())


@pytest.mark.skipif(nginx.command() is None, reason="there is no nginx")
def test_a_real_nginx_listens_on_three_ports(tmp_path: Path) -> None:
    found = started(tmp_path)
    assert found is not None
    assert len({found.right, found.new_default, found.old_default}) == 3
    text = (tmp_path / "nginx.conf").read_text()
    assert "proxy_set_header Upgrade $http_upgrade;" in text
    assert f"listen 127.0.0.1:{found.right};" in text


def test_the_nginx_of_the_machine_is_taken_where_the_wheel_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nginx.importlib.util, "find_spec", lambda _: None)
    monkeypatch.setattr(nginx.shutil, "which", lambda _: "/usr/sbin/nginx")
    assert nginx.command() == ["/usr/sbin/nginx"]


def test_without_nginx_there_are_no_proxies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nginx, "command", lambda: None)
    assert started(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("code", ["raise SystemExit(1)", "import time; time.sleep(60)"])
def test_an_nginx_that_does_not_listen_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    monkeypatch.setattr(nginx, "command", lambda: [sys.executable, "-c", code])
    monkeypatch.setattr(nginx, "START", 0.3)
    assert started(tmp_path) is None
