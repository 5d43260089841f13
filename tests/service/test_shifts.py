from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from protocols import tags
from protocols.handshake import Context, Rules
from protocols.handshake.production import Making
from protocols.handshake.state import State
from protocols.image import ProcessImage
from service.settings import ShiftSettings
from service.shifts import Shifts

BERLIN = ZoneInfo("Europe/Berlin")
THREE = ShiftSettings()
AT_THE_CHANGE = ShiftSettings(starts={"early": "02:30", "late": "14:00"})


def us(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000


def local(*parts: int, fold: int = 0) -> int:
    return us(datetime(*parts, tzinfo=BERLIN, fold=fold))  # type: ignore[misc,arg-type]


@pytest.mark.parametrize(
    ("settings", "at_us", "name", "start_us"),
    [
        pytest.param(THREE, local(2026, 11, 25, 6, 0), "early", local(2026, 11, 25, 6, 0), id="on the start"),
        pytest.param(THREE, local(2026, 11, 25, 6, 0) - 1, "night", local(2026, 11, 24, 22, 0), id="just before it"),
        pytest.param(THREE, local(2026, 11, 25, 13, 59), "early", local(2026, 11, 25, 6, 0), id="its end"),
        pytest.param(THREE, local(2026, 11, 25, 23, 0), "night", local(2026, 11, 25, 22, 0), id="before midnight"),
        pytest.param(THREE, local(2026, 11, 26, 5, 0), "night", local(2026, 11, 25, 22, 0), id="after midnight"),
        pytest.param(THREE, local(2026, 3, 29, 5, 59), "night", local(2026, 3, 28, 22, 0), id="short night"),
        pytest.param(THREE, local(2026, 3, 29, 6, 0), "early", local(2026, 3, 29, 6, 0), id="after a short night"),
        pytest.param(THREE, local(2026, 10, 25, 5, 59), "night", local(2026, 10, 24, 22, 0), id="long night"),
        pytest.param(
            AT_THE_CHANGE,
            us(datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),  # 02:00 winter = 03:00 summer
            "early",
            us(datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
            id="a start that is left out is at the change",
        ),
        pytest.param(
            AT_THE_CHANGE,
            us(datetime(2026, 3, 29, 1, 0, tzinfo=UTC)) - 1,
            "late",
            local(2026, 3, 28, 14, 0),
            id="before the start that is left out",
        ),
        pytest.param(
            AT_THE_CHANGE,
            local(2026, 10, 25, 2, 15, fold=1),
            "early",
            local(2026, 10, 25, 2, 30, fold=0),
            id="a start that comes twice counts the first time",
        ),
        pytest.param(
            ShiftSettings(starts={}), local(2026, 10, 25, 12, 0), "", local(2026, 10, 25), id="no shifts: the day"
        ),
    ],
)
def test_shift(settings: ShiftSettings, at_us: int, name: str, start_us: int) -> None:
    shifts = Shifts(settings, BERLIN)
    assert shifts.name(at_us) == name
    assert shifts.start_us(at_us) == start_us


def test_the_nights_of_both_changes_are_as_long_as_they_are() -> None:
    shifts = Shifts(THREE, BERLIN)
    lengths = [
        (shifts.start_us(local(2026, month, day, 12)) - shifts.start_us(local(2026, month, day, 1))) / 3_600_000_000
        for month, day in ((3, 29), (10, 25), (11, 25))
    ]
    assert lengths == [7, 9, 8]


@pytest.mark.parametrize("settings", [THREE, AT_THE_CHANGE, ShiftSettings(starts={})], ids=["three", "two", "none"])
def test_what_was_asked_before_changes_no_answer(settings: ShiftSettings) -> None:
    """In steps of twenty minutes there and back, over both changes of the clock."""
    moments = [
        local(2026, month, day) + minutes * 60_000_000
        for month, day in ((3, 28), (10, 24))
        for minutes in range(0, 4320, 20)
    ]
    asked = Shifts(settings, BERLIN)
    for at_us in (*moments, *reversed(moments)):
        fresh = Shifts(settings, BERLIN)
        assert (asked.name(at_us), asked.start_us(at_us)) == (fresh.name(at_us), fresh.start_us(at_us))
        assert asked.next_us(at_us) == Shifts(settings, BERLIN).next_us(at_us)


@pytest.mark.parametrize(
    ("written", "until"),
    [
        pytest.param(local(2026, 11, 25, 13, 0), local(2026, 11, 25, 14, 0), id="to the next start"),
        pytest.param(local(2026, 11, 25, 14, 0), local(2026, 11, 25, 22, 0), id="written on a start"),
        pytest.param(local(2026, 11, 25, 23, 0), local(2026, 11, 26, 6, 0), id="over midnight"),
        pytest.param(local(2026, 3, 29, 0, 30), local(2026, 3, 29, 6, 0), id="a short night"),
        pytest.param(local(2026, 10, 25, 0, 30), local(2026, 10, 25, 6, 0), id="a long night"),
        pytest.param(local(2026, 10, 25, 2, 30, fold=0), local(2026, 10, 25, 6, 0), id="in the hour that comes twice"),
    ],
)
def test_a_written_shift_holds_until_the_next_start(written: int, until: int) -> None:
    schedule, now = Shifts(THREE, BERLIN), [written]
    state = State(ProcessImage(), Rules(), lambda: 0.0)
    making = Making(state, schedule, lambda: now[0])
    making.change({"shift": "extra"})
    assert making.context(until - 1) == Context("", "", "extra", written)
    assert making.context(until) == Context("", "", schedule.name(until), until)
    now[0] = until - 1
    assert not making.check()
    assert Making(state, schedule, lambda: until).context(until).shift != "extra", "restarted over the start"
    now[0] = until
    assert making.check()
    assert state.image.get(tags.PRODUCTION_SHIFT) == schedule.name(until)
    assert (state.production.shift, state.image.get(tags.CMD_SHIFT)) == ("", "")


def test_a_clock_that_is_set_back_does_not_bring_a_written_shift_back() -> None:
    now = [local(2026, 11, 25, 13, 0)]
    making = Making(State(ProcessImage(), Rules(), lambda: 0.0), Shifts(THREE, BERLIN), lambda: now[0])
    making.change({"shift": "extra"})
    now[0] = local(2026, 11, 25, 14, 0)
    making.check()
    assert making.context(local(2026, 11, 25, 13, 59)).shift == "early"


def test_an_empty_shift_gives_it_back_to_the_schedule_at_once() -> None:
    at_us = local(2026, 11, 25, 13, 0)
    making = Making(State(ProcessImage(), Rules(), lambda: 0.0), Shifts(THREE, BERLIN), lambda: at_us)
    making.change({"shift": "extra", "lot": "L"})
    making.change({"shift": ""})
    assert making.context(at_us) == Context("", "L", "early", local(2026, 11, 25, 6, 0))


def test_without_a_schedule_a_written_shift_stays() -> None:
    making = Making(State(ProcessImage(), Rules(), lambda: 0.0), Shifts(ShiftSettings(starts={}), BERLIN), lambda: 0)
    making.change({"shift": "extra"})
    assert making.context(local(2030, 1, 1)).shift == "extra"
