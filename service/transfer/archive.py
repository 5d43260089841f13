"""A recipe as one file: a zip archive of the recipe and its taught data, with a manifest that has every hash.

``manifest.json`` names format, job, name and version, and for each other file its SHA-256; ``recipe.json`` is the
recipe, the rest lies below ``taught`` as in a recipe's folder. Everything here blocks.
"""

import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from vision.recipe import FILE, Recipe
from vision.taught import FOLDER as TAUGHT

FORMAT = "vision-inspection recipe 1"
MANIFEST = "manifest.json"
MOST_FILES = 2000
MOST_BYTES = 256 * 2**20  # of all files, unpacked
_OLD = (1980, 1, 1, 0, 0, 0)  # the same recipe is the same archive
_PLAIN = r"[A-Za-z0-9_][A-Za-z0-9_.\- ]{0,99}"
_NAME = re.compile(rf"{re.escape(FILE)}|{TAUGHT}/{_PLAIN}/[0-9a-f]{{16}}/(?:arrays|files|texts)/{_PLAIN}")


class ArchiveError(Exception):
    """It is no archive of a recipe, or was damaged; says where."""


def pack(recipe: Recipe, folder: Path, out: BinaryIO) -> None:
    """Write the archive of `recipe`, whose taught data lies in `folder`.

    Raises:
        OSError: The disk does not give or take it.
    """
    files = dict(_files(recipe, folder))
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    facts = {"format": FORMAT, "job": recipe.job, "name": recipe.name, "version": recipe.version, "files": hashes}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {MANIFEST: _json(facts), **files}.items():
            archive.writestr(zipfile.ZipInfo(name, _OLD), data, zipfile.ZIP_DEFLATED)


def _files(recipe: Recipe, folder: Path) -> Iterator[tuple[str, bytes]]:
    yield FILE, _json(recipe.content())
    for name, entry in sorted(recipe.taught.items()):
        place = folder / TAUGHT / name / entry.sha256[:16]
        for path in sorted(path for path in place.rglob("*") if path.is_file()):
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _json(values: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(values, indent=2, ensure_ascii=False)}\n".encode()


def unpack(source: BinaryIO, into: Path) -> None:
    """Write what is in the archive below the empty folder `into`; every file is held to its hash.

    Raises:
        ArchiveError: With the file that is wrong.
        OSError: The disk does not take it.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            hashes = _checked(archive)
            for name, sha256 in hashes.items():
                data = archive.read(name)
                if hashlib.sha256(data).hexdigest() != sha256:
                    raise ArchiveError(f"{name}: its hash is not the one in {MANIFEST}")
                (into / name).parent.mkdir(parents=True, exist_ok=True)
                (into / name).write_bytes(data)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, EOFError, NotImplementedError, RuntimeError, ValueError) as exc:
        raise ArchiveError(f"it is no zip archive that can be read: {exc}") from exc
    except Exception as exc:  # zlib.error and whatever a decoder makes of damaged bytes
        if isinstance(exc, ArchiveError | OSError):
            raise
        raise ArchiveError(f"it cannot be unpacked: {exc}") from exc


def _checked(archive: zipfile.ZipFile) -> Mapping[str, str]:
    """The hash of each file but the manifest; sizes are looked at before anything is unpacked."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(names) > MOST_FILES:
        raise ArchiveError(f"it has {len(names)} files, more than {MOST_FILES}")
    if (size := sum(entry.file_size for entry in entries)) > MOST_BYTES:
        raise ArchiveError(f"unpacked it has {size} bytes, more than {MOST_BYTES}")
    if len(set(names)) < len(names):
        raise ArchiveError("a file is in it twice")
    if MANIFEST not in names or FILE not in names:
        raise ArchiveError(f"{MANIFEST if MANIFEST not in names else FILE} is missing")
    strange = sorted(name for name in names if name != MANIFEST and (not _NAME.fullmatch(name) or ".." in name))
    if strange:
        raise ArchiveError(f"{strange[0]!r}: no file of a recipe has this name")
    hashes = _manifest(archive.read(MANIFEST))
    if different := sorted(set(hashes) ^ (set(names) - {MANIFEST})):
        raise ArchiveError(f"{different[0]!r}: it is not both in the archive and in {MANIFEST}")
    return hashes


def _manifest(data: bytes) -> dict[str, str]:
    try:
        facts = json.loads(data)
    except (ValueError, RecursionError) as exc:
        raise ArchiveError(f"{MANIFEST}: is no JSON: {exc}") from exc
    if not isinstance(facts, dict) or facts.get("format") != FORMAT:
        raise ArchiveError(f"{MANIFEST}: format: it is not {FORMAT!r}")
    hashes = facts.get("files")
    if not isinstance(hashes, dict) or not all(isinstance(one, str) for one in hashes.values()):
        raise ArchiveError(f"{MANIFEST}: files: it does not name a hash for each file")
    return hashes


def packed(recipe: Recipe, folder: Path) -> io.BytesIO:
    """The archive in memory."""
    out = io.BytesIO()
    pack(recipe, folder, out)
    return out
