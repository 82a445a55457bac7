# ruff: noqa: E501
"""Where servers listen in small projects for Node, Deno and Bun, with ports from libraries for settings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors import declared

Found = list[tuple[int | None, str]]

CASES: dict[str, tuple[dict[str, str], Found]] = {
    "zod": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
import { z } from "zod";
const env = z.object({ PORT: z.coerce.number().default(3030), OTHER: z.string().default("mqtt://x:1883") }).parse(process.env);
new WebSocketServer({ port: env.PORT });

""",
        },
        [(3030, "websocket")],
    ),
    "zod module": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
import { config } from "./config.js";
new WebSocketServer({ port: config.port });

""",
            "src/config.ts": """\
import { z } from "zod";
const schema = z.object({ P: z.coerce.number().int().default(3030) });
const env = schema.parse(process.env);
export const config = { port: env.P };

""",
        },
        [(3030, "websocket")],
    ),
    "zod safeParse": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
import { z } from "zod";
const schema = z.object({ P: z.string().default("3030").transform(Number) });
const parsed = schema.safeParse(process.env);
if (!parsed.success) process.exit(1);
export const env = parsed.data;
new WebSocketServer({ port: env.P });

""",
        },
        [(3030, "websocket")],
    ),
    "zod set": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
import { z } from "zod";
const env = z.object({ P: z.coerce.number() }).parse(process.env);
new WebSocketServer({ port: env.P });

""",
            ".env": """\
P=3031

""",
        },
        [(3031, "websocket")],
    ),
    "envalid": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
import { cleanEnv, port, str } from "envalid";
const env = cleanEnv(process.env, { PORT: port({ default: 3030 }), HOST: str({ default: "0.0.0.0" }) });
new WebSocketServer({ port: env.PORT });

""",
        },
        [(3030, "websocket")],
    ),
    "env-var": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
import env from "env-var";
const PORT = env.get("PORT").default("3030").asPortNumber();
new WebSocketServer({ port: PORT });

""",
        },
        [(3030, "websocket")],
    ),
    "t3 env": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
import { createEnv } from "@t3-oss/env-core";
import { z } from "zod";
export const env = createEnv({ server: { PORT: z.coerce.number().default(3030) }, runtimeEnv: process.env });
new WebSocketServer({ port: env.PORT });

""",
        },
        [(3030, "websocket")],
    ),
    "convict": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
import convict from "convict";
const config = convict({ ws: { port: { doc: "x", format: "port", default: 3030, env: "WS_PORT" } } });
new WebSocketServer({ port: config.get("ws.port") });

""",
        },
        [(3030, "websocket")],
    ),
    "config pkg": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
import config from "config";
new WebSocketServer({ port: config.get("ws.port") });

""",
            "config/default.json": '{"ws": {"port": 3030}, "db": {"port": 5432}}',
        },
        [(3030, "websocket")],
    ),
    "config pkg js": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
import config from "config";
new WebSocketServer({ port: config.get<number>("ws.port") });

""",
            "config/default.yaml": """\
ws:
  port: 3030
db:
  port: 5432

""",
        },
        [(3030, "websocket")],
    ),
    "nconf": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
import nconf from "nconf";
nconf.argv().env().file("config.json").defaults({ port: 3030 });
new WebSocketServer({ port: nconf.get("port") });

""",
        },
        [(3030, "websocket")],
    ),
    "yargs": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
import yargs from "yargs";
const argv = yargs(process.argv.slice(2)).option("port", { type: "number", default: 3030 }).parseSync();
new WebSocketServer({ port: argv.port });

""",
        },
        [(3030, "websocket")],
    ),
    "commander": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
import { program } from "commander";
program.option("-p, --port <n>", "port", "3030").parse();
const { port } = program.opts();
new WebSocketServer({ port: Number(port) });

""",
        },
        [(3030, "websocket")],
    ),
    "minimist": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
import minimist from "minimist";
const argv = minimist(process.argv.slice(2), { default: { port: 3030 } });
new WebSocketServer({ port: argv.port });

""",
        },
        [(3030, "websocket")],
    ),
    "parseArgs": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
import { parseArgs } from "node:util";
const { values } = parseArgs({ options: { port: { type: "string", short: "p", default: "3030" } } });
new WebSocketServer({ port: Number(values.port) });

""",
        },
        [(3030, "websocket")],
    ),
    "argv": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
const port = Number(process.argv[2]) || 3030;
new WebSocketServer({ port });

""",
        },
        [(3030, "websocket")],
    ),
    "argv ??": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
const port = parseInt(process.argv[2] ?? "3030", 10);
new WebSocketServer({ port });

""",
        },
        [(3030, "websocket")],
    ),
    "class": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
class Gateway {
  constructor(private readonly port: number) {}
  start() { this.wss = new WebSocketServer({ port: this.port }); }
}
new Gateway(3030).start();

""",
        },
        [(3030, "websocket")],
    ),
    "class opts": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
class Gateway {
  constructor({ port = 3030 } = {}) { this.wss = new WebSocketServer({ port }); }
}
new Gateway();

""",
        },
        [(3030, "websocket")],
    ),
    "fn": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
export function start(port: number) { return new WebSocketServer({ port }); }

""",
            "src/index.ts": """\
import { start } from "./server";
start(Number(process.env.PORT ?? 3030));

""",
        },
        [(3030, "websocket")],
    ),
    "json import": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
import conf from "../conf.json";
new WebSocketServer({ port: conf.ws.port });

""",
            "conf.json": '{"ws":{"port":3030}}',
        },
        [(3030, "websocket")],
    ),
    "json read": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
import fs from "fs";
const conf = JSON.parse(fs.readFileSync("conf.json", "utf8"));
new WebSocketServer({ port: conf.ws.port });

""",
            "conf.json": '{"ws":{"port":3030}}',
        },
        [(3030, "websocket")],
    ),
    "yaml read": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
import fs from "fs";
import yaml from "js-yaml";
const conf = yaml.load(fs.readFileSync("conf.yml", "utf8")) as any;
new WebSocketServer({ port: conf.ws.port });

""",
            "conf.yml": """\
ws:
  port: 3030

""",
        },
        [(3030, "websocket")],
    ),
    "enum": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
enum Ports { Ws = 3030, Http = 8080 }
new WebSocketServer({ port: Ports.Ws });

""",
        },
        [(3030, "websocket")],
    ),
    "as const": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
export const PORTS = { ws: 3030, http: 8080 } as const;
new WebSocketServer({ port: PORTS.ws });

""",
        },
        [(3030, "websocket")],
    ),
    "required": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
function required(name: string): string { const v = process.env[name]; if (!v) throw new Error(name); return v; }
new WebSocketServer({ port: Number(required("WS_PORT")) });

""",
            ".env": """\
WS_PORT=3030

""",
        },
        [(3030, "websocket")],
    ),
    "helper": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
function envInt(name: string, fallback: number): number { const v = process.env[name]; return v ? parseInt(v, 10) : fallback; }
new WebSocketServer({ port: envInt("WS_PORT", 3030) });

""",
        },
        [(3030, "websocket")],
    ),
    "server obj": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
import { createServer } from "http";
const server = createServer((req, res) => { res.writeHead(426); res.end(); });
const wss = new WebSocketServer({ server });
server.listen({ port: 3030, host: "0.0.0.0" });

""",
        },
        [(3030, "websocket")],
    ),
    "http health": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
import { createServer } from "http";
const server = createServer((req, res) => { if (req.url === "/health") { res.writeHead(200); res.end("ok"); return; } res.writeHead(404); res.end(); });
const wss = new WebSocketServer({ server });
server.listen(3030);

""",
        },
        [(3030, "websocket")],
    ),
    "env only": (
        {
            "package.json": '{"name": "x"}',
            "src/server.ts": """\
import { WebSocketServer } from "ws";
new WebSocketServer({ port: Number(process.env.WS_PORT) });

""",
            "Dockerfile": """\
FROM node
EXPOSE 3030
CMD ["node","src/server.js"]

""",
        },
        [(3030, "websocket")],
    ),
    "nest config": (
        {
            "package.json": '{"dependencies":{"@nestjs/core":"1"}}',
            "src/main.ts": """\
import { NestFactory } from "@nestjs/core";
import { AppModule } from "./app.module";
import { ConfigService } from "@nestjs/config";
async function b() { const app = await NestFactory.create(AppModule); await app.listen(app.get(ConfigService).get<number>("LISTEN_PORT", 3110)); }
b();

""",
            "src/g.ts": """\
import { WebSocketGateway } from "@nestjs/websockets";
@WebSocketGateway({ path: "/x" })
export class Gx {}

""",
        },
        [(3110, "both")],
    ),
    "nest config var": (
        {
            "package.json": '{"dependencies":{"@nestjs/core":"1"}}',
            "src/main.ts": """\
import { NestFactory } from "@nestjs/core";
import { AppModule } from "./app.module";
import { ConfigService } from "@nestjs/config";
async function b() { const app = await NestFactory.create(AppModule); const config = app.get(ConfigService); const port = config.get("PORT") || 3110; await app.listen(port); }
b();

""",
            "src/g.ts": """\
import { WebSocketGateway } from "@nestjs/websockets";
@WebSocketGateway({ path: "/x" })
export class Gx {}

""",
        },
        [(3110, "both")],
    ),
    "nest config env": (
        {
            "package.json": '{"dependencies":{"@nestjs/core":"1"}}',
            "src/main.ts": """\
import { NestFactory } from "@nestjs/core";
import { AppModule } from "./app.module";
import { ConfigService } from "@nestjs/config";
async function b() { const app = await NestFactory.create(AppModule); const config = app.get(ConfigService); await app.listen(config.getOrThrow("PORT")); }
b();

""",
            "src/g.ts": """\
import { WebSocketGateway } from "@nestjs/websockets";
@WebSocketGateway({ path: "/x" })
export class Gx {}

""",
            ".env": """\
PORT=3110

""",
        },
        [(3110, "both")],
    ),
    "nest config ns": (
        {
            "package.json": '{"dependencies":{"@nestjs/core":"1"}}',
            "src/main.ts": """\
import { NestFactory } from "@nestjs/core";
import { AppModule } from "./app.module";
import { ConfigService } from "@nestjs/config";
async function b() { const app = await NestFactory.create(AppModule); const config = app.get(ConfigService); await app.listen(config.get("http.port")); }
b();

""",
            "src/config/http.ts": """\
import { registerAs } from "@nestjs/config";
export default registerAs("http", () => ({ port: parseInt(process.env.PORT ?? "3110", 10) }));

""",
        },
        [(3110, "http")],
    ),
    "nest gateway port": (
        {
            "package.json": '{"dependencies":{"@nestjs/core":"1"}}',
            "src/main.ts": """\
import { NestFactory } from "@nestjs/core";
import { AppModule } from "./app.module";
import { WsAdapter } from "@nestjs/platform-ws";
async function b() { const app = await NestFactory.create(AppModule); app.useWebSocketAdapter(new WsAdapter(app)); await app.listen(process.env.PORT ?? 3000); }
b();

""",
            "src/g.ts": """\
import { WebSocketGateway } from "@nestjs/websockets";
@WebSocketGateway(Number(process.env.WS_PORT ?? 3110), { path: "/x" })
export class Gx {}

""",
        },
        [(3000, "both"), (3110, "websocket")],
    ),
    "nest const gateway": (
        {
            "package.json": '{"dependencies":{"@nestjs/core":"1"}}',
            "src/main.ts": """\
import { NestFactory } from "@nestjs/core";
import { AppModule } from "./app.module";
import { WsAdapter } from "@nestjs/platform-ws";
import { PORT } from "./c";
async function b() { const app = await NestFactory.create(AppModule); app.useWebSocketAdapter(new WsAdapter(app)); await app.listen(PORT); }
b();

""",
            "src/c.ts": """\
export const PORT = 3000;
export const WS_PORT = 3110;

""",
            "src/g.ts": """\
import { WebSocketGateway } from "@nestjs/websockets";
import { WS_PORT } from "./c";
@WebSocketGateway(WS_PORT)
export class Gx {}

""",
        },
        [(3000, "both"), (3110, "websocket")],
    ),
    "fastify env": (
        {
            "package.json": '{"name": "x"}',
            "s.js": """\
import Fastify from "fastify";
import ws from "@fastify/websocket";
const app = Fastify();
await app.register(ws);
app.get("/ws", { websocket: true }, (s) => {});
await app.listen({ port: Number(process.env.PORT) || 3030 });

""",
        },
        [(3030, "websocket")],
    ),
    "uws": (
        {
            "package.json": '{"name": "x"}',
            "s.js": """\
const uWS = require("uWebSockets.js");
const port = 9001;
uWS.App().ws("/*", {}).listen(port, (t) => {});

""",
        },
        [(9001, "websocket")],
    ),
    "bun": (
        {
            "package.json": '{"name": "x"}',
            "s.ts": """\
Bun.serve({ port: Number(Bun.env.PORT ?? 3030), fetch(req, server) { if (server.upgrade(req)) return; return new Response("no", { status: 426 }); }, websocket: { message() {} } });

""",
        },
        [(3030, "websocket")],
    ),
    "deno": (
        {
            "package.json": '{"name": "x"}',
            "s.ts": """\
Deno.serve({ port: Number(Deno.env.get("PORT") ?? 3030) }, (req) => { if (req.headers.get("upgrade") !== "websocket") return new Response(null, { status: 426 }); const { socket, response } = Deno.upgradeWebSocket(req); return response; });

""",
        },
        [(3030, "websocket")],
    ),
    "test server": (
        {
            "package.json": '{"name": "x"}',
            "test/s.js": """\
import { WebSocketServer } from "ws";
new WebSocketServer({ port: 3030 });

""",
            "src/a.test.ts": """\
import { WebSocketServer } from "ws";
new WebSocketServer({ port: 3031 });

""",
        },
        [],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_where_they_listen(tmp_path: Path, name: str) -> None:
    files, expected = CASES[name]
    found = declared(repository(tmp_path, files), processes=1).listeners
    assert sorted({(one.port, one.speaks) for one in found}, key=str) == expected
