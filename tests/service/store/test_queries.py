import asyncio
import dataclasses
import itertools
import random
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import apsw
import pytest

from service.inspection import Given, Inspection
from service.settings import StoreSettings
from service.store import Range, ResultFilter, Store, database
from service.store.history import FINISHED
from tests.service.store.parts import BEGIN_US, CODES, HOUR_US, accepted, inspection
from vision.result import Judgement

SETTINGS = StoreSettings(min_free_mb=0)
COUNT = 600


def parts() -> list[Inspection]:
    """Six hours of three recipes, a step back of the clock among them."""
    chance = random.Random(4)
    made = []
    for n in range(1, COUNT + 1):
        job = chance.choice((1, 2, 3))
        judgement = chance.choices(list(Judgement), (8, 3, 1))[0]
        at_us = BEGIN_US + n * HOUR_US // 100 - (HOUR_US if n > 400 else 0)
        made.append(
            inspection(
                n,
                judgement,
                accepted=accepted(
                    n,
                    job=job,
                    part_id=f"P{n % 50}".encode() if n % 2 else b"",
                    order=f"O{n % 4}",
                    lot=f"L{n % 5}" if n % 3 else "",
                    shift=("early", "late")[n % 2],
                ),
                recipe=f"recipe {job}",
                finished_at_us=at_us,
                given=Given(f"M{n % 7}" if n % 4 == 0 else "", f"bracket {n % 3}" if n % 5 else ""),
            )
        )
    return made


PARTS = parts()


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path, SETTINGS, ZoneInfo("UTC")) as store:
        await asyncio.gather(*map(store.save, PARTS))
        yield store


def fits(part: Inspection, wanted: ResultFilter) -> bool:
    judgement = part.result.judgement
    bad = [s for s in part.result.steps if s.judgement is not Judgement.PASS]
    conditions = (
        wanted.judgement in (None, judgement),
        wanted.recipe in (None, part.recipe),
        wanted.job in (None, part.accepted.job),
        wanted.tool is None or any(wanted.tool in (s.name, s.tool) for s in bad),
        wanted.part_id is None or wanted.part_id.encode() == part.accepted.part_id,
        wanted.meas_id in (None, part.given.meas_id),
        wanted.product_id in (None, part.given.product_id),
        wanted.order in (None, part.accepted.order),
        wanted.lot in (None, part.accepted.lot),
        wanted.shift in (None, part.accepted.shift),
        wanted.since_us is None or part.finished_at_us >= wanted.since_us,
        wanted.until_us is None or part.finished_at_us < wanted.until_us,
    )
    return all(conditions)


CHOICES = {
    "judgement": (Judgement.PASS, Judgement.FAIL, Judgement.ERROR),
    "recipe": ("recipe 2", "unknown"),
    "job": (1,),
    "tool": ("pins", "blob_count", "caliper"),
    "part_id": ("P7", ""),
    "meas_id": ("M3", ""),
    "product_id": ("bracket 1",),
    "order": ("O1",),
    "lot": ("L1", ""),
    "since_us": (BEGIN_US + HOUR_US, BEGIN_US + 5 * HOUR_US // 2),
    "until_us": (BEGIN_US + 3 * HOUR_US, BEGIN_US + 9 * HOUR_US // 2 + 1),
}


async def test_every_filter_and_pair_of_filters_finds_what_a_search_by_hand_finds(store: Store) -> None:
    single = [{name: value} for name, values in CHOICES.items() for value in values]
    pairs = [a | b for a, b in itertools.combinations(single, 2) if not a.keys() & b.keys()]
    for chosen in [{}, *single, *pairs]:
        wanted = ResultFilter(**chosen)  # type: ignore[arg-type]
        expected = [p.accepted.number for p in reversed(PARTS) if fits(p, wanted)]
        found = [row.number for row in await store.page(wanted, limit=1000)]
        assert found == expected, wanted


@pytest.mark.parametrize("wanted", [ResultFilter(), ResultFilter(tool="pins"), ResultFilter(recipe="recipe 1")])
async def test_pages_follow_each_other_without_a_gap(store: Store, wanted: ResultFilter) -> None:
    found: list[int] = []
    before = None
    while page := await store.page(wanted, before, 7):
        found += [row.number for row in page]
        before = found[-1]
    assert found == [p.accepted.number for p in reversed(PARTS) if fits(p, wanted)]


async def test_no_page_sorts(store: Store, tmp_path: Path) -> None:
    """A filter that sorts reads all of a million rows for one page."""
    plans = []
    from service.store import queries

    db = apsw.Connection(str(tmp_path / database.FILE), flags=apsw.SQLITE_OPEN_READONLY)

    def explained(cursor: apsw.Cursor, sql: str, bindings: object) -> bool:
        plans.append(sql)
        return True

    db.exec_trace = explained
    single = [{name: value} for name, values in CHOICES.items() for value in values]
    for chosen in [{}, *single, *(a | b for a, b in itertools.combinations(single, 2) if not a.keys() & b.keys())]:
        queries.page(db, ResultFilter(**chosen), None, 10)  # type: ignore[arg-type]
    db.exec_trace = None
    pages = [sql for sql in plans if "ORDER BY" in sql]
    for sql in set(pages):
        told = db.execute(f"EXPLAIN QUERY PLAN {sql}", (1,) * sql.count("?")).fetchall()
        assert not any("TEMP B-TREE" in str(row[3]) for row in told), (sql, told)
    db.close()


async def test_the_hours_equal_a_recount(store: Store) -> None:
    expected: dict[tuple[int, int], Counter[str]] = {}
    for part in PARTS:
        key = (part.finished_at_us - part.finished_at_us % HOUR_US, part.accepted.job)
        expected.setdefault(key, Counter())[part.result.judgement] += 1
    found = {(row.hour_us, row.job): row for row in await store.hourly(0, 2**62)}
    assert found.keys() == expected.keys()
    for key, row in found.items():
        count = expected[key]
        assert (row.passed, row.failed, row.errors) == tuple(count[j] for j in Judgement)
        assert row.cycle_us == 30_000 * count.total()
    since, until = BEGIN_US + HOUR_US, BEGIN_US + 3 * HOUR_US
    assert {row.hour_us for row in await store.hourly(since, until, job=2)} == {since, since + HOUR_US}


async def test_the_pareto_equals_a_recount(store: Store) -> None:
    bad = Counter(p.result.judgement for p in PARTS)
    (row,) = await store.pareto(0, 2**62)
    assert (row.step, row.failed, row.errors) == ("pins", bad[Judgement.FAIL], bad[Judgement.ERROR])


async def test_hours_begin_on_the_stations_clock(tmp_path: Path) -> None:
    async with Store.open(tmp_path, SETTINGS, ZoneInfo("Asia/Kolkata")) as store:  # UTC + 5:30
        await store.save(inspection(1, finished_at_us=BEGIN_US + HOUR_US // 4))
        (row,) = await store.hourly(0, 2**62)
        assert row.hour_us == BEGIN_US - HOUR_US // 2


async def test_changes_and_repetitions_leave_the_counts_equal_to_a_recount(store: Store) -> None:
    chance = random.Random(5)
    for part in chance.sample(PARTS, 60):
        judgement = chance.choice(list(Judgement))
        outcome = dataclasses.replace(part.outcome, judgement=CODES[judgement])
        store.save(dataclasses.replace(part, outcome=outcome))
        await store.offered_unstored(part.accepted.number, dataclasses.replace(outcome, judgement=3, stored=False))
    rows = await store.page(ResultFilter(), limit=1000)
    assert len(rows) == COUNT
    recount = Counter((row.finished_at_us // HOUR_US, row.job, row.judgement) for row in rows)
    counted: Counter[tuple[int, int, Judgement]] = Counter()
    for hour in await store.hourly(0, 2**62):
        counts = zip(Judgement, (hour.passed, hour.failed, hour.errors), strict=True)
        counted += Counter({(hour.hour_us // HOUR_US, hour.job, judgement): n for judgement, n in counts})
    assert counted == recount


async def test_retention_by_count_leaves_the_newest(tmp_path: Path) -> None:
    settings = StoreSettings(min_free_mb=0, max_results=100)
    async with Store.open(tmp_path, settings, ZoneInfo("UTC")) as store:
        await asyncio.gather(*map(store.save, PARTS))
        await store.set_image(3, "2026/11/25/000000003.jpg", lossless=False)
        before = store.counters.commits
        assert await store.maintain() == ["2026/11/25/000000003.jpg"]
        assert store.counters.commits - before >= 2  # slices: the line's commits come in between
        rows = await store.page(ResultFilter(), limit=1000)
        assert [row.number for row in rows] == list(range(COUNT, COUNT - 100, -1))
        assert await store.get(3) is None
        assert sum(hour.total for hour in await store.hourly(0, 2**62)) == COUNT
        assert await store.maintain() == []
    db = apsw.Connection(str(tmp_path / database.FILE))
    for table in ("measurements", "failures"):
        assert db.execute(f"SELECT min(number) FROM {table}").get > COUNT - 100
    db.close()


async def test_retention_by_age_leaves_what_a_restart_needs(tmp_path: Path) -> None:
    settings = StoreSettings(min_free_mb=0, max_age_days=1 / 24)
    async with Store.open(tmp_path, settings, ZoneInfo("UTC")) as store:
        old = [dataclasses.replace(p, finished_at_us=1_600_000_000_000_000) for p in PARTS]
        await asyncio.gather(*map(store.save, old))
        await store.maintain()
        assert len(await store.page(ResultFilter(), limit=1000)) == 64


@pytest.mark.parametrize("newest_first", [False, True])
async def test_history_finds_what_lies_between_two_times_page_by_page(store: Store, newest_first: bool) -> None:
    """Also where the clock was set back in between: then the order is that of the parts."""
    chance = random.Random(9)
    times = {part.accepted.number: part.finished_at_us for part in PARTS}
    for _ in range(20):
        low, high = sorted(chance.sample(sorted(times.values()), 2))
        wanted = sorted((n for n, at in times.items() if low <= at <= high), reverse=newest_first)
        found: list[int] = []
        while page := await store.history(
            "result_seq",
            Range(low, high, newest_first, 37, found[-1] if found else None, FINISHED),
            lambda n, at, seq: n,
        ):
            found += page
        assert found == wanted
