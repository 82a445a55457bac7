"""Pipelines: what the steps of GitHub Actions, GitLab CI and others wait for, and the checks of their services."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._expansion import expand
from wsdoctor.inspectors._platforms.commands import read
from wsdoctor.inspectors._platforms.common import documents, environment_lookup, place, seconds
from wsdoctor.inspectors._platforms.spoken import Found, Spoken, add
from wsdoctor.inspectors._platforms.waits import wait_on
from wsdoctor.model.traffic import Declared, PortMap
from wsdoctor.syntax._tree import Mapping, Node, Pair, Scalar, Sequence, find, items, text

__all__ = ["NAME", "PATTERNS", "inspect"]

NAME = "github-actions"
PATTERNS = (
    "*.github/workflows/*.yml", "*.github/workflows/*.yaml", "*.github/actions/*/action.yml",
    "*.github/actions/*/action.yaml", ".gitlab-ci.yml", "*.gitlab-ci.yml", "*.gitlab/*.yml", "*.circleci/config.yml",
    "azure-pipelines*.yml", "bitbucket-pipelines.yml", ".travis.yml", ".drone.yml", ".woodpecker.yml",
    "*.woodpecker/*.yml", "cloudbuild.yaml", "buildspec.yml", "*.buildkite/pipeline.yml", "Taskfile.yml",
    "Taskfile.yaml", ".cirrus.yml",
)  # fmt: skip

_SCRIPTS = frozenset(
    (
        "run", "script", "before_script", "after_script", "command", "commands", "bash", "cmd", "cmds", "pwsh",
        "powershell", "install", "before_install", "args", "sh",
    )
)  # fmt: skip
_HEALTH = re.compile(r"--health-cmd(?:=|\s+)(?P<command>\"[^\"]*\"|'[^']*'|\S+)")
_INTERVAL = re.compile(r"--health-interval(?:=|\s+)[\"']?(?P<interval>\w+)")
_ASK_ONCE = frozenset(("curl", "wget", "http", "https", "xh"))
_WAITS = re.compile(r"wait|health|response|check(?!out)|cypress|ping", re.IGNORECASE)
_URL = re.compile(r"(?:https?(?:-get)?|tcp)://[^\s,|'\"]+|tcp:[^\s,|'\"]+")
_EXPRESSION = re.compile(r"\$\{\{\s*(?:env|vars|matrix|inputs)\.(\w+)\s*\}\}|(?<!\$)\{\{\s*\.(\w+)\s*\}\}")
"""A variable in the notation of GitHub Actions, or in that of a Taskfile."""
_MAX_DEPTH = 14


def inspect(path: str, repository: Repository) -> Declared:
    """Return what the steps of a pipeline call."""
    found = Declared()
    pipeline = _Pipeline(path, repository, found)
    for document in documents(path, repository, found.notes):
        pipeline.walk(document, {}, 0)
    return found


class _Pipeline:
    def __init__(self, path: str, repository: Repository, found: Declared) -> None:
        self.path = path
        self.repository = repository
        self.found = found
        self.product = NAME if ".github/" in path else "gitlab-ci" if "gitlab" in path else "ci"
        self.outer = environment_lookup(path, repository)

    def walk(self, node: Node, known: dict[str, str], depth: int) -> None:
        """Read the scripts of a node and of what is in it, each with the variables that are set around it."""
        if depth > _MAX_DEPTH:
            return
        if isinstance(node, Sequence):
            for item in node.items:
                self.walk(item, known, depth + 1)
        if not isinstance(node, Mapping):
            return
        known = {**known, **dict(_variables(node))}
        if (uses := text(node, "uses")) is not None and _WAITS.search(uses):
            self.action(node, known)
        for pair in node.all_pairs():
            if pair.key.text in _SCRIPTS and isinstance(pair.value, Scalar | Sequence):
                self.script(pair, known, text(node, "name") or "")
            elif pair.key.text == "services" and isinstance(pair.value, Mapping):
                self.services(pair.value, known)
            else:
                self.walk(pair.value, known, depth + 1)

    def value(self, known: dict[str, str], name: str) -> str | None:
        return known[name] if name in known else self.outer(name)

    def script(self, pair: Pair, known: dict[str, str], name: str) -> None:
        for item in items(pair.value):
            if isinstance(item, Mapping):
                self.walk(item, known, 1)
            if not isinstance(item, Scalar):
                continue
            given = _EXPRESSION.sub(_variable, item.text)
            done = read(given, item.first_line, lambda variable: self.value(known, variable))
            add(self.found, done, self.repository, self.path, self.product, _kind)

    def action(self, node: Mapping, known: dict[str, str]) -> None:
        """Add what an action that waits is told to wait for."""
        given = find(node, "with")
        for pair in given.all_pairs() if isinstance(given, Mapping) else ():
            if not isinstance(pair.value, Scalar):
                continue
            words = expand(_EXPRESSION.sub(_variable, pair.value.text), lambda name: self.value(known, name))
            for match in _URL.finditer(words):
                for sent in wait_on(match.group(), None):
                    method = "GET" if "wait-on" not in match.group() and sent.method == "HEAD" else sent.method
                    spoken = Spoken(sent, pair.line, pair.end_line, None, True)
                    self.spoken(spoken, pair, method)

    def spoken(self, spoken: Spoken, pair: Pair, method: str | None) -> None:
        sent = replace(spoken.sent, method=None if method == "GET" else method, user_agent=None)
        location = place(self.path, self.repository, pair)
        add(self.found, Found([replace(spoken, sent=sent)]), self.repository, self.path, self.product,
            lambda _: "wait", location=location)  # fmt: skip

    def services(self, node: Mapping, known: dict[str, str]) -> None:
        for service in node.all_pairs():
            options = service.value.pair("options") if isinstance(service.value, Mapping) else None
            for port in items(service.value, "ports"):
                parts = (text(port) or "").partition("/")[0].split(":")
                if len(parts) == 2 and all(part.isdigit() for part in parts):
                    at = place(self.path, self.repository, port)
                    self.found.maps.append(PortMap("docker", (), int(parts[0]), int(parts[1]), service.key.text, at))
            if options is None or not isinstance(options.value, Scalar):
                continue
            check = _HEALTH.search(options.value.text)
            if check is None:
                continue
            interval = _INTERVAL.search(options.value.text)
            command = check["command"].strip("\"'")
            done = read(command, options.value.first_line, lambda variable: self.value(known, variable))
            add(self.found, done, self.repository, self.path, "docker", lambda _: "health-check",
                unit=service.key.text, location=place(self.path, self.repository, options),
                period=seconds(interval["interval"]) if interval else 30.0)  # fmt: skip


def _kind(spoken: Spoken) -> str:
    """Return what a step makes of a connection: it waits for the port, or asks it once."""
    once = spoken.sent.tool in _ASK_ONCE and not (spoken.waits or spoken.sent.waits)
    return "client-code" if once else "wait"


def _variable(match: re.Match[str]) -> str:
    return f"${{{match[1] or match[2]}}}"


def _variables(node: Mapping) -> Iterator[tuple[str, str]]:
    for key in ("env", "variables", "environment", "vars"):
        given = find(node, key)
        for pair in given.all_pairs() if isinstance(given, Mapping) else ():
            if isinstance(pair.value, Scalar) and "{{" not in pair.value.text:
                yield pair.key.text, pair.value.text
            elif (value := text(pair.value, "value")) is not None:
                yield pair.key.text, value
