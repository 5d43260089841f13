"""What the station and the process that tries drafts say to each other: frames of JSON, with bytes behind it."""

import struct
from typing import Any, BinaryIO

import orjson

HEAD = struct.Struct(">II")  # length of the JSON, and of what follows it
LONGEST = 256 * 2**20  # bytes


def packed(told: Any, data: bytes = b"") -> bytes:
    """One message."""
    return framed(orjson.dumps(told), data)


def framed(body: bytes, data: bytes = b"") -> bytes:
    """The same of JSON that is made already."""
    return HEAD.pack(len(body), len(data)) + body + data


def read(source: BinaryIO) -> Any:
    """The next message's JSON; None = the other side has gone."""
    head = source.read(HEAD.size)
    if len(head) < HEAD.size:
        return None
    size, more = HEAD.unpack(head)
    body = source.read(size)
    source.read(more)
    return orjson.loads(body) if len(body) == size else None
