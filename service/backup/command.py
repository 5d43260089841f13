"""``vision-inspection backup``: make an archive of the station, list them, look one through."""

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from service.settings import Settings, SettingsError, load

from . import schedule, shelf
from .errors import BackupError
from .images import ALL, NONE, PINNED
from .making import Made, make_backup
from .manifest import Manifest
from .passphrase import asked, from_file
from .place import place_of
from .reading import Archive
from .showing import shown

DONE, FAILED = 0, 1
_NICENESS = 19
_MB = 1e6
LOUD = (
    "The identity is NOT in it: keys, certificates, users and token. A station restored from it is another one to "
    "OPC UA clients, and nobody can sign in as before. Set [backup] passphrase_file, or give --passphrase-file or "
    "--ask."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``backup``."""
    parser.set_defaults(run=make)
    parser.add_argument("--to", type=Path, metavar="FOLDER", help="instead of [backup] folder")
    parser.add_argument(
        "--images",
        type=_images,
        metavar="all|pinned|none|N",
        help="the newest N beside the pinned ones; instead of [backup] images",
    )
    parser.add_argument("--json", action="store_true", help="progress and outcome as lines of JSON")
    parser.add_argument("--scheduled", action="store_true", help="only where [backup] every_h says that one is due")
    add_passphrase(parser, "for the identity; instead of [backup] passphrase_file")
    kinds = parser.add_subparsers(metavar="list|check")
    listing = kinds.add_parser("list", help="the archives that there are, newest first")
    listing.add_argument("--to", type=Path, metavar="FOLDER", help="instead of [backup] folder")
    listing.set_defaults(run=show)
    looked = kinds.add_parser("check", help="look an archive through, every file of it; nothing is restored")
    looked.add_argument("archive", type=Path)
    add_passphrase(looked, "opens the identity as well")
    looked.set_defaults(run=check)


def add_passphrase(parser: argparse.ArgumentParser, use: str) -> None:
    """The two ways to give it."""
    ways = parser.add_mutually_exclusive_group()
    ways.add_argument("--passphrase-file", type=Path, metavar="FILE", help=f"its first line is the passphrase {use}")
    ways.add_argument("--ask", action="store_true", help="ask for the passphrase at the terminal")


def make(args: argparse.Namespace) -> int:
    """Make one now; exit code 1 = it was not made, standard error says why."""
    try:
        settings = _settings(args.to)
    except SettingsError as exc:
        return failed(exc)
    if args.scheduled and not schedule.due(settings):
        print("no backup is due")
        return DONE
    try:
        passphrase = _passphrase(args, settings)
        newest = settings.backup.images if args.images is None else args.images
        os.setpriority(os.PRIO_PROCESS, 0, _NICENESS)  # the line goes first
        with shown(args.json) as progress:
            made = make_backup(settings, passphrase, newest, progress)
    except (BackupError, OSError) as exc:
        if args.scheduled:
            schedule.note(settings, str(exc))  # the station raises its alarm
        return failed(exc)
    if args.to is None:
        schedule.note(settings, "")
    _tell(made, settings, args.json)
    return DONE


def failed(exc: Exception) -> int:
    """Say it."""
    print(f"Not done: {exc}", file=sys.stderr)
    return FAILED


def show(args: argparse.Namespace) -> int:
    """A line for each archive."""
    try:
        settings = _settings(args.to)
    except SettingsError as exc:
        return failed(exc)
    folder = place_of(settings).archives
    found = shelf.kept(folder, settings.station.name)
    for one in found:
        hours = (datetime.now(UTC) - one.made_at).total_seconds() / 3600
        print(f"{one.path}  {one.size / _MB:.1f} MB  {hours:.0f} h old")
    if not found:
        print(f"{folder}: no backup of {settings.station.name!r} is there", file=sys.stderr)
    return DONE if found else FAILED


def check(args: argparse.Namespace) -> int:
    """Exit code 1 = it cannot be relied on."""
    try:
        with Archive(args.archive) as archive, shown(False) as progress:
            archive.verify(progress)
            told = archive.manifest
            given = from_file(args.passphrase_file) if args.passphrase_file else asked(False) if args.ask else ""
            opened = archive.unseal(given) if given else None
    except (BackupError, OSError) as exc:
        return failed(exc)
    print(*describe(told), sep="\n")
    if opened:
        print(f"identity   opened: {opened.host_name}, {', '.join(opened.addresses)}, {len(opened.files)} files")
    return DONE


def describe(told: Manifest) -> list[str]:
    """What is in it, in a few lines."""
    recipes = ", ".join(f"{one.folder} version {one.version}" for one in told.recipes) or "none in production"
    lines = [
        f"station    {told.station}, {told.made_at}, release {told.release}",
        f"results    up to inspection {told.last_number}, schema {told.database}",
        f"recipes    {recipes}",
        f"images     {told.images}",
        f"identity   {'in it, sealed' if told.identity else 'NOT in it'}",
        f"unpacked   {told.unpacked / _MB:.1f} MB, {len(told.files)} files, each as its hash says",
    ]
    return [*lines, *(f"left out   {one}" for one in told.left_out)]


def _tell(made: Made, settings: Settings, as_json: bool) -> None:
    if as_json:
        print(json.dumps({"made": made.path.name, "size": made.size, "identity": made.manifest.identity}))
        return
    print(f"{made.path}  {made.size / _MB:.1f} MB, read back and whole")
    print(*describe(made.manifest), sep="\n")
    for gone in made.removed:
        print(f"removed    {gone}")
    if not made.manifest.identity:
        print(LOUD, file=sys.stderr)
    place = place_of(settings)
    if place.archives.stat().st_dev == place.data.stat().st_dev:
        print("It lies on the disk that it is to replace: copy it to another machine.", file=sys.stderr)


def _settings(folder: Path | None) -> Settings:
    settings = load()
    if folder is None:
        return settings
    return settings.model_copy(update={"backup": settings.backup.model_copy(update={"folder": folder})})


def _passphrase(args: argparse.Namespace, settings: Settings) -> str | None:
    if args.ask:
        return asked(True)
    path = args.passphrase_file or settings.backup.passphrase_file
    return from_file(path) if path else None


def _images(text: str) -> int:
    words = {"all": ALL, "pinned": PINNED, "none": NONE}
    if text in words:
        return words[text]
    if text.isdecimal():
        return int(text)
    raise argparse.ArgumentTypeError(f"{text}: must be all, pinned, none or a number")
