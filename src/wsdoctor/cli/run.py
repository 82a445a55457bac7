"""Start a Python server with the guard in it; its code is not changed.

Every Python process of the command that can import wsdoctor gets the guard, workers included. The command
takes the place of this process, so signals reach it and its exit code is what the shell sees. Without a
command the exit code is 2; 127 if it is not found, 126 if it cannot be executed. Interpreters started with
-I or -E ignore the environment, and so the guard.

Examples:
  wsdoctor run -- python server.py
  wsdoctor run --record strays.jsonl -- uvicorn app:app --workers 2
  wsdoctor run --health-path /healthz -- python server.py

"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from wsdoctor.errors import InvalidInput

__all__ = ["HELP", "NAME", "configure", "run"]

NAME = "run"
HELP = "start a Python server with the guard in it"

NOT_FOUND, NOT_EXECUTABLE = 127, 126
"""What a shell reports of such commands (POSIX, Shell Command Language 2.8.2)."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("--record", metavar="FILE", help="append one JSON line per attempt; diagnose reads it back")
    parser.add_argument("--ports", metavar="PORT,…", help="guard these TCP ports only; otherwise every known server")
    parser.add_argument(
        "--health-path", action="append", default=[], metavar="PATH", help="answer 200 on this path; may be repeated"
    )
    parser.add_argument(
        "--websocket-path",
        action="append",
        default=[],
        metavar="PATH",
        help="WebSockets are opened here, on a port that also serves HTTP; others are learned",
    )
    parser.add_argument("--watch-only", action="store_true", help="record attempts, answer none of them")
    parser.add_argument("--log", choices=("human", "json", "off"), help="how attempts appear in the log")
    parser.add_argument("--quiet", action="store_true", help="log summaries and warnings only")
    parser.add_argument("arguments", nargs=argparse.REMAINDER, metavar="-- COMMAND…", help="what to start")


def run(arguments: argparse.Namespace) -> int:
    """Become the command; return only if that is not possible.

    Raises:
        InvalidInput: if there is no command, or an option cannot be used.

    """
    command = arguments.arguments[1:] if arguments.arguments[:1] == ["--"] else arguments.arguments
    if not command:
        raise InvalidInput("nothing to start; for example: wsdoctor run -- python server.py", "COMMAND")
    environment = environment_of(arguments, os.environ)
    sys.stdout.flush()
    try:
        os.execvpe(command[0], command, environment)  # noqa: S606 - starting the user's command is the purpose
    except FileNotFoundError:
        return _cannot(command[0], "command not found", NOT_FOUND)
    except OSError as error:
        return _cannot(command[0], error.strerror or "cannot be executed", NOT_EXECUTABLE)


def environment_of(arguments: argparse.Namespace, environment: Mapping[str, str]) -> dict[str, str]:
    """Return the environment that brings the guard into every Python process of the command.

    Raises:
        InvalidInput: if an option cannot be used.

    """
    from wsdoctor.model.settings import Settings

    options = {
        "WSDOCTOR_PORTS": "--ports",
        "WSDOCTOR_HEALTH_PATHS": "--health-path",
        "WSDOCTOR_WEBSOCKET_PATHS": "--websocket-path",
    }
    added: dict[str, str] = {}
    if arguments.record:
        added["WSDOCTOR_RECORD"] = _writable(arguments.record)
    if arguments.ports:
        added["WSDOCTOR_PORTS"] = arguments.ports
    if arguments.health_path:
        added["WSDOCTOR_HEALTH_PATHS"] = ",".join(arguments.health_path)
    if arguments.websocket_path:
        added["WSDOCTOR_WEBSOCKET_PATHS"] = ",".join(arguments.websocket_path)
    if arguments.watch_only:
        added["WSDOCTOR_ANSWER"] = "no"
    if arguments.log:
        added["WSDOCTOR_LOG"] = arguments.log
    if arguments.quiet:
        added["WSDOCTOR_QUIET"] = "yes"
    changed = {**environment, **added}
    try:
        Settings.from_environment(changed)
    except InvalidInput as error:
        raise InvalidInput(error.problem, options.get(error.where, error.where)) from None
    folder = str(Path(__file__).resolve().parent.parent / "startup")
    others = [entry for entry in environment.get("PYTHONPATH", "").split(os.pathsep) if entry and entry != folder]
    changed["PYTHONPATH"] = os.pathsep.join([folder, *others])
    return changed


def _writable(name: str) -> str:
    path = os.path.abspath(name)
    folder = os.path.dirname(path)
    if os.path.isdir(path):
        raise InvalidInput("is a folder; --record wants a file", name)
    if not os.path.isdir(folder):
        raise InvalidInput("there is no such folder", folder)
    if not os.access(path if os.path.exists(path) else folder, os.W_OK):
        raise InvalidInput("cannot write there", name)
    return path


def _cannot(command: str, why: str, code: int) -> int:
    print(f"wsdoctor run: {command}: {why}", file=sys.stderr)  # noqa: T201 - the command line speaks
    return code
