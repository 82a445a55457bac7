"""What arguments of calls in scripts say of a request: the URL, put together where options describe it, and the method.

`requests` finds the calls.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from wsdoctor.inspectors._javascript.modules import Module
from wsdoctor.inspectors._javascript.sinks import Sink
from wsdoctor.inspectors._javascript.types import Code, Frame, Value
from wsdoctor.inspectors._javascript.urls import HOLE, Place, Text, join
from wsdoctor.inspectors._javascript.values import Evaluator

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["METHODS", "Arguments", "combined"]

METHODS = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"))


class Arguments:
    """Reads arguments with the values that are known where they stand.

    Args:
        module: that they stand in.
        evaluator: that follows values.
        frame: values of parameters that are known.

    """

    def __init__(self, module: Module, evaluator: Evaluator, frame: Frame) -> None:
        self.module = module
        self.evaluator = evaluator
        self.frame = frame

    def values(self, node: Node) -> list[Value]:
        """Return the values that an expression may have."""
        return self.evaluator.values(node, self.module, self.frame)

    def texts(self, node: Node | None) -> tuple[Text, ...]:
        """Return the texts that an expression may be."""
        return tuple(self.evaluator.texts(node, self.module, self.frame))

    def url(self, argument: Node, sink: Sink) -> tuple[Text, ...]:
        """Return the URLs that an argument is, that an object of options holds, or that a function gives."""
        found = self.texts(argument)
        if not found:
            values = self.values(argument)
            for value in values:
                if isinstance(value, Code) and value.node.type == "arrow_function":
                    values = [*values, *self.evaluator.invoke(value, (), 0)]
            found += tuple(one for one in values if isinstance(one, Text))
            for key in sink.key:
                given = self.evaluator.member(values, key, self.module, 0)
                found += tuple(one for one in given if isinstance(one, Text))
        return found

    def described(self, values: list[Value], scheme: str) -> tuple[Text, ...]:
        """Return the URL that an options object describes."""

        def texts(*names: str) -> list[Text]:
            for name in names:
                found = self.evaluator.member(values, name, self.module, 0)
                if kept := [one for one in found if isinstance(one, Text)]:
                    return kept
            return []

        urls = texts("url", "uri")
        bases = texts("baseURL", "baseUrl", "prefixUrl")
        if urls or bases:
            return tuple(combined(base, url) for base in bases for url in urls or [Text("/")]) or tuple(urls)
        hosts, ports = texts("hostname", "host"), texts("port")
        place = self._place(values, "port") or self._place(values, "hostname", "host")
        if not hosts and not ports and place is None:
            return ()
        if not ports and self._place(values, "port") is not None:
            ports = [Text(HOLE)]
        scheme = next((one.text.rstrip(":") for one in texts("protocol")), scheme)
        paths = texts("path", "pathname") or [Text("/")]
        host = (hosts or [Text("localhost")])[0]
        found: list[Text] = []
        for at, port in enumerate(ports or [Text("")]):
            path = paths[at if len(paths) == len(ports) else 0]
            parts = [Text(f"{scheme}://"), host, *([Text(":"), port] if ports else []), path]
            whole = join([replace(part, born=None) for part in parts])
            found.append(whole.at(place) if place is not None else whole)
        return tuple(found)

    def _place(self, values: list[Value], *names: str) -> Place | None:
        """Return where an object of options tells one of some properties, None where none does."""
        objects = [value for value in values if isinstance(value, Code) and value.node.type == "object"]
        for value in objects:
            for name in names:
                told = value.module.script.property(value.node, name)
                if told is not None:
                    return self.evaluator.place(told, value.module)
        return None

    def verb(self, verb: str, options: list[Node]) -> str | None:
        """Return the method that the name of a call says, else its options; None if the name is no method."""
        if verb and verb not in {"request", "fetch", "ajax", "raw", "json"}:
            upper = {"del": "DELETE", "getjson": "GET", "postform": "POST", "stream": "GET", "jsonp": "GET"}.get(
                verb.lower(), verb.upper()
            )
            return upper if upper in METHODS else None
        for option in options:
            for value in self.values(option):
                for name in ("method", "type"):
                    for text in self.evaluator.member([value], name, self.module, 0):
                        if isinstance(text, Text) and text.text.upper() in METHODS:
                            return text.text.upper()
        return "GET"


def combined(base: Text, url: Text) -> Text:
    """Return a URL that a client with a base asks for."""
    if "://" in url.text or not base.text:
        return url
    path = url.text.lstrip("/")
    return join([replace(base, text=base.text.rstrip("/")), replace(url, text="/" + path, born=None)])
