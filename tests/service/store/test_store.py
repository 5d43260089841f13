import asyncio
import dataclasses
import math
import random
from collections.abc import AsyncIterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from protocols.handshake.types import Finished, Outcome, Source
from service.inspection import Given
from service.settings import StoreSettings
from service.store import Locked, ResultFilter, Store, StoreError, wait_for_lock
from service.store.drawing import drawing_bytes, drawn
from tests.service.store.parts import BEGIN_US, accepted, inspection
from vision.result import Judgement, Shape

UTC = ZoneInfo("UTC")
SETTINGS = StoreSettings(min_free_mb=0)


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        yield store


async def test_a_result_comes_back_as_it_was(store: Store) -> None:
    given = inspection(7, Judgement.FAIL)
    await store.accept(given.accepted, b"state")
    await store.save(given)
    found = await store.get(7)
    assert found
    row = found.row
    assert (row.number, row.result_seq, row.judgement, row.reject_class) == (7, 7, Judgement.FAIL, 3)
    assert (row.reason, row.recipe, row.recipe_version, row.job) == ("6 pins, at most 5", "bracket", 2, 1)
    assert (row.part_id, row.user_tag, row.encoder, row.source) == ("P000007", 4_000_000_000, 12, Source.MODBUS)
    assert (row.order, row.lot, row.shift, row.client, row.trigger_seq) == ("O1", "L1", "early", "192.168.0.10", 8)
    assert (row.accepted_at_us, row.finished_at_us) == (BEGIN_US + 7000, BEGIN_US + 37_000)
    assert (row.cycle_us, row.acquisition_us, row.processing_us) == (30_000, 12_000, 15_000)
    assert (row.image, row.lossless, row.stored, row.forced) == ("", False, True, False)
    assert found.steps == given.result.steps


async def test_the_class_of_a_part_that_was_sorted_comes_back(store: Store) -> None:
    given = inspection(7)
    sorted_into = dataclasses.replace(given.outcome, sort_class="B", sort_number=2)
    await store.save(dataclasses.replace(given, outcome=sorted_into))
    found = await store.get(7)
    assert found
    assert found.row.sort_class == "B"


@pytest.mark.parametrize("judgement", Judgement)
async def test_what_there_is_to_draw_comes_back_whatever_the_judgement(store: Store, judgement: Judgement) -> None:
    shapes = (Shape(((-0.5, 2.04), (700.3, 480.0), (3.0, 4.5)), label="pin"), Shape(((1.0, 1.0),), closed=False))
    given = inspection(7, judgement, frame_size=(1280, 960))
    steps = tuple(dataclasses.replace(step, overlay=shapes[: i + 1]) for i, step in enumerate(given.result.steps))
    await store.save(dataclasses.replace(given, result=dataclasses.replace(given.result, steps=steps)))
    found = await store.get(7)
    assert found
    assert found.frame_size == (1280, 960)
    assert [step.overlay[0].points for step in found.steps] == [((-0.5, 2.0), (700.3, 480.0), (3.0, 4.5))] * 2
    assert found.steps[1].overlay[1] == shapes[1]


def test_what_there_is_to_draw_has_its_bound() -> None:
    """A tool gone wild must not fill the disk; what did not pass is kept first."""
    noise = random.Random(1)
    wild = tuple(Shape(tuple((noise.random() * 4000, noise.random() * 3000) for _ in range(300))) for _ in range(300))
    good, bad = inspection(1).result.steps[0], inspection(1, Judgement.FAIL).result.steps[0]
    steps = (dataclasses.replace(good, overlay=wild), dataclasses.replace(bad, overlay=wild[:20]))
    data = drawing_bytes(steps, (4000, 3000))
    (passed, failed), _ = drawn(steps, data)
    assert (len(passed.overlay), len(failed.overlay)) == (5, 20)
    assert {len(shape.points) for shape in (*passed.overlay, *failed.overlay)} == {200}
    assert len(data) < 50_000


async def test_what_is_not_a_number_or_not_text_is_stored(store: Store) -> None:
    given = inspection(1)
    step = given.result.steps[0]
    odd = dataclasses.replace(step.measurements[0], value=math.nan, low=-math.inf)
    steps = (dataclasses.replace(step, measurements=(odd,), main=odd, message="\ud800"),)
    result = dataclasses.replace(given.result, steps=steps, message="\ud800")
    await store.save(dataclasses.replace(given, result=result))
    found = await store.get(1)
    assert found
    measured = found.steps[0].measurements[0]
    assert math.isnan(measured.value)
    assert measured.low == -math.inf
    assert found.row.reason == "?"


async def test_what_a_client_gave_stands_with_the_result_also_where_it_came_late(tmp_path: Path) -> None:
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        await store.save(inspection(1, given=Given("M-1", "bracket")))
        await store.save(inspection(2))
        await store.give(2, Given("M-\ud800"))
        await store.save(inspection(3))
        await store.give(4, Given("never"))
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        rows = await store.page(ResultFilter())
    assert [(row.meas_id, row.product_id) for row in rows] == [("", ""), ("M-?", ""), ("M-1", "bracket")]


async def test_a_restart_finds_open_triggers_results_and_state(tmp_path: Path) -> None:
    given = [inspection(n, Judgement.FAIL if n % 3 else Judgement.PASS) for n in range(1, 101)]
    waiting = accepted(101, parameters=(1, 2, *(0,) * 62), by_bit=True, cmd_trigger=9, forced=2, part_id=b"\xff\x00")
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        for one in given:
            store.accept(one.accepted, b"old")
            store.save(one)
        await store.accept(waiting, b"new")
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        found = store.recover()
    assert found.opened == (waiting,)
    assert found.retained == b"new"
    assert found.last_number == 101
    assert found.last_seq == 100
    assert not found.power_up
    assert len(found.results) == 64
    assert [_same(f) for f in found.results] == [
        _same(Finished(one.result_seq, one.accepted, one.outcome)) for one in given[-64:]
    ]


def _same(finished: Finished) -> str:
    return repr(finished)  # not a number is not equal to itself


async def test_a_revoked_acceptance_is_not_found(tmp_path: Path) -> None:
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        await store.accept(accepted(1), b"")
        await store.revoke(accepted(1))
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        assert store.recover().opened == ()


async def test_boots_are_counted_by_power_up_alone(tmp_path: Path) -> None:
    boot_id, data = tmp_path / "boot_id", tmp_path / "data"
    found = []
    for power_up in ("a", "a", "b", "b", "c"):
        boot_id.write_text(power_up)
        async with Store.open(data, SETTINGS, UTC, boot_id=boot_id) as store:
            found.append((store.recover().power_up, store.recover().boots))
            await store.keep(b"state")
    assert found == [(True, 1), (False, 1), (True, 2), (False, 2), (True, 3)]


async def test_state_of_before_the_power_cut_stays_so_until_it_is_written_again(tmp_path: Path) -> None:
    """A crash right after a power-up must not make TriggerEnable live again."""
    boot_id, data = tmp_path / "boot_id", tmp_path / "data"
    boot_id.write_text("a")
    async with Store.open(data, SETTINGS, UTC, boot_id=boot_id) as store:
        await store.keep(b"state")
    boot_id.write_text("b")
    for _ in range(2):
        async with Store.open(data, SETTINGS, UTC, boot_id=boot_id) as store:
            assert store.recover().power_up
            assert store.recover().boots == 2


async def test_offered_before_it_was_stored_changes_the_row_and_the_counts(store: Store) -> None:
    given = inspection(1)
    await store.save(given)
    offered = dataclasses.replace(given.outcome, judgement=3, reject_class=65535, error_code=401, stored=False)
    await store.offered_unstored(1, offered)
    found = await store.get(1)
    assert found
    assert (found.row.judgement, found.row.error_code, found.row.stored) == (Judgement.ERROR, 401, False)
    (hour,) = await store.hourly(0, 2**62)
    assert (hour.passed, hour.errors, hour.cycle_us) == (0, 1, 30_000)


async def test_forced_results_are_stored_and_not_counted(store: Store) -> None:
    await store.save(inspection(1, Judgement.FAIL, accepted=accepted(1, forced=2)))
    found = await store.get(1)
    assert found
    assert found.row.forced
    assert await store.hourly(0, 2**62) == []
    assert await store.pareto(0, 2**62) == []


async def test_one_bad_row_fails_alone(store: Store) -> None:
    bad = inspection(2, outcome=Outcome(judgement=1, error_code=2**70))
    futures = [store.save(inspection(1)), store.save(bad), store.save(inspection(3))]
    results = await asyncio.gather(*futures, return_exceptions=True)
    assert [type(r) for r in results] == [type(None), StoreError, type(None)]
    assert [row.number for row in await store.page(ResultFilter())] == [3, 1]
    assert store.healthy


async def test_many_writes_share_commits(store: Store) -> None:
    before = store.counters.commits
    await asyncio.gather(*(store.save(inspection(n)) for n in range(1, 401)))
    assert store.counters.commits - before < 200
    assert store.counters.results == 400
    assert len(await store.page(ResultFilter(), limit=1000)) == 400


async def test_saving_twice_is_as_saving_once(store: Store) -> None:
    for _ in range(2):
        await store.save(inspection(1, Judgement.FAIL))
    (hour,) = await store.hourly(0, 2**62)
    assert (hour.total, hour.failed) == (1, 1)
    (step,) = await store.pareto(0, 2**62)
    assert (step.step, step.tool, step.failed, step.errors) == ("pins", "blob_count", 1, 0)


async def test_the_second_station_on_a_folder_is_refused_with_the_first_ones_number(
    store: Store, tmp_path: Path
) -> None:
    import os

    with pytest.raises(Locked, match=f"in use by process {os.getpid()}"):
        async with Store.open(tmp_path, SETTINGS, UTC):
            pass


async def test_the_successor_gets_the_folder_when_it_is_let_go(tmp_path: Path) -> None:
    lock = await wait_for_lock(tmp_path, 0)
    waiting = asyncio.ensure_future(wait_for_lock(tmp_path, 30))
    await asyncio.sleep(0)
    assert not waiting.done()
    lock.release()
    (await waiting).release()


async def test_alarms_stay_over_a_restart_and_are_one_row_while_active(tmp_path: Path) -> None:
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        await store.raise_alarm(101, "lost", 5)
        await store.raise_alarm(101, "still lost", 6)
        await store.raise_alarm(402, "low", 7, "warning")
        await store.clear_alarm(402, 8)
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        (active,) = await store.active_alarms()
        assert (active.number, active.text, active.since_us, active.severity) == (101, "still lost", 5, "error")
        assert [(a.number, a.cleared_at_us) for a in await store.alarms()] == [(402, 8), (101, None)]


async def test_events_and_recipe_versions(store: Store) -> None:
    for n in range(5):
        await store.event("online", f"event {n}", "engineer")
    newest = await store.events(limit=2)
    assert [e.text for e in newest] == ["event 4", "event 3"]
    assert [e.text for e in await store.events(before=newest[-1].id, limit=2)] == ["event 2", "event 1"]
    for _ in range(2):
        await store.recipe_version(3, 1, "bracket", "ab" * 32, {"steps": []})
    (version,) = await store.recipe_versions(3)
    assert (version.job, version.version, version.name, version.content) == (3, 1, "bracket", '{"steps":[]}')


async def test_the_image_of_a_result_is_named_later(store: Store) -> None:
    await store.save(inspection(1))
    await store.set_image(1, "2026/11/25/000000001.png", lossless=True)
    found = await store.get(1)
    assert found
    assert (found.row.image, found.row.lossless) == ("2026/11/25/000000001.png", True)


@pytest.mark.parametrize("context", [("", "", ""), ("O2", "L2", "night")])
async def test_the_context_is_kept(store: Store, context: tuple[str, str, str]) -> None:
    order, lot, shift = context
    await store.save(inspection(1, accepted=accepted(1, order=order, lot=lot, shift=shift)))
    found = await store.get(1)
    assert found
    assert (found.row.order, found.row.lot, found.row.shift) == context
