"""The tools as an editor is told of them."""

from itertools import pairwise
from typing import Any

import cv2
import numpy as np
from aiohttp import ClientSession

from service.tool_list import tool_list
from vision.recipe.any_tool import tool_class
from vision.tool_catalogue import CATALOGUE, picture
from vision.tools import TOOLS


def test_every_tool_is_in_the_catalogue_and_says_truly_whether_it_learns() -> None:
    assert set(CATALOGUE) == set(TOOLS)
    for kind, entry in CATALOGUE.items():
        assert (entry.taught_from is not None) == tool_class(kind).learns, kind
        assert (entry.taught_from == "files") == bool(tool_class(kind).brings), kind
    groups = [entry.group for entry in CATALOGUE.values()]
    assert len(dict.fromkeys(groups)) == 1 + sum(a != b for a, b in pairwise(groups)), "by group"


def test_every_tool_has_a_small_picture() -> None:
    for kind in CATALOGUE:
        shown = cv2.imdecode(np.fromfile(picture(kind), np.uint8), cv2.IMREAD_COLOR)
        assert shown is not None, kind
        assert shown.shape[1] == 320


async def test_tools_in_the_words_of_the_reader(http: ClientSession, site: Any) -> None:
    async with http.get(f"{site.url}/api/v1/tools") as answer:
        english = {tool["type"]: tool for tool in await answer.json()}
        tag = answer.headers["ETag"]
    caliper = english["caliper"]
    assert (caliper["group"], caliper["title"], caliper["lessons"]) == ("measure", "Caliper", None)
    assert caliper["regions"] == {
        "kinds": ["rectangle", "line", "path", "ring_sector"],
        "fewest": 1,
        "most": 1,
    }
    smoothing = caliper["parameters"]["properties"]["smoothing_px"]
    assert (smoothing["minimum"], smoothing["maximum"], smoothing["default"]) == (0.5, 10, 1.0)
    assert "Blur along the scan" in smoothing["description"]
    assert "type" not in caliper["parameters"]["properties"]
    assert [one["name"] for one in caliper["measures"] if one["main"]] == ["width"]
    assert {one["kind"] for one in caliper["gives"]} == {"Point", "Line"}
    assert english["presence"]["lessons"] == {"needed": True, "taught_from": "good_and_bad", "brings": []}

    async with http.get(f"{site.url}/api/v1/tools", headers={"If-None-Match": tag}) as answer:
        assert answer.status == 304
    for given in ({"params": {"language": "de"}}, {"headers": {"Accept-Language": "de-AT,de;q=0.9,en;q=0.8"}}):
        async with http.get(f"{site.url}/api/v1/tools", **given) as answer:
            german = {tool["type"]: tool for tool in await answer.json()}
        assert german["caliper"]["title"] == "Messschieber"
        assert german["caliper"]["summary"] != caliper["summary"]
        assert german["caliper"]["parameters"]["properties"]["polarity"]["x-title"] == "Polarität"
        assert german["caliper"]["measures"][0]["title"] == "Breite"


async def test_pictures(http: ClientSession, site: Any) -> None:
    async with http.get(f"{site.url}/api/v1/tools/caliper/picture") as answer:
        assert (answer.status, answer.content_type) == (200, "image/jpeg")
    for kind in ("nothing", "..", "station"):
        async with http.get(f"{site.url}/api/v1/tools/{kind}/picture") as answer:
            assert answer.status == 404


def test_every_summary_is_translated() -> None:
    assert [
        one.type for one, en in zip(tool_list("de"), tool_list("en"), strict=True) if one.summary == en.summary
    ] == []
