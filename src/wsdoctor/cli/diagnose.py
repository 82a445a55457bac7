r"""Say who sent each recorded attempt, why it failed and what to change.

Reads evidence (JSON lines, also what --record wrote), a raw request as it came, or standard input.

Examples:
  wsdoctor diagnose strays.jsonl
  wsdoctor diagnose request.txt
  printf 'GET / HTTP/1.0\r\nHost: a\r\n\r\n' | wsdoctor diagnose
  wsdoctor diagnose strays.jsonl --format html --output report.html --format terminal
  wsdoctor diagnose --each --format jsonl strays.jsonl
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator

from wsdoctor.cli._evidence import grouped, records
from wsdoctor.cli._knowledge import add_config_option, knowledge_of
from wsdoctor.cli._output import add_output_options, check_formats, write_report
from wsdoctor.cli._progress import Progress
from wsdoctor.diagnosis import KnowledgeBase
from wsdoctor.errors import InvalidInput
from wsdoctor.model.evidence import Evidence

NAME = "diagnose"
HELP = "evidence, raw requests, standard input: who knocked, why it failed, what to change"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("files", nargs="*", metavar="FILE", help="what to read; '-' or nothing is standard input")
    parser.add_argument("--each", action="store_true", help="one line per input record instead of groups (jsonl only)")
    add_output_options(parser)
    add_config_option(parser)


def run(arguments: argparse.Namespace) -> int:
    """Diagnose the files; a file that turns unreadable ends its reading, what came before is reported."""
    check_formats(arguments.outputs)
    if arguments.each and any(name != "jsonl" for name, _ in arguments.outputs):
        raise InvalidInput("--each goes with --format jsonl", "--each")
    unreadable: list[InvalidInput] = []
    attempts = records(arguments.files or ["-"], unreadable)
    found = _each(attempts, arguments) if arguments.each else _grouped(attempts, arguments)
    for error in unreadable:
        print(f"wsdoctor diagnose: {error}", file=sys.stderr)  # noqa: T201
    return 2 if unreadable else int(found)


def _knowledge(arguments: argparse.Namespace) -> KnowledgeBase:
    from wsdoctor.files_in_play import FilesInPlay

    base = knowledge_of(arguments)
    return FilesInPlay(base.rules, base.recogniser)


def _each(attempts: Iterator[tuple[int, Evidence]], arguments: argparse.Namespace) -> bool:
    from wsdoctor.renderers.jsonl import each

    base = _knowledge(arguments)
    path = arguments.outputs[0][1] if arguments.outputs else None
    found = False
    try:
        out = sys.stdout if path in {None, "-"} else open(path, "w", encoding="utf-8")  # noqa: SIM115
    except OSError as error:
        raise InvalidInput(f"cannot write: {error.strerror}", str(path)) from error
    try:
        for number, evidence in attempts:
            diagnosis = base.diagnose(evidence)
            found |= any(finding.level != "note" for finding in diagnosis.findings)
            out.write(each(number, diagnosis) + "\n")
    finally:
        if out is not sys.stdout:
            out.close()
    return found


def _grouped(found: Iterator[tuple[int, Evidence]], arguments: argparse.Namespace) -> bool:
    base = _knowledge(arguments)
    report = grouped(found, base, Progress("records read", shown=not arguments.quiet))
    if report.attempts:
        write_report(report, arguments, base.rules)
    return any(finding.level != "note" for group in report.groups for finding in group.diagnosis.findings)
