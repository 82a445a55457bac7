"""The protocols that strays speak: name, title and the page that specifies the first bytes.

This table knows no bytes; `wire.sniff` recognises them. Rules and renderers take titles and pages from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

__all__ = ["PROTOCOLS", "Protocol"]


@dataclass(frozen=True, slots=True)
class Protocol:
    """A protocol that first bytes can belong to.

    Attributes:
        name: what `Evidence.speaks` holds.
        title: the name that people know it by.
        section: where its first bytes are specified.
        url: the page of that section; empty where there is no page to read.

    """

    name: str
    title: str
    section: str
    url: str


def _rfc(number: int, section: str = "") -> tuple[str, str]:
    if not section:
        return f"RFC {number}", f"https://www.rfc-editor.org/rfc/rfc{number}"
    return f"RFC {number} section {section}", f"https://www.rfc-editor.org/rfc/rfc{number}#section-{section}"


_ROWS: tuple[tuple[str, str, tuple[str, str]], ...] = (
    ("nothing", "nothing at all", ("RFC 9293 section 3.5", "https://www.rfc-editor.org/rfc/rfc9293#section-3.5")),
    ("http/1", "HTTP/1", _rfc(9112, "3")),
    ("http/0.9", "HTTP/0.9", ("HTTP 0.9 as implemented in 1991", "https://www.w3.org/Protocols/HTTP/AsImplemented.html")),
    ("http/2", "HTTP/2", _rfc(9113, "3.4")),
    ("http-response", "an HTTP response", _rfc(9112, "4")),
    ("tls", "TLS", _rfc(8446, "5.1")),
    ("ssl2", "SSL 2.0 ClientHello", _rfc(5246, "E.2")),
    ("proxy-v1", "PROXY protocol, version 1", ("PROXY protocol section 2.1", "https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt")),
    ("proxy-v2", "PROXY protocol, version 2", ("PROXY protocol section 2.2", "https://www.haproxy.org/download/3.0/doc/proxy-protocol.txt")),
    ("write-ip", "the client address that hitch writes with write-ip", ("hitch.conf, write-ip", "https://github.com/varnish/hitch/blob/master/docs/configuration.md")),
    ("websocket-frame", "a WebSocket frame without a handshake", _rfc(6455, "5.2")),
    ("ssh", "SSH", _rfc(4253, "4.2")),
    ("telnet", "Telnet", _rfc(854)),
    ("rdp", "Remote Desktop (RDP)", ("[MS-RDPBCGR] section 2.2.1.1", "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-rdpbcgr/18a27ef9-6f9a-4501-b000-94b1fe3c2c10")),
    ("iso-tsap", "ISO transport over TCP (S7 and other controllers)", _rfc(1006, "6")),
    ("vnc", "VNC (RFB)", _rfc(6143, "7.1.1")),
    ("x11", "X11", ("X Window System Protocol, connection setup", "https://www.x.org/releases/X11R7.7/doc/xproto/x11protocol.html#Connection_Setup")),
    ("smb", "SMB", ("[MS-SMB2] section 2.2.1", "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-smb2/5cd64522-60b3-4f3e-a157-fe66f1228052")),
    ("rtsp", "RTSP", _rfc(7826, "7")),
    ("sip", "SIP", _rfc(3261, "7.1")),
    ("smtp", "SMTP", _rfc(5321, "4.1.1.1")),
    ("ftp", "FTP", _rfc(959, "4.1.1")),
    ("irc", "IRC", _rfc(2812, "3.1")),
    ("pop3", "POP3", _rfc(1939, "4")),
    ("imap", "IMAP", _rfc(9051, "6")),
    ("xmpp", "XMPP", _rfc(6120, "4.2")),
    ("redis", "Redis", ("Redis serialization protocol", "https://redis.io/docs/latest/develop/reference/protocol-spec/")),
    ("memcached", "memcached", ("memcached protocol.txt", "https://github.com/memcached/memcached/blob/master/doc/protocol.txt")),
    ("mysql", "MySQL", ("MySQL connection phase packets", "https://dev.mysql.com/doc/dev/mysql-server/latest/page_protocol_connection_phase_packets.html")),
    ("postgresql", "PostgreSQL", ("PostgreSQL message formats", "https://www.postgresql.org/docs/current/protocol-message-formats.html")),
    ("mongodb", "MongoDB", ("MongoDB wire protocol", "https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/")),
    ("cassandra", "Cassandra (CQL)", ("CQL binary protocol", "https://cassandra.apache.org/doc/latest/cassandra/reference/native-protocol.html")),
    ("mssql", "Microsoft SQL Server (TDS)", ("[MS-TDS] section 2.2.6.5", "https://learn.microsoft.com/en-us/openspecs/windows_protocols/ms-tds/60f56408-0188-4cd5-8b90-25c6f2423868")),
    ("oracle-tns", "Oracle Net (TNS)", ("Oracle Net Services", "https://docs.oracle.com/en/database/oracle/oracle-database/23/netag/")),
    ("kafka", "Kafka", ("Kafka protocol guide", "https://kafka.apache.org/protocol.html")),
    ("mqtt", "MQTT", ("MQTT 5.0 section 3.1", "https://docs.oasis-open.org/mqtt/mqtt/v5.0/os/mqtt-v5.0-os.html#_Toc3901033")),
    ("amqp", "AMQP", ("AMQP 0-9-1 section 4.2.2", "https://www.rabbitmq.com/amqp-0-9-1-reference.html")),
    ("stomp", "STOMP", ("STOMP 1.2, connecting", "https://stomp.github.io/stomp-specification-1.2.html#Connecting")),
    ("nats", "NATS", ("NATS client protocol", "https://docs.nats.io/reference/reference-protocols/nats-protocol")),
    ("socks4", "SOCKS 4", ("SOCKS 4", "https://www.openssh.com/txt/socks4.protocol")),
    ("socks5", "SOCKS 5", _rfc(1928, "3")),
    ("ldap", "LDAP", _rfc(4511, "4.2")),
    ("dns", "DNS over TCP", _rfc(1035, "4.2.2")),
    ("java-rmi", "Java RMI", ("RMI wire protocol", "https://docs.oracle.com/en/java/javase/21/docs/specs/rmi/protocol.html")),
    ("weblogic-t3", "WebLogic T3", ("Oracle WebLogic Server RMI", "https://docs.oracle.com/en/middleware/standalone/weblogic-server/14.1.1.0/wlrmi/t3.html")),
    ("ajp", "AJP", ("AJPv13", "https://tomcat.apache.org/connectors-doc/ajp/ajpv13a.html")),
    ("adb", "Android Debug Bridge", ("adb protocol", "https://android.googlesource.com/platform/packages/modules/adb/+/refs/heads/main/docs/dev/protocol.md")),
    ("bittorrent", "BitTorrent", ("BEP 3, peer protocol", "https://www.bittorrent.org/beps/bep_0003.html")),
    ("flash-policy", "Flash socket policy request", ("Adobe Flash socket policy files", "")),
    ("rsync", "rsync", ("rsync daemon protocol", "https://rsync.samba.org/how-rsync-works.html")),
    ("git", "Git", ("gitprotocol-pack, git transport", "https://git-scm.com/docs/gitprotocol-pack")),
    ("stratum", "Stratum (coin mining)", ("Stratum mining protocol", "https://en.bitcoin.it/wiki/Stratum_mining_protocol")),
    ("openvpn", "OpenVPN over TCP", ("OpenVPN wire protocol", "https://openvpn.github.io/openvpn-rfc/openvpn-wire-protocol.html")),
    ("text", "text of no known protocol", ("", "")),
    ("unknown", "bytes of no known protocol", ("", "")),
)  # fmt: skip

PROTOCOLS: Mapping[str, Protocol] = MappingProxyType(
    {name: Protocol(name, title, section, url) for name, title, (section, url) in _ROWS}
)
"""Every name that `wire.sniff.sniff` can return, with title and page."""
