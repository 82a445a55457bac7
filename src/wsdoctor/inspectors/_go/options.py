"""Options and settings that Go code asks for by a key: flags of command lines, `viper` and its kin, their defaults."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from wsdoctor.inspectors._go.files import File
from wsdoctor.inspectors._go.functions import arguments
from wsdoctor.inspectors._javascript.urls import Text
from wsdoctor.inspectors._options import option
from wsdoctor.inspectors._settings_files import setting

if TYPE_CHECKING:
    from tree_sitter import Node

    from wsdoctor.inspectors._go.values import Values

__all__ = ["asked", "configured", "keyed", "stored"]

_FLAG = re.compile(r"(?:String|Int|Uint|Text)(?:16|64)?P?")
_STORES = re.compile(r"(?:String|Int|Uint|Text|Func)?(?:16|64)?VarP?F?")
_GETS = re.compile(r"(?:Get|Must)?(?:String|Int|Uint|Int64|Uint16)|Get")
_SETS = frozenset(("SetDefault", "Default"))
_FLAGS = re.compile(r"\bFlag\(\s*\"(?P<name>[\w-]+)\"")
_FILE = re.compile(rb"\"(?P<path>[\w./-]+\.(?:json|ya?ml|toml|ini|conf))\"")
_VALUES = ("Value", "DefaultText")
_VARIABLES = ("EnvVars", "EnvVar", "Sources")
_MAX_DEFINED = 40


def asked(values: Values, node: Node, last: str, file: File, depth: int) -> Text | None:
    """Return what a call gives that asks for an option or a setting, None if it asks for none.

    Args:
        values: that follow.
        node: the call.
        last: part of the name of what is called.
        file: of the call.
        depth: of following.

    """
    given = arguments(node)
    callee = node.child_by_field_name("function")
    name = file.source.text(callee) if callee is not None else ""
    if name.startswith(("flag.", "pflag.")) and _FLAG.fullmatch(last):
        return _flag(values, given, file, depth)
    if "." in name and (match := _FLAGS.search(name)) is not None:
        told = option((match["name"],), file.path, values.repository)
        return values.placed(*told) if told is not None else _chained(values, node, file, depth)
    if "." in name and len(given) == 1 and _GETS.fullmatch(last) and (key := file.source.string(given[0])):
        return keyed(values, key, file, depth)
    return None


def _flag(values: Values, given: list[Node], file: File, depth: int) -> Text | None:
    """Return what a flag is: of its command line, or its default."""
    names = [
        text for one in given[:2] if (text := file.source.string(one)) is not None and re.fullmatch(r"[\w-]+", text)
    ]
    told = option(names[:1], file.path, values.repository)
    if told is not None:
        return values.placed(*told)
    defaults = [one for one in given[1:] if one.type != "nil"]
    defaults = [one for one in defaults if len(file.source.string(one) or "xx") > 1] or defaults
    return values.text(defaults[0], file, depth) if defaults else None


def _chained(values: Values, node: Node, file: File, depth: int) -> Text | None:
    """Return the variable or the default of a flag whose definition is a chain of calls."""
    calls = {file.source.text(one).rpartition("(")[0]: one for one in file.source.find(node, "call_expression")}
    by_name = {}
    for one in calls.values():
        callee = one.child_by_field_name("function")
        field = callee.child_by_field_name("field") if callee is not None else None
        if field is not None and arguments(one):
            by_name[file.source.text(field)] = arguments(one)[0]
    variable = by_name.get("Envar")
    if variable is not None and (found := values.variable(file.source.string(variable), file)) is not None:
        return found
    return values.text(by_name.get("Default"), file, depth)


def stored(values: Values, target: str, file: File, depth: int) -> Text | None:
    """Return what a flag is that is stored where a pattern says, as ``flag.StringVar(&addr, "addr", ":80", "")``."""
    for match in re.finditer(rf"Var[PF]?\(\s*(?={target})".encode(), file.source.source):
        node = file.source.at(match.end())
        call = file.source.around(node, "call_expression") if node is not None else None
        callee = call.child_by_field_name("function") if call is not None else None
        if call is not None and callee is not None:
            last = file.source.text(callee).rpartition(".")[2]
            if _STORES.fullmatch(last) and (text := _flag(values, arguments(call)[1:], file, depth)) is not None:
                return text
    return None


def keyed(values: Values, key: str, file: File, depth: int) -> Text | None:
    """Return an option or setting by its key: of a command line, the environment, a file, or its default."""
    if (told := option((key,), file.path, values.repository)) is not None:
        return values.placed(*told)
    variable = re.sub(r"[.-]", "_", key).upper()
    known = values.asked[:]
    if (found := values.variable(variable, file)) is not None:
        return found
    values.asked[:] = known
    if (found := configured(values, (key,), file)) is not None:
        return found
    return next(_defined(values, key, file, depth), None)


def configured(values: Values, keys: tuple[str, ...], file: File) -> Text | None:
    """Return a setting of a configuration file of the project."""
    files = {match["path"].decode() for one in values.package(file) for match in _FILE.finditer(one.source.source)}
    found = setting(keys, file.path, values.repository, sorted(files)) or setting(keys, file.path, values.repository)
    return values.placed(*found) if found is not None else None


def _defined(values: Values, key: str, file: File, depth: int) -> Iterator[Text]:
    """Yield the defaults that are written beside a key."""
    looked = 0
    for other in (*values.package(file), *values.imported(file)):
        for match in re.finditer(rf"\"{re.escape(key)}\"".encode(), other.source.source):
            looked += 1
            node = other.source.at(match.start() + 1)
            holder = other.source.around(node, "argument_list", "keyed_element", "block") if node is not None else None
            if holder is None or looked > _MAX_DEFINED:
                continue
            if holder.type == "argument_list" and holder.parent is not None:
                callee = holder.parent.child_by_field_name("function")
                last = other.source.text(callee).rpartition(".")[2] if callee is not None else ""
                given = arguments(holder.parent)
                text = None
                if last in _SETS and len(given) > 1:
                    text = values.text(given[1], other, depth)
                elif _FLAG.fullmatch(last) and len(given) > 1:
                    text = _flag(values, given, other, depth)
                elif _STORES.fullmatch(last):
                    text = _flag(values, given[1:], other, depth)
                if text is not None:
                    yield text
            elif holder.type == "keyed_element":
                yield from _described(values, holder, other, depth)


def _described(values: Values, element: Node, file: File, depth: int) -> Iterator[Text]:
    """Yield what a flag is that a struct describes, as ``&cli.StringFlag{Name: "addr", Value: ":80"}``."""
    pairs = {}
    for one in element.parent.named_children if element.parent is not None else ():
        if one.type == "keyed_element":
            value = one.named_children[-1]
            pairs[file.source.text(one.named_children[0])] = (
                value.named_children[0] if value.type == "literal_element" and value.named_children else value
            )
    if element.named_children and file.source.text(element.named_children[0]) != "Name":
        return
    for name in _VARIABLES:
        for variable in re.findall(r"\"(\w+)\"", file.source.text(pairs[name])) if name in pairs else ():
            if (text := values.variable(variable, file)) is not None:
                yield text
    for name in _VALUES:
        if name in pairs and (text := values.text(pairs[name], file, depth)) is not None:
            yield text
