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
from vision.recipe import load_draft

pytestmark = pytest.mark.processes
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


async def test_labelled_images_and_the_way_to_stop(running: InProcess, rest: Rest) -> None:
    await running.part()
    lent = await rest("POST", "uploads?name=dark.png", data=DARK)
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
