from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.platform_factory import rows


@pytest.mark.parametrize(
    ("scripts", "expected"),
    [
        ('{"e2e": "wait-on http://localhost:8765/h && cypress run"}', [(8765, "http", "/h")]),
        ('{"e2e": "wait-on tcp:$WS && cypress run"}', [(8766, "tcp", None)]),
        ('{"e2e": "wait-on tcp:$NONE && cypress run"}', []),
        ('{"dev": "concurrently \\"npm start\\" \\"wait-on tcp:8765\\""}', [(8765, "tcp", None)]),
        ('{"dev": "concurrently \'wait-on tcp:8765\'"}', [(8765, "tcp", None)]),
        ('{"e2e": "wait-on tcp:8765 \\x"}', [(8765, "tcp", None)]),
        ('{"e2e": 1, "other": ["wait-on tcp:8765"]}', []),
        ('["wait-on tcp:8765"]', []),
        ("{", []),
    ],
)
def test_scripts_of_a_package(tmp_path: Path, scripts: str, expected: list[tuple[object, ...]]) -> None:
    files = {"package.json": f'{{"name": "x", "scripts": {scripts}}}', ".env": "WS=8766\n"}
    assert rows(tmp_path, "node scripts", "package.json", files) == expected


@pytest.mark.parametrize(
    ("server", "expected"),
    [
        ("{ command: 'npm start', url: 'http://localhost:8765/h' }", [(8765, "http", "/h")]),
        ("{ command: 'npm start', port: 8765 }", [(8765, "tcp", None)]),
        ("[{ url: 'http://localhost:8765' }, { port: 8766 }]", [(8765, "http", "/"), (8766, "tcp", None)]),
        ("{ url: { of: 'http://localhost:8765' } }", []),
        ("{ url: 'http://localhost' }", [(80, "http", "/")]),
        ("{ url: 'ws://localhost:8765' }", []),
        ("{ url: base + '/h' }", []),
        ("undefined", []),
    ],
)
def test_what_playwright_waits_for(tmp_path: Path, server: str, expected: list[tuple[object, ...]]) -> None:
    text = f"export default defineConfig({{ webServer: {server} }});"
    assert rows(tmp_path, "node scripts", "playwright.config.ts", text) == expected
    assert rows(tmp_path, "node scripts", "playwright.config.ts", "webServer;" + "a = 1;\n" * 100_000) == []


@pytest.mark.parametrize(
    ("config", "specification", "expected"),
    [
        (
            "{ e2e: { baseUrl: 'http://localhost:8765' } }",
            "cy.request('/health');\ncy.visit('/');\ncy.visit('/other');\n",
            [
                (8765, "http", "/health", "client-code", "node", 1),
                (8765, "http", "/", "navigation", "browser", 1),
            ],
        ),
        (
            "{ e2e: { baseUrl } };\nconst baseUrl = 'http://localhost:8765/app/'",
            "cy.visit('/a');\n",
            [],
        ),
        (
            "{ e2e: { baseUrl: base } };\nconst base = 'http://localhost:8765/app/'",
            "cy.visit('/a');\n",
            [(8765, "http", "/app/a", "navigation", "browser", 2)],
        ),
        ("{ e2e: { baseUrl: 'http://localhost:8765' } }", "cy.task('socket');\ncy.visit(url);\n", []),
        ("{ e2e: { baseUrl: 'http://localhost:8765' } }", "cy.request('/').its('status').should('eq', 426);\n", []),
        ("{ e2e: { baseUrl: 'ws://localhost:8765' } }", "cy.visit('/');\n", []),
        ("{ e2e: {} }; // baseUrl", "cy.visit('/');\n", []),
    ],
)
def test_where_cypress_goes(
    tmp_path: Path, config: str, specification: str, expected: list[tuple[object, ...]]
) -> None:
    files = {"web/cypress.config.js": f"module.exports = {config};\n", "web/cypress/e2e/a.cy.js": specification}
    assert rows(tmp_path, "node scripts", "web/cypress.config.js", files, "kind", "product", "line") == expected
