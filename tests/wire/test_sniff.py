from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import good_handshakes, hostile_bytes
from wsdoctor.wire.sniff import LOOKED_AT, PROTOCOLS, sniff


def masked(first: int, payload: bytes, mask: bytes = b"\x11\x22\x33\x44", size: bytes | None = None) -> bytes:
    header = bytes((first, 0x80 | len(payload))) if size is None else bytes((first,)) + size
    return header + mask + bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))


def mysql_packet(number: int, payload: bytes) -> bytes:
    return len(payload).to_bytes(3, "little") + bytes((number,)) + payload


def mongodb(opcode: int, length: int = 58, response_to: int = 0) -> bytes:
    return struct.pack("<iiii", length, 1, response_to, opcode) + b"\0\0\0\0admin.$cmd\0"


DNS_VERSION = bytes.fromhex("001e000601000001000000000000") + b"\x07version\x04bind\x00\x00\x10\x00\x03"
RDP = bytes.fromhex("0300002f2ae00000000000") + b"Cookie: mstshash=Administr\r\n" + bytes.fromhex("0100080003000000")
MYSQL_LOGIN = mysql_packet(1, bytes.fromhex("8da60300 00000001 08") + bytes(23) + b"root\0\0")
MYSQL_TLS = mysql_packet(1, bytes.fromhex("8dae0300 00000001 08") + bytes(23))
MYSQL_GREETING = mysql_packet(0, b"\x0a8.0.36\0" + bytes(40))
SSL2 = bytes.fromhex("802e0100020015000000100100800200800300800400800500800600400700c0") + bytes(16)
MEMCACHED = bytes.fromhex("800b00000000000000000000") + bytes(12)
STARTUP = b"\0\0\0\x29\0\3\0\0user\0postgres\0database\0postgres\0\0"
KAFKA = bytes.fromhex("00000019001200030000000100096b61666b612d636c69") + b"xx"
ORACLE = bytes.fromhex("005a0000010000000136012c000008007fff7f08000000010020003a00000000")
OPENVPN = bytes.fromhex("000e380102030405060708 0000000000".replace(" ", ""))
CQL_STARTUP = bytes.fromhex("0400000001000000160001000b") + b"CQL_VERSION\0\x053.0.0"
LDAP = bytes.fromhex("300c020101600702010304008000")
LDAP_SEARCH = bytes.fromhex("308400000025020107638400000 01c".replace(" ", ""))
CLIENT_HELLO = bytes.fromhex("16030100c8010000c40303") + bytes(32)

EXAMPLES = [
    ("http/1", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"),
    ("http/1", b"GET / HTTP/1.0\r\n\r\n"),
    ("http/1", b"GET /chat"),
    ("http/1", b"GET http"),
    ("http/1", b"HEAD * HTTP/1.1\r\n\r\n"),
    ("http/1", b"OPTIONS / HTTP/1.0\r\n\r\n"),
    ("http/1", b"CONNECT example.com:443 HTTP/1.1\r\n\r\n"),
    ("http/1", b"GET http://example.com/ HTTP/1.1\r\n\r\n"),
    ("http/1", b"GET /\xf0\x9f\x91\xbd HTTP/1.1\r\n\r\n"),
    ("http/1", b"get / http/1.1\r\n\r\n"),
    ("http/1", b" GET / HTTP/1.1\r\n\r\n"),
    ("http/1", b"\r\n\r\nGET / HTTP/1.1\r\n\r\n"),
    ("http/1", b"\nGET / HTTP/1.1\n\n"),
    ("http/1", b"FETCH things HTTP/1.1\r\n\r\n"),
    ("http/1", b"GET /\r\nHost: a\r\n\r\n"),
    ("http/1", b"GET\r\nHost: a\r\n\r\n"),
    ("http/1", b"SSTP_DUPLEX_POST /sra_{BA195980-CD49-458b-9E23-C84EE0ADCD75}/ HTTP/1.1\r\n"),
    ("http/1", b"\x01\x02GET / HTTP/1.1\r\n\r\n"),
    ("http/1", b"PRI * HTTP/2.0\r\nHost: a\r\n\r\n"),
    ("http/0.9", b"GET /\r\n"),
    ("http/0.9", b"GET /\n\nmore"),
    ("http/0.9", b"GET http://example.com/\r\n\r\n"),
    ("http/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"),
    ("http/2", b"PRI * HTTP/2.0"),
    ("http-response", b"HTTP/1.1 400 Bad Request\r\n\r\n"),
    ("tls", CLIENT_HELLO),
    ("tls", bytes.fromhex("160300007901000075030053")),
    ("tls", b"\x16\x03\x03\x00"),
    ("tls", b"\x15\x03\x01\x00\x02\x02\x28"),
    ("ssl2", SSL2),
    ("ssl2", b"\x80\x2e\x01\x03\x01"),
    ("proxy-v1", b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n"),
    ("proxy-v1", b"PROXY UNKNOWN\r\n"),
    ("proxy-v1", b"PROXY TCP6 2001:db8::1 2001:db8::2 1 2\r\nGET / HTTP/1.1\r\n\r\n"),
    ("proxy-v2", b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c" + bytes(12)),
    ("write-ip", b"\x02\x7f\x00\x00\x01GET / HTTP/1.1\r\n\r\n"),
    ("write-ip", b"\x0a" + bytes(15) + b"\x01GET / HTTP/1.1\r\n\r\n"),
    ("websocket-frame", masked(0x81, b"hello")),
    ("websocket-frame", masked(0x81, "héllo".encode())),
    ("websocket-frame", masked(0x82, b"\0\1\2")),
    ("websocket-frame", masked(0x88, b"")),
    ("websocket-frame", masked(0x88, b"\x03\xe8bye")),
    ("websocket-frame", masked(0x89, b"ping")),
    ("websocket-frame", masked(0xC1, b"\xf2\x48")),
    ("websocket-frame", masked(0x81, b"a" * 130, size=b"\xfe\0\x82")),
    ("websocket-frame", masked(0x81, b"a" * 200, size=b"\xff\0\0\0\0\0\1\0\0")),
    ("websocket-frame", masked(0x81, b"one") + masked(0x81, b"two")),
    ("ssh", b"SSH-2.0-Go\r\n"),
    ("telnet", b"\xff\xfb\x18\xff\xfb\x1f"),
    ("telnet", b"\xff\xfd\x03"),
    ("rdp", RDP),
    ("rdp", bytes.fromhex("030000130ee000000000000100080003000000")),
    ("rdp", bytes.fromhex("0300000b06e00000000000")),
    ("rdp", b"\x03\0\0\x20\x1b\xd0\0\0\0\0\0Cookie: mstshash=hello\r\n"),
    ("iso-tsap", bytes.fromhex("0300001611e00000000100c0010ac1020100c2020102")),
    ("vnc", b"RFB 003.008\n"),
    ("x11", b"l\0\x0b\0\0\0\0\0\0\0\0\0"),
    ("x11", b"B\0\0\x0b\0\0\0\0\0\0\0\0"),
    ("smb", bytes.fromhex("00000045ff534d4272000000")),
    ("smb", bytes.fromhex("00000068fe534d4240000100")),
    ("rtsp", b"OPTIONS / RTSP/1.0\r\n\r\n"),
    ("rtsp", b"DESCRIBE rtsp://192.0.2.1/live RTSP/1.0\r\nCSeq: 2\r\n\r\n"),
    ("sip", b"OPTIONS sip:nm SIP/2.0\r\nVia: SIP/2.0/TCP nm\r\n\r\n"),
    ("sip", b"SIP/2.0 200 OK\r\n"),
    ("smtp", b"EHLO scanner.example\r\n"),
    ("smtp", b"helo a\r\n"),
    ("smtp", b"EHLO\r\n"),
    ("smtp", b"MAIL FROM:<a@example.com>\r\n"),
    ("ftp", b"USER anonymous\r\n"),
    ("ftp", b"AUTH TLS\r\n"),
    ("ftp", b"FEAT\r\n"),
    ("irc", b"NICK bot\r\nUSER bot 0 * :bot\r\n"),
    ("irc", b"USER bot 8 * :bot\r\n"),
    ("irc", b"PASS x\r\nNICK bot\r\n"),
    ("irc", b"CAP LS 302\r\n"),
    ("pop3", b"CAPA\r\n"),
    ("pop3", b"USER a\r\nPASS b\r\n"),
    ("imap", b"a001 CAPABILITY\r\n"),
    ("imap", b"A1 LOGIN user pass\r\n"),
    ("xmpp", b"<?xml version='1.0'?><stream:stream to='a' xmlns='jabber:client'>"),
    ("xmpp", b"<stream:stream to='a'>"),
    ("redis", b"*1\r\n$4\r\nPING\r\n"),
    ("redis", b"*1\r\n"),
    ("redis", b"PING\r\n"),
    ("redis", b"INFO\r\n"),
    ("redis", b"info server\r\n"),
    ("redis", b"CONFIG GET *\r\n"),
    ("memcached", b"stats\r\n"),
    ("memcached", b"version\r\n"),
    ("memcached", b"get key\r\n"),
    ("memcached", b"set key 0 60 5\r\nhello\r\n"),
    ("memcached", MEMCACHED),
    ("mysql", MYSQL_LOGIN),
    ("mysql", MYSQL_TLS),
    ("mysql", MYSQL_GREETING),
    ("postgresql", b"\0\0\0\x08\x04\xd2\x16\x2f"),
    ("postgresql", b"\0\0\0\x08\x04\xd2\x16\x30"),
    ("postgresql", b"\0\0\0\x10\x04\xd2\x16\x2e" + bytes(8)),
    ("postgresql", STARTUP),
    ("postgresql", STARTUP[:8]),
    ("mongodb", mongodb(2004)),
    ("mongodb", mongodb(2013)),
    ("cassandra", bytes.fromhex("040000000500000000")),
    ("cassandra", CQL_STARTUP),
    ("mssql", bytes.fromhex("1201002f0000010000001a00060100200001020021000103002200040400260001ff")),
    ("oracle-tns", ORACLE),
    ("kafka", KAFKA),
    ("mqtt", b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00"),
    ("mqtt", b"\x10\x0d\x00\x04MQTT\x05\x02\x00\x3c\x00\x00\x00"),
    ("mqtt", b"\x10\x0e\x00\x06MQIsdp\x03\x02\x00\x3c\x00\x00"),
    ("mqtt", b"\x10\x80\x01\x00\x04MQTT\x04"),
    ("amqp", b"AMQP\0\0\x09\x01"),
    ("amqp", b"AMQP\x03\1\0\0"),
    ("stomp", b"CONNECT\naccept-version:1.2\nhost:a\n\n\0"),
    ("stomp", b"STOMP\r\naccept-version:1.2\r\n\r\n\0"),
    ("nats", b'CONNECT {"verbose":false}\r\n'),
    ("socks4", b"\x04\x01\x00\x50\x01\x02\x03\x04\x00"),
    ("socks4", b"\x04\x01\x00\x50\x00\x00\x00\x01nmap\x00example.com\x00"),
    ("socks5", b"\x05\x01\x00"),
    ("socks5", b"\x05\x04\x00\x01\x02\x80"),
    ("socks5", b"\x05\x01\x00\x05\x01\x00\x03"),
    ("ldap", LDAP),
    ("ldap", LDAP_SEARCH),
    ("dns", DNS_VERSION),
    ("dns", bytes.fromhex("000c0000100000000000 00000000".replace(" ", ""))),
    ("java-rmi", b"JRMI\x00\x02\x4b"),
    ("weblogic-t3", b"t3 12.1.2\nAS:255\nHL:19\nMS:10000000\n\n"),
    ("weblogic-t3", b"t3s 12.2\n"),
    ("ajp", b"\x12\x34\x00\x01\x0a"),
    ("adb", b"CNXN\0\0\0\x01\0\x10\0\0\x07\0\0\x00\x32\x02\0\0\xbc\xb1\xa7\xb1host::\0"),
    ("bittorrent", b"\x13BitTorrent protocol" + bytes(48)),
    ("flash-policy", b"<policy-file-request/>\0"),
    ("rsync", b"@RSYNCD: 31.0\n"),
    ("git", b"0032git-upload-pack /project.git\0host=a\0"),
    ("stratum", b'{"id": 1, "method": "mining.subscribe", "params": []}\n'),
    ("openvpn", OPENVPN),
    ("openvpn", OPENVPN[:11]),
    ("text", b"hello\r\n"),
    ("text", b"HELP\r\n"),
    ("text", b"\r\n\r\n"),
    ("text", "grüße".encode()),
    ("text", "gr\u00fc".encode()[:-1]),
    ("unknown", b"\xfe\xff\x00\x01"),
    ("unknown", "grüße".encode("latin-1")),
    ("unknown", b"\0"),
    ("nothing", b""),
]  # fmt: skip

NEAR_MISSES = [
    ("http/1", b"GETTING / things"),
    ("http/1", b"GET things\r\n"),
    ("http/1", b"CONNECT things\r\n"),
    ("http/1", b"the HTTP/1.1 protocol\r\n"),
    ("http/0.9", b"GET /\r\nHost: a\r\n\r\n"),
    ("http/0.9", b"GET / HTTP/1.0\r\n\r\n"),
    ("http/0.9", b"HEAD /\r\n"),
    ("http/2", b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n"),
    ("http/2", b"PRI * HTTP/1.1\r\n\r\n"),
    ("http/2", b"PRI * HTTP"),
    ("http-response", b"HTTPS is better\r\n"),
    ("tls", b"\x16\x03\x09\x00\x10\x01"),
    ("tls", b"\x16\x03\x01\x00\x10\x02"),
    ("tls", b"\x16\x02\x01"),
    ("tls", b"\x16"),
    ("tls", b"\x15\x03\x01\x00\x07\x02\x28"),
    ("ssl2", b"\x80\x2e\x02\x00\x02\x00\x15\x00\x00\x00\x10"),
    ("ssl2", b"\x80\x2e\x01\x00\x04\x00\x15\x00\x00\x00\x10"),
    ("ssl2", b"\x80\x2e\x01\x00\x02\x00\x14\x00\x00\x00\x10"),
    ("ssl2", b"\x80\x2e\x01\x00\x02\x00\x15\x00\x30\x00\x10"),
    ("ssl2", b"\x80\x2e\x01\x00"),
    ("ssl2", b"\x81\x2e\x01\x00\x02"),
    ("proxy-v1", b"PROXY settings\r\n"),
    ("proxy-v1", b"PROXY TCP5 a b\r\n"),
    ("proxy-v1", b"PROXY"),
    ("proxy-v2", b"\r\n\r\n\0\r\nQUIET"),
    ("proxy-v2", b"\r\n\r\n"),
    ("write-ip", b"\x02\x7f\x00\x00\x01hello"),
    ("write-ip", b"\x0a\x7f\x00\x00\x01GET /"),
    ("websocket-frame", b"\x81\x05hello"),
    ("websocket-frame", b"\x81\x85\x11\x22\x33"),
    ("websocket-frame", masked(0x81, b"\xff\xfe")),
    ("websocket-frame", masked(0x81, b"\0\1")),
    ("websocket-frame", masked(0x81, b"one") + b"\x81\x03two"),
    ("websocket-frame", masked(0x81, b"one") + b"\xff"),
    ("websocket-frame", masked(0x88, b"\x00\x01")),
    ("websocket-frame", masked(0x88, b"\x03")),
    ("websocket-frame", masked(0x89, b"a" * 130, size=b"\xfe\0\x82")),
    ("websocket-frame", masked(0x81, b"a", size=b"\xfe\0\x01")),
    ("websocket-frame", masked(0x81, b"a", size=b"\xff\0\0\0\0\0\0\0\1")),
    ("websocket-frame", masked(0x81, b"a", size=b"\xff\xff\0\0\0\0\0\0\1")),
    ("websocket-frame", b"\x81\xfe\x01\x00\x11\x22\x33"),
    ("ssh", b"SSH is a protocol\r\n"),
    ("ssh", b"SSH-keys\r\n"),
    ("telnet", b"\xff\xfe\xfd"),
    ("telnet", b"\xff\xd8\xff\xe0"),
    ("rdp", b"\x03\x00\x00\x0b\x06\xd0\x00\x00\x00\x00\x00"),
    ("rdp", bytes.fromhex("0300001611e00000000100c0010ac1020100c2020102")),
    ("rdp", b"\x03\x00\x00\x0b"),
    ("iso-tsap", bytes.fromhex("0300000b06e00000000000")),
    ("vnc", b"RFB three\n"),
    ("x11", b"l\0\x0c\0\0\0"),
    ("x11", b"late\n"),
    ("smb", b"\0\0\0\x45\xffSNB"),
    ("rtsp", b"OPTIONS / HTTP/1.1\r\n\r\n"),
    ("sip", b"INVITE everybody\r\n"),
    ("smtp", b"EHLOS\r\n"),
    ("smtp", b"MAIL me\r\n"),
    ("ftp", b"USER\r\n"),
    ("ftp", b"AUTH secret\r\n"),
    ("irc", b"NICK\r\n"),
    ("irc", b"USER a\r\n"),
    ("pop3", b"CAPACITY\r\n"),
    ("pop3", b"STAT 1\r\n"),
    ("imap", b"a001 HELLO\r\n"),
    ("imap", b"please LOGIN\r\n"),
    ("xmpp", b"<?xml version='1.0'?><html>"),
    ("redis", b"*0\r\n"),
    ("redis", b"*1\n$4"),
    ("redis", b"* bullet\r\n"),
    ("redis", b"PING"),
    ("redis", b"INFORMATION\r\n"),
    ("memcached", b"get"),
    ("memcached", b"set key\r\n"),
    ("memcached", b"versions\r\n"),
    ("memcached", b"\x80\x0b\x00\x00\x00\x01" + bytes(18)),
    ("memcached", b"\x80\x0b\x00\x04\x00\x00" + bytes(18)),
    ("memcached", b"\x80\x0b\x00\x00\x00\x00"),
    ("mysql", MYSQL_LOGIN[:3] + b"\x02" + MYSQL_LOGIN[4:]),
    ("mysql", MYSQL_LOGIN[:20]),
    ("mysql", mysql_packet(1, bytes.fromhex("8da60300 00000001 08") + b"x" * 23 + b"root\0\0")),
    ("mysql", mysql_packet(1, bytes.fromhex("8da40300 00000001 08") + bytes(23) + b"root\0\0")),
    ("mysql", mysql_packet(1, bytes.fromhex("8da60300 00000001 08") + bytes(23))),
    ("mysql", mysql_packet(0, b"\x0aeight\0" + bytes(40))),
    ("mysql", mysql_packet(0, b"\x098.0.36\0" + bytes(40))),
    ("postgresql", b"\0\0\0\x08\x04\xd2\x16\x31"),
    ("postgresql", b"\0\0\0\x29\0\3\0\0\1"),
    ("postgresql", b"\0\0\0\x08\x04\xd2"),
    ("mongodb", mongodb(2099)),
    ("mongodb", mongodb(2004, length=8)),
    ("mongodb", mongodb(2004, response_to=7)),
    ("mongodb", mongodb(2004)[:15]),
    ("cassandra", bytes.fromhex("040000000900000000")),
    ("mssql", b"\x12\x01\x00\x2f\x00\x01\x00\x00"),
    ("oracle-tns", bytes.fromhex("005a0000020000000136012c")),
    ("kafka", bytes.fromhex("0000001900ff0003000000010009")),
    ("mqtt", b"\x10\x0c\x00\x04MXTT"),
    ("mqtt", b"\x10\x0c\x00\x04"),
    ("amqp", b"AMQPlus\r\n"),
    ("amqp", b"AMQ"),
    ("stomp", b"CONNECT please\r\n"),
    ("stomp", b"STOMP the floor\n"),
    ("nats", b"CONNECT {"[:-1]),
    ("socks4", b"\x04\x03\x00\x50\x01\x02\x03\x04\x00"),
    ("socks4", b"\x04\x01\x00\x50\x01\x02\x03\x04\x01"),
    ("socks4", b"\x04\x01\x00\x50"),
    ("socks5", b"\x05\x00\x0b\x03"),
    ("socks5", b"\x05\x02\x00"),
    ("socks5", b"\x05\x02\x00\x00"),
    ("socks5", b"\x05\x01\x40"),
    ("socks5", b"\x05\x01\x00\xff"),
    ("ldap", b"0\x0c\x02\x01\x01\x61"),
    ("ldap", b"0123456789"),
    ("dns", DNS_VERSION[:13]),
    ("dns", DNS_VERSION[:4] + b"\x81" + DNS_VERSION[5:]),
    ("dns", DNS_VERSION[:6] + b"\0\2" + DNS_VERSION[8:]),
    ("dns", DNS_VERSION[:14] + b"\xc0" + DNS_VERSION[15:]),
    ("dns", DNS_VERSION[:15] + b"\x01" + DNS_VERSION[16:]),
    ("dns", DNS_VERSION[:-2] + b"\x07\x07"),
    ("dns", b"\0\x0c" + bytes(12)),
    ("java-rmi", b"JRMInfo"),
    ("java-rmi", b"JRM"),
    ("weblogic-t3", b"t3chnology\n"),
    ("weblogic-t3", b"t4 12"),
    ("ajp", b"\x12\x34\x00\x01\x0f"),
    ("adb", b"CNXN hello"),
    ("adb", b"CNX"),
    ("bittorrent", b"\x13BitTornado"),
    ("bittorrent", b"\x13Bi"),
    ("flash-policy", b"<policy>"),
    ("flash-policy", b"<policy-file-response/>"),
    ("rsync", b"@RSYNC"),
    ("git", b"0032git-annex /project"),
    ("stratum", b'{"id": 1, "method": "ping"}'),
    ("openvpn", b"\x00\x0e\x38" + bytes(8) + b"\x00\x00\x00\x00\x01"),
    ("text", b"bell\x07"),
    ("unknown", b"plain"),
    ("nothing", b"\n"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "first_bytes"), EXAMPLES)
def test_example(name: str, first_bytes: bytes) -> None:
    assert sniff(first_bytes) == name


@pytest.mark.parametrize(("name", "first_bytes"), EXAMPLES)
def test_example_byte_by_byte(name: str, first_bytes: bytes) -> None:
    names = [sniff(first_bytes[:end]) for end in range(len(first_bytes) + 1)]
    assert names[0] == "nothing"
    assert names[-1] == name
    assert set(names) <= set(PROTOCOLS)


@pytest.mark.parametrize(("name", "first_bytes"), NEAR_MISSES)
def test_near_miss(name: str, first_bytes: bytes) -> None:
    found = sniff(first_bytes)
    assert found != name


def test_every_protocol_has_an_example_and_a_near_miss() -> None:
    assert {name for name, _ in EXAMPLES} == set(PROTOCOLS)
    assert {name for name, _ in NEAR_MISSES} == set(PROTOCOLS)


CUT_OFF = [
    ("http/1", 4, b"GET / HTTP/1.1\r\n\r\n"),
    ("http/1", 8, b"OPTIONS / HTTP/1.0\r\n\r\n"),
    ("http/2", 14, b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
    ("tls", 2, CLIENT_HELLO),
    ("proxy-v1", 6, b"PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n"),
    ("proxy-v2", 5, b"\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c"),
    ("ssh", 4, b"SSH-2.0-Go\r\n"),
    ("mqtt", 5, b"\x10\x0c\x00\x04MQTT\x04\x02\x00\x3c\x00\x00"),
    ("bittorrent", 4, b"\x13BitTorrent protocol"),
    ("flash-policy", 8, b"<policy-file-request/>\0"),
    ("rdp", 11, RDP),
    ("vnc", 5, b"RFB 003.008\n"),
    ("amqp", 4, b"AMQP\0\0\x09\x01"),
    ("redis", 4, b"*1\r\n$4\r\nPING\r\n"),
    ("postgresql", 8, STARTUP),
    ("smb", 6, bytes.fromhex("00000045ff534d4272000000")),
    ("websocket-frame", 6, masked(0x81, b"hello")),
    ("weblogic-t3", 4, b"t3 12.1.2\n"),
]


@pytest.mark.parametrize(("name", "told_from", "first_bytes"), CUT_OFF)
def test_is_told_from_a_few_bytes_on(name: str, told_from: int, first_bytes: bytes) -> None:
    assert [sniff(first_bytes[:end]) for end in range(told_from, len(first_bytes) + 1)].count(name) == (
        len(first_bytes) + 1 - told_from
    )
    assert sniff(first_bytes[: told_from - 1]) != name


def test_protocols_have_title_and_page() -> None:
    for name, protocol in PROTOCOLS.items():
        assert protocol.name == name
        assert protocol.title
        assert protocol.url == "" or protocol.url.startswith("https://")
    assert PROTOCOLS["tls"].section == "RFC 8446 section 5.1"
    assert PROTOCOLS["telnet"].url == "https://www.rfc-editor.org/rfc/rfc854"


def test_long_input_is_decided_by_its_beginning() -> None:
    assert sniff(b"GET /" + b"a" * 200_000) == "http/1"
    assert sniff(b"a" * LOOKED_AT + b"\x00" * 100_000) == "text"
    assert sniff(b"x" * LOOKED_AT + b" HTTP/1.1\r\n") == "text"


@given(hostile_bytes())
def test_any_bytes_have_a_name(first_bytes: bytes) -> None:
    assert sniff(first_bytes) in PROTOCOLS


@given(good_handshakes(), st.data())
def test_a_handshake_is_http_from_its_target_on(first_bytes: bytes, data: st.DataObject) -> None:
    end = data.draw(st.integers(5, len(first_bytes)))
    assert sniff(first_bytes[:end]) == "http/1"
