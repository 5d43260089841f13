import asyncio
import random
import sys
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from service.settings import StoreSettings
from service.store import ResultFilter, Store
from vision.result import Judgement

SETTINGS = StoreSettings(min_free_mb=0)


async def killed(folder: Path, after: int) -> list[tuple[str, int]]:
    """What the station said until it was killed, at some moment after so many lines."""
    arguments = (sys.executable, "-m", "tests.service.store.station", str(folder))
    station = await asyncio.create_subprocess_exec(*arguments, stdout=asyncio.subprocess.PIPE)
    assert station.stdout
    said: list[bytes] = []
    while len(said) < after and (line := await station.stdout.readline()):
        said.append(line)
    station.kill()
    said += (await station.stdout.read()).splitlines(keepends=True)
    assert await station.wait() == -9
    whole = [line.decode().split() for line in said if line.endswith(b"\n")]
    return [(what, int(number)) for what, number in whole]


@pytest.mark.parametrize(
    "kills", [pytest.param(3, id="a few"), pytest.param(100, id="many", marks=[pytest.mark.faults])]
)
@pytest.mark.timeout(600)
async def test_a_killed_station_loses_nothing_and_does_nothing_twice(tmp_path: Path, kills: int) -> None:
    chance = random.Random(kills)
    accepted: list[int] = []
    results: list[int] = []
    for _ in range(kills):
        said = await killed(tmp_path, chance.randrange(1, 60))
        accepted += [number for what, number in said if what == "accepted"]
        results += [number for what, number in said if what == "result"]
        async with Store.open(tmp_path, SETTINGS, ZoneInfo("UTC"), lock_wait_s=10) as store:
            found = store.recover()
            stored = {row.number: row for row in await store.page(ResultFilter(), limit=1_000_000)}
            opened = {trigger.number for trigger in found.opened}
            assert not opened & stored.keys()
            assert set(accepted) <= stored.keys() | opened
            assert set(results) <= stored.keys()
            assert len(opened) <= 1
            assert sum(hour.total for hour in await store.hourly(0, 2**62)) == len(stored)
            assert found.last_number == max(stored.keys() | opened, default=0)
            seqs = [stored[number].result_seq for number in sorted(stored)]
            assert seqs == list(range(1, len(seqs) + 1))
            assert not found.replaced
    assert len(set(accepted)) == len(accepted)
    assert len(set(results)) == len(results)
    interrupted = [n for n in stored if stored[n].judgement is Judgement.ERROR]
    assert kills < 10 or interrupted
