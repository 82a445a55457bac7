# ruff: noqa: E501
"""Where names, options, settings and calls lead in languages that are read as text, to one port or to none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors import declared

TOKIO = "use tokio::net::TcpListener;\nuse tokio_tungstenite::accept_async;\n"
JAVA = "import org.java_websocket.server.WebSocketServer;\nimport java.net.InetSocketAddress;\n"
RATCHET = "<?php\nuse Ratchet\\Server\\IoServer;\nuse Ratchet\\WebSocket\\WsServer;\n"
FLECK = "using Fleck;\n"
UWS = '#include "App.h"\n'


def rust(code: str, bind: str) -> dict[str, str]:
    main = f"async fn main() {{ {code} let l = TcpListener::bind({bind}).await.unwrap(); accept_async(s).await; }}\n"
    return {"Cargo.toml": "[package]\nname = 'x'\n", "src/main.rs": TOKIO + main}


def ruby(code: str, port: str = "port") -> dict[str, str]:
    return {"Gemfile": "", "s.rb": f"{code}\nEM::WebSocket.start(host: '0.0.0.0', port: {port}) {{ |ws| }}\n"}


def java(code: str) -> dict[str, str]:
    return {"pom.xml": "<project/>", "src/main/java/A.java": JAVA + code}


def php(code: str, port: str) -> dict[str, str]:
    return {"composer.json": "{}", "s.php": f"{RATCHET}{code}\nIoServer::factory(new WsServer(new C()), {port});\n"}


def kotlin(code: str) -> dict[str, str]:
    return {"build.gradle.kts": "", "src/main/kotlin/A.kt": JAVA.replace(";", "") + code}


def elixir(code: str, files: dict[str, str] | None = None) -> dict[str, str]:
    return {"mix.exs": "defmodule X do end\n", "lib/a.ex": code, **(files or {})}


def csharp(code: str) -> dict[str, str]:
    return {"a.csproj": "<Project/>", "P.cs": FLECK + code}


def cpp(code: str) -> dict[str, str]:
    return {"CMakeLists.txt": "", "main.cpp": UWS + code}


CASES: dict[str, tuple[dict[str, str], int | None]] = {
    "ruby gives several names something at once": (
        ruby("class S\n  def initialize(host, port)\n    @host, @port = host, port\n  end\n  def run\n    EM::WebSocket.run(host: @host, port: @port) { |ws| }\n  end\nend\nS.new('0.0.0.0', 8123).run", "8123"),
        8123,
    ),
    "ruby gives several names numbers at once": (ruby("size, port = 1024, 8134"), 8134),
    "ruby many calls": (ruby("def serve(port)\n  EM::WebSocket.run(host: 'h', port: port) { |ws| }\nend\n" + "serve(8135)\n" * 30, "8135"), 8135),
    "ruby option of the command line under its key": (
        {**ruby("opts = Slop.parse { |o| o.integer '--port' }", "opts[:port]"), "Dockerfile": "FROM ruby\nCMD ruby s.rb --port 8140\n"}, 8140
    ),
    "ruby option of the command line as a field": (
        {**ruby("opts = Slop.parse { |o| o.integer '--port' }", "opts.port"), "Dockerfile": "FROM ruby\nCMD ruby s.rb --port 8141\n"}, 8141
    ),
    "rust option of clap that a command gives": (
        {**rust("let a = Args::parse();", 'format!("0.0.0.0:{}", a.port)'), "src/args.rs": "#[derive(Parser)]\npub struct Args {\n    #[arg(long, default_value_t = 9000)]\n    pub port: u16,\n}\n", "Dockerfile": "FROM rust\nCOPY . .\nCMD [\"cargo\", \"run\", \"--\", \"--port\", \"8142\"]\n"}, 8142
    ),
    "ruby nothing as a port": (ruby("", "nil"), None),
    "java name of another function": (
        java("class A extends WebSocketServer {\n  static int port = 8143;\n  A(InetSocketAddress a) { super(a); }\n  void other() { int port = 1; }\n  public static void main(String[] a) { new A(new InetSocketAddress(port)).start(); }\n}\n"), 8143
    ),
    "php setting of a file that is not there": (php("", "config('ws.port')"), None),
    "php file of another name": ({**php("$d = require 'conf.php';\n$c = 1;", "$c['port']"), "conf.php": "<?php return ['port' => 8506];\n"}, None),
    "elixir setting of two files": (
        elixir("defmodule A do\n  def s(_, _) do\n    [{Bandit, plug: R, port: Application.get_env(:a, :port)}]\n  end\nend\n", {"config/dev.exs": "config :a, port: 8605\n", "config/prod.exs": "config :a, port: 8605\n", "x.exs": "port: 1\n"}),
        8605,
    ),
    "ruby without brackets": (
        {"Gemfile": "", "s.rb": "EM::WebSocket.start :host => '0.0.0.0',\n  :port => 8124 do |ws|\nend\n"},
        8124,
    ),
    "ruby calls a constructor without brackets": (
        ruby("class S\n  def initialize(port)\n    @port = port\n  end\n  def run\n    EM::WebSocket.run(host: 'h', port: @port) { |ws| }\n  end\nend\ns = S.new 8125", "8125"),
        8125,
    ),
    "ruby by keyword": (
        ruby("def serve(port: 1)\n  EM::WebSocket.run(host: 'h', port: port) { |ws| }\nend\nserve(port: 8126)", "8126"),
        8126,
    ),
    "ruby default of a keyword": (
        {"Gemfile": "", "s.rb": "def serve(port: 8127)\n  EM::WebSocket.run(host: 'h', port: port) { |ws| }\nend\nserve()\n"},
        8127,
    ),
    "ruby method that ends with a value": (ruby("def listen_on()\n  x = 1\n  8128\nend", "listen_on()"), 8128),
    "ruby endless method": (ruby("def listen_on() = 8129", "listen_on()"), 8129),
    "ruby table": (ruby("CONF = { ws: { port: 8130 }, db: { port: 5432 } }", "CONF[:ws][:port]"), 8130),
    "ruby table without the key": (ruby("CONF = { ws: { host: 'a' } }", "CONF[:ws][:port]"), None),
    "ruby dig": (ruby("CONF = { ws: { port: 8131 } }", "CONF.dig(:ws, :port)"), 8131),
    "ruby variable that is set": ({**ruby("", "ENV['P']"), ".env": "P=8132\n"}, 8132),
    "ruby variable that is not set": (ruby("", "ENV['P']"), None),
    "ruby conditional": (ruby("", "ENV['P'] ? ENV['P'] : 8133"), 8133),
    "two calls that do not agree": (
        ruby("def serve(port)\n  EM::WebSocket.run(host: 'h', port: port) { |ws| }\nend\nserve(1000)\nserve(2000)", "port"),
        None,
    ),
    "rust format with names": (rust("", 'format!("{host}:{port}", host = "0.0.0.0", port = 8201)'), 8201),
    "rust format by position": (rust("let p = 8202;", 'format!("{}:{}", "0.0.0.0", p)'), 8202),
    "rust format without a text": (rust("", "format!(WHAT, 1)"), None),
    "rust map of an option": (rust('let p = env::var("P").map(|v| v.parse().unwrap()).unwrap_or(8203);', '("0.0.0.0", p)'), 8203),
    "rust or_else": (rust('let p = option.or_else(|| Some(8204));', '("0.0.0.0", p)'), 8204),
    "rust type parameters": (rust('let p = "8205".parse::<u16>().unwrap();', '("0.0.0.0", p)'), 8205),
    "rust associated constant": (
        {**rust("", '("0.0.0.0", Config::PORT)'), "src/config.rs": "impl Config { pub const PORT: u16 = 8206; }\n"},
        8206,
    ),
    "rust short field": (rust("let port = 8207; let c = Conf { port };", '("0.0.0.0", c.port)'), 8207),
    "rust variable of clap": (
        {
            **rust("let a = Args::parse();", '("0.0.0.0", a.ws_port)'),
            "src/args.rs": "#[derive(Parser)]\nstruct Args {\n  #[arg(long, short = 'w', env, default_value_t = 8208)]\n  ws_port: u16,\n}\n",
            ".env": "WS_PORT=9208\n",
        },
        9208,
    ),
    "rust default that a function gives": (
        {
            **rust("let c: Conf = load();", '("0.0.0.0", c.port)'),
            "src/c.rs": '#[derive(Deserialize)]\nstruct Conf {\n  #[serde(default = "eight")]\n  port: u16,\n}\nfn eight() -> u16 { 8209 }\n',
        },
        8209,
    ),
    "rust set_default": (
        rust('let s = Config::builder().set_default("port", 8210).build();', '("0.0.0.0", s.get_int("port"))'),
        8210,
    ),
    "rust builder with a variable": (
        {
            **rust('let m = Command::new("x").arg(Arg::new("port").env("WSP").default_value("8211")).get_matches();', '("0.0.0.0", m.value_of("port").unwrap())'),
            ".env": "WSP=9211\n",
        },
        9211,
    ),
    "rust environment read by match": (
        rust('let p = match env::var("P") { Ok(v) => v.parse().unwrap(), Err(_) => 8212 };', '("0.0.0.0", p)'),
        8212,
    ),
    "rust environment by match with a constant": (
        rust('const EIGHT: u16 = 8213; let p = match env::var("P") { Ok(v) => v.parse().unwrap(), Err(_) => EIGHT };', '("0.0.0.0", p)'),
        8213,
    ),
    "rust environment by match that is set": (
        {
            **rust('let p = match env::var("P") { Ok(v) => v.parse().unwrap(), Err(_) => 8214 };', '("0.0.0.0", p)'),
            ".env": "P=9214\n",
        },
        9214,
    ),
    "rust argument of a function of the project": (
        rust("let a = address(8215);", "a")
        | {"src/a.rs": 'pub fn address(port: u16) -> String { return format!("0.0.0.0:{}", port); }\n'},
        8215,
    ),
    "rust function with too many arguments": (
        rust("let a = made(1, 2, 8216);", "a") | {"src/a.rs": "pub fn made() -> u16 { 8216 }\n"},
        None,
    ),
    "rust function that calls itself": (
        rust("let a = made(8217);", "a") | {"src/a.rs": "pub fn made(n: u16) -> u16 { made(n) }\n"},
        None,
    ),
    "rust function of another type": (
        rust('let a = Other::port();', '("0.0.0.0", a)') | {"src/a.rs": "impl This { pub fn port() -> u16 { 8218 } }\n"},
        None,
    ),
    "java inherited constructor": (
        java("class A extends Base {\n A() { super(8301); }\n}\n")
        | {"src/main/java/Base.java": JAVA + "class Base extends WebSocketServer {\n Base(int port) { super(new InetSocketAddress(port)); }\n}\n"},
        8301,
    ),
    "java ternary": (java("class A { void m(String[] a) { int p = a.length > 0 ? Integer.parseInt(a[0]) : 8302; new WebSocketServer(new InetSocketAddress(p)) {}; } }\n"), 8302),
    "java map": (java('class A { Map<String, Integer> c = Map.of("port", 8303); void m() { new WebSocketServer(new InetSocketAddress(c.get("port"))) {}; } }\n'), 8303),
    "java property with a default": (java('class A { void m(Properties p) { new WebSocketServer(new InetSocketAddress(Integer.parseInt(p.getProperty("ws.port", "8304")))) {}; } }\n'), 8304),
    "java text that is joined": (java('class A { String port = "8" + "305"; void m() { new WebSocketServer(new InetSocketAddress(Integer.parseInt(port))) {}; } }\n'), 8305),
    "java String.format": (java('class A { void m() { new WebSocketServer(new InetSocketAddress(URI.create(String.format("ws://%s:%d", "h", 8306)).getPort())) {}; } }\n'), None),
    "java orElseGet": (java('class A { void m() { new WebSocketServer(new InetSocketAddress(Integer.parseInt(Optional.ofNullable(System.getenv("P")).orElseGet(() -> "8307")))) {}; } }\n'), 8307),
    "java variable with a default": (java('class A { void m() { new WebSocketServer(new InetSocketAddress(Integer.parseInt(System.getenv().getOrDefault("P", "8308")))) {}; } }\n'), 8308),
    "java null is nothing": (java("class A { Integer port() { return null; } void m() { new WebSocketServer(new InetSocketAddress(port())) {}; } }\n"), None),
    "kotlin parameters of the class": (kotlin("class A(val port: Int) { fun m() { object : WebSocketServer(InetSocketAddress(port)) {} } }\nfun main() { A(8401).m() }\n"), 8401),
    "kotlin by keyword": (kotlin("class A(val port: Int = 1) { fun m() { object : WebSocketServer(InetSocketAddress(port)) {} } }\nfun main() { A(port = 8402).m() }\n"), 8402),
    "kotlin function of an expression": (kotlin("fun p() = 8403\nfun main() { object : WebSocketServer(InetSocketAddress(p())) {} }\n"), 8403),
    "kotlin elvis": (kotlin('fun main() { object : WebSocketServer(InetSocketAddress(System.getenv("P")?.toInt() ?: 8404)) {} }\n'), 8404),
    "kotlin text with a name": (
        {"build.gradle.kts": "", "src/main/kotlin/A.kt": 'import io.netty.bootstrap.ServerBootstrap\nval port = 8405\nfun m(b: ServerBootstrap) { b.bind("0.0.0.0:$port") }\n'},
        8405,
    ),
    "kotlin inherited": (
        kotlin("open class Base(port: Int) : WebSocketServer(InetSocketAddress(port))\nclass A : Base(8406)\n"),
        8406,
    ),
    "php table of a file": (
        {**php("$c = require 'conf.php';", "$c['ws']['port']"), "conf.php": "<?php return ['ws' => ['port' => 8501]];\n"},
        8501,
    ),
    "php table of no file": (php("$c = require $file;", "$c['ws']['port']"), None),
    "php table that is no table": ({**php("$c = require 'conf.php';", "$c['port']"), "conf.php": "<?php return 8502;\n"}, None),
    "php file that returns nothing": ({**php("$c = require 'conf.php';", "$c['port']"), "conf.php": "<?php $x = 1;\n"}, None),
    "php constructor": (
        php("class S { private $port; function __construct($port = 8503) { $this->port = $port; } function m() { IoServer::factory(new WsServer(new C()), $this->port); } }\n(new S)->m();", "8503"),
        8503,
    ),
    "php concatenation": (
        {"composer.json": "{}", "s.php": '<?php\nuse Workerman\\Worker;\n$port = 8504;\n$w = new Worker("websocket://0.0.0.0:" . $port);\n'},
        8504,
    ),
    "php field in a text": (
        {"composer.json": "{}", "s.php": '<?php\nuse Workerman\\Worker;\nclass S { public $port = 8505; function m() { new Worker("websocket://0.0.0.0:{$this->port}"); } }\n'},
        8505,
    ),
    "php without an address": ({"composer.json": "{}", "s.php": f"{RATCHET}IoServer::factory(new WsServer(new C()));\n"}, 80),
    "elixir attribute": (elixir("defmodule A do\n  @port 8600\n  def s(_, _) do\n    [{Bandit, plug: R, port: @port}]\n  end\nend\n"), None),
    "elixir default of get_env": (elixir("defmodule A do\n  def s(_, _) do\n    [{Bandit, plug: R, port: Application.get_env(:a, :port, 8601)}]\n  end\nend\n"), 8601),
    "elixir one-line function": (elixir("defmodule A do\n  def port(), do: 8602\n  def s(_, _) do\n    [{Bandit, plug: R, port: port()}]\n  end\nend\n"), 8602),
    "elixir another module": (
        elixir("defmodule A do\n  def s(_, _) do\n    [{Bandit, plug: R, port: Conf.port()}]\n  end\nend\n", {"lib/conf.ex": "defmodule Conf do\n  def port() do\n    8603\n  end\nend\n"}),
        8603,
    ),
    "elixir parameter with a default": (
        elixir("defmodule A do\n  def s(port \\\\ 8604) do\n    [{Bandit, plug: R, port: port}]\n  end\nend\n"),
        8604,
    ),
    "elixir without a port": (elixir("defmodule A do\n  def s(_, _) do\n    [{Bandit, plug: R}]\n  end\nend\n"), 4000),
    "c# interpolation": (csharp('class P { int Port = 8701; void M() { new WebSocketServer($"ws://0.0.0.0:{Port}"); } }\n'), 8701),
    "c# variable": (csharp('class P { void M() { new WebSocketServer("ws://0.0.0.0:" + (Environment.GetEnvironmentVariable("P") ?? "8702")); } }\n'), 8702),
    "c# primary constructor": (csharp("class P(int port) { void M() { new WebSocketServer(port); } }\nclass Q { void M() { new P(8703).M(); } }\n"), 8703),
    "c# lambda body": (csharp("class P { static int Port() => 8704; void M() { new WebSocketServer(Port()); } }\n"), 8704),
    "c++ macro": (cpp('#define PORT 8801\nint main() { uWS::App().ws<D>("/*", {}).listen(PORT, [](auto *s) {}).run(); }\n'), 8801),
    "c++ variable": (cpp('int main() { int port = atoi(std::getenv("P") ? std::getenv("P") : "8802"); uWS::App().ws<D>("/*", {}).listen("0.0.0.0", port, [](auto *s) {}).run(); }\n'), 8802),
    "c++ nothing but a callback": (cpp('int main() { uWS::App().ws<D>("/*", {}).listen([](auto *s) {}).run(); }\n'), None),
    "rust maps what a variable holds": (rust('let p: u16 = env::var("P").map(|p| p.parse().unwrap()).unwrap_or(8141);', '("0.0.0.0", p)'), 8141),
    "rust maps an address": (rust('let a = "0.0.0.0:8142"; let p = Some(a).map(|x| x);', "p"), 8142),
    "rust maps by a method": (rust('let a = "0.0.0.0:8143"; let p = a.map(|x| x);', "p"), 8143),
    "rust variables that nothing sets": (rust('let p: u16 = env::var("P").unwrap_or(env::var("Q").unwrap());', '("0.0.0.0", p)'), None),
    "rust default of something else": (rust("let p = other.unwrap_or(unknown).port;", '("0.0.0.0", p)'), None),
    "rust calls too deep to follow": (rust("let p = " + "f(" * 60 + "1" + ")" * 60 + ";", '("0.0.0.0", p)'), None),
    "rust field of a file of settings": ({**rust("let p = settings.server.port;", '("0.0.0.0", p)'), "config.toml": "[server]\nport = 8145\n"}, 8145),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_where_they_lead(tmp_path: Path, name: str) -> None:
    files, expected = CASES[name]
    found = declared(repository(tmp_path, files), processes=1).listeners
    assert {one.port for one in found} == {expected}
