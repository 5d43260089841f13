"""node-opcua as a SCADA system: it browses, calls, listens, reads history, over every policy, through a reload."""

import asyncio
import io
import json
import shutil
import signal
import urllib.request
import zipfile
from datetime import datetime
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from protocols import tags
from protocols.opcua.certificate import ensure_certificate
from tests.conftest import Running
from tests.plc_side import rows, wired
from vision.recipe import load_recipe

from .conftest import rest
from .node import PACKAGES, answer, program

pytestmark = [pytest.mark.interop, pytest.mark.timeout(300)]
SYSTEM = "ns=2;s=VisionSystem"
PARTS = 3
MODES = {"Sign", "SignAndEncrypt"}


def connection(station: Running, folder: Path) -> dict[str, Any]:
    """How the user `station` connects, encrypted; `folder` is the client's own."""
    certificate, key, uri = ensure_certificate(folder / "client", "client", [])
    return {
        "url": f"opc.tcp://127.0.0.1:{station.opcua}/",
        "pki": str(folder / "pki"),
        "policy": "Basic256Sha256",
        "mode": "SignAndEncrypt",
        "certificate": str(certificate),
        "key": str(key),
        "uri": uri,
        "user": "station",
        "password": (station.folder / "data" / "token").read_text().strip(),
    }


@pytest.fixture(scope="module")
def scada(line: Running, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """One client for the tests of the shared station."""
    return connection(line, tmp_path_factory.mktemp("scada"))


def opcua(name: str) -> Path:
    return PACKAGES / "opcua" / f"{name}.cjs"


async def told(name: str, **given: Any) -> Any:
    return await answer(opcua(name), "opcua", json.dumps({"system": SYSTEM} | given))


async def test_the_type_and_its_instance_are_browsed_two_references_at_a_time(scada: dict[str, Any]) -> None:
    said = await told("browse", connection=scada)
    assert {"Station", "VisionSystem", "Server"} <= set(said["objects"])
    assert said["namespaces"][2:4] == ["urn:vision-inspection:station", "http://opcfoundation.org/UA/MachineVision"]
    assert said["type"] == {"name": "VisionSystemType", "id": "ns=3;i=1003", "supertypes": ["BaseObjectType"]}
    assert said["start"] == {
        "inputs": ["MeasId", "PartId", "RecipeId", "ProductId", "Parameters"],
        "outputs": ["JobId", "Error"],
    }
    shared = set(said["onType"]) & set(said["onInstance"])
    assert {f"ResultManagement/{name}" for name in ("GetResultById", "GetResultListFiltered")} <= shared
    assert all(said["onType"][path] == said["onInstance"][path] for path in shared), "node classes"


@pytest.mark.parametrize("node", ["ns=2;s=VisionSystem", "i=2253"], ids=["at the vision system", "at the server"])
async def test_jobs_with_structures_their_results_and_their_events(
    line: Running, scada: dict[str, Any], node: str
) -> None:
    said = await told("vision", connection=scada, node=node, parts=PARTS)
    results = [part["result"] for part in said["parts"]]
    jobs = [part["job"]["id"] for part in said["parts"]]
    assert len(set(jobs)) == PARTS
    for i, (job, result) in enumerate(zip(jobs, results, strict=True)):
        assert result["resultId"] == {"id": job}
        assert (result["measId"]["id"], result["partId"]["id"]) == (f"meas-{i}", f"Türe-{i}")
        assert_content(result["resultContent"], rest(line, f"inspections/{job}"))
    heard = said["heard"]
    assert [e["fields"]["3:JobId"]["id"] for e in heard if e["kind"] == "JobStarted"] == jobs
    assert [e["fields"]["3:JobId"]["id"] for e in heard if e["kind"] == "AcquisitionDone"] == jobs
    assert [e["fields"]["3:JobId"]["id"] for e in heard if e["kind"] == "Ready"] == jobs
    moved = [e["fields"]["Transition"]["text"] for e in heard if e["kind"] == "StateChanged"]
    assert moved == PARTS * ["ReadyToSingleExecution", "SingleExecutionToReadyAuto"]
    ready = [e["fields"] for e in heard if e["kind"] == "ResultReady"]
    assert [event["3:ResultContent"] for event in ready] == [result["resultContent"] for result in results]
    for event in heard:
        empty = {name for name, value in event["fields"].items() if value is None or value == ""}
        assert empty <= CONDITION_FIELDS, event


CONDITION_FIELDS = {"ConditionClassId", "ConditionClassName", "ConditionSubClassId", "ConditionSubClassName"}
"""Optional fields of every event, for conditions alone."""


def assert_content(content: list[Any], inspection: dict[str, Any]) -> None:
    judgement, reject_class, reason, *columns = content
    expected = (inspection["judgement"], inspection["reject_class"], inspection["reason"])
    assert (judgement, reject_class, reason) == expected
    steps = [(s["name"], s["value"], s["unit"], s["judgement"] == "PASS") for s in inspection["steps"]]
    assert [tuple(row) for row in zip(*columns, strict=True)] == steps


@pytest.mark.parametrize("node", [SYSTEM, "i=2253"], ids=["at the vision system", "at the server"])
async def test_an_alarm_is_found_acknowledged_and_confirmed(tmp_path: Path, node: str) -> None:
    images = tmp_path / "images"
    images.mkdir()
    cv2.imwrite(str(images / "part.png"), np.full((48, 64), 128, np.uint8))
    camera = {"VISION_CAMERA__TYPE": "folder", "VISION_CAMERA__PATH": str(images)}
    station = Running(tmp_path, environment=camera)
    try:
        await asyncio.to_thread(station.start)
        await asyncio.to_thread(station.wait_ready)  # a camera that was never opened cannot be lost
        images.rename(tmp_path / "away")
        client = connection(station, tmp_path)
        program = asyncio.create_task(told("conditions", connection=client, node=node, condition="camera_lost"))
        async with asyncio.timeout(60):
            while not program.done() and not any(
                alarm["acknowledged"] for alarm in await asyncio.to_thread(rest, station, "alarms")
            ):
                await asyncio.sleep(0.05)
        (tmp_path / "away").rename(images)
        said = await program
        standing = await asyncio.to_thread(rest, station, "alarms?over=true")
    finally:
        await asyncio.to_thread(station.stop)
        station.forget()
    assert said["id"] == "ns=2;s=Alarm.101"
    assert said["answers"] == {
        "strange": "BadEventIdUnknown",
        "acknowledge": "Good",
        "again": "BadConditionBranchAlreadyAcked",
        "confirm": "Good",
    }
    heard = [one for one in said["heard"] if one["ConditionName"] == "camera_lost"][-3:]
    flags = ("Retain", "ActiveState.Id", "AckedState.Id", "ConfirmedState.Id")
    assert [tuple(one[flag] for flag in flags) for one in heard] == [
        (True, True, True, False),
        (True, False, True, False),
        (False, False, True, True),
    ]
    assert {one["ConditionId"] for one in heard} == {"ns=2;s=Alarm.101"}
    assert {one["EventType"] for one in heard} == {"ns=3;i=1035"}, "OfType of the abstract type takes its subtypes"
    assert heard[0]["Comment"]["text"] == "seen by node-opcua"
    assert heard[-1]["Comment"]["text"] == "mended"
    assert heard[-1]["ClientUserId"] == "OPC UA station 127.0.0.1"
    assert "camera_lost" not in said["left"]
    assert 101 not in {alarm["number"] for alarm in standing}


async def test_every_policy_that_is_offered_serves_its_users(line: Running, scada: dict[str, Any]) -> None:
    endpoints = await told("policies", connection=scada)
    offered = {(endpoint["policy"], endpoint["mode"]) for endpoint in endpoints}
    assert {("Basic256Sha256", "SignAndEncrypt"), ("Aes256_Sha256_RsaPss", "SignAndEncrypt")} <= offered
    for endpoint in endpoints:
        policy = endpoint["policy"]
        assert endpoint["wrong"].get("refused") in {"BadUserAccessDenied", "BadIdentityTokenRejected"}, endpoint
        assert endpoint["anonymous"]["state"] == "Ready"
        assert endpoint["anonymous"]["written"] == "BadUserAccessDenied"
        if policy == "None":  # no password goes over the wire in clear
            assert endpoint["user"]["refused"] == "BadIdentityTokenRejected"
        else:
            assert endpoint["mode"] in MODES
            assert endpoint["user"] == {"state": "Ready", "written": "Good", "partId": f"part of {policy}"}


async def test_history_is_read_back_page_by_page(line: Running, scada: dict[str, Any]) -> None:
    await told("vision", connection=scada, node=SYSTEM, parts=PARTS)
    result, slot = f"ns=2;s={tags.UA_RESULT_INSPECTION_ID.node}", f"ns=2;s={tags.SLOT_VALUE[0].node}"
    said = await told("history", connection=scada, node=result, floats=slot, page=2)
    if not said["offered"]:
        pytest.skip(f"this version has no history: no tag may be read so; it answers {said['values']['status']}")
    numbers = [number for (number,) in rows(line.folder / "data")]
    values = said["values"]
    assert values["status"] == said["floats"]["status"] == said["events"]["status"] == "Good"
    assert [sample["value"] for sample in values["values"]] == numbers
    assert values["pages"] == -(-len(numbers) // 2)
    inspections = [rest(line, f"inspections/{number}") for number in numbers]
    assert [s["value"] for s in said["floats"]["values"]] == [i["steps"][0]["value"] for i in inspections]
    events = said["events"]["events"]
    assert [event["3:ResultId"]["id"] for event in events] == [str(number) for number in numbers]
    assert {event["EventType"] for event in events} == {"ns=3;i=1024"}
    for event, inspection in zip(events, inspections, strict=True):
        assert_content(event["3:ResultContent"], inspection)


async def test_the_image_of_a_result_and_a_recipe_archive_are_files(line: Running, scada: dict[str, Any]) -> None:
    said = await told("vision", connection=scada, node=SYSTEM, parts=PARTS)
    results = [part["result"] for part in said["parts"]]
    assert all(result["hasTransferableDataOnFile"] for result in results)
    good = (result["resultId"]["id"] for result in results if result["resultContent"][0] == "PASS")
    number = next(good)  # of a bad part a lossless copy would take the JPEG's place
    files = await told("file", connection=scada, result=number, job="1")
    image, archive = files["image"], files["archive"]
    assert bytes.fromhex(image["data"]) == kept_image(line, number)
    assert (image["size"], image["mimeType"]) == (len(image["data"]) // 2, "image/jpeg")
    assert image["pieces"] == -(-image["size"] // 30000)
    assert image["ready"], "the completion state machine is null"
    with zipfile.ZipFile(io.BytesIO(bytes.fromhex(archive["data"]))) as found:
        facts = json.loads(found.read("manifest.json"))
        assert json.loads(found.read("recipe.json"))["job"] == facts["job"] == 1


def kept_image(station: Running, number: str) -> bytes:
    with urllib.request.urlopen(f"{station.url}/api/v1/inspections/{number}/image") as answer:
        return bytes(answer.read())


@pytest.mark.parametrize("node", [SYSTEM, "i=2253"], ids=["at the vision system", "at the server"])
async def test_recipes_and_products_are_browsed_added_prepared_and_removed(tmp_path: Path, node: str) -> None:
    recipes, product = tmp_path / "recipes", "Türe 9"
    shutil.copytree("config/recipes", recipes)
    station = Running(tmp_path, environment={"VISION_STATION__RECIPE_FOLDER": str(recipes)})
    try:
        await asyncio.to_thread(station.start)
        said = await told("recipes", connection=connection(station, tmp_path), node=node, product=product)
        left = await asyncio.to_thread(rest, station, "products")
    finally:
        await asyncio.to_thread(station.stop)
        station.forget()
    used = {job: load_recipe(recipes / name) for job, name in NAMES.items()}
    for job, shown in said["recipes"].items():
        recipe, properties = used[job], shown["properties"]
        assert (shown["node"], shown["type"]) == (f"{SYSTEM}.RecipeManagement.Recipes.{job}", "ns=3;i=1002")
        for own in (properties["ExternalId"], properties["InternalId"]):
            assert (own["id"], own["version"]) == (job, str(recipe.version))
            assert (own["hash"], own["hashAlgorithm"]) == (recipe.sha256, "SHA256")
            assert own["description"]["text"] == recipe.name
        assert (properties["IsPrepared"], properties["LinkedProducts"]) == (job == "1", [])
        assert datetime.fromisoformat(properties["LastModified"]).year >= 2024
    shown = said["recipes"]["2"]
    assert said["added"] == [
        shown["properties"]["InternalId"],
        shown["node"],
        f"{SYSTEM}.RecipeManagement.Products.{product}",
        False,
        0,
    ]
    announced, recipe_node, product_node, needed, error = said["announced"]
    assert (announced["id"], recipe_node, product_node, needed, error) == ("7", "ns=0;i=0", "ns=0;i=0", True, 0)
    variable = said["linkedProducts"][product]
    assert variable["value"]["externalId"]["id"] == product
    assert [one["id"] for one in said["linked"]] == [product]
    assert (said["product"][0]["id"], said["product"][1]) == ("2", 0)
    assert (said["recipe"][0]["id"], *said["recipe"][1:]) == ("1", True, 0)
    assert said["unknown"][1:] == [False, -20]
    complete, count, handle, listed, error = said["listed"]
    assert (complete, count, handle, [one["id"] for one in listed], error) == (True, 1, 0, ["2"], 0)
    assert (said["inUse"], said["removed"], list(said["left"]), left) == ([-27], [0], ["1"], [])
    heard = [
        tuple(one[name]["id"] for name in ("3:ExternalId", "3:InternalId", "3:ProductId")) for one in said["heard"]
    ]
    assert [(external, internal, made or "") for external, internal, made in heard] == [
        ("2", "2", product),
        ("1", "1", ""),
    ]
    assert {one["SourceName"] for one in said["heard"]} == {"VisionSystem"}


NAMES = {"1": "bracket", "2": "bracket-light"}


async def test_a_subscription_goes_on_through_a_reload(station: Running, tmp_path: Path) -> None:
    given = {"connection": connection(station, tmp_path), "node": f"ns=2;s={tags.UA_RESULT_INSPECTION_ID.node}"}
    async with program(opcua("reconnect"), "opcua", json.dumps(given | {"retries": 100})) as scada:
        assert scada.stdout
        assert scada.stdin
        await said_line(scada.stdout, "subscribed")
        assert await one_part(station) == 1
        await said_line(scada.stdout, "1")
        assert station.process
        station.process.send_signal(signal.SIGHUP)
        await said_line(scada.stdout, "reconnected")
        assert await one_part(station) == 2
        await said_line(scada.stdout, "2")


async def one_part(station: Running) -> int:
    async with wired(station.modbus) as plc:
        return (await plc.part()).number


async def said_line(out: asyncio.StreamReader, wanted: str) -> None:
    """The program comes to say so; what else it says is shown if it does not."""
    lines: list[str] = []
    try:
        async with asyncio.timeout(60):
            while not lines or lines[-1] != wanted:
                lines.append((await out.readline()).decode().strip())
                assert lines[-1] or not out.at_eof(), "the program ended"
    except TimeoutError:
        raise AssertionError(f"{wanted!r} does not come: {lines}") from None
