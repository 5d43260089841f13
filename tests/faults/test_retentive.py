"""kill -9 and reloads under a PLC that never stops: it finds the map where it was, and every part once."""

import json
import os
import random
import signal
import struct
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.accept.bench import Bench, bench
from benchmarks.accept.plc import TRIGGER_READY, Plc, u32

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]

KILLS = 12
ENABLE, BUFFER = 1, 4  # of ControlWord
ACK, REJECTED, NEWEST, TRIGGERS, UPTIME, BOOTS = 4, 5, 14, 16, 36, 41  # in the status block
SEQ, TRIGGER_SEQ, FLAGS, NUMBER = 0, 1, 2, 4  # in a ring slot


@pytest.fixture(params=["power", "process"])
def durability(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def line(tmp_path: Path, durability: str) -> Iterator[Bench]:
    with bench(tmp_path, 1, VISION_STATION__DURABILITY=durability, VISION_OPCUA__ENABLED="false") as made:
        yield made


class Ledger:
    """A PLC that triggers as fast as it may, and writes down what it was told."""

    def __init__(self, plc: Plc) -> None:
        self.plc = plc
        self.seq = 0
        self.acknowledged: set[int] = set()
        self.seen: dict[int, tuple[int, ...]] = {}  # ring slots, by ResultSeq

    def run_until(self, end: float) -> None:
        """Parts, until the station is killed, or the time is over."""
        while time.monotonic() < end:
            status = self.plc.read(0, 64)
            self.note(status)
            if status[0] & TRIGGER_READY:
                self.seq += 1
                self.note(self.plc.write_then_read(4, [self.seq], 0, 64))
            self.look()

    def note(self, status: tuple[int, ...]) -> None:
        if status[ACK]:
            self.acknowledged.add(status[ACK])
        self.status = status

    def look(self) -> None:
        for seq, slot in self.plc.ring().items():
            assert self.seen.setdefault(seq, slot) == slot, "a result that was read has changed"

    def come_back(self) -> tuple[int, ...]:
        """Connect again; what was read before still holds."""
        before = self.status
        self.plc.connect_patiently()
        status = self.plc.read(0, 64)
        assert status[ACK] in (before[ACK], self.seq)
        assert u32(status, TRIGGERS) - u32(before, TRIGGERS) in (0, 1)
        assert status[BOOTS] == before[BOOTS]
        ring = self.plc.ring()
        kept = [seq for seq in self.seen if seq > status[NEWEST] - 16]
        assert {seq: ring[seq] for seq in kept} == {seq: self.seen[seq] for seq in kept}
        self.note(status)
        self.look()
        if status[ACK] != self.seq and status[REJECTED] != self.seq:  # never answered: repeated, it is new
            self.plc.write(4, self.seq)
        return status


def stored(line: Bench) -> list[dict[str, Any]]:
    return [row for row in line.rows() if row["trigger_seq"]]


def test_a_plc_finds_the_map_where_it_was_and_every_part_once(line: Bench, durability: str) -> None:
    chance = random.Random(durability)
    with Plc(line.port) as plc:
        plc.write(0, 0, 0, 0, 0, 0, 0)
        plc.write(0, ENABLE)
        ledger = Ledger(plc)
        ledger.note(plc.status_when(lambda status: status[0] & TRIGGER_READY))
        for _ in range(KILLS):
            ledger.run_until(time.monotonic() + 0.2 + chance.random() * 0.3)
            if chance.random() < 0.7:  # in the middle of a part
                plc.status_when(lambda status: status[0] & TRIGGER_READY)
                ledger.seq += 1
                ledger.note(plc.write_then_read(4, [ledger.seq], 0, 64))
                assert durability == "power" or ledger.status[ACK] == ledger.seq, "acknowledged in the same answer"
                time.sleep(chance.random() * 0.01)
            line.running.kill_worker()
            line.running.wait_healthy()
            ledger.come_back()
            assert plc.holding(0, 1)[0] & ENABLE
            plc.settled()
        status = plc.settled()
        ledger.note(status)
        ledger.look()
        results = stored(line)
    numbers = [row["trigger_seq"] for row in results]
    assert len(numbers) == len(set(numbers)), "no trigger has two results"
    assert ledger.acknowledged <= set(numbers), "no acknowledged trigger is lost"
    assert len(results) == u32(status, TRIGGERS)
    assert [row["number"] for row in results] == list(range(1, len(results) + 1))
    assert [row["result_seq"] for row in results] == list(range(1, len(results) + 1))
    offered = {slot[TRIGGER_SEQ]: slot[SEQ] for slot in ledger.seen.values()}
    assert all(offered.get(row["trigger_seq"], row["result_seq"]) == row["result_seq"] for row in results)


def test_a_reload_changes_nothing_that_a_plc_reads(line: Bench) -> None:
    with Plc(line.port) as plc:
        plc.write(0, 0, 0, 0, 0, 0, 0)
        plc.write(0, ENABLE | BUFFER)
        for seq in range(1, 6):
            plc.status_when(lambda status: status[0] & TRIGGER_READY)
            plc.write(4, seq, *[0] * 7, 0, 1000 + seq, 0, 7, 2, *struct.unpack(">H", b"AB"))
            plc.settled()
        before, ring, current = plc.read(0, 64), plc.ring(), plc.read(100, 269)
        (worker,) = line.running.workers()
        assert line.running.process
        line.running.process.send_signal(signal.SIGHUP)
        end = time.monotonic() + 60
        while worker in line.running.workers() or not line.running.workers():
            assert time.monotonic() < end
            time.sleep(0.02)
        line.running.wait_healthy()
        plc.connect_patiently()
        plc.status_when(lambda status: status[0] & TRIGGER_READY)
        after = plc.read(0, 64)
        assert (plc.ring(), plc.read(100, 269)) == (ring, current)
        changing = {2, *range(36, 38), *range(48, 52), *range(53, 56)}  # heartbeat, uptime, clocks
        assert {i: (before[i], after[i]) for i in range(64) if before[i] != after[i] and i not in changing} == {}
        assert u32(after, UPTIME) <= u32(before, UPTIME) + 60


def test_a_station_that_was_stopped_and_started_goes_on_where_it_was(line: Bench) -> None:
    with Plc(line.port) as plc:
        plc.write(0, 0, 0, 0, 0, 0, 0)
        plc.write(0, ENABLE)
        ledger = Ledger(plc)
        ledger.note(plc.status_when(lambda status: status[0] & TRIGGER_READY))
        ledger.run_until(time.monotonic() + 0.5)
        plc.settled()
        ledger.note(plc.read(0, 64))
        ledger.look()
        line.running.stop()
        line.running.start()
        assert line.running.has_logged("the PLC's state comes from the retentive memory")
        ledger.come_back()


def test_without_memory_the_database_has_all_that_was_acknowledged(line: Bench, durability: str) -> None:
    """As after a power cut, but that the boot is the same."""
    if durability == "process":
        pytest.skip("process promises nothing without its memory")
    with Plc(line.port) as plc:
        plc.write(0, 0, 0, 0, 0, 0, 0)
        plc.write(0, ENABLE)
        ledger = Ledger(plc)
        ledger.note(plc.status_when(lambda status: status[0] & TRIGGER_READY))
        ledger.run_until(time.monotonic() + 0.5)
        assert line.running.process
        os.killpg(line.running.process.pid, signal.SIGKILL)
        line.running.process.wait(10)
        line.running.process = None
        for file in Path(os.environ["RUNTIME_DIRECTORY"]).iterdir():
            file.unlink()
        (line.running.folder / "station.log").write_text("")
        line.running.start()
        assert line.running.has_logged("the PLC's state comes from the database")
        plc.connect_patiently()
        plc.settled()
        assert ledger.acknowledged <= {row["trigger_seq"] for row in stored(line)}


def test_the_user_defined_block_is_the_heads_before_and_after_kill_9(tmp_path: Path) -> None:
    values = [
        {"name": "Mean", "address": 400, "type": "int32", "source": "light.mean", "scale": 1000},
        {"name": "UserSeq", "address": 402, "type": "uint16", "source": "@seq"},
        {"name": "Flags", "address": 403, "type": "bits", "bits": ["light.passed", "@pass", "light.executed"]},
    ]
    own = {"VISION_USER_BLOCK__VALUES": json.dumps(values), "VISION_OPCUA__ENABLED": "false"}
    with bench(tmp_path, 1, **own) as line, Plc(line.port) as plc:
        plc.write(0, 0, 0, 0, 0, 0, 0)
        plc.write(0, ENABLE | BUFFER)
        for seq in range(1, 7):
            plc.status_when(lambda status: status[0] & TRIGGER_READY)
            plc.write(4, seq)
            plc.settled()
        seen = {}
        for seq in range(1, 7):
            block, header = plc.read(400, 4), plc.read(100, 32)
            assert (header[SEQ], block[2]) == (seq, seq)
            mean = struct.unpack(">f", struct.pack(">2H", *header[28:30]))[0]
            assert u32(block, 0) == pytest.approx(mean * 1000, abs=1)
            assert block[3] == (0b111 if header[FLAGS] & 2 else 0b100)
            seen[seq] = u32(block, 0)
            if seq % 2:
                line.running.kill_worker()
                line.running.wait_healthy()
                plc.connect_patiently()
                assert (plc.read(400, 4), plc.read(100, 32)) == (block, header)
            plc.write(5, seq)
        assert len(set(seen.values())) > 1
