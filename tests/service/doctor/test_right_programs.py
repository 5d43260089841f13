"""The doctor has nothing to say of programs that do what the manual says, however they do it."""

import struct
import time
from collections.abc import Callable

import pytest

from benchmarks.accept.plc import Plc

from .conftest import MakeSite, Site
from .programs import (
    ACK,
    BUFFER,
    ENABLE,
    MISSED,
    RESULTS_VALID,
    TRIGGER,
    TRIGGER_ACK,
    TRIGGER_READY,
    begin,
    number,
    trigger,
    u32,
    valid,
)

PARTS = 6


def by_sequence(plc: Plc, poll_s: float = 0.001) -> None:
    """Status block and current result, acknowledged by number."""
    begin(plc)
    for _ in range(PARTS):
        seq = trigger(plc)
        valid(plc, poll_s)
        result = plc.read(100, 125)
        assert result[1] == seq
        plc.write(5, result[0])


def slowly(plc: Plc) -> None:
    """A poll every 120 ms, much longer than a part takes."""
    by_sequence(plc, 0.12)


def never_acknowledging(plc: Plc) -> None:
    """Unbuffered, the next trigger acknowledges: what the most modest program does."""
    begin(plc)
    for _ in range(PARTS):
        seq = trigger(plc)
        valid(plc)
        assert plc.read(100, 28)[1] == seq


def from_the_ring(plc: Plc) -> None:
    """NewestResultSeq says which slot to read."""
    begin(plc)
    for _ in range(PARTS):
        newest = plc.read(14, 1)[0]
        seq = trigger(plc)
        status = plc.status_when(lambda s, before=newest: s[14] != before)
        assert plc.slot(status[14])[1] == seq


def by_bits(plc: Plc, poll_s: float = 0.001) -> None:
    """Four phases, the result's judgement from JobPass."""
    begin(plc)
    for _ in range(PARTS):
        plc.status_when(lambda s: s[0] & TRIGGER_READY, poll_s=poll_s)
        plc.write(0, ENABLE | TRIGGER)
        plc.status_when(lambda s: s[0] & (TRIGGER_ACK | MISSED), poll_s=poll_s)
        plc.write(0, ENABLE)
        valid(plc, poll_s)
        plc.write(0, ENABLE | ACK)
        plc.status_when(lambda s: not s[0] & RESULTS_VALID, poll_s=poll_s)
        plc.write(0, ENABLE)


def by_bits_slowly(plc: Plc) -> None:
    by_bits(plc, 0.12)


def by_bits_with_coils(plc: Plc) -> None:
    """Functions 5 and 2: coils written one by one, discrete inputs read."""
    begin(plc)

    def coil(bit: int, on: bool) -> None:
        plc.ask(struct.pack(">BHH", 5, bit, 0xFF00 if on else 0))

    def until(bit: int, on: bool = True) -> None:
        while bool(int.from_bytes(plc.ask(struct.pack(">BHH", 2, 0, 32))[2:], "little") >> bit & 1) is not on:
            time.sleep(0.001)

    for _ in range(PARTS):
        until(0)
        coil(1, True)
        until(1)
        coil(1, False)
        until(11)
        plc.read(100, 28)
        coil(3, True)
        until(11, False)
        coil(3, False)


def buffered(plc: Plc) -> None:
    """Triggers ahead, takes the results one behind the other by number."""
    begin(plc, ENABLE | BUFFER)
    sent, taken = [], []
    for _ in range(PARTS):
        sent.append(trigger(plc))
        if len(sent) % 3 == 0:
            while len(taken) < len(sent):
                valid(plc)
                result = plc.read(100, 125)
                taken.append(result[1])
                plc.write(5, result[0])
    assert taken == sent


def buffered_by_edge(plc: Plc) -> None:
    """Triggers ahead, takes the results with ResultsAck."""
    begin(plc, ENABLE | BUFFER)
    sent = [trigger(plc) for _ in range(PARTS)]
    plc.settled()
    taken = []
    for _ in range(PARTS):
        valid(plc)
        taken.append(plc.read(100, 125)[1])
        plc.write(0, ENABLE | BUFFER | ACK)
        plc.write(0, ENABLE | BUFFER)
    assert taken == sent


def cyclic(plc: Plc, pause_s: float = 0.0) -> None:
    """One function 23 in each cycle: command image with heartbeat out, compact block in."""
    begin(plc)
    seq, acknowledged, beat, done = 0, 0, 0, 0
    status = plc.write_then_read(0, (ENABLE, 0, 0, 0, 0, 0, beat, 0), 900, 32)
    while done < PARTS:
        time.sleep(pause_s)
        beat += 1
        if status[0] & RESULTS_VALID and status[11] == seq != 0 and status[10] == status[31]:
            acknowledged, done, seq = status[10], done + 1, 0
        elif seq == 0 and status[0] & TRIGGER_READY:
            seq = number()
        status = plc.write_then_read(0, (ENABLE, 0, 0, 0, seq, acknowledged, beat, 0), 900, 32)


def cyclic_slowly(plc: Plc) -> None:
    cyclic(plc, 0.1)


def with_part_data(plc: Plc) -> None:
    """Part id and a counting UserTag in the write of the trigger, header and values in two reads, guarded."""
    begin(plc)
    for part in range(1, PARTS + 1):
        plc.status_when(lambda s: s[0] & TRIGGER_READY)
        seq = number()
        text = struct.unpack(">4H", f"SN-{part:04}\0".encode())
        plc.write(4, seq, *[0] * 7, 0, part, 0, 17 * part, 7, *text)
        plc.status_when(lambda s, wanted=seq: s[4] == wanted)
        valid(plc)
        head, values = plc.read(100, 28), plc.read(207, 125)
        assert head[1] == seq
        assert u32(head, 6) == part
        assert values[-1] == head[0]


def looking_closer_at_failures(plc: Plc) -> None:
    """JobPass says enough of a good part; only of another one the values are read."""
    begin(plc)
    for _ in range(3 * PARTS):
        trigger(plc)
        status = plc.status_when(lambda s: s[0] & RESULTS_VALID)
        if not status[1] & 1 << 4:
            plc.read(100, 125)


def preparing_ahead(plc: Plc) -> None:
    """The whole command image in each cycle; the data of the next part stand there some cycles before its number."""
    begin(plc)
    seq = 0
    for part in range(1, PARTS + 1):
        text = struct.unpack(">4H", f"SN-{part:04}\0".encode())
        for user_tag in (0, part):  # put together in two cycles
            plc.write(0, ENABLE, 0, 0, 0, seq, 0, part, *[0] * 5, 0, user_tag, 0, 0, 7, *text)
        plc.status_when(lambda s: s[0] & TRIGGER_READY)
        seq = number()
        plc.write(0, ENABLE, 0, 0, 0, seq, 0, part, *[0] * 5, 0, part, 0, 0, 7, *text)
        valid(plc)
        assert plc.read(100, 28)[1] == seq


def with_one_part_id(plc: Plc) -> None:
    """The order number stands for every part of the order."""
    begin(plc)
    for _ in range(PARTS):
        plc.status_when(lambda s: s[0] & TRIGGER_READY)
        plc.write(4, number(), *[0] * 11, 4, *struct.unpack(">2H", b"A-17"))
        plc.settled()
        plc.read(100, 28)


def buffered_reading_the_ring(plc: Plc) -> None:
    """Results are read from the ring as they come, and acknowledged later, together."""
    begin(plc, ENABLE | BUFFER)
    seen = []
    for _ in range(PARTS):
        newest = plc.read(14, 1)[0]
        trigger(plc)
        status = plc.status_when(lambda s, before=newest: s[14] != before)
        seen.append(plc.slot(status[14])[0])
    for result_seq in seen:
        plc.write(5, result_seq)


def holding_trigger_until_the_result(plc: Plc) -> None:
    """Trigger is let go some cycles after the result."""
    begin(plc)
    for _ in range(PARTS):
        plc.status_when(lambda s: s[0] & TRIGGER_READY)
        for _ in range(3):
            plc.write(0, ENABLE | TRIGGER)
            plc.settled()
        plc.read(100, 28)
        plc.write(0, ENABLE)


def reloading_one_job(plc: Plc) -> None:
    """Each order names its job, also where it is the last one's."""
    begin(plc)
    for _ in range(3):
        plc.write(1, 1, 1, number())
        plc.settled()
        trigger(plc)
        valid(plc)
        plc.read(100, 28)


def commanding(plc: Plc) -> None:
    """Loads another job now and then, then a part of it."""
    plc.write(0, 0, 0, 0, 0, 0)
    plc.write(0, ENABLE)
    for command, job in enumerate((2, 1), number()):
        plc.write(1, 1, job, command)
        plc.status_when(lambda s, wanted=command: s[7] == wanted and s[8] == 2)
        trigger(plc)
        valid(plc)
        assert plc.read(100, 28)[3] == job


PROGRAMS = (
    by_sequence,
    slowly,
    never_acknowledging,
    from_the_ring,
    by_bits,
    by_bits_slowly,
    by_bits_with_coils,
    buffered,
    buffered_by_edge,
    cyclic,
    cyclic_slowly,
    with_part_data,
    looking_closer_at_failures,
    preparing_ahead,
    with_one_part_id,
    buffered_reading_the_ring,
    holding_trigger_until_the_result,
    reloading_one_job,
    commanding,
)


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_nothing_is_found(site: Site, plc: Plc, program: Callable[[Plc], None]) -> None:
    program(plc)
    plc.settled()
    assert site.findings(plc.address) == {}


def test_a_reader_beside_the_plc_is_in_order(site: Site, plc: Plc) -> None:
    """SCADA follows the ring, without an acknowledge, while the PLC makes parts."""
    with site.plc() as scada:
        begin(plc)
        for _ in range(PARTS):
            trigger(plc)
            valid(plc)
            plc.read(100, 28)
            scada.slot(scada.read(14, 1)[0])
        assert site.findings(plc.address) == site.findings(scada.address) == {}


def test_all_of_them_one_after_another_are_in_order(site: Site) -> None:
    """Clients that come and go do not trouble each other."""
    assert site.diagnosis()["findings"] == []


@pytest.fixture(scope="module")
def other_site(make_site: MakeSite) -> Site:
    """With the settings that change what a program sees: commits before acknowledges, other orders, a watchdog."""
    return make_site(
        VISION_STATION__DURABILITY="power",
        VISION_MODBUS__WORD_ORDER="CDAB",
        VISION_MODBUS__WRITE_CONTROL="first",
        VISION_MODBUS__WRITE_HOLD_S="0",
        VISION_MODBUS__WATCHDOG_MS="60000",
    )


@pytest.mark.parametrize("program", [by_sequence, by_bits, buffered, cyclic], ids=lambda program: program.__name__)
def test_nothing_is_found_with_other_settings(other_site: Site, program: Callable[[Plc], None]) -> None:
    with other_site.plc() as plc:
        program(plc)
        plc.write(0, 0)
        plc.settled()
        assert other_site.findings(plc.address) == {}
