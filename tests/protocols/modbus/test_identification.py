"""Device identification and the counters."""

import struct

import pytest

from protocols import tags
from protocols.image import ProcessImage
from protocols.modbus.clients import REMEMBERED, Clients
from protocols.modbus.identification import Identification
from tests.protocols.modbus.station import UTC_US, Connect, Station, Until
from tests.protocols.modbus.wire import Wire, adu, read

OBJECTS = {
    0: b"vision-inspection",
    1: b"vision-inspection",
    2: b"1.2.3",
    3: b"",
    4: b"Vision inspection station",
    5: b"vision-inspection",
    6: b"Line 3, pin check",
}


def objects(pdu: bytes) -> dict[int, bytes]:
    found, at = {}, 7
    for _ in range(pdu[6]):
        found[pdu[at]] = pdu[at + 2 : at + 2 + pdu[at + 1]]
        at += 2 + pdu[at + 1]
    assert at == len(pdu)
    return found


@pytest.mark.parametrize(
    ("code", "first", "numbers"),
    [
        pytest.param(1, 0, range(3), id="basic"),
        pytest.param(1, 1, range(1, 3), id="basic from 1"),
        pytest.param(1, 5, range(3), id="basic from an unknown one begins anew"),
        pytest.param(2, 0, range(7), id="regular"),
        pytest.param(2, 0x80, range(7), id="regular from an unknown one begins anew"),
        pytest.param(3, 0, range(7), id="extended: what there is"),
        pytest.param(4, 6, [6], id="individual"),
        pytest.param(4, 3, [3], id="individual, empty"),
    ],
)
async def test_device_identification(wire: Wire, code: int, first: int, numbers: list[int]) -> None:
    answer = await wire.ask(bytes((43, 14, code, first)))
    assert answer[:6] == bytes((43, 14, code, 0x82, 0, 0))
    assert objects(answer) == {number: OBJECTS[number] for number in numbers}


def test_objects_that_do_not_fit_into_one_answer_follow_in_the_next() -> None:
    identification = Identification(ProcessImage(), "ä" * 200, "1" * 200)
    client = Clients(lambda: 0).opened("127.0.0.1")
    found: dict[int, bytes] = {}
    following, rounds = 0, 0
    while True:
        answer = identification.device_id(bytes((43, 14, 2, following)), client)
        assert len(answer) <= 253
        found |= objects(answer)
        rounds += 1
        more, following = answer[4], answer[5]
        assert (more, following > 0) in ((0, False), (0xFF, True))
        if not more:
            break
    assert sorted(found) == list(range(7))
    assert rounds == 3
    assert found[6].decode() == "ä" * 122, "cut at a whole character"


async def test_the_run_indicator_is_online(station: Station, wire: Wire) -> None:
    assert await wire.ask(b"\x11") == b"\x11\x12vision-inspection\x00"
    station.image.set(tags.ONLINE, True)
    assert await wire.ask(b"\x11") == b"\x11\x12vision-inspection\xff"


async def test_diagnostic_counters_count_and_clear(connect: Connect) -> None:
    wire = await connect()

    async def count(subfunction: int) -> int:
        answer = await wire.ask(struct.pack(">BHH", 8, subfunction, 0))
        return int(struct.unpack(">H", answer[3:])[0])

    await wire.ask(read(4, 0, 0))
    await wire.ask(read(4, 0, 1))
    bad = await connect()
    await bad.send(adu(read(4, 0, 1), protocol=1))
    await bad.closed_by_server()
    assert await count(11) == 3
    assert await count(12) == 1
    assert await count(13) == 1
    assert await count(14) == 6
    assert await count(15) == 0
    await wire.ask(struct.pack(">BHH", 8, 10, 0))
    assert [await count(s) for s in (11, 12, 13)] == [1, 0, 0]


async def test_each_client_has_counters(station: Station, connect: Connect, until: Until) -> None:
    plc, _, scada = await connect("127.0.0.2"), await connect("127.0.0.2"), await connect("127.0.0.3")
    await plc.ask(struct.pack(">BHH", 6, 4, 1))
    await scada.ask(read(4, 0, 1))
    await scada.ask(read(4, 99, 2))
    first, second = station.server.clients()
    assert (first.address, first.connections, first.requests, first.exceptions) == ("127.0.0.2", 2, 1, 0)
    assert (first.last_function, first.last_error, first.may_write, first.connected_since_us) == (6, "", True, UTC_US)
    assert (second.address, second.requests, second.exceptions, second.last_function) == ("127.0.0.3", 2, 1, 4)
    assert second.last_error == "request 04 00 63 00 02: exception 02, no such address"
    assert second.last_error_at_us == UTC_US
    assert not second.may_write
    await scada.close()
    await until(lambda: station.server.clients()[1].connections == 0)
    assert station.server.clients()[1].connected_since_us == 0
    assert station.server.clients()[1].requests == 2, "kept after it has gone"


def test_only_so_many_clients_are_remembered_and_none_that_is_there_is_forgotten() -> None:
    clients = Clients(lambda: 1)
    there = clients.opened("10.0.0.1")
    for i in range(200):
        clients.closed(clients.opened(f"10.0.1.{i}"))
    addresses = [client.address for client in clients]
    assert len(addresses) == REMEMBERED
    assert addresses[0] == there.address
    assert addresses[-1] == "10.0.1.199"
