"""A recipe is taken out of production, over REST and on the command line, and comes back."""

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from protocols import tags
from service.cli import main
from tests.service.in_process import InProcess, station_running
from tests.service.test_releases import content, get, http, journal, post, recipes, running, write
from vision.recipe import Signed, is_withdrawn, load_recipe, withdraw

__all__ = ["http", "recipes", "running"]  # fixtures: job 1 is active, job 2 ready, of job 3 there is a draft alone


async def test_a_withdrawn_recipe_judges_no_more_until_somebody_goes_back_to_it(
    running: InProcess, http: aiohttp.ClientSession, recipes: Path
) -> None:
    await post(running, http, "products/link", product="P", job=2)
    changes = running.read(tags.CONFIG_CHANGE_COUNTER)
    table = await post(running, http, "recipes/2/withdraw", reason="made no more")
    assert [(row["version"], row["state"]) for row in table] == [(1, "released")]
    assert running.read(tags.JOB_NUMBERS) == (1,)
    assert running.read(tags.CONFIG_CHANGE_COUNTER) == changes + 1
    assert await get(running, http, "products") == []
    assert "no recipe has job number 2" in (await post(running, http, "recipes/2/activate", 404))["detail"]
    assert (await get(running, http, "recipes/2", 404))["detail"].endswith(
        "no version of job 2 is in production, it was withdrawn"
    )
    assert (await running.part()).judgement == "PASS", "the active one goes on"
    said = await journal(running, http)
    assert said[1:] == [
        ("version 1 of job 2 (other) is taken out of production: made no more", "web 127.0.0.1"),
        ("product 'P' is not linked to job 2 any more", "web 127.0.0.1"),
    ]
    assert load_recipe(recipes / "other").version == 1, "its file stays"

    assert (await post(running, http, "recipes/2/rollback"))["state"] == "in production"
    assert running.read(tags.JOB_NUMBERS) == (1, 2)
    assert [(one["job"], one["state"], one["withdrawn"]) for one in await get(running, http, "recipes")][1] == (
        2,
        "in production",
        None,
    )


async def test_a_withdrawn_recipe_is_listed_with_who_and_why(
    running: InProcess, http: aiohttp.ClientSession, recipes: Path
) -> None:
    write(recipes / "other" / "draft.json", content(2, "other", low=3))
    await post(running, http, "recipes/2/withdraw", reason="made no more")
    listed = await get(running, http, "recipes")
    assert [(one["job"], one["version"], one["state"], one["draft"], one["active"]) for one in listed] == [
        (1, 5, "in production", 0, True),
        (2, 1, "released", 2, False),
        (3, 1, "draft", 1, False),
    ]
    mark = listed[1]["withdrawn"]
    assert (mark["by"], mark["reason"]) == ("web 127.0.0.1", "made no more")
    assert abs(mark["at_us"] - (await get(running, http, "station"))["at_us"]) < 600e6
    assert [one["withdrawn"] for one in (listed[0], listed[2])] == [None, None]
    assert (await post(running, http, "recipes/2/release"))["version"] == 2
    assert (await get(running, http, "recipes"))[1]["withdrawn"] is None


@pytest.mark.parametrize(
    ("path", "body", "status", "words"),
    [
        pytest.param(
            "recipes/1/withdraw", {}, 409, "job 1: it is the active one; activate another job first", id="active"
        ),
        pytest.param("recipes/3/withdraw", {}, 409, "job 3: no version is in production", id="a draft alone"),
        pytest.param("recipes/9/withdraw", {}, 404, "no recipe has job number 9", id="unknown"),
        pytest.param("recipes/0/withdraw", {}, 422, "job", id="no job number"),
        pytest.param("recipes/2/withdraw", {"why": ""}, 422, "why", id="unknown field"),
        pytest.param("recipes/2/withdraw", {"reason": "x" * 1001}, 422, "reason", id="long reason"),
    ],
)
async def test_what_cannot_be_withdrawn_is_said_and_nothing_is_done(
    running: InProcess, http: aiohttp.ClientSession, path: str, body: dict[str, Any], status: int, words: str
) -> None:
    problem = await post(running, http, path, status, **body)
    assert words in json.dumps(problem)
    assert running.read(tags.JOB_NUMBERS) == (1, 2)
    assert await journal(running, http) == []


async def test_the_last_active_one_goes_after_another_is_active(
    running: InProcess, http: aiohttp.ClientSession, recipes: Path
) -> None:
    await post(running, http, "recipes/2/activate")
    await post(running, http, "recipes/1/withdraw")
    assert "no version is in production" in (await post(running, http, "recipes/1/withdraw", 409))["detail"]
    assert (await running.part()).job == 2


async def test_a_part_on_its_way_is_judged_by_a_recipe_that_is_withdrawn_meanwhile(
    running: InProcess, http: aiohttp.ClientSession
) -> None:
    running.faults.stalled = True
    on_its_way = asyncio.create_task(running.part())
    async with asyncio.timeout(60):
        while not running.station.handshake.open_count:
            await asyncio.sleep(0.005)
    await post(running, http, "recipes/2/activate")
    await post(running, http, "recipes/1/withdraw")
    running.faults.stalled = False
    part = await on_its_way
    assert (part.judgement, part.job) == ("PASS", 1)


async def test_a_recipe_whose_folder_cannot_be_written_stays_in_production(
    running: InProcess, http: aiohttp.ClientSession, recipes: Path
) -> None:
    (recipes / "other" / "withdrawn.json").mkdir()
    problem = await post(running, http, "recipes/2/withdraw", 409)
    assert problem["detail"].startswith("the recipe was not withdrawn: other: cannot be written")
    assert running.read(tags.JOB_NUMBERS) == (1, 2)
    assert await journal(running, http) == []
    await post(running, http, "recipes/2/activate")
    assert (await running.part()).job == 2


async def test_releases_and_withdrawals_at_once_end_as_the_files_say(
    running: InProcess, http: aiohttp.ClientSession, recipes: Path
) -> None:
    """Whichever comes first, what is held ready is what a restart would find."""
    for low in range(1, 6):
        write(recipes / "other" / "draft.json", content(2, "other", low=low))
        await asyncio.gather(
            *(_ask(running, http, f"recipes/2/{verb}") for verb in ("release", "withdraw", "rollback"))
        )
        state = (await get(running, http, "recipes"))[1]["state"]
        assert (2 in running.read(tags.JOB_NUMBERS)) == (state == "in production")
        assert (2 in running.read(tags.JOB_NUMBERS)) == (not is_withdrawn(recipes / "other"))


async def _ask(running: InProcess, http: aiohttp.ClientSession, path: str) -> None:
    async with http.post(f"{running.url}/api/v1/{path}", json={}) as answer:
        assert answer.status in (200, 409), await answer.text()


async def test_what_was_withdrawn_stays_so_over_a_restart_and_is_told_once(
    tmp_path: Path, recipes: Path, monkeypatch: pytest.MonkeyPatch, http: aiohttp.ClientSession
) -> None:
    settings = {"recipe_folder": recipes}
    async with station_running(tmp_path, monkeypatch, station=settings) as running:
        await post(running, http, "recipes/2/withdraw")
    async with station_running(tmp_path, monkeypatch, station=settings) as running:
        assert running.read(tags.JOB_NUMBERS) == (1,)
        assert len(await journal(running, http)) == 1


async def test_what_was_withdrawn_beside_the_station_is_in_the_journal_at_the_next_start(
    tmp_path: Path, recipes: Path, monkeypatch: pytest.MonkeyPatch, http: aiohttp.ClientSession
) -> None:
    settings = {"recipe_folder": recipes}
    async with station_running(tmp_path, monkeypatch, station=settings) as running:
        withdraw(recipes / "other", Signed("command line anna", "worn tool"))
        assert 2 in running.read(tags.JOB_NUMBERS), "until it is read anew"
    async with station_running(tmp_path, monkeypatch, station=settings) as running:
        told = ("version 1 of job 2 (other) was taken out of production: worn tool", "command line anna")
        assert await journal(running, http) == [told]
    async with station_running(tmp_path, monkeypatch, station=settings) as running:
        assert await journal(running, http) == [told]


async def test_the_command_line_knows_which_job_is_active(
    running: InProcess,
    http: aiohttp.ClientSession,
    recipes: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("VISION_STATION__RECIPE_FOLDER", str(recipes))
    monkeypatch.setenv("VISION_STATION__DATA_FOLDER", str(running.settings.station.data_folder))
    await post(running, http, "recipes/2/activate")
    assert main(["withdraw", "2"]) == 1
    assert "other: job 2 is the active one; activate another job first" in capsys.readouterr().err
    assert main(["withdraw", "plate", "--reason", "worn tool"]) == 0
    assert is_withdrawn(recipes / "plate")
