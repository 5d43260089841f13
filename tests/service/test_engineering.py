"""What an engineer does to drafts over REST, on a station that serves: the work is done in processes of their own."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import cv2
import numpy as np
import pytest
from openapi_schema_validator import OAS31Validator

from service.api import openapi
from tests.patience import PATIENCE_S
from tests.service.in_process import InProcess, station_running
from vision.frame import Acquisition, Frame, Inputs
from vision.pipeline import inspect, prepare
from vision.recipe import load_draft

pytestmark = pytest.mark.processes
PLATE = {"kind": "rectangle", "x": 20, "y": 20, "width": 60, "height": 60}
REGION = {"kind": "rectangle", "x": 20, "y": 20, "width": 120, "height": 100}


def light(low: float) -> dict[str, Any]:
    """A step that passes what is not darker."""
    return {"name": "light", "tool": {"type": "brightness"}, "regions": [REGION], "limits": {"mean": {"low": low}}}


CONTENT = {"job": 1, "name": "plate", "version": 5, "released": True, "steps": [light(50)]}
DARK = cv2.imencode(".png", np.random.default_rng(1).integers(10, 40, (200, 300), np.uint8))[1].tobytes()


@pytest.fixture
def recipes(tmp_path: Path) -> Path:
    """Job 1 in production."""
    folder = tmp_path / "recipes"
    (folder / "plate").mkdir(parents=True)
    (folder / "plate" / "recipe.json").write_text(json.dumps(CONTENT))
    return folder


@pytest.fixture
async def running(tmp_path: Path, recipes: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[InProcess]:
    settings = {"recipe_folder": recipes, "acquisition_limit_ms": 20_000}
    async with station_running(tmp_path, monkeypatch, station=settings, archive={"keep": "all"}) as running:
        await running.enable()
        yield running


class Rest:
    """A client of the station's REST."""

    def __init__(self, running: InProcess, http: aiohttp.ClientSession) -> None:
        self._url, self._http = f"{running.url}/api/v1", http

    async def __call__(self, method: str, path: str, status: int = 200, data: bytes | None = None, **body: Any) -> Any:
        given = {"data": data} if data is not None else {"json": body} if method == "POST" else {}
        async with self._http.request(method, f"{self._url}/{path}", **given) as answer:
            assert answer.status == status, await answer.text()
            return await (answer.json() if "json" in answer.content_type else answer.read())


@pytest.fixture
async def rest(running: InProcess) -> AsyncIterator[Rest]:
    async with aiohttp.ClientSession() as http:
        yield Rest(running, http)


async def test_references_from_an_inspection_an_upload_and_the_camera(
    running: InProcess, rest: Rest, recipes: Path
) -> None:
    await running.part()
    first = await rest("GET", "recipes/1/references")
    assert (first["version"], first["items"]) == (6, [])

    good = {"image": {"inspection": 1}, "name": "good", "sha256": first["sha256"]}
    answer = await rest("POST", "recipes/1/references", **good)
    (verdict,) = answer["items"]
    assert (verdict["name"], verdict["judgement"], verdict["difference"]) == ("good", "PASS", "")
    assert "somebody else changed the draft" in str(await rest("POST", "recipes/1/references", 409, **good))

    lent = await rest("POST", "uploads?name=dark.png", data=DARK)
    answer = await rest(
        "POST",
        "recipes/1/references",
        image={"upload": lent["id"]},
        name="dark",
        judgement="FAIL",
        fails=["light"],
        sha256=answer["sha256"],
    )
    assert [one["judgement"] for one in answer["items"]] == ["PASS", "FAIL"]
    answer = await rest("POST", "recipes/1/references", image={"live": True}, name="now", judgement="FAIL")
    assert [one["difference"] for one in answer["items"]] == ["", "", "PASS, FAIL expected"]

    assert [one.name for one in load_draft(recipes / "plate").references] == ["good", "dark", "now"]
    assert await rest("GET", "recipes/1/references/dark/image") != b""
    again = await rest("POST", "recipes/1/references/judge", version="draft")
    assert [one["failing"] for one in again["items"]] == [[], ["light"], []]
    assert (await rest("POST", "recipes/1/references/judge", version="production"))["items"] == []
    left = await rest("DELETE", f"recipes/1/references/now?sha256={again['sha256']}")
    assert [one["name"] for one in left["items"]] == ["good", "dark"]
    said = [item["text"] for item in (await rest("GET", "events"))["items"]]
    assert "the draft of job 1: reference 'good' (PASS) from inspection 1" in said


async def test_images_that_are_not_there(rest: Rest) -> None:
    for image, status, words in (
        ({"inspection": 9}, 404, "no inspection has number 9"),
        ({"upload": "0" * 12}, 404, "was lent to the station"),
        ({"live": True, "inspection": 1}, 422, "exactly one of"),
        ({}, 422, "exactly one of"),
    ):
        assert words in str(await rest("POST", "recipes/1/references", status, image=image, name="x"))


async def test_two_versions_over_stored_inspections(running: InProcess, rest: Rest, recipes: Path) -> None:
    for _ in range(3):
        await running.part()
    (recipes / "plate" / "draft.json").write_text(json.dumps(CONTENT | {"steps": [light(250)]}))
    wanted = {"job": 1, "version": "draft", "against": "production", "stored": {"last": 2}}
    begun = await rest("POST", "evaluations", **wanted)
    assert (begun["number"], begun["state"]) == (1, "running")
    assert "another evaluation runs" in str(await rest("POST", "evaluations", 409, **wanted))
    assert "it is running" in str(await rest("GET", "evaluations/1/result", 409))

    assert (await evaluated(rest, 1)) == ("done", 2, 2, [])
    result = await rest("GET", "evaluations/1/result")
    validate(result, "EvaluationResult")
    assert result["confusion"] == {"not labelled": {"PASS": 0, "FAIL": 2, "ERROR": 0}}
    assert [(one["image"], one["judgement"], one["other"]) for one in result["changed"]] == [
        ("#2", "FAIL", "PASS"),
        ("#3", "FAIL", "PASS"),
    ]
    (step,) = result["steps"]
    assert sum(map(sum, step["histogram"]["counts"].values())) == 2
    assert b"Judged otherwise" in await rest("GET", "evaluations/1/report")
    assert b"#3" in await rest("GET", "evaluations/1/table")
    assert [one["lossy"] for one in (await rest("GET", "inspections?limit=1"))["items"]] == [True]


async def test_labelled_images_and_the_way_to_stop(running: InProcess, rest: Rest) -> None:
    await running.part()
    lent = await rest("POST", "uploads?name=dark.png", data=DARK)
    assert not lent["lossy"]
    images = [{"image": {"inspection": 1}, "label": "good"}, {"image": {"upload": lent["id"]}, "label": "bad"}]
    await rest("POST", "evaluations", job=1, version="production", images=images)
    assert (await evaluated(rest, 1)) == ("done", 2, 2, [])
    result = await rest("GET", "evaluations/1/result")
    assert (result["false_rejects"]["count"], result["escapes"]["count"]) == (0, 0)
    assert [one["image"] for one in result["images"]] == ["bad/0002-dark.png", "good/0001-inspection-1.jpg"]

    await rest("POST", "evaluations", job=1, version="draft", images=images)
    state, _, _, problems = await evaluated(rest, 2)
    assert (state, problems) == ("failed", ["plate: there is no draft"])
    await rest("POST", "evaluations", job=1, version="production", images=images)
    assert [one["state"] for one in await rest("DELETE", "evaluations/3")] == ["cancelled", "failed", "done"]
    assert [one["number"] for one in await rest("DELETE", "evaluations/2")] == [3, 1]
    assert "either stored, or images" in str(await rest("POST", "evaluations", 422, job=1))


async def test_inspections_live_and_lent_images_are_labelled_and_learned(
    running: InProcess, rest: Rest, recipes: Path
) -> None:
    steps = [light(50), {"name": "print", "tool": {"type": "golden_template"}, "regions": [REGION], "taught": "print"}]
    (recipes / "plate" / "draft.json").write_text(json.dumps(CONTENT | {"steps": steps}))
    await running.part()
    first = await rest("POST", "recipes/1/label", image={"inspection": 1}, label="OK", steps=["print"])
    validate(first, "Relearned")
    assert [(one["step"], one["images"]) for one in first["lessons"]] == [("print", 1)]
    live = await rest("POST", "recipes/1/label", image={"live": True}, label="good", learn=False)
    assert (live["lessons"], live["kept"], live["sha256"]) == ([], 2, first["sha256"])
    stale = {"image": {"live": True}, "label": "good", "sha256": "0" * 64}
    assert "somebody else changed the draft" in str(await rest("POST", "recipes/1/label", 409, **stale))

    lent = await rest("POST", "uploads?name=dark.png", data=DARK)
    await rest("POST", "recipes/1/label", image={"upload": lent["id"]}, label="ng", learn=False)
    both = await rest("POST", "recipes/1/label", images=[{"live": True}] * 2, label="good", learn=False)
    assert [one["origin"] for one in both["images"]] == ["a live image"] * 2
    known = await rest("GET", "recipes/1/teaching")
    good = {"": "good"}
    assert [one["labels"] for one in known["images"]] == [{"print": "good"}, good, {"": "bad"}, good, good]
    assert await rest("GET", f"recipes/1/teaching/{known['images'][2]['file']}") == DARK
    learned = await rest("POST", "recipes/1/relearn", limits="all", sha256=first["sha256"])
    validate(learned, "Relearned")
    assert (learned["trial"]["good"], learned["trial"]["bad"]) == (3, 1)
    assert learned["trial"]["escapes"]["count"] == 0
    assert set(learned["taken"]) == {"light", "print"}
    assert (await rest("GET", "recipes/1/draft"))["sha256"] == learned["sha256"]
    left = await rest("DELETE", f"recipes/1/teaching/{known['images'][2]['file']}")
    assert (left["kept"], left["sha256"]) == (4, learned["sha256"])

    said = [item["text"] for item in (await rest("GET", "events"))["items"]]
    assert "the teaching set of job 1: inspection 1 is OK for print" in said
    assert "the draft of job 1 learned from its 5 labelled images" in said
    assert "there is no step 'pin'" in str(
        await rest("POST", "recipes/1/label", 409, image={"inspection": 1}, label="ng", steps=["pin"])
    )
    assert "either image, or images" in str(await rest("POST", "recipes/1/label", 422, label="good"))


async def test_variants_and_defects_are_taught_by_their_names_and_one_place_is_labelled(
    running: InProcess, rest: Rest, recipes: Path
) -> None:
    print_ = {"name": "print", "tool": {"type": "golden_template"}, "taught": "print"}
    clips = {"name": "clips", "tool": {"type": "presence"}, "regions": [PLATE, PLATE], "taught": "clips"}
    (recipes / "plate" / "draft.json").write_text(json.dumps(CONTENT | {"steps": [print_, clips]}))

    async def lent(*spots: tuple[int, int], square: int = 0) -> dict[str, Any]:
        image = np.full((120, 160), 60, np.uint8)
        image[20:40, 20:140] = 180
        image[60 : 60 + square, 20 : 20 + square] = 180
        for x, length in spots:
            image[90:95, x : x + length] = 150
        answer = await rest("POST", "uploads?name=a.png", data=cv2.imencode(".png", image)[1].tobytes())
        return {"upload": answer["id"]}

    kinds = [
        {"name": "good small", "images": [await lent()]},
        {"name": "good large", "images": [await lent(square=20)]},
        {"name": "dot", "images": [await lent((60, 5)), await lent((100, 6), square=20)]},
        {"name": "line", "images": [await lent((60, 30)), await lent((50, 36), square=20)]},
    ]
    taught = await rest("POST", "recipes/1/teach", step="print", kinds=kinds)
    validate(taught, "Taught")
    assert "learned from 6 image(s)" in taught["said"][0]
    assert "step has to name it" in str(await rest("POST", "recipes/1/teach", 422, kinds=kinds))
    recipe = load_draft(recipes / "plate", taught=False)
    ready = prepare(recipe.model_copy(update={"steps": (recipe.step("print"),)}), recipes / "plate")
    image = np.full((120, 160), 60, np.uint8)
    image[20:40, 20:140] = 180
    image[90:95, 50:83] = 150
    result = inspect(Acquisition({"default": Frame(image, 1, 0, 0)}), ready, Inputs())
    assert [one.text for one in result.steps[0].readings] == ["small", "line"]

    said = {"image": await lent(), "label": "bad", "learn": False}
    place = {"steps": ["clips"], "regions": [2]}
    kept = await rest("POST", "recipes/1/label", **said, **place)
    validate(kept, "Relearned")
    assert [one["labels"] for one in kept["images"]] == [{"clips.2": "bad"}]
    assert "has no region 3" in str(await rest("POST", "recipes/1/label", 409, **said, **place | {"regions": [3]}))
    assert "steps has to name it" in str(await rest("POST", "recipes/1/label", 422, **said, regions=[1]))
    told = [item["text"] for item in (await rest("GET", "events"))["items"]]
    assert "the teaching set of job 1: an uploaded image is bad for clips (region 2)" in told
    assert any("was taught from 1 good small and 1 good large and 2 dot and 2 line images" in one for one in told)


async def test_a_board_a_distance_and_marks(running: InProcess, rest: Rest, recipes: Path) -> None:
    squares = np.kron(np.indices((7, 10)).sum(axis=0) % 2, np.ones((20, 20))).astype(np.uint8) * 180 + 40
    board = cv2.GaussianBlur(cv2.copyMakeBorder(squares, 30, 30, 30, 30, cv2.BORDER_CONSTANT, value=220), (0, 0), 1)
    lent = await rest("POST", "uploads?name=board.png", data=cv2.imencode(".png", board)[1].tobytes())
    first = await rest("GET", "recipes/1/calibration")
    assert (first["mm_per_px"], first["plane"]) == (None, False)

    wanted = {"board": {"columns": 9, "rows": 6, "square_mm": 5.0, "plane": {"upload": lent["id"]}}}
    tried = await rest("POST", "recipes/1/calibration", **wanted)
    validate(tried, "Calibrated")
    assert (tried["saved"], len(tried["corners"])) == (False, 54)
    assert (await rest("GET", "recipes/1/calibration"))["sha256"] == first["sha256"]
    saved = await rest("POST", "recipes/1/calibration", **wanted, save=True, sha256=first["sha256"])
    now = await rest("GET", "recipes/1/calibration")
    assert (now["plane"], now["sha256"], now["record"][:9]) == (True, saved["sha256"], "residual ")

    distance = {"x1_px": -10.5, "y1_px": 0.0, "x2_px": 30.0, "y2_px": 40.0, "mm": 1e-5}
    tried = await rest("POST", "recipes/1/calibration", distance=distance)
    assert tried["mm_per_px"] == pytest.approx(1e-5 / np.hypot(40.5, 40))
    gauge = {"step": "light", "measure": "mean", "pairs": [{"image": {"live": True}, "true": 100.0}]}
    tried = await rest("POST", "recipes/1/calibration", gauge=gauge)
    assert tried["pairs"][0][0] + tried["offset"] == pytest.approx(100)
    assert "exactly one of" in str(await rest("POST", "recipes/1/calibration", 422))
    assert "no step with the tool camera_check" in str(await rest("POST", "recipes/1/calibration/check", 409))
    said = [item["text"] for item in (await rest("GET", "events"))["items"]]
    assert said.count("the draft of job 1 was calibrated (board)") == 1


async def test_a_recipe_goes_away_as_an_archive_and_comes_back(running: InProcess, rest: Rest, recipes: Path) -> None:
    archive = await rest("GET", "recipes/1/archive")
    assert await rest("GET", "recipes/1/archive?version=5") == archive
    (recipes / "plate" / "draft.json").write_text(json.dumps(CONTENT | {"steps": [light(250)]}))
    await rest("POST", "recipes/1/release")
    assert (await running.part()).judgement == "FAIL"

    versions = await rest("POST", "recipes/1/archive", data=archive)
    assert [(one["version"], one["state"]) for one in versions] == [
        (7, "in production"),
        (6, "released"),
        (5, "released"),
    ]
    assert versions[0]["releases"][-1]["reason"] == "received as an archive: version 5 of where it comes from"
    assert (await running.part()).judgement == "PASS"
    assert "for job 4" in str(await rest("POST", "recipes/4/archive", 409, data=archive))
    assert "no zip archive" in str(await rest("POST", "recipes/1/archive", 409, data=archive[:-30]))
    assert "no version 3" in str(await rest("GET", "recipes/1/archive?version=3", 404))


async def evaluated(rest: Rest, number: int) -> tuple[str, int, int, list[str]]:
    """Once it has ended."""
    async with asyncio.timeout(PATIENCE_S):
        while (now := await rest("GET", f"evaluations/{number}"))["state"] == "running":
            await asyncio.sleep(0.05)
    return now["state"], now["done"], now["total"], now["problems"]


def validate(value: object, model: str) -> None:
    """As the document says."""
    components = openapi()["components"]
    OAS31Validator(components["schemas"][model] | {"components": components}).validate(value)
