from pathlib import Path

import pytest

from tests.inspectors.programs import called, ports


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("sorted([8765, 1])[0]", [8765]),
        ("list((8765, 1))[0]", [8765]),
        ("list(8765)[0]", [None]),
        ("enumerate([1])", [None]),
        ("int('x')", [None]),
        ("int(float('inf'))", [None]),
        ("int(object())", [None]),
        ("getattr(conf, name, 8765)", [8765]),
        ("getattr(conf, 'absent')", [None]),
        ("max(1, 2)", [None]),
        ("dict(port=8765)['port']", [8765]),
        ("{'a': 8765}.copy()['a']", [8765]),
        ("list({'a': 8765}.values())[0]", [8765]),
        ("{'a': 1}.pop('a', 8765)", [None]),
        ("{'a': 1}.get(unknown, 8765)", [8765]),
        ("int(' 8765 '.strip())", [8765]),
        ("int('p8765'.removeprefix('p'))", [8765]),
        ("int('8765'.replace(1, 2, 3, 4))", [None]),
        ("int('{}65'.format(87))", [8765]),
        ("int(''.join(['87', '65']))", [8765]),
        ("int(''.join(unknown))", [None]),
        ("int(str(8765))", [8765]),
        ("served()", [8765]),
        ("Server()()", [None]),
        ("server.port_of(8765)", [8765]),
        ("Server.port_of(server, 8765)", [8765]),
        ("conf()", [None]),
    ],
)
def test_what_calls_come_to(tmp_path: Path, expression: str, expected: list[int | None]) -> None:
    code = f"""
        conf = {{}}
        def served(): return 8765
        class Server:
            def port_of(self, port): return port
        server = Server()
        serve(handler, "", {expression})
        """
    assert ports(tmp_path, code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("for number, port in enumerate([8765]):\n    serve(h, '', port)", [8765]),
        ("for name, port in {'a': 8765}.items():\n    serve(h, '', port)", [8765]),
        ("for port in {'a': 8765, 'b': 8766}.values():\n    serve(h, '', port)", [8765, 8766]),
        ("import environ\nenv = environ.Env(WS_PORT=(int, 8765))\nserve(h, '', env('WS_PORT'))", [8765]),
        ("import environ\nenv = environ.Env(WS_PORT=int)\nserve(h, '', env('WS_PORT'))", [None]),
        ("import environ\nenv = environ.Env()\nserve(h, '', env(name))", [None]),
        ("from environs import Env\nserve(h, '', Env().int('WS_PORT', 8765))", [8765]),
        (
            "from environs import Env\nenv = Env()\nwith env.prefixed('WS_'):\n    serve(h, '', env.int('PORT'))",
            [8765],
        ),
        (
            "from environs import env\nwith env.prefixed('W'), env.prefixed('S_'), a():\n    serve(h, '', env('PORT'))",
            [8765],
        ),
        ("from starlette.config import Config\nserve(h, '', Config(env_prefix='WS_')('PORT', cast=int))", [8765]),
        ("serve(h, '', os.environ.get(f'{name}_PORT', 8765))", [None]),
    ],
)
def test_what_loops_and_environments_give(tmp_path: Path, code: str, expected: list[int | None]) -> None:
    files = {".env": "WS_PORT=8765\n"} if "('PORT'" in code else {}
    assert ports(tmp_path, code, files) == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("urljoin('http://h:8765/a/', 'x')", ["http://h:8765/a/x"]),
        ("urljoin('http://h:8765/a', unknown)", ["http://h:8765"]),
        ("urljoin(8765, 'x')", []),
        ("urljoin('http://[h:8765/a', 'x')", []),
        ("urlunsplit(('http', 'h:8765', '/x', '', ''))", ["http://h:8765/x"]),
        ("urlunsplit(('http', f'h:{8765}', unknown, '', ''))", ["http://h:8765/*"]),
        ("urlunsplit(('http', 'h'))", []),
        ("urlunsplit(unknown)", []),
        ("'http://' + urlsplit('ws://h:8765/y').netloc + '/x'", ["http://h:8765/x"]),
        ("'http://h:%s/x' % urlsplit('ws://h:8765/y').port", ["http://h:8765/x"]),
        ("'http://h:8765' + urlsplit('ws://h:1/y?a=b').path", ["http://h:8765/y"]),
        ("'http://h:%s/x' % urlsplit('ws://h:none/y').port", []),
        ("urljoin('http://h:8765/a', f'/x/{unknown}')", ["http://h:8765/x/*"]),
        ("urlsplit('http://h:8765/x').geturl()", ["http://h:8765/x"]),
        ("urlsplit('ws://h:8765/y')._replace(scheme='http').geturl()", ["http://h:8765/y"]),
        ("'{}/x'.format('http://h:8765')", ["http://h:8765/x"]),
        ("'{base}/{what}'.format(base='http://h:8765', what='x')", ["http://h:8765/x"]),
        ("'/'.join(['http://h:8765', 'x'])", ["http://h:8765/x"]),
        ("'/'.join(unknown)", []),
    ],
)
def test_urls_that_are_joined_and_split(tmp_path: Path, expression: str, expected: list[str]) -> None:
    code = f"""
        import requests
        from urllib.parse import urljoin, urlsplit, urlunsplit
        requests.get({expression})
        """
    assert called(tmp_path, code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("requests.get(random.choice(['http://a:8765', 'http://b:8766']))", ["http://a:8765/", "http://b:8766/"]),
        ("requests.get(next(itertools.cycle(['http://a:8765'])))", ["http://a:8765/"]),
        ("requests.get(next(unknown, 'http://a:8765'))", ["http://a:8765/"]),
        ("requests.get([f'http://{n}:8765' for n in ('a', 'b')][0])", ["http://a:8765/"]),
        ("for u in (f'http://{n}:8765' for n in ('a', 'b')): requests.get(u)", ["http://a:8765/", "http://b:8765/"]),
        ("for u in {n: f'http://{n}:8765' for n in ('a', 'b')}.values(): requests.get(u)",
         ["http://a:8765/", "http://b:8765/"]),
        ("requests.get({n: f'http://{n}:8765' for n in ('a', 'b')}['a'])", []),
        ("requests.get(random.choice(8765))", []),
    ],
)  # fmt: skip
def test_one_of_several(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert called(tmp_path, f"import itertools, random, requests\n{code}\n") == expected
