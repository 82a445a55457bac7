"""Holds what many rules say alike: the directives per product that let a handshake pass, and the pages to read.

The configurations were each run against a WebSocket server with clients of three kinds. No rule, no match here.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from wsdoctor.model.rule import Reference, Remedy

__all__ = [
    "APACHE_UPGRADE", "CADDY_PROXY", "CLOUDFLARE_WEBSOCKETS", "ENVOY_UPGRADES", "HAPROXY_MANUAL", "HTTP2_PREFACE",
    "NGINX_HTTP_VERSION", "NGINX_WEBSOCKET", "NODE_HTTP_PROXY", "NO_PROXY_HEADER", "PROXY_HEADER", "PROXY_PROTOCOL",
    "RFC6455_REQUEST", "RFC8441", "RFC9110_CONNECTION", "RFC9110_UPGRADE", "TLS_HELLO", "directives",
]  # fmt: skip

RFC6455_REQUEST = Reference("RFC 6455 section 4.2.1: what a server must read in the request",
                            "https://www.rfc-editor.org/rfc/rfc6455.html#section-4.2.1")  # fmt: skip
RFC9110_UPGRADE = Reference("RFC 9110 section 7.8: Upgrade", "https://www.rfc-editor.org/rfc/rfc9110.html#section-7.8")
RFC9110_CONNECTION = Reference("RFC 9110 section 7.6.1: Connection",
                               "https://www.rfc-editor.org/rfc/rfc9110.html#section-7.6.1")  # fmt: skip
RFC8441 = Reference("RFC 8441: bootstrapping WebSockets with HTTP/2", "https://www.rfc-editor.org/rfc/rfc8441.html")
HTTP2_PREFACE = Reference("RFC 9113 section 3.4: the connection preface of HTTP/2",
                          "https://www.rfc-editor.org/rfc/rfc9113.html#section-3.4")  # fmt: skip
TLS_HELLO = Reference("RFC 8446 section 4.1.2: ClientHello",
                      "https://www.rfc-editor.org/rfc/rfc8446.html#section-4.1.2")  # fmt: skip
NGINX_WEBSOCKET = Reference("nginx: WebSocket proxying", "https://nginx.org/en/docs/http/websocket.html")
NGINX_HTTP_VERSION = Reference(
    "nginx: proxy_http_version",
    "https://nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_http_version",
)
APACHE_UPGRADE = Reference("Apache httpd: mod_proxy, protocol upgrade",
                           "https://httpd.apache.org/docs/2.4/mod/mod_proxy.html#protoupgrade")  # fmt: skip
HAPROXY_MANUAL = Reference("HAProxy: configuration manual", "https://docs.haproxy.org/2.8/configuration.html")
PROXY_PROTOCOL = Reference("HAProxy: the PROXY protocol", "https://www.haproxy.org/download/2.8/doc/proxy-protocol.txt")
CADDY_PROXY = Reference("Caddy: reverse_proxy", "https://caddyserver.com/docs/caddyfile/directives/reverse_proxy")
ENVOY_UPGRADES = Reference("Envoy: HTTP upgrades",
                           "https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/http/upgrades")  # fmt: skip
CLOUDFLARE_WEBSOCKETS = Reference("Cloudflare: WebSockets", "https://developers.cloudflare.com/network/websockets/")
NODE_HTTP_PROXY = Reference("node-http-proxy: proxying WebSockets",
                            "https://github.com/http-party/node-http-proxy#proxying-websockets")  # fmt: skip

_DIRECTIVES = {
    "nginx": "http { map $http_upgrade $connection_upgrade { default upgrade; '' close; } } and in the location of the "
    "WebSocket: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; "
    "proxy_set_header Connection $connection_upgrade; proxy_set_header Host $http_host;",
    "nginx 1.29.7 and later": "the same two lines, proxy_set_header Upgrade $http_upgrade; and "
    "proxy_set_header Connection $connection_upgrade;; proxy_http_version may be left out, since 1.1 is the default",
    "Apache httpd 2.4.47 and later": "LoadModule proxy_http_module …, then "
    "ProxyPass / http://127.0.0.1:8080/ upgrade=websocket",
    "Apache httpd": "ProxyPass /ws ws://127.0.0.1:8080/ws before the line with ProxyPass /, for the first match wins",
    "HAProxy": "mode http with a plain server line; no http-request del-header or set-header on Connection or Upgrade; "
    "timeout tunnel 1h for idle connections",
    "Caddy": "reverse_proxy 127.0.0.1:8080 and nothing else; no header_up Connection or header_up -Upgrade",
    "Traefik": "a router and url: http://127.0.0.1:8080; no headers middleware that sets or empties Connection or "
    "Upgrade",
    "Varnish": 'sub vcl_recv { if (req.http.upgrade ~ "(?i)websocket") { return (pipe); } } sub vcl_pipe '
    "{ if (req.http.upgrade) { set bereq.http.upgrade = req.http.upgrade; "
    "set bereq.http.connection = req.http.connection; } }",
    "lighttpd": 'proxy.header = ("upgrade" => "enable")',
    "Envoy": "upgrade_configs: [{upgrade_type: websocket}] on the connection manager or the route, HTTP/1.1 to the "
    "cluster, no allow_connect",
    "H2O": "proxy.websocket: ON",
    "Squid": "http_upgrade_request_protocols websocket allow all; for CONNECT add the port to SSL_ports",
    "http-proxy, http-proxy-middleware": "ws: true and server.on('upgrade', proxy.upgrade)",
    "@fastify/http-proxy": "websocket: true",
    "Vite": "server.proxy: { '/ws': { target: 'ws://localhost:8080', ws: true } }",
    "webpack-dev-server": "devServer.proxy: [{ context: ['/live'], target: 'http://localhost:8080', ws: true }], with "
    "a path other than /ws, which its own hot reload takes",
}

PROXY_HEADER = (
    "A load balancer that hands bytes through can say who the client was by a header of the PROXY protocol in front of "
    "the first bytes. Both sides must be set up for it: a server that does not expect the header takes it for a broken "
    "request and refuses everybody. The request behind it may be perfectly right."
)
NO_PROXY_HEADER = Remedy(
    ("Switch the PROXY protocol off in what forwards to this port, or on in the server, but on both sides alike."),
    {
        "HAProxy": "server ws1 127.0.0.1:8080 without send-proxy and send-proxy-v2",
        "nginx stream": "proxy_protocol off;",
        "AWS NLB": "target group attribute proxy_protocol_v2.enabled = false",
        "Caddy": "no proxy_protocol in transport http",
        "Traefik": "no proxyProtocol on the TCP service",
        "hitch": "write-proxy-v1 = off, write-proxy-v2 = off",
        "stunnel": "no protocol = proxy",
        "server": "or let it read the header: nginx with listen 8080 proxy_protocol; in front, or a library "
        "that knows it",
    },
)


def directives(*products: str) -> Mapping[str, str]:
    """Return product → directives for the products named, or for all."""
    return MappingProxyType({name: _DIRECTIVES[name] for name in products} if products else dict(_DIRECTIVES))
