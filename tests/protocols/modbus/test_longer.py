"""What is kept longer than the last 1,000 requests, and what is not."""

import struct

import pytest

from protocols.modbus.longer import OVERHEAD, SEEN, Longer, Raw, without_heartbeat
from tests.protocols.modbus.wire import read, read_write, write_registers


class Memory:
    """A ring as the connections use it."""

    def __init__(self, limit: int = 1 << 20) -> None:
        self.stand = b"a"
        self.longer = Longer(lambda: self.stand, limit)
        self.count = 0

    def ask(self, pdu: bytes, client: str = "10.0.0.5") -> None:
        self.count += 1
        seen = self.longer.seen_by(client)
        raw: Raw = (self.count, 1, 2, client, 1, 1, pdu, b"\4\2\0\0")
        if pdu not in seen:
            self.longer.keep(raw, seen)

    @property
    def kept(self) -> list[int]:
        return [raw[0] for raw, _ in self.longer.all()]


def test_a_poll_that_repeats_is_not_kept_until_something_happens() -> None:
    memory = Memory()
    for _ in range(3):
        memory.ask(read(4, 0, 64))
    assert memory.kept == [1]
    memory.longer.changed()
    for _ in range(3):
        memory.ask(read(4, 0, 64))
    assert memory.kept == [1, 4]


def test_each_client_has_its_own_first_read() -> None:
    memory = Memory()
    for client in ("10.0.0.5", "10.0.0.6", "10.0.0.5", "10.0.0.6"):
        memory.ask(read(4, 0, 64), client)
    assert memory.kept == [1, 2]


def test_every_other_write_is_kept_and_a_cyclic_one_once() -> None:
    memory = Memory()
    for number in (7, 7, 7, 8, 8):
        memory.ask(write_registers(4, number))
    assert memory.kept == [1, 4]


def test_a_heartbeat_makes_no_new_write() -> None:
    memory = Memory()
    for beat in range(5):
        memory.ask(read_write(1900, 32, 0, 1, 0, 0, 0, 7, 0, beat, 0))
    memory.ask(read_write(1900, 32, 0, 1, 0, 0, 0, 8, 0, 6, 0))
    assert memory.kept == [1, 6]


def test_a_change_that_nobody_told_is_seen_in_the_registers() -> None:
    memory = Memory()
    memory.ask(read(4, 0, 64))
    memory.ask(read(4, 100, 28))
    memory.stand = b"b"
    memory.ask(write_registers(5, 3))
    memory.ask(read(4, 0, 64))
    assert memory.kept == [1, 2, 3, 4]
    assert [stand for _, stand in memory.longer.all()] == [b"a", b"a", b"b", b"b"]


def test_the_ring_is_limited_by_its_bytes() -> None:
    one = OVERHEAD + len(write_registers(4, 1)) + 4
    memory = Memory(limit=10 * one)
    for number in range(1, 31):
        memory.ask(write_registers(4, number))
    assert memory.kept == list(range(21, 31))


def test_a_scanner_fills_no_set_without_end() -> None:
    memory = Memory()
    for address in range(3 * SEEN):
        memory.ask(read(4, address, 1))
    assert len(memory.longer.seen_by("10.0.0.5")) <= SEEN


@pytest.mark.parametrize(
    ("pdu", "same"),
    [
        pytest.param(write_registers(0, 1, 0, 0, 0, 7, 0, 9), write_registers(0, 1, 0, 0, 0, 7, 0, 0), id="FC16"),
        pytest.param(struct.pack(">BHH", 6, 6, 9), struct.pack(">BHH", 6, 6, 0), id="FC6"),
        pytest.param(read_write(1000, 8, 4, 7, 0, 9), read_write(1000, 8, 4, 7, 0, 0), id="FC23"),
        pytest.param(write_registers(4, 7, 0), write_registers(4, 7, 0), id="it ends before"),
        pytest.param(write_registers(7, 7, 9), write_registers(7, 7, 9), id="it begins behind"),
        pytest.param(struct.pack(">BHH", 5, 6, 0xFF00), struct.pack(">BHH", 5, 6, 0xFF00), id="a coil"),
        pytest.param(b"\x10\0\0\0\x08", b"\x10\0\0\0\x08", id="cut off"),
        pytest.param(b"\x17", b"\x17", id="nearly nothing"),
    ],
)
def test_what_a_write_is_without_its_heartbeat(pdu: bytes, same: bytes) -> None:
    assert without_heartbeat(pdu) == same
