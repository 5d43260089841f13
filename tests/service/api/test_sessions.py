"""Who is signed in, and an administrator who ends a session."""

import time
from typing import Any

import pytest
from aiohttp import ClientSession

from service.auth.sessions import LIFETIME_S
from tests.patience import PATIENCE_S

from .test_session import SESSION, STATION, Browser, Clock, a_plant

SESSIONS = "/api/v1/sessions"


@pytest.fixture(autouse=True)
def quick_passwords(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash takes a tenth of a second on purpose; not here."""
    monkeypatch.setattr("service.auth.users._N", 2)


@pytest.fixture
async def plant(make_site: Any) -> Any:
    return await a_plant(make_site)


async def test_who_is_signed_in_since_when_and_from_where(plant: Any, http: ClientSession) -> None:
    plant.gate.sessions.now = clock = Clock()
    adam, emma = Browser(http, plant), Browser(http, plant)
    await emma.sign_in("emma")
    clock.now += 60
    await adam.sign_in("adam")
    clock.now += 60
    await adam.ask("GET", STATION)
    first, second = await adam.ask("GET", SESSIONS)
    assert (first["user"], first["role"], first["own"]) == ("adam", "administrator", True)
    assert (second["user"], second["role"], second["own"]) == ("emma", "engineer", False)
    assert second["address"] == "127.0.0.1"
    assert second["since_us"] == second["seen_us"] == int((clock.now - 120) * 1e6)
    assert second["ends_us"] - second["since_us"] == LIFETIME_S * 1e6
    assert first["seen_us"] - first["since_us"] == 60e6
    assert [each["rests"] for each in (first, second)] == [False, False]
    assert emma.cookie.partition("=")[2] not in str((first, second)), "what is told opens nothing"


async def test_one_that_is_ended_is_refused_and_its_connection_closed(plant: Any, http: ClientSession) -> None:
    adam, emma = Browser(http, plant), Browser(http, plant)
    await adam.sign_in("adam")
    await emma.sign_in("emma")
    async with http.ws_connect(f"{plant.url}/api/v1/live", headers=emma.headers) as socket:
        await socket.receive(PATIENCE_S)
        mine = next(each for each in await adam.ask("GET", SESSIONS) if each["user"] == "emma")
        left = await adam.ask("DELETE", f"{SESSIONS}/{mine['id']}")
        assert [each["user"] for each in left] == ["adam"]
        end = time.monotonic() + PATIENCE_S
        while not socket.closed and time.monotonic() < end:
            await socket.receive(PATIENCE_S)
    assert socket.closed
    assert (await emma.ask("GET", SESSION))["by"] == "watching"
    assert plant.noted[-1] == ("session", "session of emma at 127.0.0.1 ended", "web adam 127.0.0.1")
    await adam.ask("DELETE", f"{SESSIONS}/{mine['id']}", 404)


async def test_only_administrators_see_them(plant: Any, http: ClientSession) -> None:
    emma = Browser(http, plant)
    await emma.sign_in("emma")
    await emma.ask("GET", SESSIONS, 403)
    await emma.ask("DELETE", f"{SESSIONS}/0123456789abcdef", 403)


async def test_a_session_outlives_a_reload_with_its_times(plant: Any, http: ClientSession) -> None:
    emma = Browser(http, plant)
    await emma.sign_in("emma")
    before = plant.gate.sessions.listing()
    plant.gate.sessions.save()
    plant.gate.sessions.load()
    assert plant.gate.sessions.listing() == before
