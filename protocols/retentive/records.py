"""Triggers and results as bytes, and back, exactly."""

import math
import struct
from base64 import b64decode, b64encode
from dataclasses import fields, replace
from operator import attrgetter
from typing import Any

import orjson

from ..handshake.types import Accepted, Finished, Outcome, Source

DECODED_BYTES = 129  # of a decoded string: one more than the registers hold, so that it still counts as truncated
_ARRAYS = ("values", "statuses", "int16s")
_DEFAULTS: dict[str, Any] = {field.name: field.default for field in fields(Outcome)}
_NOT_FINITE = {"nan": math.nan, "inf": math.inf, "-inf": -math.inf}
_ACCEPTED = [field.name for field in fields(Accepted) if field.compare]
_FIELDS = attrgetter(*_ACCEPTED)
_SOURCE, _CLIENT, _PART_ID, _PARAMETERS = map(_ACCEPTED.index, ("source", "client", "part_id", "parameters"))


def outcome_bytes(outcome: Outcome) -> bytes:
    """JSON of all that differs from the defaults; what JSON lacks (NaN, bytes) is written as text."""
    content = {name: value for name in _DEFAULTS if (value := getattr(outcome, name)) != _DEFAULTS[name]}
    for name in _ARRAYS:
        if name in content:
            content[name] = [_jsonable(v) for v in _trimmed(content[name], _DEFAULTS[name])]
    if outcome.decoded is not None:
        content["decoded"] = outcome.decoded.decode("latin-1")
    if outcome.user:
        content["user"] = b64encode(outcome.user).decode()
    return orjson.dumps(content)


def outcome(data: bytes) -> Outcome:
    """The inverse of `outcome_bytes`."""
    given: dict[str, Any] = orjson.loads(data)
    content = {name: value for name, value in given.items() if name in _DEFAULTS}  # a newer release may tell more
    for name in _ARRAYS:
        if name in content:
            numbers = tuple(_NOT_FINITE.get(v, v) for v in content[name])
            content[name] = numbers + _DEFAULTS[name][len(numbers) :]
    if "decoded" in content:
        content["decoded"] = content["decoded"].encode("latin-1")
    if "user" in content:
        content["user"] = b64decode(content["user"])
    return Outcome(**content)


def accepted_json(accepted: Accepted) -> list[Any]:
    """Its fields in order, as JSON has them."""
    row: list[Any] = list(_FIELDS(accepted))
    row[_SOURCE] = int(accepted.source)
    row[_CLIENT] = accepted.client if accepted.client.isascii() else accepted.client.encode("utf-8", "replace").decode()
    row[_PART_ID] = accepted.part_id.hex()
    row[_PARAMETERS] = struct.pack(f">{len(accepted.parameters)}H", *accepted.parameters).hex()
    return row


def accepted(row: list[Any]) -> Accepted:
    """The inverse of `accepted_json`."""
    row = list(row)
    words = bytes.fromhex(row[_PARAMETERS])
    row[_SOURCE], row[_PART_ID] = Source(row[_SOURCE]), bytes.fromhex(row[_PART_ID])
    row[_PARAMETERS] = struct.unpack(f">{len(words) // 2}H", words)
    return Accepted(*row)


def finished_bytes(finished: Finished) -> bytes:
    """A result: its trigger, and its outcome as far as the registers tell it."""
    told = finished.outcome
    if told.decoded is not None and len(told.decoded) > DECODED_BYTES:
        told = replace(told, decoded=told.decoded[:DECODED_BYTES])
    return orjson.dumps([finished.seq, accepted_json(finished.accepted), outcome_bytes(told).decode()])


def finished(data: bytes) -> Finished:
    """The inverse of `finished_bytes`."""
    seq, trigger, told = orjson.loads(data)
    return Finished(seq, accepted(trigger), outcome(told.encode()))


def _trimmed(values: tuple[Any, ...], default: tuple[Any, ...]) -> tuple[Any, ...]:
    """Without the tail that is as in `default`."""
    used = len(values)
    while used and (values[used - 1] == default[used - 1] or values[used - 1] != values[used - 1]):
        used -= 1
    return values[:used]


def _jsonable(value: float) -> float | int | str:
    if isinstance(value, int):
        return int(value)
    return float(value) if math.isfinite(value) else str(float(value))
