"""How fast a million results are searched: ``python -m benchmarks history [--rows 1000000] [--folder DIR]``.

Twelve combinations of filters, each as the console asks it: the first page of 60 and how many there are, through the
store with its threads, warm. The rows are copies of some thousand that the store wrote itself.
"""

import argparse
import asyncio
import dataclasses
import random
import sys
import tempfile
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import apsw

from benchmarks.store_rate import BEGIN_US, STEP_US, part
from service.inspection import Inspection
from service.settings import StoreSettings
from service.store import ResultFilter, Store, database
from service.store.rollups import HOUR_US
from vision.result import Judgement

TEMPLATES = 2000
REPEAT = 40
LIMIT_MS = 500.0  # p95 of a combination
UTC = ZoneInfo("UTC")
_NUMBER = f"number + ? * {TEMPLATES}"
_AT = f"+ ? * {TEMPLATES * STEP_US}"
_COPIED = {  # what differs from one copy to the next; ? is its count
    "number": _NUMBER,
    "accepted_at_us": f"accepted_at_us {_AT}",
    "finished_at_us": f"finished_at_us {_AT}",
    "part_id": f"CAST(printf('SN%09d', {_NUMBER}) AS BLOB)",
    "lot": f"'L' || (({_NUMBER}) / 5000)",
    "work_order": f"'O' || (({_NUMBER}) / 20000)",
    "shift": f"CASE (finished_at_us {_AT}) / {8 * HOUR_US} % 3 WHEN 0 THEN 'early' WHEN 1 THEN 'late' ELSE 'night' END",
    "recipe_version": f"1 + ({_NUMBER}) / 100000",
    "image": f"printf('%09d.jpg', {_NUMBER})",
}


def combinations(rows: int) -> dict[str, ResultFilter]:
    """By what somebody would say."""
    end, day = BEGIN_US + rows * STEP_US, 24 * HOUR_US
    bad = ResultFilter(not_passed=True)
    return {
        "all": ResultFilter(),
        "not passed": bad,
        "not passed today": dataclasses.replace(bad, since_us=end - day),
        "not passed of a recipe": dataclasses.replace(bad, job=7),
        "ERROR of a recipe, the week before last": ResultFilter(
            Judgement.ERROR, job=7, since_us=end - 14 * day, until_us=end - 7 * day
        ),
        "a version of a recipe, passed": ResultFilter(Judgement.PASS, job=7, version=3),
        "a step that failed, by recipe": dataclasses.replace(bad, tool="step 7", job=7),
        "a reject class in a shift": dataclasses.replace(bad, reject_class=3, shift="late"),
        "part, order or lot": ResultFilter(any_id=f"L{rows // 10_000}"),
        "not passed of an order in a shift": dataclasses.replace(bad, order=f"O{rows // 40_000}", shift="early"),
        "false rejects": dataclasses.replace(bad, verdict="false"),
        "rejects without a verdict, with image": dataclasses.replace(bad, verdict="none", image=True),
    }


def template(number: int, chance: random.Random) -> Inspection:
    """A part of 20 recipes; what fails, fails in one of eight steps, with one of five classes."""
    one = part(number, chance)
    judgement = one.result.judgement
    if judgement is Judgement.PASS:
        return one
    at, passed = one.accepted.job % 8, [dataclasses.replace(s, judgement=Judgement.PASS) for s in one.result.steps]
    passed[at] = dataclasses.replace(passed[at], judgement=judgement, message="too wide")
    reject_class = chance.randrange(1, 6) if judgement is Judgement.FAIL else 65535
    return dataclasses.replace(
        one,
        result=dataclasses.replace(one.result, steps=tuple(passed)),
        outcome=dataclasses.replace(one.outcome, reject_class=reject_class),
    )


async def fill(folder: Path, rows: int) -> None:
    """A database with `rows` results, one of five of the newest rejects reviewed."""
    chance = random.Random(1)
    async with Store.open(folder, StoreSettings(min_free_mb=0), UTC) as store:
        for at in range(1, TEMPLATES + 1, 500):
            await asyncio.gather(*(store.save(template(n, chance)) for n in range(at, at + 500)))
    await asyncio.to_thread(_multiply, folder / database.FILE, rows)


def _multiply(path: Path, rows: int) -> None:
    db = database.connect(path)
    db.execute("PRAGMA synchronous = OFF")
    for copy in range(1, rows // TEMPLATES):
        with db:
            for table, only in (("results", ""), ("measurements", ""), ("failures", "")):
                columns = [str(row[1]) for row in db.execute(f"PRAGMA table_info({table})")]
                own = [_COPIED.get(c, c) if table == "results" or c == "number" else c for c in columns]
                count = sum(each.count("?") for each in own)
                db.execute(
                    f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(own)} FROM {table}"
                    f" WHERE number <= {TEMPLATES}{only}",
                    (copy,) * count,
                )
        db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
    with db:
        db.execute("DELETE FROM hours")
        db.execute(
            f"INSERT INTO hours SELECT finished_at_us / {HOUR_US} * {HOUR_US}, min(number), max(number) FROM results"
            " GROUP BY 1"
        )
        db.execute(
            "UPDATE results SET verdict = 1 + number % 3 WHERE judgement <> 1 AND number % 5 = 0 AND number > ?",
            (rows * 4 // 5,),
        )
    db.close()


async def measure(folder: Path, rows: int) -> dict[str, tuple[float, float]]:
    """Of each combination p50 and p95 in ms."""
    figures = {}
    async with Store.open(folder, StoreSettings(min_free_mb=0), UTC) as store:
        for name, wanted in combinations(rows).items():
            took = []
            for turn in range(REPEAT + 1):
                began = time.perf_counter()
                page = await store.page(wanted, None, 60)
                found = await store.found(wanted)
                if turn:  # the first one is cold
                    took.append((time.perf_counter() - began) * 1000)
            took.sort()
            figures[name] = took[REPEAT // 2], took[int(REPEAT * 0.95)]
            more = "+" if found.more else ""
            print(
                f"{name:<42} p50 {figures[name][0]:7.1f} ms   p95 {figures[name][1]:7.1f} ms"
                f"   {len(page)} of {min(found.total, 1000)}{more}"
            )
    return figures


async def run(rows: int, folder: Path) -> bool:
    """Whether every combination keeps its limit."""
    if not (folder / database.FILE).exists():
        await fill(folder, rows)
    figures = await measure(folder, rows)
    worst = max(figures, key=lambda name: figures[name][1])
    print(f"{rows} results, the slowest: {worst}, p95 {figures[worst][1]:.1f} ms, limit {LIMIT_MS:g} ms")
    return figures[worst][1] <= LIMIT_MS


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks history", description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path, help="of the database, which stays there; default: a temporary one")
    given = parser.parse_args(arguments)
    if given.folder:
        given.folder.mkdir(parents=True, exist_ok=True)
        return int(not asyncio.run(run(given.rows, given.folder)))
    with tempfile.TemporaryDirectory() as folder:
        return int(not asyncio.run(run(given.rows, Path(folder))))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
