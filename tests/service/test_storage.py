"""How full it is, pins, and results taken away, over REST on a real database and real images."""

import asyncio
import csv
import dataclasses
import io
import time
import zipfile
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientSession

from service.alarms import Alarms
from service.archive import Archive
from service.offload import Offload
from service.settings import Settings
from service.storage import Storage
from service.store import ResultFilter, Store
from tests.service.store.parts import inspection
from vision.result import Judgement

UTC = ZoneInfo("UTC")
IMAGE = bytes(range(256)) * 32  # two blocks


@dataclasses.dataclass
class Kept:
    """Ten parts of the last hour, 3 and 6 failed; all but 10 have an image."""

    store: Store
    archive: Archive
    storage: Storage
    folder: Path


@pytest.fixture
def limits() -> Mapping[str, Any]:
    return {"max_images": 12, "failed_gb": 1.0, "failed_days": 0, "passed_days": 5, "max_pins": 2, "every_nth": 5}


@pytest.fixture
async def kept(tmp_path: Path, limits: Mapping[str, Any]) -> AsyncIterator[Kept]:
    settings = Settings.model_validate(
        {"station": {"data_folder": tmp_path}, "store": {"min_free_mb": 0}, "archive": {"min_free_mb": 0, **limits}}
    )
    thread = Offload("storage")
    async with Store.open(tmp_path, settings.store, UTC) as store:
        archive = Archive(tmp_path / "images", settings.archive, UTC, store, Alarms(store, lambda: None))
        for number in range(1, 11):
            judgement = Judgement.FAIL if number in (3, 6) else Judgement.PASS
            at_us = time.time_ns() // 1000
            await store.save(dataclasses.replace(inspection(number, judgement), finished_at_us=at_us))
            if number < 10:
                name = f"2026/11/25/{number:09}.jpg"
                archive.path(name).parent.mkdir(parents=True, exist_ok=True)
                archive.path(name).write_bytes(IMAGE)
                await store.set_image(number, name, False, len(IMAGE), number == 5)
        yield Kept(store, archive, Storage(settings, store, archive, thread), tmp_path)
        await archive.close()
    await thread.close()


@pytest.fixture
async def url(kept: Kept, make_site: Any) -> str:
    site = await make_site(storage=kept.storage)
    return f"{site.url}/api/v1"


async def ask(http: ClientSession, method: str, address: str, **body: Any) -> tuple[int, Any]:
    given = {"json": body} if method == "POST" else {}
    async with http.request(method, address, **given) as answer:  # type: ignore[arg-type]
        return answer.status, await answer.json(content_type=None)


async def test_each_class_says_what_it_has_and_what_comes(http: ClientSession, url: str) -> None:
    status, told = await ask(http, "GET", f"{url}/storage")
    assert status == 200
    found = {each["kept_as"]: (each["images"], each["bytes"], each["exported"]) for each in told["images"]}
    size = len(IMAGE)
    assert found == {
        "passed": (6, 6 * size, 0),
        "sampled": (1, size, 0),
        "failed": (2, 2 * size, 0),
        "pinned": (0, 0, 0),
    }
    a_day = {each["kept_as"]: each["bytes_per_day"] / size for each in told["images"]}
    assert a_day["passed"] == pytest.approx(4 * a_day["sampled"], rel=0.01), "four of five that passed are no samples"
    assert a_day["failed"] == pytest.approx((a_day["passed"] + a_day["sampled"]) / 4, rel=0.01), "two of ten"
    assert 10 <= a_day["passed"] + a_day["sampled"] + a_day["failed"] <= 240.1, "ten within an hour of today"
    assert (told["results"]["results"], told["results"]["max_results"]) == (10, None)
    assert told["results"]["bytes"] > 0
    assert 0 < told["disk_free_bytes"] <= told["disk_bytes"]


async def test_the_limit_that_comes_first_is_named(http: ClientSession, url: str) -> None:
    _, told = await ask(http, "GET", f"{url}/storage")
    by_name = {limit["setting"]: limit["days_left"] for limit in told["limits"]}
    assert next(iter(by_name)) == "archive.max_images"
    assert told["days_left"] == by_name["archive.max_images"] > 0
    assert set(by_name) == {"archive.max_images", "archive.failed_gb", "archive.min_free_mb"}


async def test_a_pin_says_who_and_why_and_is_in_the_journal(http: ClientSession, url: str, kept: Kept) -> None:
    status, page = await ask(http, "POST", f"{url}/pins/3", why="for the customer")
    assert status == 200
    (pin,) = page["items"]
    assert (pin["number"], pin["judgement"], pin["why"], pin["pinned_by"]) == (
        *(3, "FAIL", "for the customer"),
        "web 127.0.0.1",
    )
    assert (pin["image"], pin["bytes"]) == (True, len(IMAGE))
    _, told = await ask(http, "GET", f"{url}/storage")
    assert [each["images"] for each in told["images"]] == [6, 1, 1, 1]
    status, page = await ask(http, "DELETE", f"{url}/pins/3")
    assert (status, page["items"]) == (200, [])
    await kept.store.event("", "", "")
    lines = [(event.kind, event.text, event.who) for event in await kept.store.events(limit=3)][1:]
    assert lines == [
        ("storage", "inspection 3 is pinned no longer", "web 127.0.0.1"),
        ("storage", "inspection 3 pinned: for the customer", "web 127.0.0.1"),
    ]


async def test_what_cannot_be_pinned_says_why(http: ClientSession, url: str, kept: Kept) -> None:
    assert (await ask(http, "POST", f"{url}/pins/99"))[0] == 404
    assert (await ask(http, "DELETE", f"{url}/pins/1"))[1]["detail"] == "inspection 1 is not pinned"
    assert (await ask(http, "POST", f"{url}/pins/1", why="two\nlines"))[0] == 422
    for number in (1, 2):
        assert (await ask(http, "POST", f"{url}/pins/{number}"))[0] == 200
    status, told = await ask(http, "POST", f"{url}/pins/3")
    assert (status, told["detail"]) == (409, "2 results are pinned, more may not be ([archive] max_pins): unpin one")
    assert (await ask(http, "POST", f"{url}/pins/2", why="another reason"))[0] == 200, "it is no further one"


async def exported(http: ClientSession, url: str, **wanted: Any) -> zipfile.ZipFile:
    async with http.post(f"{url}/exports", json=wanted) as answer:
        assert answer.status == 200, await answer.text()
        assert answer.content_type == "application/zip"
        return zipfile.ZipFile(io.BytesIO(await answer.read()))


def table(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(archive.read(name).decode())))


async def test_an_export_has_results_measurements_and_images_whole(http: ClientSession, url: str) -> None:
    archive = await exported(http, url, judgement="FAIL")
    assert archive.testzip() is None
    assert archive.namelist() == [
        *("results.csv", "measurements.csv", "images/2026/11/25/000000006.jpg", "images/2026/11/25/000000003.jpg")
    ]
    assert archive.read("images/2026/11/25/000000003.jpg") == IMAGE
    rows = table(archive, "results.csv")
    assert [(row["number"], row["judgement"], row["reason"]) for row in rows] == [
        ("6", "FAIL", "6 pins, at most 5"),
        ("3", "FAIL", "6 pins, at most 5"),
    ]
    measured = table(archive, "measurements.csv")
    assert len(measured) == 8
    assert (measured[0]["number"], measured[0]["step"], measured[0]["measurement"]) == ("6", "pins", "count")
    assert (measured[1]["value"], measured[1]["unit"], measured[1]["high"]) == ("12.25", "mm", "")


async def test_what_went_out_whole_counts_as_exported_and_goes_first(http: ClientSession, url: str, kept: Kept) -> None:
    await exported(http, url, since=0)
    async with asyncio.timeout(60):
        while "10 results and 9 images exported" not in [event.text for event in await kept.store.events(limit=5)]:
            await asyncio.sleep(0.01)  # the answer ends before the marks
    assert [(each.images, each.exported) for each in await kept.store.image_usage()][:3] == [(6, 6), (1, 1), (2, 2)]


async def test_an_image_that_has_gone_is_left_out_and_not_marked(http: ClientSession, url: str, kept: Kept) -> None:
    kept.archive.path("2026/11/25/000000003.jpg").unlink()
    archive = await exported(http, url, judgement="FAIL")
    assert "images/2026/11/25/000000003.jpg" not in archive.namelist()
    assert archive.testzip() is None
    async with asyncio.timeout(60):
        while not (usage := {each.kept_as.name: each.exported for each in await kept.store.image_usage()})["FAILED"]:
            await asyncio.sleep(0.01)
    assert usage["FAILED"] == 1


async def test_one_that_was_cut_off_marks_nothing_and_another_may_begin(kept: Kept) -> None:
    async with kept.storage.exporting(ResultFilter()) as made:
        async for _ in made:
            break
    assert {each.exported for each in await kept.store.image_usage()} == {0}
    async with kept.storage.exporting(ResultFilter()) as made:
        assert zipfile.ZipFile(io.BytesIO(b"".join([chunk async for chunk in made]))).testzip() is None


async def test_two_at_once_are_refused(http: ClientSession, url: str, kept: Kept) -> None:
    async with kept.storage.exporting(ResultFilter()):
        status, told = await ask(http, "POST", f"{url}/exports")
    assert (status, told["detail"]) == (409, "another export is under way: try again when it has ended")
