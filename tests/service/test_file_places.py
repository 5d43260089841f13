"""The places for temporary files over OPC UA, and clients whose connection is cut while they have some."""

import asyncio
import contextlib
import shutil
import tempfile
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from asyncua import Client, ua

from protocols import tags
from protocols.opcua.machine_vision.files import pool
from service.recipe_facade import RecipeFacade
from service.transfer import station_files
from tests.patience import until
from tests.protocols.opcua.test_reconnecting import another_channel, closed
from tests.service.file_client import (
    PIECE,
    RECIPE_TRANSFER,
    call,
    fetched,
    gone,
    int32,
    of_recipe,
    on_file,
    scada_client,
    sent,
    status_of,
    uint32,
)
from tests.service.in_process import InProcess, station_running
from tests.service.test_recipe_files import changed, told
from vision.recipe import load_recipe

pytestmark = pytest.mark.interop  # seconds each

READ, WRITE = f"{RECIPE_TRANSFER}.GenerateFileForRead", f"{RECIPE_TRANSFER}.GenerateFileForWrite"
COMMIT = f"{RECIPE_TRANSFER}.CloseAndCommit"
FOLDER = tempfile.gettempdir()


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InProcess]:
    """A station with a recipe folder of its own, on which no file is forgotten because a machine is slow."""
    monkeypatch.setattr(pool, "IDLE_S", 3600.0)
    shutil.copytree("config/recipes", tmp_path / "recipes")
    station = {"recipe_folder": tmp_path / "recipes"}
    async with station_running(tmp_path, monkeypatch, opcua=True, station=station) as running:
        await until(lambda: running.read(tags.STATE) == 6)
        yield running


@pytest.fixture
async def scada(running: InProcess, tmp_path: Path) -> AsyncIterator[Client]:
    async with scada_client(running, tmp_path) as client:
        yield client


def scratch() -> int:
    """How many files without a name this process has open: the station's temporary ones are such."""
    found = 0
    for descriptor in Path("/proc/self/fd").iterdir():
        with contextlib.suppress(FileNotFoundError):  # the one that the folder itself is read by
            link = str(descriptor.readlink())
            found += link.startswith(FOLDER) and link.endswith("(deleted)")
    return found


def cut(client: Client) -> None:
    """As a pulled cable that the other side hears of: nothing is closed before."""
    client.uaclient.protocol.transport.abort()


async def subscribed(client: Client) -> None:
    """A session with a subscription waits for its client."""
    subscription = await client.create_subscription(100, Deaf())
    await subscription.subscribe_data_change(client.get_node("ns=2;s=Job.Current"))


class Deaf:
    def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
        """It is not what the test is about."""


async def test_there_are_sixteen_places_for_all_clients_together(
    running: InProcess, scada: Client, tmp_path: Path
) -> None:
    before = scratch()
    async with AsyncExitStack() as stack:
        opened: list[tuple[Client, ua.NodeId, int]] = []
        for _ in range(pool.MOST // pool.MOST_OF_SESSION):
            client = await stack.enter_async_context(scada_client(running, tmp_path))
            for _ in range(pool.MOST_OF_SESSION):
                file, handle, _ = await call(client, READ, of_recipe("1"))
                opened.append((client, file, handle))
        assert len(opened) == 16
        assert scratch() == before + 16
        for method in (READ, WRITE):
            assert (
                await status_of(lambda method=method: call(scada, method, of_recipe("1"))) == "BadResourceUnavailable"
            )
        client, file, handle = opened[0]
        await on_file(client, file, "Close", uint32(handle))
        file, handle = await call(scada, WRITE, of_recipe("1"))
        assert await status_of(lambda: call(client, READ, of_recipe("1"))) == "BadResourceUnavailable", "it was taken"
        assert await status_of(lambda: call(scada, COMMIT, uint32(handle))) == "BadDecodingError"
        assert await fetched(client, RECIPE_TRANSFER, of_recipe("1")), "what is refused gives its place back too"
    async with asyncio.timeout(60):
        while await status_of(lambda: call(scada, READ, of_recipe("1"))) != "Good":
            await asyncio.sleep(0.02)


async def test_the_files_of_a_client_that_is_cut_off_go(running: InProcess, scada: Client, tmp_path: Path) -> None:
    before = scratch()
    async with scada_client(running, tmp_path) as other:
        read, _, _ = await call(other, READ, of_recipe("1"))
        written, handle = await call(other, WRITE, of_recipe("1"))
        await on_file(other, written, "Write", uint32(handle), ua.Variant(b"PK", ua.VariantType.ByteString))
        assert scratch() == before + 2
        cut(other)
        for file in (read, written):
            await gone(scada, file)
        await until(lambda: scratch() == before)
    assert await status_of(lambda: call(scada, COMMIT, uint32(handle))) == "BadInvalidArgument"


async def test_a_session_that_goes_on_has_its_files_still_and_one_that_does_not_loses_them(
    running: InProcess, scada: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, url = scratch(), f"opc.tcp://127.0.0.1:{running.opcua_port}/"
    async with scada_client(running, tmp_path) as other:
        await subscribed(other)
        file, handle, _ = await call(other, READ, of_recipe("1"))
        cut(other)
        again = await another_channel(SimpleNamespace(url=url, folder=tmp_path), other)
        await again.activate_session("station", (tmp_path / "data" / "token").read_text().strip())
        assert await on_file(again, file, "Read", uint32(handle), int32(2)) == b"PK"
        cut(again)
        monkeypatch.setattr(pool, "IDLE_S", 0.05)
        await gone(scada, file)
        await until(lambda: scratch() == before)
        await closed(again)


class Held:
    """A call in one of the station's threads that is not answered until the test says so."""

    def __init__(self, real: Callable[..., Any]) -> None:
        self._real, self._begun, self.go_on = real, threading.Event(), threading.Event()
        self.results: list[Any] = []

    def __call__(self, *args: Any) -> Any:
        self.results.append(self._real(*args))
        self._begun.set()
        assert self.go_on.wait(60)
        return self.results[-1]

    async def begun(self) -> None:
        await until(self._begun.is_set)


async def test_a_file_on_its_way_to_a_client_that_is_cut_off_never_comes(
    running: InProcess, scada: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, held = scratch(), Held(station_files._packed)
    monkeypatch.setattr(station_files, "_packed", held)
    async with scada_client(running, tmp_path) as other:
        asking = asyncio.create_task(status_of(lambda: call(other, READ, of_recipe("1"))))
        await held.begun()
        cut(other)
        with pytest.raises(ConnectionError):
            await asking
        held.go_on.set()
        await until(lambda: held.results[0][0].closed)
    assert scratch() == before
    transfer = scada.get_node(f"ns=2;s={RECIPE_TRANSFER}")
    assert await transfer.get_children(nodeclassmask=ua.NodeClass.Object) == []


async def test_an_archive_that_was_committed_is_used_also_where_the_client_is_cut_off(
    running: InProcess, scada: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The next start would find the version in production; the station that runs must not judge by another one."""
    data, book = await fetched(scada, RECIPE_TRANSFER, of_recipe("1")), running.station.jobs._book
    await sent(scada, "1", changed(data, name="another"))
    await RecipeFacade(book, running.station).release(1, "ann", "", None)
    before, folder, held = book.ready[1].recipe, book.folders[1], Held(station_files.receive)
    monkeypatch.setattr(station_files, "receive", held)
    async with scada_client(running, tmp_path) as other:
        file, handle = await call(other, WRITE, of_recipe("1"))
        for at in range(0, len(data), PIECE):
            piece = ua.Variant(data[at : at + PIECE], ua.VariantType.ByteString)
            await on_file(other, file, "Write", uint32(handle), piece)
        committing = asyncio.create_task(status_of(lambda: call(other, COMMIT, uint32(handle))))
        await held.begun()
        cut(other)
        with pytest.raises(ConnectionError):
            await committing
        held.go_on.set()
        await told(running, "received and released")
    assert book.ready[1].recipe.version == load_recipe(folder).version == before.version + 1
    await gone(scada, file)
