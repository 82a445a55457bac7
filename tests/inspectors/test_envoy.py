import json
from pathlib import Path

from tests.inspectors.proxy_factory import call, inspected, to_port
from wsdoctor.inspectors import envoy
from wsdoctor.model.traffic import Declared


def config(
    *, manager: str = "", route: str = "", action: str = "", cluster: str = "", listener: str = "", host: str = "rt"
) -> str:
    return f"""static_resources:
  listeners:
    - name: main
      address: {{socket_address: {{address: 0.0.0.0, port_value: 10000}}}}
      filter_chains:
        - {listener or "x: y"}
          filters:
            - name: envoy.filters.network.http_connection_manager
              typed_config:
                {manager or "stat_prefix: web"}
                route_config:
                  virtual_hosts:
                    - name: all
                      domains: ["*"]
                      routes:
                        - match: {{prefix: /ws}}
                          {route or "name: ws"}
                          route:
                            cluster: rt
                            {action or "timeout: 0s"}
                        - match: {{prefix: /}}
                          route: {{cluster: gone}}
  clusters:
    - name: rt
      {cluster or "type: STRICT_DNS"}
      load_assignment:
        endpoints:
          - lb_endpoints:
              - endpoint: {{address: {{socket_address: {{address: {host}, port_value: 8765}}}}}}
              - endpoint: {{address: {{socket_address: {{address: rt2, port_value: 8765}}}}}}
"""


UPGRADE = "upgrade_configs: [{upgrade_type: websocket}]"


def read(tmp_path: Path, text: str, name: str = "envoy.yaml") -> Declared:
    return inspected(tmp_path, envoy, {name: text})


def test_upgrades_of_the_manager_and_of_the_route(tmp_path: Path) -> None:
    for number, text in enumerate((config(manager=UPGRADE), config(action=UPGRADE))):
        hop = to_port(read(tmp_path / str(number), text), 8765)
        assert (hop.forwards_upgrade, hop.lacks, hop.scheme, hop.listens) == (True, (), "http", (10000,))
        assert (hop.path, hop.to.host) == ("/ws", "rt")


def test_without_upgrades(tmp_path: Path) -> None:
    refused = "upgrade_configs: [{upgrade_type: websocket, enabled: false}]"
    other = "upgrade_configs: [{upgrade_type: CONNECT}]"
    texts = (config(), config(manager=UPGRADE, action=refused), config(manager=other))
    for number, text in enumerate(texts):
        hop = to_port(read(tmp_path / str(number), text), 8765)
        assert (hop.forwards_upgrade, hop.lacks) == (False, ("upgrade-config",))
        assert (hop.location.line, hop.location.end_line) == (16, 20)


def test_what_it_speaks(tmp_path: Path) -> None:
    typed = "typed_extension_protocol_options: {x: {explicit_http_config: {http2_protocol_options: {a: b}}}}"
    tls = "transport_socket: {name: envoy.transport_sockets.tls}"
    proxy = "transport_socket: {name: envoy.transport_sockets.upstream_proxy_protocol}"
    for number, (cluster, scheme, sends, forwards) in enumerate(
        (
            ("http2_protocol_options: {}", "h2c", ("http2",), False),
            (typed, "h2c", ("http2",), False),
            (f"{tls}\n      {typed}", "h2", ("http2",), False),
            (tls, "https", (), True),
            ("tls_context: {a: b}", "https", (), True),
            (proxy, "http", ("proxy-protocol",), True),
        )
    ):
        hop = to_port(read(tmp_path / str(number), config(manager=UPGRADE, cluster=cluster)), 8765)
        assert (hop.scheme, hop.sends, hop.forwards_upgrade) == (scheme, sends, forwards)


def test_extended_connect(tmp_path: Path) -> None:
    start = UPGRADE + "\n                http2_protocol_options: {allow_connect: "
    assert to_port(read(tmp_path, config(manager=start + "true}")), 8765).sends == ("extended-connect",)
    assert to_port(read(tmp_path / "b", config(manager=start + "false}")), 8765).sends == ()


def test_routes_that_change_requests(tmp_path: Path) -> None:
    changed = "prefix_rewrite: /\n                            host_rewrite_literal: x"
    assert to_port(read(tmp_path, config(manager=UPGRADE, action=changed)), 8765).sends == (
        "strips-prefix", "rewrites-host",
    )  # fmt: skip
    removed = config(manager=UPGRADE, route="request_headers_to_remove: [x, Upgrade]")
    hop = to_port(read(tmp_path / "b", removed), 8765)
    assert (hop.forwards_upgrade, hop.lacks, hop.location.line) == (False, ("upgrade",), 17)


def test_matches(tmp_path: Path) -> None:
    for number, (match, path) in enumerate(
        (
            ("{path: /ws}", "/ws"),
            ("{safe_regex: {regex: ^/ws}}", "~ ^/ws"),
            ("{regex: ^/ws}", "~ ^/ws"),
            ("{x: y, headers: [{name: Upgrade}]}", None),
        )
    ):
        text = config(manager=UPGRADE).replace("{prefix: /ws}", match)
        hop = to_port(read(tmp_path / str(number), text), 8765)
        assert hop.path == path
    assert hop.details["only"] == "handshakes"


def test_redirects_and_weights(tmp_path: Path) -> None:
    text = config(manager=UPGRADE).replace(
        "route: {cluster: gone}", "route: {weighted_clusters: {clusters: [{name: rt}]}}\n"
        "                        - match: {prefix: /old}\n                          redirect: {port_redirect: 8766}"
    )  # fmt: skip
    found = read(tmp_path, text)
    assert [(hop.path, hop.to.port, hop.sends) for hop in found.hops] == [
        ("/ws", 8765, ()), ("/", 8765, ()), ("/old", 8766, ("redirect",)),
    ]  # fmt: skip
    assert [hop.websocket for hop in found.hops[:2]] == [True, False]


def test_routes_without_a_manager_are_unknown(tmp_path: Path) -> None:
    text = """virtual_hosts:
  - routes:
      - {match: {prefix: /ws}, route: {cluster: rt}}
      - {match: {prefix: /old}, redirect: {port_redirect: 8766, host_redirect: rt.example}}
clusters:
  - {name: rt, hosts: [{socket_address: {address: rt, port_value: 8765}}]}
"""
    found = read(tmp_path, text)
    assert to_port(found, 8765).forwards_upgrade is None
    assert to_port(found, 8766).to.host == "rt.example"


def test_bytes_passed_on(tmp_path: Path) -> None:
    text = """listeners:
  - filter_chains:
      - transport_socket: {typed_config: {common_tls_context: {alpn_protocols: [h2, http/1.1]}}}
        filters:
          - name: envoy.filters.network.tcp_proxy
            typed_config: {stat_prefix: raw, cluster: rt}
          - name: envoy.filters.network.tcp_proxy
            typed_config: {stat_prefix: raw, cluster: gone}
clusters:
  - name: rt
    load_assignment: {endpoints: [{address: {socket_address: {address: rt, port_value: 8765}}}]}
    transport_socket: {typed_config: {"@type": type.googleapis.com/ProxyProtocolUpstreamTransport}}
"""
    hop = to_port(read(tmp_path, text), 8765)
    assert (hop.forwards_upgrade, hop.sends, hop.scheme, hop.listens) == (
        True, ("http2", "proxy-protocol"), "tcp", (),
    )  # fmt: skip


def test_checks(tmp_path: Path) -> None:
    check = """health_checks:
        - interval: 5s
          http_health_check:
            path: /health
            expected_statuses: [{start: 426, end: 427}, {start: x}]
            request_headers_to_add: [{header: {key: Upgrade, value: websocket}}]"""
    found = call(read(tmp_path, config(cluster=check)))
    assert (found.protocol, found.path, found.method, found.period) == ("http", "/health", "GET", 5.0)
    assert (found.expects, found.headers, found.user_agent) == ((426,), {"Upgrade": "websocket"}, "Envoy/HC")
    assert found.location.line == 26
    tcp = "health_checks: [{interval: 1s, tcp_health_check: {}}, {interval: 1s, grpc_health_check: {a: b}}]"
    assert [one.protocol for one in read(tmp_path / "b", config(cluster=tcp)).callers] == ["tcp", "grpc"]


def test_json_and_environment_and_aliases(tmp_path: Path) -> None:
    from wsdoctor.syntax import yaml
    from wsdoctor.syntax._tree import Mapping, Node, Scalar, Sequence

    def plain(node: Node) -> object:
        if isinstance(node, Mapping):
            return {pair.key.text: plain(pair.value) for pair in node.pairs}
        if isinstance(node, Sequence):
            return [plain(each) for each in node.items]
        assert isinstance(node, Scalar)
        return node.text

    text = json.dumps(plain(yaml.parse(config(manager=UPGRADE))[0]), indent=1)
    assert to_port(read(tmp_path, text, "envoy.json"), 8765).forwards_upgrade is True
    bomb = "a: &a {virtual_hosts: [x]}\n" + "\n".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]" for n in range(12))  # fmt: skip # noqa: E501
    assert read(tmp_path / "b", bomb).hops == []


def test_clusters_of_another_file(tmp_path: Path) -> None:
    whole = config(manager="upgrade_configs: [{upgrade_type: websocket}]", cluster="http2_protocol_options: {}")
    listeners, _, clusters = whole.partition("  clusters:\n")
    files = {"lds.yaml": listeners, "cds.yaml": f"static_resources:\n  clusters:\n{clusters}"}
    hop = to_port(inspected(tmp_path / "one", envoy, files), 8765)
    assert (hop.scheme, hop.location.file, hop.location.line) == ("h2c", "cds.yaml", 4)
    files["old.yaml"] = files["cds.yaml"]
    assert inspected(tmp_path / "two", envoy, files).hops == []


def test_a_check_of_another_port(tmp_path: Path) -> None:
    check = "health_checks: [{interval: 5s, http_health_check: {path: /up}}]"
    text = config(cluster=check).replace(
        "port_value: 8765}}", "port_value: 8765}}, health_check_config: {port_value: 8080}"
    )
    assert call(inspected(tmp_path, envoy, {"envoy.yaml": text})).to.port == 8080
