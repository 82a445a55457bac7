"""Where a report goes: `--format` and `--output`, which may be given several times, pairwise.

Shared by the commands that end with a report; it knows the renderers by their folder only.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wsdoctor.errors import InvalidInput

if TYPE_CHECKING:
    from wsdoctor.model.inspection import Inspection, Investigation
    from wsdoctor.model.report import Report
    from wsdoctor.model.rule import Rule

__all__ = ["add_output_options", "check_formats", "colour", "terminal", "write_report"]

FILE_WIDTH = 80
"""Columns of a text report that goes to a file or a pipe."""


class _Format(argparse.Action):
    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        namespace.outputs = [*namespace.outputs, (str(values), None)]


class _Output(argparse.Action):
    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        pairs = list(namespace.outputs)
        name = pairs.pop()[0] if pairs and pairs[-1][1] is None else None
        namespace.outputs = [*pairs, (name or _format_of(str(values)), str(values))]


def _format_of(path: str) -> str:
    suffixes = {".json": "json", ".jsonl": "jsonl", ".md": "markdown", ".html": "html", ".sarif": "sarif"}
    return suffixes.get(os.path.splitext(path)[1].lower(), "terminal")


def add_output_options(parser: argparse.ArgumentParser, kind: str | None = None) -> None:
    """Add `--format`, `--output`, `--quiet`, `--verbose` and `--colour`."""
    from wsdoctor.renderers import names

    parser.add_argument(
        "--format",
        action=_Format,
        default=argparse.SUPPRESS,
        metavar="FORMAT",
        help=f"one of {', '.join(names(kind))}; may be given several times, each with its own --output",
    )
    parser.add_argument(
        "--output",
        action=_Output,
        default=argparse.SUPPRESS,
        metavar="FILE",
        help="where the format before it goes; without --format its ending decides; '-' is standard output",
    )
    parser.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colour on standard output"
    )
    loudness = parser.add_mutually_exclusive_group()
    loudness.add_argument("--quiet", action="store_true", help="say only what was found")
    loudness.add_argument("--verbose", action="store_true", help="show requests as received and all findings")
    parser.set_defaults(outputs=[])


def check_formats(outputs: Sequence[tuple[str, str | None]], kind: str | None = None) -> list[tuple[str, str | None]]:
    """Return the outputs to write, the terminal if none was asked for.

    Raises:
        InvalidInput: if a format does not exist, or two formats go to standard output.

    """
    from wsdoctor.renderers import names

    wanted = list(outputs) or [("terminal", None)]
    for name, _ in wanted:
        if name not in names(kind):
            raise InvalidInput(f"no such format; there are {', '.join(names(kind))}", f"--format {name}")
    if sum(path in {None, "-"} for _, path in wanted) > 1:
        raise InvalidInput("two formats cannot both go to standard output; give one of them --output", "--format")
    return wanted


def colour(choice: str) -> bool:
    """Say whether standard output takes colour: on a terminal that did not opt out (https://no-color.org)."""
    if choice != "auto":
        return choice == "always"
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"


def terminal(choice: str) -> dict[str, Any]:
    """Return what standard output can show: colour, columns and characters beyond ASCII."""
    return {
        "color": colour(choice),
        "width": shutil.get_terminal_size().columns if sys.stdout.isatty() else FILE_WIDTH,
        "unicode": (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf"),
    }


def write_report(
    report: Report | Inspection | Investigation,
    arguments: argparse.Namespace,
    rules: Mapping[str, Rule],
    kind: str | None = None,
) -> None:
    """Render the report into each output that was asked for.

    Args:
        report: what was observed.
        arguments: the options of the command.
        rules: the rules that judged, by id.
        kind: kind of renderers, as `renderers.names` takes it.

    Raises:
        InvalidInput: if a file cannot be written.

    """
    from wsdoctor.renderers import load

    for name, path in check_formats(arguments.outputs, kind):
        renderer = load(name, kind)
        if path is None or path == "-":
            shown = terminal(arguments.color)
            renderer.render(report, sys.stdout.write, rules=rules, verbose=arguments.verbose, **shown)
            continue
        try:
            with open(path, "w", encoding="utf-8") as file:
                renderer.render(report, file.write, rules=rules, verbose=arguments.verbose)
        except OSError as error:
            raise InvalidInput(f"cannot write: {error.strerror}", path) from error
