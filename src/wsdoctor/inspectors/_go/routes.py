"""What a Go handler serves: which paths a router has, in whatever package they are registered, and which upgrade.

Calling a port a WebSocket port accuses everybody who asks it by HTTP, so whatever may add a route that cannot be
followed makes it one that may serve both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._go.files import File, imported_files, package_files
from wsdoctor.inspectors._go.functions import local
from wsdoctor.inspectors._go.values import Values
from wsdoctor.model.traffic import Speaks

if TYPE_CHECKING:
    from tree_sitter import Node

__all__ = ["LIBRARY", "UPGRADES", "Routes"]

UPGRADES = re.compile(
    r"\.Upgrade\(|websocket\.Accept\(|websocket\.Handler\b|websocket\.Server\{|\.UpgradeHTTP\(|ws\.Upgrade|\.HandleRequest\(|websocket\.New\(|\bAccept\(\s*\w+\s*,\s*\w+\s*,"
)
"""Calls that turn a request into a WebSocket."""
LIBRARY = re.compile(
    r"\"(?P<path>github\.com/gorilla/websocket|github\.com/coder/websocket|nhooyr\.io/websocket|golang\.org/x/net/websocket|github\.com/gobwas/ws|"
    r"github\.com/gofiber/(?:contrib/)?websocket|github\.com/olahol/melody|github\.com/lxzan/gws|github\.com/fasthttp/websocket)[/\"v\d]"
)
"""Imports of WebSocket libraries."""

_DONE = re.compile(
    r"WriteHeader\(\s*(?:http\.Status(?:OK|NoContent|Accepted)|20\d)\b|http\.Serve(?:File|Content)\(|"
    r"\.(?:JSON|String|HTML|Send(?:String|Status)?)\(\s*(?:http\.StatusOK|200)\b"
)
"""An answer of success to plain HTTP."""
_WRITTEN = re.compile(
    r"\b(?:w|rw|writer|res|resp)\.Write\(|"
    r"\b(?:fmt\.Fprint\w*|io\.WriteString|json\.NewEncoder)\(\s*(?:w|rw|writer|res|resp)\b"
)
"""An answer of success as well, unless a status of failure goes before it."""
_FAILED = re.compile(r"WriteHeader\(|NextWriter\(")
_CHECKS = re.compile(r"(?i)health|heartbeat|ping\(|liveness|readiness")
"""Names of middleware that answers checks."""
_NEXT = re.compile(r"\.ServeHTTP\(|\bnext\b")
"""Sign of middleware."""
_REGISTER = re.compile(
    r"Handle(?:Func)?|GET|POST|PUT|PATCH|DELETE|Any|Get|Post|Put|Delete|Patch|Static\w*|File|FileServer|Mount|Route|Group|All|Use"
)
_DEFAULT = (b"Handle", b"HandleFunc")
"""What the package `net/http` registers on its default router with."""
_CHAINED = re.compile(r"PathPrefix|Path|Methods|Host|Headers|Queries|NewRoute|Schemes|MatcherFunc|NotFound")
_SERVES = re.compile(r"(?:ListenAndServe|Serve|Run|Start|Listen)(?:TLS)?|Use")
_CALLED = re.compile(r"(?:(\w+)\.)?(\w+)(?=\s*[(),}{]|$)")
_MAKES = frozenset(("unary_expression", "composite_literal", "call_expression", "func_literal"))
"""Expressions that a variable is made as."""
_FUNCTIONS = ("function_declaration", "method_declaration")
_MAX_DEPTH = 4
_MAX_BUILT = 3
_MAX_NAMES = 60

_Route = tuple[str, bool]


class Routes:
    """Reads what handlers of one file serve.

    Args:
        file: that serves them.
        repository: it is of.
        values: of the repository.

    """

    def __init__(self, file: File, repository: Repository, values: Values) -> None:
        self.file = file
        self.repository = repository
        self.values = values
        self.package = package_files(file.folder, repository)
        self._known: dict[tuple[str, int], bool] = {}
        self._groups: set[tuple[str, int]] = set()

    def spoken(self, handler: Node | None) -> tuple[Speaks, str, tuple[str, ...]]:
        """Return what is spoken where a handler is served, with library and paths of WebSockets.

        Args:
            handler: expression that is served, None = the default router of `net/http`.

        """
        library = self.library()
        if library is None:
            return "http", "net/http", ()
        name = "" if handler is None or handler.type == "nil" else self.file.source.text(handler)
        if handler is None or not name:
            return self._judged(self._named("http", [*self.package, *self._imported()]), library)
        if self._upgrades_itself(handler):
            return ("both" if self._answers(handler, self.file) else "websocket"), library, ()
        if (
            not (routes := self._named(name, self.package, (handler, self.file)))
            and (wrapped := self._wrapped(handler)) is not None
        ):
            routes = self._named(self.file.source.text(wrapped), self.package, (wrapped, self.file))
            around = handler.type == "call_expression" and self._passes_on(handler, self.file)
            routes += [("", False)] if routes and around else []
        if routes or (routes := self._built(handler, self.file, 0)):
            return self._judged(routes, library)
        served, file = self._typed(handler) or (handler, self.file)
        alone = self.upgrades(served, file) and not self._answers(served, file)
        return ("websocket" if alone else "both"), library, ()

    def _typed(self, handler: Node) -> tuple[Node, File] | None:
        """Return ``ServeHTTP`` of the one type that a field or variable of the package has, None for any other."""
        if handler.type not in {"selector_expression", "identifier"}:
            return None
        name = re.escape(self.file.source.text(handler).rpartition(".")[2])
        made = re.compile(rf"\b{name}\s*(?::=|=|:|\s)\s*[&*]?(?P<of>\w+)(?=[\s{{(,)`])")
        found: dict[tuple[str, int], tuple[Node, File]] = {}
        for file in self.package:
            for match in made.finditer(file.source.source.decode("utf-8", "replace")):
                for kind in {one for other in self.package for one in self._kinds(match["of"], other)}:
                    for other in self.package:
                        if (kind, "ServeHTTP") in other.source.methods:
                            body = other.source.methods[kind, "ServeHTTP"]
                            found[other.path, body.start_byte] = body, other
        return next(iter(found.values())) if len(found) == 1 else None

    def _judged(self, routes: list[_Route], library: str) -> tuple[Speaks, str, tuple[str, ...]]:
        sockets = [path for path, upgrades in routes if upgrades]
        if not sockets:
            return ("both" if not routes else "http"), (library if not routes else "net/http"), ()
        others = [path for path, upgrades in routes if not upgrades]
        paths = tuple(path for path in sockets if path and path != "/")
        return ("both" if others else "websocket"), library, paths

    def _upgrades_itself(self, handler: Node) -> bool:
        """Say whether a function that is written where it is served upgrades, and hands nothing on to a router."""
        node: Node | None = handler
        while node is not None and node.type == "call_expression":
            given = node.child_by_field_name("arguments")
            node = given.named_children[0] if given is not None and given.named_child_count == 1 else None
        if node is None or node.type != "func_literal":
            return False
        return self.upgrades(node, self.file) and _NEXT.search(self.file.source.text(node)) is None

    def _wrapped(self, handler: Node) -> Node | None:
        """Return the router that middleware is put around; the name of a package is none, but for its default one."""
        default = "http.DefaultServeMux" in self.file.source.text(handler)
        for one in self.file.source.find(handler, "identifier"):
            name = self.file.source.text(one)
            if name in self.file.source.imports and not (default and name == "http"):
                continue
            if self._named(name, self.package, (one, self.file)):
                return one
        return None

    def library(self) -> str | None:
        """Return the WebSocket library that the package, or one that the file imports, upgrades with."""
        for file in [*self.package, *self._imported()]:
            text = file.source.source.decode("utf-8", "replace")
            if (match := LIBRARY.search(text)) is not None and UPGRADES.search(text):
                return match["path"].partition("/")[2]
        return None

    def _imported(self) -> list[File]:
        """Return the files of the packages of the repository that are imported, and of those that these import."""
        return imported_files(self.package, self.repository)

    def _named(self, router: str, files: list[File], at: tuple[Node, File] | None = None) -> list[_Route]:
        """Return what is registered on a router that a variable of some files holds, and whether each upgrades.

        Args:
            router: name of the variable.
            files: to look through.
            at: where it is served, for another function may have a variable of the same name; None = anywhere.

        """
        found: list[_Route] = []
        last = router.rpartition(".")[2]
        if not last.isidentifier():
            return found
        own = local(at[0], router, at[1]) if at is not None else None
        pattern = re.compile(rf"\b{re.escape(last)}\.(?P<verb>\w+)\s*\(".encode())
        for file in files if at is None or own is None else [at[1]]:
            for match in pattern.finditer(file.source.source):
                node = file.source.at(match.start("verb"))
                if node is None or (own is not None and local(node, last, file) != own):
                    continue
                call = file.source.around(node, "call_expression", "block")
                registers = last != "http" or match["verb"] in _DEFAULT
                if call is not None and call.type == "call_expression" and registers:
                    found += self._registered(call, file)
            if last != "http":
                found += self._passed(last, file, own)
        return found

    def _registered(self, call: Node, file: File) -> Iterator[_Route]:
        """Yield the route that a call registers, if it does."""
        callee, given = call.child_by_field_name("function"), call.child_by_field_name("arguments")
        field = callee.child_by_field_name("field") if callee is not None else None
        verb = file.source.text(field) if field is not None else ""
        arguments = [one for one in given.named_children if one.type != "comment"] if given is not None else []
        if _CHAINED.fullmatch(verb):
            whole = self._chain(call, file)
            yield "", any(self.upgrades(one, file) for one in whole)
            return
        if verb == "Group":
            for name in self._assigned(call, file):
                if (file.path, call.id) not in self._groups:
                    self._groups.add((file.path, call.id))
                    yield from self._named(name, [file], (call, file))
                    self._groups.discard((file.path, call.id))
            return
        if verb == "Use":
            yield from (("", False) for one in arguments if self._passes_on(one, file))
            return
        if not arguments or not _REGISTER.fullmatch(verb):
            return
        path = self.values.text(arguments[0], file)
        upgrades = any(self.upgrades(one, file) and not self._answers(one, file) for one in arguments[1:])
        yield path.text if path is not None else "", upgrades

    def _chain(self, call: Node, file: File) -> Iterator[Node]:
        """Yield the arguments of a call and of those that are chained to it, as ``r.Path("/").Handler(h)``."""
        up: Node | None = call
        while up is not None and up.type in {"call_expression", "selector_expression"}:
            given = up.child_by_field_name("arguments") if up.type == "call_expression" else None
            yield from given.named_children if given is not None else ()
            up = up.parent

    def _assigned(self, call: Node, file: File) -> Iterator[str]:
        """Yield the variables that hold what a call gives."""
        holder = file.source.around(call, "short_var_declaration", "assignment_statement", "block")
        if holder is not None and holder.type != "block":
            yield from (name for name, value in file.source.bound(holder) if value.id == call.id)

    def _passed(self, router: str, file: File, own: int | None) -> Iterator[_Route]:
        """Yield what functions register that are handed the router; one that cannot be followed may do anything."""
        pattern = re.compile(rf"\(\s*(?:[^()\n]*,\s*)?{re.escape(router)}\s*[,)]".encode())
        for match in pattern.finditer(file.source.source):
            node = file.source.at(match.start())
            call = file.source.around(node, "call_expression", "block") if node is not None else None
            if call is None or call.parent is None or call.parent.type != "expression_statement":
                continue
            if own is not None and local(call, router, file) != own:
                continue
            callee = call.child_by_field_name("function")
            of, _, name = (file.source.text(callee) if callee is not None else "").rpartition(".")
            if not name or _SERVES.fullmatch(name):
                continue
            bodies = list(self._bodies(of.rpartition(".")[2], name, file))
            if not bodies:
                yield "", False
            for body, other in bodies:
                yield from self._within(body, other)

    def _within(self, body: Node, file: File) -> Iterator[_Route]:
        """Yield all that a function registers, on whatever router."""
        for call in file.source.find(body, "call_expression"):
            given = call.child_by_field_name("arguments")
            first = given.named_children[0] if given is not None and given.named_children else None
            if first is not None and (path := self.values.text(first, file)) is not None and "/" in path.text:
                yield from self._registered(call, file)

    def _built(self, handler: Node, file: File, depth: int) -> list[_Route]:
        """Return what the functions register that build a handler."""
        called = list(self._called(handler, file)) if depth < _MAX_BUILT else []
        found = [route for body, other in called for route in self._within(body, other)]
        return found or [route for body, other in called for route in self._built(body, other, depth + 1)]

    def upgrades(self, node: Node, file: File, depth: int = 0) -> bool:
        """Say whether a handler, or what it calls, upgrades to WebSocket."""
        key = file.path, node.id
        if depth > _MAX_DEPTH or self._known.get(key) is False:
            return False
        self._known[key] = False
        self._known[key] = UPGRADES.search(file.source.text(node)) is not None or any(
            self.upgrades(body, other, depth + 1) for body, other in self._called(node, file)
        )
        return self._known[key]

    def _answers(self, node: Node, file: File, depth: int = 0) -> bool:
        """Say whether a handler that upgrades answers plain HTTP itself as well, with success."""
        text = file.source.text(node)
        if _DONE.search(text) or (_WRITTEN.search(text) and not _FAILED.search(text)):
            return True
        return depth < _MAX_DEPTH and any(
            self._answers(body, other, depth + 1)
            for body, other in self._called(node, file)
            if self.upgrades(body, other)
        )

    def _passes_on(self, node: Node, file: File) -> bool:
        """Say whether middleware answers some requests itself: by its name, or by what it writes."""
        return _CHECKS.search(file.source.text(node)) is not None or any(
            _DONE.search(text) or (_WRITTEN.search(text) and not _FAILED.search(text))
            for body, other in self._called(node, file)
            if _NEXT.search(text := other.source.text(body))
        )

    def _called(self, node: Node, file: File) -> Iterator[tuple[Node, File]]:
        """Yield the bodies of what a node calls, names or holds."""
        names = dict.fromkeys(_CALLED.findall(file.source.text(node))[:_MAX_NAMES])
        for of, name in names:
            for body, other in (*self._bodies(of, name, file), *self._held(name, node, file)):
                if body.id != node.id:
                    yield body, other

    def _held(self, name: str, node: Node, file: File) -> Iterator[tuple[Node, File]]:
        """Yield what a local variable is made as."""
        function = file.source.around(node, *_FUNCTIONS)
        for one in file.source.find(function, "short_var_declaration") if function is not None else ():
            for bound, value in file.source.bound(one):
                if bound == name and value.type in _MAKES:
                    yield value, file

    def _bodies(self, of: str, name: str, file: File) -> Iterator[tuple[Node, File]]:
        """Yield the functions and methods that a name may mean."""
        folder = self.values.folder_of(of, file) if of else None
        if of and folder is None and of not in file.source.imports:
            yield from self._methods(of, name, file)
        for other in package_files(folder if folder is not None else file.folder, self.repository):
            if not other.source.holds(name):
                continue
            if name in other.source.functions and (not of or folder is not None):
                yield other.source.functions[name], other
            for (kind, method), body in other.source.methods.items():
                if (of and folder is None and method == name) or (method == "ServeHTTP" and kind == name):
                    yield body, other

    def _methods(self, of: str, name: str, file: File) -> Iterator[tuple[Node, File]]:
        """Yield the method of the type of a variable, where that is of another package of the repository."""
        text = file.source.source.decode("utf-8", "replace")
        for match in re.finditer(rf"\b{of}(?:\s*,\s*\w+)*\s*(?::=|=|\s)\s*[&*]?(\w+)\.(\w+)", text):
            folder = self.values.folder_of(match[1], file)
            for other in package_files(folder, self.repository) if folder is not None and folder != file.folder else ():
                for kind in self._kinds(match[2], other):
                    for there in package_files(other.folder, self.repository):
                        if (kind, name) in there.source.methods:
                            yield there.source.methods[kind, name], there

    def _kinds(self, name: str, file: File) -> Iterator[str]:
        """Yield the type that a name of a package means: itself, or what a function of that name returns first."""
        result = file.source.functions[name].child_by_field_name("result") if name in file.source.functions else None
        if result is not None:
            yield from (file.source.text(one) for one in list(file.source.find(result, "type_identifier"))[:1])
        elif file.source.holds(f"type {name} "):
            yield name
