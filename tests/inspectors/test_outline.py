import pytest

from wsdoctor.inspectors._outline import documents, entry, words


def test_outline_reads_what_compose_files_hold() -> None:
    text = """
a: &x {b: 'one', "c": [1, "two", {d: e}]}  # said
f:
- g: 1
  h: |
    many
    lines
-
  - deep
k: *x
l: !tag "quo\\"ted"
m: [1,
  2]
<<: *x
n: http://host:80/x#y
---
second: document
...
"""
    first, second = documents(text)
    assert entry(first, "a", "c") == ["1", "two", {"d": "e"}]
    assert entry(first, "f") == [{"g": "1", "h": "many\nlines"}, ["deep"]]
    assert entry(first, "k", "b") == "one"
    assert entry(first, "b") == "one"
    assert entry(first, "l") == 'quo"ted'
    assert entry(first, "n") == "http://host:80/x#y"
    assert entry(first, "n", "x") is None
    assert words(entry(first, "m")) == ["1", "2"]
    assert words(entry(first, "m"))[0].line == 12
    assert second == {"second": "document"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("- [", [[[]]]),
        ("a: {b", [{"a": {}}]),
        ("a: *", [{"a": ""}]),
        ("%", ["%"]),
        ("{{ .Values.x }}\nkind: x", [{}]),
        ("a:\n b\n  c: d", [{"a": "b"}]),
        ("'", [""]),
        ("x: '", [{"x": ""}]),
    ],
)
def test_outline_of_broken_text_is_what_could_be_read(text: str, expected: list[object]) -> None:
    assert documents(text) == expected


def test_documents_without_a_word_are_left_out_and_the_lines_of_the_others_stay() -> None:
    (found,) = documents("a: ConfigMap\n---\nkind: Service\nb: containers\n---\n", "containers")
    assert found == {"kind": "Service", "b": "containers"}
    assert words(entry(found, "b"))[0].line == 4


TEXT = "a: 1\n--- # one\nkind: A\n\n# said\nb: [2, {c: d}]\n...\n--- x\nkind: B\nb: |\n  ---\n  a\n---\n---x: 1\n"


def test_documents_without_a_word_are_left_out_and_the_others_keep_their_lines() -> None:
    assert documents(TEXT) == [
        {"a": "1"},
        {"kind": "A", "b": ["2", {"c": "d"}]},
        {"kind": "B", "b": "---\na"},
        {"---x": "1"},
    ]
    first, second = documents(TEXT, "kind", "b")
    assert [words(entry(one, "kind"))[0].line for one in (first, second)] == [3, 9]
    assert documents(TEXT, "kind", "d}") == [first]
    assert documents(TEXT, "kind", "x") == []
