# ruff: noqa: E501
"""Ports that small servers for Node get from libraries for the environment, command lines, files and containers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors import declared

SERVER = 'import { WebSocketServer } from "ws";\n'
ZOD = 'import { z } from "zod";\n'
YARGS = 'import yargs from "yargs";\nconst argv = yargs(process.argv.slice(2))'
NEST = """\
import { NestFactory } from "@nestjs/core";
import { AppModule } from "./app.module";
import { ConfigService } from "@nestjs/config";
async function b() {
  const app = await NestFactory.create(AppModule);
  const config = app.get(ConfigService);
  await app.listen(WRITTEN);
}
b();
"""
SETTINGS = "server:\n  port: 8765\nport: 8766\n"


def ports(tmp_path: Path, code: str, files: dict[str, str] | None = None) -> list[int | None]:
    """Return the ports on which a server listens."""
    whole = {"package.json": '{"name": "chat"}', "server.ts": code, **(files or {})}
    return [one.port for one in declared(repository(tmp_path, whole), processes=1).listeners]


@pytest.mark.parametrize(
    ("head", "port", "expected"),
    [
        ("const env = z.object({ P: z.coerce.number().default(8765) }).strict().parse(process.env);", "env.P", 8765),
        ("const env = z.object({ P: z.number().default(8765) }).parse({ P: 8766 });", "env.P", 8766),
        ("const env = z.object({ P: z.number().default(8765) }).parse();", "env.P", None),
        ("const env = z.object({ P: z.number().default(8765) }).describe(process.env);", "env.P", None),
        ("const env = z.object({ P: z.number() }).parse(process.env);", "env.P", None),
        ("const env = z.object({ Q: z.number().default(8765) }).parse(process.env);", "env.P", None),
        ("const told = z.object({ P: z.number().catch(8765) }).safeParse(process.env);", "told.data.P", 8765),
        ("const told = z.object({ P: z.number().catch(8765) }).safeParse(process.env);", "told.error.P", None),
        ("const env = z.object(shape).parse(process.env);", "env.P", None),
        ("const env = z.object().parse(process.env);", "env.P", None),
    ],
)
def test_schemas(tmp_path: Path, head: str, port: str, expected: int | None) -> None:
    assert ports(tmp_path, f"{SERVER}{ZOD}{head}\nnew WebSocketServer({{ port: {port} }});\n") == [expected]


def test_a_variable_that_is_set_outweighs_the_default_of_a_schema(tmp_path: Path) -> None:
    code = f"{SERVER}{ZOD}const env = z.object({{ P: z.number().default(1) }}).parse(process.env);\n"
    assert ports(tmp_path, f"{code}new WebSocketServer({{ port: env.P }});\n", {".env": "P=8765\n"}) == [8765]


@pytest.mark.parametrize(
    ("schema", "expected"),
    [
        ('v.object({ PORT: v.optional(v.string(), "8765") })', 8765),
        ("v.object({ PORT: v.string() })", None),
        ("unknown", None),
    ],
)
def test_valibot(tmp_path: Path, schema: str, expected: int | None) -> None:
    head = f'import * as v from "valibot";\nconst schema = {schema};\nconst env = v.parse(schema, process.env);\n'
    assert ports(tmp_path, f"{SERVER}{head}new WebSocketServer({{ port: Number(env.PORT) }});\n") == [expected]


@pytest.mark.parametrize(
    ("written", "files", "expected"),
    [
        ('env.get("PORT").required().default("8765").asPortNumber()', {}, 8765),
        ('env.get("PORT").default("1").asPortNumber()', {".env": "PORT=8765\n"}, 8765),
        ('env.get("PORT").required().asPortNumber()', {}, None),
        ("env.get(name).asPortNumber()", {}, None),
        ("env.get().default(8765).asPortNumber()", {}, None),
        ("env.get().asPortNumber()", {}, None),
    ],
)
def test_env_var(tmp_path: Path, written: str, files: dict[str, str], expected: int | None) -> None:
    code = f'{SERVER}import env from "env-var";\nnew WebSocketServer({{ port: {written} }});\n'
    assert ports(tmp_path, code, files) == [expected]


@pytest.mark.parametrize(
    ("made", "files", "expected"),
    [
        ('import envalid, { cleanEnv, port } from "envalid";\nconst e = cleanEnv(process.env, { P: port({ default: 8765 }) });', {}, 8765),
        ('import { cleanEnv } from "envalid";\nconst e = cleanEnv(process.env);', {}, None),
        ('import schema from "env-schema";\nconst e = schema({ schema: { properties: { P: { default: 8765 } } } });', {}, 8765),
        ('import schema from "env-schema";\nconst e = schema();', {}, None),
        ('import schema from "env-schema";\nconst e = schema();', {".env": "P=8765\n"}, 8765),
        ('import convict from "convict";\nconst c = convict({ P: { env: "PORT", default: 1 } });\nconst e = { P: c.get("P") };', {".env": "PORT=8765\n"}, 8765),
        ('import convict from "convict";\nconst c = convict({ P: { env: "PORT", default: 8765 } });\nconst e = { P: c.get("P") };', {}, 8765),
        ('import convict from "convict";\nconst c = convict({ P: { env: name, default: 8765 } });\nconst e = { P: c.get("P") };', {}, 8765),
        ('import convict from "convict";\nconst c = convict();\nconst e = { P: c.get("P") };', {}, None),
        ('import nconf from "nconf";\nnconf.argv().env();\nconst e = { P: nconf.get("server:port") };', {"a.yaml": SETTINGS}, 8765),
        ('import nconf from "nconf";\nconst e = { P: nconf.get("other:port") };', {"a.yaml": SETTINGS}, None),
        ('import nconf from "nconf";\nnconf.defaults({ P: 8765 });\nconst e = { P: nconf.get("P") };', {}, 8765),
        ('import nconf from "nconf";\nconst e = { P: nconf.get(name) };', {}, None),
        ('import config from "config";\nconst e = { P: config.get("server.port") };', {"config/default.yaml": SETTINGS}, 8765),
        ('import config from "config";\nconst e = { P: config.get("other.port") };', {"config/default.yaml": SETTINGS}, None),
    ],
)  # fmt: skip
def test_settings(tmp_path: Path, made: str, files: dict[str, str], expected: int | None) -> None:
    assert ports(tmp_path, f"{SERVER}{made}\nnew WebSocketServer({{ port: e.P }});\n", files) == [expected]


@pytest.mark.parametrize(
    ("read", "member", "expected"),
    [
        ('load(fs.readFileSync("./a.yaml", "utf8"))', "server.port", 8765),
        ('load(fs.readFileSync("./a.yaml", "utf8"))', "port", 8766),
        ('load(fs.readFileSync("./a.yaml", "utf8"))', "other.port", None),
        ("load(text)", "server.port", 8765),
        ("load(fs.readFileSync(process.argv[2]))", "server.port", None),
        ("load(other)", "server.port", None),
    ],
)
def test_files(tmp_path: Path, read: str, member: str, expected: int | None) -> None:
    head = f'import {{ load }} from "js-yaml";\nconst text = fs.readFileSync("a.yaml");\nconst all = {read};\n'
    code = f"{SERVER}{head}new WebSocketServer({{ port: all.{member} }});\n"
    assert ports(tmp_path, code, {"a.yaml": SETTINGS}) == [expected]


@pytest.mark.parametrize(
    ("described", "expected"),
    [
        (".option('port', { type: 'number', default: 8765 }).argv", 8765),
        (".options({ port: { alias: 'p', default: 8765 } }).parse()", 8765),
        (".options({ port: { alias: 'p' } }).argv", None),
        (".default('port', 8765).argv", 8765),
        (".default({ port: 8765 }).argv", 8765),
        (".demand('port', 8765).argv", None),
        (".argv;\nrun({ defaults: { port: 8765 } })", 8765),
        (".argv;\nrun({ other: { port: 8765 } })", None),
        (".argv;\nrun({ port: 8765 })", None),
        (".argv;\nconst limits = { port: 8765 }", None),
        (".argv;\nconst limits = [{ port: 8765 }]", None),
        (".argv;\nrun('--port <n>', 'where', parse, 8765)", 8765),
        (".argv;\nrun('--port <n>', 'where', 'any')", None),
        (".argv;\nif (kind === 'port') { stop(8765); }", None),
        (".argv;\nlog(\n'port', // 8765\n'any')", None),
        (".argv;\nfunction f({ port: inner }) { return inner; }", None),
        (".argv", None),
    ],
)
def test_options_of_command_lines(tmp_path: Path, described: str, expected: int | None) -> None:
    assert ports(tmp_path, f"{SERVER}{YARGS}{described};\nnew WebSocketServer({{ port: argv.port }});\n") == [expected]


def test_an_option_as_the_server_is_started(tmp_path: Path) -> None:
    code = f"{SERVER}{YARGS}.option('wsPort', {{ default: 1 }}).argv;\nnew WebSocketServer({{ port: argv.wsPort }});\n"
    files = {"Dockerfile": 'FROM node\nCMD ["node", "server.js", "--ws-port", "8765"]\n'}
    assert ports(tmp_path, code, files) == [8765]


@pytest.mark.parametrize(
    ("written", "files", "expected"),
    [
        ('config.get("P")', {".env": "P=8765\n"}, 8765),
        ('config.get("P", 8765)', {}, 8765),
        ('config.get("P", { infer: true })', {}, None),
        ("config.get(name)", {}, None),
        ('config.get("port")', {"src/configuration.ts": "export default () => ({ port: 8765 });\n"}, 8765),
        ('config.get("ws.port")', {"src/config/all.ts": "export default () => ({ ws: { port: 8765 } });\n"}, 8765),
        ('config.get("ws.port", 8765)', {"src/config/all.ts": "export default () => ({ ws: {} });\n"}, 8765),
        ('config.get("ws.port", 8765)', {"src/config/all.ts": "export const port = 1;\n"}, 8765),
        ('config.get("ws.port", 8765)', {"src/config/all.ts": "export default { ws: { port: 1 } };\n"}, 8765),
        ('config.get("ws.port")', {"src/ws.config.ts": 'import { registerAs } from "@nestjs/config";\nexport default registerAs("ws", () => ({ port: 8765 }));\n'}, 8765),
        ('config.get("ws.port", 8765)', {"src/ws.config.ts": 'import { registerAs } from "@nestjs/config";\nexport default registerAs("db", () => ({ port: 1 }));\n'}, 8765),
        ('config.get("ws.port", 8765)', {"src/ws.config.ts": 'import { registerAs } from "@nestjs/config";\nexport const all = registerAs("ws", () => ({ port: 1 }));\n'}, 8765),
        ('config.get("ws.port", 8765)', {"src/ws.config.ts": 'import { registerAs } from "@nestjs/config";\nexport default registerAs("ws");\n'}, 8765),
    ],
)  # fmt: skip
def test_the_service_of_nest(tmp_path: Path, written: str, files: dict[str, str], expected: int | None) -> None:
    assert ports(tmp_path, NEST.replace("WRITTEN", written), files) == ([expected] if expected else [])
