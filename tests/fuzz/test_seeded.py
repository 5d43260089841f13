"""The fuzzer: one seed gives the same input again, and what it gives is malformed, of every kind."""

import random
from itertools import islice

from protocols.modbus.codec import HEADER, MAX_LENGTH, MIN_LENGTH, unpack_header
from tests.fuzz.modbus_frames import KINDS, Stream, lies, streams
from tests.fuzz.opcua_chunks import Stage, bent, noise
from tests.fuzz.opcua_recording import Recording

RECORDING = Recording(
    hello=b"HELF" + (40).to_bytes(4, "little") + bytes(32),
    open=b"OPNF" + (60).to_bytes(4, "little") + bytes(52),
    create=b"MSGF" + (90).to_bytes(4, "little") + bytes(82),
    activate=b"MSGF" + (80).to_bytes(4, "little") + bytes(72),
    requests=tuple(b"MSGF" + size.to_bytes(4, "little") + bytes(size - 8) for size in (50, 70, 100)),
    close=b"CLOF" + (57).to_bytes(4, "little") + bytes(49),
    auth=b"x" * 32,
)


def modbus(seed: int) -> list[Stream]:
    return list(islice(streams(random.Random(seed)), 500))


def opcua(seed: int) -> list[bytes]:
    chance = random.Random(seed)
    return [bent(RECORDING, stage, bytes, chance) for stage in Stage for _ in range(200)] + [noise(chance)]


def test_a_seed_gives_the_same_again_and_another_gives_other_input() -> None:
    assert modbus(1) == modbus(1) != modbus(2)
    assert opcua(1) == opcua(1) != opcua(2)


def test_every_kind_of_stream_comes() -> None:
    made = list(islice(streams(random.Random(3)), 5000))
    for flag in ("answered", "sliced", "drip", "unread"):
        assert any(getattr(stream, flag) for stream in made), flag
    assert len(KINDS) == 7


def test_frames_that_are_answered_are_well_framed_and_of_all_functions() -> None:
    frames = [frame for stream in modbus(4) if stream.answered for frame in stream.frames]
    for frame in frames:
        _, protocol, length = unpack_header(frame)
        assert protocol == 0
        assert MIN_LENGTH <= length == len(frame) - HEADER <= MAX_LENGTH
    assert {1, 2, 3, 4, 5, 6, 7, 8, 15, 16, 17, 22, 23, 43} <= {frame[7] for frame in frames}


def test_headers_lie() -> None:
    chance = random.Random(5)
    told = [unpack_header(lies(chance).frames[-2])[1:] for _ in range(300)]
    assert any(protocol for protocol, _ in told)
    assert any(length > MAX_LENGTH for _, length in told)
    assert any(length < MIN_LENGTH for _, length in told)


def test_hardly_a_chunk_is_as_it_was_recorded() -> None:
    recorded = {RECORDING.hello, RECORDING.open, RECORDING.create, RECORDING.activate, RECORDING.close}
    recorded |= set(RECORDING.requests)
    made = opcua(6)
    assert sum(chunk in recorded for chunk in made) < len(made) / 10
