"""The way of one result over REST, of a real station with a real client."""

from benchmarks.accept.plc import Plc

from .conftest import Site
from .programs import BUFFER, ENABLE, begin, read_pdu, trigger, u32, valid, write_pdu

ORDER = ["write", "accept", "exposure", "tools", "judged", "commit", "offered", "valid", "read", "ack"]


def made(plc: Plc) -> tuple[int, int, tuple[int, ...]]:
    """One part: its trigger, its InspectionId, its result."""
    seq = trigger(plc)
    valid(plc)
    result = plc.read(100, 28)
    return seq, u32(result, 4), result


def test_a_result_is_told_from_its_write_to_its_acknowledge(site: Site, plc: Plc) -> None:
    begin(plc)
    seq, number, result = made(plc)
    plc.write(5, result[0])
    status, told = site.bench.rest(f"/results/{number}/timeline")
    assert status == 200
    assert (told["number"], told["result_seq"], told["trigger_seq"]) == (number, result[0], seq)
    assert (told["source"], told["client"]) == ("modbus", plc.address)
    marks = told["marks"]
    assert sorted(marks, key=lambda m: m["after_us"]) == marks
    assert sorted((m["kind"] for m in marks), key=ORDER.index) == ORDER
    kinds = {m["kind"]: m for m in marks}
    assert kinds["write"]["registers"] == [{"area": "HR", "address": 4, "values": [seq]}]
    assert kinds["read"]["registers"] == [{"area": "IR", "address": 100, "values": list(result)}]
    assert kinds["ack"]["words"] == f"FC6 writes HR 5: {result[0]}"
    stood = {r["address"]: r["values"] for r in kinds["offered"]["registers"]}
    assert stood[2000 + 64 * (result[0] % 16)][:28] == list(result)
    assert stood[0][4] == seq
    assert [m["kind"] for m in marks[:2]] == ["write", "accept"]
    assert {m["client"] for m in marks if m["kind"] in ("write", "read", "ack")} == {plc.address}


def test_each_client_that_read_it_is_there_with_its_time(site: Site, plc: Plc) -> None:
    with site.plc() as scada:
        begin(plc)
        _, number, result = made(plc)
        scada.slot(result[0])
        marks = site.bench.rest(f"/results/{number}/timeline")[1]["marks"]
    reads = [(m["client"], m["words"]) for m in marks if m["kind"] == "read"]
    base = 2000 + 64 * (result[0] % 16)
    assert reads == [(plc.address, "FC4 reads IR 100–127"), (scada.address, f"FC4 reads IR {base}–{base + 63}")]


def test_polls_do_not_push_the_writes_out(site: Site, plc: Plc) -> None:
    """4,000 polls later the trace of 1,000 is full of them, and the timeline still has everything."""
    begin(plc)
    seq, number, _ = made(plc)
    for _ in range(100):
        plc.ask_all([read_pdu(4, 10, 1)] * 40)
    trace = site.bench.rest(f"/modbus/trace?address=4&client={plc.address}")[1]
    assert trace["items"] == []
    marks = site.bench.rest(f"/results/{number}/timeline")[1]["marks"]
    written = next(m for m in marks if m["kind"] == "write")
    assert written["words"] == f"FC6 writes HR 4: {seq}"
    assert "read" in {m["kind"] for m in marks}


def test_a_read_that_came_too_early_is_shown_as_one(site: Site, plc: Plc) -> None:
    begin(plc)
    seq, _, _ = made(plc)
    plc.ask_all([write_pdu(4, [seq + 1]), read_pdu(4, 102, 1)])
    number = u32(plc.slot(plc.settled()[14]), 4)
    marks = site.bench.rest(f"/results/{number}/timeline")[1]["marks"]
    assert "early read" in {m["kind"] for m in marks}


def test_a_buffered_result_is_valid_when_it_comes_to_the_head(site: Site, plc: Plc) -> None:
    begin(plc, ENABLE | BUFFER)
    for _ in range(2):
        trigger(plc)
    plc.settled()
    first = plc.read(100, 28)
    plc.write(5, first[0])
    second = plc.read(100, 28)
    plc.write(5, second[0])
    marks = site.bench.rest(f"/results/{u32(second, 4)}/timeline")[1]["marks"]
    at = {m["kind"]: m["at_us"] for m in marks}
    earlier = {m["kind"]: m["at_us"] for m in site.bench.rest(f"/results/{u32(first, 4)}/timeline")[1]["marks"]}
    assert at["offered"] < earlier["ack"] <= at["valid"] < at["read"] < at["ack"]


def test_an_unknown_result_is_a_404(site: Site) -> None:
    status, problem = site.bench.rest("/results/4000000/timeline")
    assert (status, problem["title"]) == (404, "Not Found")
