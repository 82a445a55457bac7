"""What nginx makes of a handshake at one place: which of its fields are kept, and what the server side sees.

It follows variables and inheritance as nginx does and judges no port. The nginx inspector drives it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._proxies.common import arrives, image_version
from wsdoctor.inspectors._proxies.nginx import HANDSHAKE, PLAIN, Http, Scope, values_of
from wsdoctor.syntax.nginx import Directive

__all__ = ["Handshake"]

MODERN = (1, 29, 7)
"""Since this version nginx speaks HTTP/1.1 to the server side by itself and sends no Connection field."""

_FORWARDS_HOST = re.compile(r"\$(?:http_host|host|server_name)\b|\$\{(?:http_host|host)\}")


class Handshake:
    """What becomes of a handshake at one place.

    Args:
        scope: what counts at the place.
        http: what counts for all servers.
        path: the configuration, which decides whose version counts.
        repository: that it is in.

    Attributes:
        lacks: what is lost.
        offender: the line that loses it, None if it is lost because no line keeps it.
        sends: what it becomes beyond.
        forwards: whether it survives, None = cannot be told.
        meant: whether there are lines that only handshakes need.
        discarded: place of the line above that would have kept it, None without.
        arrives: what the server side sees.
        version: of nginx, None = unknown or without effect.
        says_version: whether there is a ``proxy_http_version``.

    """

    def __init__(self, scope: Scope, http: Http, path: str, repository: Repository) -> None:
        upgrade, connection = scope.fields.get("upgrade"), scope.fields.get("connection")
        setting = scope.settings.get("proxy_http_version")
        self.says_version = setting is not None
        self.version: tuple[int, ...] | None = None
        if upgrade is None or connection is None or setting is None:
            self.version = image_version(path, repository, "nginx", "nginx-unprivileged", "openresty")
        modern = self.version is not None and self.version[:3] >= MODERN
        http_version = setting.args[0] if setting is not None else "1.1" if modern else "1.0"
        got_upgrade = _value(upgrade, http, scope)
        got_connection = _value(connection, http, scope)
        unknown = not scope.fields.sure
        lacks, spoils = [], []
        for name, line, got, token in (
            ("upgrade", upgrade, got_upgrade, "websocket"),
            ("connection", connection, got_connection, "upgrade"),
        ):
            if line is not None and got is None and not self._undefined(line, http):
                unknown = True
            elif token not in [part.strip().lower() for part in (got or "").split(",")]:
                lacks.append(name)
                spoils += [line] if line is not None else []
        if http_version == "1.0":
            lacks.append("http-version")
            spoils += [setting] if setting is not None else []
        self.lacks = tuple(lacks)
        self.offender: Directive | None = spoils[0] if spoils else None
        self.sends: tuple[str, ...] = ("http2",) if http_version.startswith("2") else ()
        if upgrade is not None and _value(upgrade, http, scope, PLAIN) == "websocket":
            self.sends += ("hard-coded-upgrade",)
        host = scope.fields.get("host")
        if host is None or not _FORWARDS_HOST.search(" ".join(host.args[1:])):
            self.sends += ("rewrites-host",)
        self.forwards: bool | None = False if self.lacks and not unknown else None if unknown else True
        if self.sends[:1] == ("http2",):
            self.forwards = False
        self.meant = upgrade is not None or "upgrade" in (got_connection or "").lower()
        lost = scope.discarded.get("upgrade") if upgrade is None and scope.own else None
        self.discarded = f"line {lost.line} of {lost.source}" if lost is not None else None
        shown = got_connection if connection is not None else None if modern else "close"
        self.arrives = {} if unknown else arrives(http_version, shown or None, got_upgrade or None)

    @staticmethod
    def _undefined(line: Directive, http: Http) -> bool:
        """Say whether a field is made of a variable that nobody defines, so that nginx does not even start."""
        names = re.findall(r"\$\{?(connection_upgrade|connection_header|proxy_connection)\b", " ".join(line.args[1:]))
        return http.complete and any(name not in http.maps for name in names)


def _value(line: Directive | None, http: Http, scope: Scope, request: Mapping[str, str] = HANDSHAKE) -> str | None:
    """Return what a field becomes; ``""`` if no line sets it, None where it cannot be told."""
    if line is None:
        return ""
    return values_of(" ".join(line.args[1:]), http, scope, request)
