"""A database of every former schema comes up with what it held, and a copy of it is kept."""

import dataclasses
import json
import os
import time
from pathlib import Path
from zoneinfo import ZoneInfo

import apsw
import pytest

from service.settings import StoreSettings
from service.store import KeptAs, Store, copies, database
from service.store.schema import MIGRATIONS
from tests.service.store.parts import inspection
from vision.result import Judgement, Measurement, StepResult

UTC = ZoneInfo("UTC")
SETTINGS = StoreSettings(min_free_mb=0)
FORMER = range(1, len(MIGRATIONS))
IMAGE = "2026/11/25/000000007.png"
GIVEN = inspection(7, Judgement.FAIL)


async def made_by(folder: Path, schema: int) -> Path:
    """A database as the release of that schema left it, with one part and an alarm that is over."""
    now = folder / "now"
    now.mkdir()
    async with Store.open(now, SETTINGS, UTC) as store:
        await store.save(GIVEN)
        await store.set_image(7, IMAGE, lossless=True)
        await store.raise_alarm(101, "camera lost", 5)
        await store.clear_alarm(101, 6)
    source = apsw.Connection(str(now / database.FILE))
    path = folder / "then" / database.FILE
    path.parent.mkdir()
    old = database.connect(path, MIGRATIONS[:schema])
    for table in ("meta", "results", "measures", "measurements", "failures", "rollup_hourly", "hours", "alarms"):
        theirs = {row[1] for row in old.execute(f"PRAGMA table_info({table})")}
        columns = [row[1] for row in source.execute(f"PRAGMA table_info({table})") if row[1] in theirs]
        rows = source.execute(f"SELECT {', '.join(columns)} FROM {table}").fetchall()
        marks = ", ".join("?" * len(columns))
        old.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
    if schema == 1:  # shapes stood with their steps
        steps = json.loads(str(old.execute("SELECT steps FROM results").get, "utf-8"))
        steps[0]["overlay"] = [[[[1.0, 2.0], [3.0, 4.5]], True, "pin", "defect"]]
        old.execute("UPDATE results SET steps = ?", (json.dumps(steps).encode(),))
    old.close()
    source.close()
    return path


def plain(step: StepResult) -> StepResult:
    """Without warn limits, which came with schema 3."""

    def of(m: Measurement) -> Measurement:
        return Measurement(m.name, m.value, m.unit, m.low, m.high)

    return dataclasses.replace(
        step, measurements=tuple(map(of, step.measurements)), main=of(step.main) if step.main else None
    )


@pytest.mark.parametrize("schema", FORMER)
async def test_what_it_held_is_there_and_can_be_used(tmp_path: Path, schema: int) -> None:
    path = await made_by(tmp_path, schema)
    async with Store.open(path.parent, SETTINGS, UTC) as store:
        found = await store.get(7)
        assert found
        assert (found.row.judgement, found.row.image, found.row.lossless) == (Judgement.FAIL, IMAGE, True)
        expected = GIVEN.result.steps if schema >= 3 else tuple(map(plain, GIVEN.result.steps))
        assert found.steps == expected
        assert [(a.number, a.cleared_at_us) for a in await store.alarms()] == [(101, 6)]
        (image,) = await store.oldest_images(10, (KeptAs.FAILED,))
        assert (image.number, image.size) == (7, 0), "its size is not known yet"
        assert await store.pin(7, "ann", "why")
        await store.save(inspection(8))
        assert store.healthy
    db = apsw.Connection(str(path))
    assert db.pragma("user_version") == len(MIGRATIONS)
    db.close()


@pytest.mark.parametrize("schema", FORMER)
async def test_the_copy_is_the_database_as_it_was_and_the_release_before_starts_on_it(
    tmp_path: Path, schema: int
) -> None:
    path = await made_by(tmp_path, schema)
    before = list(apsw.Connection(str(path)).execute("SELECT * FROM results"))
    async with Store.open(path.parent, SETTINGS, UTC) as store:
        await store.save(inspection(8))
    copy = path.with_name(f"results-schema{schema}.sqlite")
    again = database.connect(copy, MIGRATIONS[:schema])
    assert list(again.execute("SELECT * FROM results")) == before
    again.close()


async def test_without_room_for_the_copy_nothing_is_migrated_and_the_reason_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = await made_by(tmp_path, 7)
    monkeypatch.setattr(copies, "free_bytes", lambda _: 2**20 // 8)
    async with Store.open(path.parent, SETTINGS, UTC) as store:
        assert "copied before it is migrated from schema 7" in store.trouble
        assert "0 MB are free" in store.trouble
    assert apsw.Connection(str(path)).pragma("user_version") == 7
    assert list(path.parent.glob("*-schema*")) == []


async def test_copies_go_when_they_are_old_and_nothing_else_does(tmp_path: Path) -> None:
    old = tmp_path / "results-schema6.sqlite"
    stay = [tmp_path / name for name in ("results-schema7.sqlite", "my-schema.sqlite", "results-broken-1.sqlite")]
    for path in (old, *stay):
        path.touch()
    for path in (old, *stay[1:]):
        os.utime(path, (0, time.time() - 31 * 86_400))
    async with Store.open(tmp_path, SETTINGS, UTC) as store:
        await store.maintain()
    assert not old.exists()
    assert all(path.exists() for path in stay)
