"""The handshake on a real station, as a PLC program meets it; each test from an address of its own."""

import itertools
import json
import struct
import time
from collections.abc import Iterator

import pytest

from benchmarks.accept.bench import Bench, bench
from benchmarks.accept.plc import (
    BUSY,
    EXECUTING,
    MISSED,
    RESULTS_VALID,
    TRIGGER_READY,
    ExceptionAnswer,
    Plc,
    u32,
    write_pdu,
)

ENABLE, TRIGGER, BUFFER, ACK, CLEAR_ERROR, OFFLINE = 1, 2, 4, 8, 0x40, 0x80  # of ControlWord
TRIGGER_ACK, OVERRUN, COMPLETED, FAILED, ONLINE = 2, 1 << 10, 1 << 13, 1 << 14, 1 << 7  # of StatusWord
TRIPPED = 2  # of StatusWord2
NOT_ENABLED, BUSY_CODE, OFFLINE_CODE, QUEUE_FULL, NO_SUCH_JOB, WRONG_STATE = 2, 3, 1, 4, 4, 3
BAD_ARGUMENT = 2
SIMULATED = 1 << 5  # of ResultFlags
WEB = 2  # trigger source

numbers = itertools.count(1)  # no number twice, of whatever address
hosts = itertools.count(10)


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bench]:
    """A station that everybody may write to; a third of its parts are dark. What is done is in the database."""
    settings = {"VISION_OPCUA__ENABLED": "false", "VISION_STATION__DURABILITY": "power"}
    with bench(tmp_path_factory.mktemp("line"), 1, **settings) as made:
        yield made


@pytest.fixture
def plc(line: Bench) -> Iterator[Plc]:
    """A new address with its baselines written, unbuffered, TriggerReady."""
    with Plc(line.port, f"127.0.0.{next(hosts)}") as made:
        made.write(0, 0, 0, 0, 0, 0, 0)
        made.write(0, ENABLE)
        made.status_when(lambda status: status[0] & TRIGGER_READY)
        yield made
        made.settled()


def trigger(plc: Plc, tag: int = 0, encoder: int = 0, part: bytes = b"") -> int:
    """Trigger by number, with the data of its part; return the number."""
    number = next(numbers)
    text = part.ljust(len(part) + len(part) % 2, b"\0")
    words = struct.unpack(f">{len(text) // 2}H", text)
    plc.write(4, number, *[0] * 7, tag >> 16, tag & 0xFFFF, encoder >> 16 & 0xFFFF, encoder & 0xFFFF, len(part), *words)
    return number


def inspected(plc: Plc, number: int) -> tuple[int, ...]:
    """The ring slot of the trigger that was sent last."""
    status = plc.settled()
    assert status[4] == number, f"rejected with code {status[6]}"
    return plc.slot(status[14])


def command(plc: Plc, code: int, argument: int = 0) -> tuple[int, ...]:
    """By number; the status when it has ended."""
    number = next(numbers)
    plc.write(1, code, argument, number)
    status = plc.settled()
    assert status[7] == number
    return status


def test_the_reply_to_a_trigger_shows_that_trigger_ready_fell(plc: Plc) -> None:
    number = next(numbers)
    status = plc.write_then_read(4, [number], 0, 64)
    assert not status[0] & TRIGGER_READY
    assert status[0] & BUSY
    assert plc.settled()[4] == number


def test_the_result_stands_in_the_ring_and_in_the_current_result(plc: Plc) -> None:
    slot = inspected(plc, number := trigger(plc))
    current = plc.read(100, 269)
    status = plc.read(0, 64)
    assert status[0] & RESULTS_VALID
    assert slot[:28] == current[:28]
    assert slot[1] == number
    assert slot[0] == slot[63] == current[231] == current[268] == status[14]
    assert (slot[2] >> 1 & 7) in (1, 2)  # PASS or FAIL
    assert slot[62] == current[230] == (0 if slot[2] & 2 else 1)  # reject class


def test_a_client_reads_its_own_part_back(plc: Plc) -> None:
    slot = inspected(plc, trigger(plc, tag=0xDEAD0001, encoder=-5, part=b"SN-0815"))
    current = plc.read(100, 269)
    assert u32(slot, 6) == 0xDEAD0001
    assert u32(slot, 60) == u32(current, 266) == 0xFFFFFFFB
    assert current[232] == 7
    assert struct.pack(">4H", *current[233:237]) == b"SN-0815\0"


def test_a_part_id_goes_with_one_part_only(plc: Plc) -> None:
    inspected(plc, trigger(plc, part=b"A"))
    number = next(numbers)
    plc.write(4, number)
    inspected(plc, number)
    assert plc.read(332, 1) == (0,)


def test_a_repeated_number_is_no_new_part(plc: Plc) -> None:
    number = trigger(plc)
    before = inspected(plc, number)
    plc.ask_all([write_pdu(4, [value]) for value in (number, 0, number)])
    status = plc.settled()
    assert status[14] == before[0]
    assert status[0] & RESULTS_VALID


def test_a_trigger_by_bit_has_its_own_acknowledge(plc: Plc) -> None:
    plc.write(0, ENABLE | TRIGGER)
    status = plc.status_when(lambda status: status[0] & RESULTS_VALID)
    assert status[0] & TRIGGER_ACK
    assert plc.slot(status[14])[1] == 0
    plc.write(0, ENABLE)
    assert not plc.read(0, 1)[0] & TRIGGER_ACK


def test_a_trigger_while_one_is_open_is_rejected_and_hides_its_result(plc: Plc) -> None:
    first, second = next(numbers), next(numbers)
    plc.ask_all([write_pdu(4, [first]), write_pdu(4, [second])])
    status = plc.settled()
    assert status[4:7] == (first, second, BUSY_CODE)
    assert status[0] & MISSED
    assert not status[0] & RESULTS_VALID
    assert plc.slot(status[14])[1] == first


@pytest.mark.parametrize(
    ("levels", "code"), [(0, NOT_ENABLED), (ENABLE | OFFLINE, OFFLINE_CODE)], ids=["not enabled", "set offline"]
)
def test_a_process_condition_is_a_reject_code(plc: Plc, levels: int, code: int) -> None:
    plc.write(0, levels)
    number = trigger(plc)
    status = plc.settled()
    assert status[5:7] == (number, code)
    assert bool(status[0] & ONLINE) == (not levels & OFFLINE)


def test_clear_error_takes_missed_trigger_away(plc: Plc) -> None:
    plc.write(0, 0)
    trigger(plc)
    assert plc.settled()[0] & MISSED
    plc.write(0, ENABLE | CLEAR_ERROR)
    assert not plc.read(0, 1)[0] & MISSED


@pytest.mark.parametrize("by", ["edge", "number"])
def test_an_acknowledge_takes_results_valid_away_and_leaves_the_result(plc: Plc, by: str) -> None:
    slot = inspected(plc, trigger(plc))
    if by == "edge":
        plc.write(0, ENABLE | ACK)
    else:
        plc.write(5, slot[0])
    assert not plc.read(0, 1)[0] & RESULTS_VALID
    assert plc.read(100, 1)[0] == slot[0]
    assert plc.read(102, 1)[0] & 1


def test_another_job_is_active_at_once_and_never_offline(plc: Plc) -> None:
    took_s = []
    for job in (2, 1) * 3:
        number, began = next(numbers), time.monotonic()
        seen = [plc.write_then_read(1, [1, job, number], 0, 64)]
        while seen[-1][0] & EXECUTING:
            seen.append(plc.read(0, 64))
        took_s.append(time.monotonic() - began)
        assert all(status[0] & ONLINE for status in seen)
        assert seen[-1][7:11] == (number, 2, 0, job)
        assert seen[-1][0] & COMPLETED
        assert inspected(plc, trigger(plc))[3] == job
    assert min(took_s) <= 0.1  # the quickest: the others may have waited for this machine


def test_a_job_is_done_when_a_crash_would_come_back_with_it(line: Bench, plc: Plc) -> None:
    for job in (2, 1) * 3:
        assert command(plc, 1, job)[8:10] == (2, 0)
        (kept,) = line.query("SELECT state FROM retained")
        assert json.loads(kept["state"])["job"] == job


def test_a_job_that_is_not_there_is_named_so(plc: Plc) -> None:
    status = command(plc, 1, 77)
    assert status[8:11] == (3, NO_SUCH_JOB, 1)
    assert status[0] & FAILED


def test_reset_counters(plc: Plc) -> None:
    inspected(plc, trigger(plc))
    assert u32(plc.read(0, 64), 20) > 0
    status = command(plc, 2)
    assert status[8] == 2
    assert status[16:26] == (0,) * 10


def test_the_counters_add_up(plc: Plc) -> None:
    command(plc, 2)
    slots = [inspected(plc, trigger(plc)) for _ in range(6)]
    plc.write(0, 0)
    trigger(plc)
    status = plc.settled()
    passed, failed = (sum(bool(slot[2] & bit) for slot in slots) for bit in (2, 4))
    assert passed + failed == 6
    triggers, missed, total, passes, fails = (u32(status, address) for address in (16, 18, 20, 22, 24))
    assert (triggers, missed, total, passes, fails) == (6, 1, 6, passed, failed)


def test_the_self_test_looks_at_a_frame_and_stores_nothing(line: Bench, plc: Plc) -> None:
    before = line.rows()
    status = command(plc, 6)
    assert status[8:10] == (2, 0)
    assert line.rows() == before


def test_the_time_of_the_plc_is_taken(plc: Plc) -> None:
    plc.write(8, *struct.unpack(">4H", struct.pack(">Q", 1_800_000_000_000_000)))
    assert command(plc, 7)[8:10] == (2, 0)


def test_the_light_says_wrong_state(plc: Plc) -> None:
    assert command(plc, 8, 1)[8:10] == (3, WRONG_STATE)


def test_the_plc_sets_order_and_lot_of_the_parts_it_triggers_from_now_on(line: Bench, plc: Plc) -> None:
    for which, text in ((1, b"O-7"), (2, b"L-9"), (3, b"extra")):
        plc.write(128, len(text), *struct.unpack(">4H", text.ljust(8, b"\0")))
        assert command(plc, 9, which)[8:10] == (2, 0)
    number = u32(inspected(plc, trigger(plc)), 4)
    (row,) = line.query(f"SELECT work_order, lot, shift FROM results WHERE number = {number}")
    assert row == {"work_order": "O-7", "lot": "L-9", "shift": "extra"}
    found = line.rest("/inspections?order=O-7&lot=L-9&shift=extra")[1]["items"]
    assert [item["number"] for item in found] == [number]
    plc.write(128, 0)
    assert command(plc, 9, 3)[8:10] == (2, 0)
    assert line.rest("/station/production")[1]["shift"] != "extra"


def test_a_text_that_is_none_is_a_bad_argument(line: Bench, plc: Plc) -> None:
    before = line.rest("/station/production")[1]
    plc.write(128, 2, 0xC328)
    assert command(plc, 9, 1)[8:10] == (3, BAD_ARGUMENT)
    assert line.rest("/station/production")[1] == before


def test_what_is_latched_and_what_is_live_is_every_result(line: Bench, plc: Plc) -> None:
    latch = "/counters/lot/latch"
    line.rest("/station/production", {"lot": "tally"})
    line.rest(latch, {"number": 1, "client": "before"})
    for _ in range(3):
        inspected(plc, trigger(plc))
    assert line.rest("/counters/lot")[1]["current"]["total"] == 3
    status, first = line.rest(latch, {"number": 1, "client": "mes"})
    assert (status, first["total"], first["items"][0]["lot"]) == (200, 3, "tally")
    inspected(plc, trigger(plc))
    assert line.rest(latch, {"number": 1, "client": "mes"})[1] == first, "asked again"
    assert line.rest("/counters/lot")[1]["current"]["total"] == 1
    second = line.rest(latch, {"number": 2, "client": "mes"})[1]
    assert (second["total"], second["id"] > first["id"]) == (1, True)
    assert line.rest("/counters/lot/latched?limit=2")[1]["items"] == [second, first]


def test_order_and_lot_stand_in_the_rows_that_follow(line: Bench, plc: Plc) -> None:
    assert line.rest("/station/production", {"order": "O-1", "lot": "L-2"})[0] == 200
    number = u32(inspected(plc, trigger(plc)), 4)
    (row,) = line.query(f"SELECT work_order, lot FROM results WHERE number = {number}")
    assert row == {"work_order": "O-1", "lot": "L-2"}


@pytest.mark.parametrize(("judgement", "reject_class"), [(1, 0), (2, 1), (3, 65535)], ids=["PASS", "FAIL", "ERROR"])
def test_a_forced_judgement_is_flagged_and_not_counted(
    line: Bench, plc: Plc, judgement: int, reject_class: int
) -> None:
    assert command(plc, 10, judgement)[8] == 2
    before = plc.read(0, 64)
    slot = inspected(plc, trigger(plc))
    after = plc.read(0, 64)
    assert slot[2] & 0xE == 1 << judgement
    assert slot[2] & SIMULATED
    assert slot[62] == reject_class
    assert after[20:26] == before[20:26]
    assert after[44:46] == before[44:46]
    assert line.rows()[-1]["judgement"] == judgement
    assert not inspected(plc, trigger(plc))[2] & SIMULATED


def test_results_wait_in_the_queue_in_the_order_of_their_triggers(plc: Plc) -> None:
    plc.write(0, ENABLE | BUFFER)
    sent = []
    for _ in range(16):
        plc.status_when(lambda status: status[0] & TRIGGER_READY)
        sent.append(trigger(plc))
        plc.status_when(lambda status: status[4] == sent[-1])
    status = plc.settled()
    assert status[13] == status[15] == 16
    assert not status[0] & TRIGGER_READY
    number = trigger(plc)
    assert plc.settled()[5:7] == (number, QUEUE_FULL)
    taken = []
    while plc.read(0, 1)[0] & RESULTS_VALID:
        head = plc.read(100, 28)
        assert head[0] == head[27]
        taken.append(head[1])
        plc.write(5, head[0])
    assert taken == sent
    assert plc.read(13, 1) == (0,)
    assert plc.read(0, 1)[0] & TRIGGER_READY


def test_command_3_empties_the_queue_and_the_ring_keeps_it(plc: Plc) -> None:
    plc.write(0, ENABLE | BUFFER)
    for _ in range(3):
        slot = inspected(plc, trigger(plc))
    status = command(plc, 3)
    assert status[13] == 0
    assert not status[0] & RESULTS_VALID
    assert plc.slot(slot[0]) == slot


def test_the_mirror_and_the_compact_block_say_the_same(plc: Plc) -> None:
    inspected(plc, trigger(plc))
    compact, status, result = plc.read(900, 32), plc.read(0, 64), plc.read(100, 231)
    assert compact[:2] == status[:2]
    assert compact[3:10] == (*status[4:9], *status[10:12])
    assert compact[10:14] == result[:4]
    assert compact[14] == result[230]
    assert compact[16:30] == result[28:42]
    assert compact[31] == result[0]
    assert plc.holding(1900, 32)[3:] == compact[3:]


def test_a_part_id_of_65_bytes_is_refused_before_any_effect(plc: Plc) -> None:
    before = plc.read(0, 64)
    with pytest.raises(ExceptionAnswer, match="exception 3"):
        plc.write(4, next(numbers), *[0] * 11, 65)
    after = plc.read(0, 64)
    assert after[4:7] == before[4:7]
    assert after[14] == before[14]


def test_the_web_waits_while_a_plc_has_the_line(line: Bench, plc: Plc) -> None:
    code, problem = line.rest("/station/trigger", {})
    assert (code, problem["code"]) == (409, BUSY_CODE)
    plc.write(0, 0)
    assert line.rest("/station/trigger", {"part_id": "W1"})[0] == 200
    status = plc.settled()
    assert status[0] & RESULTS_VALID
    assert plc.slot(status[14])[2] >> 8 & 0xF == WEB


def test_the_first_writer_keeps_control_and_the_watchdog_trips(tmp_path_factory: pytest.TempPathFactory) -> None:
    settings = {
        "VISION_MODBUS__WRITE_CONTROL": "first",
        "VISION_MODBUS__WRITE_HOLD_S": "0.3",
        "VISION_MODBUS__WATCHDOG_MS": "300",
        "VISION_MODBUS__WATCHDOG_ACTION": "clear_trigger_enable",
        "VISION_OPCUA__ENABLED": "false",
    }
    with (
        bench(tmp_path_factory.mktemp("first"), 1, **settings) as made,
        Plc(made.port, "127.0.0.2") as first,
        Plc(made.port, "127.0.0.3") as second,
    ):
        first.write(0, ENABLE)
        with pytest.raises(ExceptionAnswer, match="exception 1"):
            second.write(0, ENABLE)
        with pytest.raises(ExceptionAnswer, match="exception 1"):
            second.write_then_read(6, [1], 0, 64)
        assert (first.read(52, 1), second.read(52, 1)) == ((1,), (0,))
        _watchdog(first)
        first.close()
        _takes_over(second)
        assert second.read(52, 1) == (1,)


def _watchdog(plc: Plc) -> None:
    """The heartbeat stops: it trips, TriggerEnable is gone; one write sets all right again."""
    plc.write(6, 1)  # from its first change on the heartbeat is watched
    status = plc.status_when(lambda status: status[1] & TRIPPED)
    assert not status[0] & TRIGGER_READY
    assert plc.holding(0, 1) == (0,)
    plc.write(0, ENABLE | CLEAR_ERROR)
    status = plc.read(0, 64)
    assert not status[1] & TRIPPED
    assert plc.holding(0, 1) == (ENABLE | CLEAR_ERROR,)


def _takes_over(plc: Plc) -> None:
    """Refused until the hold time of the one that left is over."""
    end = time.monotonic() + 60
    while refused := plc.exception_of(write_pdu(6, [1])):
        assert refused == 1
        assert time.monotonic() < end, "write control is never given up"
        time.sleep(0.02)


def test_the_time_that_the_plc_tells_stands_beside_the_stations_own(plc: Plc, line: Bench) -> None:
    told = time.time_ns() // 1000 + 3_200_000
    plc.write(8, *struct.unpack(">4H", told.to_bytes(8, "big")))
    assert command(plc, 7)[8] == 2  # done
    said = line.rest("/station")[1]
    assert 3200 - 3000 < said["plc_clock_ahead_ms"] <= 3200  # less what the command took
    assert said["plc_clock_told_at_us"] == told - round(said["plc_clock_ahead_ms"] * 1000)
