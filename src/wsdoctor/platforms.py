"""Where this process runs, told by the environment variables that platforms set by themselves.

The environment is handed in; nothing is asked over the network, and a name that a platform does not set by itself is
no mark of it. Rules know platforms by these names, and evidence carries them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

__all__ = ["PLATFORMS", "Mark", "Runtime", "detect"]


class Mark(NamedTuple):
    """What tells a platform.

    Attributes:
        name: as evidence and rules have it, such as ``cloud-run``.
        title: as people write it.
        variables: any of them tells it; empty values do not count.
        page: where the platform documents them.

    """

    name: str
    title: str
    variables: tuple[str, ...]
    page: str


class Runtime(NamedTuple):
    """The platform that was found.

    Attributes:
        name: as evidence and rules have it.
        title: as people write it.
        told_by: the variables that were set.

    """

    name: str
    title: str
    told_by: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.title}, as {' and '.join(self.told_by)} {'says' if len(self.told_by) == 1 else 'say'}"


PLATFORMS = (
    Mark(
        "replit", "Replit", ("REPL_ID", "REPLIT_DEV_DOMAIN", "REPLIT_DEPLOYMENT"),
        "https://docs.replit.com/replit-workspace/configuring-repl",
    ),
    Mark(
        "codespaces", "GitHub Codespaces", ("CODESPACES", "CODESPACE_NAME"),
        "https://docs.github.com/en/codespaces/developing-in-a-codespace/default-environment-variables-for-your-codespace",
    ),
    Mark(
        "gitpod", "Gitpod", ("GITPOD_WORKSPACE_ID", "GITPOD_WORKSPACE_URL"),
        "https://www.gitpod.io/docs/configure/projects/environment-variables",
    ),
    Mark(
        "render", "Render", ("RENDER", "RENDER_SERVICE_ID"), "https://render.com/docs/environment-variables",
    ),
    Mark(
        "railway", "Railway", ("RAILWAY_PROJECT_ID", "RAILWAY_ENVIRONMENT_ID", "RAILWAY_SERVICE_ID"),
        "https://docs.railway.com/reference/variables",
    ),
    Mark(
        "fly", "Fly.io", ("FLY_APP_NAME", "FLY_MACHINE_ID"), "https://fly.io/docs/machines/runtime-environment/",
    ),
    Mark(
        "koyeb", "Koyeb", ("KOYEB_APP_NAME", "KOYEB_SERVICE_NAME"),
        "https://www.koyeb.com/docs/build-and-deploy/environment-variables",
    ),
    Mark("heroku", "Heroku", ("DYNO",), "https://devcenter.heroku.com/articles/dynos"),
    Mark(
        "azure-container-apps", "Azure Container Apps", ("CONTAINER_APP_NAME", "CONTAINER_APP_REVISION"),
        "https://learn.microsoft.com/azure/container-apps/environment-variables",
    ),
    Mark(
        "azure-app-service", "Azure App Service", ("WEBSITE_INSTANCE_ID", "WEBSITE_SITE_NAME"),
        "https://learn.microsoft.com/azure/app-service/reference-app-settings",
    ),
    Mark(
        "app-engine", "App Engine", ("GAE_SERVICE", "GAE_INSTANCE"),
        "https://cloud.google.com/appengine/docs/standard/python3/runtime",
    ),
    Mark(
        "ecs", "Amazon ECS", ("ECS_CONTAINER_METADATA_URI_V4", "ECS_CONTAINER_METADATA_URI"),
        "https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-metadata-endpoint-v4.html",
    ),
    Mark(
        "nomad", "Nomad", ("NOMAD_ALLOC_ID", "NOMAD_JOB_NAME"),
        "https://developer.hashicorp.com/nomad/docs/reference/runtime-environment-settings",
    ),
    Mark(
        "kubernetes", "Kubernetes", ("KUBERNETES_SERVICE_HOST",),
        "https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables",
    ),
    Mark(
        "cloud-run", "Cloud Run", ("K_SERVICE", "K_REVISION"),
        "https://cloud.google.com/run/docs/container-contract#env-vars",
    ),
)  # fmt: skip
"""The more particular first: platforms that run on Kubernetes come before it, and Cloud Run, whose variables Knative
sets as well, after it."""


def detect(environment: Mapping[str, str]) -> Runtime | None:
    """Return the platform that set this environment, None if none is known by it."""
    for mark in PLATFORMS:
        told_by = tuple(variable for variable in mark.variables if environment.get(variable))
        if told_by:
            return Runtime(mark.name, mark.title, told_by)
    return None
