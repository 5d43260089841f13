"""Make an archive of a station, whether it runs or not."""

import os
import secrets
import socket
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from service import __version__
from service.addresses import addresses_of
from service.settings import Settings
from service.store import database
from service.store.copies import sync_folder
from service.store.disk import free_bytes

from . import contents, identity, images, manifest, shelf
from .blanking import blanked
from .database_copy import Copied, copy_database
from .errors import BackupError
from .packing import Packer
from .place import Place, outside_files, place_of
from .progress import Progress
from .reading import Archive
from .recipes_copy import copy_recipes, judging

_MB = 2**20


@dataclass(frozen=True, slots=True)
class Made:
    """A new archive, read back and found whole."""

    path: Path
    size: int
    manifest: manifest.Manifest
    removed: tuple[Path, ...]  # older archives that went


def make_backup(settings: Settings, passphrase: str | None, newest_images: int, progress: Progress) -> Made:
    """Blocks; for a process of its own. Without a passphrase the identity is left out.

    Raises:
        BackupError: It was not made, and nothing of it is left.
        OSError: The disk does not give or take it; likewise.
    """
    place, now = place_of(settings), datetime.now(UTC)
    with shelf.alone(place.archives):
        work = place.archives / f"{shelf.PART}{secrets.token_hex(4)}"
        work.mkdir(mode=0o700)
        try:
            path = place.archives / shelf.archive_name(settings.station.name, now)
            told = _Backup(settings, place, work, progress).write(path.name, passphrase, newest_images, now)
            (work / path.name).rename(path)
            sync_folder(place.archives)
        finally:
            shelf.remove_folder(work)
        gone = shelf.prune(place.archives, settings.station.name, settings.backup.keep)
        return Made(path, path.stat().st_size, told, tuple(gone))


class _Backup:
    """One that is being made in the folder `work`."""

    def __init__(self, settings: Settings, place: Place, work: Path, progress: Progress) -> None:
        self._settings, self._place, self._work, self._progress = settings, place, work, progress
        self._left_out: list[str] = []
        self._secrets = 0
        self._settings_files: dict[str, str] = {}

    def write(self, name: str, passphrase: str | None, newest: int, now: datetime) -> manifest.Manifest:
        base, recipes = self._work / database.FILE, self._work / "recipes"
        self._need_room(_size(self._place.data / database.FILE))
        there = (self._place.data / database.FILE).exists()
        copied = copy_database(self._place.data / database.FILE, base, self._progress) if there else Copied(0, 0, 0)
        copy_recipes(self._place.recipes, recipes)
        pictures = images.chosen_images(base, self._place.data / images.FOLDER, newest)
        files = [
            *([contents.Found(f"database/{database.FILE}", base)] if there else []),
            *(contents.Found(f"data/{one.name}", one.path) for one in contents.plain_files(self._place.data)),
            *(contents.Found(f"recipes/{one.name}", one.path) for one in contents.tree(recipes)),
            *self._open_settings(),
            *(contents.Found(f"{images.FOLDER}/{one.name}", one.path) for one in pictures),
        ]
        total = sum(_size(one.path) for one in files)
        self._need_room(total)
        with open(self._work / name, "xb", opener=_private) as out:
            packer = Packer(out, total, self._progress)
            for one in files:
                self._add(packer, one)
            secret = self._identity() if passphrase else None
            facts = self._manifest(copied, judging(recipes), packer, secret is not None, now)
            if passphrase and secret:
                packer.add_bytes(identity.FILE, identity.seal(secret, passphrase, facts.to_json()))
            packer.add_bytes(manifest.FILE, facts.to_json())
            packer.close()
        with Archive(self._work / name) as archive:
            archive.verify(self._progress)
        return facts

    def _need_room(self, size: int) -> None:
        """The archive must not take the room that results need."""
        least = self._settings.store.min_free_mb * _MB
        if (free := free_bytes(self._place.archives)) < size + least:
            raise BackupError(
                f"{self._place.archives}: {free // _MB} MB are free, {(size + least) // _MB} MB are needed; "
                "[backup] folder may be another disk, [backup] keep and images smaller"
            )

    def _add(self, packer: Packer, one: contents.Found) -> None:
        try:
            packer.add(one.name, one.path, packed=not one.name.startswith(images.FOLDER))
        except FileNotFoundError:  # an image whose time was over
            if not one.name.startswith(images.FOLDER):
                raise

    def _open_settings(self) -> list[contents.Found]:
        """Settings and variables without their secrets; as they are they go into the identity."""
        found: list[contents.Found] = []
        for name, path in (("station.toml", self._place.settings), ("environment", self._place.environment)):
            if path is None or (text := self._text(path)) is None:
                continue
            public, count = blanked(text)
            self._secrets += count
            self._settings_files[f"settings/{name}"] = text
            (self._work / name).write_text(public, "utf-8")
            found.append(contents.Found(f"settings/{name}", self._work / name))
        return found

    def _text(self, path: Path) -> str | None:
        try:
            return path.read_text("utf-8")
        except FileNotFoundError:
            return None
        except (OSError, UnicodeDecodeError) as exc:
            self._left_out.append(f"{path}: {getattr(exc, 'strerror', None) or exc}")
            return None

    def _identity(self) -> identity.Identity:
        files: dict[str, bytes] = {name: text.encode() for name, text in self._settings_files.items()}
        outside = outside_files(self._settings).items()
        for name, path in (
            *((f"data/{one.name}", one.path) for one in contents.secret_files(self._place.data)),
            *((f"files/{setting}", path) for setting, path in outside),
        ):
            try:
                files[name] = _small(path)
            except (OSError, BackupError) as exc:
                self._left_out.append(f"{path}: {getattr(exc, 'strerror', None) or exc}")
        return identity.Identity(socket.gethostname(), tuple(addresses_of(self._settings.station.bind)), files)

    def _manifest(
        self, copied: Copied, recipes: tuple[manifest.Judging, ...], packer: Packer, sealed: bool, now: datetime
    ) -> manifest.Manifest:
        pictures = [name for name in packer.files if name.startswith(images.FOLDER) and ".thumb." not in name]
        return manifest.Manifest(
            made_at=f"{now:%Y-%m-%dT%H:%M:%SZ}",
            station=self._settings.station.name,
            origin=self._place.origin,
            release=__version__,
            database=copied.schema,
            last_number=copied.last_number,
            last_seq=copied.last_seq,
            images=len(pictures),
            identity=sealed,
            secrets_blanked=self._secrets,
            left_out=tuple(self._left_out),
            recipes=recipes,
            files=packer.files,
        )


def _small(path: Path) -> bytes:
    if (size := path.stat().st_size) > contents.MOST_SECRET:
        raise BackupError(f"{size} bytes are more than a key or a list of users has")
    return path.read_bytes()


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
