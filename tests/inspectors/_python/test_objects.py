# ruff: noqa: E501
from pathlib import Path

import pytest

from tests.inspectors.programs import ports


@pytest.mark.parametrize(
    ("code", "port"),
    [
        ("from types import SimpleNamespace\nc = SimpleNamespace(port=8765)\nserve(h, '', c.port)", 8765),
        ("from types import SimpleNamespace\nc = SimpleNamespace(**{'port': 8765})\nserve(h, '', c.port)", 8765),
        ("from box import Box\nc = Box({'a': {'port': 8765}})\nserve(h, '', c.a.port)", 8765),
        ("from box import Box\nserve(h, '', Box(unknown).port)", None),
        (("from omegaconf import OmegaConf\nc = OmegaConf.merge({'a': {'port': 1, 'x': 2}}, {'a': {'port': 8765}})\n"
         "serve(h, '', c.a.port)"), 8765),
        (("from dataclasses import dataclass\nfrom omegaconf import OmegaConf\n@dataclass\nclass C:\n    port: int = 8765\n"
         "serve(h, '', OmegaConf.structured(C).port)"), 8765),
        (("from dataclasses import dataclass\nfrom omegaconf import OmegaConf\n@dataclass\nclass C:\n    port: int = 8765\n"
         "serve(h, '', OmegaConf.structured(C()).port)"), 8765),
        ("from collections import ChainMap\nserve(h, '', ChainMap({'port': 8765}, {'port': 1})['port'])", 8765),
        ("from collections import namedtuple\nA = namedtuple('A', 'host, port')\nserve(h, '', A('', 8765).port)", 8765),
        ("from collections import namedtuple\nA = namedtuple('A', ['host', 'port'])\nserve(h, '', A('', port=8765).port)",
         8765),
        ("from collections import namedtuple\nA = namedtuple('A', NAMES)\nserve(h, '', A('', 8765).port)", None),
        (("from typing import NamedTuple\nclass A(NamedTuple):\n    host: str\n    port: int = 8765\n"
         "a = A('')\n_, port = a\nserve(h, '', port)\n"), 8765),
        ("from typing import NamedTuple\nclass A(NamedTuple):\n    host: str\n    port: int\nserve(h, *A('', 8765))", 8765),
        ("from typing import NamedTuple\nclass A(NamedTuple):\n    host: str\n    port: int\nserve(h, '', A('', 8765)[1])",
         8765),
        ("import copy\nc = copy.deepcopy({'port': 8765})\nserve(h, '', c['port'])", 8765),
        ("from typing import cast\nserve(h, '', cast(int, 8765))", 8765),
        (("from dataclasses import asdict, dataclass\n@dataclass\nclass C:\n    port: int = 8765\n"
         "serve(h, '', asdict(C())['port'])"), 8765),
        (("from pydantic import BaseModel\nclass C(BaseModel):\n    port: int = 8765\n"
         "serve(h, '', C().model_dump()['port'])"), 8765),
        (("from pydantic import BaseModel\nclass C(BaseModel):\n    port: int\n"
         "serve(h, '', C.model_validate({'port': 8765}).port)"), 8765),
        (("from dacite import from_dict\nfrom dataclasses import dataclass\n@dataclass\nclass C:\n    port: int\n"
         "serve(h, '', from_dict(data_class=C, data={'port': 8765}).port)"), 8765),
        (("import argparse\np = argparse.ArgumentParser()\np.add_argument('--port', default=8765)\n"
         "serve(h, '', vars(p.parse_args())['port'])"), 8765),
        (("import argparse\np = argparse.ArgumentParser()\np.add_argument('--port', default=8765)\n"
         "serve(h, '', p.parse_args().__dict__['port'])"), 8765),
        (("from enum import Enum\nclass S(Enum):\n    A = ('h', 8765)\n    @property\n    def port(self):\n"
         "        return self.value[1]\nserve(h, '', S.A.port)"), 8765),
        ("serve(h, '', ({'port': 1} | {'port': 8765})['port'])", 8765),
        ("serve(h, '', dict({'a': 1}, **{'port': 8765})['port'])", 8765),
        ("host, _, port = 'h:8765'.partition(':')\nserve(h, '', port)", 8765),
        ("serve(h, '', 'ws:h:8765'.rsplit(':', 1)[1])", 8765),
        ("serve(h, '', 'h:8765'.split(':')[1])", 8765),
        ("serve(h, '', f'h:{unknown}'.split(':')[1])", None),
        ("serve(h, '', 'h:8765'.split('')[1])", None),
    ],
)  # fmt: skip
def test_holders_of_values(tmp_path: Path, code: str, port: int | None) -> None:
    assert ports(tmp_path, code) == [port]


@pytest.mark.parametrize(
    ("code", "port"),
    [
        ("from functools import partial\ndef f(a, b, c=8765): return b\ng = partial(f, 1)\nserve(h, '', g(8765))", 8765),
        ("from functools import partial\ndef f(a, b): return b\ng = partial(f, b=8765)\nserve(h, '', g(1))", 8765),
        (("from functools import partial\nclass A:\n    def __init__(self, port): self.port = port\n"
         "serve(h, '', partial(A, port=8765)().port)"), 8765),
        ("from functools import partial\nimport urllib.parse\ng = partial(urllib.parse.urlsplit)\nserve(h, '', g('x').a)",
         None),
        ("from functools import partial\nserve(h, '', partial()())", None),
        ("def f(scheme='ws', port=8765): return port\nf(port=1)\nserve(h, '', f())", 8765),
        ("class A:\n    port = 8765\n    @classmethod\n    def get(cls, x=1): return cls.port\nserve(h, '', A.get(2))", 8765),
        ("def f(port):\n    port = port or 1\n    return port\nserve(h, '', f(8765))", 8765),
    ],
)  # fmt: skip
def test_functions_with_arguments_filled_in_or_left_out(tmp_path: Path, code: str, port: int | None) -> None:
    assert ports(tmp_path, code) == [port]
