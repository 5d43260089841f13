"""Archives that were damaged, or made to harm: refused with the reason, and nothing is changed."""

import hashlib
import json
import re
import shutil
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import apsw
import pytest

from service.backup.errors import ArchiveError
from service.backup.identity import Identity, seal, unseal
from service.backup.names import SECRET_SECTIONS, problem_of
from service.store.schema import MIGRATIONS
from tests.service.backup.conftest import PASSPHRASE, Home

Files = dict[str, bytes]


def rewritten(path: Path, change: Callable[[Files, dict[str, Any]], None]) -> None:
    """Change files and manifest."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    told = json.loads(files.pop("manifest.json"))
    change(files, told)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**files, "manifest.json": json.dumps(told).encode()}.items():
            archive.writestr(name, data)


def entry(data: bytes) -> dict[str, Any]:
    return {"size": len(data), "sha256": hashlib.sha256(data).hexdigest()}


def add(name: str, data: bytes = b"x") -> Callable[[Files, dict[str, Any]], None]:
    def change(files: Files, told: dict[str, Any]) -> None:
        files[name] = data
        told["files"][name] = entry(data)

    return change


def flip(files: Files, told: dict[str, Any]) -> None:
    files["recipes/bracket/recipe.json"] = files["recipes/bracket/recipe.json"].replace(b"bracket", b"brackeT", 1)


def bomb(files: Files, told: dict[str, Any]) -> None:
    """A few kilobytes that unpack to eight megabytes, of which the manifest says one byte."""
    files["data/remembered.json"] = bytes(8 * 2**20)
    told["files"]["data/remembered.json"] = entry(b"\0")


def other_version(files: Files, told: dict[str, Any]) -> None:
    told["recipes"][0]["version"] = 2


def too_new(files: Files, told: dict[str, Any]) -> None:
    database = apsw.Connection(":memory:")
    database.deserialize("main", files["database/results.sqlite"])
    database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    files["database/results.sqlite"] = database.serialize("main")
    told["files"]["database/results.sqlite"] = entry(files["database/results.sqlite"])


def torn(files: Files, told: dict[str, Any]) -> None:
    data = files["database/results.sqlite"]
    files["database/results.sqlite"] = data[:4096] + bytes(len(data) - 4096)
    told["files"]["database/results.sqlite"] = entry(files["database/results.sqlite"])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(add("data/../../etc/cron.d/own"), "deeper", id="out of its folder"),
        pytest.param(add("/etc/passwd"), "no such file", id="an absolute path"),
        pytest.param(add("data/.bashrc"), "hidden", id="a hidden file"),
        pytest.param(add("data/users.json"), "not sealed", id="users that nothing vouches for"),
        pytest.param(add("data/..\\own"), "hidden", id="backslashes"),
        pytest.param(add("recipes/a/../../../own"), "hidden", id="up again"),
        pytest.param(lambda files, told: files.update(more=b""), "no such file", id="a file that nobody named"),
        pytest.param(lambda files, told: files.pop("data/numbers"), "is not both", id="a file that is missing"),
        pytest.param(lambda files, told: told.update(format="another 2"), "format", id="another format"),
        pytest.param(flip, "its size or hash is not the one", id="another content"),
        pytest.param(bomb, "its size is not the one", id="more than the manifest says"),
        pytest.param(other_version, "cannot be put into production", id="another recipe than was in production"),
        pytest.param(too_new, "install the release that wrote it", id="a database of a newer release"),
        pytest.param(torn, "database: ", id="a database that is none"),
    ],
)
def test_is_refused(
    home: Home,
    make_home: Callable[[str], Home],
    capsys: pytest.CaptureFixture[str],
    change: Callable[[Files, dict[str, Any]], None],
    said: str,
) -> None:
    path, other = home.archived(), make_home("other")
    other.furnish(parts=1)
    rewritten(path, change)
    before = state(other.root)
    assert other.run("restore", str(path)) == 1
    assert said in capsys.readouterr().err
    assert state(other.root) == before


def state(folder: Path) -> dict[str, tuple[int, int]]:
    found = ((path, path.stat()) for path in sorted(folder.rglob("*")) if path.is_file())
    return {str(path): (at.st_mtime_ns, at.st_ino) for path, at in found if path.name != "station.pid"}


def linked(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        info = zipfile.ZipInfo("data/own")
        info.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(info, "/etc/shadow")


def twice(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("data/numbers", b"")


def squeezed(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("data/own", b"x", zipfile.ZIP_LZMA)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        pytest.param(linked, "it is a link", id="a link"),
        pytest.param(twice, "is in it twice", id="a file twice"),
        pytest.param(squeezed, "neither stored nor deflated", id="another compression"),
        pytest.param(lambda path: path.write_bytes(path.read_bytes()[:-100]), "no zip archive", id="cut off"),
        pytest.param(lambda path: path.write_bytes(b""), "no zip archive", id="empty"),
        pytest.param(lambda path: path.unlink(), "No such file", id="not there"),
    ],
)
def test_a_file_that_is_no_archive(
    home: Home, capsys: pytest.CaptureFixture[str], damage: Callable[[Path], None], said: str
) -> None:
    path = home.root / "archive.zip"
    shutil.move(home.archived(), path)
    assert home.run("backup", "check", str(path)) == 0
    damage(path)
    assert home.run("backup", "check", str(path)) == 1
    assert said in capsys.readouterr().err


def test_unsealed_settings_run_no_program(
    home: Home, make_home: Callable[[str], Home], capsys: pytest.CaptureFixture[str]
) -> None:
    home.write_settings(home.settings.read_text() + '[[checks.run]]\nname = "own"\ncommand = ["/bin/own"]\n')
    path, other = home.backup(), make_home("other")
    assert other.run("restore", str(path)) == 1
    assert "nobody knows who wrote them: checks.run own: /bin/own" in capsys.readouterr().err
    assert other.run("restore", str(path), "--trust-commands") == 0


def test_the_seal_holds_the_manifest_too(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    path = home.archived(sealed=True)
    passphrase = ("--passphrase-file", str(home.passphrase))
    assert home.run("backup", "check", str(path), *passphrase) == 0
    rewritten(path, add("recipes/own/recipe.json"))
    assert home.run("backup", "check", str(path)) == 0, "without the passphrase nobody can know"
    assert home.run("backup", "check", str(path), *passphrase) == 1
    assert "another one, or the archive was changed" in capsys.readouterr().err


def test_a_key_that_would_cost_a_gigabyte_is_not_made() -> None:
    sealed = seal(Identity("a", ()), PASSPHRASE, b"")
    assert unseal(sealed, PASSPHRASE, b"").host_name == "a"
    with pytest.raises(ArchiveError, match="would cost more"):
        unseal(re.sub(rb'"log_n": \d+', b'"log_n": 30', sealed), PASSPHRASE, b"")
    with pytest.raises(ArchiveError, match="no identity"):
        unseal(b"anything", PASSPHRASE, b"")


@pytest.mark.parametrize("name", ["data/a", "recipes/Blech 4 größer/recipe.json", "images/2026/11/26/000000001.jpg"])
def test_names_that_stations_have(name: str) -> None:
    assert problem_of(name) == ""


@pytest.mark.parametrize("name", ["data", "data/", "data//a", "a/b", "data/a\nb", "data/" + "a" * 256, "files/a"])
def test_names_that_no_station_has(name: str) -> None:
    assert problem_of(name)
    assert problem_of("files/gunicorn.certfile", SECRET_SECTIONS) == ""
