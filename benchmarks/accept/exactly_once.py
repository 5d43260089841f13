"""Two clients trigger, a third only reads: every accepted trigger is stored once and offered once, and none else is."""

import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from .bench import Bench, bench
from .plc import BUSY, PATIENCE_S, SLOTS, TRIGGER_READY, Plc, u32

TRIGGERS = 10_000  # accepted, of both clients
WRITERS = {"127.0.0.2": 1, "127.0.0.3": 32_001}  # address: first TriggerSeq of its range
WATCH_S = 0.1
LAST_SEQ = 65520


@dataclass
class Sent:
    """What one client knows of its triggers."""

    first: int
    accepted: dict[int, tuple[int, int]] = field(default_factory=dict)  # TriggerSeq: ResultSeq, InspectionId
    rejected: Counter[int] = field(default_factory=Counter)  # by code
    unseen: int = 0  # neither number was its own when it looked, and the ring has none: the other came between


def exactly_once(folder: Path, scale: float, seed: int) -> dict[str, object]:
    """Fails at the first difference between what was accepted, stored and offered."""
    count, done = round(TRIGGERS * scale / len(WRITERS)), threading.Event()
    with bench(folder, seed) as station, ThreadPoolExecutor(len(WRITERS) + 1) as threads:
        watched = threads.submit(watch, station.port, done)
        try:
            writers = [
                threads.submit(write, station.port, address, first, count, random.Random(seed + first))
                for address, first in WRITERS.items()
            ]
            sent = [writer.result() for writer in writers]
        finally:
            done.set()
        return compare(station, sent, watched.result())


def write(port: int, address: str, first: int, count: int, chance: random.Random) -> Sent:
    """Trigger with the numbers from `first` on, each written once, until `count` were accepted."""
    sent, number = Sent(first), first
    with Plc(port, address) as plc:
        plc.write(0, 1)
        plc.write(4, 0)  # a baseline without an answer
        newest = plc.read(14, 1)[0]
        while len(sent.accepted) < count:
            if chance.random() < 0.9:  # else it may well come too early
                ready = plc.status_when(lambda status: status[0] & TRIGGER_READY)
                newest = ready[14]  # its own result is still to come; while it waited the other may have had many
            tag = first << 16 | number & 0xFFFF
            plc.write(4, number, 0, 0, 0, 0, 0, 0, 0, tag >> 16, tag & 0xFFFF)
            newest = follow(plc, number, tag & 0xFFFFFFFF, newest, sent)
            number += 1
            assert number < first + 32_000, "the range is used up: too many were rejected"
    return sent


def follow(plc: Plc, number: int, tag: int, newest: int, sent: Sent) -> int:
    """Wait until this number is rejected or has its result in the ring; return the newest ResultSeq seen."""
    end, idle = time.monotonic() + PATIENCE_S, 0
    while time.monotonic() < end:
        status = plc.read(0, 64)
        while newest != status[14]:
            newest = newest % LAST_SEQ + 1
            slot = plc.slot(newest)
            assert slot[0] == slot[63] == slot[27], f"torn slot {slot}"
            assert slot[0] == newest, f"the slot of {newest} holds {slot[0]}: it was lost before it was read"
            if slot[1] == number:
                assert u32(slot, 6) == tag, f"trigger {number} has the tag of another: {slot}"
                sent.accepted[number] = (newest, u32(slot, 4))
                return newest
        if status[5] == number:
            sent.rejected[status[6]] += 1
            return newest
        idle = 0 if status[0] & BUSY or status[4] == number else idle + 1
        if idle == 3:  # the other's rejection came between
            sent.unseen += 1
            return newest
    raise AssertionError(f"trigger {number} was neither rejected nor has it a result within {PATIENCE_S:g} s")


def watch(port: int, done: threading.Event) -> dict[int, tuple[int, ...]]:
    """What a client sees that only reads: result number, TriggerSeq and judgement, by InspectionId."""
    seen: dict[int, tuple[int, ...]] = {}
    with Plc(port, "127.0.0.4") as plc:
        while not done.wait(WATCH_S):
            for slot in plc.ring().values():
                assert slot[0] == slot[27] == slot[63], f"torn slot {slot}"
                fact = (slot[0], slot[1], (slot[2] >> 1 & 7).bit_length())
                assert seen.setdefault(u32(slot, 4), fact) == fact, f"inspection {u32(slot, 4)} changed"
    return seen


def compare(station: Bench, sent: Sequence[Sent], seen: dict[int, tuple[int, ...]]) -> dict[str, object]:
    """Accepted = stored = offered, none twice, none lost."""
    rows = station.rows()
    with Plc(station.port) as plc:
        status, ring = plc.settled(), plc.ring()
    stored = {row["trigger_seq"]: (row["result_seq"], row["number"]) for row in rows}
    accepted = {number: found for client in sent for number, found in client.accepted.items()}
    rejected = sum((client.rejected for client in sent), Counter())
    unseen = sum(client.unseen for client in sent)
    assert len(stored) == len(rows), "a trigger is stored twice"
    assert stored == accepted, f"differ: {sorted(set(stored.items()) ^ set(accepted.items()))[:10]}"
    assert [row["number"] for row in rows] == list(range(1, len(rows) + 1))
    assert [row["result_seq"] for row in rows] == list(range(1, len(rows) + 1))
    assert u32(status, 16) == u32(status, 20) == len(rows), "TriggerCount, InspectionCount"
    assert u32(status, 18) == rejected.total() + unseen, f"MissedTriggerCount is {u32(status, 18)}"
    assert sorted(ring) == list(range(max(1, len(rows) - SLOTS + 1), len(rows) + 1))
    told = {row["number"]: (row["result_seq"], row["trigger_seq"], row["judgement"]) for row in rows}
    assert seen.items() <= told.items(), "the reader saw what is not stored"
    of_address = Counter(row["client"] for row in rows)
    assert of_address == {address: len(client.accepted) for address, client in zip(WRITERS, sent, strict=True)}
    return {
        "accepted": len(accepted),
        "stored": len(rows),
        "offered": u32(status, 20),
        "rejected": dict(rejected),
        "rejections_overwritten": unseen,
        "seen_by_the_reader": len(seen),
    }
