"""Makes repositories of a few files and inspects them with one inspector."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

from wsdoctor.inspectors._base import Repository
from wsdoctor.model.traffic import Caller, Declared, Hop

Files = dict[str, str]
Inspect = Callable[[ModuleType, Files], Declared]


def inspected(folder: Path, module: ModuleType, files: Files) -> Declared:
    """Write files into a folder and return all that one inspector finds in those that it would be asked about."""
    import fnmatch

    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    repository = Repository(folder)
    whole = Declared()
    for path_name in repository.files:
        text = repository.text(path_name) or ""
        name = path_name.rpartition("/")[2]
        wanted = any(fnmatch.fnmatch(path_name if "/" in pattern else name, pattern) for pattern in module.PATTERNS)
        if not wanted or not any(needle in text for needle in getattr(module, "NEEDLES", ("",))):
            continue
        part = module.inspect(path_name, repository)
        whole.hops += part.hops
        whole.pages += part.pages
        whole.callers += part.callers
        whole.notes += part.notes
        whole.listeners += part.listeners
    return whole


def to_port(declared: Declared, port: int) -> Hop:
    """Return the one hop that leads to a port."""
    found = [hop for hop in declared.hops if hop.to.port == port]
    assert len(found) == 1, found
    return found[0]


def call(declared: Declared) -> Caller:
    """Return the one caller."""
    assert len(declared.callers) == 1, declared.callers
    return declared.callers[0]
