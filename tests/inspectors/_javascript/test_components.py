from pathlib import Path

import pytest

from tests.inspectors.scripts import reached, script

X = "http://h:8765/x"
CLASS = "class Feed extends React.Component { go() { fetch(`http://${this.props.host}/x`) } }"
FUNCTION = "function Feed({ host }) { useEffect(() => { fetch(`http://${host}/x`) }) }"
HELD = "const Feed = ({ host }) => { fetch(`http://${host}/x`) };"
ELEMENT = "<Feed room='a' host='h:8765' />"


@pytest.mark.parametrize("component", [CLASS, FUNCTION, HELD])
@pytest.mark.parametrize(
    ("used", "expected"),
    [
        (ELEMENT, [X]),
        ("<Feed host={'h:' + 8765}><b /></Feed>", [X]),
        ("<Feed {...{ host: 'h:8765' }} />", [X]),
        ("<Feed {...other} host='h:8765' />", [X]),
        ("<Feed host='h.example' />", []),
        ("<Feed host />", []),
        ("<Feed>{'h:8765'}</Feed>", []),
        ("<Feeder host='h:8765' />", []),
        ("'<Feed host=h:8765 />'", []),
    ],
)
def test_what_elements_give_to_components(tmp_path: Path, component: str, used: str, expected: list[str]) -> None:
    assert reached(tmp_path, f"{component}\nconst page = {used};") == expected
    files = {"web/src/page.tsx": f"import {{ Feed }} from './app';\nexport const page = {used};"}
    assert reached(tmp_path, f"export {component}", files) == expected


def test_elements_of_another_component_of_the_same_name_give_nothing(tmp_path: Path) -> None:
    files = {"web/src/page.tsx": f"import {{ Feed }} from 'some-library';\nexport const page = {ELEMENT};"}
    assert reached(tmp_path, f"export {FUNCTION}", files) == []


@pytest.mark.parametrize(
    "code",
    [
        CLASS.replace("{ go", "{ static defaultProps = { host: 'h:8765' }; go"),
        f"{CLASS}\nFeed.defaultProps = {{ host: 'h:8765' }};",
        FUNCTION.replace("{ host }", "{ host = 'h:8765' }"),
    ],
)
def test_defaults_of_components(tmp_path: Path, code: str) -> None:
    assert X in reached(tmp_path, code)


def test_the_request_is_the_line_unless_the_url_was_given_whole(tmp_path: Path) -> None:
    (caller,) = script(tmp_path, f"{FUNCTION}\nconst page = {ELEMENT};").callers
    assert caller.location.line == 1
    code = FUNCTION.replace("http://${host}", "${host}") + f"\nconst page = {ELEMENT.replace('h:', 'http://h:')};"
    (caller,) = script(tmp_path, code).callers
    assert caller.location.line == 2


STORE = """import { defineStore } from 'pinia';
export const useLive = defineStore('live', {
  state: () => ({ host: 'h', port: 8765 }),
  getters: { origin: (state) => `http://${state.host}:${state.port}`, port2() { return this.port } },
  actions: { go() { GO } },
});
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (STORE.replace("GO", "fetch(this.origin + '/x')"), [X]),
        (STORE.replace("GO", "fetch(`http://${this.host}:${this.port2}/x`)"), [X]),
        (STORE.replace("GO", "fetch(this.absent + '/x')"), []),
        (STORE + "const live = useLive(); fetch(live.origin + '/x')", [X]),
        (("const useLive = defineStore('live', () => { const origin = 'http://h:8765'; return { origin } });\n"
         "fetch(useLive().origin + '/x')"), [X]),
        ("const useLive = otherStore('live', { state: { origin: 'http://h:8765' } }); fetch(useLive().origin)", []),
        ("const useLive = defineStore(); fetch(useLive().origin)", []),
    ],
)  # fmt: skip
def test_stores_of_pinia(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert reached(tmp_path, code) == expected


ZUSTAND = """import { create } from 'zustand';
export const useLive = create((set, get) => ({
  host: 'h', port: 8765,
  go: async () => { GO },
}));
"""


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (ZUSTAND.replace("GO", "const { host, port } = get(); fetch(`http://${host}:${port}/x`)"), [X]),
        (ZUSTAND.replace("GO", "fetch(`http://${get().host}:${get().port}/x`)"), [X]),
        (ZUSTAND.replace("GO", "fetch(`http://${set().host}:${set().port}/x`)"), []),
        (ZUSTAND + "fetch(`http://h:${useLive((state) => state.port)}/x`)", [X]),
        (ZUSTAND + "fetch(`http://h:${useLive.getState().port}/x`)", [X]),
        (ZUSTAND.replace("create(", "create<Live>()(") + "fetch(`http://h:${useLive((s) => s.port)}/x`)", [X]),
        (ZUSTAND.replace("'zustand'", "'other'") + "fetch(`http://h:${useLive((s) => s.port)}/x`)", []),
        (ZUSTAND + "fetch(`http://h:${useLive()}/x`)", []),
        ("// zustand\nfetch(`http://h:${get().port}/x`)", []),
    ],
)
def test_stores_of_zustand(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert reached(tmp_path, code) == expected
