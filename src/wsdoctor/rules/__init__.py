"""The knowledge base: one module, one rule; the folder is the registry.

A module without a leading underscore holds one `RULE`. Nothing is listed anywhere: `load_rules` finds the
modules of this folder, `load_folder` those of a user. Rules know the model and the wire, never each other.
"""

from __future__ import annotations

import importlib
import importlib.util
import pkgutil
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from types import ModuleType

from wsdoctor.errors import InvalidRule
from wsdoctor.model.finding import CATEGORY_OF, LEVELS
from wsdoctor.model.rule import Rule

__all__ = ["load_declared_rules", "load_folder", "load_rules"]

_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)+")


@cache
def load_rules() -> dict[str, Rule]:
    """Return the built-in rules by id.

    Raises:
        InvalidRule: if a module breaks the form; the tests keep this from ever being released.

    """
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    return {rule.id: rule for rule in (_rule_of(importlib.import_module(f"{__name__}.{name}")) for name in names)}


@cache
def load_declared_rules() -> dict[str, Rule]:
    """Return the built-in rules that judge declared traffic, by id, without loading the many others.

    Which modules these are is told by their text: one that has no ``declared`` in it gives its rule none.

    Raises:
        InvalidRule: if a module breaks the form.

    """
    found = {}
    for module in pkgutil.iter_modules(__path__):
        if not module.name.startswith("_") and _mentions(module, b"declared"):
            rule = _rule_of(importlib.import_module(f"{__name__}.{module.name}"))
            if rule.declared is not None:
                found[rule.id] = rule
    return dict(sorted(found.items()))


def _mentions(module: pkgutil.ModuleInfo, word: bytes) -> bool:
    """Say whether the text of a module holds a word; where there is no text to read, it may."""
    try:
        return word in (Path(__path__[0]) / f"{module.name}.py").read_bytes()
    except OSError:
        return True


def load_folder(folder: Path) -> tuple[dict[str, Rule], list[InvalidRule]]:
    """Return the rules of a user's folder by id, and one error for each module that could not be used."""
    rules: dict[str, Rule] = {}
    broken: list[InvalidRule] = []
    for path in _modules(folder):
        try:
            rule = _rule_of(_import(path))
        except InvalidRule as error:
            broken.append(error)
        except Exception as error:  # noqa: BLE001 - a user's module may raise anything; the other rules go on
            broken.append(InvalidRule(f"the module cannot be imported: {type(error).__name__}: {error}", str(path)))
        else:
            rules[rule.id] = rule
    return rules, broken


def _modules(folder: Path) -> Iterator[Path]:
    if not folder.is_dir():
        raise InvalidRule("no such folder of rules", str(folder))
    yield from sorted(path for path in folder.glob("*.py") if not path.name.startswith("_"))


def _import(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"wsdoctor_user_rules.{path.stem}", path)
    if spec is None or spec.loader is None:
        raise InvalidRule("not a Python module", str(path))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def _rule_of(module: ModuleType) -> Rule:
    where = module.__file__ or module.__name__
    rule = getattr(module, "RULE", None)
    if not isinstance(rule, Rule):
        raise InvalidRule("the module has no RULE", where)
    if not _ID.fullmatch(rule.id):
        raise InvalidRule(f"the id {rule.id!r} is not kebab-case", where)
    if Path(where).stem != rule.id.replace("-", "_"):
        raise InvalidRule(f"the id {rule.id!r} does not fit the name of the module", where)
    if rule.cls not in CATEGORY_OF:
        raise InvalidRule(f"the class {rule.cls!r} is none of the contract", where)
    if rule.level not in LEVELS:
        raise InvalidRule(f"the level {rule.level!r} is none of {', '.join(LEVELS)}", where)
    if not 0.0 < rule.confidence <= 1.0:
        raise InvalidRule(f"the confidence {rule.confidence} is not between 0 and 1", where)
    return rule
