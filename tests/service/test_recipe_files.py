"""Recipe archives over OPC UA: read from one station, written to it or another, and everything that can be wrong."""

import asyncio
import io
import json
import shutil
import zipfile
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from asyncua import Client, ua
from asyncua.ua.ua_binary import struct_from_binary

from protocols import tags
from service.auth.permissions import Role
from service.auth.users import Users
from service.recipe_facade import RecipeFacade
from service.transfer import archive, station_files
from tests.service.file_client import (
    RECIPE_TRANSFER,
    call,
    fetched,
    int32,
    of_recipe,
    on_file,
    raw,
    scada,
    scada_client,
    sent,
    status_of,
    uint32,
)
from tests.service.in_process import InProcess, station_running
from tests.service.test_recipe_archive import BOMB, TAUGHT, packed
from vision.recipe import draft_file, load_draft, recipe_in_use

pytestmark = pytest.mark.interop  # seconds each

__all__ = ["scada"]  # a fixture
WRITE, COMMIT = f"{RECIPE_TRANSFER}.GenerateFileForWrite", f"{RECIPE_TRANSFER}.CloseAndCommit"
SHIPPED = Path("config/recipes")


@pytest.fixture
async def running(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InProcess]:
    """A station with a recipe folder of its own."""
    shutil.copytree(SHIPPED, tmp_path / "recipes")
    station = {"recipe_folder": tmp_path / "recipes"}
    async with station_running(tmp_path, monkeypatch, opcua=True, station=station) as running:
        await running.ready()
        yield running


def content(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as found:
        return {name: found.read(name) for name in found.namelist()}


def zipped(files: dict[str, bytes], **more: bytes) -> bytes:
    """With a manifest that fits, unless `files` has one."""
    out = io.BytesIO()
    if archive.MANIFEST not in files:
        hashes = {name: archive.hashlib.sha256(data).hexdigest() for name, data in files.items()}
        facts = {"format": archive.FORMAT, "job": 1, "name": "x", "version": 1, "files": hashes}
        files = {archive.MANIFEST: json.dumps(facts).encode()} | files
    with zipfile.ZipFile(out, "w") as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


def changed(data: bytes, **fields: Any) -> bytes:
    """The same archive with another recipe.json; a draft, as its seal does not hold any more."""
    files = {name: body for name, body in content(data).items() if name != archive.MANIFEST}
    recipe = json.loads(files["recipe.json"]) | {"released": False} | fields
    recipe.pop("release", None)
    return zipped(files | {"recipe.json": json.dumps(recipe).encode()})


async def told(running: InProcess, words: str) -> str:
    """The journal comes to have a line on recipes with these words; who did it."""
    async with asyncio.timeout(60):
        while True:
            events = [event for event in await running.store.events(limit=50) if event.kind == "recipe"]
            if found := [event for event in events if words in event.text]:
                return found[0].who
            await asyncio.sleep(0.01)


async def test_the_archive_has_the_recipe_and_what_it_was_taught(running: InProcess, scada: Client) -> None:
    data = await fetched(scada, RECIPE_TRANSFER, of_recipe("1"))
    assert data == await fetched(scada, RECIPE_TRANSFER, of_recipe("1")), "the same recipe is the same archive"
    files = content(data)
    recipe = running.station.jobs._book.ready[1].recipe
    facts = json.loads(files.pop("manifest.json"))
    assert (facts["job"], facts["name"], facts["version"]) == (1, recipe.name, recipe.version)
    assert set(facts["files"]) == set(files)
    assert json.loads(files["recipe.json"])["release"]["sha256"]
    assert {name.split("/")[1] for name in files if name.startswith("taught/")} == set(recipe.taught)


@pytest.mark.parametrize(
    ("job", "version", "status"),
    [
        ("1", "", "Good"),
        ("77", None, "BadNotFound"),
        ("1", "999", "BadNotFound"),
        ("1", "x", "BadInvalidArgument"),
        ("", None, "BadInvalidArgument"),
        ("70000", None, "BadInvalidArgument"),
    ],
)
async def test_a_recipe_that_is_not_there_has_no_file(scada: Client, job: str, version: str, status: str) -> None:
    given = of_recipe(job, version)
    assert await status_of(lambda: call(scada, f"{RECIPE_TRANSFER}.GenerateFileForRead", given)) == status


async def test_a_draft_arrives_as_a_draft_and_one_that_is_here_is_never_written_over(
    running: InProcess, scada: Client
) -> None:
    data = await fetched(scada, RECIPE_TRANSFER, of_recipe("1"))
    before = running.station.jobs._book.ready[1].recipe
    await sent(scada, "1", changed(data, name="another"))
    folder = running.station.jobs._book.folders[1]
    assert draft_file(folder) == "draft.json", "what was no release stays a draft"
    assert load_draft(folder).name == "another"
    assert recipe_in_use(folder).recipe.name == before.name
    assert await status_of(lambda: sent(scada, "1", data)) == "BadInvalidState", "a draft is never written over"
    assert load_draft(folder).name == "another"


async def test_a_released_recipe_arrives_released_under_the_next_number(
    running: InProcess, scada: Client, tmp_path: Path
) -> None:
    """Job 1 is changed and released here; the archive from before brings the earlier one back, as a new version."""
    data, book = await fetched(scada, RECIPE_TRANSFER, of_recipe("1")), running.station.jobs._book
    before = book.ready[1].recipe
    await sent(scada, "1", changed(data, name="another"))
    await RecipeFacade(book, running.station).release(1, "ann", "", None)
    assert book.ready[1].recipe.name == "another"
    await sent(scada, "1", data)
    after = book.ready[1].recipe
    assert (after.name, after.version) == (before.name, before.version + 2)
    assert after.times[-1].by.startswith("OPC UA station")
    assert draft_file(book.folders[1]) is None


async def test_what_is_in_production_already_changes_nothing(running: InProcess, scada: Client) -> None:
    data = await fetched(scada, RECIPE_TRANSFER, of_recipe("1"))
    machine = await sent(scada, "1", data)
    assert machine.is_null(), "all is done when the method is answered"
    assert draft_file(running.station.jobs._book.folders[1]) is None


async def test_a_new_job_arrives_from_another_station_and_judges(
    running: InProcess, scada: Client, tmp_path: Path
) -> None:
    data = await fetched(scada, RECIPE_TRANSFER, of_recipe("2"))
    shutil.rmtree(running.station.jobs._book.folders[2])
    book = running.station.jobs._book
    book.ready = {1: book.ready[1]}
    book.folders = {1: book.folders[1]}
    await sent(scada, "2", data)
    recipe = book.ready[2].recipe
    assert recipe.released
    assert recipe.times[-1].by.startswith("OPC UA station")
    assert running.read(tags.JOB_NUMBERS)[:2] == (1, 2)
    assert (await told(running, "received and released")).startswith("OPC UA station")
    assert await fetched(scada, RECIPE_TRANSFER, of_recipe("2"))


async def test_what_is_written_and_closed_is_forgotten(running: InProcess, scada: Client) -> None:
    data = changed(await fetched(scada, RECIPE_TRANSFER, of_recipe("1")), name="never")
    file, handle = await call(scada, WRITE, of_recipe("1"))
    assert await (await scada.get_node(file).get_child("Writable")).read_value() is True
    chunk = ua.Variant(data[:1000], ua.VariantType.ByteString)
    await on_file(scada, file, "Write", uint32(handle), chunk)
    assert await (await scada.get_node(file).get_child("Size")).read_value() == 1000
    assert await on_file(scada, file, "GetPosition", uint32(handle)) == 1000
    assert await status_of(lambda: on_file(scada, file, "Read", uint32(handle), int32(1))) == "BadInvalidState"
    opening = ua.Variant(1, ua.VariantType.Byte)
    assert await status_of(lambda: on_file(scada, file, "Open", opening)) == "BadNotReadable"
    await on_file(scada, file, "Close", uint32(handle))
    assert await status_of(lambda: call(scada, COMMIT, uint32(handle))) == "BadInvalidArgument"
    assert draft_file(running.station.jobs._book.folders[1]) is None


async def test_an_archive_that_is_wrong_is_refused_whole_and_the_journal_says_why(
    running: InProcess, scada: Client
) -> None:
    good = await fetched(scada, RECIPE_TRANSFER, of_recipe("1"))
    files = content(good)
    taught = next(name for name in files if name.startswith("taught/"))
    broken = json.loads(files["recipe.json"]) | {"name": "changed by hand"}
    says_less = packed({"recipe.json": files["recipe.json"], TAUGHT: BOMB}, file_size=10).getvalue()
    says_so = packed({"recipe.json": files["recipe.json"], TAUGHT: BOMB}, file_size=2**40).getvalue()
    cases = {
        "bomb": (says_so, "BadDecodingError", f"more than {archive.MOST_BYTES}"),
        "bomb that lies": (says_less, "BadDecodingError", f"'{TAUGHT}'"),
        "no zip": (b"hello", "BadDecodingError", "no zip archive"),
        "cut off": (good[: len(good) // 2], "BadDecodingError", "no zip archive"),
        "changed": (zipped(files | {taught: b"x"}), "BadDecodingError", f"{taught}: its hash"),
        "path escape": (
            zipped({"recipe.json": files["recipe.json"], "../../evil": b"x"}),
            "BadDecodingError",
            "no file of a recipe has this name",
        ),
        "less": (
            zipped({k: v for k, v in files.items() if k != taught}),
            "BadDecodingError",
            "not both in the archive",
        ),
        "no recipe": (zipped({taught: files[taught]}), "BadDecodingError", "recipe.json is missing"),
        "seal": (
            zipped(
                {k: v for k, v in files.items() if k != "manifest.json"} | {"recipe.json": json.dumps(broken).encode()}
            ),
            "BadConfigurationError",
            "the file was changed since",
        ),
        "other job": (changed(good, job=9), "BadConfigurationError", "job: 9 where the file was made for job 1"),
        "invalid": (changed(good, steps="none"), "BadConfigurationError", "recipe.json: steps"),
        "untaught": (
            zipped({"recipe.json": content(changed(good))["recipe.json"]}),
            "BadConfigurationError",
            "taught.",
        ),
    }
    for name, (data, status, words) in cases.items():
        assert await status_of(lambda data=data: sent(scada, "1", data)) == status, name
        who = await told(running, words)
        assert who.startswith("OPC UA station"), name
    folder = running.station.jobs._book.folders[1]
    assert draft_file(folder) is None
    assert not (folder.parent.parent / "evil").exists()
    assert names_in(folder.parent) == names_in(SHIPPED)


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_who_asks_for_diagnostics_is_told_in_words_what_was_wrong(scada: Client) -> None:
    for wanted, words in ((0x80, "no recipe in production has job number 77"), (0, None)):
        request, method = ua.CallRequest(), ua.CallMethodRequest()
        request.RequestHeader.ReturnDiagnostics = wanted
        method.ObjectId = ua.NodeId(RECIPE_TRANSFER, 2)
        method.MethodId = ua.NodeId(f"{RECIPE_TRANSFER}.GenerateFileForRead", 2)
        method.InputArguments = [ua.Variant(of_recipe("77"), ua.VariantType.ExtensionObject)]
        request.Parameters.MethodsToCall = [method]
        data = await scada.uaclient.session._send_request(request)
        answer = struct_from_binary(ua.CallResponse, data).Results[0]
        assert answer.StatusCode.name == "BadNotFound"
        assert [one.AdditionalInfo for one in answer.InputArgumentDiagnosticInfos or ()] == [words] * bool(words)


async def test_an_archive_over_the_limit_is_refused_while_it_is_written(
    scada: Client, running: InProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(station_files, "MOST_INCOMING", 1000)
    assert await status_of(lambda: sent(scada, "1", b"x" * 1000)) == "BadDecodingError"
    assert await status_of(lambda: sent(scada, "1", b"x" * 1001)) == "BadRequestTooLarge"


async def test_who_may_not_change_recipes_may_read_them(running: InProcess, tmp_path: Path) -> None:
    users = running_users(running)
    await asyncio.to_thread(users.add, "olga", Role.OPERATOR, "a long enough password")
    async with scada_client(running, tmp_path, "olga", "a long enough password") as operator:
        assert await fetched(operator, RECIPE_TRANSFER, of_recipe("1"))
        assert await status_of(lambda: call(operator, WRITE, of_recipe("1"))) == "BadUserAccessDenied"
        assert await status_of(lambda: call(operator, COMMIT, uint32(1))) == "BadUserAccessDenied"


def running_users(running: InProcess) -> Users:
    return Users(running.settings.station.data_folder)


async def test_the_handle_of_another_s_file_commits_nothing(running: InProcess, scada: Client, tmp_path: Path) -> None:
    file, handle = await call(scada, WRITE, of_recipe("1"))
    async with scada_client(running, tmp_path) as other:
        assert await status_of(lambda: call(other, COMMIT, uint32(handle))) == "BadInvalidArgument"
    wrong = await raw(
        scada,
        ua.NodeId("VisionSystem.ResultManagement.ResultTransfer", 2),
        ua.NodeId("VisionSystem.ResultManagement.ResultTransfer.CloseAndCommit", 2),
        uint32(handle),
    )
    assert wrong.StatusCode.name == "BadInvalidArgument", "it is a file of the other transfer"
    await on_file(scada, file, "Close", uint32(handle))
