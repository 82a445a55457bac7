"""Settings that libraries put together from several files and the environment: Dynaconf and Hydra.

Which files they are is told where the settings are made, or by the names that the library looks for itself.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from wsdoctor.inspectors._python import files
from wsdoctor.inspectors._python.arguments import argument, keyword
from wsdoctor.inspectors._python.model import File, Frame, Value
from wsdoctor.inspectors._values import environment
from wsdoctor.model.traffic import Location

if TYPE_CHECKING:
    from wsdoctor.inspectors._python.values import Reader

__all__ = ["dynaconf", "hydra", "is_dynaconf"]

is_dynaconf = re.compile(r"dynaconf\.(?:(?:Dynaconf|LazySettings)\(\)|settings)").fullmatch
"""Tell whether an external is an object with the settings of Dynaconf."""
_FILES = tuple(f"{name}.{kind}" for name in ("settings", ".secrets") for kind in ("toml", "yaml", "yml", "json"))
_SWITCH = "ENV_FOR_DYNACONF"
_USUAL = "development"
_MAX_DEPTH = 6
_TEXTS = re.compile(r"[A-Za-z_]\w*").fullmatch


class Folded(dict[Any, list[Value]]):
    """Settings that are asked for in small letters or capitals, and by several names with points between them."""

    def __contains__(self, key: object) -> bool:
        """Say whether there is such a setting."""
        return bool(self.get(key))

    def __getitem__(self, key: object) -> list[Value]:
        """Return a setting."""
        found: list[Value] = self.get(key)
        return found

    def get(self, key: object, default: Any = ()) -> Any:
        """Return a setting, the default where there is none."""
        found: list[Value] = [Value(self)]
        for part in str(key).lower().split("."):
            held = found[0].data
            found = dict.get(held, part, []) if isinstance(held, dict) else []
            if not found:
                return default
        return found


def dynaconf(reader: Reader, call: ast.Call | None, frame: Frame) -> Value:
    """Return the settings that Dynaconf puts together.

    Args:
        reader: that follows values.
        call: that makes them, None for those that the library makes itself.
        frame: that the call stands in.

    """
    whole: dict[str, list[Value]] = {}
    layered = call is None or _is_true(keyword(call, "environments"))
    for path in _paths(reader, call, frame):
        value = files.data(path, reader.repository)
        for layer in _layers(reader, value.data, frame, call, layered=layered) if value is not None else ():
            _lay(whole, layer, 0)
    place = reader.place(call, frame) if call is not None else Location(frame.file.path, 1)
    return Value(_told(reader, whole, _prefix(call), frame, place, 0))


def _paths(reader: Reader, call: ast.Call | None, frame: Frame) -> Iterator[str]:
    node = keyword(call, "settings_files", "settings_file", "includes") if call is not None else None
    if node is not None:
        yield from files.named(reader, node, frame)
        return
    for name in _FILES:
        yield from files.found(name, frame.file, reader.repository)


def _layers(
    reader: Reader, data: object, frame: Frame, call: ast.Call | None, *, layered: bool
) -> Iterator[dict[str, list[Value]]]:
    """Yield what counts of a file, the weakest first."""
    if not isinstance(data, dict):
        return
    if not layered:
        yield data
        return
    told = environment(reader.repository).value(_SWITCH, reader.unit, reader.file.path)
    for wanted in ("default", told[0] if told is not None else _chosen(call), "global"):
        for name, values in data.items():
            if name.lower() == wanted.lower() and values and isinstance(values[0].data, dict):
                yield values[0].data


def _chosen(call: ast.Call | None) -> str:
    node = keyword(call, "env", "default_env") if call is not None else None
    return str(node.value) if isinstance(node, ast.Constant) else _USUAL


def _lay(whole: dict[str, list[Value]], layer: dict[str, list[Value]], depth: int) -> None:
    """Lay settings over others, those within them too."""
    for name, values in layer.items():
        key = str(name).lower()
        if values and isinstance(values[0].data, dict) and depth < _MAX_DEPTH:
            there = whole.get(key)
            if not there or not isinstance(there[0].data, dict):
                whole[key] = [Value({}, values[0].places)]
            _lay(whole[key][0].data, values[0].data, depth + 1)
        else:
            whole[key] = values


def _prefix(call: ast.Call | None) -> str:
    node = keyword(call, "envvar_prefix") if call is not None else None
    if isinstance(node, ast.Constant):
        return f"{node.value.upper()}_" if isinstance(node.value, str) and node.value else ""
    return "DYNACONF_"


def _told(
    reader: Reader, whole: dict[str, list[Value]], prefix: str, frame: Frame, place: Location, depth: int
) -> Folded:
    """Return settings as the environment may tell them otherwise."""
    found = Folded()
    for key, values in whole.items():
        if values and isinstance(values[0].data, dict):
            inner = _told(reader, values[0].data, f"{prefix}{key.upper()}__", frame, place, depth + 1)
            dict.__setitem__(found, key, [Value(inner, values[0].places)])
        elif _TEXTS(key) and prefix:
            dict.__setitem__(found, key, reader.variable(f"{prefix}{key.upper()}", values, frame, place))
        else:
            dict.__setitem__(found, key, values)
    return found


def _is_true(node: ast.expr | None) -> bool:
    return not (node is None or (isinstance(node, ast.Constant) and not node.value))


def hydra(reader: Reader, decorator: ast.Call, file: File) -> list[Value]:
    """Return the configuration that a function gets by ``@hydra.main(config_path="conf", config_name="config")``."""
    node = argument(decorator, 1, "config_name")
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return []
    name = node.value.removesuffix(".yaml")
    folder = argument(decorator, 0, "config_path")
    within = f"{folder.value}/" if isinstance(folder, ast.Constant) and isinstance(folder.value, str) else ""
    for path in files.found(f"{within}{name}.yaml".lstrip("./"), file, reader.repository):
        value = files.data(path, reader.repository)
        return [] if value is None else [value]
    return []
