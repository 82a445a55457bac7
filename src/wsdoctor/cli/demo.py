"""Play the founding incident on this machine, first without the guard, then with it.

A page on port 5000, a WebSocket server on port 8080, real clients that verify each message, and a dozen and
more kinds of stray.

Examples:
  wsdoctor demo
  wsdoctor demo --seconds 60 --report report.html --record strays.jsonl
  wsdoctor demo --web-port 5001 --ws-port 8081
"""

from __future__ import annotations

import argparse
import importlib.util
from pathlib import Path

from wsdoctor.errors import NotEnabled

NAME = "demo"
HELP = "play the founding incident on this machine and diagnose it live"
WEB_PORT, WS_PORT = 5000, 8080
"""The ports of the founding incident."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("--web-port", type=int, metavar="PORT", help=f"port of the HTTP server (default {WEB_PORT})")
    parser.add_argument("--ws-port", type=int, metavar="PORT", help=f"port of the WebSocket server (default {WS_PORT})")
    parser.add_argument("--before", type=_seconds, default=10.0, metavar="SECONDS", help="how long without the guard")
    parser.add_argument("--seconds", type=_seconds, default=20.0, metavar="SECONDS", help="how long with the guard")
    parser.add_argument("--report", type=Path, default=Path("wsdoctor-report.html"), metavar="FILE")
    parser.add_argument("--record", type=Path, metavar="FILE", help="keep the recorded attempts (JSON lines)")
    parser.add_argument(
        "--color", choices=("auto", "always", "never"), default="auto", help="colour on standard output"
    )


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 1 <= seconds <= 3600:
        raise argparse.ArgumentTypeError("from 1 to 3600 seconds")
    return seconds


def run(arguments: argparse.Namespace) -> int:
    """Play the demo."""
    if importlib.util.find_spec("websockets") is None:
        raise NotEnabled("the demo", "demo")
    from rich.console import Console

    from wsdoctor.cli._output import colour
    from wsdoctor.demo.play import Options, play

    options = Options(
        web_port=arguments.web_port or WEB_PORT,
        ws_port=arguments.ws_port or WS_PORT,
        strict_ports=arguments.web_port is not None or arguments.ws_port is not None,
        before=arguments.before,
        after=arguments.seconds,
        report=arguments.report,
        record=arguments.record,
    )
    console = Console(no_color=not colour(arguments.color), highlight=False, soft_wrap=False)
    return play(options, console)
