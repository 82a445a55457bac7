"""The errors that wsdoctor raises, and the fence that keeps its failures away from its host.

This module knows nothing of the rest; every floor may import it. Each error carries data;
its words are made here, in one place, and name what and where::

    WsdoctorError
    ├── InvalidInput     a file, line or option that cannot be used
    ├── InvalidRule      a rule or sender that breaks its own promises
    ├── SyntaxProblem    text that its language cannot be read from
    ├── NotEnabled       something that needs an extra which is not installed
    └── ListenFailed     a port that could not be opened
"""

from __future__ import annotations

__all__ = ["InvalidInput", "InvalidRule", "ListenFailed", "NotEnabled", "SyntaxProblem", "WsdoctorError"]


class WsdoctorError(Exception):
    """Anything that wsdoctor itself reports; the command line prints it as one line and exits with 2."""


class InvalidInput(WsdoctorError):
    """Input that cannot be used.

    Args:
        problem: what is wrong, as the end of a sentence.
        where: file, address or option.
        line: 1-based line or record number, where there is one.

    """

    def __init__(self, problem: str, where: str, line: int | None = None) -> None:
        self.problem = problem
        self.where = where
        self.line = line
        super().__init__(problem, where, line)

    def __str__(self) -> str:
        place = self.where if self.line is None else f"{self.where}:{self.line}"
        return f"{place}: {self.problem}"


class InvalidRule(InvalidInput):
    """A rule or a sender that breaks its own promises; the rest of the knowledge base goes on without it."""


class SyntaxProblem(WsdoctorError):
    """Text that cannot be read as the language that it should be in; the rest of the repository goes on without it.

    Args:
        problem: what is wrong, as the end of a sentence.
        line: 1-based line.
        column: 1-based column.

    """

    def __init__(self, problem: str, line: int = 1, column: int = 1) -> None:
        self.problem = problem
        self.line = line
        self.column = column
        super().__init__(problem, line, column)

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.problem}"


class NotEnabled(WsdoctorError):
    """A feature whose extra is not installed.

    Args:
        feature: what was asked for.
        extra: the extra of the package that brings it.

    """

    def __init__(self, feature: str, extra: str) -> None:
        self.feature = feature
        self.extra = extra
        super().__init__(feature, extra)

    def __str__(self) -> str:
        return f"{self.feature} needs an extra that is not installed: pip install 'wsdoctor[{self.extra}]'"


class ListenFailed(WsdoctorError):
    """A port that could not be opened.

    Args:
        address: ``host:port`` that was asked for.
        reason: the operating system's words.
        holder: the process that holds the port, where it is known.

    """

    def __init__(self, address: str, reason: str, holder: str | None = None) -> None:
        self.address = address
        self.reason = reason
        self.holder = holder
        super().__init__(address, reason, holder)

    def __str__(self) -> str:
        held = f"; it is held by {self.holder}" if self.holder else ""
        return f"cannot listen on {self.address}: {self.reason}{held}"
