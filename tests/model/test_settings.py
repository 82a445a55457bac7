from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from wsdoctor.errors import InvalidInput
from wsdoctor.model.settings import Settings


def test_the_defaults_need_no_environment() -> None:
    assert Settings.from_environment({}) == Settings()


def test_the_environment_says_the_same_as_the_arguments() -> None:
    said = {
        "WSDOCTOR_PORTS": "8080, 8081",
        "WSDOCTOR_HEALTH_PATHS": "/healthz,/livez",
        "WSDOCTOR_WEBSOCKET_PATHS": "/ws",
        "WSDOCTOR_ANSWER": "no",
        "WSDOCTOR_FIRST_BYTE_TIMEOUT": "2.5",
        "WSDOCTOR_MAX_UNDECIDED": "10",
        "WSDOCTOR_RECORD": "/tmp/strays.jsonl",
        "WSDOCTOR_LOG": "json",
        "WSDOCTOR_QUIET": "YES",
    }
    given = Settings.from_environment(
        {},
        ports=[8080, 8081],
        health_paths=["/healthz", "/livez"],
        websocket_paths="/ws",
        answer=False,
        first_byte_timeout=2.5,
        max_undecided=10,
        record=Path("/tmp/strays.jsonl"),
        log="json",
        quiet=True,
    )
    assert Settings.from_environment(said) == given
    assert given.ports == frozenset({8080, 8081})


def test_arguments_override_the_environment() -> None:
    settings = Settings.from_environment({"WSDOCTOR_PORTS": "1", "WSDOCTOR_QUIET": "1"}, ports=None)
    assert settings.ports is None
    assert settings.quiet


def test_an_empty_variable_says_nothing() -> None:
    assert Settings.from_environment({"WSDOCTOR_PORTS": " "}) == Settings()


def test_a_single_value_stands_for_a_list() -> None:
    settings = Settings().replaced(ports=8080, health_paths="/up")
    assert settings.ports == frozenset({8080})
    assert settings.health_paths == ("/up",)
    assert Settings().replaced(health_paths=()).health_paths == ()


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("ports", "http", "is no port"),
        ("ports", 0, "is no port"),
        ("ports", [8080, 65536], "65536 is no port"),
        ("ports", True, "is no port"),
        ("ports", [], "names no port"),
        ("health_paths", "healthz", "a path begins with /"),
        ("websocket_paths", [1], "is no path"),
        ("answer", "no", "neither True nor False"),
        ("on_attempt", 3, "must be callable"),
        ("first_byte_timeout", 0, "is no number from 0.01 on"),
        ("head_timeout", "soon", "is no number"),
        ("summary_interval", float("nan"), "is no number"),
        ("platform", "on my machine", "is no name of a platform"),
        ("platform", 7, "is no name of a platform"),
        ("max_head", 10, "from 1024 on"),
        ("max_undecided", -1, "from 0 on"),
        ("record", "", "no name of a file"),
        ("record", 3, "no name of a file"),
        ("log", "loud", "none of human, json, off"),
        ("port", 8080, "no such setting; there are answer,"),
    ],
)
def test_a_bad_argument_is_named(name: str, value: Any, says: str) -> None:
    with pytest.raises(InvalidInput, match=says) as caught:
        Settings().replaced(**{name: value})
    assert caught.value.where == name


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("WSDOCTOR_PORTS", "80,http"),
        ("WSDOCTOR_ANSWER", "perhaps"),
        ("WSDOCTOR_LOG", "loud"),
        ("WSDOCTOR_MAX_HEAD", "x"),
    ],
)
def test_a_bad_variable_is_named(variable: str, value: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Settings.from_environment({variable: value})
    assert str(caught.value).startswith(f"{variable}: ")


def test_none_stands_for_nothing_where_that_is_possible() -> None:
    settings = Settings().replaced(ports=None, on_attempt=None, record=None)
    assert settings == Settings()
    assert Settings().replaced(on_attempt=print).on_attempt is print
