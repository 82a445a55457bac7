"""Say what in a repository will connect to a WebSocket port, and how: findings with file and line.

Reads configuration, manifests and code; runs nothing of it. PATH is a folder or a single file.

Examples:
  wsdoctor inspect
  wsdoctor inspect deploy/nginx.conf
  wsdoctor inspect . --format sarif --output wsdoctor.sarif --format terminal
"""

from __future__ import annotations

import argparse

from wsdoctor.cli._knowledge import add_config_option, knowledge_of
from wsdoctor.cli._output import add_output_options, check_formats, write_report
from wsdoctor.cli._progress import Progress

NAME = "inspect"
HELP = "a repository or a config file: what will send strays, with file and line"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="folder or file (default: this folder)")
    parser.add_argument("--no-cache", action="store_true", help="read every file again")
    add_output_options(parser, "inspection")
    add_config_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Inspect and print the findings."""
    from wsdoctor.investigate import inspect

    check_formats(arguments.outputs, "inspection")
    rules = knowledge_of(arguments).rules
    progress = Progress("files read", shown=not arguments.quiet)
    inspection = inspect(arguments.path, rules, progress=progress, cached=not arguments.no_cache)
    progress.end()
    write_report(inspection, arguments, rules, "inspection")
    return int(any(finding.level != "note" for finding in inspection.findings))
