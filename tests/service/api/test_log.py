"""The log over REST: its state, and who may change a level."""

import logging
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import aiohttp
import pytest

from service.logs.line import Line
from service.logs.ring import Ring

PASSWORD = "correct horse battery"
LOGGER = "service.test_log"


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    level = logging.getLogger().level
    logging.getLogger(LOGGER).setLevel(logging.NOTSET)
    yield
    logging.getLogger(LOGGER).setLevel(logging.NOTSET)
    logging.getLogger().setLevel(level)


async def test_a_level_is_changed_at_once_and_journalled(site: Any, http: aiohttp.ClientSession) -> None:
    noted: list[tuple[str, ...]] = []
    site.hub.doors.journal = lambda *given: noted.append(given)
    url = f"{site.url}/api/v1/log"
    async with http.post(f"{url}/level", json={"logger": LOGGER, "level": "debug"}) as answer:
        assert answer.status == 200
        levels = (await answer.json())["levels"]
    assert {"logger": LOGGER, "level": "debug", "changed": True} in levels
    assert logging.getLogger(LOGGER).isEnabledFor(logging.DEBUG)
    async with http.post(f"{url}/level", json={"logger": LOGGER, "level": None}) as answer:
        assert LOGGER not in [level["logger"] for level in (await answer.json())["levels"]]
    assert [text for _, text, _ in noted] == [
        f"log level of {LOGGER}: debug (was as all)",
        f"log level of {LOGGER}: as the settings say (was debug)",
    ]
    assert {kind for kind, *_ in noted} == {"log"}
    assert {who for *_, who in noted} == {"web 127.0.0.1"}


async def test_all_loggers_are_meant_without_a_name(site: Any, http: aiohttp.ClientSession) -> None:
    async with http.post(f"{site.url}/api/v1/log/level", json={"level": "error"}) as answer:
        assert {"logger": "", "level": "error", "changed": True} in (await answer.json())["levels"]
    assert logging.getLogger().level == logging.ERROR


@pytest.mark.parametrize(
    ("body", "status", "said"),
    [
        ({"logger": "service.test_lgo", "level": "debug"}, 404, "did you mean 'service.test_log'?"),
        ({"logger": LOGGER, "level": "loud"}, 422, "debug"),
        ({"logger": "a\nb", "level": "debug"}, 422, "body.logger"),
        ({"logger": LOGGER}, 422, "body.level"),
        ({"logger": LOGGER, "level": "debug", "for": 3}, 422, "for"),
    ],
)
async def test_what_is_wrong_is_refused_and_changes_nothing(
    site: Any, http: aiohttp.ClientSession, body: dict[str, Any], status: int, said: str
) -> None:
    async with http.post(f"{site.url}/api/v1/log/level", json=body) as answer:
        assert answer.status == status
        assert said in await answer.text()
    assert logging.getLogger(LOGGER).level == logging.NOTSET


async def test_the_administrator_changes_and_everybody_sees(site: Any, http: aiohttp.ClientSession) -> None:
    for role, status in (("engineer", 403), ("scada", 403), ("administrator", 200)):
        user = {"name": role, "role": role, "password": PASSWORD}
        async with http.post(f"{site.url}/api/v1/users", json=user) as answer:
            assert answer.status == 200
        own = {"Authorization": aiohttp.encode_basic_auth(role, PASSWORD)}
        command = {"logger": LOGGER, "level": "info"}
        async with http.post(f"{site.url}/api/v1/log/level", json=command, headers=own) as answer:
            assert answer.status == status
        async with http.get(f"{site.url}/api/v1/log", headers=own) as answer:
            assert answer.status == 200
            assert (await answer.json())["lost"] == 0


@pytest.fixture
def said(site: Any) -> Iterator[None]:
    """A log of its own with three lines."""
    made = SimpleNamespace(ring=Ring())
    for number, (level, text) in enumerate([(20, "camera ready"), (30, "camera lost: cable"), (40, "no frame")]):
        made.ring.add([Line(1000.0 + number, level, "service.camera_keeper", text)])
    was, site.hub.log.writer = site.hub.log.writer, made
    yield
    site.hub.log.writer = was


@pytest.mark.usefixtures("said")
@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("", ["camera ready", "camera lost: cable", "no frame"]),
        ("level=warning", ["camera lost: cable", "no frame"]),
        ("text=CABLE", ["camera lost: cable"]),
        ("text=keeper&limit=2", ["camera lost: cable", "no frame"]),
        ("after=2", ["no frame"]),
        ("after=3", []),
    ],
)
async def test_lines_are_chosen_and_followed(
    site: Any, http: aiohttp.ClientSession, query: str, texts: list[str]
) -> None:
    async with http.get(f"{site.url}/api/v1/log/lines?{query}") as answer:
        got = await answer.json()
    assert [line["text"] for line in got["lines"]] == texts
    assert got["newest"] == 3


@pytest.mark.usefixtures("said")
async def test_lines_are_for_engineers(site: Any, http: aiohttp.ClientSession) -> None:
    for role, status in (("operator", 403), ("engineer", 200)):
        user = {"name": role, "role": role, "password": PASSWORD}
        async with http.post(f"{site.url}/api/v1/users", json=user) as answer:
            assert answer.status == 200
        own = {"Authorization": aiohttp.encode_basic_auth(role, PASSWORD)}
        async with http.get(f"{site.url}/api/v1/log/lines", headers=own) as answer:
            assert answer.status == status


def test_only_the_newest_lines_are_kept() -> None:
    ring = Ring(most=2)
    ring.add([Line(0.0, 20, "a", str(number)) for number in range(5)])
    assert [(number, line.text) for number, line in ring.lines()] == [(4, "3"), (5, "4")]
