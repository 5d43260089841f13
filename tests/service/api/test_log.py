"""The log over REST: its state, and who may change a level."""

import logging
from collections.abc import Iterator
from typing import Any

import aiohttp
import pytest

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
