"""What runs with a ``localhost`` of its own, whether or not a port map or a caller says so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from wsdoctor.model.products import somebody_elses

COMPOSE = """\
    services:
      live:
        build: live
        container_name: live-1
      auth:
        image: quay.io/keycloak/keycloak:26
      edge:
        image: nginx:1.27
        volumes: ["./site:/site"]
      sidecar:
        build: side
        network_mode: service:live
      bare:
        image: nginx
        network_mode: host
    """


def test_services_of_compose_without_ports(tmp_path: Path) -> None:
    found = inspect("compose", "compose.yaml", repository(tmp_path, {"compose.yaml": COMPOSE}))
    assert [(each.product, each.name, each.names, each.folder, each.own) for each in found.units] == [
        ("compose", "live", ("live", "live-1"), "live", True),
        ("compose", "auth", ("auth",), None, False),
        ("compose", "edge", ("edge",), None, True),
        ("compose", "live", ("sidecar",), None, True),
    ]
    assert [each.location.line for each in found.units] == [3, 6, 8, 11]


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("FROM python:3.12\nCMD python ws.py\n", [("web", True)]),
        ("FROM nginxinc/nginx-unprivileged\nCOPY page.html /srv/\n", [("web", False)]),
        ("FROM nginx\nCMD ./start.sh\n", [("web", True)]),
        ("FROM node AS build\nCMD x\nFROM nginx\nCOPY --from=build /a /b\n", [("web", False)]),
        ("FROM nginx\nCOPY server/ /srv/\n", []),
        ("FROM python\nCOPY web/page.html /srv/\n", []),
        ("# nothing\n", []),
    ],
)
def test_an_image_that_is_built_from_its_own_folder(tmp_path: Path, text: str, units: list[tuple[str, bool]]) -> None:
    files = {"web/Dockerfile": text, "web/page.html": "", "server/ws.py": ""}
    found = inspect("docker", "web/Dockerfile", repository(tmp_path, files))
    assert [(each.name, each.own) for each in found.units] == units


def test_an_image_of_the_whole_repository_is_no_unit(tmp_path: Path) -> None:
    assert inspect("docker", "Dockerfile", repository(tmp_path, {"Dockerfile": "FROM python\n"})).units == []


POD = """\
    apiVersion: v1
    kind: Pod
    metadata: {name: pod}
    spec:
      containers: [%s]
    """


@pytest.mark.parametrize(
    ("containers", "unit"),
    [
        ("{name: a, image: registry.example/me/web:1}", ("pod", "web", True)),
        ("{name: a, image: me/api}", ("pod", None, True)),
        ("{name: a, image: me/live}", ("pod", None, True)),
        ("{name: a, image: me/web}, {name: b, image: me/shop}", ("pod", None, True)),
        ("{name: a, image: redis@sha256:00}", ("pod", None, False)),
        ("{name: a, image: redis}, {name: b, image: me/web}", ("pod", "web", True)),
        ("{name: a}", ("pod", None, True)),
    ],
)
def test_workloads_with_the_folder_that_their_image_is_named_for(
    tmp_path: Path, containers: str, unit: tuple[str, str | None, bool]
) -> None:
    files = {
        "pod.yaml": POD % containers,
        "web/pom.xml": "",
        "shop/go.mod": "",
        "live/Dockerfile": "",
        "a/api/go.mod": "",
        "b/api/go.mod": "",
    }
    (found,) = inspect("kubernetes", "pod.yaml", repository(tmp_path, files)).units
    assert (found.name, found.folder, found.own) == unit


def test_a_service_of_somebody_elses_product(tmp_path: Path) -> None:
    text = "apiVersion: v1\nkind: Service\nmetadata: {name: NAME}\nspec:\n  ports: [{port: 80, targetPort: 8080}]\n"
    for name, unit in (("grafana", "grafana"), ("chat", None)):
        files = repository(tmp_path, {"service.yaml": text.replace("NAME", name)})
        found = inspect("kubernetes", "service.yaml", files)
        assert [(each.name, each.own) for each in found.units] == ([(unit, False)] if unit else [])
        assert [each.unit for each in found.maps] == [unit]


def test_containers_of_ecs(tmp_path: Path) -> None:
    text = """{"containerDefinitions": [
        {"name": "auth", "image": "quay.io/keycloak/keycloak", "healthCheck": {"command": ["CMD", "curl", "h:1"]}},
        {"name": "chat", "image": "chat", "healthCheck": {"command": ["CMD", "curl", "h:1"]}}]}"""
    found = inspect("ecs", "task.json", repository(tmp_path, {"task.json": text}))
    assert [(each.product, each.name, each.own) for each in found.units] == [
        ("ecs", "auth", False),
        ("ecs", "chat", True),
    ]


@pytest.mark.parametrize(
    ("image", "other"),
    [
        ("nginx", True),
        ("docker.io/library/Nginx:1.27-alpine", True),
        ("registry.example:5000/redis@sha256:00", True),
        ("acme/nginx-chat", False),
        ("python:3.12", False),
        ("", False),
    ],
)
def test_images_of_products_that_are_run_as_they_come(image: str, other: bool) -> None:
    assert somebody_elses(image) is other
