"""Say what in a repository will connect to a WebSocket port, and how: findings with file and line.

Reads configuration, manifests and code; runs nothing of it. PATH is a folder or a single file.

Examples:
  wsdoctor inspect
  wsdoctor inspect deploy/nginx.conf
  wsdoctor inspect . --format sarif --output wsdoctor.sarif --format terminal
  wsdoctor inspect --diff
  wsdoctor inspect --fix
"""

from __future__ import annotations

import argparse
import sys

from wsdoctor.cli._knowledge import add_config_option, knowledge_of
from wsdoctor.cli._output import add_output_options, check_formats, write_report
from wsdoctor.cli._progress import Progress

NAME = "inspect"
HELP = "a repository or a config file: what will send strays, with file and line"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="folder or file (default: this folder)")
    parser.add_argument("--no-cache", action="store_true", help="read every file again")
    mending = parser.add_mutually_exclusive_group()
    mending.add_argument("--diff", action="store_true", help="print what --fix would change, as a unified diff")
    mending.add_argument("--fix", action="store_true", help="make the changes that are safe, then say what remains")
    add_output_options(parser, "inspection")
    add_config_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Inspect and print the findings."""
    from wsdoctor.investigate import inspect, suppressed
    from wsdoctor.mending import plan

    check_formats(arguments.outputs, "inspection")
    rules = knowledge_of(arguments).rules
    progress = Progress("files read", shown=not arguments.quiet)
    if arguments.diff or arguments.fix:
        mended = plan(arguments.path, rules, quiet=suppressed, progress=progress)
        progress.end()
        if arguments.diff:
            sys.stdout.write(mended.diff())
            return int(bool(mended.texts))
        mended.write()
        if not arguments.quiet:
            for finding in mended.fixed:
                print(f"fixed {finding.location.file}:{finding.location.line}: {finding.rule}", file=sys.stderr)
    inspection = inspect(arguments.path, rules, progress=progress, cached=not arguments.no_cache)
    progress.end()
    write_report(inspection, arguments, rules, "inspection")
    return int(any(finding.level != "note" for finding in inspection.findings))
