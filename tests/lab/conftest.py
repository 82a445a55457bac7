"""The lab's own options, its fixture that plays each server once, and its progress lines."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .catalogue import SERVERS
from .environments import EnvironmentUnavailable, python_of
from .play import Played, play


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--server", action="append", default=[], help="play only servers whose name contains this text")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "played" not in metafunc.fixturenames:
        return
    wanted = metafunc.config.getoption("--server")
    chosen = [server for server in SERVERS if not wanted or any(text in server.name for text in wanted)]
    if not chosen:
        names = ", ".join(server.name for server in SERVERS)
        raise pytest.UsageError(f"no server's name contains {' or '.join(wanted)}; there are {names}")
    metafunc.parametrize("played", chosen, ids=lambda server: server.name, indirect=True, scope="session")


@pytest.fixture(scope="session")
def say(request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Write one line of progress, also where output is captured."""
    reporter = request.config.pluginmanager.getplugin("terminalreporter")
    capture = request.config.pluginmanager.getplugin("capturemanager")

    def line(text: str) -> None:
        with capture.global_and_fixture_disabled():
            reporter.write_line(f"\n{text}")

    return line


@pytest.fixture(scope="session")
def played(
    request: pytest.FixtureRequest, say: Callable[[str], None], tmp_path_factory: pytest.TempPathFactory
) -> Played:
    """Play one server behind the guard; all tests of that server read the result."""
    server = request.param
    folder = tmp_path_factory.mktemp(server.name)
    try:
        python_of(server.environment, say)
    except EnvironmentUnavailable as error:
        pytest.fail(str(error), pytrace=False)
    try:
        result = play(server, folder)
    except RuntimeError as error:
        tail = (folder / "server.log").read_text("utf-8", "replace")[-2000:]
        pytest.fail(f"{error}; the end of its log:\n{tail}", pytrace=False)
    say(
        f"lab: {server.name}: {len(result.visits)} visits, {len(result.records)} records, "
        f"{result.log.count('Traceback')} tracebacks, {result.seconds:.1f} s"
    )
    return result
