from pathlib import Path

import pytest

from tests.inspectors.programs import ports


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("class S:\n    PORT = 8765\n    serve(h, '', PORT)", [8765]),
        ("for port in {8765: 'a'}:\n    serve(h, '', port)", [8765]),
        ("for port in [8765, 8766]:\n    serve(h, '', port)", [8765, 8766]),
        ("for port in 8765:\n    serve(h, '', port)", [None]),
        ("port = port\nserve(h, '', port)", [None]),
        ("a = b\nb = a\nserve(h, '', a)", [None]),
        ("port = 8765\nif debug:\n    port = 8766\nserve(h, '', port)", [8765, 8766]),
        ("with open('x') as port:\n    serve(h, '', port)", [None]),
        ("from conf import *\nserve(h, '', PORT)", [8765]),
        ("from absent import *\nfrom conf import *\nserve(h, '', PORT)", [8765]),
        ("from conf import *\nserve(h, '', _HIDDEN)", [None]),
        ("from conf import *\nserve(h, '', ABSENT)", [None]),
        ("import conf\nserve(h, '', conf.PORT)", [8765]),
        ("import conf as c\nserve(h, '', c.PORT)", [8765]),
        ("import pkg.deep\nserve(h, '', pkg.deep.PORT)", [8766]),
        ("from pkg import deep\nserve(h, '', deep.PORT)", [8766]),
        ("from pkg.deep import PORT as P\nserve(h, '', P)", [8766]),
        ("import broken\nserve(h, '', broken.PORT)", [None]),
        ("[serve(h, '', port) for port in (8765, 8766)]", [8765, 8766]),
        ("global port\nport = 8765\ndef f():\n    serve(h, '', port)", [8765]),
    ],
)
def test_what_names_come_to(tmp_path: Path, code: str, expected: list[int | None]) -> None:
    files = {
        "app/conf.py": "PORT = 8765\n_HIDDEN = 1\n",
        "app/pkg/__init__.py": "",
        "app/pkg/deep.py": "PORT = 8766\n",
        "app/broken.py": "PORT = (\n",
    }
    assert ports(tmp_path, code, files) == expected
