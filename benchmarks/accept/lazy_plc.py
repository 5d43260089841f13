"""A PLC program that only triggers, waits for ResultsValid and reads: it must never get another part's result."""

import random
from collections import Counter
from pathlib import Path

from .bench import bench
from .plc import MISSED, PATIENCE_S, RESULTS_VALID, TRIGGER_READY, Plc, u32, write_pdu

PARTS = 10_000
ENABLE, TRIGGER = 1, 2


class Lazy:
    """The program. It never acknowledges."""

    def __init__(self, plc: Plc, chance: random.Random) -> None:
        self._plc, self._chance, self._number = plc, chance, 0
        self.counts: Counter[str] = Counter()

    def part(self, tag: int) -> None:
        """One part, tried until it is accepted; `tag` is its number, echoed as UserTag."""
        while not (self._by_number if self._chance.random() < 0.5 else self._by_bit)(tag):
            self.counts["rejected and tried again"] += 1
        self.counts["parts"] += 1

    def _by_number(self, tag: int) -> bool:
        """Impatient now and then: it writes the next number while the last one is still open."""
        plc = self._plc
        numbers = [self._next() for _ in range(self._chance.choice([1, 1, 1, 2, 3]))]
        plc.ask_all([write_pdu(4, [n, 0, 0, 0, 0, 0, 0, 0, tag >> 16, tag & 0xFFFF]) for n in numbers])
        mine = numbers[-1]
        status = plc.status_when(lambda s: s[0] & RESULTS_VALID or s[5] == mine, PATIENCE_S, poll_s=0)
        if status[5] == mine:
            return self._later()
        self._read(mine, tag)
        return True

    def _by_bit(self, tag: int) -> bool:
        """The rising edge, in one write with the tag."""
        plc = self._plc
        plc.write(0, ENABLE)
        plc.write(0, ENABLE | TRIGGER, *plc.holding(1, 11), tag >> 16, tag & 0xFFFF)
        status = plc.status_when(lambda s: s[0] & (RESULTS_VALID | MISSED), PATIENCE_S, poll_s=0)
        if status[0] & MISSED:
            return self._later()
        self._read(0, tag)
        return True

    def _next(self) -> int:
        self._number = self._number % 65535 + 1
        return self._number

    def _later(self) -> bool:
        """Rejected: what was open ends unseen, and the part is tried again, perhaps too early once more."""
        if self._chance.random() < 0.7:
            self._plc.status_when(lambda status: status[0] & TRIGGER_READY)
        return False

    def _read(self, number: int, tag: int) -> None:
        """The current result, in one read."""
        result = self._plc.read(100, 28)
        wrong = result[1] != number or u32(result, 6) != tag or result[0] != result[27] or not result[2] & 1
        self.counts["wrong"] += wrong
        self.counts["by number" if number else "by bit"] += 1


def lazy_plc(folder: Path, scale: float, seed: int) -> dict[str, int]:
    """Fails when one result was another part's."""
    parts = round(PARTS * scale)
    with bench(folder, seed) as station, Plc(station.port, "127.0.0.2") as plc:
        program = Lazy(plc, random.Random(seed))
        plc.write(0, ENABLE)
        plc.write(4, 0)
        plc.status_when(lambda status: status[0] & TRIGGER_READY)
        for tag in range(1, parts + 1):
            program.part(tag)
        plc.settled()
        counts = dict(program.counts)
        assert counts["wrong"] == 0, counts
        stored = {row["user_tag"] for row in station.rows()}
        assert stored >= set(range(1, parts + 1)), "a part that was judged is not stored"
        return counts
