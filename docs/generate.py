"""Write the pages of `docs/rules` from the rules that run; with `--check`, fail if one of them is stale.

The pages are never edited by hand: what a page says is in the rule.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from wsdoctor.model.rule import Rule
from wsdoctor.renderers.rule_page import index_page, page
from wsdoctor.rules import load_rules

FOLDER = Path(__file__).parent / "rules"


def pages(rules: Mapping[str, Rule]) -> dict[str, str]:
    """Return the text of every page by file name."""
    return {"index.md": index_page(rules)} | {f"{id_}.md": page(rule) for id_, rule in rules.items()}


def stale(wanted: Mapping[str, str], folder: Path) -> list[str]:
    """Return the names of the pages that are missing, differ, or belong to no rule any more."""
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.md")}
    return sorted(name for name in wanted.keys() | found.keys() if wanted.get(name) != found.get(name))


def main(arguments: Sequence[str], rules: Mapping[str, Rule], folder: Path) -> int:
    """Write the pages, or with ``--check`` only compare; return the exit code."""
    wanted = pages(rules)
    names = stale(wanted, folder)
    if "--check" in arguments:
        for name in names:
            sys.stderr.write(f"docs/rules/{name} is stale; run: python docs/generate.py\n")
        return 1 if names else 0
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        if name in wanted:
            (folder / name).write_text(wanted[name], encoding="utf-8")
        else:
            (folder / name).unlink()
    sys.stdout.write(f"{len(wanted)} pages, {len(names)} of them changed\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], load_rules(), FOLDER))
