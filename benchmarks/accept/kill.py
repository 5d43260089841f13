"""kill -9 at random moments under a PLC that triggers: no acknowledged trigger is lost, none is judged twice."""

import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .bench import Bench, bench
from .plc import BUSY, PATIENCE_S, TRIGGER_READY, Plc, u32

KILLS = 100
INTERRUPTED = 703
ERROR = 3
LAST_SEQ = 65520
ADDRESS = "127.0.0.2"


class Victim:
    """The PLC program, and what it knows of its triggers."""

    def __init__(self, port: int, chance: random.Random) -> None:
        self._plc, self._chance = Plc(port, ADDRESS), chance
        self.number = 0
        self.acknowledged: set[int] = set()
        self.rejected: set[int] = set()
        self.given_up: set[int] = set()  # not answered before a kill, and not repeated after it
        self.counts: Counter[str] = Counter()
        self._newest = (0, 0)  # ResultSeq and InspectionId

    def begin(self) -> None:
        """The baseline."""
        self._plc.connect()
        self._plc.write(0, 1)
        self._plc.write(4, 0)

    def trigger_until(self, dead: threading.Event) -> None:
        """One part after the other, till the station is gone."""
        while not dead.is_set():
            self.number += 1
            try:
                self._part()
            except OSError:
                return

    def _part(self) -> None:
        if self._chance.random() < 0.95:
            self._plc.status_when(lambda status: status[0] & TRIGGER_READY, poll_s=0)
        self._write()
        self._answer()
        if self._chance.random() < 0.3:  # else the next trigger is on its way before the result
            self._check_newest(self._plc.settled()[14])

    def _write(self) -> None:
        self._plc.write(4, self.number, 0, 0, 0, 0, 0, 0, 0, 0, self.number)

    def _answer(self) -> None:
        """Wait until one of the two numbers is ours."""
        status = self._plc.status_when(lambda status: self.number in status[4:6], poll_s=0)
        (self.acknowledged if status[4] == self.number else self.rejected).add(self.number)

    def come_back(self) -> None:
        """After a restart: the ring goes on, and a number without an answer is repeated, or is not."""
        self._plc.connect_patiently()
        self._plc.status_when(lambda status: status[0] & TRIGGER_READY, 30)
        self._check_newest(self._plc.read(14, 1)[0])
        if self.number in self.acknowledged | self.rejected:
            self.counts["killed after the answer"] += 1
            return
        if self._chance.random() < 0.5:
            self._write()
            self._answer()
            self.counts["repeated"] += 1
        else:
            self.given_up.add(self.number)
            self.counts["given up"] += 1

    def _check_newest(self, seq: int) -> None:
        """Numbers never go back, and the slot holds what its number says."""
        slot = self._plc.slot(seq) if seq else (0,) * 64
        now = (slot[0], u32(slot, 4))
        assert slot[0] == slot[63] == seq, f"the slot of {seq} holds {slot}"
        assert now >= self._newest, f"ResultSeq and InspectionId went back from {self._newest} to {now}"
        self._newest = now

    def end(self) -> dict[int, tuple[int, ...]]:
        """The ring, when all is done."""
        self._plc.status_when(lambda status: not status[0] & BUSY)
        ring = self._plc.ring()
        self._plc.close()
        return ring


def kill(folder: Path, scale: float, seed: int) -> dict[str, int]:
    """Fails at the first trigger that has not exactly the rows it may have."""
    chance = random.Random(seed)
    kills = max(1, round(KILLS * scale))
    with bench(folder, seed, VISION_OPCUA__ENABLED="false") as station:
        plc = Victim(station.port, random.Random(seed + 1))
        plc.begin()
        for _ in range(kills):
            _die(station, plc, chance)
            plc.come_back()
        ring = plc.end()
        interrupted = compare(station.rows(), ring, plc)
    return {"kills": kills, "acknowledged": len(plc.acknowledged), "interrupted": interrupted} | dict(plc.counts)


def _die(station: Bench, plc: Victim, chance: random.Random) -> None:
    """Kill the worker while the program runs; now and then its successor too, while that starts."""
    dead = threading.Event()
    with ThreadPoolExecutor(1) as threads:
        program = threads.submit(plc.trigger_until, dead)
        time.sleep(chance.uniform(0.01, 0.5))
        before = station.running.workers()
        station.running.kill_worker()
        dead.set()
        program.result()
    if chance.random() < 0.2:
        _kill_successor(station, before, chance)


def _kill_successor(station: Bench, before: list[int], chance: random.Random) -> None:
    end = time.monotonic() + PATIENCE_S
    while not set(station.running.workers()) - set(before):
        assert time.monotonic() < end, "no successor was started"
        time.sleep(0.01)
    time.sleep(chance.uniform(0, 1.5))
    station.running.kill_worker()


def compare(rows: list[dict[str, Any]], ring: dict[int, tuple[int, ...]], plc: Victim) -> int:
    """Each acknowledged trigger has one row, none other has more; return how many were interrupted."""
    times = Counter(row["trigger_seq"] for row in rows)
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1)), "InspectionIds have gaps"
    assert [row["result_seq"] for row in rows] == [i % LAST_SEQ + 1 for i in range(len(rows))]
    assert {n: times[n] for n in plc.acknowledged} == dict.fromkeys(plc.acknowledged, 1), "lost or twice"
    assert not any(times[n] for n in plc.rejected), "a rejected trigger was judged"
    assert all(times[n] <= 1 for n in plc.given_up), "judged twice"
    assert set(times) <= plc.acknowledged | plc.given_up, "a result without a trigger"
    assert all(row["stored"] for row in rows)
    cut_off = [row for row in rows if row["error_code"]]
    assert all(row["error_code"] == INTERRUPTED and row["judgement"] == ERROR for row in cut_off), cut_off
    assert len(ring) == min(len(rows), 16)
    for row in rows[-16:]:
        slot = ring[row["result_seq"]]
        expected = (row["result_seq"], row["trigger_seq"], row["number"], 1 << row["judgement"], row["error_code"])
        assert (slot[0], slot[1], u32(slot, 4), slot[2] & 0xE, slot[26]) == expected, slot
    return len(cut_off)
