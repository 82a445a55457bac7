from __future__ import annotations

import re
from ipaddress import ip_network
from pathlib import Path

import pytest

from wsdoctor.errors import InvalidRule
from wsdoctor.model.evidence import Evidence
from wsdoctor.model.headers import Headers
from wsdoctor.model.rule import GOOD_HANDSHAKE, Sender, request
from wsdoctor.rules import _senders, load_rules
from wsdoctor.rules._senders import KINDS, Pattern, Recogniser, load_networks, load_senders, parse_senders
from wsdoctor.wire.attempt import evidence

SENDERS = load_senders()
RECOGNISER = Recogniser(SENDERS)
INSTANCES = [
    pytest.param(entry.sender.id, instance, id=f"{entry.sender.id}-{number}")
    for entry in SENDERS
    for number, instance in enumerate(entry.instances)
]


def entry(match: str, more: str = "") -> str:
    return f'[[sender]]\nid = "x"\nname = "X"\nkind = "scanner"\nurl = "https://x.example"\nmatch = {match}\n{more}'


def recogniser(*matches: str, more: str = "") -> Recogniser:
    tables = "\n".join(entry(match, more).replace('"x"', f'"x{number}"') for number, match in enumerate(matches))
    return Recogniser(parse_senders(tables, "test"))


@pytest.mark.parametrize(("id_", "instance"), INSTANCES)
def test_each_instance_is_recognised_as_its_sender(id_: str, instance: str | bytes) -> None:
    if isinstance(instance, bytes):
        seen = [evidence(instance)]
    else:
        head = request("GET / HTTP/1.1", "Host: 192.0.2.7:8080", f"User-Agent: {instance}", "Accept: */*")
        seen = [evidence(head), Evidence(method="GET", path="/", user_agent=instance)]
    for each in seen:
        sender = RECOGNISER.recognise(each)
        assert sender is not None
        assert sender.id == id_


def test_the_table_keeps_its_promises() -> None:
    rules = load_rules()
    networks = load_networks()
    ids = [entry.sender.id for entry in SENDERS]
    assert len(ids) >= 200
    assert len(set(ids)) == len(ids)
    for sender in (entry.sender for entry in SENDERS):
        assert sender.kind in KINDS
        assert re.match(r"https?://[\w.-]+/?", sender.url), sender.id
        assert sender.rule is None or sender.rule in rules, (sender.id, sender.rule)
        assert set(sender.networks) <= set(networks)
        assert all(period > 0 for period in sender.periods)
    assert all(entry.instances and entry.patterns for entry in SENDERS)


def test_published_networks_are_public_and_dated() -> None:
    import tomllib

    tables = tomllib.loads(Path(_senders.__file__).with_name("networks.toml").read_text())
    for name, table in tables.items():
        assert table["source"].startswith("https://"), name
        assert re.fullmatch(r"\d{4}-\d\d-\d\d", table["date"])
        assert table["networks"]
        assert not any(ip_network(network).is_private for network in table["networks"])


def test_the_version_is_read_behind_the_name() -> None:
    for agent, version in (
        ("kube-probe/1.31", "1.31"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "2.1"),
        ("Pingdom.com_bot_version_1.4_(http://www.pingdom.com/)", "1.4_"),
        ("AlwaysOn", None),
    ):
        sender = RECOGNISER.recognise(Evidence(user_agent=agent))
        assert sender is not None
        assert sender.version == version


def test_nobody_is_recognised_by_what_was_not_observed() -> None:
    assert RECOGNISER.recognise(Evidence()) is None
    assert RECOGNISER.recognise(Evidence(user_agent="")) is None
    assert RECOGNISER.recognise(Evidence(user_agent="never heard of it")) is None
    cut_off = Evidence(headers=Headers([("Host", "a")]), complete=False, http_version="HTTP/1.0", host="a")
    assert RECOGNISER.recognise(cut_off) is None


def test_a_browser_wins_over_nobody() -> None:
    agent = "Mozilla/5.0 (Linux; Android 6) Chrome/126.0 Mobile Safari/537.36 (compatible; Googlebot/2.1)"
    headers = Headers([("User-Agent", agent), ("Sec-Fetch-Mode", "navigate")])
    sender = RECOGNISER.recognise(Evidence(user_agent=agent, headers=headers))
    assert sender is not None
    assert sender.id == "googlebot"


@pytest.mark.parametrize(
    ("match", "seen"),
    [
        ('{ agent = "abc" }', Evidence(user_agent="abcdef")),
        ('{ agent_contains = "a big name" }', Evidence(user_agent="it is A Big Name/1.0")),
        ('{ agent = "abc", agent_regex = "f$" }', Evidence(user_agent="abcdef")),
        ('{ agent_regex = "^x.z$" }', Evidence(user_agent="xyz")),
        ('{ method = "PUT" }', Evidence(method="PUT")),
        ('{ path = "/a" }', Evidence(path="/a")),
        ('{ path = "*" }', Evidence(path="*")),
        ('{ path_prefix = "/a/" }', Evidence(path="/a/b")),
        ('{ path_prefix = "/a" }', Evidence(path="/abc")),
        ('{ host = "a.example" }', Evidence(host="A.example:80")),
        ('{ version = "HTTP/1.0" }', Evidence(http_version="HTTP/1.0")),
        ('{ speaks = "redis" }', Evidence(speaks="redis")),
        ('{ query_contains = "b=1" }', Evidence(query="a=1&b=1")),
        ('{ subprotocol = "MQTT" }', Evidence(headers=Headers([("Sec-WebSocket-Protocol", "wamp, mqtt")]))),
        ('{ header = { A = "" } }', Evidence(headers=Headers([("a", "1")]))),
        ('{ header = { A = "1" } }', Evidence(headers=Headers([("a", "1")]))),
        ('{ absent = ["b"] }', Evidence(headers=Headers([("a", "1")]))),
        ('{ order = ["a", "b"] }', Evidence(headers=Headers([("A", "1"), ("B", "2")]))),
        ('{ order = [] }', Evidence(headers=Headers())),
    ],
)  # fmt: skip
def test_each_condition(match: str, seen: Evidence) -> None:
    found = recogniser(match)
    sender = found.recognise(seen)
    assert sender is not None
    assert sender.id == "x0"
    assert found.recognise(Evidence()) is None
    other = Headers([("a", "2"), ("b", "3"), ("c", "4"), ("Sec-WebSocket-Protocol", "x")])
    strange = Evidence(
        user_agent="abd", method="GET", path="/z", host="b.example", http_version="HTTP/1.1", speaks="http/1",
        query="c=2", headers=other if 'A = ""' not in match else Headers([("z", "1")]), complete=True,
    )  # fmt: skip
    assert found.recognise(strange) is None


def test_conditions_on_fields_ask_for_a_complete_head() -> None:
    found = recogniser('{ absent = ["b"] }')
    assert found.recognise(Evidence(headers=Headers([("a", "1")]), complete=False)) is None


def test_a_sender_with_a_list_of_patterns() -> None:
    found = recogniser('[{ agent = "abc" }, { path = "/x" }]')
    for seen in (Evidence(user_agent="abc/1"), Evidence(path="/x"), Evidence(path="/x", user_agent="other")):
        assert found.recognise(seen) is not None


def test_what_says_more_wins_and_then_the_earlier() -> None:
    found = recogniser(
        '{ agent = "abc" }', '{ agent = "abc", method = "GET" }', '{ agent = "abcd" }', '{ agent = "abc" }'
    )
    assert (found.recognise(Evidence(user_agent="abcd", method="GET")) or pytest.fail("nobody")).id == "x1"
    assert (found.recognise(Evidence(user_agent="abcd")) or pytest.fail("nobody")).id == "x2"
    assert (found.recognise(Evidence(user_agent="abc")) or pytest.fail("nobody")).id == "x0"


def test_specificity_counts_conditions_before_letters() -> None:
    assert Pattern(agent="abc", order=("a",)).specificity > Pattern(agent="a very long name").specificity
    assert Pattern(header=(("a", "b"),), absent=("c",)).specificity == (2, 3)


def test_version_without_a_literal_or_agent() -> None:
    assert Pattern(path="/").version_in("abc/1") is None
    assert Pattern(agent="abc").version_in(None) is None
    assert Pattern(agent="abc").version_in("xyz/2") is None


def test_a_flood_of_names_is_forgotten() -> None:
    found = recogniser('{ agent_contains = "abc" }')
    for number in range(_senders.CACHE_LIMIT * 2):
        assert found.recognise(Evidence(user_agent=f"abc {number} {'x' * 1000}")) is not None
    assert len(found._memory) <= _senders.CACHE_LIMIT


NETWORKS = {"shop": ("192.88.99.0/24", "2a00:db8::/32"), "home": ("10.0.0.0/8",)}


@pytest.mark.parametrize(
    ("address", "networks", "is_inside"),
    [
        ("192.88.99.7", ("shop",), True),
        ("::ffff:192.88.99.7", ("shop",), True),
        ("2a00:db8::1%eth0", ("shop",), True),
        ("192.88.98.7", ("shop",), False),
        ("192.88.99.7", (), False),
        ("10.1.2.3", ("home",), False),
        ("not an address", ("shop",), False),
        ("192.88.99.7", ("nowhere", "shop"), True),
    ],
)
def test_networks(address: str, networks: tuple[str, ...], is_inside: bool) -> None:
    found = Recogniser((), NETWORKS)
    sender = Sender("x", "X", "scanner", None, "https://x.example", networks=networks)
    assert found.in_networks(sender, address) is is_inside
    assert found.in_networks(sender, address) is is_inside


def test_the_shipped_networks_are_used() -> None:
    google = next(entry.sender for entry in SENDERS if entry.sender.id == "google-hc")
    assert RECOGNISER.in_networks(google, "130.211.0.77")
    assert not RECOGNISER.in_networks(google, "198.51.100.7")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[sender", "not a TOML file"),
        ('sender = "x"', "written as [[sender]]"),
        ('[[sender]]\nid = "x"', "'name' is missing"),
        (entry('{ colour = "red" }'), "no such condition: colour"),
        (entry("{ }"), "match is empty"),
        (entry('"abc"'), "match is no table"),
        (entry('{ agent = "ab" }'), "shorter than"),
        (entry('{ agent_contains = "--" }'), "has no word"),
        (entry('{ agent = "abc" }').replace("scanner", "teapot"), "the kind 'teapot' is none of"),
        (entry('{ agent = "abc" }', 'periods = ["often"]'), "could not convert"),
        (entry('{ agent = "abc" }', "instances = [1]"), "encode"),
    ],
)
def test_a_broken_table_is_named(text: str, words: str) -> None:
    with pytest.raises(InvalidRule, match=re.escape(words)) as caught:
        parse_senders(text, "mine.toml")
    assert "mine.toml" in str(caught.value)


def test_a_table_of_a_user(tmp_path: Path) -> None:
    mine = tmp_path / "senders.toml"
    mine.write_text(entry('{ agent = "abc" }'))
    assert [each.sender.id for each in load_senders(mine)] == ["x"]
    mine.write_bytes(b"\xff")
    with pytest.raises(InvalidRule, match="cannot be read"):
        load_senders(mine)


def test_good_handshakes_of_unknown_clients_are_nobody() -> None:
    assert RECOGNISER.recognise(evidence(request("GET /ws HTTP/1.1", "Host: a", *GOOD_HANDSHAKE))) is None
