import os
from pathlib import Path
from types import MappingProxyType, SimpleNamespace

import pytest

import wsdoctor.inspectors as inspectors
from tests.inspectors.helpers import repository
from wsdoctor.inspectors import _work, declared, load_inspectors, user_cache
from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._cache import default_folder
from wsdoctor.inspectors._codec import decode, encode
from wsdoctor.model.traffic import Address, Caller, Declared, Hop, Listener, Location, Note, Page, PortMap, Unit

SERVER = "import websockets\nwebsockets.serve(None, '', {port})\n"
PLACE = Location("a.py", 1, 2, "text", 3)
EVERYTHING = Declared(
    [Listener(8765, "websocket", PLACE, "websockets", paths=("/ws",))],
    [PortMap("compose", ("ws",), 80, 8765, "ws", PLACE, True)],
    [Hop("nginx", Address("ws", 8765, "web"), "http", PLACE, listens=(80,), details=MappingProxyType({"a": "b"}))],
    [
        Caller(
            "requests",
            "client-code",
            "http",
            Address("", None),
            PLACE,
            headers=MappingProxyType({"X": "y"}),
            also=(PLACE,),
        )
    ],
    [Page("fly", PLACE, "web")],
    [Note(PLACE, "said")],
    [Unit("compose", "web", PLACE, ("web", "site"), "web", False)],
)


def test_every_inspector_has_its_form() -> None:
    found = load_inspectors()
    assert found
    for one in found:
        assert one.NAME
        assert all(isinstance(pattern, str) for pattern in one.PATTERNS)
        assert all(isinstance(needle, str) for needle in getattr(one, "NEEDLES", ()))
    assert len({one.NAME for one in found}) == len(found)


def test_one_process_and_several_find_the_same(tmp_path: Path) -> None:
    files = {f"s{number}/server.py": SERVER.format(port=9000 + number) for number in range(330)}
    found = repository(tmp_path, {**files, "broken.py": "import websockets\nwebsockets.serve(\n"})
    steps: list[tuple[int, int]] = []
    one = declared(found, processes=1, progress=lambda done, whole: steps.append((done, whole)))
    assert len({listener.port for listener in one.listeners}) == 330
    assert steps[-1] == (331, 331)
    assert any(note.location.file == "broken.py" for note in one.notes)
    steps.clear()
    assert declared(Repository(tmp_path), processes=2, progress=lambda *step: steps.append(step)) == one
    assert steps[-1] == (331, 331)


def test_a_failing_inspector_is_a_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(path: str, repository: Repository) -> Declared:
        raise RuntimeError("no")

    wrong = SimpleNamespace(NAME="wrong", PATTERNS=("conf/*.x", "plain"), inspect=fail)
    picky = SimpleNamespace(NAME="picky", PATTERNS=("*.x",), NEEDLES=("needle",), inspect=fail)
    monkeypatch.setattr(inspectors, "load_inspectors", lambda: (wrong, picky))
    found = declared(repository(tmp_path, {"conf/a.x": "a", "plain": "needle", "b.x": "no", "binary.x": "\0"}))
    assert [(note.location.file, note.text) for note in found.notes] == [
        ("conf/a.x", "wrong: the file could not be inspected: RuntimeError: no"),
        ("plain", "wrong: the file could not be inspected: RuntimeError: no"),
    ]


def test_a_process_that_ends_costs_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def end(path: str, repository: Repository) -> Declared:
        if path == "f7.x":
            os._exit(1)
        return Declared(notes=[Note(Location(path, 1), "read")])

    deadly = SimpleNamespace(NAME="deadly", PATTERNS=("*.x",), inspect=end)
    monkeypatch.setattr(inspectors, "load_inspectors", lambda: (deadly,))
    monkeypatch.setattr(_work, "PARALLEL_FROM", 1)
    monkeypatch.setattr(_work, "CHUNK", 4)
    found = declared(repository(tmp_path, {f"f{number}.x": "" for number in range(10)}), processes=2)
    assert {note.location.file: note.text for note in found.notes} == {
        **{f"f{number}.x": "read" for number in range(10)},
        "f7.x": "reading the file ended the process that read it",
    }


def test_records_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_work, "MAX_RECORDS", 2)
    found = declared(repository(tmp_path, {f"s{number}.py": SERVER.format(port=9000) for number in range(5)}))
    assert len(found.listeners) == 2


def test_a_module_that_is_no_inspector(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspectors.importlib, "import_module", lambda name: SimpleNamespace(__name__=name))
    with pytest.raises(TypeError, match="is not an inspector"):
        load_inspectors.__wrapped__()


def test_records_survive_the_way_between_processes() -> None:
    assert decode(encode(EVERYTHING)) == EVERYTHING


@pytest.mark.parametrize("data", [None, [], {}, {"listeners": 1}, {**encode(EVERYTHING), "notes": [[1]]}])
def test_foreign_records_are_refused(data: object) -> None:
    with pytest.raises(ValueError, match="not declared traffic"):
        decode(data)


def test_where_the_cache_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WSDOCTOR_CACHE", "/x")
    assert default_folder() == Path("/x")
    monkeypatch.setenv("WSDOCTOR_CACHE", "")
    assert default_folder() is None
    assert user_cache() is None
    monkeypatch.delenv("WSDOCTOR_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", "/y")
    cache = user_cache()
    assert cache is not None
    assert cache.folder == Path("/y/wsdoctor")
    monkeypatch.setenv("XDG_CACHE_HOME", "relative")
    assert default_folder() is None
