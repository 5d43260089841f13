"""The same server through somebody else's client."""

from collections.abc import AsyncIterator
from typing import Any

import pytest
from pymodbus.client import AsyncModbusTcpClient

from protocols import tags
from protocols.tag import HR
from tests.protocols.modbus.station import Station


@pytest.fixture
async def client(station: Station) -> AsyncIterator[AsyncModbusTcpClient]:
    client = AsyncModbusTcpClient("127.0.0.1", port=station.port, reconnect_delay=0, retries=0)
    assert await client.connect()
    yield client
    client.close()


async def test_reads(station: Station, client: Any) -> None:
    station.image.set(tags.CONTROL_WORD, 0x85)
    station.image.set(tags.STATUS_WORD, 0x0881)
    assert (await client.read_coils(0, count=8)).bits == [True, False, True, False, False, False, False, True]
    assert (await client.read_discrete_inputs(7, count=5)).bits[:5] == [True, False, False, False, True]
    assert (await client.read_holding_registers(1028, count=2)).registers == [0x1234, 0x5678]
    floats = (await client.read_input_registers(30, count=2)).registers
    assert client.convert_from_registers(floats, client.DATATYPE.FLOAT32) == pytest.approx(3.1415927)
    text = (await client.read_input_registers(34, count=2)).registers
    assert client.convert_from_registers(text, client.DATATYPE.STRING) == "ABCD"


async def test_writes(station: Station, client: Any) -> None:
    assert not (await client.write_coil(0, True)).isError()
    assert not (await client.write_coils(1, [True, False, True])).isError()
    assert station.image.get(tags.CONTROL_WORD) == 0b1011
    assert not (await client.write_register(4, 7)).isError()
    assert not (await client.write_registers(12, [1, 2])).isError()
    assert not (await client.mask_write_register(address=12, and_mask=0xFF00, or_mask=0x0042)).isError()
    assert station.image.words(HR(12), 2) == (0x42, 2)
    answer = await client.readwrite_registers(read_address=1004, read_count=1, write_address=4, values=[41])
    assert answer.registers == [41]


async def test_the_rest(station: Station, client: Any) -> None:
    station.image.set(tags.STATUS_WORD, 0x0881)
    assert (await client.read_exception_status()).status == 0x81
    assert (await client.report_device_id()).identifier.startswith(b"vision-inspection")
    assert (await client.diag_query_data(b"\x12\x34")).message == b"\x12\x34"
    assert (await client.diag_read_bus_message_count()).message == 4
    assert not (await client.diag_clear_counters()).isError()
    for read_counter in (
        client.diag_read_bus_comm_error_count,
        client.diag_read_bus_exception_error_count,
        client.diag_read_device_no_response_count,
        client.diag_read_bus_char_overrun_count,
    ):
        assert (await read_counter()).message == 0
    assert (await client.diag_read_device_message_count()).message == 5
    information = (await client.read_device_information(read_code=2, object_id=0)).information
    assert information[6] == b"Line 3, pin check"
    assert (await client.read_device_information(read_code=4, object_id=2)).information == {2: b"1.2.3"}


async def test_exceptions(client: Any) -> None:
    assert (await client.read_input_registers(99, count=1)).exception_code == 2
    assert (await client.write_register(7, 1)).exception_code == 3
    assert (await client.read_fifo_queue(address=0)).exception_code == 1
    assert (await client.read_device_information(read_code=4, object_id=0x50)).exception_code == 2
