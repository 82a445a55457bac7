import subprocess
from pathlib import Path

import pytest

from wsdoctor.fixes import Edit, applied, fixers, together, unified


@pytest.mark.parametrize(
    ("edits", "after"),
    [
        ([Edit(1, 1, ("x",))], "x\nb\nc\n"),
        ([Edit(2, 1, ("x", "y"))], "a\nx\ny\nb\nc\n"),
        ([Edit(2, 3, ())], "a\n"),
        ([Edit(4, 3, ("d",))], "a\nb\nc\nd\n"),
        ([Edit(3, 3, ("z",)), Edit(1, 0, ("top",))], "top\na\nb\nz\n"),
    ],
)
def test_edits_act_on_lines(edits: list[Edit], after: str) -> None:
    assert applied("a\nb\nc\n", edits) == after


def test_line_ends_and_byte_order_mark_stay() -> None:
    assert applied("\ufeffa\r\nb\r\n", [Edit(1, 1, ("x", "y"))]) == "\ufeffx\r\ny\r\nb\r\n"
    assert applied("a\r\nb", [Edit(2, 2, ("x",))]) == "a\r\nx"


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        (Edit(1, 2, ()), Edit(2, 3, ()), True),
        (Edit(1, 2, ()), Edit(3, 3, ()), False),
        (Edit(2, 1, ("x",)), Edit(2, 1, ("y",)), True),
        (Edit(2, 1, ("x",)), Edit(3, 2, ("y",)), False),
        (Edit(2, 1, ("x",)), Edit(1, 2, ()), True),
        (Edit(1, 2, ()), Edit(2, 1, ("x",)), True),
        (Edit(2, 1, ("x",)), Edit(2, 3, ()), False),
        (Edit(2, 3, ()), Edit(2, 1, ("x",)), False),
    ],
)
def test_edits_meet_where_both_want_the_same(one: Edit, other: Edit, meet: bool) -> None:
    assert one.meets(other) is meet


def test_a_fix_is_taken_whole_or_left_and_common_edits_are_made_once() -> None:
    common = Edit(1, 0, ("map",))
    edits, taken = together(
        [[common, Edit(3, 3, ("x",))], [common, Edit(5, 5, ("y",))], [Edit(9, 9, ()), Edit(3, 4, ())]]
    )
    assert edits == [common, Edit(3, 3, ("x",)), Edit(5, 5, ("y",))]
    assert taken == [True, True, False]


@pytest.mark.parametrize("name", ["a.conf", "with space/a b.conf"])
@pytest.mark.parametrize(
    ("before", "after"), [("a\nb\nc\n", "a\nx\nc\n"), ("a\nb", "a\nb\nc"), ("a\r\nb\r\n", "x\r\nb\r\n")]
)
@pytest.mark.parametrize("command", [["git", "apply"], ["patch", "-p1", "--binary", "-i"]])
def test_git_and_patch_take_the_diff(tmp_path: Path, name: str, before: str, after: str, command: list[str]) -> None:
    file = tmp_path / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(before.encode())
    (tmp_path / "one.diff").write_bytes(unified(name, before, after).encode())
    subprocess.run([*command, "one.diff"], cwd=tmp_path, check=True, capture_output=True)
    assert file.read_bytes() == after.encode()


def test_the_folder_is_the_registry() -> None:
    assert {"nginx", "apache", "haproxy", "caddy", "traefik", "varnish", "lighttpd", "envoy", "kubernetes"} <= set(
        fixers()
    )
