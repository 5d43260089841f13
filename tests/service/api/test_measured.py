"""Which images a step's values are asked for, and what is known of each."""

from typing import Any

from aiohttp import ClientSession

RECIPE = {
    "references": [
        {"name": "ok", "judgement": "PASS"},
        {"name": "torn", "judgement": "FAIL", "fails": ["print"]},
        {"name": "bent", "judgement": "FAIL", "fails": ["pin"]},
        {"name": "bad", "judgement": "FAIL"},
        "none",
    ]
}


async def asked(http: ClientSession, site: Any, status: int = 200, **body: Any) -> Any:
    url = f"{site.url}/api/v1/trials/values"
    async with http.post(url, json={"job": 12, "recipe": RECIPE, "step": "print"} | body) as answer:
        assert answer.status == status, await answer.text()
        return await answer.json()


async def test_labels_of_the_teaching_set_of_references_and_of_reviews(http: ClientSession, site: Any) -> None:
    told = await asked(http, site)
    assert (told["done"], told["total"]) == (5, 5)
    assert [(one["kind"], one["name"], one["label"]) for one in told["images"]] == [
        ("teaching", "a.png", "good"),
        ("reference", "ok", "good"),
        ("reference", "torn", "bad"),
        ("reference", "bent", None),
        ("reference", "bad", "bad"),
    ]
    assert told["images"][0]["values"] == {"mean": [5.0]}
    assert told["images"][1]["picture"] == "/api/v1/recipes/12/references/ok/image"


async def test_stored_inspections(http: ClientSession, site: Any, inspected: Any) -> None:
    site.station.done = [inspected(1)]
    only = {"teaching": False, "references": False}
    told = await asked(http, site, images=only | {"stored": {"last": 10}})
    assert [(one["kind"], one["name"]) for one in told["images"]] in ([("inspection", "1")], [])
    assert (await asked(http, site, images=only))["total"] == 0
    await asked(http, site, 422, images={"stored": {"last": 0}})
