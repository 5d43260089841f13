"""Recipes and products in the Machine Vision model of a whole station: folders, links, what is prepared and removed."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from asyncua import Client, ua

from protocols import tags
from service.recipe_facade import RecipeFacade
from service.recipe_table import version_rows
from service.transfer.archive import pack
from service.transfer.incoming import receive
from tests.service.file_client import RECIPE_TRANSFER, fetched, of_recipe, scada_client, sent
from tests.service.in_process import InProcess, station_running
from tests.service.test_machine_vision import (
    INNER,
    MV,
    RECIPES,
    ROOT,
    call,
    int32,
    job_of,
    listen,
    own,
    raw_call,
    result_of,
    scada,
    shows,
    uint32,
    until,
)
from tests.service.test_releases import content, recipes, write
from tests.service.test_result_files import slot_of
from vision.errors import RecipeError
from vision.recipe import Signed, is_withdrawn, load_recipe, release_draft, roll_back, was_released, withdraw

pytestmark = pytest.mark.interop  # seconds each

__all__ = ["recipes", "scada"]  # fixtures
SHELF, PRODUCTS = f"{RECIPES}.Recipes", f"{RECIPES}.Products"


@pytest.fixture
async def running(tmp_path: Path, recipes: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InProcess]:
    async with station_running(tmp_path, monkeypatch, opcua=True, station={"recipe_folder": recipes}) as running:
        await running.ready()
        yield running


def product(text: str) -> Any:
    return own("ProductIdDataType", text)


async def children(client: Client, folder: str) -> set[str]:
    found = await client.get_node(f"ns=2;s={folder}").get_children()
    return {(await node.read_browse_name()).Name for node in found} - {"NodeVersion"}


async def holds(client: Client, folder: str, *names: str) -> None:
    """The folder comes to hold these, and nothing else."""
    async with asyncio.timeout(60):
        while await children(client, folder) != set(names):
            await asyncio.sleep(0.01)


async def says(client: Client, path: str, value: Any) -> None:
    """The variable comes to be that."""
    async with asyncio.timeout(60):
        while await client.get_node(f"ns=2;s={path}").read_value() != value:
            await asyncio.sleep(0.01)


async def test_every_recipe_in_production_is_an_object_of_its_type(running: InProcess, scada: Client) -> None:
    await holds(scada, SHELF, "1", "2")
    recipe = scada.get_node(f"ns=2;s={SHELF}.1")
    assert await recipe.read_type_definition() == ua.NodeId(1002, MV)
    names = "ExternalId InternalId IsPrepared LastModified LinkedProducts Prepare Unprepare LinkProduct UnlinkProduct"
    assert await children(scada, f"{SHELF}.1") == set(names.split())
    internal = await scada.get_node(f"ns=2;s={SHELF}.1.InternalId").read_value()
    assert (internal.Id, internal.Version, internal.Hash.hex()) == ("1", "5", running.station.jobs.recipe.recipe.sha256)
    await says(scada, f"{SHELF}.1.IsPrepared", True)
    assert await scada.get_node(f"ns=2;s={SHELF}.2.IsPrepared").read_value() is False
    for name in ("ExternalId", "InternalId", "IsPrepared", "LastModified", "LinkedProducts"):
        value = await scada.get_node(f"ns=2;s={SHELF}.1.{name}").read_data_value()
        assert value.SourceTimestamp is not None, name
    link = scada.get_node(f"ns=2;s={SHELF}.1.LinkProduct")
    arguments = {(await node.read_browse_name()).Name for node in await link.get_properties()}
    assert arguments == {"InputArguments", "OutputArguments"}
    assert await children(scada, PRODUCTS) == set()


async def test_a_recipe_is_prepared_by_its_own_methods(running: InProcess, scada: Client) -> None:
    await holds(scada, SHELF, "1", "2")
    heard, subscription = await listen(scada, f"ns=2;s={ROOT}")
    assert await call(scada, f"{SHELF}.2.Unprepare") == -21
    assert await call(scada, f"{SHELF}.1.Unprepare") == 0
    await shows(scada, INNER, "Initialized")
    await says(scada, f"{SHELF}.1.IsPrepared", False)
    assert await call(scada, f"{SHELF}.2.Prepare") == [True, 0]
    await says(scada, f"{SHELF}.2.IsPrepared", True)
    assert running.read(tags.CURRENT_JOB) == 2
    await until(lambda: len(heard.events) >= 3)
    assert sorted(heard.names()) == ["InitializedToReadyRecipe", "ReadyToInitializedRecipe", "RecipePrepared"]
    assert (await raw_call(scada, f"{SHELF}.2.Prepare", owner=f"{SHELF}.1")).StatusCode.name == "BadMethodInvalid"
    await subscription.delete()


async def test_a_product_is_prepared_made_and_taken_away(running: InProcess, scada: Client) -> None:
    await holds(scada, SHELF, "1", "2")
    heard, subscription = await listen(scada, f"ns=2;s={ROOT}")
    for job in (1, 2):
        assert await call(scada, f"{SHELF}.{job}.LinkProduct", product("P 9")) == 0
    assert await call(scada, f"{SHELF}.2.LinkProduct", product("Q")) == 0
    await holds(scada, PRODUCTS, "P 9", "Q")
    shown = await scada.get_node(f"ns=2;s={PRODUCTS}.P 9").read_value()
    assert shown.ExternalId.Id == "P 9"
    await says(scada, f"{SHELF}.2.LinkedProducts", [product("P 9"), product("Q")])

    assert (await call(scada, f"{INNER}.StartSingleJob", *job_of(product="Q")))[1] == -23, "its recipe is not prepared"
    assert (await call(scada, f"{RECIPES}.UnprepareProduct", product("Q")))[1] == -23
    internal, error = await call(scada, f"{RECIPES}.UnprepareProduct", product("P 9"))
    assert (internal.Id, error) == ("1", 0)
    await shows(scada, INNER, "Initialized")
    internal, error = await call(scada, f"{RECIPES}.PrepareProduct", product("Q"))
    assert (internal.Id, error) == ("2", 0)
    await shows(scada, INNER, "Ready")
    await until(lambda: "InitializedToReadyProduct" in heard.names() and "RecipePrepared" in heard.names())
    assert "ReadyToInitializedProduct" in heard.names()
    assert heard.named("RecipePrepared").ProductId.Id == "Q"

    job, _ = await call(scada, f"{INNER}.StartSingleJob", *job_of())
    assert (await result_of(scada, job.Id)).ProductId.Id == "Q", "the prepared one"
    await shows(scada, INNER, "Ready")
    other, error = await call(scada, f"{INNER}.StartSingleJob", *job_of(product="P 9", recipe="2"))
    assert error == 0
    assert (await result_of(scada, other.Id)).ProductId.Id == "P 9", "what it was started for"
    await subscription.delete()

    assert await listed(scada, "", "P 9") == [other.Id]


async def test_a_part_that_the_plc_triggers_is_of_the_prepared_product(running: InProcess, scada: Client) -> None:
    await holds(scada, SHELF, "1", "2")
    assert await call(scada, f"{SHELF}.1.LinkProduct", product("P")) == 0
    assert (await call(scada, f"{RECIPES}.PrepareProduct", product("P")))[1] == 0
    await running.enable()
    await running.part()
    assert (await result_of(scada, "1")).ProductId.Id == "P"
    await running.station.jobs.change(2, "web")
    await running.station.jobs.change(1, "web")
    async with aiohttp.ClientSession() as http, http.get(f"{running.url}/api/v1/products") as answer:
        assert await answer.json() == [{"id": "P", "jobs": [1], "prepared": False}], "another recipe makes another"


async def test_a_result_has_the_hash_of_its_version_also_after_a_release_and_a_restart(
    tmp_path: Path, recipes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = load_recipe(recipes / "plate").sha256
    station = {"recipe_folder": recipes}
    async with station_running(tmp_path, monkeypatch, opcua=True, station=station) as running:
        await running.enable()
        await running.part()
        write(recipes / "plate" / "draft.json", content(1, "plate", low=3))
        await RecipeFacade(running.station.jobs._book, running.station).release(1, "ann", "", None)
        await running.part()
        async with scada_client(running, tmp_path) as client:
            await judged_by(client, [("5", before), ("6", load_recipe(recipes / "plate").sha256)])
    async with (
        station_running(tmp_path, monkeypatch, opcua=True, station=station) as running,
        scada_client(running, tmp_path) as client,
    ):
        await judged_by(client, [("5", before), ("6", load_recipe(recipes / "plate").sha256)])


async def test_what_a_job_was_given_stands_in_its_result_also_after_a_restart(
    tmp_path: Path, recipes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    station = {"recipe_folder": recipes}
    async with station_running(tmp_path, monkeypatch, opcua=True, station=station) as running:
        await running.ready()
        async with scada_client(running, tmp_path) as client:
            assert await call(client, f"{SHELF}.1.LinkProduct", product("P")) == 0
            assert await call(client, f"{SHELF}.1.LinkProduct", product("Q")) == 0
            job, error = await call(client, f"{INNER}.StartSingleJob", *job_of("M-1", "A-1", product="Q"))
            assert error == 0
            await result_of(client, job.Id)
            assert (await call(client, f"{RECIPES}.PrepareProduct", product("P")))[1] == 0
            await running.enable()
            await running.part()  # of the PLC, for the prepared product
            await given(client, {"1": ("M-1", "Q"), "2": ("", "P")})
    async with (
        station_running(tmp_path, monkeypatch, opcua=True, station=station) as running,
        scada_client(running, tmp_path) as client,
    ):
        await given(client, {"1": ("M-1", "Q"), "2": ("", "P")})


async def given(client: Client, wanted: dict[str, tuple[str, str]]) -> None:
    """The results have these MeasId and ProductId wherever they are told, and are found by them."""
    events = await client.get_node(f"ns=2;s={ROOT}").read_event_history(
        None, datetime.now(UTC), 10, evtypes=[ua.NodeId(1024, MV)]
    )
    assert [event.ResultId.Id for event in events] == [*reversed(wanted)]
    for event in events:
        number = event.ResultId.Id
        slot = await slot_of(client.get_node(f"ns=2;s={ROOT}.ResultManagement.Results.{int(number):02}"), int(number))
        for one in (event, slot, await result_of(client, number)):
            assert (one.MeasId.Id, one.ProductId.Id) == wanted[number]
    for meas, made in wanted.values():
        found = await listed(client, meas, made)
        assert [number for number, ids in wanted.items() if ids == (meas, made)] == found, (meas, made)


async def listed(client: Client, meas: str, made: str, recipe: Any = None) -> list[str]:
    """The results that GetResultListFiltered finds for these."""
    ids = recipe or own("RecipeIdExternalDataType"), own("RecipeIdInternalDataType")
    configurations = own("ConfigurationIdDataType"), own("ConfigurationIdDataType")
    *_, results, error = await call(
        client,
        f"{ROOT}.ResultManagement.GetResultListFiltered",
        int32(0),
        own("MeasIdDataType", meas),
        own("PartIdDataType"),
        *ids,
        *configurations,
        product(made),
        own("JobIdDataType"),
        uint32(0),
        uint32(0),
        int32(0),
    )
    assert error == 0
    return [one.ResultId.Id for one in results]


async def judged_by(client: Client, versions: list[tuple[str, str]]) -> None:
    """The results from the first on have these versions with these hashes, wherever they are told."""
    for number, (version, sha256) in enumerate(versions, 1):
        result = await result_of(client, str(number))
        shown = await slot_of(client.get_node(f"ns=2;s={ROOT}.ResultManagement.Results.{number:02}"), number)
        for own_id in (result.InternalRecipeId, result.ExternalRecipeId, shown.InternalRecipeId):
            assert (own_id.Version, own_id.Hash.hex(), own_id.HashAlgorithm) == (version, sha256, "SHA256")


async def test_a_version_or_a_hash_that_is_given_must_agree(running: InProcess, scada: Client) -> None:
    await holds(scada, SHELF, "1", "2")
    shown = await scada.get_node(f"ns=2;s={SHELF}.1.ExternalId").read_value()
    nothing = own("RecipeIdInternalDataType")
    for field, value in (("Version", "4"), ("Hash", bytes(32))):
        other = own("RecipeIdExternalDataType", "1")
        other.Version, other.Hash, other.HashAlgorithm = shown.Version, shown.Hash, shown.HashAlgorithm
        assert (await call(scada, f"{RECIPES}.PrepareRecipe", other, nothing))[2] == 0
        setattr(other, field, value)
        assert (await call(scada, f"{RECIPES}.PrepareRecipe", other, nothing))[2] == -20, field
        assert (await call(scada, f"{RECIPES}.UnprepareRecipe", other, nothing))[1] == -20, field
        assert await call(scada, f"{RECIPES}.RemoveRecipe", other) == -20, field
        job = job_of()
        job[2] = other
        assert (await call(scada, f"{INNER}.StartSingleJob", *job))[1] == -20, field
        counts = uint32(0), uint32(0), int32(0)
        listed = await call(scada, f"{RECIPES}.GetRecipeListFiltered", other, product(""), int32(2), *counts)
        assert listed[3] in ([], None), field


async def test_recipes_are_listed_by_product(running: InProcess, scada: Client) -> None:
    await holds(scada, SHELF, "1", "2")
    assert await call(scada, f"{SHELF}.2.LinkProduct", product("P")) == 0
    listed = await call(
        scada,
        f"{RECIPES}.GetRecipeListFiltered",
        own("RecipeIdExternalDataType"),
        product("P"),
        int32(2),
        uint32(0),
        uint32(0),
        int32(0),
    )
    assert [one.Id for one in listed[3]] == ["2"]
    assert await call(scada, f"{RECIPES}.ReleaseRecipeHandle", uint32(listed[2])) == 0
    assert await call(scada, f"{RECIPES}.ReleaseRecipeHandle", uint32(7)) == -32


async def test_a_known_recipe_is_linked_and_an_unknown_one_announced(
    running: InProcess, scada: Client, recipes: Path
) -> None:
    await holds(scada, SHELF, "1", "2")
    external = own("RecipeIdExternalDataType", "2")
    internal, recipe, shown, needed, error = await call(scada, f"{RECIPES}.AddRecipe", external, product("P"))
    assert (internal.Id, internal.Version, needed, error) == ("2", "1", False, 0)
    assert (recipe, shown) == (ua.NodeId(f"{SHELF}.2", 2), ua.NodeId(f"{PRODUCTS}.P", 2))
    await holds(scada, PRODUCTS, "P")

    external.Hash = b"x" * 32
    assert (await call(scada, f"{RECIPES}.AddRecipe", external, product("P")))[3] is True, "other content is meant"

    for _ in range(2):
        new = own("RecipeIdExternalDataType", "3")
        internal, recipe, shown, needed, error = await call(scada, f"{RECIPES}.AddRecipe", new, product("N"))
        assert (internal.Id, internal.Version, needed, error) == ("3", None, True, 0)
        assert recipe.is_null()
        assert shown.is_null()
    async with aiohttp.ClientSession() as http, http.post(f"{running.url}/api/v1/recipes/3/release", json={}) as answer:
        assert answer.status == 200
    await holds(scada, SHELF, "1", "2", "3")
    await holds(scada, PRODUCTS, "N", "P")
    await says(scada, f"{SHELF}.3.LinkedProducts", [product("N")])
    for text in ("", " X", "X\n", "é" * 33):
        given = [own("RecipeIdExternalDataType", text), product("P")]
        wrong = [ua.Variant(one, ua.VariantType.ExtensionObject) for one in given]
        answer = await raw_call(scada, f"{RECIPES}.AddRecipe", *wrong)
        assert answer.InputArgumentResults[0].name == "BadOutOfRange", text


async def test_what_was_announced_is_linked_once_its_content_is_transferred(running: InProcess, scada: Client) -> None:
    """The InternalId that AddRecipe returns is what the file is made for."""
    await holds(scada, SHELF, "1", "2")
    data = await fetched(scada, RECIPE_TRANSFER, of_recipe("2"))
    external = own("RecipeIdExternalDataType", "2")
    assert await call(scada, f"{RECIPES}.RemoveRecipe", external) == 0
    internal, *_, needed, error = await call(scada, f"{RECIPES}.AddRecipe", external, product("P"))
    assert (internal.Id, needed, error) == ("2", True, 0)
    await holds(scada, SHELF, "1")
    await sent(scada, internal.Id, data)
    await holds(scada, SHELF, "1", "2")
    await says(scada, f"{SHELF}.2.LinkedProducts", [product("P")])
    prepared, error = await call(scada, f"{RECIPES}.PrepareProduct", product("P"))
    assert (prepared.Id, error) == ("2", 0)


async def test_a_recipe_is_called_as_the_client_calls_it_also_after_a_restart(
    tmp_path: Path, recipes: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its content comes from another job: it gets the number that AddRecipe answered, which no recipe here has."""
    station = {"recipe_folder": recipes}
    async with station_running(tmp_path, monkeypatch, opcua=True, station=station) as running:
        await running.ready()
        async with scada_client(running, tmp_path) as client:
            called, nothing = own("RecipeIdExternalDataType", "BRACKET 12/a"), own("RecipeIdInternalDataType")
            data = await fetched(client, RECIPE_TRANSFER, of_recipe("2"))
            assert (await call(client, f"{RECIPES}.PrepareRecipe", called, nothing))[2] == -20
            assert await call(client, f"{RECIPES}.RemoveRecipe", called) == -20
            for _ in range(2):
                internal, *_, needed, error = await call(client, f"{RECIPES}.AddRecipe", called, product("P"))
                assert (internal.Id, needed, error) == ("4", True, 0), "3 is a draft's"
            await sent(client, internal.Id, data)
            await holds(client, SHELF, "1", "2", "4")
            shown = [
                await client.get_node(f"ns=2;s={SHELF}.4.{name}Id").read_value() for name in ("External", "Internal")
            ]
            assert [one.Id for one in shown] == ["BRACKET 12/a", "4"]
            assert await judged_as(client, called) == ["1"]
            await sent(client, "4", data)  # the same again changes nothing, whatever number it has
            assert running.station.jobs._book.ready[4].recipe.version == int(shown[1].Version)
    async with (
        station_running(tmp_path, monkeypatch, opcua=True, station=station) as running,
        scada_client(running, tmp_path) as client,
    ):
        called, nothing = own("RecipeIdExternalDataType", "BRACKET 12/a"), own("RecipeIdInternalDataType")
        await running.ready()
        assert await judged_as(client, called) == ["2", "1"]
        assert (await call(client, f"{RECIPES}.PrepareRecipe", own("RecipeIdExternalDataType", "1"), nothing))[2] == 0
        assert await call(client, f"{RECIPES}.RemoveRecipe", called) == 0
        await holds(client, SHELF, "1", "2")
        internal, *_, needed, error = await call(client, f"{RECIPES}.AddRecipe", called, product(""))
        assert (internal.Id, needed, error) == ("4", True, 0), "its next content comes to the same job"


async def judged_as(client: Client, called: Any) -> list[str]:
    """A part is judged by this recipe, and all that is said of it names it so; the results of this recipe."""
    heard, subscription = await listen(client, f"ns=2;s={ROOT}")
    _, done, error = await call(client, f"{RECIPES}.PrepareRecipe", called, own("RecipeIdInternalDataType"))
    assert (done, error) == (True, 0)
    await shows(client, INNER, "Ready")
    job, error = await call(client, f"{INNER}.StartSingleJob", *job_of(recipe=called.Id))
    assert error == 0
    result = await result_of(client, job.Id)
    await until(lambda: "ResultReady" in heard.names())
    slot = await slot_of(client.get_node(f"ns=2;s={ROOT}.ResultManagement.Results.{int(job.Id):02}"), int(job.Id))
    for one in (result, slot, heard.named("ResultReady")):
        assert (one.ExternalRecipeId.Id, one.InternalRecipeId.Id) == (called.Id, "4")
    prepared = heard.named("RecipePrepared")
    assert (prepared.ExternalId.Id, prepared.InternalId.Id) == (called.Id, "4")
    await subscription.delete()
    counts = uint32(0), uint32(0), int32(0)
    found = await call(client, f"{RECIPES}.GetRecipeListFiltered", called, product(""), int32(2), *counts)
    assert [one.Id for one in found[3]] == ["4"]
    return await listed(client, "", "", called)


async def test_an_announced_recipe_can_be_taken_back(running: InProcess, scada: Client, tmp_path: Path) -> None:
    new, job = own("RecipeIdExternalDataType", "NEW"), own("RecipeIdExternalDataType", "7")
    assert (await call(scada, f"{RECIPES}.AddRecipe", job, product("P")))[4] == 0
    assert (await call(scada, f"{RECIPES}.AddRecipe", new, product("P")))[0].Id == "8"
    for external in (job, new):
        assert await call(scada, f"{RECIPES}.RemoveRecipe", external) == 0
        assert await call(scada, f"{RECIPES}.RemoveRecipe", external) == -20
    assert announced(tmp_path) == {}


async def test_the_id_of_a_recipe_stays_until_nothing_stands_behind_it(
    running: InProcess, scada: Client, recipes: Path
) -> None:
    lid = own("RecipeIdExternalDataType", "LID")
    assert (await call(scada, f"{RECIPES}.AddRecipe", lid, product("P")))[0].Id == "4"
    write(recipes / "lid" / "draft.json", content(4, "lid"))
    async with aiohttp.ClientSession() as http, http.post(f"{running.url}/api/v1/recipes/4/release", json={}) as answer:
        assert answer.status == 200, await answer.text()
    await holds(scada, SHELF, "1", "2", "4")
    assert (await scada.get_node(f"ns=2;s={SHELF}.4.ExternalId").read_value()).Id == "LID"
    await says(scada, f"{SHELF}.4.LinkedProducts", [product("P")])
    assert await call(scada, f"{RECIPES}.RemoveRecipe", lid) == 0
    assert await call(scada, f"{RECIPES}.RemoveRecipe", lid) == -20, "its versions are still there"
    shutil.rmtree(recipes / "lid")
    assert await call(scada, f"{RECIPES}.RemoveRecipe", lid) == 0
    assert await call(scada, f"{RECIPES}.RemoveRecipe", lid) == -20


async def test_what_is_in_production_already_ends_its_announcement(
    running: InProcess, scada: Client, tmp_path: Path
) -> None:
    """A client that means another version, and sends the same content: nothing is still to come."""
    await holds(scada, SHELF, "1", "2")
    data = await fetched(scada, RECIPE_TRANSFER, of_recipe("2"))
    external = own("RecipeIdExternalDataType", "2")
    external.Version = "77"
    assert (await call(scada, f"{RECIPES}.AddRecipe", external, product("P")))[3] is True
    assert announced(tmp_path) == {"2": []}
    await sent(scada, "2", data)
    await until(lambda: announced(tmp_path) == {})
    await says(scada, f"{SHELF}.2.LinkedProducts", [product("P")])


def announced(folder: Path) -> dict[str, list[str]]:
    """As a restart would find it."""
    kept = json.loads((folder / "data" / "remembered.json").read_bytes())
    return dict(kept["products"]["announced"])


async def test_a_removed_recipe_is_gone_until_somebody_goes_back_to_it(
    running: InProcess, scada: Client, recipes: Path
) -> None:
    await holds(scada, SHELF, "1", "2")
    heard, subscription = await listen_to_the_model(scada)
    watched, seen = await watch(scada, f"{SHELF}.2.IsPrepared")
    assert await call(scada, f"{SHELF}.2.LinkProduct", product("P")) == 0
    assert await call(scada, f"{RECIPES}.RemoveRecipe", own("RecipeIdExternalDataType", "1")) == -27, "it is prepared"
    assert await call(scada, f"{RECIPES}.RemoveRecipe", own("RecipeIdExternalDataType", "77")) == -20
    assert await call(scada, f"{RECIPES}.RemoveRecipe", own("RecipeIdExternalDataType", "2")) == 0
    await holds(scada, SHELF, "1")
    await holds(scada, PRODUCTS)
    assert running.read(tags.JOB_NUMBERS) == (1,)
    assert (await raw_call(scada, f"{SHELF}.2.Prepare")).StatusCode.name == "BadNodeIdInvalid"
    await until(lambda: "BadNodeIdUnknown" in seen)
    await watched.delete()
    await until(lambda: any(one.Verb == 8 for event in heard for one in event.Changes))
    assert load_recipe(recipes / "other").version == 1, "its file stays"
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{running.url}/api/v1/recipes/2/rollback", json={}) as answer,
    ):
        assert answer.status == 200, await answer.text()
    await holds(scada, SHELF, "1", "2")
    await says(scada, f"{SHELF}.2.LinkedProducts", [])
    assert await call(scada, f"{SHELF}.2.Prepare") == [True, 0]
    await subscription.delete()


async def test_a_recipe_that_is_withdrawn_over_rest_leaves_the_model_and_comes_back(
    running: InProcess, scada: Client
) -> None:
    assert await call(scada, f"{SHELF}.2.LinkProduct", product("P")) == 0
    await holds(scada, PRODUCTS, "P")
    async with aiohttp.ClientSession(f"{running.url}/api/v1/recipes/2/", raise_for_status=True) as http:
        await http.post("withdraw", json={})
        await holds(scada, SHELF, "1")
        await holds(scada, PRODUCTS)
        assert await call(scada, f"{RECIPES}.RemoveRecipe", own("RecipeIdExternalDataType", "2")) == -20
        await http.post("rollback", json={})
        await holds(scada, SHELF, "1", "2")


async def listen_to_the_model(client: Client) -> tuple[list[Any], Any]:
    heard: list[Any] = []

    class Handler:
        def event_notification(self, event: Any) -> None:
            heard.append(event)

    subscription = await client.create_subscription(100, Handler())
    await subscription.subscribe_events(client.nodes.server, ua.ObjectIds.GeneralModelChangeEventType)
    return heard, subscription


async def watch(client: Client, path: str) -> tuple[Any, list[str]]:
    """The statuses that a monitored value takes."""
    seen: list[str] = []

    class Handler:
        def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
            seen.append(data.monitored_item.Value.StatusCode.name)

        def status_change_notification(self, status: Any) -> None:
            raise AssertionError(status)

    subscription = await client.create_subscription(100, Handler())
    await subscription.subscribe_data_change(client.get_node(f"ns=2;s={path}"))
    return subscription, seen


async def test_wrong_products_are_told_by_their_place(running: InProcess, scada: Client) -> None:
    await holds(scada, SHELF, "1", "2")
    for text in ("", " P", "a\nb", "x" * 65, "ä" * 33):
        result = await raw_call(scada, f"{SHELF}.1.LinkProduct", ua.Variant(product(text)))
        assert result.StatusCode.name == "BadInvalidArgument", text
        assert [one.name for one in result.InputArgumentResults] == ["BadOutOfRange"]
    assert await call(scada, f"{SHELF}.1.LinkProduct", product("ä" * 32)) == 0
    assert await call(scada, f"{SHELF}.1.UnlinkProduct", product("none")) == -22
    assert await call(scada, f"{SHELF}.2.UnlinkProduct", product("ä" * 32)) == -24
    internal = own("RecipeIdInternalDataType", "1")
    assert await call(scada, f"{RECIPES}.UnlinkProduct", own("RecipeIdInternalDataType", "9"), product("P")) == -20
    assert await call(scada, f"{RECIPES}.UnlinkProduct", internal, product("ä" * 32)) == 0
    await holds(scada, PRODUCTS)
    for method in ("PrepareProduct", "UnprepareProduct"):
        assert (await call(scada, f"{RECIPES}.{method}", product("none")))[1] == -22


async def test_products_outlive_a_restart(
    tmp_path: Path, recipes: Path, monkeypatch: pytest.MonkeyPatch, http: aiohttp.ClientSession
) -> None:
    linked = {"product": "P", "job": 2}
    stored = [{"id": "P", "jobs": [2], "prepared": False}]
    async with station_running(tmp_path, monkeypatch, station={"recipe_folder": recipes}) as running:
        url = f"{running.url}/api/v1/products"
        assert await posted(http, f"{url}/link", linked) == (200, stored)
        assert (await posted(http, f"{url}/link", linked | {"job": 9}))[0] == 404
    assert json.loads((tmp_path / "data" / "remembered.json").read_text())["products"]["jobs"] == {"P": [2]}
    async with station_running(tmp_path, monkeypatch, station={"recipe_folder": recipes}) as running:
        url = f"{running.url}/api/v1/products"
        async with http.get(url) as answer:
            assert await answer.json() == stored
        assert await posted(http, f"{url}/unlink", linked) == (200, [])
        assert (await posted(http, f"{url}/unlink", linked))[0] == 404


async def posted(http: aiohttp.ClientSession, url: str, body: dict[str, Any]) -> tuple[int, Any]:
    async with http.post(url, json=body) as answer:
        return answer.status, await answer.json()


def test_a_withdrawn_recipe_is_not_found_by_a_start(recipes: Path) -> None:
    folder = recipes / "plate"
    withdraw(folder, Signed("anna"))
    assert (is_withdrawn(folder), was_released(folder)) == (True, False)
    assert [(row["version"], row["state"]) for row in version_rows(folder)] == [(5, "released")]
    with pytest.raises(RecipeError, match="no version is in production"):
        withdraw(folder, Signed("anna"))
    assert roll_back(folder, None, Signed("anna")).version == 5
    assert (is_withdrawn(folder), was_released(folder)) == (False, True)
    withdraw(folder, Signed("anna"))
    write(folder / "draft.json", content(1, "plate", low=3))
    assert release_draft(folder, Signed("anna")).version == 6
    assert was_released(folder)


def test_the_same_content_puts_a_withdrawn_recipe_back(recipes: Path, tmp_path: Path) -> None:
    folder = recipes / "plate"
    with (tmp_path / "plate.zip").open("w+b") as archive:
        pack(load_recipe(folder), folder, archive)
        withdraw(folder, Signed("anna"))
        received = receive(archive, recipes, 1, "anna")
        assert (received.recipe.version, received.prepared is not None) == (6, True)
        assert was_released(folder)
        assert receive(archive, recipes, 1, "anna").changed is False
