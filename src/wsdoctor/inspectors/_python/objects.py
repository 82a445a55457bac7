"""Plain holders of values: namespaces, named tuples, mappings with attributes, copies, what data classes are made of.

They are followed as dictionaries, or as what they copy, so that an attribute of one is an item of the other.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from wsdoctor.inspectors._python.arguments import argument, given, keyword, last_name
from wsdoctor.inspectors._python.model import ClassOf, External, Frame, InstanceOf, Value

if TYPE_CHECKING:
    from wsdoctor.inspectors._python.values import Reader

__all__ = ["AS_DICTIONARIES", "FROM_DICTIONARIES", "filled", "items_of", "made"]

_HOLDER = re.compile(
    r"types\.(?:SimpleNamespace|MappingProxyType)|argparse\.Namespace|box\.\w*Box|munch\.(?:Munch|DefaultMunch|munchify)"
    r"|addict\.(?:Dict|Addict)|easydict\.EasyDict|dotmap\.DotMap|attrdict\.\w+|ml_collections\.\w*ConfigDict"
    r"|omegaconf\.OmegaConf\.(?:create|to_container|merge|unsafe_merge|structured|load)|collections\.OrderedDict"
).fullmatch
_FIRST_WINS = re.compile(r"collections\.ChainMap").fullmatch
_SAME = re.compile(r"copy\.(?:deep)?copy|(?:dataclasses|attrs?)\.(?:asdict|astuple)|cattrs?\.unstructure").fullmatch
_CAST = re.compile(r"typing(?:_extensions)?\.cast").fullmatch
_OF_CLASS = re.compile(r"dacite\.(?:core\.)?from_dict|cattrs?\.structure|pydantic\.(?:tools\.)?parse_obj_as").fullmatch
AS_DICTIONARIES = frozenset(("model_dump", "dict", "_asdict", "to_dict", "asdict", "__dict__"))
"""Methods and attributes of data classes that give what they hold."""
FROM_DICTIONARIES = frozenset(("model_validate", "parse_obj", "model_construct", "from_dict", "validate", "_make"))
"""Methods of data classes that make one of a mapping."""
_TUPLES = frozenset(("NamedTuple", "namedtuple"))


def made(reader: Reader, function: External, call: ast.Call, frame: Frame) -> list[Value] | None:
    """Return what a call makes that a holder of values is, None for any other call.

    Args:
        reader: that follows values.
        function: that is called.
        call: of it.
        frame: that it stands in.

    """
    name = function.name
    if _CAST(name) and len(call.args) > 1:
        return reader.values(call.args[1], frame)
    if _SAME(name) and call.args:
        return reader.values(call.args[0], frame)
    if _OF_CLASS(name):
        return _of_class(reader, call, frame)
    if name == "collections.namedtuple()" and function.call is not None:
        return _named_tuple(reader, function.call, call, frame)
    if _HOLDER(name) or _FIRST_WINS(name):
        return _held(reader, call, frame, first=_FIRST_WINS(name) is not None)
    return None


def _held(reader: Reader, call: ast.Call, frame: Frame, *, first: bool) -> list[Value]:
    whole: dict[object, list[Value]] = {}
    for arg in reversed(call.args) if first else call.args:
        for value in reader.values(arg, frame):
            if isinstance(value.data, (ClassOf, InstanceOf)):
                return [filled(value.data, None) if isinstance(value.data, ClassOf) else value]
            if isinstance(value.data, dict):
                whole = _merged(whole, value.data)
    for option in call.keywords:
        if option.arg is not None:
            whole[option.arg] = reader.values(option.value, frame)
            continue
        for value in reader.values(option.value, frame):
            whole = _merged(whole, value.data) if isinstance(value.data, dict) else whole
    return [Value(whole)]


def _merged(one: dict[object, list[Value]], other: dict[object, list[Value]]) -> dict[object, list[Value]]:
    """Return two dictionaries as one, those within them too; the second wins."""
    found = dict(one)
    for key, values in other.items():
        before = found.get(key)
        if before and values and isinstance(before[0].data, dict) and isinstance(values[0].data, dict):
            found[key] = [Value(_merged(before[0].data, values[0].data), values[0].places)]
        else:
            found[key] = values
    return found


def _named_tuple(reader: Reader, definition: ast.Call, call: ast.Call, frame: Frame) -> list[Value]:
    node = argument(definition, 1, "field_names")
    if isinstance(node, ast.Constant):
        names = str(node.value).replace(",", " ").split()
    elif isinstance(node, (ast.List, ast.Tuple)):
        names = [str(item.value) for item in node.elts if isinstance(item, ast.Constant)]
    else:
        return []
    return [Value({name: given(reader, call, at, name, frame) or [] for at, name in enumerate(names)})]


def _of_class(reader: Reader, call: ast.Call, frame: Frame) -> list[Value]:
    found: list[Value] = []
    owners = [arg for arg in (*call.args[:2], keyword(call, "data_class", "cl", "type_")) if arg is not None]
    for owner in owners:
        rest = next((arg for arg in (*call.args[:2], keyword(call, "data", "obj")) if arg not in {None, owner}), None)
        found += (filled(one.data, rest, frame) for one in reader.values(owner, frame) if isinstance(one.data, ClassOf))
    return found


def filled(owner: ClassOf, mapping: ast.expr | None, frame: Frame | None = None) -> Value:
    """Return an instance of a class that a mapping fills, or nothing but the defaults of its fields."""
    if mapping is None:
        return Value(InstanceOf(owner.node, owner.frame))
    call = ast.copy_location(ast.Call(mapping, [], [ast.keyword(None, mapping)]), mapping)
    return Value(InstanceOf(owner.node, owner.frame, call, frame))


def items_of(reader: Reader, value: Value) -> Sequence[Sequence[Value]] | None:
    """Return the items of what may be taken apart: a list, a dictionary of a named tuple, an instance of one."""
    data = value.data
    if isinstance(data, list):
        return data
    if isinstance(data, InstanceOf) and any(last_name(base) in _TUPLES for base in data.node.bases):
        names = [
            node.target.id
            for node in data.node.body
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
        ]
        return [reader.attribute(value, name, data.node, data.frame) for name in names]
    return None
