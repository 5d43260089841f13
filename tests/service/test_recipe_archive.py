"""Archives that unpack to more than a station holds: refused by what they say, and where they lie about it."""

import hashlib
import io
import json
import struct
import tracemalloc
import zipfile
import zlib
from pathlib import Path

import pytest

from service.transfer import archive
from service.transfer.archive import FORMAT, MANIFEST, ArchiveError, pack, unpack
from vision.recipe import load_recipe
from vision.recipe.seal import broken_seal, seal_of

RECIPE = "recipe.json"
TAUGHT = f"taught/part/{'0' * 16}/files/weights"
BOMB = bytes(64 * 2**20)
ROOM = 8 * 2**20  # bytes that unpacking may take at once


def packed(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED, **says: int) -> io.BytesIO:
    """With a manifest that fits. `says`: what the directory says of the taught file in place of the truth."""
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    manifest = json.dumps({"format": FORMAT, "files": hashes}).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for name, data in {MANIFEST: manifest, **files}.items():
            made.writestr(name, data)
        for field, value in says.items():
            setattr(made.getinfo(TAUGHT), field, value)
    return out


def refused(source: io.BytesIO, into: Path) -> str:
    """The reason; nothing was written, and little memory was taken."""
    tracemalloc.start()
    try:
        with pytest.raises(ArchiveError) as raised:
            unpack(source, into)
        assert tracemalloc.get_traced_memory()[1] < ROOM
    finally:
        tracemalloc.stop()
    assert not [path for path in into.rglob("*") if path.is_file() and path.name != RECIPE]
    return str(raised.value)


def test_files_up_to_the_limit_are_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = packed({RECIPE: b"{}", TAUGHT: b"x" * 1000})
    size = sum(entry.file_size for entry in zipfile.ZipFile(source).infolist())
    monkeypatch.setattr(archive, "MOST_BYTES", size - 1)
    assert refused(source, tmp_path) == f"unpacked it has {size} bytes, more than {size - 1}"
    monkeypatch.setattr(archive, "MOST_BYTES", size)
    unpack(source, tmp_path)
    assert (tmp_path / TAUGHT).read_bytes() == b"x" * 1000


def test_a_file_that_says_it_is_huge_is_not_unpacked(tmp_path: Path) -> None:
    source = packed({RECIPE: b"{}", TAUGHT: b"x"}, file_size=2**40)
    assert f"more than {archive.MOST_BYTES}" in refused(source, tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("crc", [zlib.crc32(BOMB), zlib.crc32(b"\0" * 10)], ids=["of all", "of what it says"])
def test_a_file_that_unpacks_to_more_than_it_says_is_unpacked_no_further(tmp_path: Path, crc: int) -> None:
    source = packed({RECIPE: b"{}", TAUGHT: BOMB}, file_size=10, CRC=crc)
    assert TAUGHT in refused(source, tmp_path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_methods_that_unpack_without_bounds_are_refused(tmp_path: Path, method: int) -> None:
    source = packed({RECIPE: b"{}", TAUGHT: BOMB}, method, file_size=10)
    assert "neither stored nor deflated" in refused(source, tmp_path)


@pytest.mark.parametrize("file", [RECIPE, MANIFEST])
def test_what_is_read_in_one_go_has_a_limit_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str
) -> None:
    source = packed({RECIPE: b" " * (10_000 if file == RECIPE else 1)})
    size = zipfile.ZipFile(source).getinfo(file).file_size
    monkeypatch.setattr(archive, "MOST_JSON", size - 1)
    assert refused(source, tmp_path) == f"{file}: unpacked it has more than {size - 1} bytes"
    monkeypatch.setattr(archive, "MOST_JSON", size)
    unpack(source, tmp_path)


def test_more_files_than_a_recipe_has_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = packed({RECIPE: b"{}", TAUGHT: b""})
    monkeypatch.setattr(archive, "MOST_FILES", 2)
    assert refused(source, tmp_path) == "it has 3 files, more than 2"
    monkeypatch.setattr(archive, "MOST_FILES", 3)
    unpack(source, tmp_path)


def test_a_directory_of_a_million_files_is_not_read(tmp_path: Path) -> None:
    """64 MiB of nothing but names would take 600 MB and seconds of the processor."""
    entry = struct.pack("<4s4B4HL2L5H2L", b"PK\1\2", 20, 3, 20, *[0] * 8, 1, *[0] * 6) + b"a"
    names = entry * (4 * archive.MOST_DIRECTORY // len(entry))
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 1, 1, len(names), 0, 0)
    assert refused(io.BytesIO(names + end), tmp_path) == (
        f"its directory has {len(names)} bytes, more than {archive.MOST_DIRECTORY}"
    )


def test_a_file_that_is_twice_in_it_is_refused(tmp_path: Path) -> None:
    source = packed({RECIPE: b"{}"})
    with pytest.warns(UserWarning, match="Duplicate"), zipfile.ZipFile(source, "a") as more:
        more.writestr(RECIPE, b"{ }")
    assert refused(source, tmp_path) == "a file is in it twice"


def test_the_seal_of_an_older_releases_file_fits_what_is_packed(tmp_path: Path) -> None:
    """It was made over fewer fields than a recipe has now."""
    old = {"job": 1, "name": "plate", "version": 1, "released": True, "steps": []}
    old |= {"release": {"times": [{"number": 1, "at": "2026-01-01T00:00:00Z", "by": "anna"}]}}
    old["release"]["sha256"] = seal_of(old)  # type: ignore[index]
    (tmp_path / RECIPE).write_text(json.dumps(old))
    out = io.BytesIO()
    pack(load_recipe(tmp_path), tmp_path, out)
    made = json.loads(zipfile.ZipFile(out).read(RECIPE))
    assert made["release"]["times"] == load_recipe(tmp_path).content()["release"]["times"]
    assert len(made) > len(old)
    assert not broken_seal(made)
