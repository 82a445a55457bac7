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
        f"fastify.get('/live', (q, r) => r.code(302).header('location', '{TO}').send());",
        f"http.createServer((q, r) => {{ r.writeHead(301, {{ location: '{TO}' }}); r.end(); }});",
        f"app.get('/live', (q, r) => r.set({{ Location: '{TO}' }}).sendStatus(302));",
        f"fastify.get('/live', (q, r) => r.headers({{ location: '{TO}' }}).code(302).send());",
        f"export const GET = ({{ redirect }}) => redirect('{TO}', 307);",
        f"export const onGet = async ({{ redirect: go, redirect }}) => {{ throw redirect(302, '{TO}'); }};",
        f"import {{ redirect }} from '@solidjs/router';\nexport const GET = () => redirect('{TO}');",
        f"import {{ redirect }} from '@tanstack/router';\nconst f = () => {{ throw redirect({{ href: '{TO}' }}); }};",
        f"import redirect from '@polka/redirect';\nexport const f = (q, r) => redirect(r, 302, '{TO}');",
        f"export default defineNuxtRouteMiddleware(() => navigateTo('{TO}', {{ external: true }}));",
        f"export default {{ fetch: () => new Response(null, {{ status: 302, headers: {{ Location: '{TO}' }} }}) }};",
        f"const f = () => new Response('', {{ status: 307, headers: new Headers({{ location: '{TO}' }}) }});",
        f"exports.handler = async () => ({{ statusCode: 301, headers: {{ Location: '{TO}' }} }});",
        f"const f = () => ({{ status: HttpStatus.FOUND, headers: {{ Location: '{TO}' }} }});",
        f"router.get('/live', ({{ response }}) => response.redirect().toPath('{TO}'));",
        f"router.on('/live').redirectToPath('{TO}');",
        f"export default defineNuxtConfig({{ routeRules: {{ '/live': {{ redirect: '{TO}' }} }} }});",
        f"const c = {{ routeRules: {{ '/live/**': {{ redirect: {{ to: '{TO}', statusCode: 302 }} }} }} }};",
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
        "const o = [{ path: '/live', redirect: 'http://localhost:8765/' }]; x.f(redirect)('http://localhost:8765/')",
        "const f = (redirect) => redirect('http://localhost:8765/'); const g = ({ go: redirect }) => redirect(TO);",
        "const o = { status: 201, headers: { Location: 'http://localhost:8765/jobs/1' } };",
        "const o = { status: 302, fields: { Location: 'http://localhost:8765/' } };",
        "const o = { status: 302, headers: f({ Location: 'http://localhost:8765/' }) }; f({ location: TO });",
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


def test_a_rule_for_a_route_is_of_its_path(tmp_path: Path) -> None:
    code = f"export default defineNuxtConfig({{ routeRules: {{ '/live/**': {{ redirect: '{TO}' }} }} }});"
    assert [one.path for one in hops(tmp_path, code, "nuxt.config.ts")] == ["/live"]


def test_what_a_page_of_astro_does_before_it_is_made(tmp_path: Path) -> None:
    code = f"---\nconst {'{ id }'} = Astro.params;\nreturn Astro.redirect('{TO}', 302);\n---\n<p>never</p>\n"
    assert [one.location.line for one in hops(tmp_path, code, "src/pages/live.astro")] == [3]
