import pytest

from wsdoctor.syntax import html
from wsdoctor.syntax.html import parse


def test_elements_have_their_attributes_and_places() -> None:
    page = parse("<html>\n  <a\n   HREF=\"/x\" title='y' data-z=w disabled/>\n<img src=p.png></html>")
    assert [element.name for element in page.elements] == ["html", "a", "img"]
    link = page.elements[1]
    assert (link.line, link.column) == (2, 3)
    href = link.attributes["href"]
    assert (href.value, href.line, href.column) == ("/x", 3, 4)
    assert link.value("title") == "y"
    assert link.value("data-z") == "w"
    assert link.value("disabled") == ""
    assert link.value("none") == ""
    assert page.elements[2].value("src") == "p.png"


def test_comments_and_styles_are_no_elements() -> None:
    page = parse("<!-- <a href=x> --><style>a { b: '<i class=x>' }</style><p>a < b</p><!-- open <em >")
    assert [element.name for element in page.elements] == ["style", "p"]


def test_templates_among_attributes_are_passed_over() -> None:
    page = parse('<a {% if x %}class="b"{% endif %} {{ attrs }} <%= more %> href="{{ url }}" / id=c>')
    link = page.elements[0]
    assert link.value("href") == "{{ url }}"
    assert link.value("class") == "b"


def test_the_first_attribute_of_a_name_counts_and_code_in_braces_is_told() -> None:
    page = parse("<img src={base + `${x}`} src='y' {...rest}>")
    attribute = page.elements[0].attributes["src"]
    assert attribute.expression
    assert attribute.value == "base + `${x}`"


def test_scripts_stay_where_they_are() -> None:
    text = (
        '<p>é</p>\n<script>\n  a();\n</script>\n<script type="text/template"><b></script><script lang="ts">c()</script>'
    )
    page = parse(text)
    assert len(page.script) == len(text)
    assert page.script.split("\n")[2] == "  a();"
    assert page.script.split() == ["a();", "c()"]
    assert page.typed


def test_an_open_script_and_an_open_tag_end_with_the_file() -> None:
    assert parse("<script>a()").script.strip() == "a()"
    assert parse("<a href='x'").elements[0].value("href") == "x"


def test_what_templates_insert_becomes_names() -> None:
    text = (
        "<script>var p = {{ ws_port }}; u = 'ws://<%= host %>/'; "
        "{% if a %}b({c: {d: {{}}}});{% endif %}\n{{ a\n}}</script>"
    )
    page = parse(text)
    assert len(page.script) == len(text)
    assert set(page.holes.values()) == {"ws_port", "host", "a"}
    name = next(name for name, value in page.holes.items() if value == "ws_port")
    assert f"var p = {name};" in page.script
    assert len(name) == len("{{ ws_port }}")
    assert "if" not in page.script
    assert "b({c: {d: {{}}}});" in page.script


def test_braces_that_are_code_stay() -> None:
    text = "<script>f({{ a: 1 }})</script>"
    assert "{{ a: 1 }}" in parse(text).script
    assert "{{ b }}" in parse("<script>{{ b }}</script>", templates=False).script


def test_what_runs_before_a_component_is_script_of_it() -> None:
    text = "---\nconst a: string = '<b>';\n---\n<p>{a}</p><script>c()</script>"
    page = parse(text, templates=False)
    assert [element.name for element in page.elements] == ["p", "script"]
    assert page.script.split() == ["const", "a:", "string", "=", "'<b>';", "c()"]
    assert len(page.script) == len(text)
    assert parse(text).script.split() == ["c()"]


def test_code_in_attributes_joins_the_script() -> None:
    text = "<button onclick='go(1)' title=''>x</button><script>b()</script>"
    page = parse(text)
    attributes = page.elements[0].attributes
    page.add_code([attributes["onclick"], attributes["title"]])
    assert len(page.script) == len(text)
    assert page.script.index(";go(1);") == text.index("'go(1)'")
    before = page.script
    page.add_code([attributes["onclick"]])
    assert page.script == before


def test_pages_without_end_are_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html, "MAX_ELEMENTS", 2)
    assert len(parse("<a ><b ><c >").elements) == 2


def test_an_element_of_endless_attributes_is_left() -> None:
    page = parse("<a " + "b " * 600 + "></a>")
    assert len(page.elements[0].attributes) == 1
