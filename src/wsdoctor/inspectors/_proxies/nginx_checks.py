"""Active health checks of NGINX Plus: ``health_check`` in a location, with the ``match`` block that it names.

It judges nothing. The nginx inspector drives it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._proxies.common import number, seconds
from wsdoctor.model.traffic import Address, Caller
from wsdoctor.syntax.nginx import Directive

__all__ = ["checks"]

_STATUS = re.compile(r"[1-5]\d\d")


def checks(
    block: Directive, to: Address, scheme: str, top: Sequence[Directive], path: str, repository: Repository
) -> Iterator[Caller]:
    """Yield the health checks of a location.

    Args:
        block: the location.
        to: server that it passes requests to.
        scheme: how it speaks to that.
        top: directives of the configuration, in which ``match`` blocks stand.
        path: of the configuration.
        repository: that it is in.

    """
    for item in block.inner("health_check"):
        given = dict(arg.partition("=")[::2] for arg in item.args)
        if given.get("type", "http") != "http":
            continue
        yield Caller(
            "nginx", "health-check", "https" if scheme in {"https", "h2"} else "http",
            Address(to.host, number(given.get("port")) or to.port, to.unit),
            repository.location(item.source or path, item.line, item.column, item.end_line),
            given.get("uri", "/"), "GET", None, seconds(given.get("interval")) or 5.0,
            tuple(_expected(given.get("match"), top)), unit=to.unit,
        )  # fmt: skip


def _expected(name: str | None, top: Sequence[Directive]) -> Iterator[int]:
    holders = [*top, *(inner for item in top if item.name == "http" for inner in item.block or ())]
    for item in holders:
        if item.name == "match" and name is not None and item.args == (name,):
            for status in item.inner("status"):
                yield from (int(code) for code in status.args if _STATUS.fullmatch(code))
