from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import pytest

from tests.declared_factories import (
    caller,
    declared,
    hop,
    listener,
    location,
    port_map,
    repository_finding,
    sample_inspection,
    sample_investigation,
)
from tests.factories import HOSTILE
from wsdoctor.model.finding import RepositoryFinding
from wsdoctor.model.traffic import Caller, Hop, Listener, PortMap
from wsdoctor.renderers import _map_svg, _mermaid
from wsdoctor.renderers._map import Map, left_out_words, map_of, seen_at, unnumbered

Traffic = Listener | PortMap | Hop | Caller


def mapped(*traffic: Traffic, findings: tuple[RepositoryFinding, ...] = (), most: int = 60, **options: object) -> Map:
    inspection = sample_inspection(declared=declared(*traffic), findings=findings)
    return map_of(inspection, most=most, **options)  # type: ignore[arg-type]


def edges(drawn: Map) -> set[tuple[str, str]]:
    titles = {node.key: node.title for node in drawn.nodes}
    return {(titles[edge.source], titles[edge.target]) for edge in drawn.edges}


def svg(drawn: Map) -> ElementTree.Element:
    return ElementTree.fromstring("".join(_map_svg.drawing(drawn)))


PROBE = "kubernetes GET /healthz every 10 s"
SOCKET = "websockets, port 8080"


def test_callers_and_hops_lead_to_what_listens() -> None:
    drawn = mapped(listener(), caller(), hop())
    assert edges(drawn) == {(PROBE, SOCKET), ("nginx /ws/", SOCKET)}
    assert [(node.title, node.column, node.detail) for node in drawn.nodes] == [
        (PROBE, 0, "deploy/k8s.yaml:41"),
        ("nginx /ws/", 1, "deploy/nginx.conf:12"),
        (SOCKET, 2, "server.py:31"),
    ]


def test_wrong_connections_carry_the_numbers_of_their_findings_and_come_last() -> None:
    drawn = map_of(sample_inspection())
    marked = [(edge.findings, edge.level, edge.wrong) for edge in drawn.edges if edge.level]
    assert sorted(marked) == [((1,), "warning", True), ((2,), "warning", True), ((3,), "error", True)]
    assert [edge.wrong for edge in drawn.edges] == sorted(edge.wrong for edge in drawn.edges)
    assert not any(edge.findings for edge in unnumbered(drawn).edges)
    assert sum(edge.wrong for edge in unnumbered(drawn).edges) == 3


def test_a_note_is_not_wrong() -> None:
    drawn = mapped(listener(), caller(), findings=(repository_finding(level="note"),))
    (edge,) = drawn.edges
    assert (edge.level, edge.wrong) == ("note", False)


def test_a_finding_on_another_port_of_the_same_line_is_not_this_ones() -> None:
    drawn = mapped(listener(), caller(), findings=(repository_finding(port=9090),))
    assert drawn.edges[0].level is None


def test_a_service_stands_on_the_way() -> None:
    service = port_map(80, 8080, "chat", ("chat-ws",), product="kubernetes", location=location("service.yaml", 8))
    drawn = mapped(listener(unit="chat"), service, caller("chat-ws", 80), findings=(repository_finding(),))
    assert edges(drawn) == {(PROBE, "kubernetes port 80 to 8080"), ("kubernetes port 80 to 8080", SOCKET)}
    assert [edge.wrong for edge in drawn.edges] == [False, True]
    assert drawn.edges[-1].source == next(node.key for node in drawn.nodes if node.kind == "caller")


def test_a_public_port_and_one_with_a_finding_are_reached_from_outside() -> None:
    public = mapped(listener(), port_map(public=True))
    assert edges(public) == {("everybody outside", "replit port 80 to 8080"), ("replit port 80 to 8080", SOCKET)}
    assert edges(mapped(listener(), port_map())) == set()
    found = repository_finding(file=".replit", line=7)
    assert ("everybody outside", "replit port 80 to 8080") in edges(mapped(listener(), port_map(), findings=(found,)))


def test_a_caller_of_a_proxy_leads_to_the_location_that_takes_its_path() -> None:
    everything = hop(port=5000, path=None, product="nginx", location=location("nginx.conf", 1))
    api = hop(port=5000, path="/api/", location=location("nginx.conf", 5))
    other = hop(port=5000, path="/api/", listens=(8443,), location=location("nginx.conf", 9))
    web = listener(5000, speaks="http", framework="flask")
    drawn = mapped(web, everything, api, other, caller(port=80, path="/api/health", period=None))
    assert ("kubernetes GET /api/health", "nginx /api/") in edges(drawn)
    assert sum(target.startswith("nginx") for _, target in edges(drawn)) == 1
    published = port_map(8000, 80, product="compose")
    through = mapped(web, everything, published, caller(port=8000, path=None, method="HEAD", period=None))
    assert ("kubernetes HEAD /", "nginx /") in edges(through)


def test_proxies_behind_one_another_have_columns_of_their_own() -> None:
    front = hop(port=81, path="/", product="haproxy", listens=(443,), location=location("haproxy.cfg", 3))
    drawn = mapped(listener(), hop(listens=(81,), path="/"), front, caller(port=443))
    assert [(node.title, node.column) for node in drawn.nodes] == [
        (PROBE, 0),
        ("haproxy /", 1),
        ("nginx /", 2),
        (SOCKET, 3),
    ]


def test_proxies_in_a_circle_do_not_hang() -> None:
    one = hop(port=82, path="/", listens=(81,), location=location("a.conf", 1))
    other = hop(port=81, path="/", product="haproxy", listens=(82,), location=location("b.conf", 1))
    drawn = mapped(listener(), one, other)
    assert len(drawn.edges) == 2
    assert svg(drawn) is not None


def test_what_leads_elsewhere_is_counted() -> None:
    drawn = mapped(listener(), caller("example.org", 443), hop(port=None))
    assert (drawn.left_out, [node.title for node in drawn.nodes]) == (2, [SOCKET])
    assert left_out_words(drawn) == "Not drawn: 2 places leading elsewhere or nowhere that is known."
    assert left_out_words(mapped(listener())) == ""


@pytest.mark.parametrize(
    ("traffic", "title"),
    [
        (caller(protocol="tcp", period=None), "kubernetes, TCP"),
        (caller(protocol="ws", product="browser", period=None, path="/ws"), "browser ws /ws"),
        (caller(protocol="wss", product="browser", period=None, path=None), "browser wss /"),
        (caller(method=None, path=None, period=0.5), "kubernetes GET / every 0.5 s"),
        (hop(sends=("redirect",), path=None), "nginx redirects /"),
    ],
)
def test_titles(traffic: Traffic, title: str) -> None:
    assert (title, SOCKET) in edges(mapped(listener(), traffic))


def test_a_listener_on_an_unknown_port() -> None:
    assert mapped(listener(None)).nodes[0].title == "websockets, an unknown port"


def crowd(number: int = 100) -> tuple[tuple[Traffic, ...], tuple[RepositoryFinding, ...]]:
    calls = [
        caller(location=location(f"check-{n}.yaml", 5), product=("kubernetes", "curl")[n % 2]) for n in range(number)
    ]
    hops = [hop(location=location(f"proxy-{n}.conf", 3), path=f"/{n}/") for n in range(10)]
    found = tuple(repository_finding(file=f"check-{n}.yaml", line=5) for n in range(0, number, 2))
    return (listener(), *calls, *hops), found


def test_a_full_map_is_grouped_by_product_and_by_what_it_leads_to() -> None:
    traffic, findings = crowd()
    drawn = mapped(*traffic, findings=findings)
    assert drawn.grouped
    assert [(node.title, node.detail) for node in drawn.nodes] == [
        ("50 \u00d7 kubernetes", "check-0.yaml:5 and 49 more"),
        ("50 \u00d7 curl", "check-1.yaml:5 and 49 more"),
        ("10 \u00d7 nginx", "proxy-0.conf:3 and 9 more"),
        (SOCKET, "server.py:31"),
    ]
    (wrong,) = [edge for edge in drawn.edges if edge.wrong]
    assert wrong.findings == tuple(range(1, 51))
    assert "drawn as one" in left_out_words(drawn)


def test_what_was_seen_is_added_up() -> None:
    traffic, _ = crowd(4)
    seen = {(f"check-{n}.yaml", 5): 10 for n in range(4)}
    assert sum(edge.attempts for edge in mapped(*traffic, attempts=seen).edges) == 40
    assert sum(edge.attempts for edge in mapped(*traffic, attempts=seen, most=5).edges) == 40
    assert seen_at(sample_investigation()) == {("deploy/k8s.yaml", 41): 120}


def test_where_there_is_no_room_what_is_right_goes_first() -> None:
    listeners = [listener(port, framework=f"server-{port}") for port in range(8000, 8100)]
    drawn = mapped(*listeners, caller(port=8099), findings=(repository_finding(port=8099),), most=10)
    assert len(drawn.nodes) == 10
    assert [edge.wrong for edge in drawn.edges] == [True]
    assert drawn.left_out > 0


def test_equal_listeners_that_nobody_reaches_are_one() -> None:
    drawn = mapped(*(listener(port, location=location("servers.py", port)) for port in range(8000, 8100)))
    assert [node.title for node in drawn.nodes] == ["100 \u00d7 websockets"]


def test_the_drawing_has_every_node_and_every_edge() -> None:
    drawn = map_of(sample_inspection())
    root = svg(drawn)
    kinds = [each.get("class", "") for each in root.iter("g")]
    assert sum(each.startswith("node") for each in kinds) == len(drawn.nodes)
    assert kinds.count("mark wrong") == 3
    assert root.get("aria-label") == f"Map of {len(drawn.nodes)} places, 3 wrong connections; the table has them all"
    assert {each.text for each in root.iter("text") if each.get("class") == "head"} == set(_map_svg.HEADS)


def test_everything_is_inside_the_drawing_and_nothing_overlaps() -> None:
    traffic, findings = crowd(30)
    root = svg(mapped(*traffic, findings=findings))
    width, height = int(root.get("width", "")), int(root.get("height", ""))
    boxes = []
    for group in root.iter("g"):
        if group.get("class", "").startswith("node"):
            (rect,) = group.iter("rect")
            boxes.append([int(rect.get(name, "")) for name in ("x", "y", "width", "height")])
    assert all(x >= 0 and y >= 0 and x + wide <= width and y + high <= height for x, y, wide, high in boxes)
    corners = {(x, y) for x, y, _, _ in boxes}
    assert len(corners) == len(boxes)
    for x, y, _, high in boxes:
        assert not any(x == other and y < below < y + high for other, below in corners)


def test_an_edge_that_passes_a_column_has_a_lane_which_is_drawn_once() -> None:
    calls = [caller(location=location(f"check-{n}.yaml", 5)) for n in range(3)]
    root = svg(mapped(listener(), hop(), *calls))
    paths = [each.get("d", "") for each in root.iter("path") if each.get("class") is None]
    assert len(paths) == len(set(paths)) == 3 + 1 + 1


def test_many_findings_on_one_edge_are_cut() -> None:
    found = tuple(repository_finding(f"rule-{n}") for n in range(4))
    marks = [each.text for each in svg(mapped(listener(), caller(), findings=found)).iter("text")]
    assert "1, 2 \u2026" in marks


def test_a_note_is_marked_as_such() -> None:
    root = svg(mapped(listener(), caller(), findings=(repository_finding(level="note"),)))
    assert [each.get("class") for each in root.iter("g")][:1] == ["edge noted"]
    assert "mark noted" in [each.get("class") for each in root.iter("g")]


def test_long_names_are_cut_and_whole_in_the_tooltip() -> None:
    long = caller(path=f"/{'a' * 90}", location=location(f"{'deep/' * 30}k8s.yaml", 41))
    root = svg(mapped(listener(), long))
    titles = [each.text or "" for each in root.iter("title")]
    assert any("a" * 90 in each and "k8s.yaml:41" in each for each in titles)
    shown = [each.text or "" for each in root.iter("text")]
    assert max(map(len, shown)) <= _map_svg.LETTERS + 4
    assert any(each.endswith("k8s.yaml:41") for each in shown)


def test_nothing_to_draw_is_drawn_nowhere() -> None:
    assert list(_map_svg.drawing(Map())) == []
    assert list(_map_svg.table(Map())) == []
    assert _mermaid.chart(Map()) == ""


def test_the_table_says_the_same_the_wrong_ones_first() -> None:
    markup = "".join(_map_svg.table(map_of(sample_inspection())))
    rows = re.findall(r"<tr><td>(.*?)</tr>", markup)
    assert len(rows) == len(map_of(sample_inspection()).edges)
    assert '<a href="#finding-' in rows[0]
    assert "nothing wrong" in rows[-1]
    assert "Seen" not in markup


def test_the_table_says_how_many_were_seen() -> None:
    drawn = map_of(sample_inspection(), {("deploy/k8s.yaml", 41): 1200})
    assert '<td class="number">1,200</td>' in "".join(_map_svg.table(drawn, observed=True))
    assert "was seen to send" in "".join(_map_svg.legend(drawn, observed=True))


def test_the_legend_speaks_of_numbers_only_where_there_are_some() -> None:
    drawn = map_of(sample_inspection())
    assert "with the number of its finding" in "".join(_map_svg.legend(drawn))
    assert "Not drawn: 1 place" in "".join(_map_svg.legend(mapped(listener(), caller("example.org", 443))))
    assert "with the number" not in "".join(_map_svg.legend(unnumbered(drawn)))


def hostile() -> Map:
    place = location(HOSTILE, 3)
    traffic = (
        listener(framework=HOSTILE, location=place),
        caller(product=HOSTILE, path=HOSTILE, method=HOSTILE, location=place),
        caller(product=HOSTILE, protocol=HOSTILE, location=location(HOSTILE, 4)),
        hop(product=HOSTILE, path=HOSTILE, location=place),
        port_map(product=HOSTILE, public=True, location=place),
    )
    return mapped(*traffic, findings=(repository_finding(HOSTILE, location=place),))


def test_nothing_of_a_repository_becomes_markup_of_the_drawing() -> None:
    root = svg(hostile())
    assert {each.tag for each in root.iter()} == {"svg", "g", "path", "rect", "text", "title"}
    names = {name for each in root.iter() for name in each.keys()}  # noqa: SIM118 - attributes of an element
    assert names <= {"class", "viewBox", "width", "height", "role", "aria-label", "d", "x", "y", "rx"}
    text = "".join((*_map_svg.drawing(hostile()), *_map_svg.table(hostile())))
    assert not set("\x1b\x07\x00\r\u202e\u2066\u200b") & set(text)
    assert "<script" not in text
    assert "<img" not in text


NODE = re.compile(
    r'  n\d+(?:\(\["|\["|\{\{"|\(\(")(?:<br/>|#\d+;|[A-Za-z0-9 .,_/\u00a1-\U0010ffff-])*(?:"\]\)|"\]|"\}\}|"\)\))'
)
EDGE = re.compile(r'  n\d+ -->(?:\|"[a-z0-9, ]*"\|)? n\d+')
STYLE = re.compile(r"  linkStyle [\d,]+ [a-z0-9#:,\- ]+")


@pytest.mark.parametrize("drawn", [map_of(sample_inspection()), hostile()], ids=["sample", "hostile"])
def test_every_line_of_the_chart_is_what_mermaid_takes(drawn: Map) -> None:
    lines = _mermaid.chart(drawn).splitlines()
    assert lines[:2] == ["```mermaid", "flowchart LR"]
    assert lines[-1] == "```"
    for line in lines[2:-1]:
        assert NODE.fullmatch(line) or EDGE.fullmatch(line) or STYLE.fullmatch(line), line


def test_the_chart_marks_what_is_wrong_what_is_noted_and_what_was_seen() -> None:
    other = caller(location=location("wait.sh", 3), product="curl", method="GET", period=None)
    found = (repository_finding(), repository_finding(file="wait.sh", line=3, level="note"))
    text = _mermaid.chart(mapped(listener(), caller(), other, findings=found, attempts={("wait.sh", 3): 7}))
    assert '  n2 -->|"finding 2 seen 7 times"| n3' in text
    assert '  n1 -->|"finding 1"| n3' in text
    assert re.search(r"linkStyle 1 stroke:#c2410c.*dasharray", text)
    assert re.search(r"linkStyle 0 stroke:#2a5f8f", text)


def test_names_in_the_chart_are_bounded_and_escaped() -> None:
    text = _mermaid.chart(mapped(listener(), caller(product='a"]; click n1 "javascript:x', path="/" + "b" * 500)))
    assert "a#34;#93;#59; click n1 #34;javascript#58;x GET /" in text
    assert "b" * 61 not in text
