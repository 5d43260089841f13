"""A backup that is put back over REST: sent, looked through, listed or refused; the restart is tried on a real one."""

from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession

from service.auth.permissions import Action, action_for
from service.backup.placing import INCOMING, PLAN, STAGE
from service.restores import BUSY
from tests.patience import until
from tests.service.backup.conftest import PASSPHRASE, Home, furnished, home, make_home
from tests.service.backup.test_bad_archives import add, bomb, flip, rewritten

__all__ = ["furnished", "home", "make_home"]

PATH = "/api/v1/backups/incoming"
ZIP = {"Content-Type": "application/zip"}


async def told(http: ClientSession, site: Any, method: str = "GET", more: str = "", **asked: Any) -> Any:
    async with http.request(method, f"{site.url}{PATH}{more}", **asked) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def looked_through(http: ClientSession, site: Any, archive: Path) -> Any:
    data = archive.read_bytes()  # noqa: ASYNC240 - small
    await told(http, site, "POST", "?keep_settings=true", data=data, headers=ZIP)
    await until(lambda: site.hub.restores.phase not in BUSY)
    return await told(http, site)


@pytest.mark.faults
async def test_what_it_is_and_would_replace_is_listed_and_nothing_changed(
    http: ClientSession, site: Any, home: Home
) -> None:
    before = {path.name for path in site.station.folder.iterdir()}
    said = await looked_through(http, site, home.archived())
    assert (said["phase"], said["failure"]) == ("ready", "")
    found = said["archive"]
    assert (found["station"], found["last_number"], found["identity"]) == ("Press 4", 5, False)
    assert found["recipes"]
    assert str(site.station.folder) in found["aside"]
    assert {path.name for path in site.station.folder.iterdir()} - before <= {INCOMING}
    said = await told(http, site, "DELETE")
    assert (said["phase"], said["archive"]) == ("", None)
    assert not (site.station.folder / INCOMING).exists()


@pytest.mark.faults
@pytest.mark.parametrize(
    ("change", "why"),
    [
        pytest.param(add("data/../../etc/cron.d/x"), "..", id="a path that leads out"),
        pytest.param(add("data/token"), "not sealed", id="a secret that is not sealed"),
        pytest.param(flip, "hash", id="a file that was changed"),
        pytest.param(bomb, "size", id="a bomb"),
    ],
)
async def test_one_that_was_made_to_harm_is_refused_with_the_reason(
    http: ClientSession, site: Any, home: Home, change: Any, why: str
) -> None:
    archive = home.archived()
    rewritten(archive, change)
    said = await looked_through(http, site, archive)
    assert said["phase"] == "refused"
    assert why in said["failure"]
    assert INCOMING not in said["failure"]
    async with http.post(f"{site.url}{PATH}/check", json={"passphrase": "wrong passphrase"}) as answer:
        assert answer.status == 200
    await until(lambda: site.hub.restores.phase not in BUSY)
    assert site.hub.restores.phase == "refused"
    assert not (site.station.folder / STAGE / PLAN).exists()


@pytest.mark.faults
async def test_what_is_no_archive_is_refused(http: ClientSession, site: Any, tmp_path: Path) -> None:
    (tmp_path / "holiday.zip").write_bytes(b"\x89PNG")
    said = await looked_through(http, site, tmp_path / "holiday.zip")
    assert "is no zip archive" in said["failure"]


@pytest.mark.faults
async def test_a_sealed_one_is_opened_by_its_passphrase(http: ClientSession, site: Any, home: Home) -> None:
    said = await looked_through(http, site, home.archived(sealed=True))
    assert said["archive"]["identity"]
    await told(http, site, "POST", "/check", json={"keep_settings": True, "passphrase": PASSPHRASE})
    await until(lambda: site.hub.restores.phase not in BUSY)
    assert (site.hub.restores.phase, site.hub.restores.failure) == ("ready", "")


async def test_nothing_is_put_back_without_a_master_or_an_archive(http: ClientSession, site: Any) -> None:
    async with http.post(f"{site.url}{PATH}/restore", json={}) as answer:
        assert answer.status == 409
        assert "without Gunicorn" in (await answer.json())["detail"]
    async with http.post(f"{site.url}{PATH}/check", json={}) as answer:
        assert answer.status == 409


def test_it_is_for_administrators() -> None:
    for method, more in (("GET", ""), ("POST", ""), ("POST", "/check"), ("POST", "/restore"), ("DELETE", "")):
        assert action_for(method, PATH + more) is Action.BACKUP
