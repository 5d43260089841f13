"""How fast results are stored, found and deleted: ``python -m benchmarks.store_rate [--rows 1000000]``."""

import argparse
import asyncio
import dataclasses
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from zoneinfo import ZoneInfo

from protocols.handshake.types import Accepted, Outcome, Source
from service.inspection import Inspection
from service.settings import StoreSettings
from service.store import ResultFilter, Store
from vision.result import InspectionResult, Judgement, Measurement, Status, StepResult

BEGIN_US = 1_795_600_800_000_000
STEP_US = 900_000  # a part every 0.9 s: a million are ten days
CODES = {Judgement.PASS: 1, Judgement.FAIL: 2, Judgement.ERROR: 3}


def part(number: int, chance: random.Random, measures: int = 8) -> Inspection:
    """A part as a line makes it: 20 recipes, 3 of 100 not good."""
    judgement = chance.choices(list(Judgement), (97, 2.5, 0.5))[0]
    job = chance.randrange(1, 21)
    at_us = BEGIN_US + number * STEP_US
    values = [Measurement("width", chance.gauss(12, 0.1), "mm", 11.5, 12.5) for _ in range(measures)]
    steps = tuple(
        StepResult(f"step {n}", "caliper", Judgement.PASS, Status.PASS, n, 0, (value,), value, duration_us=900)
        for n, value in enumerate(values)
    )
    if judgement is not Judgement.PASS:
        steps = (dataclasses.replace(steps[0], judgement=judgement, message="too wide"), *steps[1:])
    outcome = Outcome(
        judgement=CODES[judgement], recipe_version=3, trigger_to_result_us=31_000, tool_count=measures, passed=255
    )
    return Inspection(
        accepted=dataclasses.replace(
            Accepted(number, Source.MODBUS, job, at_us, seq=number % 65535, part_id=b"SN%09d" % number),
            order="O1",
            lot="L1",
            shift="early",
        ),
        acquisition=None,
        result=InspectionResult(judgement, steps),
        outcome=dataclasses.replace(outcome, values=(*(m.value for m in values), *outcome.values[measures:])),
        result_seq=(number - 1) % 65520 + 1,
        recipe=f"recipe {job}",
        finished_at_us=at_us + 31_000,
    )


async def timed(name: str, repeat: int, call: Callable[[], Awaitable[object]]) -> None:
    took = []
    for _ in range(repeat):
        started = time.perf_counter()
        await call()
        took.append((time.perf_counter() - started) * 1000)
    took.sort()
    p99 = took[min(len(took) - 1, int(len(took) * 0.99))]
    print(f"{name:<44} p50 {statistics.median(took):8.3f} ms   p99 {p99:8.3f} ms   max {took[-1]:8.3f} ms")


async def insert(store: Store, rows: int, chance: random.Random) -> int:
    """Alone, then with many at once, then the rest; the last number."""
    number = 0

    def next_part(measures: int = 8) -> Inspection:
        nonlocal number
        number += 1
        return part(number, chance, measures)

    alone = [next_part() for _ in range(min(500, rows))]
    await timed("insert, 8 measurements, alone", len(alone), lambda: store.save(alone.pop(0)))
    big = [next_part(32) for _ in range(min(300, rows))]
    await timed("insert, 32 measurements, alone", len(big), lambda: store.save(big.pop(0)))
    triggers = iter(range(10**9, 10**9 + 300))
    await timed(
        "acceptance with 4 kB of retained state, alone",
        300,
        lambda: store.accept(Accepted(next(triggers), Source.MODBUS, 1, BEGIN_US), bytes(4096)),
    )
    for together in (8, 64):
        group = [next_part() for _ in range(min(2000, rows))]
        started = time.perf_counter()
        for at in range(0, len(group), together):
            await asyncio.gather(*map(store.save, group[at : at + together]))
        print(f"{f'insert, {together} at once':<44} {len(group) / (time.perf_counter() - started):8.0f} results/s")
    started, first = time.perf_counter(), number
    while number < rows:
        await asyncio.gather(*(store.save(next_part()) for _ in range(min(500, rows - number))))
    if number > first:
        rate = (number - first) / (time.perf_counter() - started)
        print(f"{'insert, 500 at once, with making the parts':<44} {rate:8.0f} results/s")
    return number


async def find(store: Store, last: int) -> None:
    middle, hour = last // 2, 3_600_000_000
    end_us = BEGIN_US + last * STEP_US
    pages = {
        "last page of 50": (ResultFilter(), None),
        "page of 50 in the middle": (ResultFilter(), middle),
        "not good ones of one recipe": (ResultFilter(judgement=Judgement.FAIL, recipe="recipe 7"), None),
        "one recipe, from the middle": (ResultFilter(recipe="recipe 7"), middle),
        "a failed step": (ResultFilter(tool="step 0"), middle),
        "by part id": (ResultFilter(part_id=f"SN{middle:09}"), None),
        "an hour in the middle": (
            ResultFilter(since_us=BEGIN_US + middle * STEP_US, until_us=BEGIN_US + middle * STEP_US + hour),
            None,
        ),
    }
    for name, (wanted, before) in pages.items():
        await timed(name, 100, lambda wanted=wanted, before=before: store.page(wanted, before))  # type: ignore[misc]
    await timed("one result with its measurements", 100, lambda: store.get(middle))
    await timed("hours of the last day", 100, lambda: store.hourly(end_us - 24 * hour, end_us))
    await timed("hours of everything, 20 jobs", 10, lambda: store.hourly(0, 2**62))
    await timed("pareto of the last 7 days", 20, lambda: store.pareto(end_us - 168 * hour, end_us))


def size(folder: Path) -> int:
    return sum(f.stat().st_size for f in folder.iterdir() if f.name.startswith("results"))


async def run(rows: int, folder: Path) -> None:
    chance = random.Random(1)
    async with Store.open(folder, StoreSettings(min_free_mb=0), ZoneInfo("UTC")) as store:
        last = await insert(store, rows, chance)
        await find(store, last)
    print(f"{last} results, {size(folder) / last:.0f} bytes each")
    limits = StoreSettings(min_free_mb=0, max_results=max(64, last - 5000))
    started = time.perf_counter()
    async with Store.open(folder, limits, ZoneInfo("UTC")) as store:
        print(f"{'open':<44} {(time.perf_counter() - started) * 1000:8.1f} ms")
        await timed("delete the 5000 oldest", 1, store.maintain)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--rows", type=int, default=10_000)
    arguments.add_argument("--folder", type=Path, help="on the disk to be measured; default: a temporary one")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        asyncio.run(run(given.rows, Path(folder)))


if __name__ == "__main__":
    main()
