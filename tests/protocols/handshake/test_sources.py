"""Triggers of sensors, people and SCADA beside those of a PLC."""

import asyncio
from collections.abc import Callable

import pytest

from protocols.handshake import Reject, RejectedError, Source
from tests.protocols.handshake.bench import (
    MISSED,
    VALID,
    Bench,
)

MakeBench = Callable[..., Bench]


def test_sensors_wait_while_a_plc_has_trigger_enable_at_one(bench: Bench) -> None:
    assert bench.sensor() is Reject.BUSY
    bench.write({0: 0})
    taken = bench.sensor()
    assert isinstance(taken, asyncio.Future)
    assert taken.result() is bench.line.started[0]
    assert taken.result().source is Source.HARDWARE


@pytest.mark.parametrize("source", [Source.WEB, Source.OPCUA])
def test_people_trigger_only_while_the_plc_is_away(bench: Bench, source: Source) -> None:
    assert bench.sensor(source) is Reject.BUSY
    assert bench.handshake.held_by_plc
    bench.handshake.disconnected("plc")
    bench.wait(10)
    assert bench.sensor(source) is Reject.BUSY
    bench.wait(0.25)
    taken = bench.sensor(source, b"by hand")
    assert isinstance(taken, asyncio.Future)
    assert taken.result().part_id == b"by hand"
    bench.judge()
    assert not bench.status(VALID), "and their results leave the PLC's current result alone"
    assert bench.read(14) == 1


def test_a_plc_that_reconnects_has_the_trigger_again(bench: Bench) -> None:
    bench.handshake.disconnected("plc")
    bench.wait(11)
    bench.handshake.connected("plc")
    assert bench.sensor(Source.WEB) is Reject.BUSY


def test_another_source_is_told_that_its_acceptance_failed(make_bench: MakeBench) -> None:
    bench = make_bench(auto=False)
    taken = bench.sensor(Source.WEB)
    assert isinstance(taken, asyncio.Future)
    bench.commit(ok=False)
    with pytest.raises(RejectedError) as rejected:
        taken.result()
    assert rejected.value.code is Reject.STORAGE
    assert not bench.status(MISSED), "other sources only count"
    assert bench.read(18, 2) == 1


def test_a_caller_that_gave_up_does_not_disturb_the_part(make_bench: MakeBench) -> None:
    bench = make_bench(auto=False)
    taken = bench.sensor(Source.WEB)
    assert isinstance(taken, asyncio.Future)
    taken.cancel()
    bench.commit()
    assert bench.accepted == 1


def test_modbus_does_not_trigger_through_the_other_door(bench: Bench) -> None:
    with pytest.raises(ValueError, match="MODBUS"):
        bench.handshake.trigger(Source.MODBUS)
    with pytest.raises(ValueError, match="65 bytes"):
        bench.handshake.trigger(Source.WEB, b"x" * 65)
