"""What makes two attempts the same: the stable facts of an attempt, and a short name for them.

A fingerprint is made of parts that a reader can check: protocol, method, shape of the path, sender, rule,
deviations, order of the fields, network of the peer, listener. Nothing that differs from one request of the
same sender to its next (keys, numbers, versions, ports, times) is part of it. The name is a hash of the parts
alone, so it is the same in every run and on every machine. This module counts nothing; `grouping` does.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from hashlib import blake2b

from wsdoctor.model.evidence import ClientHello, Evidence
from wsdoctor.model.finding import Diagnosis
from wsdoctor.model.headers import Headers
from wsdoctor.model.redact import printable

__all__ = ["Key", "clients_of", "group_id", "key_of", "network_of", "path_shape", "product_of"]

VERSION = b"wsdoctor/fingerprint/1"
"""Goes into every hash; it changes when the parts change, so that old names never mean something new."""
LONGEST_PART = 160
"""Characters of one part: longer ones are made by peers who want to fill memory or a screen."""
LONGEST_PATH = 200
SEGMENTS = 8
"""Segments of a path that count; what is deeper rarely tells one cause from another."""
FIELDS = 64
"""Fields whose order counts; servers refuse requests with more than about 100."""
CLIENTS = 4
"""Addresses of one request that intermediaries claim to speak for."""

_STATE_FIELDS = frozenset(
    ("cookie", "authorization", "if-none-match", "if-modified-since", "cache-control", "pragma", "content-length")
)
"""Fields that the same sender sends or leaves out from one request to the next."""
_UUID = re.compile(r"(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_WORDS = re.compile(r"([-._~+=,;:@!$&'()*%\s]+)")
_HEX = re.compile(r"(?i)(?=.*\d)[0-9a-f]{8,}")
_TURNS = re.compile(r"[a-zA-Z]\d|\d[a-zA-Z]")
_LONG_WORD = 24
"""Characters of a word without separators; words that people write into paths are shorter."""
_MIXED_WORD = 8
"""Characters from which letters and digits taking turns mean a generated token; shorter are names such as h264."""

_BROWSERS = (
    "HeadlessChrome", "Electron", "Edg", "EdgA", "EdgiOS", "OPR", "SamsungBrowser", "Vivaldi", "YaBrowser", "FxiOS",
    "Firefox", "CriOS", "Chrome", "Safari",
)  # fmt: skip
"""Products by which a browser's User-Agent is known, the more particular first (each also names the later ones)."""
_COMPATIBLE = re.compile(r"compatible;\s*([^/;()]+)")
_PRODUCT = re.compile(r"[^/(;,]*")
_VERSION_WORD = re.compile(r"\s+v?\d.*")
_IPV4 = re.compile(r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.\d{1,3}", re.ASCII)

_CLIENT_FIELDS = ("x-forwarded-for", "x-real-ip", "cf-connecting-ip", "true-client-ip", "fly-client-ip")
_FORWARDED_FOR = re.compile(r'(?i)\bfor="?\[?([0-9a-f.:]+)')


@dataclass(frozen=True, slots=True, eq=False)
class Key:
    """The fingerprint of an attempt but for the network of its peer; the same bytes give the same key.

    A caller that sees the same first bytes on the same listener with the same diagnosis again may hand the
    same key to `Grouper.add` again.

    Attributes:
        digest: hash of the parts.
        parts: name and value, in order.
        cls: class of the best finding, empty for a correct opening handshake.
        path: path as received, bounded, None if not observed.
        clients: addresses that intermediaries claim to speak for.
        listener: ``ip:port`` of the listener, None if not observed.

    """

    digest: bytes
    parts: tuple[tuple[str, str], ...]
    cls: str
    path: str | None
    clients: tuple[str, ...]
    listener: str | None


def key_of(evidence: Evidence, diagnosis: Diagnosis) -> Key:
    """Return the fingerprint of an attempt but for the network of its peer."""
    finding = diagnosis.primary
    request = evidence.behind if evidence.behind is not None else evidence
    path = request.path if request.path is None else request.path[:LONGEST_PATH]
    listener = _listener(evidence)
    parts: list[tuple[str, str]] = []

    def part(name: str, value: str | None) -> None:
        if value is not None:
            parts.append((name, printable(value, LONGEST_PART)))

    part("protocol", evidence.speaks)
    if request is not evidence:
        part("behind", request.speaks)
    part("method", request.method)
    if finding is None or finding.cls != "scanner":
        part("path", None if path is None else path_shape(path))
    if diagnosis.sender is not None:
        part("sender", diagnosis.sender)
    elif request.user_agent is not None:
        part("agent", product_of(request.user_agent))
    part("class", "good handshake" if finding is None else finding.cls)
    part("rule", None if finding is None else finding.rule)
    if request.deviations is not None:
        part("deviations", ", ".join(sorted({each.id for each in request.deviations})))
    if request.handshake is not None:
        part("unmet", ", ".join(request.handshake))
    if request.headers is not None:
        part("field order", _order_of(request.headers))
    if evidence.hello is not None and evidence.hello.complete:
        part("hello", _hello_of(evidence.hello))
    part("listener", listener)
    digest = blake2b(VERSION, digest_size=16)
    for name, value in parts:
        digest.update(f"\n{name}={value}".encode())
    return Key(
        digest=digest.digest(),
        parts=tuple(parts),
        cls="" if finding is None else finding.cls,
        path=path,
        clients=clients_of(evidence),
        listener=listener,
    )


def group_id(digest: bytes, network: str) -> str:
    """Return the public name of a group: 16 hexadecimal digits."""
    return blake2b(digest + network.encode(), digest_size=8).hexdigest()


def network_of(peer: str | None) -> str:
    """Return the network of a peer: /24 of IPv4, /64 of IPv6, with a word if it is not a public one.

    What is no IP address (a Unix socket, a host name in a log) stands for itself, bounded; empty if not observed.
    """
    if peer is None:
        return ""
    if match := _IPV4.fullmatch(peer):
        first, second = int(match[1]), int(match[2])
        return f"{match[1]}.{match[2]}.{match[3]}.0/24{_reserved(first, second)}"
    try:
        address = ipaddress.ip_address(peer.partition("%")[0])
    except ValueError:
        return printable(peer, 64)
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        return network_of(str(address.ipv4_mapped))
    network = ipaddress.ip_network((int(address) >> 64 << 64, 64))
    word = " (loopback)" if address.is_loopback else " (private)" if address.is_private else ""
    return f"{network}{word}"


def _reserved(first: int, second: int) -> str:
    if first == 127:
        return " (loopback)"
    private = (
        first == 10
        or (first == 172 and 16 <= second < 32)
        or (first == 192 and second == 168)
        or (first == 100 and 64 <= second < 128)
        or (first == 169 and second == 254)
    )
    return " (private)" if private else ""


def path_shape(path: str) -> str:
    """Return the path with numbers, UUIDs, hexadecimal and generated words replaced by what they are."""
    segments = path[:LONGEST_PATH].split("/")
    shape = "/".join(map(_segment_shape, segments[: SEGMENTS + 1]))
    return f"{shape}/…" if len(segments) > SEGMENTS + 1 else shape


def _segment_shape(segment: str) -> str:
    if _UUID.fullmatch(segment):
        return "{uuid}"
    if len(segment) > 3 * _LONG_WORD:
        return "{token}"
    return "".join(map(_word_shape, _WORDS.split(segment)))


def _word_shape(word: str) -> str:
    if word.isdigit():
        return "{number}"
    if _HEX.fullmatch(word):
        return "{hex}"
    if len(word) > _LONG_WORD or (len(word) >= _MIXED_WORD and len(_TURNS.findall(word)) >= 2):
        return "{token}"
    return word


def product_of(user_agent: str) -> str:
    """Return the product that a User-Agent names, without version; empty if none was sent."""
    text = user_agent[:1000].strip()
    if text.startswith("Mozilla/"):
        if match := _COMPATIBLE.search(text):
            return _VERSION_WORD.sub("", match[1].strip())
        return next((name for name in _BROWSERS if f"{name}/" in text), "Mozilla")
    match = _PRODUCT.match(text)
    return _VERSION_WORD.sub("", match[0].strip()) if match else ""


def _order_of(headers: Headers) -> str:
    names = [name for name in headers.order[: FIELDS + len(_STATE_FIELDS)] if name not in _STATE_FIELDS][:FIELDS]
    return blake2b("\n".join(names).encode(), digest_size=4).hexdigest() if names else "no fields"


def _hello_of(hello: ClientHello) -> str:
    offers = f"{', '.join(hello.versions)}; {hello.cipher_suites} cipher suites"
    return f"{offers}; ALPN {', '.join(hello.alpn)}" if hello.alpn else offers


def _listener(evidence: Evidence) -> str | None:
    if evidence.listener_port is None:
        return evidence.listener
    host = evidence.listener or ""
    return f"[{host}]:{evidence.listener_port}" if ":" in host else f"{host}:{evidence.listener_port}"


def clients_of(evidence: Evidence) -> tuple[str, ...]:
    """Return the addresses that intermediaries claim to speak for: a PROXY header, X-Forwarded-For and the like."""
    request = evidence.behind if evidence.behind is not None else evidence
    claims: list[str] = []
    if evidence.proxy is not None and evidence.proxy.source is not None:
        claims.append(evidence.proxy.source)
    if request.headers is not None:
        values = map(request.headers.get, _CLIENT_FIELDS)
        claims.extend(value.partition(",")[0] for value in values if value is not None)
        if (value := request.headers.get("forwarded")) is not None:
            claims.extend(_FORWARDED_FOR.findall(value[:LONGEST_PART])[:1])
    addresses = dict.fromkeys(address for claim in claims if (address := _address_in(claim)) is not None)
    return tuple(addresses)[:CLIENTS]


def _address_in(claim: str) -> str | None:
    """Return the IP address of ``ip``, ``ip:port`` or ``[ip]:port``, None if there is none."""
    text = claim.strip()[:64]
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        return str(ipaddress.ip_address(text))
    except ValueError:
        return None
