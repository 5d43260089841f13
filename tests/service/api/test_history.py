"""The history over REST: what a filter finds is the same as a page, as a count, and as a table."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientSession

from service.alarms import Alarms
from service.archive import Archive
from service.offload import Offload
from service.settings import ArchiveSettings, Settings, StoreSettings
from service.storage import Storage
from service.store import Store, reader
from tests.service.store.parts import BEGIN_US, HOUR_US, accepted, inspection
from vision.result import Judgement

UTC = ZoneInfo("UTC")
PARTS = [
    inspection(
        n,
        Judgement.FAIL if n % 5 == 0 else Judgement.ERROR if n % 17 == 0 else Judgement.PASS,
        accepted=accepted(n, job=1 + n % 2, lot="=1+1" if n == 5 else "L1"),
        finished_at_us=BEGIN_US + n * HOUR_US // 20,
    )
    for n in range(1, 61)
]


@pytest.fixture
async def api(tmp_path: Path, make_site: Any) -> AsyncIterator[str]:
    """Address of a site with 60 stored parts."""
    thread = Offload("storage")
    settings = Settings.model_validate({"station": {"data_folder": tmp_path}})
    async with Store.open(tmp_path, StoreSettings(min_free_mb=0), UTC) as store:
        await asyncio.gather(*map(store.save, PARTS))
        archive = Archive(tmp_path / "images", ArchiveSettings(), UTC, store, Alarms(store, lambda: None))
        site = await make_site(store=store, storage=Storage(settings, store, archive, thread))
        yield f"{site.url}/api/v1"
        await archive.close()
    await thread.close()


async def got(http: ClientSession, url: str, status: int = 200) -> Any:
    async with http.get(url) as answer:
        assert answer.status == status, await answer.text()
        return await answer.json()


FILTERS = [
    "",
    "judgement=NOT_PASSED",
    "judgement=FAIL&job=1",
    "tool=pins",
    "reject_class=3",
    "any_id=L1",
    "verdict=none",
]


@pytest.mark.parametrize("query", FILTERS)
async def test_page_count_and_table_find_the_same(http: ClientSession, api: str, query: str) -> None:
    numbers, before = list[int](), ""
    while True:
        page = await got(http, f"{api}/inspections?limit=7&{query}{before}")
        numbers += [item["number"] for item in page["items"]]
        if page["next"] is None:
            break
        before = f"&before={page['next']}"
    assert (await got(http, f"{api}/statistics/found?{query}"))["total"] == len(numbers)
    async with http.get(f"{api}/inspections.csv?{query}") as answer:
        assert answer.headers["Content-Disposition"] == 'attachment; filename="inspections.csv"'
        data = await answer.read()
    assert data.startswith(b"\xef\xbb\xbfnumber,")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert [int(row["number"]) for row in rows] == numbers


async def test_no_text_of_the_table_is_a_formula(http: ClientSession, api: str) -> None:
    async with http.get(f"{api}/inspections.csv?judgement=FAIL") as answer:
        rows = list(csv.DictReader(io.StringIO((await answer.read()).decode("utf-8-sig"), newline="")))
    assert {row["lot"] for row in rows} == {"'=1+1", "L1"}
    assert all(row["failed_step"] == "pins" for row in rows)


async def test_the_report_is_one_page_without_script(http: ClientSession, api: str) -> None:
    async with http.get(f"{api}/inspections.html?judgement=NOT_PASSED") as answer:
        assert answer.headers["Content-Disposition"] == 'attachment; filename="inspections.html"'
        page = await answer.text()
    assert "judgement: NOT_PASSED" in page
    assert "15" in page
    assert "6 pins, at most 5" in page
    assert "<script" not in page
    assert "http" not in page.replace("https://", "")


async def test_a_verdict_is_kept_counted_and_noted(http: ClientSession, api: str) -> None:
    async with http.post(f"{api}/inspections/5/verdict", json={"verdict": "false", "reason": " dirt "}) as answer:
        assert answer.status == 200
        review = (await answer.json())["review"]
    assert (review["verdict"], review["reason"]) == ("false", "dirt")
    assert "127.0.0.1" in review["by"]
    (item,) = (await got(http, f"{api}/inspections?verdict=false"))["items"]
    assert item["review"] == review
    found = await got(http, f"{api}/statistics/found?judgement=NOT_PASSED")
    assert (found["total"], found["all"], found["reviewed"], found["false_rejects"]) == (15, 60, 1, 1)
    assert found["reviews"] == [{"job": 2, "version": 2, "real": 0, "false": 1, "unclear": 0}]
    (noted,) = (await got(http, f"{api}/events?limit=1"))["items"]
    assert (noted["kind"], noted["text"]) == ("review", "inspection 5: false: dirt")
    async with http.post(f"{api}/inspections/5/verdict", json={"verdict": None}) as answer:
        assert (await answer.json())["review"] is None


@pytest.mark.parametrize(
    ("number", "body", "status", "words"),
    [
        (5, {"verdict": "perhaps"}, 422, "body.verdict"),
        (5, {"verdict": "real", "reason": "a\nb"}, 422, "one line"),
        (1, {"verdict": "real"}, 409, "only what did not pass"),
        (999, {"verdict": "real"}, 404, "no inspection has number 999"),
    ],
)
async def test_a_verdict_that_cannot_be(
    http: ClientSession, api: str, number: int, body: dict[str, Any], status: int, words: str
) -> None:
    async with http.post(f"{api}/inspections/{number}/verdict", json=body) as answer:
        assert answer.status == status
        assert words in (await answer.json())["detail"]


async def test_figures_of_a_filter(http: ClientSession, api: str) -> None:
    rejects = await got(http, f"{api}/statistics/rejects?job=1")
    assert rejects["steps"] == [{"step": "pins", "tool": "blob_count", "count": 7}]
    trend = await got(http, f"{api}/statistics/yield?by=hour")
    assert sum(item["total"] for item in trend["items"]) == 60
    assert [item["pass"] + item["fail"] + item["error"] for item in trend["items"]] == [
        item["total"] for item in trend["items"]
    ]
    series = await got(http, f"{api}/statistics/measurement?step=pins&job=1&limit=10")
    assert [value["number"] for value in series["values"]] == list(range(42, 61, 2))
    assert series["limits"][0] == {"low": 3.0, "high": 5.0, "warn_low": None, "warn_high": None, "nominal": None}


@pytest.mark.parametrize(
    "path", ["inspections", "inspections.csv", "statistics/found", "statistics/rejects", "statistics/yield"]
)
async def test_a_search_that_takes_too_long_says_what_to_narrow(
    http: ClientSession, api: str, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MOST_S", -1.0)
    monkeypatch.setattr(reader, "_STEPS", 1)
    problem = await got(http, f"{api}/{path}?job=1", 422)
    assert [fault["where"] for fault in problem["errors"]] == ["query.since", "query.judgement"]


@pytest.mark.parametrize(
    "query", ["judgement=GOOD", "version=-1", "verdict=maybe", "image=perhaps", "reject_class=70000", "any_id="]
)
async def test_a_filter_that_cannot_be_is_named(http: ClientSession, api: str, query: str) -> None:
    problem = await got(http, f"{api}/inspections?{query}", 422)
    assert [fault["where"] for fault in problem["errors"]] == [f"query.{query.partition('=')[0]}"]
