# ruff: noqa: E501
"""Where servers listen in small projects in PHP, and what they speak."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors import declared

Found = list[tuple[int | None, str]]

CASES: dict[str, tuple[dict[str, str], Found]] = {
    "ratchet lit": (
        {
            "composer.json": "{}",
            "bin/s.php": """\
<?php
use Ratchet\\Server\\IoServer;
use Ratchet\\Http\\HttpServer;
use Ratchet\\WebSocket\\WsServer;
$server = IoServer::factory(new HttpServer(new WsServer(new Chat())), 8080);
$server->run();
""",
        },
        [(8080, "websocket")],
    ),
    "ratchet vars": (
        {
            "composer.json": "{}",
            "bin/s.php": """\
<?php
use Ratchet\\Server\\IoServer;
use Ratchet\\Http\\HttpServer;
use Ratchet\\WebSocket\\WsServer;
$port = getenv("WS_PORT") ?: 8080;
$ws = new WsServer(new Chat());
$http = new HttpServer($ws);
$server = IoServer::factory($http, $port);
""",
        },
        [(8080, "websocket")],
    ),
    "ratchet env laravel": (
        {
            "composer.json": "{}",
            "app/S.php": """\
<?php
use Ratchet\\Server\\IoServer;
use Ratchet\\Http\\HttpServer;
use Ratchet\\WebSocket\\WsServer;
class S { function handle() { $server = IoServer::factory(new HttpServer(new WsServer(new Chat())), config("ws.port")); } }
""",
            "config/ws.php": """\
<?php
return [
 'port' => env('WS_PORT', 8080),
];
""",
            ".env": """\
WS_PORT=8090

""",
        },
        [(8090, "websocket")],
    ),
    "ratchet tcp": (
        {
            "composer.json": "{}",
            "bin/s.php": """\
<?php
use Ratchet\\Server\\IoServer;
use Ratchet\\Http\\X;
use Ratchet\\WebSocket\\WsServer;
$server = IoServer::factory(new Chat(), 8080);
""",
        },
        [(8080, "tcp")],
    ),
    "ratchet app": (
        {
            "composer.json": "{}",
            "bin/s.php": """\
<?php
$app = new Ratchet\\App("localhost", 8080);
$app->route("/chat", new Chat);
$app->run();
""",
        },
        [(8080, "websocket")],
    ),
    "ratchet const": (
        {
            "composer.json": "{}",
            "bin/s.php": """\
<?php
use Ratchet\\Server\\IoServer;
use Ratchet\\Http\\HttpServer;
use Ratchet\\WebSocket\\WsServer;
require "cfg.php";
$server = IoServer::factory(new HttpServer(new WsServer(new Chat())), WS_PORT);
""",
            "bin/cfg.php": """\
<?php
define('WS_PORT', 8080);

""",
        },
        [(8080, "websocket")],
    ),
    "ratchet class const": (
        {
            "composer.json": "{}",
            "bin/s.php": """\
<?php
use Ratchet\\Server\\IoServer;
use Ratchet\\Http\\HttpServer;
use Ratchet\\WebSocket\\WsServer;
$server = IoServer::factory(new HttpServer(new WsServer(new Chat())), Chat::PORT);
""",
            "src/Chat.php": """\
<?php
class Chat { const PORT = 8080; const DB_PORT = 3306; }

""",
        },
        [(8080, "websocket")],
    ),
    "ratchet argv": (
        {
            "composer.json": "{}",
            "bin/s.php": """\
<?php
use Ratchet\\Server\\IoServer;
use Ratchet\\Http\\HttpServer;
use Ratchet\\WebSocket\\WsServer;
$port = $argv[1] ?? 8080;
$server = IoServer::factory(new HttpServer(new WsServer(new Chat())), (int) $port);
""",
        },
        [(8080, "websocket")],
    ),
    "ratchet react": (
        {
            "composer.json": "{}",
            "bin/s.php": """\
<?php
$loop = React\\EventLoop\\Factory::create();
$sock = new React\\Socket\\Server("0.0.0.0:8080", $loop);
$s = new Ratchet\\Server\\IoServer(new Ratchet\\Http\\HttpServer(new Ratchet\\WebSocket\\WsServer($p)), $sock);
""",
        },
        [(8080, "websocket")],
    ),
    "workerman": (
        {
            "composer.json": "{}",
            "s.php": """\
<?php
use Workerman\\Worker;
$w = new Worker("websocket://0.0.0.0:2346");
$h = new Worker("http://0.0.0.0:8080");
Worker::runAll();
""",
        },
        [(2346, "websocket"), (8080, "http")],
    ),
    "workerman var": (
        {
            "composer.json": "{}",
            "s.php": """\
<?php
use Workerman\\Worker;
$port = getenv("PORT") ?: "2346";
$w = new Worker("websocket://0.0.0.0:$port");
Worker::runAll();
""",
        },
        [(2346, "websocket")],
    ),
    "swoole": (
        {
            "composer.json": "{}",
            "s.php": """\
<?php
$server = new Swoole\\WebSocket\\Server("0.0.0.0", 9502);
$server->on("message", function () {});
$server->start();
""",
        },
        [(9502, "websocket")],
    ),
    "swoole both": (
        {
            "composer.json": "{}",
            "s.php": """\
<?php
use Swoole\\WebSocket\\Server;
$server = new Server("0.0.0.0", (int) ($_ENV["PORT"] ?? 9502));
$server->on("request", function () {});
$server->start();
""",
        },
        [(9502, "both")],
    ),
    "swoole http": (
        {
            "composer.json": "{}",
            "s.php": """\
<?php
$server = new Swoole\\Http\\Server("0.0.0.0", 9501);
""",
        },
        [(9501, "http")],
    ),
    "react http": (
        {
            "composer.json": "{}",
            "s.php": """\
<?php
$http = new React\\Http\\HttpServer(function () {});
$socket = new React\\Socket\\SocketServer("0.0.0.0:8080");
$http->listen($socket);
""",
        },
        [(8080, "http")],
    ),
    "php parse_ini": (
        {
            "composer.json": "{}",
            "bin/s.php": """\
<?php
use Ratchet\\Server\\IoServer;
use Ratchet\\Http\\HttpServer;
use Ratchet\\WebSocket\\WsServer;
$c = parse_ini_file(__DIR__ . "/../conf.ini", true);
$server = IoServer::factory(new HttpServer(new WsServer(new Chat())), $c["websocket"]["port"]);
""",
            "conf.ini": """\
[websocket]
port = 8080
[db]
port=3306

""",
        },
        [(8080, "websocket")],
    ),
    "react socket": (
        {"composer.json": "{}", "s.php": "<?php\n$s = new React\\Socket\\SocketServer('0.0.0.0:8091');\n"},
        [(8091, "tcp")],
    ),
    "amphp for pages": (
        {
            "composer.json": "{}",
            "s.php": "<?php\nuse Amp\\Http\\Server\\SocketHttpServer;\n$s->expose('0.0.0.0:8092');\n",
        },
        [(8092, "http")],
    ),
    "amphp": (
        {
            "composer.json": "{}",
            "s.php": "<?php\nuse Amp\\Http\\Server\\SocketHttpServer;\n$s->expose('0.0.0.0:8093');\n$w = new Websocket($s);\n",
        },
        [(8093, "both")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_where_they_listen(tmp_path: Path, name: str) -> None:
    files, expected = CASES[name]
    found = declared(repository(tmp_path, files), processes=1).listeners
    assert sorted({(one.port, one.speaks) for one in found}, key=str) == expected


@pytest.mark.parametrize(("other", "tls"), [("<?php\n", False), ("<?php\nnew SecureServer($s, $l, $c);\n", None)])
def test_a_project_without_tls_speaks_plainly(tmp_path: Path, other: str, tls: bool | None) -> None:
    files = CASES["ratchet lit"][0] | {"bin/other.php": other}
    assert [one.tls for one in declared(repository(tmp_path, files), processes=1).listeners] == [tls]
