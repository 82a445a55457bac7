"""One million good opening handshakes, not one of which may be accused.

Clients as they are (browsers, Python, Node, Go, Rust, Java, .NET, C, Dart, Ruby libraries, each with its own
fields in its own order), directly and through one or two intermediaries as they rewrite a request, with every
freedom that RFC 6455 and RFC 9110 leave: spellings, whitespace, repeated Connection lines, extensions,
subprotocols, cookies, ports, IPv6 hosts, queries, bytes behind the head, chunks. Number n is always the same
handshake. Each goes the whole way, `evidence` and the full knowledge base, and through the fast test
`looks_like_good`, whole and chunk by chunk.

Run ``python -m benchmarks.good_handshakes`` (all million on two processes: two to five minutes), or with
``--count 20000``. The exit code is 1 if any is accused.
"""

from __future__ import annotations

import argparse
import base64
import multiprocessing
import random
import sys
import time
import zlib
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from wsdoctor.diagnosis import knowledge_base
from wsdoctor.wire.attempt import evidence
from wsdoctor.wire.handshake import looks_like_good

COUNT = 1_000_000
BLOCK = 5_000
"""Handshakes in one piece of work."""
SHOWN = 10
"""Accused handshakes that are printed."""

Fields = list[tuple[str, str]]

DEFLATE = "permessage-deflate; client_max_window_bits"
CHROME = "Mozilla/5.0 ({}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36"
SYSTEMS = (
    "Windows NT 10.0; Win64; x64",
    "Macintosh; Intel Mac OS X 10_15_7",
    "X11; Linux x86_64",
    "Linux; Android 10; K",
)
HOSTS = (
    "localhost", "127.0.0.1", "[::1]", "[2001:db8::8]", "app.example", "ws.app.example.test", "192.0.2.7",
    "a_b.example",
    "chat-1.example", "server", "xn--bcher-kva.example", "host.docker.internal", "10.0.3.9", "APP.Example",
)  # fmt: skip
PORTS = ("", "", "", ":80", ":443", ":3000", ":8000", ":8080", ":8765", ":65535")
PATHS = (
    "/", "/ws", "/ws/", "/chat", "/api/v1/stream", "/socket", "/cable", "/graphql", "/rooms/42/live", "/socket.io/",
    "/hub",
    "/ws/%C3%A9t%C3%A9", "/a;b=c/d", "/~user/ws", "/api/kernels/6c1f/channels", "/mqtt", "/ws//double", "/stream@1.2",
    "/notifications/hub", "/@vite/client", "/.ws", "/websocket", "/events", "/health/live-updates", "/index.html/ws",
)  # fmt: skip
QUERIES = (
    "", "", "", "?", "?token=abc.def-ghi", "?room=1&user=a%20b", "?EIO=4&transport=websocket", "?v=2.0.0&vsn=2.0.0",
    "?x=/y?z",
    "?id=0123456789&access_token=eyJh.eyJz.abc", "?t=" + "a" * 600, "?redirect=http://app.example/", "?q=%00%ff",
    "?a[]=1&b={c}",
)  # fmt: skip
PROTOCOLS = (
    "chat", "graphql-transport-ws", "graphql-ws", "mqtt", "v12.stomp, v11.stomp", "soap, wamp", "actioncable-v1-json",
    "ocpp1.6", "wamp.2.json", "vite-hmr", "sip", "binary, base64", "v1.kernel.websocket.jupyter.org",
    "json.webpubsub.azure.v1",
)  # fmt: skip
EXTENSIONS = (
    DEFLATE, "permessage-deflate", "permessage-deflate; client_max_window_bits=15",
    "permessage-deflate; server_no_context_takeover; client_no_context_takeover", "x-webkit-deflate-frame",
    "permessage-deflate; client_max_window_bits; server_max_window_bits=10", "permessage-bzip2, permessage-deflate",
)  # fmt: skip


class Wish(NamedTuple):
    """What a client wants to connect to."""

    host: str
    origin: str
    key: str
    random: random.Random

    def system(self) -> str:
        """Return an operating system as browsers name it."""
        return self.random.choice(SYSTEMS)

    def number(self, low: int, high: int) -> int:
        """Return a number between both, each included."""
        return self.random.randint(low, high)


def chrome(wish: Wish) -> Fields:
    agent = CHROME.format(wish.system(), wish.number(100, 146))
    if wish.number(0, 4) == 0:
        agent += " Edg/131.0.0.0"
    return [
        ("Host", wish.host), ("Connection", "Upgrade"), ("Pragma", "no-cache"), ("Cache-Control", "no-cache"),
        ("User-Agent", agent), ("Upgrade", "websocket"), ("Origin", wish.origin), ("Sec-WebSocket-Version", "13"),
        ("Accept-Encoding", "gzip, deflate, br, zstd"), ("Accept-Language", "en-US,en;q=0.9,de;q=0.8"),
        ("Sec-WebSocket-Key", wish.key), ("Sec-WebSocket-Extensions", DEFLATE),
    ]  # fmt: skip


def firefox(wish: Wish) -> Fields:
    version = wish.number(100, 145)
    site = wish.random.choice(("same-origin", "same-site", "cross-site"))
    return [
        ("Host", wish.host),
        ("User-Agent", f"Mozilla/5.0 ({wish.system()}; rv:{version}.0) Gecko/20100101 Firefox/{version}.0"),
        ("Accept", "*/*"), ("Accept-Language", "en-US,en;q=0.5"), ("Accept-Encoding", "gzip, deflate, br, zstd"),
        ("Sec-WebSocket-Version", "13"), ("Origin", wish.origin), ("Sec-WebSocket-Extensions", "permessage-deflate"),
        ("Sec-WebSocket-Key", wish.key), ("Connection", "keep-alive, Upgrade"), ("Sec-Fetch-Dest", "empty"),
        ("Sec-Fetch-Mode", "websocket"), ("Sec-Fetch-Site", site), ("Pragma", "no-cache"), ("Cache-Control",
        "no-cache"),
        ("Upgrade", "websocket"),
    ]  # fmt: skip


def safari(wish: Wish) -> Fields:
    agent = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1"
    return [
        ("Host", wish.host), ("Origin", wish.origin), ("Pragma", "no-cache"), ("Accept", "*/*"),
        ("Sec-WebSocket-Key", wish.key), ("Sec-Fetch-Site", "same-origin"), ("Sec-WebSocket-Version", "13"),
        ("Sec-WebSocket-Extensions", "permessage-deflate"), ("Cache-Control", "no-cache"), ("Sec-Fetch-Mode",
        "websocket"),
        ("Accept-Language", "en-GB,en;q=0.9"), ("User-Agent", f"{agent} Safari/605.1.15"), ("Connection", "Upgrade"),
        ("Accept-Encoding", "gzip, deflate"), ("Upgrade", "websocket"), ("Sec-Fetch-Dest", "websocket"),
    ]  # fmt: skip


def plain(
    order: str, *more: tuple[str, str], upgrade: str = "websocket", connection: str = "Upgrade"
) -> Callable[[Wish], Fields]:
    """Return a client that sends the fields of a handshake in the order of the letters, and more behind them."""

    def client(wish: Wish) -> Fields:
        by_letter = {
            "H": ("Host", wish.host), "U": ("Upgrade", upgrade), "C": ("Connection", connection),
            "K": ("Sec-WebSocket-Key", wish.key), "V": ("Sec-WebSocket-Version", "13"), "O": ("Origin", wish.origin),
            "E": ("Sec-WebSocket-Extensions", DEFLATE),
        }  # fmt: skip
        return [*(by_letter[letter] for letter in order), *more]

    return client


def agent(value: str) -> tuple[str, str]:
    return ("User-Agent", value)


def undici(wish: Wish) -> Fields:
    more = [
        ("accept", "*/*"), ("accept-language", "*"), ("sec-fetch-mode", "websocket"), ("user-agent", "node"),
        ("pragma", "no-cache"), ("cache-control", "no-cache"), ("accept-encoding", "gzip, deflate"),
    ]  # fmt: skip
    return [(name.lower(), value) for name, value in plain("HCUKVE", connection="upgrade")(wish)] + more


def aiohttp(wish: Wish) -> Fields:
    more = (("Accept", "*/*"), ("Accept-Encoding", "gzip, deflate"), agent("Python/3.12 aiohttp/3.14.5"))
    return plain("HUCVK", *more, connection="Upgrade")(wish)


CLIENTS: tuple[Callable[[Wish], Fields], ...] = (
    chrome, chrome, chrome, firefox, firefox, safari, aiohttp, undici,
    plain("HUCKVE", agent("Python/3.11 websockets/17.4")),
    plain("HUCKVE", agent("Python/3.8 websockets/10.4")),
    plain("UHOKVC"),
    plain("UCHOKVE"),
    plain("VKCUEH"),
    plain("VKCUH", ("Origin", "https://app.example"), agent("wscat/6.0.1")),
    plain("HCKVU", agent("Go-http-client/1.1")),
    plain("HCUVK"),
    plain("UCKVEH", ("Accept-Encoding", "gzip"), agent("okhttp/4.12.0")),
    plain("HUCKV", agent("TooTallNate Java-WebSocket"), connection="Upgrade"),
    plain("HCUVK", connection="Upgrade", upgrade="websocket"),
    plain("HUCKVO", ("Pragma", "no-cache"), ("Cache-Control", "no-cache"), connection="Upgrade"),
    plain("HUCVKE", agent("Boost.Beast/347"), connection="upgrade"),
    plain("HUCKV", agent("curl/8.11.1"), ("Accept", "*/*")),
    plain("CHUKV", ("cache-control", "no-cache"), agent("Dart/3.5 (dart:io)"), connection="Upgrade"),
    plain("HUCKVO", agent("arduino-WebSocket-Client"), upgrade="websocket"),
    plain("HCUVKO", ("Sec-WebSocket-Protocol", "faye"), connection="Upgrade"),
    plain("HUCKV", agent("Tornado/6.6"), ("Accept-Encoding", "gzip")),
    plain("HUCKV", agent("AutobahnPython/25.10.1"), ("Pragma", "no-cache"), ("Cache-Control", "no-cache"),
    upgrade="WebSocket"),
    plain("HKVUCE", agent("PostmanRuntime/7.43.0")),
    plain("HUCKV", ("Authorization", "Bearer abcdefgh"), agent("k6/1.0.0 (https://k6.io/)")),
)  # fmt: skip
"""Fields and order as the libraries send them; each line is one client or one generation of it."""


class Hop(NamedTuple):
    """What an intermediary has at hand to rewrite a request."""

    public: str
    server: str
    client: str
    random: random.Random


def without(fields: Fields, *names: str) -> Fields:
    return [field for field in fields if field[0].lower() not in names]


def go_order(fields: Fields) -> Fields:
    """Return the fields as Go's HTTP client writes them: Host first, the others in canonical spelling, sorted."""
    named = [(name.title().replace("Websocket-", "WebSocket-"), value) for name, value in fields]
    return [*(each for each in named if each[0] == "Host"), *sorted(each for each in named if each[0] != "Host")]


def nginx(fields: Fields, hop: Hop) -> Fields:
    connection = hop.random.choice(("upgrade", "Upgrade", "upgrade", "keep-alive, Upgrade"))
    own = [("Upgrade", "websocket"), ("Connection", connection), ("Host", hop.random.choice((hop.public, hop.server)))]
    if hop.random.random() < 0.7:
        own += [("X-Real-IP", hop.client), ("X-Forwarded-For", hop.client), ("X-Forwarded-Proto", "https")]
    hop.random.shuffle(own)
    return own + without(fields, "host", "upgrade", "connection", "x-real-ip", "x-forwarded-for", "x-forwarded-proto")


def haproxy(fields: Fields, hop: Hop) -> Fields:
    reduced = [(name.lower(), "Upgrade" if name.lower() == "connection" else value) for name, value in fields]
    return [*reduced, ("x-forwarded-for", hop.client)]


def caddy(fields: Fields, hop: Hop) -> Fields:
    own = [
        ("X-Forwarded-For", hop.client), ("X-Forwarded-Host", hop.public), ("X-Forwarded-Proto", "https"), ("Via",
        "1.1 Caddy"),
        ("Connection", "Upgrade"),
    ]  # fmt: skip
    return go_order(
        without(fields, "connection", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "via") + own
    )


def traefik(fields: Fields, hop: Hop) -> Fields:
    own = [
        ("X-Forwarded-For", hop.client), ("X-Forwarded-Host", hop.public), ("X-Forwarded-Port", "443"),
        ("X-Forwarded-Proto", "wss"), ("X-Forwarded-Server", "traefik-7c9f"), ("X-Real-Ip", hop.client),
        ("Connection", "Upgrade"),
    ]  # fmt: skip
    return go_order(without(fields, *(name.lower() for name, _ in own)) + own)


def apache(fields: Fields, hop: Hop) -> Fields:
    kept = without(fields, "host", "upgrade", "connection", "x-forwarded-for", "x-forwarded-host", "x-forwarded-server")
    return [
        ("Host", hop.random.choice((hop.public, hop.server))), *kept, ("X-Forwarded-For", hop.client),
        ("X-Forwarded-Host", hop.public), ("X-Forwarded-Server", "www.app.example"),
        ("Upgrade", hop.random.choice(("websocket", "WebSocket"))), ("Connection", "Upgrade"),
    ]  # fmt: skip


def envoy(fields: Fields, hop: Hop) -> Fields:
    lower = [(name.lower(), value) for name, value in without(fields, "x-forwarded-proto", "x-request-id")]
    own = [("x-forwarded-proto", "https"), ("x-request-id", f"{hop.random.getrandbits(64):016x}")]
    if hop.random.random() < 0.5:
        own.append(("x-envoy-expected-rq-timeout-ms", "15000"))
    return lower + own


def varnish(fields: Fields, hop: Hop) -> Fields:
    kept = without(fields, "upgrade", "connection", "x-forwarded-for", "x-varnish")
    connection = next(value for name, value in fields if name.lower() == "connection" and "upgrade" in value.lower())
    return [
        *kept, ("X-Forwarded-For", hop.client), ("X-Varnish", str(hop.random.randint(2, 99_999))), ("upgrade",
        "websocket"),
        ("connection", connection),
    ]  # fmt: skip


def lighttpd(fields: Fields, hop: Hop) -> Fields:
    kept = without(
        fields, "connection", "upgrade", "x-forwarded-for", "x-host", "x-forwarded-host", "x-forwarded-proto"
    )
    return [
        *kept, ("X-Forwarded-For", hop.client), ("X-Host", hop.public), ("X-Forwarded-Host", hop.public),
        ("X-Forwarded-Proto", "http"), ("Upgrade", "websocket"), ("Connection", "close, upgrade"),
    ]  # fmt: skip


def http_proxy(fields: Fields, hop: Hop) -> Fields:
    lower = [(name.lower(), value) for name, value in fields]
    if hop.random.random() < 0.5:
        lower.reverse()
    if hop.random.random() < 0.5:
        lower = [
            *without(lower, "x-forwarded-for", "x-forwarded-proto"),
            ("x-forwarded-for", hop.client),
            ("x-forwarded-proto", "ws"),
        ]
    return lower


def cloudflare(fields: Fields, hop: Hop) -> Fields:
    kept = without(
        fields, "host", "connection", "upgrade", "accept-encoding", "cf-ray", "x-forwarded-proto", "x-forwarded-for"
    )
    return [
        ("Host", hop.public), ("Connection", "Upgrade"), ("Upgrade", "websocket"), ("CF-RAY", "8c1f2a3b4c5d6e7f-FRA"),
        ("CF-Visitor", '{"scheme":"https"}'), ("Accept-Encoding", "gzip, br"), ("X-Forwarded-Proto", "https"),
        ("X-Forwarded-For", hop.client), ("CF-Connecting-IP", hop.client), ("CDN-Loop", "cloudflare; loops=1"), *kept,
    ]  # fmt: skip


def load_balancer(fields: Fields, hop: Hop) -> Fields:
    own = [
        ("X-Forwarded-For", hop.client), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Port", "443"),
        ("X-Amzn-Trace-Id", "Root=1-67891233-abcdef012345678912345678"),
    ]  # fmt: skip
    return own + [(name.title().replace("Websocket", "WebSocket"), value) for name, value in without(
        fields, "x-forwarded-for", "x-forwarded-proto", "x-forwarded-port", "x-amzn-trace-id")]  # fmt: skip


INTERMEDIARIES = (
    nginx, nginx, haproxy, caddy, traefik, apache, envoy, varnish, lighttpd, http_proxy, cloudflare, load_balancer,
)  # fmt: skip


class Made(NamedTuple):
    """A handshake, how it was cut into chunks, and what else is known of it."""

    first_bytes: bytes
    head: int
    chunks: tuple[int, ...]
    facts: dict[str, object]
    shape: str


def make(number: int) -> Made:
    """Return the handshake of that number, always the same."""
    chance = random.Random(number)
    public = chance.choice(HOSTS) + chance.choice(PORTS)
    key = base64.b64encode(chance.randbytes(16)).decode()
    origin = chance.choice((f"https://{public}", f"http://{public}", "https://app.example", "http://localhost:3000"))
    build = chance.choice(CLIENTS)
    fields = build(Wish(public, origin, key, chance))
    if chance.random() < 0.3:
        fields = add(fields, ("Cookie", f"session={chance.getrandbits(64):x}; theme=dark"), chance)
    if chance.random() < 0.25:
        fields = add(fields, ("Sec-WebSocket-Protocol", chance.choice(PROTOCOLS)), chance)
    if chance.random() < 0.15:
        fields = add(
            without(fields, "sec-websocket-extensions"), ("Sec-WebSocket-Extensions", chance.choice(EXTENSIONS)), chance
        )
    passed: list[str] = []
    for _ in range(chance.choice((0, 0, 0, 1, 1, 1, 2))):
        hop = chance.choice(INTERMEDIARIES)
        client = chance.choice(("203.0.113.9", "2001:db8::9", "198.51.100.77, 10.0.0.4"))
        fields = hop(fields, Hop(public, chance.choice(("127.0.0.1:8080", "server:8080", "backend")), client, chance))
        passed.append(hop.__name__)
    if chance.random() < 0.15:
        fields = liberties(fields, chance)
    lines = [f"GET {chance.choice(PATHS)}{chance.choice(QUERIES)} HTTP/1.1"]
    colon = ": " if chance.random() < 0.9 else chance.choice((":", ":  ", ":\t"))
    tail = "" if chance.random() < 0.95 else " "
    lines += [f"{name}{colon}{value}{tail}" for name, value in fields]
    head = "\r\n".join([*lines, "", ""]).encode("latin-1")
    behind = b"" if chance.random() < 0.9 else b"\x81\x85\x11\x22\x33\x44" + chance.randbytes(5)
    chunks = tuple(sorted(chance.randrange(1, len(head)) for _ in range(chance.choice((0, 0, 1, 3)))))
    facts: dict[str, object] = {}
    if chance.random() < 0.7:
        facts |= {
            "peer": chance.choice(("127.0.0.1", "10.0.3.4", "172.31.128.23", "203.0.113.9", "2001:db8::9")),
            "peer_port": 51234,
        }
    if chance.random() < 0.5:
        facts |= {"outcome": "upgraded", "status": 101}
    shape = " ".join((build.__qualname__, *passed, *(name for name, _ in fields)))
    return Made(head + behind, len(head), chunks, facts, shape)


def add(fields: Fields, field: tuple[str, str], chance: random.Random) -> Fields:
    at = chance.randrange(len(fields) + 1)
    return [*fields[:at], field, *fields[at:]]


def liberties(fields: Fields, chance: random.Random) -> Fields:
    """Return the fields with one of the freedoms that the standards leave and hardly anybody takes."""
    kind = chance.randrange(5)
    if kind == 0:
        return chance.sample(fields, len(fields))
    if kind == 1:
        return [(name.upper(), value) for name, value in fields]
    if kind == 2:
        return [*fields, ("Connection", "keep-alive")]
    if kind == 3:
        cased = {"upgrade": chance.choice(("WebSocket", "WEBSOCKET", "Websocket")), "connection": "UPGRADE"}
        return [(name, cased.get(name.lower(), value)) for name, value in fields]
    return [(name, "keep-alive , Upgrade" if name.lower() == "connection" else value) for name, value in fields]


def check(numbers: range) -> tuple[int, set[int], list[str]]:
    """Return how many looked good at once, hashes of the shapes, and a line for each accused."""
    knowledge = knowledge_base()
    fast = 0
    shapes: set[int] = set()
    accused: list[str] = []
    for number in numbers:
        made = make(number)
        shapes.add(zlib.crc32(made.shape.encode()))
        fast += looks_like_good(made.first_bytes)
        found = evidence(made.first_bytes, **made.facts)
        diagnosis = knowledge.diagnose(found)
        early = any(looks_like_good(made.first_bytes[:end]) for end in made.chunks)
        rules = [finding.rule for finding in diagnosis.findings]
        if rules or found.handshake or found.deviations or early:
            faults = [deviation.id for deviation in found.deviations or ()]
            accused.append(
                f"{number}: {rules} {found.handshake} {faults} {'good too early' * early}\n{made.first_bytes!r}"
            )
    return fast, shapes, accused


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=COUNT, help="handshakes to make (default: one million)")
    count = parser.parse_args().count
    started = time.monotonic()
    blocks = [range(start, min(start + BLOCK, count)) for start in range(0, count, BLOCK)]
    fast = 0
    shapes: set[int] = set()
    accused: list[str] = []
    with multiprocessing.get_context("fork").Pool(2) as pool:
        for done, (quick, seen, found) in enumerate(pool.imap_unordered(check, blocks), 1):
            fast += quick
            shapes |= seen
            accused += found
            if sys.stderr.isatty():
                print(f"\r{min(done * BLOCK, count):,} of {count:,}, accused: {len(accused)}", end="", file=sys.stderr)
    seconds = time.monotonic() - started
    print(
        f"good handshakes: {count:,} of {len(shapes):,} shapes in {seconds:.0f} s, accused: {len(accused):,}, "
        f"passed by the fast test: {fast / max(1, count):.1%}"
    )
    rules = Counter(line.partition("\n")[0].partition(": ")[2] for line in accused)
    for what, times in rules.most_common(SHOWN):
        print(f"{times:8,} {what}")
    print(*accused[:SHOWN], sep="\n", end="")
    return 1 if accused else 0


if __name__ == "__main__":
    sys.exit(main())
