"""ECS task definitions in JSON, and manifests of AWS Copilot: container and load balancer checks."""

from __future__ import annotations

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.common import LOCAL, codes, documents, http_caller, place, port_number, seconds
from wsdoctor.inspectors._platforms.containers import check_place, container_check
from wsdoctor.model.traffic import Address, Declared
from wsdoctor.syntax._tree import Mapping, Node, Pair, Scalar, Sequence, find, items, scalar, text

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "ecs"
PATTERNS = ("*.json", "manifest.yml", "manifest.yaml")
NEEDLES = ("healthCheck", "healthcheck", "Web Service")


def inspect(path: str, repository: Repository) -> Declared:
    """Return what a task definition or a manifest declares."""
    found = Declared()
    for document in documents(path, repository):
        if path.endswith(".json"):
            holder = find(document, "containerDefinitions") or find(document, "taskDefinition", "containerDefinitions")
            own = document if isinstance(document, Sequence) else None
            for definition in items(holder if holder is not None else own):
                _definition(definition, path, repository, found)
        elif text(document, "image", "port") is not None and isinstance(document, Mapping):
            _copilot(document, path, repository, found)
    return found


def _definition(definition: Node, path: str, repository: Repository, found: Declared) -> None:
    check = definition.pair("healthCheck") if isinstance(definition, Mapping) else None
    if check is None or (find(definition, "image") is None and find(definition, "portMappings") is None):
        return
    data = {
        "name": text(definition, "name"),
        "image": text(definition, "image"),
        "environment": [
            {"name": text(each, "name"), "value": text(each, "value")} for each in items(definition, "environment")
        ],
        "healthCheck": _check(check),
    }
    container_check(data, check_place(path, repository, check), repository, path, found)


def _check(pair: Pair) -> dict[str, object]:
    command = find(pair.value, "command")
    words = [each.text for each in items(command) if isinstance(each, Scalar)]
    return {"command": words, "interval": seconds(text(pair.value, "interval"))}


def _copilot(document: Mapping, path: str, repository: Repository, found: Declared) -> None:
    port = port_number(text(document, "image", "port"))
    unit = text(document, "name")
    image = find(document, "image")
    own = image.pair("healthcheck") if isinstance(image, Mapping) else None
    if own is not None:
        data = {"name": unit, "healthCheck": _check(own)}
        container_check(data, check_place(path, repository, own), repository, path, found)
    http = document.pair("http")
    if http is None or not isinstance(http.value, Mapping) or "Load Balanced" not in (text(document, "type") or ""):
        return
    check = http.value.pair("healthcheck")
    given = scalar(http.value, "healthcheck")
    asked = given.text if given is not None else text(http.value, "healthcheck", "path")
    other = port_number(text(http.value, "healthcheck", "port")) or port_number(text(http.value, "target_port"))
    found.callers.append(
        http_caller(
            "aws-elb", Address(LOCAL, other or port, unit), place(path, repository, check or http), path=asked or "/",
            user_agent="ELB-HealthChecker/2.0", period=seconds(text(http.value, "healthcheck", "interval")) or 30.0,
            expects=codes(text(http.value, "healthcheck", "success_codes") or "200"),
        )
    )  # fmt: skip
