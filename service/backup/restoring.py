"""The way back: everything is made ready and checked beside what is there, then put in its place."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from service.settings import Settings
from service.store import FolderLock, Locked, database
from service.store.disk import free_bytes

from . import contents, images, placing, shelf
from .errors import ArchiveError, BackupError
from .identity import Identity
from .migrating import bring_up, go_on_above
from .place import ARCHIVES, Place, outside_files
from .placing import Move
from .progress import Progress
from .reading import Archive
from .recipes_copy import judging
from .settings_here import commands, fitted
from .unpacking import Unpacker, room_needed, write_secrets

ASIDE = "before-restore-"
_MB = 2**20


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the person who restores has chosen."""

    keep_settings: bool = False  # those of this machine stay
    trust_commands: bool = False  # programs that unsealed settings run
    only_check: bool = False  # make everything ready, and replace nothing
    beside: bool = False  # the station runs: its next start puts everything in its place


@dataclass(slots=True)
class Restored:
    """What became of it."""

    aside: Path  # what was there before
    notes: list[str] = field(default_factory=list)
    next_number: int = 0
    replaced: list[str] = field(default_factory=list)  # files and folders of here that go aside


def restore(archive: Archive, identity: Identity | None, place: Place, wishes: Wishes, progress: Progress) -> Restored:
    """Blocks. `identity` None = that of this machine stays.

    Raises:
        BackupError: It was refused, and nothing was changed.
        OSError: The disk does not give or take it; before the first rename nothing was changed, after it the next
            start goes on with it.
    """
    with nullcontext() if wishes.beside else _alone(place.data):
        if placing.unfinished(place.data):
            if wishes.beside:
                raise BackupError("a restore waits for the station's next start already")
            placing.finish(place.data)
        staged = _Stage(archive, identity, place, wishes, progress)
        try:
            done, moves = staged.prepare()
            if not wishes.only_check:
                placing.commit(place.data, moves)
        except BaseException:
            staged.remove()
            raise
        if wishes.beside and not wishes.only_check:
            return done
        if not wishes.only_check:
            placing.finish(place.data)
        staged.remove()
        return done


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    lock = FolderLock(data)
    try:
        lock.acquire()
    except Locked as exc:
        raise BackupError(f"{exc}: stop the station first (systemctl stop vision-inspection)") from exc
    try:
        yield
    finally:
        (data / "station.pid").unlink(missing_ok=True)  # of this process, and perhaps root's
        lock.release()


class _Stage:
    """A folder in the data folder, and one beside each thing that lies elsewhere: on the same disk as its place."""

    def __init__(
        self, archive: Archive, identity: Identity | None, place: Place, wishes: Wishes, progress: Progress
    ) -> None:
        self._archive, self._identity, self._place, self._wishes = archive, identity, place, wishes
        self._unpacker = Unpacker(archive, progress)
        self._stamp = f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
        self._folder = place.data / placing.STAGE
        self._new = self._folder / "new"
        self._recipes = place.recipes.with_name(f".{place.recipes.name}.restore")
        self._beside: list[Path] = [self._recipes]
        self._moves: list[Move] = []
        self._done = Restored(place.data / f"{ASIDE}{self._stamp}")

    def prepare(self) -> tuple[Restored, list[Move]]:
        self._need_room()
        self.remove()
        self._new.mkdir(mode=0o700, parents=True)
        self._prepare_data()
        self._prepare_recipes()
        if not self._wishes.keep_settings:
            self._prepare_settings()
        self._plan_data()
        for move in self._moves:
            if Path(move.target).is_mount():
                raise BackupError(f"{move.target}: is a disk of its own and cannot be renamed: unmount it first")
        self._done.replaced = [move.target for move in self._moves if Path(move.target).exists()]
        self._give_to_owner()
        return self._done, self._moves

    def remove(self) -> None:
        """What was made ready and is not wanted."""
        for path in (self._folder, *self._beside):
            shelf.remove_folder(path)

    def _need_room(self) -> None:
        needed, free = room_needed(self._archive.manifest), free_bytes(self._place.data)
        if needed > free:
            raise BackupError(f"{self._place.data}: {free // _MB} MB are free, {needed // _MB + 1} MB are needed")

    def _prepare_data(self) -> None:
        self._unpacker.section("database", self._new)
        self._unpacker.section("data", self._new)
        self._unpacker.section(images.FOLDER, self._new / images.FOLDER)
        if self._identity:
            write_secrets(self._identity, self._new)
        if (base := self._new / database.FILE).exists():
            bring_up(base)
        self._done.next_number = go_on_above(self._new, self._place.data, self._archive.manifest) + 1

    def _prepare_recipes(self) -> None:
        self._recipes.mkdir(mode=0o750)
        self._unpacker.section("recipes", self._recipes)
        wanted = {(one.folder, one.job, one.version) for one in self._archive.manifest.recipes}
        found = {(one.folder, one.job, one.version) for one in judging(self._recipes)}
        if missing := sorted(wanted - found):
            folder, job, version = missing[0]
            raise ArchiveError(f"recipes/{folder}: version {version} of job {job} cannot be put into production here")
        recipes = self._place.recipes
        inside = recipes.parent == self._place.data
        aside = self._done.aside / recipes.name if inside else recipes.with_name(f"{recipes.name}.{ASIDE}{self._stamp}")
        self._moves.append(Move(str(recipes), str(aside), str(self._recipes)))

    def _prepare_settings(self) -> None:
        target = self._place.settings
        if (text := self._text("station.toml")) is None or target is None:
            self._done.notes.append("the archive has no settings file: those of this machine stay")
            return
        target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        new = target.with_name(f".{target.name}.restore")
        try:
            text, settings = fitted(text, self._place, new)
        except PermissionError as exc:
            raise BackupError(f"{target}: this user may not write there: be root, or --keep-settings") from exc
        runs = commands(settings)
        if runs and self._identity is None and not self._wishes.trust_commands:
            raise BackupError(
                "the archive's settings run programs, and without its passphrase nobody knows who wrote them: "
                f"{'; '.join(runs)}. Give the passphrase, --trust-commands or --keep-settings"
            )
        self._put(target, text)
        environment = self._place.environment
        if environment and (variables := self._text("environment")) is not None:
            self._put(environment, variables)
        if self._identity:
            self._prepare_outside(settings)
        elif self._archive.manifest.secrets_blanked:
            count = self._archive.manifest.secrets_blanked
            self._done.notes.append(f"{count} secret(s) in the settings are *** now: put them in before the start")

    def _text(self, name: str) -> str | None:
        if self._identity and (sealed := self._identity.files.get(f"settings/{name}")) is not None:
            return sealed.decode()
        return self._unpacker.text(f"settings/{name}")

    def _prepare_outside(self, settings: Settings) -> None:
        """Keys and certificates that the settings name, where they name them."""
        assert self._identity
        for setting, path in outside_files(settings).items():
            data = self._identity.files.get(f"files/{setting}")
            if data is not None and not (path.is_file() and path.read_bytes() == data):
                path.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
                self._put(path, data, 0o600)

    def _put(self, target: Path, content: str | bytes, mode: int = 0o640) -> None:
        """Made ready beside `target`, whose owner and mode it gets where there is one."""
        new = target.with_name(f".{target.name}.restore")
        self._beside.append(new)
        new.unlink(missing_ok=True)  # of one that was cut off
        with open(new, "xb", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(content.encode() if isinstance(content, str) else content)
        before = target.stat() if target.exists() else None
        new.chmod(before.st_mode & 0o777 if before else mode)
        owner = before or target.parent.stat()
        _own(new, owner.st_uid, owner.st_gid)
        self._moves.append(Move(str(target), str(target.with_name(f"{target.name}.{ASIDE}{self._stamp}")), str(new)))

    def _plan_data(self) -> None:
        """What is there goes aside, but for the archives and what the archive has nothing to replace it with."""
        data, new = self._place.data, {path.name for path in self._new.iterdir()}
        keep = {placing.STAGE, placing.INCOMING, "station.pid", "ballast", ARCHIVES}
        keep |= {
            path.name for path in (self._place.archives, self._place.recipes, self._recipes) if path.parent == data
        }
        if self._identity is None:
            keep |= {one.name.split("/")[0] for one in contents.secret_files(data)}
        if self._place.origin and self._place.origin == self._archive.manifest.origin:
            keep.add(images.FOLDER)  # of the same inspections
        for path in sorted(data.iterdir()):
            if path.name in new or not (path.name in keep or path.name.startswith(ASIDE)):
                replaced = str(self._new / path.name) if path.name in new else ""
                self._moves.append(Move(str(path), str(self._done.aside / path.name), replaced))
                new.discard(path.name)
        if self._wishes.beside:  # another database's journal must not stand beside the new one, whenever it was made
            there = {Path(move.target) for move in self._moves}
            journals = {data / f"{database.FILE}{ending}" for ending in ("-wal", "-shm")} - there
            self._moves += [Move(str(path), str(self._done.aside / path.name)) for path in sorted(journals)]
        for name in sorted(new):
            self._moves.append(Move(str(data / name), str(self._done.aside / name), str(self._new / name)))

    def _give_to_owner(self) -> None:
        """Root restores for the station's user: the data folder's owner."""
        owner = self._place.data.stat()
        for top in (self._new, self._recipes):
            _own(top, owner.st_uid, owner.st_gid)
            for path in top.rglob("*"):
                _own(path, owner.st_uid, owner.st_gid)


def _own(path: Path, user: int, group: int) -> None:
    if os.geteuid() == 0:
        with suppress(PermissionError):  # a file system without owners
            shutil.chown(path, user, group)
