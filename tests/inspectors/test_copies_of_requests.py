"""What proxies send to another server beside the one that answers: copies of requests."""

from pathlib import Path

import pytest

from tests.inspectors.helpers import repository
from wsdoctor.inspectors import declared

SERVICE = """\
apiVersion: v1
kind: Service
metadata: {name: live}
spec: {selector: {app: live}, ports: [{port: 8765}]}
---
"""
ENVOY = """\
static_resources:
  listeners:
    - address: {socket_address: {address: 0.0.0.0, port_value: 8000}}
      filter_chains:
        - filters:
            - typed_config:
                stat_prefix: in
                route_config:
                  virtual_hosts:
                    - routes:
                        - match: {prefix: /}
                          route:
                            cluster: api
                            request_mirror_policies:
                              - cluster: live
                              - cluster: unknown
  clusters:
    - name: api
      load_assignment:
        endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: api, port_value: 5000}}}}]}]
    - name: live
      load_assignment:
        endpoints: [{lb_endpoints: [{endpoint: {address: {socket_address: {address: live, port_value: 8765}}}}]}]
"""
ISTIO = """\
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  http:
    - route: [{destination: {host: web, port: {number: 80}}}]
      mirror: {host: live.default.svc.cluster.local}
"""
MIRRORS = """\
apiVersion: networking.istio.io/v1
kind: VirtualService
spec:
  http:
    - route: [{destination: {host: web, port: {number: 80}}}]
      mirrors: [{destination: {host: live, port: {number: 8765}}, percentage: {value: 5}}]
"""
GATEWAY = """\
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
spec:
  rules:
    - filters: [{type: RequestMirror, requestMirror: {backendRef: {name: live, port: 8765}}}]
      backendRefs: [{name: web, port: 80}]
"""
CONTOUR = """\
apiVersion: projectcontour.io/v1
kind: HTTPProxy
spec:
  routes:
    - services: [{name: web, port: 80}, {name: live, port: 8765, mirror: true}]
"""
INGRESS = """\
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  annotations:
    kubernetes.io/ingress.class: nginx
    nginx.ingress.kubernetes.io/mirror-target: http://live:8765/$request_uri
spec: {rules: [{http: {paths: [{path: /, backend: {service: {name: web, port: {number: 80}}}}]}}]}
"""
TRAEFIK = """\
http:
  routers:
    all: {rule: "PathPrefix(`/`)", service: both}
  services:
    both: {mirroring: {service: app, mirrors: [{name: live, percent: 10}, {name: unknown}]}}
    app: {loadBalancer: {servers: [{url: "http://api:5000"}]}}
    live: {loadBalancer: {servers: [{url: "http://live:8765"}]}}
"""


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("envoy.yaml", ENVOY, 15),
        ("istio.yaml", SERVICE + ISTIO, 11),
        ("istio.yaml", SERVICE + MIRRORS, 11),
        ("gateway.yaml", SERVICE + GATEWAY, 10),
        ("contour.yaml", SERVICE + CONTOUR, 10),
        ("ingress.yaml", SERVICE + INGRESS, 11),
        ("dynamic.yml", TRAEFIK, 5),
    ],
)
def test_copies_are_requests_that_carry_no_websocket(tmp_path: Path, name: str, text: str, line: int) -> None:
    found = declared(repository(tmp_path, {name: text}), processes=1)
    copies = [hop for hop in found.hops if "auth-subrequest" in hop.sends]
    assert [(hop.to.host, hop.to.port, hop.location.line, hop.forwards_upgrade) for hop in copies] == [
        ("live", 8765, line, False)
    ]
