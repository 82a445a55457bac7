"""The configuration file: ``wsdoctor.toml``, or ``[tool.wsdoctor]`` in ``pyproject.toml``.

Unknown keys are errors, for a misspelt key that is silently ignored is the worst of both worlds.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wsdoctor.errors import InvalidInput

__all__ = ["Config", "load_config"]


@dataclass(frozen=True, slots=True)
class Config:
    """What the configuration file says.

    Attributes:
        rules: folder of the user's own rules and ``senders.toml``, None without one.
        source: the file that was read, None if there is none.

    """

    rules: Path | None = None
    source: Path | None = None


def load_config(path: str | None, folder: Path | None = None) -> Config:
    """Return the configuration.

    Args:
        path: the file that the user named, None to look for one.
        folder: where to look, None for the current folder.

    Raises:
        InvalidInput: if the named file does not exist, is no TOML, or has an unknown key or a wrong value.

    """
    here = folder or Path()
    if path is not None:
        source = Path(path)
        table = _table(source)
        return _config(table if source.name != "pyproject.toml" else _tool(table), source)
    if (source := here / "wsdoctor.toml").is_file():
        return _config(_table(source), source)
    if (source := here / "pyproject.toml").is_file():
        section = _tool(_table(source))
        return _config(section, source) if section else Config()
    return Config()


def _tool(table: Mapping[str, Any]) -> Mapping[str, Any]:
    tool = table.get("tool", {})
    section = tool.get("wsdoctor", {}) if isinstance(tool, dict) else {}
    return section if isinstance(section, dict) else {}


def _table(source: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(source.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidInput(f"cannot read: {error.strerror}", str(source)) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InvalidInput(f"not TOML: {error}", str(source)) from error


def _config(table: Mapping[str, Any], source: Path) -> Config:
    unknown = sorted(set(table) - {"rules"})
    if unknown:
        raise InvalidInput(f"unknown key {unknown[0]!r}; there is rules", str(source))
    rules = table.get("rules")
    if rules is not None and not isinstance(rules, str):
        raise InvalidInput("rules must be the name of a folder", str(source))
    return Config(rules=source.parent / rules if rules else None, source=source)
