"""Texts of a made-up repository, one function a kind of file: plain work for the most part, as in real repositories.

Blocks of each language are made once from templates and words; a file is a draw of them, of a size that is spread as
sizes of real files are: half of them below three kilobytes, some of them ten times that.
"""

from __future__ import annotations

import random
import textwrap
from collections.abc import Sequence
from functools import cache

NOUNS = (
    "account", "amount", "anchor", "answer", "basket", "branch", "budget", "bundle", "canvas", "carrier", "chapter",
    "client", "column", "counter", "courier", "deposit", "detail", "draft", "entry", "field", "filter", "folder",
    "fragment", "group", "header", "holder", "image", "invoice", "item", "label", "layer", "ledger", "letter", "level",
    "line", "marker", "member", "message", "method", "module", "notice", "number", "object", "offer", "option", "order",
    "owner", "page", "parcel", "period", "person", "picture", "plan", "point", "price", "product", "profile", "query",
    "range", "rate", "record", "region", "report", "result", "review", "role", "route", "sample", "schema", "section",
    "segment", "series", "session", "signal", "source", "status", "stock", "symbol", "table", "target", "task", "tax",
    "team", "template", "ticket", "token", "topic", "total", "track", "unit", "user", "value", "vendor", "version",
    "view", "volume", "window", "worker", "zone",
)  # fmt: skip
VERBS = (
    "add", "apply", "build", "change", "check", "clear", "collect", "compare", "copy", "count", "create", "describe",
    "drop", "fill", "find", "format", "join", "list", "load", "mark", "merge", "move", "parse", "pick", "prepare",
    "read", "remove", "render", "replace", "reset", "resolve", "save", "select", "send", "show", "sort", "split",
    "store", "sum", "update", "validate", "write",
)  # fmt: skip
PROSE = (
    "The {a} of a {b} is kept until its {c} ends.", "Each {b} has one {a}, and a {c} may have several of them.",
    "Where a {a} has no {b}, the {c} of the {d} counts.", "See the notes on {c} before changing how a {b} is built.",
    "A {d} that was not found is not an error: the {a} simply stays empty.", "Never {v} a {a} twice in one {d}.",
)  # fmt: skip

PYTHON = (
    '''
def {v}_{a}({b}: str, {c}: int = 0) -> list[str]:
    """{V} the {a} of a {b}."""
    found = []
    for position, part in enumerate({b}.split(",")):
        if position < {c} or not part.strip():
            continue
        found.append(part.strip().lower())
    return sorted(found, key=len)
''',
    '''
class {A}{B}(Base):
    """A {a} with its {b}."""

    __tablename__ = "{a}_{b}s"

    id = Column(Integer, primary_key=True)
    {c} = Column(String(120), nullable=False, index=True)
    {d}_id = Column(ForeignKey("{d}s.id"), nullable=True)
    created_at = Column(DateTime, default=utcnow)

    def __repr__(self) -> str:
        return f"<{A}{B} {{self.id}} {{self.{c}!r}}>"

    def {v}_{c}(self, value: str) -> None:
        if not value:
            raise ValueError("a {c} needs a value")
        self.{c} = value[:120]
''',
    """
def test_{v}_{a}_of_{b}(session, {c}):
    {d} = {A}({b}={c}.{b}, amount=12)
    session.add({d})
    session.commit()
    assert {d}.{b} == {c}.{b}
    assert session.query({A}).filter_by({b}={c}.{b}).count() == 1
""",
    '''
@dataclass(frozen=True)
class {A}:
    """What a {b} says of its {a}.

    Attributes:
        {c}: the {c} it was made with.
        {d}: None where nothing was given.
    """

    {c}: str
    {d}: Decimal | None = None

    @property
    def {b}_{c}(self) -> Decimal:
        return (self.{d} or Decimal(0)) * RATES.get(self.{c}, Decimal("1.0"))
''',
    """
async def {v}_{b}(self, {a}_id: int, *, {d}: str | None = None) -> dict[str, object]:
    row = await self.pool.fetchrow("SELECT * FROM {b}s WHERE {a}_id = $1", {a}_id)
    if row is None:
        logger.info("no {b} of {a} %s", {a}_id)
        return {{}}
    return {{"id": row["id"], "{c}": row["{c}"], "{d}": {d} or row.get("{d}")}}
""",
    """
def {v}_{c}_{d}({a}s, *, limit=100):
    total = sum({a}.amount for {a} in {a}s if {a}.{b} is not None)
    by_{c} = defaultdict(list)
    for {a} in {a}s[:limit]:
        by_{c}[{a}.{c}].append({a})
    logger.debug("%d {a}s, %s in all", len({a}s), total)
    return {{{c}: len(members) for {c}, members in by_{c}.items()}}
""",
)
PYTHON_CALLS = (
    """
def {v}_{a}_from_partner({b}_id: str) -> dict:
    response = requests.get(f"https://partner.example.com/v2/{a}s/{{{b}_id}}", timeout=10)
    response.raise_for_status()
    return response.json()["{a}"]
""",
    """
async def {v}_{b}_upstream(client: httpx.AsyncClient, {a}: dict) -> None:
    answer = await client.post(settings.{b}_url + "/{b}s", json={a})
    answer.raise_for_status()
""",
)
TYPESCRIPT = (
    """
export interface {A}{B} {{
  id: number;
  {a}: string;
  {c}?: {C}Kind;
  {d}s: ReadonlyArray<{D}>;
}}
""",
    """
export function {v}{A}({b}s: {B}[], {c}: string): {B}[] {{
  const seen = new Set<string>();
  return {b}s
    .filter(({b}) => {b}.{c} !== undefined && !seen.has({b}.{c}))
    .map(({b}) => {{
      seen.add({b}.{c});
      return {{ ...{b}, {c}: {b}.{c}.trim(), {d}: {b}.{d} ?? null }};
    }});
}}
""",
    """
export const select{A} = createSelector(
  [select{B}State, (_: RootState, {c}Id: string) => {c}Id],
  (state, {c}Id) => state.{a}s.byId.get({c}Id) ?? EMPTY_{D},
);
""",
    """
export class {A}{D}Service {{
  private readonly {b}s = new Map<string, {B}>();

  constructor(private readonly {c}: {C}Repository) {{}}

  {v}(id: string): {B} | undefined {{
    const found = this.{b}s.get(id);
    if (!found) {{
      this.{c}.report(`no {b} ${{id}}`);
    }}
    return found;
  }}
}}
""",
    """
describe('{v} {a}', () => {{
  it('keeps the {b} of each {c}', () => {{
    const {a} = make{A}({{ {b}: 'first', {c}: 3 }});
    expect({v}{A}([{a}], '{d}')).toHaveLength(1);
    expect({a}.{b}).toEqual('first');
  }});
}});
""",
)
COMPONENT = (
    """
export const {A}{B}: React.FC<{A}{B}Props> = ({{ {a}, on{C}, className }}) => {{
  const [{b}, set{B}] = useState<string | null>(null);
  const {{ t }} = useTranslation('{c}');

  useEffect(() => {{
    if ({a}.{b}) {{
      set{B}({a}.{b});
    }}
  }}, [{a}.{b}]);

  return (
    <section className={{clsx(styles.{a}, className)}}>
      <h2>{{t('{a}.title')}}</h2>
      <ul>
        {{{a}.{d}s.map(({d}) => (
          <li key={{{d}.id}} onClick={{() => on{C}({d})}}>
            <span className={{styles.label}}>{{{d}.name}}</span>
            <Amount value={{{d}.amount}} currency={{{d}.currency}} />
          </li>
        ))}}
      </ul>
      {{{b} && <Badge kind="info">{{{b}}}</Badge>}}
    </section>
  );
}};
""",
    """
export function use{A}{C}({b}Id: string) {{
  const dispatch = useAppDispatch();
  const {a} = useAppSelector((state) => select{A}(state, {b}Id));
  const {v} = useCallback(
    (value: string) => dispatch({v}{A}({{ id: {b}Id, {c}: value }})),
    [dispatch, {b}Id],
  );
  return {{ {a}, {v} }};
}}
""",
    """
const {A}Row = memo(({{ {a}, selected }}: RowProps) => (
  <tr className={{selected ? styles.selected : undefined}}>
    <td>{{{a}.{b}}}</td>
    <td>{{formatDate({a}.{c}, 'short')}}</td>
    <td>
      <Link to={{`/{a}s/${{{a}.id}}`}}>{{{a}.{d}}}</Link>
    </td>
  </tr>
));
""",
)
SCRIPT_CALLS = (
    """
export async function {v}{A}FromServer({b}Id: string): Promise<{A}> {{
  const response = await fetch(`/api/{a}s/${{{b}Id}}`, {{ headers: {{ Accept: 'application/json' }} }});
  if (!response.ok) {{
    throw new Error(`{a}: ${{response.status}}`);
  }}
  return response.json();
}}
""",
    """
export const {v}{B}Remote = ({a}: {A}) => axios.post('/api/{b}s', {a}).then(({{ data }}) => data.{b});
""",
)
JAVASCRIPT = (
    """
function {v}{A}({b}, {c}) {{
  var total = 0;
  for (var i = 0; i < {b}.length; i++) {{
    if ({b}[i].{c} > {c}) {{
      total += {b}[i].{d} || 0;
    }}
  }}
  return total;
}}
""",
    """
{A}.prototype.{v} = function ({b}, done) {{
  var self = this;
  this.{c}s.forEach(function ({c}) {{
    if ({c}.{d} === {b}) {{
      self.emit('{v}', {c});
    }}
  }});
  done(null, this.{c}s.length);
}};
""",
    """
module.exports.{v}{B} = function {v}{B}(options) {{
  const {{ {a} = 10, {b} = 'none', {c} }} = options || {{}};
  if (!{c}) {{
    throw new TypeError('{c} is needed');
  }}
  return Object.assign({{}}, defaults, {{ {a}, {b}, {c}: String({c}) }});
}};
""",
)
GO = (
    """
// {V}{A} returns the {b}s of a {a}, oldest first.
func (s *{A}Store) {V}{B}(ctx context.Context, {c}ID int64) ([]*{B}, error) {{
	rows, err := s.db.QueryContext(ctx, "SELECT id, {b}, {d} FROM {b}s WHERE {c}_id = $1", {c}ID)
	if err != nil {{
		return nil, fmt.Errorf("{v} {b}s: %w", err)
	}}
	defer rows.Close()
	var found []*{B}
	for rows.Next() {{
		one := &{B}{{}}
		if err := rows.Scan(&one.ID, &one.{B}, &one.{D}); err != nil {{
			return nil, err
		}}
		found = append(found, one)
	}}
	return found, rows.Err()
}}
""",
    """
// {A}{C} is what a {b} says of its {c}.
type {A}{C} struct {{
	ID        int64     `json:"id"`
	{B}       string    `json:"{b}"`
	{D}       *int      `json:"{d},omitempty"`
	CreatedAt time.Time `json:"created_at"`
}}
""",
    """
func Test{V}{A}(t *testing.T) {{
	for _, each := range []struct{{ {b}, {c} string }}{{{{"one", "two"}}, {{"", "none"}}}} {{
		if got := {v}{A}(each.{b}); got != each.{c} {{
			t.Errorf("{v}{A}(%q) = %q, want %q", each.{b}, got, each.{c})
		}}
	}}
}}
""",
)
GO_CALLS = (
    """
func (c *Client) {V}{A}Remote(ctx context.Context, {b} string) (*http.Response, error) {{
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, c.base+"/{a}s/"+{b}, nil)
	if err != nil {{
		return nil, err
	}}
	return c.http.Do(request)
}}
""",
)
GO_HUB = """
package hub

import (
	"net/http"

	"github.com/gorilla/websocket"
)

var upgrader = websocket.Upgrader{}

func Serve() error {
	http.HandleFunc("/ws", func(w http.ResponseWriter, r *http.Request) { upgrader.Upgrade(w, r, nil) })
	return http.ListenAndServe(":8766", nil)
}
""".lstrip()
MANIFEST = (
    """
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {a}-{b}
  labels: {{app: {a}, part: {b}}}
spec:
  replicas: 2
  selector: {{matchLabels: {{app: {a}}}}}
  template:
    metadata: {{labels: {{app: {a}}}}}
    spec:
      containers:
        - name: {b}
          image: registry.example.com/{a}/{b}:1.{n}
          ports: [{{containerPort: 8000}}]
          readinessProbe:
            httpGet: {{path: /healthz, port: 8000}}
            periodSeconds: 10
""",
    """
apiVersion: v1
kind: Service
metadata: {{name: {a}-{b}}}
spec:
  selector: {{app: {a}}}
  ports: [{{port: 80, targetPort: 8000}}]
""",
    """
apiVersion: v1
kind: ConfigMap
metadata:
  name: {a}-{c}
data:
  {A}_{B}: "{n}"
  {C}_MODE: {d}
""",
)
PAGE = (
    """
<section class="{a}" id="{a}-{n}">
  <h2>{{% trans "{A} of {b}" %}}</h2>
  <p>{p}</p>
  <table class="{c}s">
    {{% for {c} in {a}.{c}s %}}
    <tr><td>{{{{ {c}.{d} }}}}</td><td><a href="{{% url '{c}-detail' {c}.id %}}">{{{{ {c}.name }}}}</a></td></tr>
    {{% endfor %}}
  </table>
</section>
""",
    """
<form method="post" action="{{% url '{v}-{a}' %}}" class="{b}-form">
  {{% csrf_token %}}
  <label for="{c}">{{% trans "{C}" %}}</label>
  <input id="{c}" name="{c}" value="{{{{ form.{c}.value }}}}">
  <button type="submit">{V}</button>
</form>
""",
)
STYLE = (
    """
.{a} {{
  display: flex;
  padding: $space-{n};
  color: var(--{b}-colour);

  &__{c} {{
    margin: 0 auto;
    font-size: 1.{n}rem;
  }}

  &:hover .{d} {{
    background: rgba($shade, 0.{n});
  }}
}}
""",
)
JAVA = (
    """
    /** {V}s the {a} of a {b}. */
    public Optional<{A}> {v}{A}(final {B} {b}, final int {c}) {{
        if ({b} == null || {c} < {n}) {{
            return Optional.empty();
        }}
        return {d}Repository.findBy{B}({b}.getId()).map({A}::copy);
    }}
""",
)
PROTO = (
    """
// {A}{B} is the {a} of a {b}.
message {A}{B} {{
  int64 id = 1;
  string {c} = 2;
  repeated {D} {d}s = 3;
}}
""",
)
MARKDOWN = ("## {V} a {a}\n\n{p} {q}\n\n- {p}\n- {q}\n", "{p} {q} {p}\n\n```python\n{v}_{a}({b}, {c}={n})\n```\n")
SCRIPT = ('\n{v}_{a}() {{\n  local {b}="$1"\n  cp -r "build/${b}" "{c}/{d}"\n  echo "{a}: ${b}"\n}}\n',)
TERRAFORM = ('\nresource "aws_s3_bucket" "{a}_{b}" {{\n  bucket = "${{var.{c}}}-{a}-{n}"\n  tags   = local.tags\n}}\n',)
DRAWING = ('<path d="M{n} 3.5c-{n}.2 1.{n} 4 2.5 6 8.{n}l3-{n}z" fill="#{n}f{n}"/>\n',)


@cache
def _blocks(templates: tuple[str, ...]) -> tuple[str, ...]:
    """Return a few hundred blocks made of templates."""
    source = random.Random(templates[0])
    made = []
    for number in range(max(400 // len(templates), 40)):
        for template in templates:
            a, b, c, d = source.sample(NOUNS, 4)
            v = source.choice(VERBS)
            words = {"a": a, "b": b, "c": c, "d": d, "v": v}
            prose = [text.format(**words) for text in source.sample(PROSE, 2)]
            capitals = {key.upper(): word.capitalize() for key, word in words.items()}
            made.append(template.format(**words, **capitals, n=number % 9 + 1, p=prose[0], q=prose[1]))
    return tuple(made)


def _draw(source: random.Random, templates: tuple[str, ...], typical: int) -> str:
    """Return blocks of about a typical number of bytes: half of the files are smaller, a few are ten times that."""
    wanted = min(typical * source.lognormvariate(0, 0.95), typical * 25)
    blocks = _blocks(templates)
    parts: list[str] = []
    size = 0
    while size < wanted:
        parts.append(source.choice(blocks))
        size += len(parts[-1])
    return "".join(parts)


def _rarely(source: random.Random, share: float, templates: tuple[str, ...]) -> str:
    return source.choice(_blocks(templates)) if source.random() < share else ""


def _imports(source: random.Random, line: str, extra: Sequence[str] = ()) -> str:
    return "".join([*extra, *(line.format(a=noun, A=noun.capitalize()) for noun in source.sample(NOUNS, 4))])


def python(source: random.Random) -> str:
    calls = _rarely(source, 0.07, PYTHON_CALLS)
    lines = ["import logging\n", *(["import httpx\nimport requests\n"] if calls else [])]
    head = _imports(source, "from app.models.{a} import {A}\n", lines) + "\nlogger = logging.getLogger(__name__)\n"
    return head + _draw(source, PYTHON, 2400) + calls


def typescript(source: random.Random) -> str:
    calls = _rarely(source, 0.08, SCRIPT_CALLS)
    head = ["import axios from 'axios';\n"] if calls else []
    return _imports(source, "import {{ {A} }} from '../types/{a}';\n", head) + _draw(source, TYPESCRIPT, 2000) + calls


def component(source: random.Random) -> str:
    calls = _rarely(source, 0.05, SCRIPT_CALLS)
    head = ["import React, { memo, useCallback, useEffect, useState } from 'react';\n"]
    return _imports(source, "import {{ {A} }} from '../types/{a}';\n", head) + _draw(source, COMPONENT, 2400) + calls


def javascript(source: random.Random) -> str:
    return _imports(source, "var {A} = require('./{a}');\n", ["'use strict';\n"]) + _draw(source, JAVASCRIPT, 2400)


def vue(source: random.Random) -> str:
    script = _draw(source, TYPESCRIPT[1:3], 1400) + _rarely(source, 0.06, SCRIPT_CALLS)
    markup = "".join(f'  <span v-if="{word}.ready">{{{{ {word}.name }}}}</span>\n' for word in source.sample(NOUNS, 12))
    return f'<template>\n<div>\n{markup}</div>\n</template>\n\n<script setup lang="ts">\n{script}</script>\n'


def go(source: random.Random) -> str:
    calls = _rarely(source, 0.06, GO_CALLS)
    http = '\t"net/http"\n' if calls else ""
    return f'package store\n\nimport (\n\t"context"\n\t"fmt"\n{http}\t"time"\n)\n' + _draw(source, GO, 3000) + calls


def markdown(source: random.Random) -> str:
    return f"# {source.choice(NOUNS).capitalize()}\n\n" + _draw(source, MARKDOWN, 2000)


def manifest(source: random.Random) -> str:
    return "---".join(source.sample(_blocks(MANIFEST), source.randint(1, 4)))


def words_as_yaml(source: random.Random) -> str:
    lines = (f'  {word}: "{source.choice(PROSE)}"\n' for word in source.sample(NOUNS, source.randint(5, 60)))
    return "en:\n" + "".join(lines)


def words_as_json(source: random.Random) -> str:
    lines = (f'  "{word}": "{source.choice(PROSE)}"' for word in source.sample(NOUNS, source.randint(5, 60)))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def page(source: random.Random) -> str:
    return '{% extends "base.html" %}\n{% load i18n %}\n' + _draw(source, PAGE, 2200)


def style(source: random.Random) -> str:
    return "@use 'space';\n" + _draw(source, STYLE, 1500)


def java(source: random.Random) -> str:
    return "package com.example;\n\npublic final class Part {\n" + _draw(source, JAVA, 3000) + "}\n"


def proto(source: random.Random) -> str:
    return 'syntax = "proto3";\n' + _draw(source, PROTO, 1200)


def script(source: random.Random) -> str:
    return "#!/bin/sh\nset -eu\n" + _draw(source, SCRIPT, 900)


def terraform(source: random.Random) -> str:
    return _draw(source, TERRAFORM, 1200)


def drawing(source: random.Random) -> str:
    return '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24">\n' + _draw(source, DRAWING, 900) + "</svg>\n"


def binary(source: random.Random) -> bytes:
    return b"\x89PNG\r\n\x1a\n\0\0" + source.randbytes(source.randint(500, 20_000))


def minified(source: random.Random) -> str:
    return "".join(_draw(source, JAVASCRIPT, 40_000).split("\n"))


def dockerfile(source: random.Random) -> str:
    return textwrap.dedent(f"""\
        FROM python:3.12-slim
        WORKDIR /app
        COPY requirements.txt .
        RUN pip install -r requirements.txt
        COPY . .
        EXPOSE 8000
        HEALTHCHECK --interval={source.randint(5, 60)}s CMD curl -f http://localhost:8000/healthz || exit 1
        CMD ["uvicorn", "main:app", "--host", "0.0.0.0", "--port", "8000"]
        """)


def compose(source: random.Random) -> str:
    return textwrap.dedent(f"""\
        services:
          api:
            build: .
            ports: ["{source.randint(8000, 8999)}:8000"]
            healthcheck:
              test: ["CMD", "curl", "-f", "http://localhost:8765/"]
              interval: {source.randint(5, 60)}s
          realtime:
            build: .
            command: python realtime.py
            ports: ["8765:8765"]
          db:
            image: postgres:16
        """)


def requirements(source: random.Random) -> str:
    return "".join(f"{name}=={source.randint(1, 9)}.0\n" for name in ("fastapi", "httpx", "sqlalchemy", "websockets"))


def package(source: random.Random) -> str:
    return textwrap.dedent(f"""\
        {{
          "name": "{source.choice(NOUNS)}",
          "version": "1.{source.randint(0, 40)}.0",
          "scripts": {{"build": "tsc -b", "dev": "vite --port 5173", "test": "vitest run"}},
          "dependencies": {{"axios": "^1.7.0", "react": "^18.3.1"}}
        }}
        """)


def nginx(source: random.Random) -> str:
    upgrade = "proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection upgrade;"
    return textwrap.dedent(f"""\
        server {{
          listen 80;
          server_name {source.choice(NOUNS)}.example.com;
          location / {{ proxy_pass http://api:8000; }}
          location /ws {{ proxy_pass http://realtime:8765; proxy_http_version 1.1; {source.choice(("", upgrade))} }}
        }}
        """)


def workflow(source: random.Random) -> str:
    return textwrap.dedent(f"""\
        on: [push]
        jobs:
          test:
            runs-on: ubuntu-latest
            timeout-minutes: {source.randint(5, 30)}
            steps:
              - uses: actions/checkout@v4
              - run: make test
        """)


def websocket_server(source: random.Random) -> str:
    return (
        "import asyncio\n\nimport websockets\n"
        + _draw(source, PYTHON, 900)
        + textwrap.dedent("""

        async def handler(connection):
            async for message in connection:
                await connection.send(message)


        async def main():
            async with websockets.serve(handler, "0.0.0.0", 8765):
                await asyncio.Future()


        asyncio.run(main())
        """)
    )


def websocket_client(source: random.Random) -> str:
    return _draw(source, TYPESCRIPT, 900) + textwrap.dedent("""
        export function connect(host: string): WebSocket {
          const socket = new WebSocket(`wss://${host}/ws`);
          socket.onmessage = (event) => console.log(event.data);
          return socket;
        }
        """)


def websocket_go(source: random.Random) -> str:
    return f"{GO_HUB}{_draw(source, GO, 900)}"


def websocket_test(source: random.Random) -> str:
    return (
        "import pytest\nimport websockets\n"
        + _draw(source, PYTHON[2:3], 900)
        + textwrap.dedent("""

        async def test_echo(url):
            async with websockets.connect(url) as connection:
                await connection.send("hello")
                assert await connection.recv() == "hello"
        """)
    )
