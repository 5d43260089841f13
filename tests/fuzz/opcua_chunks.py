"""Malformed OPC UA: recorded chunks of every service, bent, mislabelled, oversized, out of order; and plain noise."""

import random
import struct
from collections.abc import Callable
from enum import Enum, unique

from tests.fuzz.opcua_recording import CHANNEL, HEADER, REQUEST, SEQUENCE, TOKEN, Recording

NUMBERS = (0, 1, 2, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFE, 255, 256, 65535, 65536)
DOUBLES = (float("nan"), float("inf"), float("-inf"), -1.0, 0.0, 1e-300, 1e300)
BODY = 24  # of a MSG chunk: after its three headers


@unique
class Stage(Enum):
    """How far a connection has come when the malformed chunks begin."""

    CONNECTED = 1
    HELLO = 2
    CHANNEL = 3
    SESSION = 4


def bent(recording: Recording, stage: Stage, own: Callable[[bytes], bytes], chance: random.Random) -> bytes:
    """One chunk that is not as its client sent it; `own` gives it the numbers of its connection."""
    chunk = bytearray(own(_valid(recording, stage, chance)))
    inside = chunk[:3] == b"MSG" and chance.random() < 0.8
    bends = INSIDE if inside else BENDS
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        chance.choice(bends)(chunk, chance)
    if inside or (chance.random() < 0.8 and len(chunk) >= HEADER):  # else its size is a lie
        chunk[4:8] = len(chunk).to_bytes(4, "little")
    return bytes(chunk)


def noise(chance: random.Random) -> bytes:
    """No OPC UA at all."""
    kind = chance.choice((b"", b"HELF", b"OPNF", b"MSGF", b"MSGC", b"MSGA", b"CLOF", b"ERRF", b"ACKF", b"GET "))
    rest = chance.randbytes(chance.choice((0, 1, 4, 20, 200, 3000)))
    size = (len(kind) + 4 + len(rest)).to_bytes(4, "little") if chance.random() < 0.7 else chance.randbytes(4)
    return kind + size + rest


def _valid(recording: Recording, stage: Stage, chance: random.Random) -> bytes:
    """What would be right at this stage, or would not be yet, or no more."""
    right = {
        Stage.CONNECTED: [recording.hello],
        Stage.HELLO: [recording.open],
        Stage.CHANNEL: [recording.create, recording.activate],
        Stage.SESSION: [*recording.requests],
    }[stage]
    if chance.random() < 0.1:
        right = [recording.hello, recording.open, recording.create, recording.activate, recording.close]
        right += recording.requests
    return chance.choice(right)


def _flip(chunk: bytearray, chance: random.Random) -> None:
    if chunk:
        chunk[chance.randrange(len(chunk))] ^= 1 << chance.randrange(8)


def _shorter(chunk: bytearray, chance: random.Random) -> None:
    del chunk[chance.randint(1, max(1, len(chunk) - 1)) :]


def _longer(chunk: bytearray, chance: random.Random) -> None:
    chunk += chance.randbytes(chance.choice((1, 4, 100)))


def _number(chunk: bytearray, chance: random.Random) -> None:
    """A length, a count, an id that is 0, -1, the largest, one less."""
    if len(chunk) > HEADER + 4:
        at = chance.randrange(HEADER, len(chunk) - 3)
        chunk[at : at + 4] = chance.choice(NUMBERS).to_bytes(4, "little")


def _double(chunk: bytearray, chance: random.Random) -> None:
    """An interval, a time-out, that is no number, endless, negative."""
    if len(chunk) > HEADER + 8:
        at = chance.randrange(HEADER, len(chunk) - 7)
        chunk[at : at + 8] = struct.pack("<d", chance.choice(DOUBLES))


def _kind(chunk: bytearray, chance: random.Random) -> None:
    chunk[:3] = chance.choice((b"HEL", b"OPN", b"MSG", b"CLO", b"ERR", b"ACK", b"XYZ"))


def _final(chunk: bytearray, chance: random.Random) -> None:
    if len(chunk) > 3:
        chunk[3] = chance.choice(b"FCAX\0")


def _huge(chunk: bytearray, chance: random.Random) -> None:
    chunk += bytes(chance.choice((1000, 65_000, 70_000, 140_000)))


def _spliced(chunk: bytearray, chance: random.Random) -> None:
    """A part of it twice."""
    at = chance.randrange(len(chunk) or 1)
    chunk[at:at] = chunk[chance.randrange(len(chunk) or 1) :][:200]


def _header(chunk: bytearray, chance: random.Random) -> None:
    """Of another channel, another token, out of sequence, a request id of before."""
    at = chance.choice((CHANNEL, TOKEN, SEQUENCE, REQUEST))
    if len(chunk) >= at + 4:
        chunk[at : at + 4] = chance.choice((*NUMBERS, chance.randrange(1 << 32))).to_bytes(4, "little")


def _inside(bend: Callable[[bytearray, random.Random], None]) -> Callable[[bytearray, random.Random], None]:
    """Of the body only, so that the message gets as far as its decoder, or its service."""

    def bend_body(chunk: bytearray, chance: random.Random) -> None:
        body = chunk[BODY:]
        bend(body, chance)
        chunk[BODY:] = body

    return bend_body


BENDS = (_flip, _shorter, _longer, _number, _double, _kind, _final, _huge, _spliced, _header, _header)
INSIDE = tuple(_inside(bend) for bend in (_flip, _flip, _number, _number, _double, _double, _shorter, _spliced))
