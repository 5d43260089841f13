"""Forced values: who may, what ends them, and what a PLC reads meanwhile."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest

from protocols import tags
from protocols.image import ProcessImage
from protocols.user_block import Layout
from service.forces import LONGEST_S, Forces, NoSuchPoint, NotNow, Standing
from tests.patience import until
from tests.service.in_process import InProcess, station_running

FORCED, JOB_PASS = 1 << 8, 1 << 4  # of StatusWord2
WORD, COMPACT = 1, 901


class Bench:
    """Forces over an image, with a clock."""

    def __init__(self) -> None:
        self.image, self.standing, self.now, self.may = ProcessImage(), Standing(online=False), 0.0, True
        self.notes: list[tuple[str, str, str]] = []
        self.told = 0
        self.forces = Forces(
            self.image, Layout(), lambda: self.standing, lambda *said: self.notes.append(said), lambda: self.now
        )
        self.forces.on_change.append(self._tell)

    def _tell(self) -> None:
        self.told += 1

    def force(self, name: str = "JobPass", value: Any = True, seconds: float = 60) -> None:
        self.forces.force(name, value, seconds, "ann", "web ann 10.0.0.9", lambda: self.may)

    @property
    def shown(self) -> tuple[bool, bool]:
        """JobPass, and that something is forced."""
        return self.image.seen(tags.JOB_PASS), self.image.seen(tags.FORCED)


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_it_ends_by_itself_and_the_journal_has_both(bench: Bench) -> None:
    bench.force(seconds=60)
    bench.now = 59.9
    bench.forces.look()
    assert bench.shown == (True, True)
    bench.now = 60
    bench.forces.look()
    assert bench.shown == (False, False)
    assert bench.notes == [
        ("force", "JobPass forced to 1 for 60 s", "web ann 10.0.0.9"),
        ("force", "JobPass is not forced any more: its time is over", ""),
    ]
    assert bench.told == 2


def test_each_ends_in_its_own_time_and_another_value_begins_anew(bench: Bench) -> None:
    bench.force("JobPass", True, 10)
    bench.force("Warning", True, 20)
    bench.now = 9
    bench.force("JobPass", False, 20)
    bench.now = 20
    bench.forces.look()
    assert [force.point.name for force in bench.forces.forced] == ["JobPass"]
    assert bench.shown == (False, True)


def test_it_ends_with_the_right_of_whoever_forced_it(bench: Bench) -> None:
    bench.force()
    bench.may = False
    bench.forces.look()
    assert bench.shown == (False, False)


@pytest.mark.parametrize(
    "standing", [Standing(online=True), Standing(online=False, handing_over=True)], ids=["online", "another process"]
)
def test_it_ends_within_the_turn_that_lets_parts_come(bench: Bench, standing: Standing) -> None:
    bench.force()
    bench.forces.turn()
    assert bench.shown == (True, True)
    bench.standing = standing
    bench.forces.turn()
    assert bench.shown == (False, False)
    with pytest.raises(NotNow):
        bench.force()


def test_no_result_on_its_way_can_be_taken_for_a_forced_one(bench: Bench) -> None:
    bench.standing = Standing(online=False, open_count=1)
    with pytest.raises(NotNow, match="still on its way"):
        bench.force()


def test_a_stop_ends_all_and_nothing_lasts_longer_than_it_may(bench: Bench) -> None:
    bench.force(seconds=1e9)
    (force,) = bench.forces.forced
    assert force.until == LONGEST_S
    bench.forces.stop()
    assert not bench.forces.forced
    with pytest.raises(NoSuchPoint):
        bench.force("StatusWord2", 0)


async def ask(running: InProcess, method: str, path: str, **body: Any) -> tuple[int, Any]:
    headers = {"Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession() as http,
        http.request(method, f"{running.url}/api/v1{path}", json=body or None, headers=headers) as answer,
    ):
        return answer.status, await answer.json()


async def test_a_plc_reads_it_marked_and_the_real_value_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with station_running(tmp_path, monkeypatch) as running:
        await running.enable()
        part = await running.part()
        plc = running.plc
        status, problem = await ask(running, "POST", "/forces", point="RejectClass", value=7)
        assert (status, "online" in problem["detail"]) == (409, True)
        assert (await ask(running, "POST", "/station/online", online=False))[0] == 200
        real = (await plc.read(WORD, 1))[0]
        flags, slot = (await plc.read(102, 1))[0], await plc.read(2000 + part.result_seq % 16 * 64, 64)

        status, forced = await ask(running, "POST", "/forces", point="JobPass", value=False, seconds=600)
        assert (status, forced[0]["point"], forced[0]["by"]) == (200, "JobPass", "127.0.0.1")
        for register in (WORD, COMPACT):
            assert (await plc.read(register, 1))[0] == real & ~JOB_PASS | FORCED
        assert (await plc.read(102, 1))[0] == flags | 1 << 5
        answer = await plc._client.read_discrete_inputs(16, count=16, device_id=1)
        assert (answer.bits[4], answer.bits[8]) == (False, True)
        assert await plc.read(2000 + part.result_seq % 16 * 64, 64) == slot
        _, station = await ask(running, "GET", "/station")
        assert (station["forced"]["count"], station["forced"]["points"]) == (1, ["JobPass"])
        _, states = await ask(running, "GET", "/tags/states")
        shown = {one["name"]: (one["value"], one["quality"]) for one in states["items"]}
        assert (shown["JobPass"], shown["Forced"]) == ((False, "forced"), (True, "good"))

        assert await ask(running, "DELETE", "/forces/JobPass") == (200, [])
        assert (await plc.read(WORD, 1))[0] == real

        await ask(running, "POST", "/forces", point="JobPass", value=False, seconds=1)
        await until(lambda: not running.station._image.overlay.registers)
        assert (await plc.read(WORD, 1))[0] == real

        await ask(running, "POST", "/forces", point="JobPass", value=False)
        assert (await ask(running, "DELETE", "/forces/Warning"))[0] == 404
        await ask(running, "POST", "/station/online", online=True)
        assert await ask(running, "GET", "/forces") == (200, [])
        assert (await plc.read(WORD, 1))[0] & FORCED == 0
        assert (await running.part()).result_seq == part.result_seq + 1
