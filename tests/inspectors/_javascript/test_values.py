from pathlib import Path

import pytest

from tests.inspectors.scripts import reached, script

X = "http://h:8765/x"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("const p = 8000 + 765; fetch(`http://h:${p}/x`)", [X]),
        ("const p = +'8765'; fetch(`http://h:${p}/x`)", [X]),
        ("const p = 8_765; fetch(`http://h:${p}/x`)", [X]),
        ("const p = -8765; fetch(`http://h:${p}/x`)", []),
        ("const p = 9000 - 235; fetch(`http://h:${p}/x`)", []),
        ("fetch(dev && 'http://h:8765/x')", [X]),
        ("fetch(undefined ?? 'http://h:8765/x')", [X]),
        ("fetch('http://h:8765/x' || other)", [X]),
        ("fetch(unknown || other)", []),
        ("let u; fetch(u = 'http://h:8765/x')", [X]),
        ("fetch(dev ? 'http://h:8765/x' : undefined)", [X]),
        ("fetch((0, 'http://h:8765/x'))", []),
        ("fetch(undefined || missing || 'http://h:8765/x')", [X]),
        ("fetch(undefined); fetch(null ?? undefined)", []),
        ("fetch(<b>http://h:8765/x</b>)", []),
        ("fetch(`http://h:${}/x`)", []),
    ],
)
def test_operators_and_literals(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert reached(tmp_path, code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("const u = ['a', 'http://h:8765/x']; fetch(u[1])", [X]),
        ("const u = ['a', /* second */ 'http://h:8765/x']; fetch(u[1])", [X]),
        ("const u = ['a']; fetch(u[5]); fetch(u.length)", []),
        ("const o = { dev: 'http://h:8765/x', prod: 'https://x.example.com:8443' }; fetch(o[mode])",
         [X, "https://x.example.com:8443/"]),
        ("const o = { ...rest, 'dev': 'http://h:8765/x', f() {} }; fetch(o[mode])", [X]),
        ("const u = 'a'; fetch(u[mode])", []),
        ("const o = { ...{ u: 'http://h:8765/x' } }; fetch(o.u)", [X]),
        ("const o = { ...{ u: 'http://h:8765/x' }, ...{ v: 1 } }; fetch(o.u)", [X]),
        ("const o = { ...unknown, ...{ u: 'http://h:8765/x' } }; fetch(o.u)", [X]),
        ("enum P { api = 1, ws = 8765 } fetch(`http://h:${P.ws}/x`); fetch(`http://h:${P.none}/y`)", [X]),
        ("const a = ['http://h:8765/x']; for (const u of [...a]) fetch(u)", [X]),
        ("const a = [...a]; for (const u of a) fetch(u)", []),
        ("const { a: [first] } = { a: ['http://h:8765/x'] }; fetch(first)", [X]),
    ],
)  # fmt: skip
def test_lists_objects_and_enumerations(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert reached(tmp_path, code) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("function u() { if (dev) { return 'http://h:8765/x' } else { return unknown } } fetch(u())", [X]),
        ("function u() { switch (m) { case 'dev': return 'http://h:8765/x'; default: return } } fetch(u())", [X]),
        ("function u() { try { return 'http://h:8765/x' } catch { return '' } } fetch(u())", [X]),
        ("function u() { const f = () => { return 'http://h:1/no' }; return 'http://h:8765/x' } fetch(u())", [X]),
        ("function u() { return u() } fetch(u())", []),
        ("const u = { a: 1 }; fetch(u())", []),
        ("declare function u(): string; fetch(u())", []),
    ],
)
def test_what_functions_return(tmp_path: Path, code: str, expected: list[str]) -> None:
    assert reached(tmp_path, code) == expected


def test_many_combinations_are_cut(tmp_path: Path) -> None:
    code = (
        "const h = dev ? 'http://a' : test ? 'http://b' : 'http://c'; const p = dev ? 1 : test ? 2 : 3;\n"
        "fetch(`${h}:876${p}/x`)"
    )
    assert len(reached(tmp_path, code)) == 6


def test_this_outside_of_everything_is_nothing(tmp_path: Path) -> None:
    assert reached(tmp_path, "fetch(this.url + '/x'); this.url = 'http://h:8765'") == []


def test_a_chain_that_is_too_long_is_not_followed(tmp_path: Path) -> None:
    chain = "".join(f"const a{n + 1} = a{n};" for n in range(60))
    assert reached(tmp_path, f"const a0 = 'http://h:8765/x'; {chain} fetch(a60)") == []
    assert reached(tmp_path, f"const a0 = 'http://h:8765/x'; {chain} fetch(a20)") == [X]


@pytest.mark.parametrize("code", ["fetch(new)", "fetch(new ())", "fetch(a[])", "fetch(!)", "fetch(a +)", "fetch(?:)"])
def test_what_is_broken_has_no_value(tmp_path: Path, code: str) -> None:
    assert script(tmp_path, code).callers == []
