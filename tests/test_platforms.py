from __future__ import annotations

import pytest

from wsdoctor.platforms import PLATFORMS, Runtime, detect


@pytest.mark.parametrize("mark", PLATFORMS, ids=lambda mark: mark.name)
def test_every_variable_alone_tells_its_platform(mark) -> None:
    assert mark.page.startswith("https://")
    for variable in mark.variables:
        assert detect({"PATH": "/bin", variable: "x"}) == Runtime(mark.name, mark.title, (variable,))


def test_no_two_platforms_share_a_variable() -> None:
    variables = [variable for mark in PLATFORMS for variable in mark.variables]
    assert len(set(variables)) == len(variables)


def test_a_machine_of_no_platform() -> None:
    assert detect({}) is None
    assert detect({"PORT": "8080", "HOSTNAME": "a", "REPL_ID": ""}) is None


def test_what_runs_on_kubernetes_is_told_from_it() -> None:
    cluster = {"KUBERNETES_SERVICE_HOST": "10.0.0.1"}
    assert detect(cluster | {"RENDER": "true"}).name == "render"
    assert detect(cluster | {"CONTAINER_APP_NAME": "chat"}).name == "azure-container-apps"
    assert detect(cluster | {"K_SERVICE": "chat"}).name == "kubernetes"
    assert detect({"K_SERVICE": "chat"}).name == "cloud-run"


def test_it_says_what_told_it() -> None:
    assert str(detect({"DYNO": "web.1"})) == "Heroku, as DYNO says"
    assert (
        str(detect({"RENDER": "true", "RENDER_SERVICE_ID": "srv-1"})) == "Render, as RENDER and RENDER_SERVICE_ID say"
    )
