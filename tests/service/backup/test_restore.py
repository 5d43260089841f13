"""The way back, onto the same machine and onto another one, and what a power cut in the middle leaves."""

import fcntl
import json
import os
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest

from service import starting
from service.auth.token import load_token
from service.backup import placing
from service.settings import load
from service.store import database
from service.store.marks import Marks
from service.store.schema import MIGRATIONS
from tests.service.backup.conftest import CAMERA, Home
from tests.service.backup.test_bad_archives import entry, rewritten

Make = Callable[[str], Home]
LATEST = len(MIGRATIONS)


def sealed_restore(home: Home, path: Path, *options: str) -> int:
    return home.run("restore", str(path), "--passphrase-file", str(home.passphrase), *options)


def numbers(home: Home) -> list[int]:
    with closing(apsw.Connection(str(home.data / database.FILE))) as connection:
        return [row[0] for row in connection.execute("SELECT number FROM results ORDER BY number")]


def test_on_another_machine_it_is_the_same_station(home: Home, make_home: Make) -> None:
    path, other = home.archived(sealed=True), make_home("other")
    assert sealed_restore(other, path) == 0
    assert numbers(other) == [1, 2, 3, 4, 5]
    assert load_token(other.data) == load_token(home.data)
    for secret in ("opcua/key.pem", "pki/own/private.pem"):
        assert (other.data / secret).read_text() == f"the secret of {secret}"
        assert (other.data / secret).stat().st_mode & 0o077 == 0
    assert json.loads((other.data / "remembered.json").read_text()) == {"job": 2}
    masters = sorted(path.relative_to(home.recipes) for path in home.recipes.rglob("*"))
    assert sorted(path.relative_to(other.recipes) for path in other.recipes.rglob("*")) == masters
    settings = load()  # of the other one
    assert (settings.station.name, settings.station.hand_over) == ("Press 4", 3)
    assert settings.station.data_folder == other.data
    assert settings.station.recipe_folder == other.recipes
    assert CAMERA in other.settings.read_text()
    assert not (other.data / "station.id").exists(), "the memory of the first one is not this one's"
    assert not list(other.root.rglob(".*restore*"))


def test_what_was_there_is_kept_aside(home: Home, make_home: Make, capsys: pytest.CaptureFixture[str]) -> None:
    path, other = home.archived(sealed=True), make_home("other")
    other.furnish(parts=2)
    token = load_token(other.data)
    (other.data / "station.id").write_text("fedcba9876543210\n")
    (other.data / "results-broken-1.sqlite").write_bytes(b"old")
    (other.data / "backups").mkdir()
    (other.data / "backups" / "press-4-backup-20251103T000000Z.zip").write_bytes(b"its own")
    assert sealed_restore(other, path) == 0
    (aside,) = other.data.glob("before-restore-*")
    assert str(aside) in capsys.readouterr().out
    assert (aside / "token").read_text().strip() == token
    assert {"results.sqlite", "results-broken-1.sqlite", "images", "opcua", "pki"} <= {p.name for p in aside.iterdir()}
    assert list(other.root.glob("recipes.before-restore-*/bracket/recipe.json"))
    assert list(other.settings.parent.glob("station.toml.before-restore-*"))
    assert other.archives, "archives stay"
    assert numbers(other) == [1, 2, 3, 4, 5]


def test_on_the_same_machine_images_stay_and_numbers_are_not_given_twice(home: Home) -> None:
    path = home.archived()
    image = home.data / "images" / "2026" / "11" / "26" / "000000001.jpg"
    image.write_bytes(b"image")
    marks = Marks(home.data / "numbers")
    marks.load()
    marks.reserve(70_000, 6)
    marks.close()
    token = load_token(home.data)
    assert home.run("restore", str(path)) == 0
    assert image.read_bytes() == b"image"
    assert load_token(home.data) == token, "its identity is what it was"
    mark = Marks(home.data / "numbers").load()
    assert mark.offered_number >= 70_000
    assert mark.offered_seq == 5


def test_numbers_leave_room_for_parts_since_the_backup(home: Home, make_home: Make) -> None:
    path, other = home.archived(), make_home("other")
    assert other.run("restore", str(path)) == 0
    assert Marks(other.data / "numbers").load().offered_number >= 5 + 1000


def test_what_it_was_in_the_middle_of_is_long_over(home: Home, make_home: Make) -> None:
    path, other = home.archived(), make_home("other")
    assert other.run("restore", str(path)) == 0
    with apsw.Connection(str(other.data / database.FILE)) as connection:
        assert connection.execute("SELECT boot_id FROM retained").get in ("", None)


@pytest.mark.parametrize("schema", range(1, LATEST))
def test_a_database_of_any_older_release_comes_up(home: Home, make_home: Make, schema: int) -> None:
    for path in home.data.glob("results.sqlite*"):
        path.unlink()
    database.connect(home.data / database.FILE, MIGRATIONS[:schema]).close()
    path, other = home.backup(), make_home("other")
    assert other.run("restore", str(path)) == 0
    with apsw.Connection(str(other.data / database.FILE)) as connection:
        assert connection.execute("PRAGMA user_version").get == LATEST
    assert not list(other.data.glob("*schema*"))


def test_settings_stay_where_that_is_wanted(home: Home, make_home: Make) -> None:
    path, other = home.archived(), make_home("other")
    other.write_settings('[station]\nname = "Press 5"\ndata_folder = "{data}"\nrecipe_folder = "{recipes}"\n')
    assert other.run("restore", str(path), "--keep-settings") == 0
    assert 'name = "Press 5"' in other.settings.read_text()
    assert numbers(other) == [1, 2, 3, 4, 5]


def test_settings_that_this_release_does_not_know(
    home: Home, make_home: Make, capsys: pytest.CaptureFixture[str]
) -> None:
    path, other = home.archived(), make_home("other")

    def older(files: dict[str, bytes], told: dict[str, Any]) -> None:
        text = files["settings/station.toml"].replace(b"hand_over", b"handover")
        files["settings/station.toml"], told["files"]["settings/station.toml"] = text, entry(text)

    rewritten(path, older)
    assert other.run("restore", str(path)) == 1
    said = capsys.readouterr().err
    assert "station.handover: unknown; did you mean station.hand_over?" in said
    assert "--keep-settings" in said


def test_blanked_secrets_are_told(home: Home, make_home: Make, capsys: pytest.CaptureFixture[str]) -> None:
    path, other = home.archived(), make_home("other")
    assert other.run("restore", str(path)) == 0
    said = capsys.readouterr().out
    assert "1 secret(s) in the settings are *** now" in said
    assert "the identity is not restored" in said


def test_variables_and_files_that_settings_name_come_along(home: Home, make_home: Make) -> None:
    certificate = home.root / "tls" / "station.pem"
    certificate.parent.mkdir()
    certificate.write_text("certificate and key")
    home.settings.with_name("environment").write_text("VISION_LIVE__FPS=7\nVISION_MORE__PASSWORD=geheim\n")
    home.write_settings(home.settings.read_text() + f'[gunicorn]\ncertfile = "{certificate}"\n')
    path, other = home.backup(sealed=True), make_home("other")
    certificate.write_text("another one")
    assert sealed_restore(other, path) == 0
    assert certificate.read_text() == "certificate and key"
    assert list(certificate.parent.glob("station.pem.before-restore-*"))
    assert other.settings.with_name("environment").read_text().endswith("PASSWORD=geheim\n")


def test_a_check_changes_nothing(home: Home, make_home: Make, capsys: pytest.CaptureFixture[str]) -> None:
    path, other = home.archived(sealed=True), make_home("other")
    assert sealed_restore(other, path, "--check") == 0
    assert "could be restored here; nothing was changed" in capsys.readouterr().out
    assert list(other.data.iterdir()) == []
    assert not other.settings.exists()


def test_a_station_that_runs_is_left_alone(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    path = home.archived()
    lock = os.open(home.data, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        assert home.run("restore", str(path)) == 1
    finally:
        os.close(lock)
    assert "stop the station first" in capsys.readouterr().err


def test_a_wrong_passphrase(home: Home, make_home: Make, capsys: pytest.CaptureFixture[str]) -> None:
    path, other = home.archived(sealed=True), make_home("other")
    assert other.run("restore", str(path)) == 1
    assert "--without-identity restores all else" in capsys.readouterr().err
    other.passphrase.write_text("another passphrase\n")
    assert sealed_restore(other, path) == 1
    assert "the passphrase is another one" in capsys.readouterr().err
    assert other.run("restore", str(path), "--without-identity") == 0
    assert not (other.data / "token").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_root_restores_for_the_stations_user(home: Home, make_home: Make) -> None:
    path, other = home.archived(sealed=True), make_home("other")
    other.furnish(parts=2)
    os.chown(other.data, 4711, 4712)
    assert sealed_restore(other, path) == 0
    (aside,) = other.data.glob("before-restore-*")
    names = ("results.sqlite", "numbers", "token", "opcua", "opcua/key.pem", "remembered.json")
    given = [aside, other.recipes, *other.recipes.rglob("*"), *(other.data / name for name in names)]
    assert {(at.st_uid, at.st_gid) for at in map(os.stat, given)} == {(4711, 4712)}
    assert not (other.data / "station.pid").exists()


class Cut(BaseException):
    """The power."""


@pytest.mark.parametrize("renames", [0, 1, 2, 5, 9, 15])
def test_a_power_cut_at_any_rename_is_gone_on_from_by_the_next_start(
    home: Home,
    make_home: Make,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    renames: int,
) -> None:
    path, other = home.archived(sealed=True), make_home("other")
    other.furnish(parts=2)
    done, rename = iter(range(renames)), Path.rename

    def cut(self: Path, target: Path) -> Path:
        if next(done, None) is None:
            raise Cut
        return rename(self, target)

    with monkeypatch.context() as patched:
        move = placing._move
        patched.setattr(placing, "_move", lambda one: (patched.setattr(Path, "rename", cut), move(one)))
        with pytest.raises(Cut):
            sealed_restore(other, path)
    assert placing.unfinished(other.data)
    other.use(other)
    assert starting._restore_unfinished(other.data) == ""
    assert numbers(other) == [1, 2, 3, 4, 5]
    assert load_token(other.data) == load_token(home.data)
    assert load().station.name == "Press 4"
    assert not placing.unfinished(other.data)
    (aside,) = other.data.glob("before-restore-*")
    assert (aside / "results.sqlite").exists()


def test_a_start_beside_a_restore_says_so(home: Home) -> None:
    (home.data / ".restore").mkdir()
    (home.data / ".restore" / "plan.json").write_text("[]")
    lock = os.open(home.data, os.O_RDONLY)
    fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        assert "a restore has not ended" in starting._restore_unfinished(home.data)
    finally:
        os.close(lock)
    assert starting._restore_unfinished(home.data) == ""
