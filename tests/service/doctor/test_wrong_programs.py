"""Each rule on a program that is deliberately wrong: a real client on a socket, on a running station."""

import contextlib
import itertools
import re
import socket
import struct
import time
from collections.abc import Callable, Sequence

import pytest

from benchmarks.accept.plc import ExceptionAnswer, Plc
from service.doctor.rules import ALL

from .conftest import MakeSite, Site
from .programs import ACK, BUFFER, ENABLE, TRIGGER, begin, number, read_pdu, trigger, valid, write_pdu

PARTS = 4


def refused(plc: Plc, *pdus: bytes) -> None:
    """Requests that the station answers with an exception, each twice."""
    for pdu in pdus * 2:
        assert plc.exception_of(pdu)


def until_ready(plc: Plc) -> None:
    """It looks at StatusWord alone."""
    while not plc.read(0, 1)[0] & 1:
        time.sleep(0.001)


def one_too_high(plc: Plc) -> None:
    """The number from a 1-based list, taken as it is: TestFloat, then the whole status block."""
    plc.read(31, 2)
    refused(plc, read_pdu(4, 1, 64))


def one_too_low(plc: Plc) -> None:
    """A driver that takes 1 away from an address that is 0-based already."""
    refused(plc, read_pdu(4, 99, 28), read_pdu(4, 899, 32))


def wrong_area(plc: Plc) -> None:
    """Function 3 where only function 4 finds the result."""
    plc.holding(100, 28)
    refused(plc, read_pdu(3, 2064, 64))


def catalogue_number(plc: Plc) -> None:
    refused(plc, write_pdu(40005, [41]), read_pdu(4, 30101, 28))


def writes_beside_trigger_seq(plc: Plc) -> None:
    """All of its registers are one too high: TriggerEnable goes to CommandCode, TriggerSeq to ResultAckSeq."""
    plc.write(1, ENABLE)
    for _ in range(PARTS):
        plc.write(5, number() + 30000)
        plc.read(0, 64)


def unknown_function(plc: Plc) -> None:
    refused(plc, b"\x14\x07\x06\x00\x04\x00\x01\x00\x02")


def read_too_long(plc: Plc) -> None:
    refused(plc, read_pdu(4, 100, 269))


def writes_read_only(plc: Plc) -> None:
    refused(plc, write_pdu(1004, [41]))


def value_not_allowed(plc: Plc) -> None:
    refused(plc, write_pdu(0, [0x0101]))


def exceptions_in_a_row(plc: Plc) -> None:
    """Another device's map."""
    for _ in range(3):
        refused(plc, read_pdu(4, 5000, 10))


def not_enabled(plc: Plc) -> None:
    plc.write(4, 0)
    for _ in range(PARTS):
        plc.write(4, number())
        plc.read(0, 64)


def no_baseline(plc: Plc) -> None:
    """It goes on with yesterday's number."""
    plc.write(0, ENABLE)
    plc.write(4, number())
    plc.read(0, 64)
    trigger(plc)
    valid(plc)
    plc.read(100, 28)


def enable_with_trigger(plc: Plc) -> None:
    plc.write(0, 0, 0, 0, 0, 0)
    plc.write(0, ENABLE, 0, 0, 0, number())
    plc.read(0, 64)


def not_ready(plc: Plc) -> None:
    """Two triggers at once, again and again."""
    begin(plc)
    for _ in range(PARTS):
        trigger_and = [write_pdu(4, [number()]), write_pdu(4, [number()])]
        plc.ask_all(trigger_and)
        plc.settled()
        plc.read(100, 28)


def ignores_rejection(plc: Plc) -> None:
    """Offline by its own bit: it writes its numbers and never looks."""
    begin(plc)
    plc.write(0, ENABLE | 0x80)
    for _ in range(PARTS):
        plc.write(4, number())
        plc.read(100, 28)
    plc.write(0, ENABLE)


def repeats_rejected_number(plc: Plc) -> None:
    begin(plc)
    plc.write(0, ENABLE | 0x80)
    seq = number()
    plc.write(4, seq)
    plc.write(0, ENABLE)
    for _ in range(8):
        plc.write(4, seq)
        plc.read(0, 64)


def forgets_to_count(plc: Plc) -> None:
    begin(plc)
    seq = number()
    for part in range(1, PARTS + 1):
        plc.write(4, seq, *[0] * 7, 0, part)
        plc.settled()
        plc.read(100, 28)


def trigger_held(plc: Plc) -> None:
    """Trigger goes to 1 once and stays."""
    begin(plc)
    for _ in range(PARTS + 2):
        plc.write(0, ENABLE | TRIGGER)
        plc.settled()
        plc.read(100, 28)


def two_handshakes(plc: Plc) -> None:
    begin(plc)
    for _ in range(2):
        trigger(plc)
        valid(plc)
        plc.read(100, 28)
        plc.write(0, ENABLE | TRIGGER)
        plc.settled()
        plc.write(0, ENABLE)
        plc.read(100, 28)


def triggered_twice(plc: Plc) -> None:
    """After each part that it is not sure of it triggers again, with another number."""
    begin(plc)
    for part in ("SN-1", "SN-1", "SN-2", "SN-3"):
        plc.write(4, number(), *[0] * 11, 4, *struct.unpack(">2H", part.encode()))
        plc.settled()
        valid(plc)
        plc.read(100, 28)


def loads_job_again(plc: Plc) -> None:
    begin(plc)
    for _ in range(PARTS + 1):
        plc.write(1, 1, 1, number())
        plc.settled()


def command_fails(plc: Plc) -> None:
    begin(plc)
    for _ in range(2):
        plc.write(1, 1, 77, number())
        plc.settled()


def reads_before_valid(plc: Plc) -> None:
    """It reads right behind its trigger, and never again."""
    begin(plc)
    for _ in range(PARTS):
        plc.ask_all([write_pdu(4, [number()]), read_pdu(4, 102, 1)])
        plc.settled()


def never_reads_result(plc: Plc) -> None:
    """It reads the first result only."""
    begin(plc)
    trigger(plc)
    valid(plc)
    plc.read(100, 28)
    for _ in range(PARTS):
        until_ready(plc)
        plc.write(4, number())


def torn_result(plc: Plc) -> None:
    """Head, then the next part, then the values: nothing in the second read says whose they are."""
    begin(plc)
    for _ in range(PARTS):
        trigger(plc)
        valid(plc)
        plc.read(100, 28)
        trigger(plc)
        valid(plc)
        plc.read(128, 64)


def toggle_as_level(plc: Plc) -> None:
    plc.write(0, 0, 0, 0, 0, 0)
    plc.write(0, ENABLE)
    for _ in range(PARTS):
        plc.write(4, number())
        _polls(plc, 9)
        plc.read(102, 1)


def waits_for_pulse(plc: Plc) -> None:
    """Its part is made before it looks."""
    begin(plc)
    trigger(plc)
    valid(plc)
    plc.read(100, 28)
    _polls(plc, 2)


def _polls(plc: Plc, discrete_input: int) -> None:
    end = time.monotonic() + 0.05
    while time.monotonic() < end:
        plc.ask(read_pdu(2, discrete_input, 1))
        time.sleep(0.005)


def acknowledges_wrong_number(plc: Plc) -> None:
    """It acknowledges its own TriggerSeq."""
    begin(plc)
    for _ in range(PARTS):
        seq = trigger(plc)
        valid(plc)
        plc.read(100, 28)
        plc.write(5, seq + 30000)


def acknowledges_unread(plc: Plc) -> None:
    """The acknowledge goes out with ResultsValid, the read follows it."""
    begin(plc, ENABLE | BUFFER)
    for _ in range(PARTS):
        trigger(plc)
    plc.settled()
    for _ in range(PARTS):
        valid(plc)
        plc.write(0, ENABLE | BUFFER | ACK)
        plc.write(0, ENABLE | BUFFER)
        plc.read(100, 28)


def acknowledge_held(plc: Plc) -> None:
    begin(plc)
    plc.write(0, ENABLE | ACK)
    for _ in range(PARTS):
        trigger(plc)
        valid(plc)
        plc.read(100, 28)


def word_order(plc: Plc) -> None:
    """Its UserTag counts in the upper word."""
    begin(plc)
    for part in range(1, PARTS + 1):
        plc.write(12, part, 0)
        trigger(plc)
        valid(plc)
        plc.read(100, 28)


def string_order(plc: Plc) -> None:
    begin(plc)
    plc.write(16, 5, *struct.unpack(">3H", b"NS1-\x007"))


def part_id_without_length(plc: Plc) -> None:
    begin(plc)
    plc.write(16, 0, *struct.unpack(">3H", b"SN-0815"[:6]))


PROGRAMS: Sequence[Callable[[Plc], None]] = (
    one_too_high,
    one_too_low,
    wrong_area,
    catalogue_number,
    writes_beside_trigger_seq,
    unknown_function,
    read_too_long,
    writes_read_only,
    value_not_allowed,
    exceptions_in_a_row,
    not_enabled,
    no_baseline,
    enable_with_trigger,
    not_ready,
    ignores_rejection,
    repeats_rejected_number,
    forgets_to_count,
    trigger_held,
    two_handshakes,
    triggered_twice,
    loads_job_again,
    command_fails,
    reads_before_valid,
    never_reads_result,
    torn_result,
    toggle_as_level,
    waits_for_pulse,
    acknowledges_wrong_number,
    acknowledges_unread,
    acknowledge_held,
    word_order,
    string_order,
    part_id_without_length,
)

ALSO = {  # what else is wrong with a program, and rightly said
    "not_ready": {"never_reads_result"},
}


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.__name__)
def test_it_is_named(site: Site, plc: Plc, program: Callable[[Plc], None]) -> None:
    program(plc)
    found = site.findings(plc.address)
    name = program.__name__
    assert name in found
    assert found.keys() - ALSO.get(name, set()) == {name}, found
    finding = found[name]
    assert plc.address in finding["sentence"]
    assert finding["remedy"]
    assert finding["evidence"]
    assert finding["first_us"] <= finding["last_us"]


def test_the_bit_that_was_read_too_early_is_called_by_its_name(site: Site, plc: Plc) -> None:
    """JobPass, as a discrete input, in the segment of its trigger."""
    begin(plc)
    for _ in range(PARTS):
        plc.ask_all([write_pdu(4, [number()]), read_pdu(2, 20, 1)])
        until_ready(plc)
    sentence = site.findings(plc.address)["reads_before_valid"]["sentence"]
    assert re.fullmatch(
        rf"{plc.address} read the result \(JobPass, DI 20\) [\d.]+ ms before ResultsValid and not again: "
        "it sees the previous part",
        sentence,
    )


def test_a_full_queue_says_since_when(site: Site, plc: Plc) -> None:
    begin(plc, ENABLE | BUFFER)
    for _ in range(16):
        trigger(plc)
    plc.settled()
    plc.read(100, 28)
    finding = site.findings(plc.address)["never_acknowledges"]
    assert "full since " in finding["sentence"]
    assert "16 results" in finding["sentence"]
    for _ in range(16):  # the remedy helps
        plc.write(5, plc.read(100, 125)[0])
    assert "never_acknowledges" not in site.findings(plc.address)


def test_two_clients_that_trigger_in_turns(site: Site, plc: Plc) -> None:
    with site.plc() as other:
        begin(plc)
        other.write(4, 0)
        for _, who in zip(range(4), itertools.cycle((plc, other)), strict=False):
            trigger(who)
            valid(who)
            who.read(100, 28)
        finding = site.findings(plc.address)["two_writers"]
        assert finding["sentence"] == f"Two clients write TriggerSeq: {plc.address} and {other.address}"


def test_a_display_that_polls_more_slowly_than_parts_come(site: Site, plc: Plc) -> None:
    with site.plc() as display:
        begin(plc)
        for part in range(12):
            if part % 4 == 0:
                display.read(100, 28)
            trigger(plc)
            valid(plc)
            plc.read(100, 28)
        display.read(100, 28)
        assert "polls every" in site.findings(display.address)["polls_too_slowly"]["sentence"]
        assert "polls_too_slowly" not in site.findings(plc.address)


def test_a_ring_reader_that_comes_too_late(site: Site, plc: Plc) -> None:
    with site.plc() as scada:
        begin(plc)
        scada.slot(1)
        for _ in range(17):
            trigger(plc)
            valid(plc)
            plc.read(100, 28)
        scada.slot(1)
        finding = site.findings(scada.address)["ring_overrun"]
        assert "17 results had come" in finding["sentence"]


def test_write_control_unit_id_watchdog_and_connections(make_site: MakeSite) -> None:
    """What only other settings show."""
    site = make_site(
        VISION_MODBUS__WRITE_CONTROL="listed",
        VISION_MODBUS__WRITERS='["127.0.0.2"]',
        VISION_MODBUS__UNIT_IDS="[1]",
        VISION_MODBUS__WATCHDOG_MS="50",
    )
    with Plc(site.bench.port, "127.0.0.2") as plc, Plc(site.bench.port, "127.0.0.3") as stranger:
        with pytest.raises(ExceptionAnswer):
            stranger.write(0, ENABLE)
        plc._socket.sendall(struct.pack(">HHHB", 7, 0, 6, 9) + read_pdu(4, 0, 1))  # type: ignore[union-attr]
        plc._exactly(9)
        begin(plc)
        ends = time.monotonic() + 0.3
        on_time = True
        while on_time:  # the last trigger is written after the end, however slow the first were
            on_time = time.monotonic() < ends
            trigger(plc)
            valid(plc)
            plc.read(100, 28)
        found, other = site.findings(plc.address), site.findings(stranger.address)
    assert found["unit_id"]["sentence"] == "127.0.0.2 uses unit id 9, only 1 is served"
    assert "watchdog of 50 ms" in found["no_heartbeat"]["sentence"]
    assert other.keys() == {"no_write_control"}


def test_refused_connections_are_counted(make_site: MakeSite) -> None:
    """A connection for each request, and none is closed: the station has no more to give."""
    site = make_site(VISION_MODBUS__MAX_CONNECTIONS="2")
    with Plc(site.bench.port, "127.0.0.4"), Plc(site.bench.port, "127.0.0.4"):
        with contextlib.suppress(ConnectionResetError), socket.socket() as third:
            third.bind(("127.0.0.4", 0))
            third.connect(("127.0.0.1", site.bench.port))
            assert third.recv(1) == b""
        assert site.findings("127.0.0.4").keys() == {"connections_refused"}


def test_each_rule_has_its_wrong_program() -> None:
    elsewhere = {
        "never_acknowledges",
        "two_writers",
        "polls_too_slowly",
        "ring_overrun",
        "no_write_control",
        "unit_id",
        "no_heartbeat",
        "connections_refused",
    }
    assert {rule.name for rule in ALL} == {program.__name__ for program in PROGRAMS} | elsewhere
