"""100,000 triggers of two PLC programs under kills and reloads: accepted = stored = offered, each exactly once.

The first half runs with durability "process", the second with "power".
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

from .bench import Bench, bench
from .endings import kill_all, kill_worker, reload
from .plc import SLOTS, Plc, u32
from .storm_clients import LAST_SEQ, ByBit, ByNumber, Program, Weather, watch

TRIGGERS, KILLS, RELOADS = 100_000, 50, 50
FEWEST = 5  # of each, however small the scale
INTERRUPTED, ERROR = 703, 3
WHOLE_SHARE = 0.3  # of the kills: the master dies as well
LATEST_S = 0.02  # after its moment has come: so that it is in no step with the programs
STILL_S = 60.0  # without one accepted trigger: something hangs


def storm(folder: Path, scale: float, seed: int) -> dict[str, object]:
    """Fails at the first trigger that has not exactly one result."""
    chance, weather = random.Random(seed), Weather(round(TRIGGERS * scale))
    with bench(folder, seed, VISION_OPCUA__ENABLED="false") as station:
        programs: list[Program] = [
            ByBit(weather, station.port, "127.0.0.2", 1, random.Random(seed + 1)),
            ByNumber(weather, station.port, "127.0.0.3", 2, random.Random(seed + 2)),
        ]
        for program in programs:
            program.begin()
        with ThreadPoolExecutor(3) as threads:
            watched = threads.submit(watch, weather, station.port)
            running = [threads.submit(program.run) for program in programs]
            try:
                counted = _rage(station, weather, programs, [*running, watched], chance, scale)
            finally:
                weather.over.set()
                weather.fair.set()
                weather.done.set()
            for each in running:
                each.result()
            return counted | compare(station, programs, watched.result())


def _rage(
    station: Bench,
    weather: Weather,
    programs: Sequence[Program],
    running: Sequence["Future[object]"],
    chance: random.Random,
    scale: float,
) -> dict[str, object]:
    """Every disturbance at its own, random, number of accepted triggers."""
    kinds = [*[_kill] * max(FEWEST, round(KILLS * scale)), *[_reload] * max(FEWEST, round(RELOADS * scale))]
    at = {round(weather.target * chance.uniform(0.01, 0.99)) + i / 1000: kind for i, kind in enumerate(kinds)}
    at[weather.target / 2] = _other_durability
    counted: Counter[str] = Counter()
    for moment in sorted(at):
        _until(lambda moment=moment: _accepted(programs) >= moment, running, lambda: _accepted(programs))
        time.sleep(chance.uniform(0, LATEST_S))
        counted[KINDS[at[moment]]] += 1
        with weather.calm:
            weather.done.clear()
            weather.fair.clear()
            weather.number += 1
            at[moment](station, chance)
            weather.done.set()
            _until(lambda: all(p.resolved == weather.number for p in programs), running, lambda: 0)
            weather.fair.set()
    _until(lambda: _accepted(programs) >= weather.target, running, lambda: _accepted(programs))
    return dict(counted)


def _accepted(programs: Sequence[Program]) -> int:
    return sum(len(program.offered) for program in programs)


def _until(true: Callable[[], bool], running: Sequence["Future[object]"], moves: Callable[[], int]) -> None:
    """Wait; a program that failed, or nothing that moves, ends it."""
    last, since = moves(), time.monotonic()
    while not true():
        for each in running:
            if each.done():
                each.result()
        if moves() != last:
            last, since = moves(), time.monotonic()
        assert time.monotonic() < since + STILL_S, f"nothing moves at {last} accepted triggers"
        time.sleep(0.001)


def _kill(station: Bench, chance: random.Random) -> None:
    """kill -9 of the worker, or of all there is."""
    (kill_all if chance.random() < WHOLE_SHARE else kill_worker)(station.running)


def _reload(station: Bench, chance: random.Random) -> None:
    reload(station.running)


def _other_durability(station: Bench, chance: random.Random) -> None:
    """Stopped and started with the other setting, in the middle of the work."""
    station.running.stop()
    station.running.environment["VISION_STATION__DURABILITY"] = "power"
    station.running.start()


KINDS = {_kill: "kills", _reload: "reloads", _other_durability: "changes of durability"}


def compare(station: Bench, programs: Sequence[Program], seen: dict[int, tuple[int, ...]]) -> dict[str, object]:
    """Accepted = stored = offered, none twice, none lost; the counters say the same."""
    with Plc(station.port) as plc:
        status, ring = plc.settled(), plc.ring()
    rows = station.rows()
    count = len(rows)
    stored = {r["user_tag"]: (r["result_seq"], r["number"], r["judgement"], r["error_code"]) for r in rows}
    offered = {tag: fact for program in programs for tag, fact in program.offered.items()}
    acknowledged = set().union(*(program.acknowledged for program in programs))
    assert len(stored) == count, "a trigger is stored twice"
    assert acknowledged <= stored.keys(), f"acknowledged and lost: {sorted(acknowledged - stored.keys())[:10]}"
    assert stored == offered, f"differ: {sorted(set(stored.items()) ^ set(offered.items()))[:10]}"
    assert [row["number"] for row in rows] == list(range(1, count + 1))
    assert [row["result_seq"] for row in rows] == [i % LAST_SEQ + 1 for i in range(count)]
    assert all(row["stored"] for row in rows)
    cut_off = [row for row in rows if row["error_code"]]
    assert all((row["judgement"], row["error_code"]) == (ERROR, INTERRUPTED) for row in cut_off), cut_off
    assert u32(status, 16) == u32(status, 20) == count, "TriggerCount, InspectionCount"
    rejected = sum((program.rejected for program in programs), Counter())
    counts = sum((program.counts for program in programs), Counter())
    missed = u32(status, 18)
    assert rejected.total() <= missed <= rejected.total() + counts["given up"] + counts["repeated after a restart"]
    assert sorted(ring) == sorted(row["result_seq"] for row in rows[-SLOTS:])
    told = {row["number"]: (row["result_seq"], row["user_tag"], row["judgement"]) for row in rows}
    assert seen.items() <= told.items(), "the reader saw what is not stored"
    return {
        "accepted": len(acknowledged | offered.keys()),
        "acknowledged before the result": len(acknowledged),
        "stored": count,
        "offered": u32(status, 20),
        "cut off": len(cut_off),
        "rejected": dict(rejected),
        "missed": missed,
        "seen by the reader": len(seen),
    } | dict(counts)
