"""A stretch of the traffic as one archive, and the capture in it byte by byte."""

import csv
import io
import json
import struct
import urllib.request
import zipfile
from collections.abc import Iterator
from ipaddress import ip_address

import pytest

from benchmarks.accept.plc import Plc
from protocols.modbus import Exchange
from service.doctor.frames import PORT, internet_checksum, packets
from service.doctor.pcapng import capture

from .conftest import Site
from .programs import begin, read_pdu, trigger, valid

FILES = {"README.txt", "traffic.pcapng", "requests.json", "parts.json", "registers.csv", "findings.json"}


def fetched(site: Site, query: str = "") -> zipfile.ZipFile:
    with urllib.request.urlopen(f"{site.bench.running.url}/api/v1/modbus/flight{query}", timeout=60) as answer:
        assert answer.headers["Content-Type"] == "application/zip"
        return zipfile.ZipFile(io.BytesIO(answer.read()))


def packet_blocks(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Time (ns) and frame of each packet; every block's two lengths are held to each other."""
    at = 0
    while at < len(data):
        kind, size = struct.unpack_from("<II", data, at)
        assert struct.unpack_from("<I", data, at + size - 4) == (size,)
        assert size % 4 == 0
        if kind == 6:
            _, high, low, captured, original = struct.unpack_from("<IIIII", data, at + 8)
            assert captured == original
            yield high << 32 | low, data[at + 28 : at + 28 + captured]
        at += size
    assert at == len(data)


def test_an_archive_has_everything_of_the_stretch(site: Site, plc: Plc) -> None:
    begin(plc)
    for _ in range(3):
        seq = trigger(plc)
        valid(plc)
        plc.read(100, 28)
    with fetched(site) as made:
        assert set(made.namelist()) == FILES
        readme = made.read("README.txt").decode()
        requests = json.loads(made.read("requests.json"))
        parts = json.loads(made.read("parts.json"))
        rows = list(csv.DictReader(io.StringIO(made.read("registers.csv").decode())))
        found = json.loads(made.read("findings.json"))
        blocks = list(packet_blocks(made.read("traffic.pcapng")))
    assert f"{len(requests)} requests" in readme
    own = [r for r in requests if r["client"] == plc.address]
    assert own[-1]["words"] == "FC4 reads IR 100–127"
    assert [p["trigger_seq"] for p in parts if p["client"] == plc.address][-1] == seq
    assert {"write", "accept", "valid", "read"} <= {m["kind"] for m in parts[-1]["marks"]}
    assert rows[-1].keys() >= {"request", "utc", "client", "trigger_seq_ack", "result_seq", "control"}
    assert any(row["trigger_seq_ack"] == str(seq) for row in rows)
    assert [f for f in found if f["client"] == plc.address] == []
    clients = {r["client"] for r in requests}
    assert len(blocks) == 2 * len(requests) + 3 * len(clients), "one request, one answer, three to open"
    assert [at for at, _ in blocks] == sorted(at for at, _ in blocks)


def test_a_stretch_begins_and_ends_where_it_is_cut(site: Site, plc: Plc) -> None:
    begin(plc)
    with fetched(site) as made:
        numbers = {r["number"]: r["utc"] for r in json.loads(made.read("requests.json"))}
    _, trace = site.bench.rest(f"/modbus/trace?client={plc.address}&limit=200")
    first, last = trace["items"][1], trace["items"][-2]
    with fetched(site, f"?from={first['utc_us'] - 1}&to={last['utc_us'] + 1}") as made:
        cut = [r["number"] for r in json.loads(made.read("requests.json"))]
    assert cut[0] >= first["number"] - 1
    assert cut[-1] <= last["number"] + 1
    assert first["number"] in cut
    assert len(cut) < len(numbers)


def test_a_stretch_without_a_request_is_a_404(site: Site) -> None:
    status, problem = site.bench.rest("/modbus/flight?from=1&to=2")
    assert (status, "no Modbus request" in problem["detail"]) == (404, True)


@pytest.mark.parametrize("client", ["192.168.0.10", "fe80::1%eth0", "2001:db8::7"])
def test_checksums_and_sequence_numbers_are_right(client: str) -> None:
    """Summed up with its checksum, each header and segment gives zero; each end acknowledges what the other sent."""
    exchanges = [
        Exchange(n, n * 1000, n, client, n, 1, read_pdu(4, 0, n), bytes((4, 2 * n)) + bytes(2 * n), 500)
        for n in (1, 2, 3)
    ]
    sent = {False: 1001, True: 5001}  # after SYN
    for packet in list(packets(exchanges))[3:]:
        six = ip_address(client.partition("%")[0]).version == 6
        head, segment = (packet.frame[14:54], packet.frame[54:]) if six else (packet.frame[14:34], packet.frame[34:])
        addresses = head[8:40] if six else head[12:20]
        assert six or internet_checksum(head) == 0
        assert internet_checksum(addresses + struct.pack(">IHBB", len(segment), 0, 0, 6) + segment) == 0
        source, target, number, acknowledged = struct.unpack_from(">HHII", segment)
        assert (source if packet.answer else target) == PORT
        assert (number, acknowledged) == (sent[packet.answer], sent[not packet.answer])
        sent[packet.answer] += len(segment) - 20


def test_a_capture_pads_to_four_bytes_and_carries_comments() -> None:
    data = capture([(1_700_000_000_123_456_789, b"x" * 61, "request 7")], "test")
    ((at_ns, frame),) = packet_blocks(data)
    assert (at_ns, frame) == (1_700_000_000_123_456_789, b"x" * 61)
    assert b"request 7" in data
