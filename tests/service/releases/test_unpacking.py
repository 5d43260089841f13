"""Bundles that somebody made to do harm, or that broke on their way, are refused before they do any."""

import hashlib
import io
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest

from service.releases.errors import ReleaseError
from service.releases.manifest import Manifest
from service.releases.unpacking import manifest_of, unpack

TOP = "vision-inspection-1.0"
FILES = {"config/a.toml": b"a = 1\n", "deploy/install.sh": b"#!/bin/sh\n"}
Change = Callable[[tarfile.TarFile], None]


def member(
    name: str, data: bytes = b"", kind: bytes = tarfile.REGTYPE, **more: object
) -> tuple[tarfile.TarInfo, bytes]:
    made = tarfile.TarInfo(name)
    made.type, made.size = kind, len(data)
    for key, value in more.items():
        setattr(made, key, value)
    return made, data


def manifest(**files: bytes) -> Manifest:
    digests = {name: hashlib.sha256(data).hexdigest() for name, data in (FILES | files).items()}
    return Manifest("1.0", "3.11", "linux-x86_64", 7, digests)


def archive(*members: tuple[tarfile.TarInfo, bytes], said: Manifest | None = None) -> io.BytesIO:
    """A manifest, what it names unless `members` say otherwise, and `members`."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w") as made:
        content = {f"{TOP}/{name}": data for name, data in FILES.items()}
        for each, _ in members:
            content.pop(each.name, None)
        whole = [member(f"{TOP}/manifest.json", (said or manifest()).to_json())]
        whole += [member(name, data, mode=0o6755 if name.endswith(".sh") else 0o666) for name, data in content.items()]
        for each, data in [*whole, *members]:
            made.addfile(each, io.BytesIO(data))
    return file


def test_plain_files_are_unpacked_without_special_bits(tmp_path: Path) -> None:
    file = archive()
    found, _ = manifest_of(file)
    unpack(file, found, tmp_path)
    assert {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*") if path.is_file()} == set(FILES)
    assert (tmp_path / "deploy/install.sh").stat().st_mode & 0o7777 == 0o755
    assert (tmp_path / "config/a.toml").stat().st_mode & 0o7777 == 0o644


@pytest.mark.parametrize(
    ("added", "said"),
    [
        pytest.param(member("/etc/passwd", b"x"), "does not lie in", id="absolute"),
        pytest.param(member(f"{TOP}/../../evil", b"x"), "does not name", id="upwards"),
        pytest.param(member("../evil", b"x"), "does not lie in", id="beside"),
        pytest.param(member(f"{TOP}/extra", b"x"), "does not name", id="one more"),
        pytest.param(member(f"{TOP}/config", kind=tarfile.SYMTYPE, linkname="/etc"), "no plain file", id="link"),
        pytest.param(
            member(f"{TOP}/hard", kind=tarfile.LNKTYPE, linkname=f"{TOP}/config/a.toml"), "no plain", id="hard"
        ),
        pytest.param(member(f"{TOP}/null", kind=tarfile.CHRTYPE, devmajor=1, devminor=3), "no plain file", id="device"),
        pytest.param(member(f"{TOP}/pipe", kind=tarfile.FIFOTYPE), "no plain file", id="pipe"),
        pytest.param(member(f"{TOP}/sparse", kind=tarfile.GNUTYPE_SPARSE), "no plain file", id="sparse"),
        pytest.param(member(f"{TOP}/config/a.toml", b"a = 2\n"), "is not what its manifest", id="another content"),
    ],
)
def test_anything_else_is_refused(tmp_path: Path, added: tuple[tarfile.TarInfo, bytes], said: str) -> None:
    folder = tmp_path / "release"
    folder.mkdir()
    file = archive(added)
    with pytest.raises(ReleaseError, match=said):
        unpack(file, manifest_of(file)[0], folder)
    assert [path.name for path in tmp_path.iterdir()] == ["release"]


def test_the_same_file_twice_is_refused(tmp_path: Path) -> None:
    twice = member(f"{TOP}/config/a.toml", FILES["config/a.toml"])
    file = archive(twice, twice)
    with pytest.raises(ReleaseError, match="more than once"):
        unpack(file, manifest_of(file)[0], tmp_path)


def test_a_file_less_is_refused(tmp_path: Path) -> None:
    file = archive(said=manifest(missing=b"x"))
    with pytest.raises(ReleaseError, match="lacks 'missing'"):
        unpack(file, manifest_of(file)[0], tmp_path)


def test_one_that_ends_too_early_is_refused(tmp_path: Path) -> None:
    whole = archive(member(f"{TOP}/config/a.toml", bytes(100_000))).getvalue()
    for size in (0, 100, 600, 3000, 50_000):
        file = io.BytesIO(whole[:size])
        with pytest.raises(ReleaseError):
            unpack(file, manifest_of(file)[0], tmp_path / str(size))


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../x", "a/../../x", "a//b", "./a", "a\\b", "a\nb", "", ".", "a/", "x" * 300]
)
def test_a_manifest_that_names_such_a_file_is_none(name: str) -> None:
    said = Manifest("1.0", "3.11", "linux-x86_64", 7, {name: "0" * 64})
    with pytest.raises(ReleaseError, match="names what no bundle has"):
        Manifest.read(said.to_json())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "is none"),
        (b"[]", "is none"),
        (b'{"format": 1}', "is none"),
        (b'{"format": 2}', "format 2, this release reads 1"),
        (Manifest("../1", "3.11", "linux", 7, {}).to_json(), "names what no bundle has: '../1'"),
    ],
)
def test_what_is_no_manifest_says_so(data: bytes, said: str) -> None:
    with pytest.raises(ReleaseError, match=said):
        Manifest.read(data)


def test_what_is_no_tar_file_says_so() -> None:
    with pytest.raises(ReleaseError, match="it is no bundle"):
        manifest_of(io.BytesIO(b"PK\x03\x04" + bytes(2000)))
