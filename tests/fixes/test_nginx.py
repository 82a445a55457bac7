# ruff: noqa: E501 - configurations are written on one line where that reads better
from pathlib import Path

import pytest

from tests.fixes.trees import mended

SITE = "server {{\n    listen 80;\n{server}    location /ws {{\n{lines}    }}\n}}\n"
PASS = "        proxy_pass http://127.0.0.1:8765;\n"
VERSION = "        proxy_http_version 1.1;\n"
UPGRADE = "        proxy_set_header Upgrade $http_upgrade;\n"
CONNECTION = '        proxy_set_header Connection "upgrade";\n'


def site(lines: str, server: str = "") -> str:
    return SITE.format(lines=lines, server=server)


@pytest.mark.parametrize(
    ("server", "before", "after"),
    [
        ("", PASS, PASS + VERSION + UPGRADE + CONNECTION),
        ("", VERSION + PASS, VERSION + PASS + UPGRADE + CONNECTION),
        ("", PASS + VERSION + UPGRADE, PASS + CONNECTION + VERSION + UPGRADE),
        ("", PASS + VERSION + UPGRADE + "        proxy_set_header Connection close; # why\n",
         PASS + VERSION + UPGRADE + '        proxy_set_header Connection "upgrade"; # why\n'),
        ("", PASS + "        proxy_http_version 1.0;\n" + UPGRADE + CONNECTION, PASS + VERSION + UPGRADE + CONNECTION),
        ("    proxy_http_version 1.1;\n    proxy_set_header Host $host;  # public\n", PASS,
         PASS + UPGRADE + CONNECTION + "        proxy_set_header Host $host;\n"),
        ("    proxy_set_header Upgrade $http_upgrade;\n    proxy_set_header Connection upgrade;\n", PASS, PASS + VERSION),
        ("    proxy_http_version 1.1;\n    proxy_set_header Upgrade $http_upgrade;\n    proxy_set_header Connection '';\n",
         PASS, PASS + CONNECTION + UPGRADE),
    ],
)  # fmt: skip
def test_what_a_location_lacks_is_put_into_it(tmp_path: Path, server: str, before: str, after: str) -> None:
    assert mended(tmp_path, "site.conf", site(before, server)) == site(after, server)


@pytest.mark.parametrize(
    ("server", "lines"),
    [
        ("", PASS + VERSION + UPGRADE + CONNECTION),
        ("    include snippets/common.conf;\n", PASS),
        ("", "        if ($request_method = GET) {\n" + PASS + "        }\n"),
        ("", "        proxy_pass\n            http://127.0.0.1:8765;\n"),
        ("", PASS + VERSION + UPGRADE + "        proxy_set_header Connection\n            close;\n"),
    ],
)
def test_where_there_is_doubt_nothing_is_done(tmp_path: Path, server: str, lines: str) -> None:
    assert mended(tmp_path, "site.conf", site(lines, server)) is None


def test_an_included_file_matters_if_it_may_say_something_of_fields(tmp_path: Path) -> None:
    for name, wanted in (("snippets/ssl.conf", True), ("snippets/common.conf", False)):
        text = site(PASS, f"    include {name};\n")
        made = mended(tmp_path / str(wanted), "site.conf", text, **{name: "keepalive_timeout 60;\n"})
        assert (made == site(PASS + VERSION + UPGRADE + CONNECTION, f"    include {name};\n")) is wanted
        assert (made is None) is not wanted


def test_a_map_that_is_there_is_used_and_one_that_is_not_is_made_once(tmp_path: Path) -> None:
    text = (
        "http {\n    server {\n        location /a { proxy_pass http://127.0.0.1:8765; }\n"
        "        location /b { proxy_pass http://127.0.0.1:8765; }\n    }\n}\n"
    )
    made = mended(tmp_path, "nginx.conf", text)
    assert made is not None
    assert made.count("map $http_upgrade $connection_upgrade {") == 1
    assert made.count("proxy_set_header Connection $connection_upgrade; }") == 2
    known = "map $http_upgrade $how { default upgrade; '' close; }\n"
    made = mended(tmp_path, "nginx.conf", text.replace("http {\n", "http {\n" + known))
    assert made is not None
    assert made.count("Connection $how;") == 2
    assert made.count("map") == 1


def test_an_undefined_variable_gets_its_map(tmp_path: Path) -> None:
    text = (
        "http {\n    server {\n        location / {\n            proxy_pass http://127.0.0.1:8765;\n            "
        "proxy_http_version 1.1;\n            proxy_set_header Upgrade $http_upgrade;\n            "
        "proxy_set_header Connection $connection_upgrade;\n        }\n    }\n}\n"
    )
    made = mended(tmp_path, "nginx.conf", text)
    assert made is not None
    assert made.count("map $http_upgrade $connection_upgrade {") == 1
    assert len(made.splitlines()) == len(text.splitlines()) + 4


def test_within_a_manifest(tmp_path: Path) -> None:
    start = "apiVersion: v1\nkind: ConfigMap\ndata:\n  nginx.conf: |\n    events {}\n    http {\n      server {\n        location / {\n"
    line = "          proxy_pass http://127.0.0.1:8765;\n"
    made = mended(tmp_path, "map.yaml", start + line + "        }\n      }\n    }\n")
    assert made is not None
    assert line + "          proxy_http_version 1.1;\n          proxy_set_header Upgrade" in made
    assert "    http {\n      map $http_upgrade" in made


def test_within_a_script_nothing_is_done(tmp_path: Path) -> None:
    text = "cat > /etc/nginx/conf.d/a.conf <<EOF\n" + site(PASS) + "EOF\n"
    assert mended(tmp_path, "setup.sh", text) is None


def test_tls_and_proxy_header(tmp_path: Path) -> None:
    tls = site("        proxy_pass https://127.0.0.1:8765;\n" + VERSION + UPGRADE + CONNECTION)
    assert mended(tmp_path, "site.conf", tls) == tls.replace("https:", "http:")
    stream = "stream {\n    server {\n        listen 80;\n        proxy_pass 127.0.0.1:8765;\n        proxy_protocol on;  # all\n    }\n}\n"
    assert mended(tmp_path, "site.conf", stream) == stream.replace("        proxy_protocol on;  # all\n", "")
