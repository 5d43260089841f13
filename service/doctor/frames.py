"""Requests and answers as the Ethernet frames they could have been: one TCP connection for each client.

The trace keeps what was said, not the packets that carried it. So addresses of the link, ports and sequence numbers
are made here, whole and with right checksums; times, addresses of the clients and every byte of Modbus are real.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address

from protocols.modbus import Exchange
from protocols.modbus.codec import frame

PORT = 502  # of the station in the capture, whatever it is set to: Wireshark knows this one as Modbus/TCP
FIRST_PORT = 40001
STATION_4, STATION_6 = IPv4Address("192.0.2.1"), IPv6Address("2001:db8::1")  # of documentation: RFC 5737, RFC 3849
MAC_STATION, MAC_CLIENT = bytes.fromhex("020000000001"), bytes.fromhex("0200000000c1")  # locally administered
TCP, WINDOW = 6, 65535
SYN, ACK, PUSH = 2, 16, 8

Address = IPv4Address | IPv6Address


@dataclass(frozen=True)
class Packet:
    """One frame."""

    at_ns: int  # CLOCK_MONOTONIC
    frame: bytes
    exchange: Exchange | None  # None = of the opening of the connection
    answer: bool


@dataclass
class _Connection:
    """The two ends of one connection, and what each has sent."""

    client: Address
    port: int
    sent: list[int]  # next sequence number of client and station

    def segment(self, answer: bool, flags: int, data: bytes = b"") -> bytes:
        """The next frame of one end."""
        station: Address = STATION_4 if self.client.version == 4 else STATION_6
        source, target = (station, self.client) if answer else (self.client, station)
        ports = (PORT, self.port) if answer else (self.port, PORT)
        acknowledged = self.sent[not answer] if flags & ACK else 0
        head = struct.pack(">HHIIBBHHH", *ports, self.sent[answer], acknowledged, 5 << 4, flags, WINDOW, 0, 0)
        pseudo = source.packed + target.packed + struct.pack(">IHBB", len(head) + len(data), 0, 0, TCP)
        checksum = internet_checksum(pseudo + head + data)
        self.sent[answer] = self.sent[answer] + len(data) + bool(flags & SYN) & 0xFFFFFFFF
        return _ethernet(source, target, head[:16] + struct.pack(">H", checksum) + head[18:] + data, answer)


def packets(exchanges: Sequence[Exchange]) -> Iterator[Packet]:
    """The frames of these exchanges in the order of time."""
    said = [(e.monotonic_ns, False, e) for e in exchanges]
    said += [(e.monotonic_ns + max(e.duration_ns, 1), True, e) for e in exchanges]
    connections: dict[str, _Connection] = {}
    for at_ns, answer, exchange in sorted(said, key=lambda one: (one[0], one[2].number, one[1])):
        connection = connections.get(exchange.client)
        if connection is None:
            port = FIRST_PORT + len(connections)
            connection = connections[exchange.client] = _Connection(_address(exchange.client), port, [1000, 5000])
            for opening, of_station in ((SYN, False), (SYN | ACK, True), (ACK, False)):
                yield Packet(at_ns, connection.segment(of_station, opening), None, of_station)
        pdu = exchange.answer if answer else exchange.request
        data = frame(exchange.transaction, exchange.unit, pdu)
        yield Packet(at_ns, connection.segment(answer, ACK | PUSH, data), exchange, answer)


def _address(client: str) -> Address:
    """Of a client; one that has no IP address stands as the unspecified one."""
    try:
        return ip_address(client.partition("%")[0])
    except ValueError:
        return IPv4Address(0)


def _ethernet(source: Address, target: Address, segment: bytes, answer: bool) -> bytes:
    macs = MAC_CLIENT + MAC_STATION if not answer else MAC_STATION + MAC_CLIENT
    macs = macs[6:] + macs[:6]  # the target stands first
    if source.version == 6:
        head = struct.pack(">IHBB", 6 << 28, len(segment), TCP, 64) + source.packed + target.packed
        return macs + b"\x86\xdd" + head + segment
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(segment), 0, 0x4000, 64, TCP, 0) + source.packed + target.packed
    return macs + b"\x08\x00" + head[:10] + struct.pack(">H", internet_checksum(head)) + head[12:] + segment


def internet_checksum(data: bytes) -> int:
    """RFC 1071: the complement of the one's complement sum of the 16-bit words."""
    data += bytes(len(data) % 2)
    total: int = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
