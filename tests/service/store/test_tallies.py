"""What is in the latched sets and what is live is every result that was counted."""

import asyncio
import random
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from service.settings import StoreSettings
from service.store import LatchedSet, Scope, Store, Tally
from service.store.tallies import MOST_LIVE, STATION
from tests.service.store.parts import accepted, inspection
from vision.result import Judgement

SETTINGS = StoreSettings(min_free_mb=0)
UTC = ZoneInfo("UTC")
COUNT = 200


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        yield store


def total(tallies: "list[Tally] | tuple[Tally, ...]") -> int:
    return sum(tally.total for tally in tallies)


async def test_a_result_counts_for_its_lot_and_for_its_shift(store: Store) -> None:
    for number, judgement in enumerate((*[Judgement.PASS] * 3, Judgement.FAIL, Judgement.ERROR), 1):
        await store.save(inspection(number, judgement))
    (lot,), (shift,) = await store.tallies(Scope.LOT), await store.tallies(Scope.SHIFT)
    assert (lot.order, lot.lot, lot.shift, lot.shift_since_us) == ("O1", "L1", "", 0)
    assert (shift.order, shift.lot, shift.shift) == ("", "", "early")
    for tally in (lot, shift):
        assert (tally.total, tally.passed, tally.failed, tally.errors, tally.classes) == (5, 3, 1, 1, ((3, 1),))


async def test_a_forced_result_is_not_counted(store: Store) -> None:
    await store.save(inspection(1, accepted=accepted(1, forced=2)))
    assert await store.tallies(Scope.LOT) == []


async def test_one_scope_is_latched_and_the_other_goes_on(store: Store) -> None:
    await store.save(inspection(1))
    taken = await store.latch(Scope.LOT, "mes", 7)
    assert (taken.number, total(taken.tallies)) == (7, 1)
    assert (total(await store.tallies(Scope.LOT)), total(await store.tallies(Scope.SHIFT))) == (0, 1)


async def test_the_same_number_of_the_same_client_gives_the_same_set(store: Store) -> None:
    await store.save(inspection(1))
    first = await store.latch(Scope.LOT, "mes", 7)
    await store.save(inspection(2))
    assert await store.latch(Scope.LOT, "mes", 7) == first
    assert total((await store.latch(Scope.LOT, "line", 7)).tallies) == 1
    assert await store.latch(Scope.LOT, "mes", 7) == first
    assert await store.last_latched(Scope.LOT, "mes") == first


async def test_a_number_that_is_used_again_after_many_others_is_new(store: Store) -> None:
    taken = [await store.latch(Scope.SHIFT, "mes", number) for number in (*range(17), 0)]
    assert len({found.id for found in taken}) == 18


async def test_nothing_is_lost_between_parts_and_latches_of_two_clients(store: Store) -> None:
    chance = random.Random(7)
    waiting: list[asyncio.Future[object]] = []
    latches: list[asyncio.Future[LatchedSet]] = []
    for number in range(1, COUNT + 1):
        part = accepted(number, lot=f"L{number // 50}")
        waiting.append(store.save(inspection(number, chance.choice(list(Judgement)), accepted=part)))  # type: ignore[arg-type]
        if chance.random() < 0.3:
            latches.append(store.latch(Scope.LOT, chance.choice("ab"), number))
    await asyncio.gather(*waiting)
    sets = {found.id: found for found in await asyncio.gather(*latches)}
    live = await store.tallies(Scope.LOT)
    assert sum(total(found.tallies) for found in sets.values()) + total(live) == COUNT
    assert {found.id for found in await store.latched(Scope.LOT, limit=200)} == sets.keys()


async def test_a_row_that_is_stored_again_or_told_otherwise_is_counted_once(store: Store) -> None:
    part = inspection(1)
    await store.save(part)
    await store.save(part)
    taken = await store.latch(Scope.LOT, "mes", 1)
    assert total(taken.tallies) == 1
    await store.save(part)  # the commit before the latch failed, and had happened all the same
    assert total(await store.tallies(Scope.LOT)) == 0
    await store.offered_unstored(1, replace(part.outcome, judgement=3, stored=False))
    (live,) = await store.tallies(Scope.LOT)
    assert (live.passed, live.errors, live.total) == (-1, 1, 0), "the set was read: the correction is live"


async def test_lots_that_nobody_latches_become_a_set_of_the_station(store: Store) -> None:
    saved = [store.save(inspection(n, steps=1, accepted=accepted(n, lot=f"L{n}"))) for n in range(1, MOST_LIVE + 2)]
    await asyncio.gather(*saved)
    await store.maintain()
    assert await store.tallies(Scope.LOT) == []
    (taken,) = await store.latched(Scope.LOT)
    assert (taken.client, total(taken.tallies)) == (STATION, MOST_LIVE + 1)


async def test_counts_and_sets_outlive_the_process(tmp_path: Path) -> None:
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        await store.save(inspection(1))
        taken = await store.latch(Scope.LOT, "mes", 7)
        await store.save(inspection(2))
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        assert total(await store.tallies(Scope.LOT)) == 1
        assert await store.latch(Scope.LOT, "mes", 7) == taken
