"""Servers in Rust: tokio-tungstenite and its kin on bare sockets, axum, warp, actix-web, hyper, poem, salvo, rocket."""

from __future__ import annotations

import re

from wsdoctor.inspectors._base import Repository
from wsdoctor.inspectors._text.servers import Start, keyed, listeners, nth, project_text, reached
from wsdoctor.inspectors._text.sources import Source
from wsdoctor.model.traffic import Declared, Speaks

__all__ = ["NAME", "NEEDLES", "PATTERNS", "inspect"]

NAME = "rust servers"
PATTERNS = ("*.rs",)
NEEDLES = ("bind", "serve(", "listen(", "launch(", "TcpListener", "SocketAddr")

_ACCEPTS = re.compile(
    r"\b(?:accept_async|accept_hdr_async|accept_async_with_config|accept_hdr_async_with_config|accept_hdr|"
    r"accept_with_config|"
    r"tungstenite::accept|tungstenite::server::accept|async_tungstenite::\w+::accept\w*|fastwebsockets|"
    r"soketto|ServerBuilder)\b"
)
_TUNGSTENITE = re.compile(r"\btungstenite\b")
_BARE_ACCEPT = re.compile(r"(?<![.\w])accept\(\s*\w")
_HTTP = re.compile(
    r"\b(?:axum::serve|axum_server|http1::Builder|http2::Builder|auto::Builder|serve_connection|"
    r"serve_with_incoming|from_tcp|"
    r"HttpServer|warp::serve|poem::|salvo::|tonic|Server::new\(|hyper::Server|Server::builder)"
)
_FRAMEWORKS = re.compile(r"\b(?:axum|hyper|warp|actix_web|poem|salvo|rocket|tide|tiny_http|tonic)(?:::|\b\s*=)")
_ANSWERS = re.compile(r"\.peek\(|HTTP/1\.1 200")
_ROUTE = re.compile(r"\.route\(\s*\"(?P<path>[^\"]*)\"\s*,")
_MORE = re.compile(r"\.(?:nest_service|route_service|fallback_service|nest|fallback)\(|ServeDir")
_UPGRADES = re.compile(r"\b(?:WebSocketUpgrade|upgrade::IncomingUpgrade|WebSocketUpgradeExt|HybridProtocols)\b")

_Spoken = tuple[Speaks, tuple[str, ...]]


def _socket(source: Source, at: int, repository: Repository) -> _Spoken | None:
    """Return what is spoken on a bare socket, by what the code around it does with its connections."""
    text = reached(source, at, repository)
    if _ANSWERS.search(text) and _accepts(text, source):
        return "both", ()
    if _HTTP.search(text):
        return _routed(source, at, repository)
    if _accepts(text, source):
        return "websocket", ()
    whole = "\n".join(
        dict.fromkeys(project_text(source, word, repository) for word in ("tungstenite", "axum", "hyper"))
    )
    if _accepts(whole, source) and not _FRAMEWORKS.search(whole) and whole.count("TcpListener::bind(") == 1:
        return "websocket", ()
    return ("both", ()) if _FRAMEWORKS.search(whole) or _accepts(whole, source) else ("tcp", ())


def _accepts(text: str, source: Source) -> bool:
    bare = _TUNGSTENITE.search(source.text) is not None and _BARE_ACCEPT.search(text) is not None
    return bare or _ACCEPTS.search(text) is not None


def _routed(source: Source, at: int, repository: Repository) -> _Spoken:
    """Return what a router speaks: its routes are those of the whole project."""
    text = project_text(source, "route(", repository)
    handlers = project_text(source, "WebSocketUpgrade", repository)
    if not _UPGRADES.search(handlers):
        whole = "".join(
            project_text(source, word, repository) for word in ("ws::start", "actix_ws", "warp::ws", "WebSocket")
        )
        return ("both" if re.search(r"ws::start|actix_ws|warp::ws|WebSocket", whole) else "http"), ()
    paths: list[str] = []
    for match in _ROUTE.finditer(text):
        named = re.match(
            r"\s*(?:\w+::)*(?:get|any)\(\s*(?:\w+::)*(?P<handler>\w+)\s*\)\s*[),]",
            text[match.end() : match.end() + 200],
        )
        if named is None or not _takes_upgrade(named["handler"], handlers):
            return "both", ()
        paths.append(match["path"])
    if not paths or _MORE.search(text):
        return "both", ()
    return "websocket", tuple(path for path in dict.fromkeys(paths) if path != "/" and not re.search(r"[:{*]", path))


def _takes_upgrade(handler: str, text: str) -> bool:
    match = re.search(rf"\bfn\s+{handler}\s*(?:<[^(]*>)?\((?P<given>[^{{]*)\{{", text)
    return match is not None and "WebSocketUpgrade" in match["given"]


def _warp(source: Source, at: int, repository: Repository) -> _Spoken:
    text = project_text(source, "warp", repository)
    if "warp::ws()" not in text:
        return "http", ()
    alone = text.count("warp::ws()") == 1 and not re.search(r"\.or\(|warp::fs|warp::reply|warp::post|warp::body", text)
    return ("websocket" if alone else "both"), ()


def _actix(source: Source, at: int, repository: Repository) -> _Spoken:
    text = "".join(project_text(source, word, repository) for word in ("actix_ws", "actix_web_actors", "ws::start"))
    return ("both" if re.search(r"actix_ws|actix_web_actors|ws::start", text) else "http"), ()


_STARTS = (
    Start(
        r"\bwarp::serve\([^;]*?\)\s*\.\s*(?:run|bind|try_bind|bind_ephemeral|bind_with_graceful_shutdown)\s*\(",
        "warp",
        _warp,
        nth(0),
    ),
    Start(r"\baxum_server::(?:bind|bind_rustls|bind_openssl)\s*\(", "axum", _routed, nth(0)),
    Start(r"\b(?:hyper::|axum::)?Server::(?:try_)?bind\s*\(", "axum", _routed, nth(0), r"\b(?:axum|hyper)\b"),
    Start(r"\b(?:sync::|r#async::)?Server::bind\s*\(", "rust-websocket", "websocket", nth(0), r"\bwebsocket::"),
    Start(r"\bws::listen\s*\(", "ws-rs", "websocket", nth(0)),
    Start(r"\bsimple_websockets::launch\s*\(", "simple-websockets", "websocket", nth(0)),
    Start(r"\blisten\s*\(", "ws-rs", "websocket", nth(0), r"\buse\s+ws::[^;]*\blisten\b"),
    Start(
        r"\.\s*(?:bind|bind_rustls\w*|bind_openssl|bind_auto_h2c)\s*\(",
        "actix-web",
        _actix,
        nth(0),
        r"\bHttpServer::new\b",
    ),
    Start(r"\bTcpListener::(?:bind|new)\s*\(", "rust", _socket, nth(0)),
    Start(r"\bTcpSocket::new_v\d[^;]*;[^;]*?\.bind\s*\(", "rust", _socket, nth(0)),
    Start(r"\.\s*listen\s*\(", "tide", "both", nth(0), r"\btide::(?:new|with_state)\b"),
    Start(r"\brocket::(?:build|ignite)\s*\(", "rocket", "both", keyed("port"), default=8000),
)


def inspect(path: str, repository: Repository) -> Declared:
    """Return the servers that a Rust file starts."""
    return Declared(listeners=listeners(path, "rust", _STARTS, repository))
