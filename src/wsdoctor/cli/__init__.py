"""The command line: one module per command, found in this folder.

A command module has `NAME`, `HELP`, `configure(parser)` and `run(arguments) -> exit code`, and imports what
costs time inside `run`, so that `--help` stays quick. Exit codes: 0 nothing to do, 1 something found at
level warning or error, 2 wrong usage, unreadable input or a failure of wsdoctor itself.
"""

from __future__ import annotations

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from typing import Any, NoReturn, Protocol, cast

from wsdoctor.cli._garbage import not_at_exit, seldom_collected
from wsdoctor.errors import WsdoctorError

__all__ = ["main"]

DESCRIPTION = "Says who sent each failed WebSocket opening handshake, why it failed, and what to change."
EPILOG = """examples:
  wsdoctor demo                                   play the founding incident on this machine
  wsdoctor run -- python server.py                start a server with the guard in it
  wsdoctor run --record strays.jsonl -- uvicorn app:app
  wsdoctor diagnose strays.jsonl                  who knocked, and why
  printf 'GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n' | wsdoctor diagnose
  wsdoctor explain kubernetes-probe               the page of one rule

Exit codes: 0 nothing to do; 1 something found at level warning or error; 2 wrong usage or unreadable input.
"""
INTERRUPTED = 130
"""What a shell reports of a program that ended by Ctrl-C."""


class Command(Protocol):
    """What every command module of this folder offers."""

    NAME: str
    HELP: str

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the options of the command."""

    def run(self, arguments: argparse.Namespace) -> int:
        """Do the command and return its exit code."""


class _Version(argparse.Action):
    """Prints the version and ends; it is looked up only then, for that takes longer than all other options."""

    def __init__(self, option_strings: Sequence[str], dest: str, **options: Any) -> None:
        super().__init__(option_strings, dest, nargs=0, **options)

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> NoReturn:
        """Print the version and end."""
        from importlib.metadata import PackageNotFoundError, version

        try:
            found = version("wsdoctor")
        except PackageNotFoundError:
            found = "unknown"
        print(f"wsdoctor {found}")  # noqa: T201 - the command line speaks
        parser.exit()


def commands(only: str | None = None) -> list[Command]:
    """Return the command modules of this folder in alphabetical order, or one of them alone if there is such a one."""
    names = sorted(module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))
    wanted = [only] if only in names else names
    return [cast(Command, importlib.import_module(f"{__name__}.{name}")) for name in wanted]


def build_parser(only: str | None = None) -> argparse.ArgumentParser:
    """Return the parser of the whole command line, or of one command of it if there is such a one.

    Args:
        only: name of the command; the others are then not loaded.

    """
    parser = argparse.ArgumentParser(
        prog="wsdoctor", description=DESCRIPTION, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action=_Version, help="show program's version number and exit")
    words = parser.add_subparsers(title="commands", metavar="COMMAND", dest="command")
    for command in commands(only):
        sub = words.add_parser(
            command.NAME,
            help=command.HELP,
            description=command.__doc__,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        command.configure(sub)
        sub.set_defaults(run=command.run)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; errors of wsdoctor become one line on standard error.

    Args:
        argv: words of the command line, None = those of this program, which then ends with the command.

    """
    if argv is None:
        not_at_exit()
    with seldom_collected():
        return _main(sys.argv[1:] if argv is None else argv)


def _main(argv: Sequence[str]) -> int:
    parser = build_parser(argv[0] if argv else None)
    arguments = parser.parse_args(argv)
    if arguments.command is None:
        parser.print_help()
        return 2
    try:
        code = int(arguments.run(arguments))
        sys.stdout.flush()
    except WsdoctorError as error:
        print(f"wsdoctor {arguments.command}: {error}", file=sys.stderr)  # noqa: T201 - the command line speaks
        return 2
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print(f"wsdoctor {arguments.command}: interrupted", file=sys.stderr)  # noqa: T201
        return INTERRUPTED
    return code
