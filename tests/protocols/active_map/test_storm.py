"""The function blocks in a storm: whatever is lost, late or restarted, a result that is taken is that part's, once."""

import random
from collections.abc import Callable

import pytest

from protocols import tags
from protocols.active_map import export
from protocols.handshake import Finished
from protocols.tag import IR
from protocols.user_block import Layout
from tests.protocols.active_map.interpreter import Instance, Program
from tests.protocols.handshake.bench import FAIL, PASS, Bench

SCANS = 4000
ZEROS = (0,) * tags.COMPACT_WORDS


class Storm:
    """A PLC, a network and a station, all moved by one source of chance."""

    def __init__(self, bench: Bench, program: Program, chance: random.Random) -> None:
        self.bench, self.program, self.chance = bench, program, chance
        self.read: tuple[int, ...] = ZEROS  # what the PLC's client holds
        self.sent: tuple[int, ...] = ()  # on its way
        self.down = self.accepted_at_start = 0
        self.taken: list[int] = []  # ResultSeq
        self.switch_on()

    def switch_on(self) -> None:
        """The PLC forgets everything."""
        self.block = Instance(self.program, "VisionStation", lambda: self.bench.clock.now * 1000)
        self.block["Enable"], self.block["TimeLimit"] = 1, 3000
        self.read = ZEROS

    def scan(self) -> None:
        self.bench.wait(1 / 64)
        self.bench.image.set(tags.CAMERA_HEARTBEAT, int(self.bench.clock.now * 10) & 0xFFFF)
        fresh = self.exchange()
        self.station()
        block, chance = self.block, self.chance
        if chance.random() < 0.001:
            self.switch_on()
            return
        block["ReadWords"], block["Fresh"], block["CommOk"] = self.read, fresh, not self.down
        block["Start"] = not block["Busy"] and not block["Start"] and chance.random() < 0.3
        busy, count = block["Busy"], block["Count"]
        block.scan()
        if block["Busy"] and not busy:
            self.accepted_at_start = len(self.bench.journal.accepted) and max(self.bench.journal.accepted)
        if block["Count"] != count:
            self.take()

    def exchange(self) -> bool:
        """The client writes and reads, unless the network is down or slow; whether that ended now."""
        self.down = self.down - 1 if self.down else self.chance.randrange(120) if self.chance.random() < 0.01 else 0
        if self.down or self.chance.random() < 0.4:
            return False
        self.bench.write({i: word & 0xFFFF for i, word in enumerate(self.block["WriteWords"])})
        if self.chance.random() < 0.1:
            return False  # the answer was lost; the write was not
        self.read = self.bench.image.words(IR(tags.COMPACT_BASE), tags.COMPACT_WORDS)
        return True

    def station(self) -> None:
        if self.chance.random() < 0.002:
            self.bench.restart()
        done = {finished.accepted.number for finished in self.bench.rows}
        waiting = [accepted for accepted in self.bench.line.started if accepted.number not in done]
        if waiting and self.chance.random() < 0.1:
            self.bench.judge(PASS if waiting[0].number % 2 else FAIL)

    def take(self) -> None:
        block = self.block
        assert block["Done"]
        row = self.row(block["Result"]["Seq"])
        assert row.accepted.number > self.accepted_at_start, "a part from before this one's Start"
        assert row.accepted.seq == block["Result"]["TriggerSeq"]
        judged = {1: "Pass", 2: "Fail", 3: "Error"}[row.outcome.judgement]
        assert [name for name in ("Pass", "Fail", "Error") if block[name]] == [judged]
        self.taken.append(row.accepted.number)

    def row(self, seq: int) -> Finished:
        return next(finished for finished in reversed(self.bench.rows) if finished.seq == seq)


@pytest.mark.parametrize("dialect", ["codesys", "scl", "rockwell"])
@pytest.mark.parametrize("seed", [1, 2])
def test_what_is_taken_is_this_parts_and_taken_once(make_bench: Callable[..., Bench], dialect: str, seed: int) -> None:
    storm = Storm(make_bench(memory=True), Program(export(dialect, Layout())), random.Random(seed))
    for _ in range(SCANS):
        storm.scan()
    assert len(storm.taken) > 50
    assert storm.taken == sorted(set(storm.taken))
