"""Malformed Modbus TCP: requests of every function, bent, cut, mislabelled; and plain noise. All from one seed."""

import random
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.protocols.modbus.wire import adu

VALID: tuple[bytes, ...] = (
    *(struct.pack(">BHH", function, 0, count) for function, count in ((1, 16), (2, 128), (3, 64), (4, 125))),
    struct.pack(">BHH", 3, 1000, 64),
    struct.pack(">BHH", 4, 2000, 64),
    struct.pack(">BHH", 5, 1, 0xFF00),
    struct.pack(">BHH", 6, 4, 17),
    bytes((7,)),
    *(struct.pack(">BHH", 8, sub, 0) for sub in (0, 1, 2, 10, 11, 12, 13, 14, 15, 18)),
    struct.pack(">BHHBB", 15, 0, 8, 1, 3),
    struct.pack(">BHHB10H", 16, 4, 10, 20, *range(10)),
    bytes((17,)),
    struct.pack(">BHHH", 22, 0, 0xFFFD, 2),
    struct.pack(">BHHHHB10H", 23, 1000, 64, 4, 10, 20, *range(10)),
    bytes((43, 14, 1, 0)),
    bytes((43, 14, 4, 0x80)),
)
EDGES = (
    0,
    1,
    2,
    63,
    64,
    99,
    100,
    124,
    125,
    126,
    127,
    128,
    199,
    200,
    369,
    999,
    2000,
    2001,
    3023,
    9999,
    32767,
    32768,
    65535,
)
LONGEST = 253  # bytes of a PDU


@dataclass(frozen=True, slots=True)
class Stream:
    """What one connection sends.

    `answered`: each frame has an answer, and the connection stays. `drip`: byte by byte, over seconds. `unread`: its
    answers are never taken.
    """

    frames: tuple[bytes, ...]
    answered: bool = False
    sliced: bool = False
    drip: bool = False
    unread: bool = False


def streams(chance: random.Random) -> Iterator[Stream]:
    """For ever."""
    makers = list(KINDS)
    weights = [KINDS[maker] for maker in makers]
    while True:
        yield chance.choices(makers, weights)[0](chance)


def bent(chance: random.Random) -> bytes:
    """A PDU near to a valid one: at least one byte long, at most 253."""
    pdu = bytearray(chance.choice(VALID))
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        chance.choice(BENDS)(pdu, chance)
    return bytes(pdu[:LONGEST]) or b"\0"


def _flip(pdu: bytearray, chance: random.Random) -> None:
    if pdu:
        pdu[chance.randrange(len(pdu))] ^= 1 << chance.randrange(8)


def _shorter(pdu: bytearray, chance: random.Random) -> None:
    del pdu[chance.randint(1, max(1, len(pdu) - 1)) :]


def _longer(pdu: bytearray, chance: random.Random) -> None:
    pdu += chance.randbytes(chance.choice((1, 2, 3, 8, 240)))


def _edge(pdu: bytearray, chance: random.Random) -> None:
    """A number that is 0, the largest allowed, one more, the last address, …"""
    if len(pdu) >= 3:
        at = chance.randrange(1, len(pdu) - 1)
        pdu[at : at + 2] = chance.choice(EDGES).to_bytes(2, "big")


def _byte(pdu: bytearray, chance: random.Random) -> None:
    if len(pdu) > 1:
        pdu[chance.randrange(1, len(pdu))] = chance.choice((0, 1, 2, 127, 128, 250, 255))


def _function(pdu: bytearray, chance: random.Random) -> None:
    if pdu:
        pdu[0] = chance.randrange(256)


def _spliced(pdu: bytearray, chance: random.Random) -> None:
    pdu[chance.randint(1, max(1, len(pdu))) :] = chance.choice(VALID)[1:]


BENDS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip,
    _shorter,
    _longer,
    _edge,
    _edge,
    _byte,
    _function,
    _spliced,
)


def nonsense(chance: random.Random) -> Stream:
    """Well framed, and wrong inside: many in one segment."""
    frames = (adu(bent(chance), i, chance.randrange(256)) for i in range(chance.choice((1, 5, 40, 40, 100))))
    return Stream(tuple(frames), answered=True)


def fragments(chance: random.Random) -> Stream:
    """The same, cut anywhere."""
    return Stream(tuple(adu(bent(chance), i) for i in range(chance.randint(1, 8))), answered=True, sliced=True)


def lies(chance: random.Random) -> Stream:
    """A header whose protocol id or length is not true, perhaps after valid requests, perhaps before."""
    pdu = bent(chance)
    true = len(pdu) + 1
    length = chance.choice((0, 1, 2, true - 1, true + 1, 254, 255, 256, 260, 0x7FFF, 0xFFFF, chance.randrange(65536)))
    protocol = chance.choice((0, 0, 0, 1, 255, 256, 65535))
    before = [adu(bent(chance), i) for i in range(chance.choice((0, 0, 1, 3)))]
    return Stream((*before, adu(pdu, 9, protocol=protocol, length=length), adu(bent(chance), 10)))


def noise(chance: random.Random) -> Stream:
    """No Modbus at all: other protocols, zeros, ones, anything."""
    hello = (b"GET / HTTP/1.1\r\n\r\n", b"HELF\x20\0\0\0", b"\x16\x03\x01\x02\0\x01", b"\0" * 300, b"\xff" * 300)
    return Stream((chance.choice((*hello, chance.randbytes(chance.randint(1, 600)))),))


def cut(chance: random.Random) -> Stream:
    """A request that ends too early, and with it the connection."""
    whole = adu(bent(chance))
    return Stream((whole[: chance.randrange(1, len(whole))],))


def unread(chance: random.Random) -> Stream:
    """Many requests whose answers nobody takes."""
    return Stream(tuple(adu(chance.choice(VALID) if i % 2 else bent(chance), i) for i in range(400)), unread=True)


def drip(chance: random.Random) -> Stream:
    """A request that never comes to its end."""
    return Stream((adu(chance.choice(VALID))[:-1],), drip=True)


KINDS = {nonsense: 40, fragments: 10, lies: 25, noise: 10, cut: 10, unread: 1, drip: 0.2}
