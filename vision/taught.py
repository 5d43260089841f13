"""Taught data as files beside the recipe: arrays, files and texts, under the hash that the recipe names."""

import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .errors import RecipeError
from .tool import Taught

FOLDER = "taught"
PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.")


def save_taught(folder: Path, name: str, taught: Taught, tool: str, version: int) -> str:
    """Write `taught` below the recipe's `folder` and return its SHA-256.

    Every state has a folder of its own, named by its hash, so that every version of the recipe finds its own;
    `forget_others` takes away what none names. What the tool proposed is not kept here: it goes into the recipe.

    Raises:
        RecipeError: A name in it is no file name.
    """
    contents = _contents(taught)
    digest = _digest(contents, tool, version)
    target = _place(folder, name, digest)
    if not target.exists() or _digest(_files(target), tool, version) != digest:
        shutil.rmtree(target, ignore_errors=True)  # teaching again is how damaged data is mended
        target.parent.mkdir(parents=True, exist_ok=True)
        scratch = Path(tempfile.mkdtemp(dir=target.parent, prefix=".new-"))
        for path, data in contents.items():
            write_synced(scratch / path, data)
        scratch.chmod(0o755)
        scratch.rename(target)
        for place in (target.parent, target.parent.parent, folder):
            sync_folder(place)
    return digest


def load_taught(folder: Path, name: str, sha256: str, tool: str, version: int) -> Taught:
    """Read what the recipe names; never by pickle.

    Raises:
        RecipeError: It is missing, is not what was saved, or cannot be read.
    """
    place = _place(folder, name, sha256)
    if not place.is_dir():
        raise RecipeError(f"{_shown(name, sha256)} is missing; teach it again or copy the folder beside the recipe")
    contents = _files(place)
    if _digest(contents, tool, version) != sha256:
        raise RecipeError(f"{_shown(name, sha256)} was changed since it was taught; its hash does not match")
    try:
        return Taught(
            {_key(path): _array(data) for path, data in contents.items() if path.startswith("arrays/")},
            {path.removeprefix("files/"): data for path, data in contents.items() if path.startswith("files/")},
            {_key(path): data.decode() for path, data in contents.items() if path.startswith("texts/")},
        )
    except ValueError as exc:
        raise RecipeError(f"{_shown(name, sha256)} cannot be read: {exc}") from exc


def forget_others(folder: Path, kept: Iterable[tuple[str, str]]) -> None:
    """Remove taught data that no version of the recipe names; `kept` is name and SHA-256."""
    wanted = {_place(folder, name, digest) for name, digest in kept}
    for old in set((folder / FOLDER).glob("*/*")) - wanted:
        shutil.rmtree(old, ignore_errors=True)


def write_synced(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, on the disk when this returns."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.new")
    with scratch.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    scratch.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """What was made, renamed or removed in `folder` stays so after a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _place(folder: Path, name: str, digest: str) -> Path:
    return folder / FOLDER / name / digest[:16]


def _files(place: Path) -> dict[str, bytes]:
    return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}


def _shown(name: str, digest: str) -> str:
    return f"taught data {FOLDER}/{name}/{digest[:16]}"


def _contents(taught: Taught) -> dict[str, bytes]:
    contents = {f"arrays/{key}.npy": _npy(array) for key, array in taught.arrays.items()}
    contents |= {f"files/{key}": data for key, data in taught.files.items()}
    contents |= {f"texts/{key}.txt": text.encode() for key, text in taught.texts.items()}
    for path in contents:
        key = path.split("/", 1)[1]
        if not PLAIN.issuperset(key) or key.startswith(".") or len(key) > 100:
            raise RecipeError(f"taught data: {key!r} cannot be a file name")
    return contents


def _digest(contents: Mapping[str, bytes], tool: str, version: int) -> str:
    digest = hashlib.sha256(f"{tool} {version}\n".encode())
    for path, data in sorted(contents.items()):
        digest.update(f"{path} {len(data)}\n".encode())
        digest.update(data)
    return digest.hexdigest()


def _npy(array: NDArray[Any]) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array, allow_pickle=False)
    return buffer.getvalue()


def _array(data: bytes) -> NDArray[Any]:
    array: NDArray[Any] = np.load(io.BytesIO(data), allow_pickle=False)
    array.setflags(write=False)
    return array


def _key(path: str) -> str:
    return path.split("/", 1)[1].rsplit(".", 1)[0]
