"""Files that Terraform reads into an attribute: ``file`` and ``templatefile``, with the variables put in their place.

Nothing runs: a directive of a template (``%{ … }``) is left out, and what is unknown stays as it is written. Lines stay
where they are.
"""

from __future__ import annotations

import re

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._platforms.hcl import Module, plain
from wsdoctor.syntax import hcl

__all__ = ["read"]

_REFERENCE = re.compile(r"\$\{\s*(?:jsonencode\(|tostring\()?\s*(?P<name>[A-Za-z_][\w.]*)\s*\)?\s*\}")
_DIRECTIVE = re.compile(r"%\{[^}]*\}")


def read(value: hcl.Expression, module: Module, near: str, repository: Repository) -> tuple[str, str] | None:
    """Return path and text of the file that an expression reads, None for any other expression.

    Args:
        value: the expression.
        module: that it stands in.
        near: file that it stands in.
        repository: that both are in.

    """
    if not isinstance(value, hcl.Call) or value.name not in {"file", "templatefile"} or not value.arguments:
        return None
    named = plain(module.value(value.arguments[0])).rpartition("${unknown}")[2].lstrip("./")
    folder = near.rpartition("/")[0]
    options = (f"{folder}/{named}".lstrip("/"), named)
    path = next((option for option in options if named and repository.text(option) is not None), None)
    if path is None:
        return None
    text = repository.text(path) or ""
    given = module.value(value.arguments[1]) if len(value.arguments) > 1 else None
    if isinstance(given, dict):
        text = _DIRECTIVE.sub("", _REFERENCE.sub(lambda found: _of(given, found), text))
    return path, text


def _of(given: dict[str, object], found: re.Match[str]) -> str:
    value: object = given
    for name in found["name"].split("."):
        value = value.get(name) if isinstance(value, dict) else None
    return plain(value) or found[0]
