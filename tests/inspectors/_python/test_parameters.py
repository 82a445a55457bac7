# ruff: noqa: E501
from pathlib import Path

import pytest

from tests.inspectors.programs import called, listener, ports


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("def run(a, *, port=8765, b=1): serve(h, '', port)\nrun(1)", [8765]),
        ("def run(a, port): serve(h, '', port)\nrun(1, port=8765)", [8765]),
        ("def run(port): serve(h, '', port)\nrun(8765)\nrun(8766)", [8765, 8766]),
        ("def run(port=1): serve(h, '', port)\nrun(8765)\nrun()", [8765, 1]),
        ("def run(port): run(port); serve(h, '', port)", [None]),
        ("def run(port): serve(h, '', port)", [None]),
        ("run = lambda port: serve(h, '', port)\nrun(8765)", [None]),
        ("import threading\ndef run(a, port): serve(h, '', port)\nthreading.Thread(target=run, args=(1, 8765))",
         [8765]),
        ("import threading\ndef run(port): serve(h, '', port)\nthreading.Thread(target=run, kwargs={'port': 8765})",
         [8765]),
        ("import threading\ndef run(port): serve(h, '', port)\nthreading.Thread(target=run)", [None]),
        ("def run(a, port): serve(h, '', port)\npool.submit(run, 1, 8765)", [8765]),
        ("def run(*, port): serve(h, '', port)\nfunctools.partial(run, port=8765)", [8765]),
        ("def run(port): serve(h, '', port)\nregister(run, 8765)", [None]),
        ("class S:\n    def run(self, port): serve(h, '', port)\nS().run(8765)", [8765]),
        ("class S:\n    @classmethod\n    def run(cls, port): serve(h, '', port)\nS.run(8765)", [8765]),
        ("class S:\n    def run(self, port): serve(h, '', port)\nunknown.run(8765)", [8765]),
        ("class S:\n    def __init__(self, port): serve(h, '', port)\nS(8765)", [8765]),
        ("def run(a, port): serve(h, '', port)\nrun(**{'a': 1, 'port': 8765})", [8765]),
        ("O = {'port': 8765}\ndef run(a, port=1): serve(h, '', port)\nrun(2, **O)", [8765]),
        ("O = {'a': 8765}\ndef run(a, port=1): serve(h, '', port)\nrun(**O)", [1]),
        ("def run(a, port=1): serve(h, '', port)\nrun(**unknown)", [1]),
        ("A = ('', 8765)\ndef run(host, port): serve(h, host, port)\nrun(*A)", [8765]),
        ("A = (1, 8765)\ndef run(a, b, port): serve(h, a, port)\nrun(0, *A)", [8765]),
        ("def run(a, port=1): serve(h, '', port)\nrun(*unknown)", [1]),
        (("import threading\nO = {'port': 8765}\ndef run(port): serve(h, '', port)\n"
         "threading.Thread(target=run, args=(*unknown,), kwargs=O)"), [None]),
        ("O = {'port': 8765}\nserve(h, **O)", [8765]),
        ("class O:\n    port = 8765\nserve(h, **O().__dict__)", [None]),
        ("def at(port): return {'port': port}\nserve(h, **at(8765))", [8765]),
        ("A = ('', 8765)\ndef pair(host, port): return port\nserve(h, '', pair(*A))", [8765]),
        ("def pair(host, port=8765): return port\nserve(h, '', pair(*unknown))", [8765]),
        ("def run(port): serve(h, '', port)\n" + "\n".join(f"run({9000 + n})" for n in range(20)),
         [9000 + n for n in range(12)]),
    ],
)  # fmt: skip
def test_what_callers_give(tmp_path: Path, code: str, expected: list[int | None]) -> None:
    assert ports(tmp_path, code) == expected


@pytest.mark.parametrize(
    ("decorators", "command", "expected"),
    [
        ("@click.command()\n@click.option('--port', default=8765)", "", 8765),
        ("@click.command()\n@click.option('-q', '--quiet')\n@click.option('-p', '--port', default=8765)", "", 8765),
        ("@click.command()\n@click.option('--port', default=1)", "python app/server.py --port 8765", 8765),
        ("@click.command()\n@click.option('--port', default=8765, envvar='WS_PORT')", "", 8765),
        ("@click.command()\n@click.option('--other', default=8765)", "", None),
        ("@app.command()", "python app/server.py --port 8765", 8765),
        ("@app.command()", "", None),
    ],
)
def test_options_of_commands(tmp_path: Path, decorators: str, command: str, expected: int | None) -> None:
    code = f"import click\n{decorators}\ndef main(port):\n    serve(h, '', port)\n"
    assert listener(tmp_path, code, {"Procfile": f"web: {command}\n"} if command else {}).port == expected


@pytest.mark.parametrize(
    ("parameter", "command", "expected"),
    [
        ("port: Annotated[int, typer.Option('--listen', '-l')] = 8765", "", 8765),
        ("port: Annotated[int, typer.Option('--listen', '-l')] = 1", "python app/server.py -l 8765", 8765),
        ("port: Annotated[int, typer.Option(envvar='WS_PORT')] = 8765", "", 8765),
        ("port: Annotated[int, typer.Option(envvar='WS_PORT')] = 1", "WS_PORT=8765 python app/server.py", 8765),
        ("port: int = typer.Option(8765, '--listen')", "", 8765),
        ("port: int = typer.Option(1, '--listen')", "python app/server.py --listen=8765", 8765),
        ("port: Annotated[int, 'the port'] = 8765", "", 8765),
        ("port: int = 8765", "python app/server.py --listen 1", 8765),
    ],
)
def test_options_by_annotation(tmp_path: Path, parameter: str, command: str, expected: int) -> None:
    code = f"import typer\n@app.command()\ndef main({parameter}):\n    serve(h, '', port)\n"
    assert listener(tmp_path, code, {"Procfile": f"web: {command}\n"} if command else {}).port == expected


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        ("httpx.Client", ["http://h:8765/x"]),
        ("httpx.Client | None", ["http://h:8765/x"]),
        ("Api", ["http://h:8765/x"]),
        ("int", []),
    ],
)
def test_annotations_say_what_a_parameter_is(tmp_path: Path, annotation: str, expected: list[str]) -> None:
    code = (
        "import httpx\nclass Api(httpx.Client):\n    pass\n"
        f"def ask(client: {annotation}):\n    client.get('http://h:8765/x')\n"
    )
    assert called(tmp_path, code) == expected


@pytest.mark.parametrize(
    ("code", "port"),
    [
        (("import typer\napp = typer.Typer()\n@app.command()\ndef main(port: int = typer.Option(1, '--listen', '-l')):\n"
         "    serve(h, '', port)\n"), 8765),
        (("import typer\nfrom typing import Annotated\napp = typer.Typer()\n@app.command()\n"
         "def main(port: Annotated[int, typer.Option('--listen')] = 1):\n    serve(h, '', port)\n"), 8765),
        ("import typer\ndef main(port: int = typer.Option(1, envvar='WS_PORT')):\n    serve(h, '', port)\ntyper.run(main)\n",
         8766),
        ("import fire\ndef main(listen=1):\n    serve(h, '', listen)\nfire.Fire(main)\n", 8765),
        (("from fastapi import Depends\nfrom typing import Annotated\nclass S:\n    port = 8765\ndef get(): return S()\n"
         "D = Annotated[S, Depends(get)]\ndef main(s: D): serve(h, '', s.port)\n"), 8765),
        (("from fastapi import Depends\nclass S:\n    port = 8765\ndef get(): return S()\n"
         "def main(s=Depends(get)): serve(h, '', s.port)\n"), 8765),
    ],
)  # fmt: skip
def test_parameters_of_commands(tmp_path: Path, code: str, port: int) -> None:
    files = {"run.sh": "python app/server.py --listen 8765\n", ".env": "WS_PORT=8766\n"}
    assert ports(tmp_path, code, files) == [port]


COMMAND = (
    "from django.conf import settings\nfrom django.core.management.base import BaseCommand\n"
    "class Command(BaseCommand):\n"
)
ADDS = "    def add_arguments(self, parser):\n        parser.add_argument('--port', type=int, default=8765)\n"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f"{COMMAND}{ADDS}    def handle(self, *args, **options): serve(h, '', options['port'])", [8765]),
        (f"{COMMAND}{ADDS}    def handle(self, **options): serve(h, '', options.get('port'))", [8765]),
        (f"{COMMAND}{ADDS}    def handle(self, *args, port, **options): serve(h, '', port)", [8765]),
        (f"{COMMAND}{ADDS}    def handle(self, **options): serve(h, '', options['other'])", [None]),
        (f"{COMMAND}    def handle(self, **options): serve(h, '', options['port'])", [None]),
        ("def handle(**options): serve(h, '', options['port'])", [None]),
        ("def run(**options): serve(h, '', options['port'])\nrun(a=1, port=8765)", [8765]),
        ("def run(**options): serve(h, '', options['port'])\nrun(**unknown)", [None]),
        ("def run(**options): serve(h, '', options['port'])\nrunner(run, port=8765)", [None]),
        ("def made(**options): return options['port']\nserve(h, '', made(port=8765))", [8765]),
        ("O = dict(port=8765)\nserve(h, **O)", [8765]),
    ],
)
def test_what_is_given_by_name(tmp_path: Path, code: str, expected: list[int | None]) -> None:
    assert ports(tmp_path, code) == expected
