"""Commands that connect somewhere: what a shell fragment of a check, a wait or a script sends, and where to.

It knows the tools (`tools`) and the shell, and no product: who holds a fragment drives it. Nothing is run.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from wsdoctor.inspectors._expansion import expand, is_open
from wsdoctor.inspectors._platforms.common import codes, port_number, seconds
from wsdoctor.inspectors._platforms.sent import Sent
from wsdoctor.inspectors._platforms.shell_functions import Function, functions
from wsdoctor.inspectors._platforms.spoken import Found, Spoken
from wsdoctor.inspectors._platforms.tools import may_speak, tool_of
from wsdoctor.syntax import shell
from wsdoctor.syntax.shell import Command, Word

__all__ = ["read", "read_words"]

_MAX_NESTED = 4
_MAX_VALUES = 20
_SHELLS = frozenset(("sh", "bash", "ash", "dash", "zsh", "ksh"))
_PREFIXES = frozenset(("sudo", "exec", "nohup", "command", "time", "nice", "then", "else", "do", "tini", "dumb-init",
                       "unbuffer", "setsid", "eatmydata", "su-exec", "gosu", "retry", "npx", "bunx", "pnpx",
                       "cross-env"))  # fmt: skip
_CONTAINERS = frozenset(("docker", "podman", "nerdctl"))
_VARIABLE = re.compile(r"\$\{?([A-Za-z_]\w*)")
_DEFAULTED = re.compile(r"\$\{[1-9@*]:?[-=]([^}]*)\}")
_POSITIONAL = re.compile(r"\$(?:([1-9])|\{([1-9])(?::?[-=?][^{}]*)?\})")
_TAKES = re.compile(r"\$\{?[1-9@*]").search
_DECLARE = frozenset(("local", "declare", "typeset", "readonly"))
_SHORT_WITH_VALUE = frozenset(("-s", "-k", "-n", "-u", "-g", "-w", "-e"))


_POWERSHELL = re.compile(
    r"(?:\b(?:try|do)\s*\{\s*)?\$\w+\s*=\s*(?=(?i:invoke-(?:webrequest|restmethod)|iwr|irm)\s)|"
    r"\b(?:try|do)\s*\{(?=\s*(?i:invoke-(?:webrequest|restmethod)|iwr|irm)\s)"
)
"""What stands before the commands of PowerShell that ask by HTTP: a variable that keeps the answer, or a block."""


def read(text: str, first_line: int, value: Callable[[str], str | None]) -> Found:
    """Return what a fragment of shell does.

    Most fragments connect nowhere, and the words that a command must hold which does are found without taking it apart.

    Args:
        text: of it.
        first_line: 1-based line of the file that it starts on.
        value: gives the value of a variable, None if it is unknown.

    """
    if not _may_do(text):
        given = map(value, dict.fromkeys(_VARIABLE.findall(text)))
        if not any(known and _may_do(known) for known in given):
            return Found()
    return _Fragment(value).read(text, first_line, 0)


def _may_do(text: str) -> bool:
    return may_speak(text) or any(program in text for program in _CONTAINERS)


def read_words(words: Sequence[str], line: int, value: Callable[[str], str | None]) -> Found:
    """Return what a command does that no shell takes apart, such as the exec form of a health check."""
    fragment = _Fragment(value)
    command = Command(tuple(Word(word, line, True) for word in words), (), line, line, (), 0)
    fragment.commands([command], 0)
    return fragment.found


class _Fragment:
    def __init__(self, value: Callable[[str], str | None]) -> None:
        self.value = value
        self.local: dict[str, str] = {}
        self.loops: dict[int, tuple[str, list[str]]] = {}
        self.functions: dict[str, Function] = {}
        self.found = Found()

    def lookup(self, name: str) -> str | None:
        return self.local[name] if name in self.local else self.value(name)

    def expand(self, text: str) -> str:
        given = _POSITIONAL.sub(lambda match: self.local.get(match[1] or match[2], match[0]), text)
        return expand(_DEFAULTED.sub(r"\1", given), self.lookup)

    def read(self, text: str, first_line: int, depth: int) -> Found:
        self.functions |= {one.name: one for one in functions(text, first_line)}
        self.commands(shell.parse(_POWERSHELL.sub(";", text), first_line), depth)
        return self.found

    def commands(self, commands: list[Command], depth: int) -> None:
        naps = self.naps(commands)
        elsewhere = self.read_at_calls(commands)
        whole: dict[int, list[str]] = {}
        for command in commands:
            whole.setdefault(command.statement, []).extend(word.text for word in command.words)
        for command in commands:
            for name, given in command.assignments:
                known = self.expand(given)
                fixed = "$(" not in known and "`" not in known and not (is_open(known) and self.value(name))
                if fixed and not command.words:
                    self.local[name] = known
            if not command.words or any(command.line in lines for lines in elsewhere):
                continue
            if command.words[0].text in {"for", "select"} and not command.words[0].quoted:
                self.head(command, commands)
                continue
            period = next((naps[loop] for loop in reversed(command.loops) if loop in naps), None)
            for words in self.each(command):
                self.command(words, command, period, whole[command.statement], depth)

    def read_at_calls(self, commands: list[Command]) -> list[range]:
        """Return the lines of the functions that are called, and that mean nothing without what they are given."""
        named = [(command.words[0].text, command.line) for command in commands if command.words]
        found = []
        for function in self.functions.values():
            lines = range(function.first, function.last + 1)
            called = any(name == function.name and line not in lines for name, line in named)
            if called and _TAKES(function.body):
                found.append(lines)
        return found

    def naps(self, commands: list[Command]) -> dict[int, float]:
        """Return how long each loop sleeps each time."""
        found: dict[int, float] = {}
        for command in commands:
            texts = [word.text for word in command.words]
            if command.loops and len(texts) > 1 and texts[0].rpartition("/")[2] in {"sleep", "Start-Sleep"}:
                length = re.fullmatch(r"(\d*\.?\d+)([smh]?)", self.expand(texts[-1]))
                if length:
                    nap = float(length[1]) * {"m": 60, "h": 3600}.get(length[2], 1)
                    found[command.loops[-1]] = found.get(command.loops[-1], 0.0) + nap
        return found

    def head(self, command: Command, commands: list[Command]) -> None:
        """Remember what a loop's variable becomes, if that is written out."""
        texts = [self.expand(word.text) for word in command.words]
        if len(texts) < 4 or texts[2] != "in" or len(texts) > _MAX_VALUES + 3:
            return
        values = [value for text in texts[3:] for value in text.split()]
        number = next((one.loops[-1] for one in commands if one.loops and one.line >= command.line
                       and len(one.loops) > len(command.loops) and one.loops[-1] not in self.loops), None)  # fmt: skip
        if number is not None and not any(is_open(value) for value in values):
            self.loops[number] = (texts[1], values)

    def each(self, command: Command) -> list[list[Word]]:
        """Return the words of a command, for each value of the loops that it runs in."""
        bound = next(
            (
                self.loops[loop]
                for loop in command.loops
                if loop in self.loops
                and any(re.search(rf"\${{?{re.escape(self.loops[loop][0])}\b", word.text) for word in command.words)
            ),
            None,
        )
        if bound is None:
            return [[Word(self.expand(word.text), word.line, word.quoted) for word in command.words]]
        found = []
        kept = dict(self.local)
        for value in bound[1]:
            self.local[bound[0]] = value
            found.append([Word(self.expand(word.text), word.line, word.quoted) for word in command.words])
        self.local = kept
        return found

    def command(
        self, words: list[Word], command: Command, period: float | None, statement: list[str], depth: int
    ) -> None:
        inside: str | None = None
        while words:
            texts = [word.text for word in words]
            program = texts[0].rpartition("/")[2]
            if program == "eval" or (
                program in _SHELLS and any(re.fullmatch(r"-[a-z]*c", text) for text in texts[1:3])
            ):
                self.nested(words, period, bool(command.loops), inside, depth)
                return
            skip = self.wrapper(program, texts)
            if isinstance(skip, str):
                inside, skip = skip, self.past_exec(texts)
            if skip is None:
                break
            if program == "watch":
                period = self.option(texts[:skip], "-n", "--interval") or 2.0
            words = words[skip:]
        if not words:
            return
        texts = [word.text for word in words]
        if texts[0] in _DECLARE:
            self.local.update(
                (name, given) for name, equals, given in (text.partition("=") for text in texts) if equals
            )
            return
        function = self.functions.get(texts[0])
        if function is not None and not function.first <= command.line <= function.last:
            self.invoked(function, texts, command, depth)
            return
        if texts[0].rpartition("/")[2] in _CONTAINERS:
            self.publishes(texts, command.line)
            self.checks(words, depth)
        for sent in tool_of(texts, self.expand):
            self.take(sent, command, period, statement, inside)

    def take(
        self, sent: Sent, command: Command, period: float | None, statement: list[str], inside: str | None
    ) -> None:
        if sent.port is None:
            if sent.open_port and not re.search(r"\$\{?[0-9@*]", sent.open_port):
                self.found.unknown.append((command.line, sent.open_port))
            return
        expects = sent.expects
        if any("%{http_code}" in text or "%{response_code}" in text for text in statement):
            expects = codes(" ".join(text for text in statement if "://" not in text and "http_code}" not in text))
            expects = expects or codes(" ".join(re.sub(r"\S*://\S*", "", text) for text in statement))
        elif sent.protocol in {"http", "https"} and any(text == "grep" for text in statement):
            after = statement[statement.index("grep") :]
            expects = codes(" ".join(text for text in after if re.fullmatch(r"\D*[1-5]\d\d\D*", text)))
        waits = bool(command.loops) or sent.waits
        rhythm = period if period is not None else sent.period
        self.found.spoken.append(Spoken(sent, command.line, command.end_line, rhythm, waits, inside, expects))

    def nested(self, words: list[Word], period: float | None, waits: bool, inside: str | None, depth: int) -> None:
        """Read what a shell is given as text."""
        texts = [word.text for word in words]
        at = next((row for row, text in enumerate(texts) if row and re.fullmatch(r"-[a-z]*c", text)), None)
        if texts[0] == "eval":
            at = 0
        if at is None or at + 1 >= len(words) or depth >= _MAX_NESTED:
            return
        inner = _Fragment(self.lookup)
        inner.local = self.local
        inner.read(words[at + 1].text, words[at + 1].line, depth + 1)
        for spoken in inner.found.spoken:
            rhythm = spoken.period if spoken.period is not None else period
            self.found.spoken.append(
                replace(spoken, period=rhythm, waits=spoken.waits or waits, inside=spoken.inside or inside)
            )
        self.found.unknown += inner.found.unknown
        self.found.published += inner.found.published

    def invoked(self, function: Function, texts: list[str], command: Command, depth: int) -> None:
        """Read a function with what it is given; what that tells is on the line of the call."""
        if depth >= _MAX_NESTED or not _TAKES(function.body):
            return
        inner = _Fragment(self.lookup)
        inner.local = self.local | {str(at): text for at, text in enumerate(texts) if at}
        inner.functions = {name: one for name, one in self.functions.items() if name != function.name}
        inner.commands(shell.parse(function.body, function.first), depth + 1)
        for spoken in inner.found.spoken:
            waits = spoken.waits or bool(command.loops)
            self.found.spoken.append(replace(spoken, line=command.line, end_line=command.end_line, waits=waits))

    def wrapper(self, program: str, texts: list[str]) -> int | str | None:
        """Return how many words only wrap another command, the container that it runs in, or None."""
        if program in _PREFIXES or program in _SHELLS:
            at = 1
            while at < len(texts) and (texts[at].startswith("-") or re.match(r"[A-Za-z_]\w*=", texts[at])):
                at += 1 + (texts[at] in {"-u", "-g"} and program != "npx")
            return at + (program in {"su-exec", "gosu"})
        if program in {"timeout", "gtimeout", "watch", "nice", "flock", "env", "xargs", "chronic", "stdbuf"}:
            at = 1
            while at < len(texts) and (texts[at].startswith("-") or re.match(r"[A-Za-z_]\w*=", texts[at])):
                at += 2 if texts[at] in _SHORT_WITH_VALUE and texts[at] != "-e" else 1
            return at + (program in {"timeout", "gtimeout", "flock"} and at < len(texts))
        if program in {"yarn", "pnpm", "npm", "bun"} and len(texts) > 2:
            return 2 if texts[1] in {"exec", "dlx", "x", "run"} and texts[2] != "--" else None
        if program in {"docker", "podman", "docker-compose", "kubectl"} and "exec" in texts[:4]:
            at = texts.index("exec") + 1
            while at < len(texts) and texts[at].startswith("-") and texts[at] != "--":
                at += 2 if texts[at] in {"-e", "-u", "-w", "-n", "-c", "--env", "--user", "--workdir"} else 1
            return texts[at].rpartition("/")[2] if at < len(texts) else None
        return None

    def past_exec(self, texts: list[str]) -> int:
        at = texts.index("exec") + 1
        while at < len(texts) and texts[at].startswith("-") and texts[at] != "--":
            at += 2 if texts[at] in {"-e", "-u", "-w", "-n", "-c", "--env", "--user", "--workdir"} else 1
        at += 1
        while at < len(texts) and texts[at].startswith("-"):
            at += 1 if texts[at] == "--" or "=" in texts[at] else 2
        return at

    def option(self, texts: list[str], *names: str) -> float | None:
        for row, text in enumerate(texts[:-1]):
            if text in names and re.fullmatch(r"\d*\.?\d+", texts[row + 1]):
                return float(texts[row + 1])
        return None

    def checks(self, words: list[Word], depth: int) -> None:
        """Read the health check that a container is started with."""
        texts = [word.text for word in words]
        if depth >= _MAX_NESTED or not {"run", "create"}.intersection(texts[:4]):
            return
        period = 30.0
        for row, text in enumerate(texts):
            option, equals, given = text.partition("=")
            value = given if equals else next(iter(texts[row + 1 : row + 2]), "")
            if option == "--health-interval":
                period = seconds(value) or period
        for row, word in enumerate(words):
            option, equals, given = word.text.partition("=")
            if option != "--health-cmd" or (not equals and row + 1 == len(words)):
                continue
            inner = _Fragment(self.lookup)
            inner.local = self.local
            inner.read(given if equals else words[row + 1].text, word.line, depth + 1)
            self.found.spoken += (replace(each, period=period, check=True) for each in inner.found.spoken)

    def publishes(self, texts: list[str], line: int) -> None:
        if "run" not in texts[:3] and "create" not in texts[:3]:
            return
        pairs: list[tuple[int, int]] = []
        at = texts.index("run") + 1 if "run" in texts[:3] else texts.index("create") + 1
        while at < len(texts) and texts[at].startswith("-"):
            option, equals, given = texts[at].partition("=")
            if option in _DOCKER_FLAGS or (not equals and re.fullmatch(r"-[ditPq]+", option)):
                at += 1
                continue
            if option.startswith("-p") and len(option) > 2 and not option.startswith("--"):
                given, equals = option[2:], "="
                option = "-p"
            if not equals:
                given = texts[at + 1] if at + 1 < len(texts) else ""
            if option in {"-p", "--publish"} and (pair := _published(given)):
                pairs.append(pair)
            at += 1 if equals else 2
        image = texts[at] if at < len(texts) else ""
        self.found.published += ((outer, inner, image, line) for outer, inner in pairs)


_DOCKER_FLAGS = frozenset(("--rm", "--detach", "--interactive", "--tty", "--init", "--privileged", "--read-only",
                           "--publish-all", "--no-healthcheck"))  # fmt: skip


def _published(text: str) -> tuple[int, int] | None:
    parts = text.partition("/")[0].split(":")
    ports = [port_number(part) for part in parts[-2:]]
    if len(ports) == 2 and ports[0] is not None and ports[1] is not None:
        return ports[0], ports[1]
    return None
