"""A release on a running station: REST, journal, store, PLC, and parts that are on their way."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import numpy as np
import pytest

from protocols import tags
from protocols.alarms import RECIPE_BROKEN
from tests.service.in_process import InProcess, station_running
from vision.frame import Acquisition, Frame
from vision.recipe import Recipe, ReferenceImage, Signed, load_recipe, release_draft, roll_back, save_draft
from vision.teach import add_reference

REGION = {"kind": "rectangle", "x": 20, "y": 20, "width": 120, "height": 100}


def content(job: int, name: str, low: float = 0, **more: Any) -> dict[str, Any]:
    """Passes every part of the simulated line, or none where `low` is 255."""
    step = {"name": "light", "tool": {"type": "brightness"}, "regions": [REGION], "limits": {"mean": {"low": low}}}
    return {"job": job, "name": name, "steps": [step | {"reject_class": 1}]} | more


def write(path: Path, data: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data))


@pytest.fixture
def recipes(tmp_path: Path) -> Path:
    """Jobs 1 and 2 in production, as they were before there were drafts; of job 3 a draft alone."""
    folder = tmp_path / "recipes"
    write(folder / "plate" / "recipe.json", content(1, "plate", version=5, released=True))
    write(folder / "other" / "recipe.json", content(2, "other", released=True))
    write(folder / "new" / "draft.json", content(3, "new"))
    return folder


@pytest.fixture
async def running(tmp_path: Path, recipes: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InProcess]:
    settings = {"recipe_folder": recipes, "acquisition_limit_ms": 20_000}
    async with station_running(tmp_path, monkeypatch, station=settings) as running:
        await running.enable()
        yield running


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def get(running: InProcess, http: aiohttp.ClientSession, path: str, status: int = 200) -> Any:
    async with http.get(f"{running.url}/api/v1/{path}") as answer:
        assert answer.status == status, await answer.text()
        return await answer.json()


async def post(running: InProcess, http: aiohttp.ClientSession, path: str, status: int = 200, **body: object) -> Any:
    async with http.post(f"{running.url}/api/v1/{path}", json=body) as answer:
        assert answer.status == status, await answer.text()
        return await answer.json()


async def journal(running: InProcess, http: aiohttp.ClientSession) -> list[tuple[str, str]]:
    """Text and who of what was said of recipes, oldest first."""
    await running.store._put(lambda _: None)
    items = (await get(running, http, "events?limit=200"))["items"]
    return [(item["text"], item["who"]) for item in reversed(items) if item["kind"] == "recipe"]


async def test_a_released_draft_judges_the_next_part_and_the_station_never_goes_offline(
    running: InProcess, http: aiohttp.ClientSession, recipes: Path
) -> None:
    assert (await running.part()).judgement == "PASS"
    write(recipes / "plate" / "draft.json", content(1, "plate", low=255))
    assert (await running.part()).judgement == "PASS", "a draft judges nothing"
    states: list[bool] = []
    running.station.on_state.append(lambda: states.append(running.read(tags.ONLINE)))
    checksum, changes = running.read(tags.CONFIG_CHECKSUM), running.read(tags.CONFIG_CHANGE_COUNTER)

    answer = await post(running, http, "recipes/1/release", reason="darker lamps")
    assert (answer["version"], answer["state"]) == (6, "in production")
    assert states
    assert all(states), "Online stood all the time"
    assert running.read(tags.TRIGGER_READY)
    assert running.read(tags.CONFIG_CHECKSUM) != checksum
    assert running.read(tags.CONFIG_CHANGE_COUNTER) == changes + 1
    assert running.read(tags.CONFIG_CHANGED)

    part = await running.part()
    assert (part.judgement, part.job) == ("FAIL", 1)
    assert running.read(tags.RECIPE_VERSION) == 6
    assert (await get(running, http, "station"))["recipe_version"] == 6
    judged = (await get(running, http, "inspections?limit=2"))["items"]
    assert [(one["recipe_version"], one["judgement"]) for one in judged] == [(6, "FAIL"), (5, "PASS")]
    assert (await journal(running, http))[-1] == (
        "version 6 of job 1 (plate) released in place of version 5: darker lamps",
        "web 127.0.0.1",
    )
    assert [row.version for row in await running.store.recipe_versions(1)] == [6, 5]
    assert load_recipe(recipes / "plate").version == 6


async def test_the_way_back_judges_by_the_version_of_then(
    running: InProcess, http: aiohttp.ClientSession, recipes: Path
) -> None:
    write(recipes / "plate" / "draft.json", content(1, "plate", low=255))
    await post(running, http, "recipes/1/release")
    assert (await running.part()).judgement == "FAIL"
    assert (await post(running, http, "recipes/1/rollback", reason="all rejected"))["version"] == 5
    assert (await running.part()).judgement == "PASS"
    assert running.read(tags.RECIPE_VERSION) == 5
    assert (await journal(running, http))[-1] == (
        "version 5 of job 1 (plate) gone back to in place of version 6: all rejected",
        "web 127.0.0.1",
    )
    table = await get(running, http, "recipes/1/versions")
    assert [(row["version"], row["state"]) for row in table] == [(6, "released"), (5, "in production")]
    assert [time["by"] for time in table[1]["releases"]] == ["", "web 127.0.0.1"]
    assert (await post(running, http, "recipes/1/rollback", version=6))["version"] == 6


async def test_parts_on_their_way_are_judged_by_the_version_of_their_trigger(
    running: InProcess, http: aiohttp.ClientSession, recipes: Path
) -> None:
    """The part is held in the camera while its recipe is replaced twice."""
    running.faults.stalled = True
    on_its_way = asyncio.create_task(running.part())
    async with asyncio.timeout(60):
        while not running.station.handshake.open_count:
            await asyncio.sleep(0.005)
    for low in (255, 254.5):
        write(recipes / "plate" / "draft.json", content(1, "plate", low=low))
        await post(running, http, "recipes/1/release")
    running.faults.stalled = False
    assert (await on_its_way).judgement == "PASS"
    assert running.read(tags.RECIPE_VERSION) == 5
    assert (await running.part()).judgement == "FAIL"
    assert running.read(tags.RECIPE_VERSION) == 7


async def test_a_recipe_that_is_not_active_is_released_and_held_ready(
    running: InProcess, http: aiohttp.ClientSession
) -> None:
    assert (await post(running, http, "recipes/3/release"))["version"] == 1
    assert running.read(tags.CURRENT_JOB) == 1
    assert 3 in running.read(tags.JOB_NUMBERS)
    await post(running, http, "recipes/3/activate")
    assert (await running.part()).job == 3


async def test_what_there_is_is_listed(running: InProcess, http: aiohttp.ClientSession, recipes: Path) -> None:
    write(recipes / "plate" / "draft.json", content(1, "plate", low=255))
    listed = await get(running, http, "recipes")
    shown = [(one["job"], one["version"], one["state"], one["draft"], one["active"], one["folder"]) for one in listed]
    assert shown == [
        (1, 5, "in production", 6, True, "plate"),
        (2, 1, "in production", 0, False, "other"),
        (3, 1, "draft", 1, False, "new"),
    ]
    used, draft = await get(running, http, "recipes/1"), await get(running, http, "recipes/1/draft")
    assert (used["version"], used["content"]["steps"][0]["limits"]["mean"]["low"]) == (5, 0)
    assert (draft["version"], draft["content"]["steps"][0]["limits"]["mean"]["low"]) == (6, 255)
    assert draft["problems"] == []
    table = await get(running, http, "recipes/1/versions")
    assert [(row["version"], row["state"], row["file"]) for row in table] == [
        (6, "draft", "plate/draft.json"),
        (5, "in production", "plate/recipe.json"),
    ]
    await post(running, http, "recipes/1/release", sha256=draft["sha256"])
    assert (await get(running, http, "recipes/1/versions/5"))["state"] == "released"
    assert (await get(running, http, "recipes/1/versions/6"))["state"] == "in production"


@pytest.mark.parametrize(
    ("method", "path", "body", "status", "words"),
    [
        ("POST", "recipes/1/release", {}, 409, "the draft was not released: plate: there is no draft"),
        ("POST", "recipes/9/release", {}, 404, "no recipe has job number 9"),
        ("POST", "recipes/3/release", {"sha256": "0" * 64}, 409, "somebody else changed the draft meanwhile"),
        ("POST", "recipes/3/release", {"sha": ""}, 422, "sha"),
        ("POST", "recipes/1/rollback", {}, 409, "there is no version before version 5"),
        ("POST", "recipes/1/rollback", {"version": 9}, 409, "there is no version 9; kept are: none"),
        ("POST", "recipes/1/rollback", {"version": 0}, 422, "version"),
        ("GET", "recipes/9/draft", {}, 404, "no recipe has job number 9"),
        ("GET", "recipes/3", {}, 404, "no version of job 3 is in production, it has a draft alone"),
        ("GET", "recipes/1/versions/4", {}, 404, "job 1 has no version 4"),
        ("GET", "recipes/9/versions", {}, 404, "no recipe has job number 9"),
    ],
)
async def test_what_cannot_be_done_is_said(
    running: InProcess,
    http: aiohttp.ClientSession,
    method: str,
    path: str,
    body: dict[str, Any],
    status: int,
    words: str,
) -> None:
    sent = {"json": body} if method == "POST" else {}
    async with http.request(method, f"{running.url}/api/v1/{path}", **sent) as answer:
        problem = await answer.json()
    assert answer.status == status, problem
    assert words in json.dumps(problem)
    assert running.station.jobs.recipe is not None
    assert running.station.jobs.recipe.recipe.version == 5


async def test_a_draft_with_problems_stays_a_draft_and_every_one_is_named(
    running: InProcess, http: aiohttp.ClientSession, recipes: Path
) -> None:
    broken = content(1, "plate")
    broken["steps"].append({"name": "light", "tool": {"type": "brightness"}, "slot": 99})
    write(recipes / "plate" / "draft.json", broken)
    problem = await post(running, http, "recipes/1/release", 409)
    assert problem["detail"].startswith("the draft was not released: draft.json: ")
    assert {fault["where"] for fault in problem["errors"]} == {"draft.json: steps[1].slot", "draft.json: steps[1].name"}
    assert (await running.part()).judgement == "PASS"
    assert running.alarms == []
    write(recipes / "plate" / "draft.json", content(1, "plate") | {"steps": [5]})
    assert (await get(running, http, "recipes/1/draft", 409))["errors"]
    (recipes / "plate" / "draft.json").write_text("{")
    assert "draft.json: cannot be read as JSON" in (await get(running, http, "recipes"))[0]["problem"]
    assert (await get(running, http, "recipes/1/draft", 409))["errors"][0]["where"] == "draft.json: line 1 column 2"


async def test_the_first_recipe_of_a_station_becomes_active(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, http: aiohttp.ClientSession
) -> None:
    write(tmp_path / "recipes" / "new" / "draft.json", content(3, "new"))
    async with station_running(tmp_path, monkeypatch, station={"recipe_folder": tmp_path / "recipes"}) as running:
        assert not running.read(tags.ONLINE)
        assert RECIPE_BROKEN not in running.alarms
        await post(running, http, "recipes/3/release")
        await running.enable()
        assert (await running.part()).job == 3
        assert (await journal(running, http))[-1][0] == "job 3 is active: new, version 1 (there was none)"


async def test_a_released_file_that_was_changed_by_hand_is_a_warning_and_the_version_stays(
    tmp_path: Path, recipes: Path, monkeypatch: pytest.MonkeyPatch, http: aiohttp.ClientSession
) -> None:
    write(recipes / "plate" / "draft.json", content(1, "plate", low=1))
    release_draft(recipes / "plate", Signed("anna"))
    data = json.loads((recipes / "plate" / "recipe.json").read_text())
    data["steps"][0]["limits"]["mean"]["low"] = 255
    write(recipes / "plate" / "recipe.json", data)
    async with station_running(tmp_path, monkeypatch, station={"recipe_folder": recipes}) as running:
        await running.enable()
        assert (await running.part()).judgement == "PASS"
        assert running.alarms == [RECIPE_BROKEN.number]
        (alarm,) = running.station._alarms.active
        assert "plate: recipe.json: release.sha256: the file was changed since version 6 was released" in alarm.text
        assert "version 6 is in use, from versions/6.json" in alarm.text
        assert "was changed since" in (await get(running, http, "recipes"))[0]["problem"]
        await post(running, http, "recipes/1/rollback", version=6)
        assert running.alarms == []
        assert (await running.part()).judgement == "PASS"


async def test_what_was_done_beside_the_station_is_written_at_the_next_start(
    tmp_path: Path, recipes: Path, monkeypatch: pytest.MonkeyPatch, http: aiohttp.ClientSession
) -> None:
    """A release from the command line, a change by hand, and a recipe that nobody touched."""
    settings = {"recipe_folder": recipes}
    async with station_running(tmp_path, monkeypatch, station=settings) as running:
        assert await journal(running, http) == []
        write(recipes / "plate" / "draft.json", content(1, "plate", low=2))
        release_draft(recipes / "plate", Signed("command line anna", "new lamps"))
        table = await get(running, http, "recipes/1/versions")
        assert [(row["version"], row["state"]) for row in table] == [(6, "released"), (5, "in production")]
        assert "reload takes it" in table[0]["problem"]
    write(recipes / "other" / "recipe.json", content(2, "other", low=3, released=True))
    async with station_running(tmp_path, monkeypatch, station=settings) as running:
        assert await journal(running, http) == [
            (
                "version 1 of job 2 (other) was changed without a new version: results before and after this start "
                "name the same one; release changes as a draft",
                "",
            ),
            ("version 6 of job 1 (plate) is in production since this start: new lamps", "command line anna"),
        ]
    roll_back(recipes / "plate", 5, Signed("command line anna"))
    async with station_running(tmp_path, monkeypatch, station=settings) as running:
        assert (await journal(running, http))[2:] == [
            ("version 5 of job 1 (plate) is in production since this start", "command line anna")
        ]
        assert (await get(running, http, "recipes/1"))["version"] == 5


async def test_a_draft_that_fails_its_own_references_is_released_only_by_force_and_that_is_written_down(
    running: InProcess, http: aiohttp.ClientSession, recipes: Path
) -> None:
    folder = recipes / "plate"
    part = Acquisition({"default": Frame(np.full((200, 200), 90, np.uint8), 0, 0, 0)})
    draft = Recipe.model_validate(content(1, "plate", low=80))
    draft = add_reference(draft, folder, ReferenceImage(name="good", judgement="PASS"), part)
    save_draft(draft, folder)
    await post(running, http, "recipes/1/release")
    assert load_recipe(folder).version == 6

    strict = draft.model_copy(update={"steps": Recipe.model_validate(content(1, "plate", low=100)).steps})
    save_draft(strict, folder)
    refused = await post(running, http, "recipes/1/release", 409, reason="for a try")
    assert "references.good: FAIL (light: mean 90 grey (at least 100)), PASS expected" in str(refused)
    assert load_recipe(folder).version == 6
    assert "say why" in str(await post(running, http, "recipes/1/release", 409, force=True))
    await post(running, http, "recipes/1/release", reason="new lamps come tomorrow", force=True)
    assert load_recipe(folder).times[-1].reason == "forced: new lamps come tomorrow"
    text, who = (await journal(running, http))[-1]
    assert "although it fails 1 of its references: references.good: FAIL" in text
    assert "forced: new lamps come tomorrow" in text
    assert who

    await post(running, http, "recipes/1/rollback", version=6)
    refused = await post(running, http, "recipes/1/rollback", 409, version=7)
    assert "references.good" in str(refused)
    assert load_recipe(folder).version == 6


async def test_inspections_are_taught_in_one_call_and_the_draft_has_limits_from_them(
    running: InProcess, http: aiohttp.ClientSession, recipes: Path
) -> None:
    for _ in range(3):
        await running.part()
    answer = await post(running, http, "recipes/1/teach", good=[1, 2, 3], limits="all")
    (limit,) = [step["limits"]["mean"] for step in answer["draft"]["content"]["steps"]]
    assert limit["low"] > 50
    assert answer["draft"]["version"] == 6
    assert any("0 of 3 good ones rejected" in line for line in answer["said"]), answer["said"]
    assert (answer["trial"]["rejects"]["count"], answer["trial"]["proposals"][0]["low"]) == (0, limit["low"])
    assert (await get(running, http, "recipes/1"))["version"] == 5, "what is in production stays as it is"
    said, who = (await journal(running, http))[-1]
    assert (said, bool(who)) == ("the draft of job 1 was taught from 3 good inspections", True)


@pytest.mark.parametrize(
    ("wanted", "status", "words"),
    [
        ({"good": [7]}, 409, '"where": "inspection 7", "message": "there is none"'),
        ({}, 409, "give at least one image of a good part"),
        ({"good": [0]}, 422, "good"),
    ],
)
async def test_what_cannot_be_taught_says_why(
    running: InProcess, http: aiohttp.ClientSession, wanted: dict[str, Any], status: int, words: str
) -> None:
    await running.part()
    assert words in json.dumps(await post(running, http, "recipes/1/teach", status, **wanted))
