from pathlib import Path

import pytest

from tests.inspectors.scripts import reached, script

X = "http://h:8765/x"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("function go(p, q) { fetch(`http://h:${q}/x`) } go(2)", []),
        ("const port = (a, b) => b; fetch(`http://h:${port(1, 8765)}/x`)", [X]),
        ("const port = (a, b = 8765) => b; fetch(`http://h:${port(1)}/x`)", [X]),
        ("const outer = (p) => { const inner = () => p; return inner() }; fetch(`http://h:${outer(8765)}/x`)", [X]),
        ("['http://h:8765/x'].map((u) => fetch(u))", [X]),
        ("['http://h:8765/x'].reduce((u) => fetch(u))", []),
        ("run((u) => fetch(u), 'http://h:8765/x')", []),
        ("let u = 'http://h:8765/x'; fetch(u); u = null", [X]),
        ("let u; if (dev) u = 'http://h:8765/x'; else u = 'http://h:8765/x'; fetch(u)", [X]),
        ("let u; " + "".join(f"u = 'http://a:{n}'; " for n in range(1, 9)) + "fetch(u)",
         [f"http://a:{port}/" for port in range(1, 7)]),
        ("const { url: { api = 'http://h:8765' } } = {}; fetch(api + '/x')", [X]),
        ("window.API = 'http://h:8765'; fetch(API + '/x')", [X]),
        ("self.API = 'http://h:8765'; fetch(window.API + '/x')", [X]),
        ("fetch(self.location.origin.replace('http', 'http') + '/x')", []),
        ("u = 'http://h:8765/x'; fetch(u)", []),
    ],
)  # fmt: skip
def test_what_names_stand_for(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert reached(tmp_path, code) == expected


@pytest.mark.parametrize(
    ("exports", "imports", "expected"),
    [
        ("export default { api: 'http://h:8765' }", "import { api } from './conf'", [X]),
        ("export const api = 'http://h:8765'", "import conf from './conf'; const api = conf.api", [X]),
        ("export * from './inner'", "import { api } from './conf'", [X]),
        ("export * from './absent'; export * from './inner'", "import { api } from './conf'", [X]),
        ("export * from './absent'", "import { api } from './conf'", []),
        ("export * as all from './inner'", "import { all } from './conf'; const api = all.api", [X]),
        ("export { api as base } from './inner'", "import { base as api } from './conf'", [X]),
        ("export const other = 1", "import { api } from './conf'", []),
        ("export default api; export default unknown()", "import { api } from './conf'", []),
        ("export * from './conf'", "import { api } from './conf'", []),
    ],
)
def test_imports_and_exports(tmp_path: Path, exports: str, imports: str, expected: list[str]) -> None:
    files = {"web/src/conf.ts": exports, "web/src/inner.ts": "export const api = 'http://h:8765'\n"}
    assert reached(tmp_path, f"{imports}; fetch(api + '/x')", files) == expected


def test_a_module_that_cannot_be_read_exports_nothing(tmp_path: Path) -> None:
    files = {"web/src/conf.ts": "export const api = 'http://h:8765';\n" * 20_000}
    assert reached(tmp_path, "import { api } from './conf'; fetch(api + '/x')", files) == []


def test_scripts_of_the_same_page(tmp_path: Path) -> None:
    files = {
        "web/index.html": "<script src='big.js'></script><script src='conf.js'></script><script src='app.js'></script>",
        "web/big.js": "var x = 1;\n" * 100_000,
        "web/conf.js": "LIVE = 'http://h:8766';\nvar API = 'http://h:8765';\nwindow.OWN = 'http://h:8767';\n",
    }
    code = "fetch(API + '/x'); fetch(OWN + '/y'); fetch(LIVE + '/z'); fetch(ABSENT + '/a')"
    assert reached(tmp_path, code, files, "web/app.js") == [X, "http://h:8767/y"]


def test_several_settings_of_a_variable(tmp_path: Path) -> None:
    files = {
        "web/package.json": "{}",
        "web/.env.local": "API_URL=http://h:8765\n",
        "web/.env": "API_URL=http://h:8766\n",
        "web/start.sh": "API_URL=http://h:8767 npm start\n",
    }
    found = script(tmp_path, "fetch(process.env.API_URL + '/x')", files)
    assert [(one.location.file, one.to.port) for one in found.callers] == [("web/.env.local", 8765), ("web/.env", 8766)]


def test_a_variable_that_nothing_sets_is_said_if_its_name_is_of_a_place(tmp_path: Path) -> None:
    found = script(tmp_path, "fetch(process.env.API_URL + '/x'); fetch(process.env.MODE + '/y')")
    assert [note.text for note in found.notes if "API_URL" in note.text]
    assert not [note.text for note in found.notes if "MODE" in note.text]


@pytest.mark.parametrize(
    ("name", "told", "code", "expected"),
    [
        ("vite.config.ts", "export default { define: { __API_URL__: JSON.stringify('http://h:8765') } }",
         "fetch(__API_URL__ + '/x')", [X]),
        ("vite.config.ts", "export default { define: { __API_URL__: '\"http://h:8765\"' } }",
         "fetch(__API_URL__ + '/x')", [X]),
        ("vite.config.ts", "export default { define: { 'import.meta.env.API': JSON.stringify('http://h:8765') } }",
         "fetch(import.meta.env.API + '/x')", [X]),
        ("vite.config.ts", "export default { define: { __API_PORT__: 8765 } }",
         "fetch(`http://h:${__API_PORT__}/x`)", [X]),
        ("webpack.config.js", "new webpack.DefinePlugin({ 'process.env.API': JSON.stringify('http://h:8765') })",
         "fetch(process.env.API + '/x')", [X]),
        ("webpack.common.js", "new EnvironmentPlugin({ API: 'http://h:8765' })", "fetch(process.env.API + '/x')", [X]),
        ("rollup.config.mjs", "replace({ values: { 'process.env.API': JSON.stringify('http://h:8765') } })",
         "fetch(process.env.API + '/x')", [X]),
        ("next.config.js", "module.exports = { env: { API: 'http://h:8765' } }", "fetch(process.env.API + '/x')", [X]),
        ("vite.config.ts", "const other = { __API_URL__: 'http://h:8765' }", "fetch(__API_URL__ + '/x')", []),
        ("vite.config.ts", "export default { server: { __API_URL__: 'http://h:8765' } }",
         "fetch(__API_URL__ + '/x')", []),
        ("vite.config.ts", "export default { define: { __API_URL__() {} } }; f({ __API_URL__: 'http://h:8765' })",
         "fetch(__API_URL__ + '/x')", []),
        ("vite.config.ts", "export default { define: { apiUrl: '\"http://h:8765\"' } }", "fetch(apiUrl + '/x')", []),
        ("vite.config.ts", "x = 1;\n" * 100_000 + "__API_URL__", "fetch(__API_URL__ + '/x')", []),
    ],
)  # fmt: skip
def test_what_bundlers_put_in_the_place_of_names(
    tmp_path: Path, name: str, told: str, code: str, expected: list[str]
) -> None:
    assert reached(tmp_path, code, {f"web/{name}": told}) == expected
