import pytest

from wsdoctor.inspectors._javascript.candidates import candidates
from wsdoctor.inspectors._javascript.holders import bound_in


def found(code: str) -> list[str]:
    """Return the kind of each candidate and the name that it stands at."""
    source = code.encode()
    return [f"{one.kind} {code[one.at : one.end]}" for one in candidates(source, bound_in(source), 0, len(source))]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("fetch(url); fetch (url); fetch<T>(url)", ["call fetch"] * 3),
        ("fetch(); prefetch(a); fetcher(a); x.fetch(a); function fetch(a) {}", []),
        ("$fetch(a); $(a); $$(a); io('/x')", ["call $fetch", "call io"]),
        ("run(serverUrl); run(a); run('http://h'); run(`${a}`); run(new URL(a))", ["call run"] * 4),
        ("run<Map<A>>(url); run<A>(url)", ["call run"]),
        ("if (url) {} function run(url) {} new Error(url); (url)", []),
        ("view(courier); set(during); open(uris); open(uri)", ["call open"] * 2),
        ("const [a, setBase] = useState(); setBase(base); setHost(host)", ["call setHost"]),
        ("import { t, connect } from './a'; t(1); connect(2); connect(); x.connect(3)", ["call t", "call connect"]),
        ("import { " + ", ".join(f"name{n}" for n in range(99)) + " } from './a'; name7(1); name8()", ["call name7"]),
        ("api.get(a); api.get(); api\n  .get(a); api!.post(a); useIt().get(a)",
         ["method get", "method get", "method post", "method get"]),
        ("import x from './x'; x.get(1); y.get(1); http.get(1)", ["method get"] * 2),
        ("window.open(a); db.open(a)", ["method open"]),
        ("new XMLHttpRequest(); db.open(a)", ["method open"]),
        ("location.assign(a); Object.assign(a); text.replace(a)", ["method assign"]),
        ("navigator.serviceWorker.register(a); it.register(a)", ["method register"]),
        ("cache.addAll(a); all.addAll(a)", ["method addAll"]),
        ("b.withUrl(a); x.sendBeacon(a); window.fetch(a); self.get(a); .get(a)",
         ["method withUrl", "method sendBeacon", "method fetch"]),
        ("new WebSocket(a); new Map(a); new Thing(a); new Thing(url); new Client()", ["new WebSocket", "new Thing"]),
        ("location = a; location == a; a.href = b; a.src == b; a.baseURL =b",
         ["assign location", "assign href", "assign baseURL"]),
        ("<img src={a} /> <a href = 'b'>", ["attribute src", "attribute href"]),
        ("<form action={a}><b data={c} />; const data = {}", ["attribute action"]),
        ("<Image source={{ uri: a }} />; curi: b", ["uri uri"]),
    ],
)  # fmt: skip
def test_where_it_is_worth_looking(code: str, expected: list[str]) -> None:
    assert found(code) == expected


def test_a_part_of_a_script() -> None:
    source = b"fetch(a); { fetch(b) } fetch(c)"
    assert [one.at for one in candidates(source, frozenset(), 9, 22)] == [12]
