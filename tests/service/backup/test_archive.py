"""What stands in an archive, and what does not."""

import json
import zipfile
from pathlib import Path

import apsw
import pytest

from service.auth.token import load_token
from service.backup.blanking import blanked
from service.backup.database_copy import copy_database
from service.backup.reading import Archive
from service.backup.shelf import alone
from service.store.database import FILE, connect
from tests.conftest import ROOT
from tests.service.backup.conftest import CAMERA, PASSPHRASE, Home


def content(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_everything_that_makes_the_station_is_in_it(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    path = home.backup(sealed=True)
    names = set(content(path))
    assert {"manifest.json", "identity", f"database/{FILE}", "data/numbers", "data/remembered.json"} < names
    assert {"settings/station.toml", "recipes/bracket/recipe.json", "recipes/bracket/versions/1.json"} < names
    assert any(name.startswith("recipes/bracket/taught/surface/") for name in names), "the masters"
    assert path.stat().st_mode & 0o777 == 0o600
    assert "bracket version 1, bracket-light version 1" in capsys.readouterr().out
    with Archive(path) as archive:
        told = archive.manifest
        assert (told.station, told.last_number, told.images, told.identity) == ("Press 4", 5, 0, True)
        opened = archive.unseal(PASSPHRASE)
    assert {"data/token", "data/opcua/key.pem", "data/pki/own/private.pem"} < set(opened.files)
    assert CAMERA.encode() in opened.files["settings/station.toml"]


@pytest.mark.parametrize("sealed", [True, False])
def test_no_secret_stands_outside_the_identity(home: Home, sealed: bool) -> None:
    token = load_token(home.data)
    readable = b"".join(data for name, data in content(home.backup(sealed=sealed)).items() if name != "identity")
    for secret in (token, "geheim", "the secret of", "0123456789abcdef"):
        assert secret.encode() not in readable
    assert b'source = "rtsp://***@10.0.0.9/stream"' in readable


def test_without_a_passphrase_it_is_said_loudly(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    with Archive(home.backup()) as archive:
        assert not archive.manifest.identity
    said = capsys.readouterr()
    assert "The identity is NOT in it" in said.err
    assert "identity   NOT in it" in said.out
    assert "copy it to another machine" in said.err


def test_the_database_is_a_copy_of_one_moment_while_it_is_written_to(home: Home) -> None:
    """A row that is committed during the backup is not in it, and does not make it begin anew."""
    writing = connect(home.data / FILE)
    writing.execute("INSERT INTO events (at_us, kind, text, who) VALUES (1, 'before', zeroblob(3000000), '')")
    seen: list[int] = []

    def write(what: str, done: int, total: int) -> None:
        if what == "database":
            seen.append(done)
            writing.execute("INSERT INTO events (at_us, kind, text, who) VALUES (1, 'during', '', '')")

    copy_database(home.data / FILE, home.root / "copy.sqlite", write)
    writing.close()
    assert len(seen) >= 3, "in several steps"
    copy = apsw.Connection(str(home.root / "copy.sqlite"))
    kinds = {row[0] for row in copy.execute("SELECT kind FROM events")}
    assert "before" in kinds
    assert "during" not in kinds
    assert not (home.root / "copy.sqlite-wal").exists()


@pytest.mark.parametrize(("asked", "found"), [("all", 3), ("3", 3), ("2", 2), ("pinned", 1), ("none", 0)])
def test_images_by_choice(home: Home, asked: str, found: int) -> None:
    database = connect(home.data / FILE)
    for number in (1, 2, 3, 4):  # of the fourth there is no file
        name = f"2026/11/26/{number:09}.jpg"
        database.execute("UPDATE results SET image = ? WHERE number = ?", (name, number))
        if number < 4:
            (home.data / "images" / name).write_bytes(b"image")
            (home.data / "images" / name.replace(".jpg", ".thumb.jpg")).write_bytes(b"small")
    database.execute("UPDATE results SET pinned_at_us = 1 WHERE number = 1")
    database.close()
    with Archive(home.backup("--images", asked)) as archive:
        assert archive.manifest.images == found
        pictures = [name for name in archive.manifest.files if name.startswith("images/")]
    assert len(pictures) == 2 * found
    if found in (1, 2):
        assert not any("000000002" in name for name in pictures), "the pinned one, and of the newest"


def test_the_oldest_archives_go(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    folder = home.data / "backups"
    folder.mkdir()
    for day in range(1, 9):
        (folder / f"press-4-backup-202511{day:02}T000000Z.zip").write_bytes(b"old")
    (folder / "press-5-backup-20250101T000000Z.zip").write_bytes(b"another station's")
    (folder / ".backup-killed").mkdir()
    home.backup()
    own = [path.name for path in home.archives if path.name.startswith("press-4")]
    assert len(own) == 7
    assert own[0] == "press-4-backup-20251103T000000Z.zip"
    assert (folder / "press-5-backup-20250101T000000Z.zip").exists()
    assert not (folder / ".backup-killed").exists(), "what a killed backup left"
    capsys.readouterr()
    assert home.run("backup", "list") == 0
    assert len(capsys.readouterr().out.splitlines()) == 7


def test_two_at_a_time_are_one_too_many(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    with alone(home.data / "backups"):
        assert home.run("backup") == 1
    assert "another backup is being made there" in capsys.readouterr().err


def test_no_room_is_said_and_nothing_is_left(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    home.write_settings(home.settings.read_text().replace("min_free_mb = 0", "min_free_mb = 1000000000"))
    assert home.run("backup") == 1
    assert "1000000000 MB are needed" in capsys.readouterr().err
    assert list((home.data / "backups").iterdir()) == []


def test_progress_for_programs(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    made = home.backup("--json")
    *steps, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert last["made"] == made.name
    assert {"database", "recipes", "check"} <= {step["what"] for step in steps}
    assert steps[-1]["done"] == steps[-1]["total"]


@pytest.mark.parametrize(
    ("make", "said"),
    [
        pytest.param(lambda path: path.unlink(), "cannot be read", id="not there"),
        pytest.param(lambda path: path.chmod(0o644), "others may read", id="open to all"),
        pytest.param(lambda path: path.write_text("short\n"), "at least 12 characters", id="short"),
    ],
)
def test_a_passphrase_that_is_none(home: Home, capsys: pytest.CaptureFixture[str], make: object, said: str) -> None:
    path = home.passphrase
    make(path)  # type: ignore[operator]
    assert home.run("backup", "--passphrase-file", str(path)) == 1
    assert said in capsys.readouterr().err
    assert home.archives == []


def test_a_settings_file_with_all_kinds_of_secrets() -> None:
    text = """[http]
password = "one"
# api_key = 'two'
port = 5000
allowed_hosts = ["station@plant"]
url = "https://user:three@host/x?token=four"
command = ["curl", "--password", "five", "-H", "Authorization: Bearer sixsixsix"]
passphrase_file = "/etc/vision-inspection/passphrase"
VISION_MQTT__PASSWORD=seven
sentry_dsn = "https://eight@sentry.example.com/3"
"""
    told, count = blanked(text)
    for secret in ("one", "two", "three", "four", "five", "sixsixsix", "seven", "eight"):
        assert secret not in told
    assert count == 5, "lines that are no comments"
    for kept in ("port = 5000", '"station@plant"', 'passphrase_file = "/etc/vision-inspection/passphrase"'):
        assert kept in told


def test_the_settings_as_they_come_have_no_secret() -> None:
    assert blanked((ROOT / "config" / "station.toml").read_text())[1] == 0
