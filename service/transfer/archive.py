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
from typing import Any, BinaryIO, cast

from vision.recipe import FILE, Recipe
from vision.recipe.seal import KEY, seal_of
from vision.taught import FOLDER as TAUGHT

FORMAT = "vision-inspection recipe 1"
MANIFEST = "manifest.json"
MOST_FILES = 2000
MOST_BYTES = 256 * 2**20  # of all files, unpacked
MOST_JSON = 4 * 2**20  # bytes of the recipe, and of the manifest: they are read in one go
MOST_DIRECTORY = MOST_FILES * 512  # bytes
PIECE = 2**16
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # of the others a few bytes unpack to gigabytes in one step
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
    yield FILE, _json(_sealed(recipe.content()))
    for name, entry in sorted(recipe.taught.items()):
        place = folder / TAUGHT / name / entry.sha256[:16]
        for path in sorted(path for path in place.rglob("*") if path.is_file()):
            yield path.relative_to(folder).as_posix(), path.read_bytes()


def _sealed(content: dict[str, Any]) -> dict[str, Any]:
    """A file of an older release has fewer fields than what is written of it now: the seal has to fit that."""
    if KEY in content:
        content[KEY]["sha256"] = seal_of(content)
    return content


def _json(values: Mapping[str, Any]) -> bytes:
    return f"{json.dumps(values, indent=2, ensure_ascii=False)}\n".encode()


def unpack(source: BinaryIO, into: Path) -> None:
    """Write what is in the archive below the empty folder `into`; every file is held to its hash.

    Raises:
        ArchiveError: With the file that is wrong.
        OSError: The disk does not take it.
    """
    try:
        with zipfile.ZipFile(cast("BinaryIO", _InPieces(source))) as archive:
            hashes = _checked(archive)
            for name, sha256 in hashes.items():
                data = _read(archive, name)
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


class _InPieces:
    """The archive as `zipfile` reads it: that takes the whole directory at once, so one that is too long is refused."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.seek, self.tell, self.seekable = source.seek, source.tell, source.seekable

    def read(self, count: int = -1) -> bytes:
        """At most `MOST_DIRECTORY` bytes; to the end only near the end.

        Raises:
            ArchiveError: It would be more.
        """
        if count > MOST_DIRECTORY:
            raise ArchiveError(f"its directory has {count} bytes, more than {MOST_DIRECTORY}")
        return self._source.read(count)


def _read(archive: zipfile.ZipFile, name: str) -> bytes:
    """In pieces: what unpacks to more than the directory says is never unpacked beyond that."""
    with archive.open(name) as file:
        return b"".join(iter(lambda: file.read(PIECE), b""))


def _checked(archive: zipfile.ZipFile) -> Mapping[str, str]:
    """The hash of each file but the manifest; sizes are looked at before anything is unpacked."""
    entries = archive.infolist()
    names = [entry.filename for entry in entries]
    if len(names) > MOST_FILES:
        raise ArchiveError(f"it has {len(names)} files, more than {MOST_FILES}")
    if (size := sum(entry.file_size for entry in entries)) > MOST_BYTES:
        raise ArchiveError(f"unpacked it has {size} bytes, more than {MOST_BYTES}")
    if packed := [entry.filename for entry in entries if entry.compress_type not in _METHODS]:
        raise ArchiveError(f"{packed[0]!r}: it is neither stored nor deflated")
    if len(set(names)) < len(names):
        raise ArchiveError("a file is in it twice")
    if MANIFEST not in names or FILE not in names:
        raise ArchiveError(f"{MANIFEST if MANIFEST not in names else FILE} is missing")
    strange = sorted(name for name in names if name != MANIFEST and (not _NAME.fullmatch(name) or ".." in name))
    if strange:
        raise ArchiveError(f"{strange[0]!r}: no file of a recipe has this name")
    if long := [name for name in (MANIFEST, FILE) if archive.getinfo(name).file_size > MOST_JSON]:
        raise ArchiveError(f"{long[0]}: unpacked it has more than {MOST_JSON} bytes")
    hashes = _manifest(_read(archive, MANIFEST))
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
