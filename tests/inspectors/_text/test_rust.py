# ruff: noqa: E501
"""Where servers listen in small projects in Rust, and what they speak."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors import declared

Found = list[tuple[int | None, str]]

CASES: dict[str, tuple[dict[str, str], Found]] = {
    "lit": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
async fn handle(s: TcpStream) { let ws = accept_async(s).await.unwrap(); }
#[tokio::main]
async fn main() { let l = TcpListener::bind("0.0.0.0:8765").await.unwrap(); while let Ok((s,_)) = l.accept().await { tokio::spawn(handle(s)); } }
""",
        },
        [(8765, "websocket")],
    ),
    "args nth": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
async fn handle(s: TcpStream) { let ws = accept_async(s).await.unwrap(); }
async fn main() { let addr = env::args().nth(1).unwrap_or_else(|| "127.0.0.1:8765".to_string()); let l = TcpListener::bind(&addr).await.expect("x"); handle(s); }
""",
        },
        [(8765, "websocket")],
    ),
    "const port": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
async fn handle(s: TcpStream) { let ws = accept_async(s).await.unwrap(); }
 const PORT: u16 = 8765;
async fn main() { let l = TcpListener::bind(("0.0.0.0", PORT)).await.unwrap(); handle(s); }
""",
        },
        [(8765, "websocket")],
    ),
    "format": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
async fn handle(s: TcpStream) { let ws = accept_async(s).await.unwrap(); }
async fn main() { let port: u16 = std::env::var("WS_PORT").ok().and_then(|p| p.parse().ok()).unwrap_or(8765); let l = TcpListener::bind(format!("0.0.0.0:{}", port)).await.unwrap(); handle(s); }
""",
        },
        [(8765, "websocket")],
    ),
    "format inline": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
async fn handle(s: TcpStream) { let ws = accept_async(s).await.unwrap(); }
async fn main() { let port = env::var("WS_PORT").unwrap_or("8765".into()); let l = TcpListener::bind(format!("0.0.0.0:{port}")).await.unwrap(); handle(s); }
""",
        },
        [(8765, "websocket")],
    ),
    "env set": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
async fn handle(s: TcpStream) { let ws = accept_async(s).await.unwrap(); }
async fn main() { let port = env::var("WS_PORT").unwrap_or("8765".into()); let l = TcpListener::bind(format!("0.0.0.0:{port}")).await.unwrap(); handle(s); }
""",
            ".env": """\
WS_PORT=9000

""",
        },
        [(9000, "websocket")],
    ),
    "socketaddr": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
async fn handle(s: TcpStream) { let ws = accept_async(s).await.unwrap(); }
async fn main() { let addr = SocketAddr::from(([0, 0, 0, 0], 8765)); let l = TcpListener::bind(addr).await?; handle(s); }
""",
        },
        [(8765, "websocket")],
    ),
    "parse": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
async fn handle(s: TcpStream) { let ws = accept_async(s).await.unwrap(); }
async fn main() { let addr: SocketAddr = "0.0.0.0:8765".parse().unwrap(); let l = TcpListener::bind(&addr).await?; handle(s); }
""",
        },
        [(8765, "websocket")],
    ),
    "match env": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
async fn handle(s: TcpStream) { let ws = accept_async(s).await.unwrap(); }
async fn main() { let port = match env::var("PORT") { Ok(p) => p.parse::<u16>().unwrap(), Err(_) => 8765 }; let l = TcpListener::bind(("0.0.0.0", port)).await?; handle(s); }
""",
        },
        [(8765, "websocket")],
    ),
    "config toml": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
async fn handle(s: TcpStream) { let ws = accept_async(s).await.unwrap(); }
#[derive(Deserialize)]
struct Config { server: ServerConfig }
#[derive(Deserialize)]
struct ServerConfig { port: u16 }
async fn main() { let config: Config = toml::from_str(&fs::read_to_string("config.toml").unwrap()).unwrap(); let l = TcpListener::bind(("0.0.0.0", config.server.port)).await?; handle(s); }
""",
            "config.toml": """\
[server]
port = 8765
[db]
port = 5432

""",
        },
        [(8765, "websocket")],
    ),
    "serde default": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
async fn handle(s: TcpStream) { let ws = accept_async(s).await.unwrap(); }
#[derive(Deserialize)]
struct Config { #[serde(default = "default_port")]
 port: u16 }
fn default_port() -> u16 { 8765 }
async fn main() { let config = envy::from_env::<Config>().unwrap(); let l = TcpListener::bind(("0.0.0.0", config.port)).await?; handle(s); }
""",
        },
        [(8765, "websocket")],
    ),
    "clap builder": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
async fn handle(s: TcpStream) { let ws = accept_async(s).await.unwrap(); }
async fn main() { let m = Command::new("x").arg(Arg::new("port").short('p').long("port").default_value("8765")).get_matches(); let port = m.get_one::<u16>("port").unwrap(); let l = TcpListener::bind(format!("0.0.0.0:{}", port)).await?; handle(s); }
""",
        },
        [(8765, "websocket")],
    ),
    "clap t": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
async fn handle(s: TcpStream) { let ws = accept_async(s).await.unwrap(); }
#[derive(Parser)]
struct Args {
  /// Port
  #[arg(short, long, default_value_t = 8765)]
  port: u16,
  #[arg(long, default_value_t = 5432)]
  db_port: u16,
}
async fn main() { let args = Args::parse(); let l = TcpListener::bind(("0.0.0.0", args.port)).await?; handle(s); }
""",
        },
        [(8765, "websocket")],
    ),
    "clap cmd": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
async fn handle(s: TcpStream) { let ws = accept_async(s).await.unwrap(); }
#[derive(Parser)]
struct Args {
  #[arg(short, long, default_value_t = 8765)]
  port: u16,
}
async fn main() { let args = Args::parse(); let l = TcpListener::bind(("0.0.0.0", args.port)).await?; handle(s); }
""",
            "compose.yaml": """\
services:
  x:
    build: .
    command: ["x", "--port", "9000"]

""",
        },
        [(9000, "websocket")],
    ),
    "fn param": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
async fn handle(s: TcpStream) { let ws = accept_async(s).await.unwrap(); }
async fn serve(addr: &str) { let l = TcpListener::bind(addr).await?; handle(s); }
async fn main() { serve("0.0.0.0:8765").await; }
""",
        },
        [(8765, "websocket")],
    ),
    "method": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
async fn handle(s: TcpStream) { let ws = accept_async(s).await.unwrap(); }
struct Server { addr: String }
impl Server { fn new(addr: String) -> Self { Server { addr } }
async fn run(&self) { let l = TcpListener::bind(&self.addr).await?; handle(s); } }
async fn main() { Server::new("0.0.0.0:8765".to_string()).run().await; }
""",
        },
        [(8765, "websocket")],
    ),
    "raw tcp and ws": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
async fn handle(s: TcpStream) { let ws = accept_async(s).await.unwrap(); }
async fn raw() { let l = TcpListener::bind("0.0.0.0:7000").await?; loop { l.accept().await; } }
async fn main() { let l = TcpListener::bind("0.0.0.0:8765").await?; handle(s); }
""",
        },
        [(7000, "both"), (8765, "websocket")],
    ),
    "axum both": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use axum::{Router, routing::get, extract::ws::{WebSocketUpgrade, WebSocket}};
async fn ws(u: WebSocketUpgrade) -> Response { u.on_upgrade(h) }
async fn health() -> &'static str { "ok" }
async fn main() { let app = Router::new().route("/ws", get(ws)).route("/healthz", get(health)); let listener = tokio::net::TcpListener::bind("0.0.0.0:3000").await.unwrap(); axum::serve(listener, app).await.unwrap(); }
""",
        },
        [(3000, "both")],
    ),
    "axum only": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use axum::{Router, routing::get, extract::ws::{WebSocketUpgrade, WebSocket}};
async fn ws(u: WebSocketUpgrade) -> Response { u.on_upgrade(h) }
async fn health() -> &'static str { "ok" }
async fn main() { let app = Router::new().route("/ws", get(ws)); let listener = tokio::net::TcpListener::bind("0.0.0.0:3000").await.unwrap(); axum::serve(listener, app).await.unwrap(); }
""",
        },
        [(3000, "websocket")],
    ),
    "axum http": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use axum::Router;
async fn main() { let app = Router::new().route("/x", get(h)); let addr = SocketAddr::from(([0,0,0,0], 3000)); axum::Server::bind(&addr).serve(app.into_make_service()).await; }
""",
        },
        [(3000, "http")],
    ),
    "warp only": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use warp::Filter;
async fn main() { let r = warp::path("echo").and(warp::ws()).map(|ws: warp::ws::Ws| ws.on_upgrade(f)); warp::serve(r).run(([127, 0, 0, 1], 3030)).await; }
""",
        },
        [(3030, "websocket")],
    ),
    "warp both": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use warp::Filter;
async fn main() { let r = warp::path("echo").and(warp::ws()).map(|ws: warp::ws::Ws| ws.on_upgrade(f)); let i = warp::path::end().map(|| warp::reply::html(X)); let routes = i.or(r); let port: u16 = 3030; warp::serve(routes).run(([127, 0, 0, 1], port)).await; }
""",
        },
        [(3030, "both")],
    ),
    "actix": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use actix_web::*;
use actix_web_actors::ws;
async fn main() { HttpServer::new(|| App::new().route("/ws", web::get().to(i))).bind(("0.0.0.0", 8080))?.run().await }
""",
        },
        [(8080, "both")],
    ),
    "actix http": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "src/main.rs": """\
use actix_web::*;
async fn main() { HttpServer::new(|| App::new()).bind("0.0.0.0:8080")?.run().await }
""",
        },
        [(8080, "http")],
    ),
    "test": (
        {
            "Cargo.toml": """\
[package]
name = "x"

""",
            "tests/live.rs": """\
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
async fn handle(s: TcpStream) { let ws = accept_async(s).await.unwrap(); }
async fn t() { let l = TcpListener::bind("127.0.0.1:3000").await; handle(s); }
""",
            "examples/e.rs": """\
use tokio::net::TcpListener;
use tokio_tungstenite::accept_async;
async fn handle(s: TcpStream) { let ws = accept_async(s).await.unwrap(); }
async fn main() { TcpListener::bind("127.0.0.1:3001"); handle(s); }
""",
        },
        [],
    ),
    "a socket that answers before it upgrades": (
        {
            "Cargo.toml": "[package]\nname = 'x'\n",
            "src/main.rs": """\
use tokio_tungstenite::accept_async;
async fn handle(s: TcpStream) { s.peek(&mut b).await; accept_async(s).await; }
async fn main() { let l = TcpListener::bind("0.0.0.0:8766").await; handle(s).await; }
""",
        },
        [(8766, "both")],
    ),
    "the only socket of a project that accepts elsewhere": (
        {
            "Cargo.toml": "[package]\nname = 'x'\n",
            "src/main.rs": """\
async fn main() { let l = tokio::net::TcpListener::bind("0.0.0.0:8767").await; serve.run(l).await; }
""",
            "src/ws.rs": """\
use tokio_tungstenite::accept_async;
impl Handler for Ws { async fn on(&self, s: TcpStream) { let l = note("TcpListener"); accept_async(s).await; } }
""",
        },
        [(8767, "both")],
    ),
    "axum with a handler that no one sees": (
        {
            "Cargo.toml": "[package]\nname = 'x'\n",
            "src/main.rs": """\
async fn ws(u: WebSocketUpgrade) -> Response { u.on_upgrade(f) }
async fn main() { let app = axum::Router::new().route("/ws", get(ws)).route("/x", post(y)); let l = TcpListener::bind("0.0.0.0:8768").await; axum::serve(l, app).await; }
""",
        },
        [(8768, "both")],
    ),
    "axum with files": (
        {
            "Cargo.toml": "[package]\nname = 'x'\n",
            "src/main.rs": """\
async fn ws(u: WebSocketUpgrade) -> Response { u.on_upgrade(f) }
async fn main() { let app = axum::Router::new().route("/ws", get(ws)).fallback_service(ServeDir::new("x")); let l = TcpListener::bind("0.0.0.0:8769").await; axum::serve(l, app).await; }
""",
        },
        [(8769, "both")],
    ),
    "warp without websockets": (
        {
            "Cargo.toml": "[package]\nname = 'x'\n",
            "src/main.rs": "async fn main() { warp::serve(warp::path::end()).run(([0, 0, 0, 0], 8770)).await; }\n",
        },
        [(8770, "http")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_where_they_listen(tmp_path: Path, name: str) -> None:
    files, expected = CASES[name]
    found = declared(repository(tmp_path, files), processes=1).listeners
    assert sorted({(one.port, one.speaks) for one in found}, key=str) == expected
