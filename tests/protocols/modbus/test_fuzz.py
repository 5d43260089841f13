"""Thousands of random inputs, and a healthy client beside them."""

import random

import pytest

from tests.protocols.modbus.station import Connect, Station, Until
from tests.protocols.modbus.wire import Wire, adu, read, words

CASES = 4000
CONNECTIONS = 40


def frames(rng: random.Random) -> bytes:
    """Well-framed nonsense: each must be answered."""
    function = rng.choice([1, 2, 3, 4, 5, 6, 7, 8, 15, 16, 17, 22, 23, 43, rng.randrange(256)])
    body = rng.randbytes(rng.choice([0, 1, 3, 4, 4, 4, 5, 6, 9, rng.randrange(252)]))
    if rng.random() < 0.5:  # small numbers come nearer to what is allowed
        body = bytes(b if rng.random() < 0.3 else 0 for b in body)
    return bytes((function,)) + body


@pytest.mark.parametrize("seed", [20_240, random.SystemRandom().randrange(2**32)], ids=["fixed", "new"])
async def test_well_framed_nonsense_is_answered_each_once(station: Station, connect: Connect, seed: int) -> None:
    print(f"seed {seed}")
    rng = random.Random(seed)
    healthy, wire = await connect(), await connect()
    for start in range(0, CASES, 50):
        pdus = [frames(rng) for _ in range(50)]
        await wire.send(b"".join(adu(pdu, start + i, unit=i) for i, pdu in enumerate(pdus)))
        for i, pdu in enumerate(pdus):
            answer = await wire.frame()
            assert answer[:2] == (start + i).to_bytes(2, "big"), pdu.hex()
            assert answer[6] == i
            assert answer[7] & 0x7F == pdu[0] & 0x7F
            assert answer[7] == pdu[0] or answer[8] in (1, 2, 3), pdu.hex()
        assert words(await healthy.ask(read(4, 28, 1))) == (0x1234,)


@pytest.mark.parametrize("seed", [20_240, random.SystemRandom().randrange(2**32)], ids=["fixed", "new"])
async def test_any_bytes_close_at_most_their_own_connection(
    station: Station, connect: Connect, until: Until, seed: int
) -> None:
    print(f"seed {seed}")
    rng = random.Random(seed)
    healthy = await connect()
    for _ in range(CONNECTIONS):
        wire = await Wire.connect(station.port)
        for _ in range(CASES // CONNECTIONS):
            valid = bytearray(adu(frames(rng), rng.randrange(65536)))
            if rng.random() < 0.1:
                valid[rng.randrange(len(valid))] = rng.randrange(256)
            piece = rng.randbytes(rng.randrange(1, 40)) if rng.random() < 0.02 else bytes(valid)
            try:
                await wire.send(piece[: rng.randrange(1, len(piece) + 1)] if rng.random() < 0.05 else piece)
            except OSError:
                break  # closed already, which is the right answer to bytes that are no frame
        assert words(await healthy.ask(read(4, 28, 1))) == (0x1234,)
        await wire.close()
    await until(lambda: station.server.clients()[0].connections == 1)
    assert len(station.server._connections) == 1
