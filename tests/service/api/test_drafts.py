"""Drafts as they are edited over REST, on real files: made, replaced, thrown away, and never overwritten unseen."""

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import aiohttp
import pytest
from aiohttp import web

from service.api import add_routes
from service.drafting import Drafting
from service.recipe_facade import RecipeFacade
from service.recipes import RecipeBook
from service.station import Station
from vision.recipe import Signed, load_draft, release_draft, save_draft, sign_change, working_copy

REGION = {"kind": "rectangle", "x": 20, "y": 20, "width": 120, "height": 100}
STEP = {"name": "light", "tool": {"type": "brightness"}, "regions": [REGION]}
PLATE = {"job": 1, "name": "plate", "version": 5, "released": True, "steps": [STEP]}


class Shelf:
    """Recipes of a folder behind the station's REST."""

    def __init__(self, folder: Path, url: str, http: aiohttp.ClientSession) -> None:
        self.folder, self.noted = folder, list[tuple[str, str]]()
        self._url, self._http = f"{url}/api/v1/recipes", http

    async def __call__(
        self, method: str, path: str, status: int = 200, body: Any = None, tag: str | None = None
    ) -> Any:
        headers = {} if tag is None else {"If-Match": tag if tag == "*" else f'"{tag}"'}
        async with self._http.request(method, self._url + path, json=body, headers=headers) as answer:
            assert answer.status == status, await answer.text()
            value = await answer.json()
        if "sha256" in value:
            assert answer.headers["ETag"] == f'"{value["sha256"]}"'
        return value

    def note(self, kind: str, text: str, who: str) -> None:
        self.noted.append((text, who))


@pytest.fixture
async def shelf(site: Any, http: aiohttp.ClientSession, tmp_path: Path) -> AsyncIterator[Shelf]:
    """Job 1 in production as version 5, without a draft."""
    folder = tmp_path / "recipes"
    (folder / "plate").mkdir(parents=True)
    (folder / "plate" / "recipe.json").write_text(json.dumps(PLATE))
    book = RecipeBook(folder)
    await book.load()
    facade = RecipeFacade(book, cast("Station", site.station))
    app, shelf = web.Application(), Shelf(folder, "", http)
    add_routes(app, replace(site.hub, recipes=facade, drafts=Drafting(facade, book, shelf.note)))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    shelf._url = f"http://127.0.0.1:{runner.addresses[0][1]}/api/v1/recipes"
    facade.listing = site.hub.recipes.listing  # type: ignore[method-assign] - it asks a whole station
    yield shelf
    await runner.cleanup()
    await book.close()


def with_step(content: dict[str, Any], **more: Any) -> dict[str, Any]:
    return content | {"steps": [STEP | more]}


async def test_the_first_change_is_made_from_what_is_in_production(shelf: Shelf) -> None:
    seen = await shelf("GET", "/1/draft")
    assert (seen["saved"], seen["version"], seen["changed_at_us"], seen["problems"]) == (False, 6, 0, [])

    changed = with_step(seen["content"], limits={"mean": {"low": 40}})
    saved = await shelf("PUT", "/1/draft", body=changed, tag=seen["sha256"])
    assert (saved["saved"], saved["changed_by"], saved["faults"]) == (True, "web 127.0.0.1", [])
    assert saved["changed_at_us"] > 0
    assert await shelf("GET", "/1/draft") == saved
    draft = load_draft(shelf.folder / "plate")
    assert (draft.sha256, draft.steps[0].limits["mean"].low) == (saved["sha256"], 40)
    assert shelf.noted == [("the draft of job 1 was changed", "web 127.0.0.1")]

    again = await shelf("PUT", "/1/draft", body=saved["content"], tag=saved["sha256"])
    assert again == saved, "nothing was changed"
    assert len(shelf.noted) == 1


async def test_two_engineers_never_overwrite_each_other(shelf: Shelf) -> None:
    seen = await shelf("GET", "/1/draft")
    mine = await shelf("PUT", "/1/draft", body=with_step(seen["content"], slot=1), tag=seen["sha256"])
    theirs = await shelf("PUT", "/1/draft", 412, body=with_step(seen["content"], slot=2), tag=seen["sha256"])
    assert theirs["sha256"] == mine["sha256"]
    assert (theirs["changed_at_us"], theirs["changed_by"]) == (mine["changed_at_us"], "web 127.0.0.1")
    assert "web 127.0.0.1" in theirs["detail"]
    assert (await shelf("DELETE", "/1/draft", 412, tag=seen["sha256"]))["sha256"] == mine["sha256"]
    assert "If-Match" in (await shelf("PUT", "/1/draft", 428, body=seen["content"]))["detail"]
    assert "If-Match" in (await shelf("DELETE", "/1/draft", 428))["detail"]
    assert (await shelf("GET", "/1/draft"))["sha256"] == mine["sha256"]

    kept = await shelf("PUT", "/1/draft", body=with_step(seen["content"], slot=3), tag="*")
    assert kept["content"]["steps"][0]["slot"] == 3


async def test_what_teaching_changed_is_not_lost_either(shelf: Shelf) -> None:
    seen = await shelf("GET", "/1/draft")
    place = shelf.folder / "plate"
    save_draft(working_copy(place).model_copy(update={"description": "learned"}), place)
    sign_change(place, "web ann 10.0.0.9")
    now = await shelf("PUT", "/1/draft", 412, body=seen["content"], tag=seen["sha256"])
    assert now["changed_by"] == "web ann 10.0.0.9"
    (place / "draft.json").write_text((place / "draft.json").read_text().replace("learned", "by hand"))
    now = await shelf("GET", "/1/draft")
    assert (now["content"]["description"], now["changed_by"]) == ("by hand", "")
    assert now["changed_at_us"] > 0


async def test_it_is_saved_though_it_cannot_be_released(shelf: Shelf) -> None:
    seen = await shelf("GET", "/1/draft")
    print_ = {"name": "print", "tool": {"type": "golden_template"}, "regions": [REGION], "fixture": "nowhere"}
    content = seen["content"] | {"steps": [STEP, print_ | {"taught": "print"}]}
    saved = await shelf("PUT", "/1/draft", body=content, tag=seen["sha256"])
    assert [one["pointer"] for one in saved["faults"]] == ["/steps/1/fixture", "/steps/1/taught"]
    assert saved["problems"][1] == "draft.json: steps[1].taught: 'print' was never taught; teach this step"
    assert (await shelf("GET", "/1/draft"))["faults"] == saved["faults"]
    assert (await shelf("PUT", "/1/draft", body=seen["content"], tag=saved["sha256"]))["faults"] == []


@pytest.mark.parametrize(
    ("change", "pointers"),
    [
        pytest.param(
            {"steps": [STEP | {"slot": 99}], "time_limit_ms": 0}, {"/steps/0/slot", "/time_limit_ms"}, id="all"
        ),
        pytest.param({"steps": [STEP | {"tool": {"type": "nothing"}}]}, {"/steps/0/tool/type"}, id="no such tool"),
        pytest.param({"steps": [STEP | {"tool": {}}], "colour": 1}, {"/steps/0/tool/type", "/colour"}, id="no tool"),
        pytest.param({"job": 2}, {"/job"}, id="another job"),
        pytest.param({"steps": [STEP, STEP], "name": ""}, {"/name", "/steps/1/name"}, id="names"),
        pytest.param({"steps": "none"}, {"/steps"}, id="no list"),
    ],
)
async def test_what_is_no_recipe_is_refused_with_every_reason(shelf: Shelf, change: Any, pointers: set[str]) -> None:
    seen = await shelf("GET", "/1/draft")
    refused = await shelf("PUT", "/1/draft", 422, body=seen["content"] | change, tag=seen["sha256"])
    assert {one["pointer"] for one in refused["errors"]} == pointers
    assert not (await shelf("GET", "/1/draft"))["saved"]


async def test_hostile_contents_are_a_problem(shelf: Shelf) -> None:
    deep: Any = []
    for _ in range(300):
        deep = [deep]
    for body in ({"steps": deep}, {"steps": [deep]}, {"job": deep}, {}):
        assert (await shelf("PUT", "/1/draft", 422, body=body, tag="*"))["errors"]
    assert (await shelf("PUT", "/1/draft", 422, body=[1], tag="*"))["errors"]


async def test_thrown_away_it_is_made_anew_from_what_is_in_production(shelf: Shelf) -> None:
    seen = await shelf("GET", "/1/draft")
    assert "there is no draft" in (await shelf("DELETE", "/1/draft", 409, tag=seen["sha256"]))["detail"]
    saved = await shelf("PUT", "/1/draft", body=with_step(seen["content"], slot=1), tag=seen["sha256"])
    await shelf("DELETE", "/1/draft", tag=saved["sha256"])
    assert await shelf("GET", "/1/draft") == seen
    assert sorted(path.name for path in (shelf.folder / "plate").iterdir()) == ["recipe.json"]


async def test_a_recipe_from_nothing(shelf: Shelf) -> None:
    made = await shelf("POST", "", body={"job": 7, "name": "Bracket, left"})
    assert (made["job"], made["version"], made["saved"], made["content"]["steps"]) == (7, 1, True, [])
    assert (shelf.folder / "bracket-left" / "draft.json").is_file()
    assert shelf.noted == [("job 7 (Bracket, left) was begun", "web 127.0.0.1")]
    assert "another recipe's" in (await shelf("POST", "", 409, body={"job": 7, "name": "x"}))["detail"]
    second = await shelf("POST", "", body={"job": 8, "name": "Bracket, left"})
    assert (shelf.folder / "job-8").is_dir()
    await shelf("DELETE", "/8/draft", tag=second["sha256"])
    assert not (shelf.folder / "job-8").exists(), "a recipe that never was released goes as a whole"
    for body in ({"job": 0, "name": "x"}, {"job": 9, "name": ""}, {"job": 9}):
        await shelf("POST", "", 422, body=body)


async def test_a_recipe_as_a_copy(shelf: Shelf) -> None:
    draft, place = await shelf("POST", "", body={"job": 7, "name": "copy", "like": {"job": 1}}), shelf.folder / "copy"
    assert (draft["content"]["steps"][0]["name"], draft["content"]["name"], draft["version"]) == ("light", "copy", 1)
    release_draft(place, Signed("ann"))
    third = await shelf("POST", "", body={"job": 9, "name": "third", "like": {"job": 7, "version": "1"}})
    assert third["content"]["steps"] == draft["content"]["steps"]
    missing = {"job": 10, "name": "fourth", "like": {"job": 7, "version": "4"}}
    await shelf("POST", "", 409, body=missing)
    await shelf("POST", "", 404, body=missing | {"like": {"job": 99}})
    assert not (shelf.folder / "fourth").exists()


async def test_versions_are_compared_value_by_value(shelf: Shelf) -> None:
    assert await shelf("GET", "/1/compare") == []
    seen = await shelf("GET", "/1/draft")
    first = STEP | {"limits": {"mean": {"low": 40}}, "regions": [REGION | {"x": 25}]}
    added = STEP | {"name": "more"}
    await shelf("PUT", "/1/draft", body=seen["content"] | {"steps": [added, first], "name": "p"}, tag="*")
    found = {one["pointer"]: one for one in await shelf("GET", "/1/compare?language=de")}
    assert set(found) == {"/name", "/steps/0", "/steps/1/limits/mean", "/steps/1/regions/0/x"}
    assert found["/steps/1/regions/0/x"] == {
        "pointer": "/steps/1/regions/0/x",
        "step": "light",
        "title": "x",
        "before": 20,
        "after": 25,
    } | {"title": found["/steps/1/regions/0/x"]["title"]}
    assert (found["/steps/0"]["step"], found["/steps/0"]["before"]) == ("more", None)
    assert (found["/name"]["title"], found["/name"]["after"]) == ("Name", "p")
    back = {one["pointer"]: one for one in await shelf("GET", "/1/compare?before=draft&after=production")}
    assert back["/steps/0"]["after"] is None
    await shelf("GET", "/1/compare?before=77", 409)
