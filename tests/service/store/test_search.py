"""Every filter of the history finds what a search by hand finds, and every figure over it is bounded."""

import asyncio
import dataclasses
import itertools
import random
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import apsw
import pytest

from service.inspection import Inspection
from service.settings import StoreSettings
from service.store import ResultFilter, Review, Store, TooSlow, database, figures, queries, reader
from service.stored import Verdict
from tests.service.store.parts import BEGIN_US, HOUR_US, accepted, inspection
from vision.result import Judgement

SETTINGS = StoreSettings(min_free_mb=0)
COUNT = 240
VERDICTS: tuple[Verdict, ...] = ("real", "false", "unclear")


def parts() -> list[Inspection]:
    """Four hours of three recipes in two versions each."""
    chance = random.Random(8)
    made = []
    for n in range(1, COUNT + 1):
        job = chance.choice((1, 2, 3))
        one = inspection(
            n,
            chance.choices(list(Judgement), (7, 3, 1))[0],
            accepted=accepted(n, job=job, part_id=b"P%d" % (n % 40), order=f"O{n % 4}", lot=f"L{n % 5}"),
            recipe=f"recipe {job}",
            finished_at_us=BEGIN_US + n * HOUR_US // 60,
        )
        outcome = dataclasses.replace(
            one.outcome,
            recipe_version=1 + n // 120,
            sort_class=chance.choice(("", "A", "B")),
            reject_class=one.outcome.reject_class and chance.choice((3, 4)),
        )
        made.append(dataclasses.replace(one, outcome=outcome))
    return made


PARTS = parts()
BAD = [part.accepted.number for part in PARTS if part.result.judgement is not Judgement.PASS]
SAID = {number: VERDICTS[number % 3] for number in BAD[::2]}
IMAGED = {part.accepted.number for part in PARTS if part.accepted.number % 3 == 0}


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path, SETTINGS, ZoneInfo("UTC")) as store:
        await asyncio.gather(*map(store.save, PARTS))
        for number in IMAGED:
            store.set_image(number, f"{number}.jpg", lossless=False)
        for number, verdict in SAID.items():
            store.review(number, Review(verdict, "dirt", "ann", BEGIN_US))
        await store.flushed()
        yield store


def fits(part: Inspection, wanted: ResultFilter) -> bool:
    number, judgement, own = part.accepted.number, part.result.judgement, part.accepted
    conditions = (
        wanted.judgement in (None, judgement),
        not wanted.not_passed or judgement is not Judgement.PASS,
        wanted.job in (None, own.job),
        wanted.version in (None, part.outcome.recipe_version),
        wanted.tool is None
        or any(wanted.tool == s.name for s in part.result.steps if s.judgement is not Judgement.PASS),
        wanted.reject_class in (None, part.outcome.reject_class),
        wanted.sort_class in (None, part.outcome.sort_class),
        wanted.verdict in (None, SAID.get(number, "none")),
        wanted.image in (None, number in IMAGED),
        wanted.lot in (None, own.lot),
        wanted.any_id is None or wanted.any_id in (own.part_id.decode(), own.order, own.lot),
        wanted.since_us is None or part.finished_at_us >= wanted.since_us,
    )
    return all(conditions)


CHOICES: dict[str, tuple[Any, ...]] = {
    "judgement": (Judgement.PASS, Judgement.FAIL),
    "not_passed": (True,),
    "job": (2,),
    "version": (2,),
    "tool": ("pins",),
    "reject_class": (0, 3),
    "sort_class": ("A", ""),
    "verdict": ("real", "none"),
    "image": (True, False),
    "lot": ("L1",),
    "any_id": ("P7", "O1", "L2", "nothing"),
    "since_us": (BEGIN_US + HOUR_US,),
}
SINGLE = [{name: value} for name, values in CHOICES.items() for value in values]
PAIRS = [a | b for a, b in itertools.combinations(SINGLE, 2) if not a.keys() & b.keys()]
THREE = random.Random(1).sample([a | b for a in SINGLE for b in PAIRS if not a.keys() & b.keys()], 60)


def expected(wanted: ResultFilter) -> list[int]:
    return [p.accepted.number for p in reversed(PARTS) if fits(p, wanted)]


async def test_every_filter_finds_what_a_search_by_hand_finds(store: Store, tmp_path: Path) -> None:
    db = apsw.Connection(str(tmp_path / database.FILE), flags=apsw.SQLITE_OPEN_READONLY)
    for chosen in [*SINGLE, *PAIRS, *THREE]:
        wanted = ResultFilter(**chosen)
        assert [row.number for row in queries.page(db, wanted, None, 1000)] == expected(wanted), wanted
        assert figures.found(db, wanted).total == len(expected(wanted)), wanted
    db.close()


async def test_pages_of_a_part_order_or_lot_follow_each_other_without_a_gap(store: Store) -> None:
    wanted, found, before = ResultFilter(any_id="L2"), list[int](), None
    while page := await store.page(wanted, before, 7):
        found += [row.number for row in page]
        before = found[-1]
    assert found == expected(wanted)


async def test_a_row_tells_where_it_failed_and_what_was_said_of_it(store: Store) -> None:
    number = BAD[0]
    (row,) = await store.page(ResultFilter(), number + 1, 1)
    assert row.review == Review(SAID[number], "dirt", "ann", BEGIN_US)
    assert row.failure is not None
    assert row.failure.step == "pins"
    assert await store.review(number, None)
    detail = await store.get(number)
    assert detail is not None
    assert detail.row.review is None
    assert not await store.review(10**6, None)


async def test_verdicts_are_counted_by_version(store: Store) -> None:
    told = await store.verdicts(ResultFilter(job=1))
    versions = {p.accepted.number: p.outcome.recipe_version for p in PARTS if p.accepted.job == 1}
    assert [one.version for one in told] == [2, 1]
    for one in told:
        count = Counter(verdict for number, verdict in SAID.items() if versions.get(number) == one.version)
        assert one.verdicts == {verdict: count[verdict] for verdict in VERDICTS}


async def test_rejects_are_counted_by_class_and_by_the_step_that_failed_first(store: Store) -> None:
    bad = [p for p in PARTS if p.accepted.job == 2 and p.result.judgement is not Judgement.PASS]
    told = await store.rejects(ResultFilter(job=2))
    assert dict(told.classes) == Counter(p.outcome.reject_class for p in bad)
    assert told.steps == (("pins", "blob_count", len(bad)),)
    assert (told.parts, told.more) == (len(bad), False)


@pytest.mark.parametrize(("by", "spans"), [("hour", 4), ("day", 1), ("shift", 1)])
async def test_the_yield_of_all_spans_is_that_of_all_parts(store: Store, by: figures.By, spans: int) -> None:
    told = await store.yields(ResultFilter(job=1), by, ZoneInfo("Europe/Berlin"))
    count = Counter(p.result.judgement for p in PARTS if p.accepted.job == 1)
    sums = [sum(each) for each in zip(*((s.passed, s.failed, s.errors) for s in told.spans), strict=True)]
    assert sums == [count[judgement] for judgement in Judgement]
    assert len(told.spans) == spans
    assert [s.since_us for s in told.spans] == sorted(s.since_us for s in told.spans)


async def test_a_measurement_comes_with_the_limits_of_then(store: Store) -> None:
    told = await store.series(ResultFilter(job=3), "pins", None, 50)
    numbers = [p.accepted.number for p in PARTS if p.accepted.job == 3][-50:]
    assert (told.measure, told.unit) == ("count", "")
    assert [one.number for one in told.values] == numbers
    assert [(limit.low, limit.high) for limit in told.limits] == [(3.0, 5.0)]
    width = await store.series(ResultFilter(job=3), "pins", "width", 5)
    assert width.limits[0].warn_low == 12.3
    assert {one.value for one in width.values} == {12.25}
    assert (await store.series(ResultFilter(), "no such step", None, 5)).values == ()


async def test_a_search_that_takes_too_long_is_given_up(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MOST_S", 0.0)
    monkeypatch.setattr(reader, "_STEPS", 10)
    with pytest.raises(TooSlow, match="takes longer"):
        await store.found(ResultFilter(any_id="L2"))
    monkeypatch.setattr(reader, "MOST_S", 60.0)
    assert (await store.found(ResultFilter())).total == COUNT
    assert await store.get(1) is not None
