"""Redirects of Node servers and of frameworks."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import inspect, repository
from wsdoctor.model.traffic import Hop

TO = "http://localhost:8765/room"


def hops(tmp_path: Path, code: str, name: str = "src/app.ts") -> list[Hop]:
    return inspect("node redirects", name, repository(tmp_path, {name: code})).hops


@pytest.mark.parametrize(
    "code",
    [
        f"app.get('/live', (q, r) => r.redirect(302, '{TO}'));",
        f"app.get('/live', (q, r) => r.redirect('{TO}'));",
        f"app.get('/live', (q, r) => r.status(302).location('{TO}').end());",
        f"http.createServer((q, r) => {{ r.writeHead(307, {{ Location: '{TO}' }}); r.end(); }});",
        f"app.get('/live', (q, r) => {{ r.setHeader('Location', '{TO}'); r.status(302).end(); }});",
        f"app.get('/live', (q, r) => r.status(302).set('Location', `{TO}`).end());",
        f"fastify.get('/live', (q, reply) => reply.redirect('{TO}', 303));",
        f"export const go = () => NextResponse.redirect('{TO}');",
        f"export const GET = () => Response.redirect('{TO}', 302);",
        f"import {{ redirect }} from 'next/navigation';\nexport default () => redirect('{TO}');",
        f"import {{ permanentRedirect }} from 'next/navigation';\nexport default () => permanentRedirect('{TO}');",
        f"import {{ redirect }} from '@sveltejs/kit';\nexport const load = () => redirect(307, '{TO}');",
        f"import {{ redirect }} from '@remix-run/node';\nexport const loader = () => redirect('{TO}');",
        f"import {{ redirect }} from 'react-router-dom';\nexport const loader = () => redirect('{TO}');",
        f"export default defineEventHandler((event) => sendRedirect(event, '{TO}', 302));",
        f"export const getServerSideProps = () => ({{ redirect: {{ destination: '{TO}', permanent: false }} }});",
        f"import {{ Redirect }} from '@nestjs/common';\nclass C {{\n  @Redirect('{TO}', 302)\n  go() {{}}\n}}",
        f"class C {{\n  @Redirect()\n  @Get()\n  go() {{ return {{ url: '{TO}', statusCode: 302 }}; }}\n}}",
        f"export default defineConfig({{ redirects: {{ '/live': '{TO}' }} }});",
        f"export default defineConfig({{ redirects: {{ '/live': {{ status: 302, destination: '{TO}' }} }} }});",
    ],
)
def test_redirects(tmp_path: Path, code: str) -> None:
    (found,) = hops(tmp_path, code)
    assert (found.sends, found.lacks, found.websocket, found.to.port) == (("redirect",), (), False, 8765)
    assert (found.product, found.details["becomes"]) == ("express", "/room")


@pytest.mark.parametrize(
    "code",
    [
        "res.redirect('/login'); res.redirect('https://example.com/'); res.redirect(`ws://h:8765`)",
        "r.writeHead(302, { Location: '/login' }); r.setHeader('Location', next); r.writeHead(200); r.set('X', 1);",
        "const f = { Location: 'http://localhost:8765/' }; r.writeHead(302, other); r.redirect();",
        "import { redirect } from './mine';\nredirect('http://localhost:8765/'); next/navigation",
        "class C {\n  @Redirect()\n  go() { return { url: next, code: 1 }; }\n  @Redirect()\n  url = 1;\n}",
        "class C {\n  @Redirect()\n  go() { return 'http://localhost:8765/'; }\n}",
        "const redirect = 1; const o = { redirect: { name: 'home' }, redirects: { a: { status: 301 } } };",
        "const o = { redirect: go(), redirects: list() }; f({ redirects });",
        "export default { routes: [{ path: '/', redirect: { destination: '/home' } }], redirects: { ...more } };",
    ],
)
def test_what_redirects_nowhere_known(tmp_path: Path, code: str) -> None:
    assert hops(tmp_path, code) == []


def test_tests_and_declarations_are_left_out(tmp_path: Path) -> None:
    assert hops(tmp_path, f"r.redirect('{TO}');", "src/app.test.ts") == []
    assert hops(tmp_path, f"r.redirect('{TO}');", "src/app.d.ts") == []


def test_a_redirect_under_a_condition_is_of_its_path(tmp_path: Path) -> None:
    code = f"http.createServer((q, r) => {{\n  if (q.url === '/live') {{\n    r.redirect('{TO}');\n  }}\n}});"
    assert [(one.path, one.location.line) for one in hops(tmp_path, code)] == [("/live", 3)]
