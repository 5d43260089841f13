"""The images of results over OPC UA: the folder of the last results, and temporary files, as a client sees them."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from asyncua import Client, ua
from asyncua.client.ua_file_transfer import UaFile

from protocols.opcua.machine_vision.files import pool, temporary
from tests.patience import until
from tests.service.file_client import (
    RESULT_TRANSFER,
    RESULTS,
    call,
    fetched,
    gone,
    int32,
    of_result,
    on_file,
    own,
    scada,
    scada_client,
    status_of,
    uint32,
    whole,
)
from tests.service.in_process import InProcess, station_running

pytestmark = pytest.mark.interop  # seconds each

__all__ = ["scada"]  # a fixture
MV = 3
GENERATE = f"{RESULT_TRANSFER}.GenerateFileForRead"


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InProcess]:
    """A station that keeps every image."""
    async with station_running(tmp_path, monkeypatch, opcua=True, archive={"keep": "all"}) as running:
        await running.ready()
        await running.enable()
        yield running


async def image_over_http(running: InProcess, number: int) -> bytes:
    headers = {"Authorization": f"Bearer {(running.settings.station.data_folder / 'token').read_text().strip()}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.get(f"{running.url}/api/v1/inspections/{number}/image") as answer,
    ):
        assert answer.status == 200
        return await answer.read()


async def generated(client: Client, number: int) -> tuple[ua.NodeId, int]:
    file, handle, _ = await call(client, GENERATE, of_result(str(number)))
    return file, handle


# the image


async def test_the_image_of_a_result_is_the_file_that_is_kept(running: InProcess, scada: Client) -> None:
    number = (await running.part()).number
    file, handle, machine = await call(scada, GENERATE, of_result(str(number)))
    assert machine.is_null(), "it is ready when the method is answered"
    node = scada.get_node(file)
    assert await node.read_type_definition() == ua.NodeId(ua.ObjectIds.FileType)
    values = {name: await (await node.get_child(name)).read_value() for name in ("Size", "OpenCount", "MimeType")}
    data = await whole(scada, file, handle, piece=1000)
    assert data == await image_over_http(running, number)
    assert data[:2] == b"\xff\xd8", "JPEG"
    assert values == {"Size": len(data), "OpenCount": 1, "MimeType": "image/jpeg"}
    for name in ("Writable", "UserWritable"):
        assert await (await node.get_child(name)).read_value() is False
    assert (await (await node.get_child("LastModifiedTime")).read_value()).year >= 2026
    await on_file(scada, file, "Close", uint32(handle))
    with pytest.raises(ua.UaStatusCodeError):
        await node.read_browse_name()


async def test_a_result_says_whether_it_has_a_file(running: InProcess, scada: Client) -> None:
    number = (await running.part()).number
    _, result, error = await call(scada, f"{RESULTS}.GetResultById", own("ResultIdDataType", str(number)), int32(1000))
    assert (error, result.HasTransferableDataOnFile) == (0, True)
    found = await call(scada, f"{RESULTS}.GetResultComponentsById", own("ResultIdDataType", str(number)), int32(1000))
    assert found[0] is True
    variable = scada.get_node(f"ns=2;s={RESULTS}.Results.{number % 16:02}.HasTransferableDataOnFile")
    assert await variable.read_value() is True


async def test_a_file_is_read_with_the_client_library_s_own_file(running: InProcess, scada: Client) -> None:
    number = (await running.part()).number
    file, handle = await generated(scada, number)
    async with UaFile(scada.get_node(file)) as again:
        first = await again.read()
        assert first == (await image_over_http(running, number))[: temporary.MOST_BYTES]
        assert await again.get_position() == len(first)
        await again.set_position(2)
        assert (await again.read())[:10] == first[2:12]
    assert await on_file(scada, file, "GetPosition", uint32(handle)) == 0, "each handle has a place of its own"
    await on_file(scada, file, "Close", uint32(handle))


async def test_the_end_of_a_file_is_an_empty_answer_and_no_position_lies_beyond(
    running: InProcess, scada: Client
) -> None:
    file, handle = await generated(scada, (await running.part()).number)
    size = len(await whole(scada, file, handle))
    assert await on_file(scada, file, "GetPosition", uint32(handle)) == size
    beyond = ua.Variant(size + 1000, ua.VariantType.UInt64)
    await on_file(scada, file, "SetPosition", uint32(handle), beyond)
    assert await on_file(scada, file, "GetPosition", uint32(handle)) == size
    assert await on_file(scada, file, "Read", uint32(handle), int32(10)) in (b"", None)


@pytest.mark.parametrize(
    ("number", "status"), [("", "BadInvalidArgument"), ("x", "BadInvalidArgument"), ("999999", "BadNotFound")]
)
async def test_what_has_no_image_has_no_file(scada: Client, number: str, status: str) -> None:
    assert await status_of(lambda: call(scada, GENERATE, of_result(number))) == status


# wrong calls


async def test_wrong_calls_get_the_status_that_says_so(running: InProcess, scada: Client) -> None:
    file, handle = await generated(scada, (await running.part()).number)

    async def said(name: str, *given: ua.Variant) -> str:
        return await status_of(lambda: on_file(scada, file, name, *given))

    data = ua.Variant(b"x", ua.VariantType.ByteString)
    wrong = uint32(handle + 1)
    assert await said("Write", uint32(handle), data) == "BadNotWritable"
    for name, more in (
        ("Read", [int32(1)]),
        ("Write", [data]),
        ("Close", []),
        ("GetPosition", []),
        ("SetPosition", [ua.Variant(0, ua.VariantType.UInt64)]),
    ):
        assert await said(name, wrong, *more) == "BadInvalidArgument", name
    for length in (0, -1):
        assert await said("Read", uint32(handle), int32(length)) == "BadInvalidArgument"
    for mode, status in ((0, "BadInvalidArgument"), (16, "BadInvalidArgument"), (2, "BadNotWritable")):
        assert await said("Open", ua.Variant(mode, ua.VariantType.Byte)) == status
    assert await said("Open", int32(1)) == "BadInvalidArgument"
    assert await said("Read", uint32(handle)) == "BadArgumentsMissing"
    commit = f"{RESULT_TRANSFER}.CloseAndCommit"
    assert await status_of(lambda: call(scada, commit, uint32(handle))) == "BadInvalidState"
    assert await status_of(lambda: call(scada, commit, wrong)) == "BadInvalidArgument"
    write = f"{RESULT_TRANSFER}.GenerateFileForWrite"
    assert await status_of(lambda: call(scada, write, of_result("1"))) == "BadNotSupported"
    assert await said("Close", uint32(handle)) == "Good"
    assert await said("Read", uint32(handle), int32(1)) != "Good", "it has gone"


async def test_a_handle_is_good_in_its_own_session_alone(running: InProcess, scada: Client, tmp_path: Path) -> None:
    number = (await running.part()).number
    file, handle = await generated(scada, number)
    async with scada_client(running, tmp_path) as other:
        for name, more in (("Read", [int32(1)]), ("Close", [])):
            status = await status_of(lambda name=name, more=more: on_file(other, file, name, uint32(handle), *more))
            assert status == "BadInvalidArgument", name
        opening = ua.Variant(1, ua.VariantType.Byte)
        assert await status_of(lambda: on_file(other, file, "Open", opening)) == "BadUserAccessDenied"
        mine, theirs = await asyncio.gather(
            whole(scada, file, handle, piece=5000), fetched(other, RESULT_TRANSFER, of_result(str(number)))
        )
        assert mine == theirs, "two clients at once"
    await on_file(scada, file, "Close", uint32(handle))


async def test_a_file_goes_with_its_session(running: InProcess, scada: Client, tmp_path: Path) -> None:
    number = (await running.part()).number
    async with scada_client(running, tmp_path) as other:
        file, _ = await generated(other, number)
        assert await scada.get_node(file).read_browse_name()
    await gone(scada, file)


async def test_a_file_that_nobody_works_with_goes(
    running: InProcess, scada: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = (await running.part()).number
    timeout = scada.get_node(f"ns=2;s={RESULT_TRANSFER}.ClientProcessingTimeout")
    assert await timeout.read_value() == pool.IDLE_S * 1000
    monkeypatch.setattr(pool, "IDLE_S", 0.05)
    file, handle = await generated(scada, number)
    await gone(scada, file)
    assert await status_of(lambda: on_file(scada, file, "Close", uint32(handle))) != "Good"


async def test_one_session_cannot_have_all_the_files(running: InProcess, scada: Client, tmp_path: Path) -> None:
    number = (await running.part()).number
    files = [await generated(scada, number) for _ in range(pool.MOST_OF_SESSION)]
    assert await status_of(lambda: call(scada, GENERATE, of_result(str(number)))) == "BadResourceUnavailable"
    async with scada_client(running, tmp_path) as other:
        assert await fetched(other, RESULT_TRANSFER, of_result(str(number)))
    file, handle = files[0]
    await on_file(scada, file, "Close", uint32(handle))
    await generated(scada, number)


async def test_a_value_of_a_file_that_was_subscribed_to_does_not_outlive_it(running: InProcess, scada: Client) -> None:
    file, handle = await generated(scada, (await running.part()).number)
    subscription = await scada.create_subscription(100, Seen())
    item = await subscription.subscribe_data_change(await scada.get_node(file).get_child("Size"))
    await on_file(scada, file, "Close", uint32(handle))
    await subscription.unsubscribe(item)
    await subscription.delete()


# the last results


class Seen:
    def __init__(self) -> None:
        self.values: list[Any] = []

    def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
        self.values.append(value)


async def test_the_last_results_stand_in_their_slots_with_every_component(running: InProcess, scada: Client) -> None:
    numbers = [(await running.part()).number for _ in range(2)]
    folder = scada.get_node(f"ns=2;s={RESULTS}.Results")
    slots = await folder.get_children()
    assert [(await slot.read_browse_name()).Name for slot in slots] == [f"{slot:02}" for slot in range(16)]
    for number in numbers:
        slot = scada.get_node(f"ns=2;s={RESULTS}.Results.{number % 16:02}")
        assert await slot.read_type_definition() == ua.NodeId(2002, MV)
        shown = await slot_of(slot, number)
        _, fetched_result, _ = await call(
            scada, f"{RESULTS}.GetResultById", own("ResultIdDataType", str(number)), int32(1000)
        )
        assert shown == fetched_result
        parts = {(await part.read_browse_name()).Name: part for part in await slot.get_children()}
        assert len(parts) == 16
        for name, part in parts.items():
            assert await part.read_value() == getattr(shown, name), name
    empty = scada.get_node(f"ns=2;s={RESULTS}.Results.{(numbers[-1] + 1) % 16:02}")
    value = await empty.read_data_value(raise_on_bad_status=False)
    assert value.StatusCode.name == "BadWaitingForInitialData"


async def slot_of(slot: Any, number: int) -> Any:
    """Once this result stands there."""
    async with asyncio.timeout(60):
        while True:
            value = await slot.read_data_value(raise_on_bad_status=False)
            if value.Value.Value is not None and value.Value.Value.ResultId.Id == str(number):
                return value.Value.Value
            await asyncio.sleep(0.01)


async def test_who_subscribes_to_a_slot_gets_each_result_of_it(running: InProcess, scada: Client) -> None:
    first = (await running.part()).number
    path, seen = f"ns=2;s={RESULTS}.Results.{(first + 1) % 16:02}", Seen()
    subscription = await scada.create_subscription(100, seen)
    await subscription.subscribe_data_change([scada.get_node(path), scada.get_node(f"{path}.ResultId")])
    second = (await running.part()).number
    await until(lambda: sum(value is not None for value in seen.values) == 2)
    found = [value for value in seen.values if value is not None]
    assert {getattr(one, "Id", None) or one.ResultId.Id for one in found} == {str(second)}
    await subscription.delete()


async def test_a_restart_shows_the_results_of_the_run_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sections: dict[str, Any] = {"archive": {"keep": "all"}}
    async with station_running(tmp_path, monkeypatch, opcua=True, **sections) as running:
        await running.enable()
        number = (await running.part()).number
        await image_over_http(running, number)
    async with (
        station_running(tmp_path, monkeypatch, opcua=True, **sections) as running,
        scada_client(running, tmp_path) as scada,
    ):
        shown = await slot_of(scada.get_node(f"ns=2;s={RESULTS}.Results.{number % 16:02}"), number)
        assert shown.HasTransferableDataOnFile is True
        assert len(shown.ResultContent) == 7
        assert await fetched(scada, RESULT_TRANSFER, of_result(str(number))) == await image_over_http(running, number)


async def test_nothing_to_release(scada: Client) -> None:
    assert await call(scada, f"{RESULTS}.ReleaseResultHandle", uint32(0)) == 0
    assert await call(scada, f"{RESULTS}.ReleaseResultHandle", uint32(7)) == -32


async def test_without_an_image_a_result_has_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with (
        station_running(tmp_path, monkeypatch, opcua=True, archive={"keep": "none"}) as running,
        scada_client(running, tmp_path) as scada,
    ):
        await running.enable()
        number = (await running.part()).number
        _, result, _ = await call(scada, f"{RESULTS}.GetResultById", own("ResultIdDataType", str(number)), int32(1000))
        assert result.HasTransferableDataOnFile is False
        slot = await slot_of(scada.get_node(f"ns=2;s={RESULTS}.Results.{number % 16:02}"), number)
        assert slot.HasTransferableDataOnFile is False
        assert await status_of(lambda: call(scada, GENERATE, of_result(str(number)))) == "BadNotFound"
