"""The settings file over REST: looked at, changed whole or not at all, its comments kept."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from service.api import diagnosis
from service.settings import editing

FILE = '# Of hall 2\n[live]\nfps = 8  # slow panel\n\n[log]\nsentry_dsn = "https://key99@sentry.example.com/3"\n'


@pytest.fixture
def file(tmp_path: Path, nothing_given: None, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "station.toml"
    path.write_text(FILE)
    monkeypatch.setenv("CONFIG_PATH", str(path))
    monkeypatch.setenv("VISION_LIVE__QUALITY", "60")
    return path


def text(file: Path) -> str:
    return file.read_text()


async def shown(site: Any, http: aiohttp.ClientSession) -> tuple[dict[str, Any], str]:
    async with http.get(f"{site.url}/api/v1/settings") as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json(), answer.headers["ETag"]


async def put(site: Any, http: aiohttp.ClientSession, values: Any, tag: str | None) -> tuple[int, dict[str, Any]]:
    headers = {"If-Match": tag} if tag else {}
    async with http.put(f"{site.url}/api/v1/settings", json={"values": values}, headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)


async def test_values_defaults_and_origins_without_secrets(site: Any, http: aiohttp.ClientSession, file: Path) -> None:
    said, _ = await shown(site, http)
    live = next(one for one in said["sections"] if one["name"] == "live")
    assert live["values"]["fps"] == 8
    assert live["origins"] == {"fps": "file", "quality": "VISION_LIVE__QUALITY"}
    assert live["schema"]["properties"]["fps"]["default"] == 10
    assert live["schema"]["properties"]["quality"]["description"] == "JPEG quality"
    assert "key99" not in json.dumps(said)
    modbus = next(one for one in said["sections"] if one["name"] == "modbus")
    assert modbus["running"] == {}, "not a number is the same as not a number"
    http_section = next(one for one in said["sections"] if one["name"] == "http")
    assert "port" in http_section["at_start"]


async def test_names_and_help_in_german(site: Any, http: aiohttp.ClientSession, file: Path) -> None:
    async with http.get(f"{site.url}/api/v1/settings", params={"language": "de"}) as answer:
        german = await answer.json()
    async with http.get(f"{site.url}/api/v1/settings", headers={"Accept-Language": "de-DE"}) as answer:
        assert await answer.json() == german
    live = next(one for one in german["sections"] if one["name"] == "live")
    assert live["schema"]["properties"]["fps"]["x-title"] == "Bildrate"
    assert live["values"]["fps"] == 8


async def test_a_change_keeps_comments_and_goes_back_to_the_default(
    site: Any, http: aiohttp.ClientSession, file: Path
) -> None:
    noted: list[tuple[str, ...]] = []
    site.hub.doors.journal = lambda *given: noted.append(given)
    _, tag = await shown(site, http)
    status, said = await put(site, http, {"live": {"fps": 5, "width": 640}, "log": {"sentry_dsn": "***"}}, tag)
    assert status == 200
    assert text(file).startswith("# Of hall 2\n[live]\nfps = 5  # slow panel\n")
    assert "key99" in text(file), "what was not seen stays"
    assert text(file.with_name("station.toml.previous")) == FILE
    assert noted[0][1] == "settings changed: live.fps, live.width, log.sentry_dsn"
    status, _ = await put(site, http, {"live": {"fps": None, "width": None}}, said["tag"])
    assert status == 428, "a tag is quoted"
    status, _ = await put(site, http, {"live": {"fps": None, "width": None}}, f'"{said["tag"]}"')
    assert status == 200
    assert "fps" not in text(file)


async def test_every_wrong_value_is_named_and_nothing_changed(
    site: Any, http: aiohttp.ClientSession, file: Path
) -> None:
    _, tag = await shown(site, http)
    wrong = {"live": {"fps": 100}, "time": {"zone": "Mars"}, "store": {"no_such": 1}}
    status, said = await put(site, http, wrong, tag)
    assert status == 422
    where = {error["where"]: error["message"] for error in said["errors"]}
    assert set(where) == {"body.values.live.fps", "body.values.time.zone", "body.values.store.no_such"}
    assert "60" in where["body.values.live.fps"]
    assert text(file) == FILE


@pytest.mark.parametrize(
    ("values", "tag", "status"),
    [
        ({"live": {"fps": 5}}, None, 428),
        ({"live": {"fps": 5}}, '"another"', 412),
        ({"live": {"quality": 70}}, "", 422),
    ],
)
async def test_unseen_and_what_the_environment_holds_is_refused(
    site: Any, http: aiohttp.ClientSession, file: Path, values: Any, tag: str | None, status: int
) -> None:
    seen = (await shown(site, http))[1] if tag == "" else tag
    assert (await put(site, http, values, seen))[0] == status
    assert text(file) == FILE


def test_a_file_that_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "folder").write_text("in the way")
    with pytest.raises(editing.Refused, match="cannot be written"):
        editing.change(tmp_path / "folder" / "station.toml", {"live": {"fps": 5}})


async def test_nobody_starts_a_successor_without_gunicorn(site: Any, http: aiohttp.ClientSession) -> None:
    async with http.post(f"{site.url}/api/v1/station/reload", json={}) as answer:
        assert answer.status == 409
        assert "without Gunicorn" in (await answer.json(content_type=None))["detail"]


async def test_a_reload_that_fails_says_why(site: Any) -> None:
    site.hub.reloads._command = ("sh", "-c", "echo 'Not reloaded: no.' >&2; exit 1")
    site.hub.reloads.begin(1)
    await site.hub.reloads._run
    assert site.hub.reloads.failure == "Not reloaded: no."


async def test_a_bundle_tells_much_and_no_secret(
    site: Any, http: aiohttp.ClientSession, file: Path, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def doctor() -> bytes:
        return f'{{"said": "token {token}, rtsp://me:word77@camera"}}'.encode()

    monkeypatch.setattr(diagnosis, "doctors_findings", doctor)
    async with http.post(f"{site.url}/api/v1/diagnosis", json={}) as answer:
        assert answer.status == 200, await answer.text()
        archive = zipfile.ZipFile(io.BytesIO(await answer.read()))
    assert {"about.json", "settings.json", "doctor.json", "journal.json", "log.txt"} <= set(archive.namelist())
    whole = "".join(archive.read(name).decode() for name in archive.namelist())
    for secret in (token, "key99", "word77"):
        assert secret not in whole
    assert json.loads(archive.read("about.json"))["version"] == "1.2.3"


@pytest.mark.parametrize(("role", "status"), [("engineer", 403), ("administrator", 200)])
async def test_settings_are_for_administrators(
    site: Any, http: aiohttp.ClientSession, file: Path, role: str, status: int
) -> None:
    user = {"name": role, "role": role, "password": "correct horse battery"}
    async with http.post(f"{site.url}/api/v1/users", json=user) as answer:
        assert answer.status == 200
    own = {"Authorization": aiohttp.encode_basic_auth(role, "correct horse battery")}
    async with http.get(f"{site.url}/api/v1/settings", headers=own) as answer:
        assert answer.status == status
