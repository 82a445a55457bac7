# ruff: noqa: E501
"""Where servers listen in small projects in Java and Kotlin, and what they speak."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors import declared

Found = list[tuple[int | None, str]]

CASES: dict[str, tuple[dict[str, str], Found]] = {
    "a client in the same file": (
        {
            "pom.xml": "<project/>",
            "src/main/java/A.java": """\
import org.java_websocket.client.WebSocketClient;
import org.java_websocket.server.WebSocketServer;
class Peer extends WebSocketClient {
  Peer() { super(URI.create("ws://other:9000")); }
}
class A extends WebSocketServer {
  A() { super(new InetSocketAddress(8887)); }
}
""",
        },
        [(8887, "websocket")],
    ),
    "ctor": (
        {
            "pom.xml": "<project/>",
            "src/main/java/A.java": """\
import org.java_websocket.server.WebSocketServer;
import java.net.InetSocketAddress;
public class A extends WebSocketServer {
 public A(InetSocketAddress address) { super(address); }
 public static void main(String[] args) { new A(new InetSocketAddress("localhost", 8887)).run(); }
}
""",
        },
        [(8887, "websocket")],
    ),
    "args": (
        {
            "pom.xml": "<project/>",
            "src/main/java/A.java": """\
import org.java_websocket.server.WebSocketServer;
import java.net.InetSocketAddress;
public class A extends WebSocketServer {
 public A(int port) { super(new InetSocketAddress(port)); }
 public static void main(String[] args) { int port = 8887; try { port = Integer.parseInt(args[0]); } catch (Exception ex) {} A s = new A(port); s.start(); }
}
""",
        },
        [(8887, "websocket")],
    ),
    "env": (
        {
            "pom.xml": "<project/>",
            "src/main/java/A.java": """\
import org.java_websocket.server.WebSocketServer;
import java.net.InetSocketAddress;
public class A extends WebSocketServer {
 private static final int DEFAULT = 8887;
 public A(int port) { super(new InetSocketAddress(port)); }
 public static void main(String[] args) { int port = System.getenv("WS_PORT") != null ? Integer.parseInt(System.getenv("WS_PORT")) : DEFAULT; new A(port).start(); }
}
""",
        },
        [(8887, "websocket")],
    ),
    "other class": (
        {
            "pom.xml": "<project/>",
            "src/main/java/A.java": """\
import org.java_websocket.server.WebSocketServer;
import java.net.InetSocketAddress;
public class A extends WebSocketServer {
 public A(Config c) { super(new InetSocketAddress(c.getPort())); }
}
""",
            "src/main/java/Config.java": "public class Config { private int port = 8887; public int getPort() { return port; } }",
            "src/main/java/Main.java": "public class Main { public static void main(String[] a) { new A(new Config()).start(); } }",
        },
        [(8887, "websocket")],
    ),
    "optional": (
        {
            "pom.xml": "<project/>",
            "src/main/java/A.java": """\
import org.java_websocket.server.WebSocketServer;
import java.net.InetSocketAddress;
public class A extends WebSocketServer {
 A() { super(new InetSocketAddress(Integer.parseInt(Optional.ofNullable(System.getenv("P")).orElse("8887")))); }
}
""",
        },
        [(8887, "websocket")],
    ),
    "value": (
        {
            "pom.xml": "<project/>",
            "src/main/java/A.java": """\
import org.java_websocket.server.WebSocketServer;
import java.net.InetSocketAddress;
@Component public class A {
 @Value("${ws.port:8887}")
 private int port;
 @Value("${db.port:5432}")
 private int dbPort;
 void go() { new WebSocketServer(new InetSocketAddress(port)) { }.start(); }
}
""",
        },
        [(8887, "websocket")],
    ),
    "value set": (
        {
            "pom.xml": "<project/>",
            "src/main/java/A.java": """\
import org.java_websocket.server.WebSocketServer;
import java.net.InetSocketAddress;
@Component public class A {
 @Value("${ws.port}")
 private int port;
 void go() { new WebSocketServer(new InetSocketAddress(port)) { }.start(); }
}
""",
            "src/main/resources/application.yml": """\
ws:
  port: 8887

""",
        },
        [(8887, "websocket")],
    ),
    "typesafe": (
        {
            "pom.xml": "<project/>",
            "src/main/java/A.java": """\
import org.java_websocket.server.WebSocketServer;
import java.net.InetSocketAddress;
public class A { void go() { Config c = ConfigFactory.load(); new WebSocketServer(new InetSocketAddress(c.getInt("ws.port"))) { }.start(); }
}
""",
            "src/main/resources/application.conf": """\
ws {
  port = 8887
  port = ${?WS_PORT}
}

""",
        },
        [(8887, "websocket")],
    ),
    "picocli": (
        {
            "pom.xml": "<project/>",
            "src/main/java/A.java": """\
import org.java_websocket.server.WebSocketServer;
import java.net.InetSocketAddress;
public class A { @Option(names = {"-p", "--port"}, defaultValue = "8887")
 int port;
 void go() { new WebSocketServer(new InetSocketAddress(port)) { }.start(); }
}
""",
        },
        [(8887, "websocket")],
    ),
    "props default": (
        {
            "pom.xml": "<project/>",
            "src/main/java/A.java": """\
import org.java_websocket.server.WebSocketServer;
import java.net.InetSocketAddress;
public class A { void go() { new WebSocketServer(new InetSocketAddress(Integer.parseInt(System.getProperty("ws.port", "8887")))) { }.start(); }
}
""",
        },
        [(8887, "websocket")],
    ),
    "kotlin": (
        {
            "pom.xml": "<project/>",
            "src/main/kotlin/A.kt": """\
import org.java_websocket.server.WebSocketServer;
import java.net.InetSocketAddress;
class A(port: Int = 8887) : WebSocketServer(InetSocketAddress(port)) {
}
fun main() { A().start() }
""",
        },
        [(8887, "websocket")],
    ),
    "kotlin env": (
        {
            "pom.xml": "<project/>",
            "src/main/kotlin/A.kt": """\
import org.java_websocket.server.WebSocketServer;
import java.net.InetSocketAddress;
class A(port: Int) : WebSocketServer(InetSocketAddress(port)) {
}
fun main() {
 val port = System.getenv("PORT")?.toInt() ?: 8887
 A(port).start()
}
""",
        },
        [(8887, "websocket")],
    ),
    "tyrus": (
        {
            "pom.xml": "<project/>",
            "src/main/java/A.java": """\
import org.glassfish.tyrus.server.Server;
class A { void m() { Server server = new Server("localhost", 8025, "/ws", null, E.class); server.start(); } }
""",
        },
        [(8025, "websocket")],
    ),
    "jetty ws": (
        {
            "pom.xml": "<project/>",
            "src/main/java/A.java": """\
import org.eclipse.jetty.server.Server;
class A { void m() { Server server = new Server(8080); server.setHandler(new WebSocketHandler() { }); } }
""",
        },
        [(8080, "websocket")],
    ),
    "jetty both": (
        {
            "pom.xml": "<project/>",
            "src/main/java/A.java": """\
import org.eclipse.jetty.server.Server;
class A { void m() { Server server = new Server(8080); ctx.addServlet(DefaultServlet.class, "/"); JettyWebSocketServletContainerInitializer.configure(ctx, x); } }
""",
        },
        [(8080, "both")],
    ),
    "undertow": (
        {
            "pom.xml": "<project/>",
            "src/main/java/A.java": """\
import io.undertow.Undertow;
class A { void m() { Undertow.builder().addHttpListener(8080, "0.0.0.0").setHandler(path().addPrefixPath("/ws", websocket(cb))).build().start(); } }
""",
        },
        [(8080, "websocket")],
    ),
    "netty": (
        {
            "pom.xml": "<project/>",
            "src/main/java/A.java": """\
import io.netty.bootstrap.ServerBootstrap;
class A { static final int PORT = Integer.parseInt(System.getProperty("port", "8080"));
 void m() { ServerBootstrap b = new ServerBootstrap(); b.childHandler(new Init()); b.bind(PORT).sync(); } }
""",
            "src/main/java/Init.java": """\
import io.netty.x;
class Init { void i() { p.addLast(new WebSocketServerProtocolHandler("/ws")); } }
""",
        },
        [(8080, "websocket")],
    ),
    "netty http": (
        {
            "pom.xml": "<project/>",
            "src/main/java/A.java": """\
import io.netty.bootstrap.ServerBootstrap;
class A { void m() { ServerBootstrap b = new ServerBootstrap(); b.bind(8080).sync(); } }
""",
            "src/main/java/Init.java": """\
import io.netty.x;
class Init { void i() { p.addLast(new WebSocketServerProtocolHandler("/ws")); res = new DefaultFullHttpResponse(HTTP_1_1, OK); } }
""",
        },
        [(8080, "both")],
    ),
    "vertx": (
        {
            "pom.xml": "<project/>",
            "src/main/java/A.java": """\
import io.vertx.core.*;
class A extends AbstractVerticle { public void start() { vertx.createHttpServer().webSocketHandler(ws -> {}).listen(config().getInteger("http.port", 8080)); } }
""",
        },
        [(8080, "websocket")],
    ),
    "vertx both": (
        {
            "pom.xml": "<project/>",
            "src/main/java/A.java": """\
import io.vertx.core.*;
class A extends AbstractVerticle { public void start() { Router r = Router.router(vertx); vertx.createHttpServer().webSocketHandler(ws -> {}).requestHandler(r).listen(8080); } }
""",
        },
        [(8080, "both")],
    ),
    "jdk": (
        {
            "pom.xml": "<project/>",
            "src/main/java/A.java": """\
import com.sun.net.httpserver.HttpServer;
class A { void m() { HttpServer h = HttpServer.create(new InetSocketAddress(8894), 0); } }
""",
        },
        [(8894, "http")],
    ),
    "ktor": (
        {
            "pom.xml": "<project/>",
            "src/main/kotlin/A.kt": """\
fun main() {
 embeddedServer(Netty, port = 8080, host = "0.0.0.0") {
 install(WebSockets)
 routing { webSocket("/ws") { } }
 }.start(wait = true)
}
""",
        },
        [(8080, "websocket")],
    ),
    "ktor both": (
        {
            "pom.xml": "<project/>",
            "src/main/kotlin/A.kt": """\
fun main() {
 embeddedServer(Netty, port = System.getenv("PORT")?.toInt() ?: 8080) {
 routing { webSocket("/ws") { }
 get("/healthz") { call.respondText("ok") } }
 }.start(wait = true)
}
""",
        },
        [(8080, "both")],
    ),
    "jetty for pages": (
        {
            "pom.xml": "<project/>",
            "src/main/java/A.java": "import org.eclipse.jetty.server.Server;\nclass A { void m() { Server s = new Server(8085); s.setHandler(new ResourceHandler()); } }\n",
        },
        [(8085, "http")],
    ),
    "ktor by name": (
        {
            "build.gradle.kts": "",
            "src/main/kotlin/A.kt": 'fun main() { embeddedServer(Netty, port = 8086) { routing { webSocket("/ws") { } } }.start(true) }\n',
        },
        [(8086, "websocket")],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_where_they_listen(tmp_path: Path, name: str) -> None:
    files, expected = CASES[name]
    found = declared(repository(tmp_path, files), processes=1).listeners
    assert sorted({(one.port, one.speaks) for one in found}, key=str) == expected
