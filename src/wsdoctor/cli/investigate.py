"""Join what was observed with what the repository declares: each group of strays with the line that sends it.

Examples:
  wsdoctor investigate --evidence strays.jsonl
  wsdoctor investigate . --evidence strays.jsonl --format html --output report.html
  wsdoctor investigate src --evidence monday.jsonl --evidence tuesday.jsonl --format json
"""

from __future__ import annotations

import argparse
import os
import sys

from wsdoctor.cli._evidence import grouped, records
from wsdoctor.cli._inspecting import inspected
from wsdoctor.cli._knowledge import add_config_option, knowledge_of
from wsdoctor.cli._output import add_output_options, check_formats, write_report
from wsdoctor.cli._progress import Progress
from wsdoctor.errors import InvalidInput

NAME = "investigate"
HELP = "both, joined: each group of strays with the file and line that sends it"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("path", nargs="?", default=".", metavar="PATH", help="folder or file (default: this folder)")
    parser.add_argument(
        "--evidence", action="append", default=[], metavar="FILE", help="what was observed; may be given several times"
    )
    parser.add_argument("--no-cache", action="store_true", help="read every file again")
    add_output_options(parser, "investigation")
    add_config_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Investigate and print the explanations."""
    from wsdoctor.files.ahead import Ahead

    listed = Ahead(arguments.path)
    from wsdoctor.investigate import investigate
    from wsdoctor.platforms import detect

    check_formats(arguments.outputs, "investigation")
    base = knowledge_of(arguments)
    reading = Progress("files read", shown=not arguments.quiet)
    inspection = inspected(
        arguments.path, lambda: base.rules, listed=listed, progress=reading, cached=not arguments.no_cache
    )
    reading.end()
    unreadable: list[InvalidInput] = []
    diagnosing = Progress("records read", shown=not arguments.quiet)
    report = grouped(records(arguments.evidence, unreadable), base, diagnosing)
    investigation = investigate(inspection, report.groups, detect(os.environ))
    write_report(investigation, arguments, base.rules, "investigation")
    for error in unreadable:
        print(f"wsdoctor investigate: {error}", file=sys.stderr)  # noqa: T201
    found = [*inspection.findings, *(group.diagnosis.primary for group in report.groups)]
    return 2 if unreadable else int(any(finding is not None and finding.level != "note" for finding in found))
