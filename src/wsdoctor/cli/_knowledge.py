"""The knowledge base of a command: the built-in rules and those of the user's folder.

A broken rule of the user is named on standard error; the rest works without it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from wsdoctor.errors import InvalidRule

if TYPE_CHECKING:
    from wsdoctor.diagnosis import KnowledgeBase
    from wsdoctor.model.rule import Rule

__all__ = ["add_config_option", "declared_rules_of", "knowledge_of"]


def add_config_option(parser: argparse.ArgumentParser) -> None:
    """Add `--config` and `--rules`."""
    parser.add_argument(
        "--config", metavar="FILE", help="instead of wsdoctor.toml or [tool.wsdoctor] of pyproject.toml"
    )
    parser.add_argument("--rules", metavar="FOLDER", help="folder of your own rules and senders.toml")


def knowledge_of(arguments: argparse.Namespace) -> KnowledgeBase:
    """Return the knowledge base that the options and the configuration file ask for.

    Raises:
        InvalidInput: if the configuration or the folder cannot be used.

    """
    from wsdoctor.diagnosis import KnowledgeBase, knowledge_base
    from wsdoctor.rules import load_folder, load_rules
    from wsdoctor.rules._senders import Recogniser, load_senders

    folder = _folder(arguments)
    if folder is None:
        return knowledge_base()
    own, broken = load_folder(folder)
    rules = dict(load_rules())
    entries = load_senders()
    for id_, rule in own.items():
        try:
            KnowledgeBase({**rules, id_: rule}, Recogniser(()))
        except InvalidRule as error:
            broken.append(error)
        else:
            rules[id_] = rule
    table = folder / "senders.toml"
    if table.is_file():
        try:
            entries = (*entries, *load_senders(table))
        except InvalidRule as error:
            broken.append(error)
    for problem in broken:
        print(f"wsdoctor: left out: {problem}", file=sys.stderr)  # noqa: T201
    return KnowledgeBase(rules, Recogniser(entries))


def declared_rules_of(arguments: argparse.Namespace) -> Callable[[], Mapping[str, Rule]]:
    """Return what loads the rules that judge declared traffic; the many others come only if the user has rules too.

    Raises:
        InvalidInput: if the configuration or the folder cannot be used.

    """
    from wsdoctor.rules import load_declared_rules

    if _folder(arguments) is None:
        return load_declared_rules
    base = knowledge_of(arguments)
    return lambda: base.rules


def _folder(arguments: argparse.Namespace) -> Path | None:
    from wsdoctor.config import load_config

    return Path(arguments.rules) if arguments.rules else load_config(arguments.config).rules
