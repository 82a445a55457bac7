"""Say what in a repository will connect to a WebSocket port, and how: findings with file and line.

Reads configuration, manifests and code; runs nothing of it. PATH is a folder or a single file.

Examples:
  wsdoctor inspect
  wsdoctor inspect deploy/nginx.conf
  wsdoctor inspect . --format sarif --output wsdoctor.sarif --format terminal
  wsdoctor inspect --diff
  wsdoctor inspect --fix
  wsdoctor inspect --changed-since origin/main
  wsdoctor inspect --write-baseline wsdoctor-baseline.json
  wsdoctor inspect --baseline wsdoctor-baseline.json
"""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING

from wsdoctor.cli._inspecting import inspected
from wsdoctor.cli._knowledge import add_config_option, declared_rules_of
from wsdoctor.cli._output import add_output_options, check_formats, write_report
from wsdoctor.cli._progress import Progress
from wsdoctor.errors import InvalidInput

if TYPE_CHECKING:
    from wsdoctor.model.inspection import Inspection

NAME = "inspect"
HELP = "a repository or a config file: what will send strays, with file and line"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="folder or file (default: this folder)")
    parser.add_argument("--no-cache", action="store_true", help="read every file again")
    mending = parser.add_mutually_exclusive_group()
    mending.add_argument("--diff", action="store_true", help="print every change that leaves no doubt, as a diff")
    mending.add_argument("--fix", action="store_true", help="make the changes that are safe, then say what remains")
    _add_narrowing_options(parser)
    add_output_options(parser, "inspection")
    add_config_option(parser)


def _add_narrowing_options(parser: argparse.ArgumentParser) -> None:
    baseline = parser.add_mutually_exclusive_group()
    baseline.add_argument("--baseline", metavar="FILE", help="say nothing of findings that this file knows")
    baseline.add_argument("--write-baseline", metavar="FILE", help="write the file that knows the present findings")
    parser.add_argument(
        "--changed-since", metavar="REV", help="only findings that have a part in files which git says changed"
    )


def run(arguments: argparse.Namespace) -> int:
    """Inspect and print the findings."""
    from wsdoctor.files.ahead import Ahead
    from wsdoctor.files.listing import Listing

    listed = Listing if arguments.diff or arguments.fix else Ahead(arguments.path)
    check_formats(arguments.outputs, "inspection")
    known = _known(arguments.baseline)
    if arguments.write_baseline and arguments.changed_since:
        raise InvalidInput("a baseline is of all files; leave --changed-since out", "--write-baseline")
    rules = declared_rules_of(arguments)
    progress = Progress("files read", shown=not arguments.quiet)
    if arguments.diff or arguments.fix:
        from wsdoctor.mending import plan
        from wsdoctor.suppression import suppressed

        mended = plan(arguments.path, rules(), quiet=suppressed, progress=progress, safe=arguments.fix)
        progress.end()
        if arguments.diff:
            sys.stdout.write(mended.diff())
            return int(bool(mended.texts))
        mended.write()
        if not arguments.quiet:
            for finding in mended.fixed:
                place = f"{finding.location.file}:{finding.location.line}"
                print(f"fixed {place}: {finding.rule}", file=sys.stderr)  # noqa: T201
    inspection = inspected(arguments.path, rules, listed=listed, progress=progress, cached=not arguments.no_cache)
    progress.end()
    inspection = _narrowed(inspection, arguments, known)
    write_report(inspection, arguments, rules(), "inspection")
    return int(any(finding.level != "note" for finding in inspection.findings))


def _known(baseline: str | None) -> frozenset[str]:
    if baseline is None:
        return frozenset()
    from wsdoctor.baseline import known_findings

    return known_findings(baseline)


def _narrowed(inspection: Inspection, arguments: argparse.Namespace, known: frozenset[str]) -> Inspection:
    from wsdoctor.baseline import with_baseline, write_baseline
    from wsdoctor.changes import changed_since
    from wsdoctor.model.finding import fingerprints

    if arguments.write_baseline:
        write_baseline(arguments.write_baseline, inspection.findings)
        known = frozenset(fingerprints(inspection.findings))
    inspection = with_baseline(inspection, known)
    return changed_since(inspection, arguments.changed_since) if arguments.changed_since else inspection
