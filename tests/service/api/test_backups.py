"""Backups over REST: begun, followed, fetched, by administrators alone."""

import asyncio
import zipfile
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from service.auth.permissions import Action, Role, action_for, may
from service.backup_runs import AlreadyRunning, BackupRuns
from tests.patience import until
from tests.service.api.test_users import PASSWORD, basic


async def backups(http: ClientSession, site: Any) -> Any:
    async with http.get(f"{site.url}/api/v1/backups") as answer:
        assert answer.status == 200
        return await answer.json()


async def test_one_is_made_followed_and_fetched(http: ClientSession, site: Any, tmp_path: Path) -> None:
    async with http.post(f"{site.url}/api/v1/backups", json={}) as answer:
        assert answer.status == 200
        begun = await answer.json()
    assert begun["running"]["what"] == "begin"
    assert begun["archives"] == []
    async with http.post(f"{site.url}/api/v1/backups", json={}) as answer:
        assert answer.status == 409
    await until(lambda: site.hub.backups.step is None)
    told = await backups(http, site)
    assert (told["failure"], told["running"], told["sealed"]) == ("", None, False)
    (archive,) = told["archives"]
    assert told["made"] == archive["name"]
    async with http.get(f"{site.url}/api/v1/backups/{archive['name']}") as answer:
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{archive["name"]}"'
        data = await answer.read()
    assert len(data) == archive["size"]
    (tmp_path / "fetched.zip").write_bytes(data)
    with zipfile.ZipFile(tmp_path / "fetched.zip") as fetched:
        assert "manifest.json" in fetched.namelist()


@pytest.mark.parametrize(
    "name",
    ["station-1-backup-20261101T000000Z.zip", "..%2Ftoken", "other.zip", "station-2-backup-20261101T000000Z.zip"],
)
async def test_nothing_else_is_fetched(http: ClientSession, site: Any, name: str) -> None:
    (Path(site.hub.settings.station.data_folder) / "backups").mkdir()
    (Path(site.hub.settings.station.data_folder) / "backups" / "other.zip").write_bytes(b"")
    async with http.get(f"{site.url}/api/v1/backups/{name}") as answer:
        assert answer.status in (404, 422)


async def test_only_administrators_see_them(http: ClientSession, site: Any) -> None:
    user = {"name": "ann", "role": "engineer", "password": PASSWORD}
    async with http.post(f"{site.url}/api/v1/users", json=user):
        pass
    for method, path in (("GET", "backups"), ("POST", "backups"), ("GET", "backups/a-backup-20261101T000000Z.zip")):
        assert action_for(method, f"/api/v1/{path}") == Action.BACKUP
        asked = http.request(method, f"{site.url}/api/v1/{path}", headers=basic("ann", PASSWORD))
        async with asked as answer:
            assert answer.status == 403
    assert [role for role in Role if may(role, Action.BACKUP)] == [Role.ADMINISTRATOR]


@pytest.mark.parametrize(
    ("script", "failure"),
    [
        pytest.param("echo 'Not done: no room' >&2; exit 1", "no room", id="it says why"),
        pytest.param("exit 3", "it ended with exit code 3", id="it says nothing"),
    ],
)
async def test_one_that_fails_says_why(script: str, failure: str) -> None:
    runs = BackupRuns(asyncio.to_thread, ("sh", "-c", script))
    runs.begin(None)
    await until(lambda: runs.step is None)
    assert (runs.made, runs.failure) == ("", failure)


async def test_one_that_cannot_be_started_says_why() -> None:
    runs = BackupRuns(asyncio.to_thread, ("/nowhere/vision-inspection",))
    runs.begin(None)
    await until(lambda: runs.step is None)
    assert "no process can be started" in runs.failure


async def test_it_ends_with_the_station() -> None:
    runs = BackupRuns(
        asyncio.to_thread, ("sh", "-c", 'echo \'{"what": "database", "done": 1, "total": 2}\'; exec sleep 60')
    )
    runs.begin(-1)
    with pytest.raises(AlreadyRunning):
        runs.begin(None)
    await until(lambda: runs.step and runs.step.what == "database")
    await runs.close()
    assert runs.step is None
