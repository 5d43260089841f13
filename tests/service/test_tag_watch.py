"""Since when a tag stands so, and whether it is to be believed."""

import pytest

from protocols import tags
from protocols.image import ProcessImage
from protocols.tag import Tag
from service.tag_watch import BEAT_STALE_US, Present, TagQuality, TagWatch, Watched

GOOD, STALE, UNKNOWN, FORCED = TagQuality.GOOD, TagQuality.STALE, TagQuality.UNKNOWN, TagQuality.FORCED


class Bench:
    """An image that is watched, a clock and whoever is there."""

    def __init__(self) -> None:
        self.image, self.us = ProcessImage(), 1_000_000
        self.present, self.forced = Present(modbus=True, opcua=True), set[Tag[object]]()
        self.rows: list[tuple[Tag[object], object]] = []
        self.watch = TagWatch(self.image, lambda: self.us, lambda: self.present, lambda: self.forced, lambda: self.rows)

    def of(self, tag: Tag[object], since: int = 0) -> Watched | None:
        return next((one for one in self.watch.since(since) if one.tag is tag), None)

    def quality(self, tag: Tag[object]) -> TagQuality:
        found = self.of(tag)
        assert found
        return found.quality


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_change_is_dated_by_the_look_that_sees_it_and_told_once(bench: Bench) -> None:
    assert len(list(bench.watch.since(0))) == len(tags.ALL)
    revision = bench.watch.revision
    bench.image.set(tags.CURRENT_JOB, 12)
    bench.us = 5_000_000
    bench.watch.look()
    bench.us = 9_000_000
    (told,) = bench.watch.since(revision)
    assert (told.tag, told.value, told.changed_at_us, told.quality) == (tags.CURRENT_JOB, 12, 5_000_000, GOOD)
    assert not list(bench.watch.since(bench.watch.revision))


def test_a_revision_of_another_process_is_told_everything(bench: Bench) -> None:
    assert len(list(bench.watch.since(999_999))) == len(tags.ALL)


def test_what_the_plc_says_is_unknown_until_said_and_stale_without_it(bench: Bench) -> None:
    assert bench.quality(tags.TRIGGER_ENABLE) is UNKNOWN
    bench.image.set(tags.TRIGGER_ENABLE, True)
    assert bench.quality(tags.TRIGGER_ENABLE) is GOOD
    revision = bench.watch.revision
    bench.present = Present(modbus=False, opcua=True)
    told = bench.of(tags.TRIGGER_ENABLE, revision)
    assert told
    assert (told.quality, told.value) == (STALE, True)


def test_a_heartbeat_that_stands_is_stale_though_its_plc_is_there(bench: Bench) -> None:
    bench.image.set(tags.PLC_HEARTBEAT, 41)
    assert bench.quality(tags.PLC_HEARTBEAT) is GOOD
    bench.us += BEAT_STALE_US + 1
    assert bench.quality(tags.PLC_HEARTBEAT) is STALE


def test_results_come_from_their_rows_and_are_stale_offline(bench: Bench) -> None:
    assert bench.quality(tags.UA_RESULT_CODE) is UNKNOWN
    bench.rows = [(tags.UA_RESULT_CODE, 2)]
    told = bench.of(tags.UA_RESULT_CODE)
    assert told
    assert (told.value, told.quality) == (2, GOOD)
    bench.present = Present(online=False)
    assert bench.quality(tags.UA_RESULT_CODE) is STALE


def test_a_forced_tag_says_so(bench: Bench) -> None:
    bench.forced = {tags.TRIGGER_READY}
    assert bench.quality(tags.TRIGGER_READY) is FORCED
    bench.forced = set()
    assert bench.quality(tags.TRIGGER_READY) is GOOD


def test_following_takes_nothing_from_whoever_drains(bench: Bench) -> None:
    bench.image.set(tags.ERROR_CODE, 101)
    bench.watch.look()
    assert tags.ERROR_CODE in bench.image.drain()
