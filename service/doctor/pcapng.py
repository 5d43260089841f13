"""Packets as a pcapng file, the little of it that a capture needs.

After draft-ietf-opsawg-pcapng, "PCAP Next Generation (pcapng) Capture File Format": section 4.1 (section header), 4.2
(interface description), 4.3 (enhanced packet) and 3.5 (options). All numbers are little-endian, all blocks end on 4
bytes.
"""

import struct
from collections.abc import Iterable

ETHERNET = 1  # link type
END, COMMENT, TSRESOL, USER_APPLICATION = 0, 1, 9, 4  # option codes
NANOSECONDS = b"\x09"  # if_tsresol: 10^-9 s
SECTION, INTERFACE, PACKET = 0x0A0D0D0A, 1, 6


def capture(packets: Iterable[tuple[int, bytes, str]], application: str) -> bytes:
    """A whole file.

    Args:
        packets: UTC in nanoseconds, the Ethernet frame, and a comment ("" = none), in the order of time.
        application: What wrote it.
    """
    head = struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + _options((USER_APPLICATION, application.encode()))
    interface = struct.pack("<HHI", ETHERNET, 0, 0) + _options((TSRESOL, NANOSECONDS))
    blocks = [_block(SECTION, head), _block(INTERFACE, interface)]
    for at_ns, frame, comment in packets:
        fixed = struct.pack("<IIIII", 0, at_ns >> 32, at_ns & 0xFFFFFFFF, len(frame), len(frame))
        options = _options((COMMENT, comment.encode())) if comment else b""
        blocks.append(_block(PACKET, fixed + _padded(frame) + options))
    return b"".join(blocks)


def _block(kind: int, body: bytes) -> bytes:
    size = struct.pack("<I", len(body) + 12)
    return struct.pack("<I", kind) + size + body + size


def _options(*options: tuple[int, bytes]) -> bytes:
    given = b"".join(struct.pack("<HH", code, len(value)) + _padded(value) for code, value in options)
    return given + struct.pack("<HH", END, 0)


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)
