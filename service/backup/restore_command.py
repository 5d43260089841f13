"""``vision-inspection restore``: make this machine the station that an archive was made of."""

import argparse
import json
import socket
from contextlib import suppress
from pathlib import Path
from typing import Any

from service.addresses import addresses_of
from service.settings import SettingsError, config_path, data_folder, load, recipe_folder

from .command import DONE, add_passphrase, describe, failed
from .errors import BackupError, PassphraseError
from .identity import Identity
from .manifest import Manifest
from .passphrase import asked, from_file
from .place import ARCHIVES, Place
from .reading import Archive
from .restoring import Restored, Wishes, restore
from .showing import shown


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of ``restore``."""
    parser.add_argument("archive", type=Path)
    add_passphrase(parser, "that the identity was sealed with")
    parser.add_argument(
        "--without-identity", action="store_true", help="keys, certificates, users and token of this machine stay"
    )
    parser.add_argument("--keep-settings", action="store_true", help="the settings of this machine stay")
    parser.add_argument(
        "--trust-commands",
        action="store_true",
        help="programs that the settings run, although nothing vouches for them",
    )
    parser.add_argument("--check", action="store_true", help="try everything but replacing what is there")
    parser.add_argument(
        "--beside", action="store_true", help="the station runs: make all ready, its next start puts it in its place"
    )
    parser.add_argument("--json", action="store_true", help="progress and outcome as lines of JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Exit code 1: refused, and nothing was changed; standard error says why."""
    wishes = Wishes(args.keep_settings, args.trust_commands, args.check, args.beside)
    try:
        place = here()
        with Archive(args.archive) as archive:
            opened = _identity(args, archive)
            with shown(args.json) as progress:
                done = restore(archive, opened, place, wishes, progress)
            if args.json:
                print(json.dumps({"found": _found(archive.manifest, done)}))
                return DONE
            print(*describe(archive.manifest), sep="\n")
    except (BackupError, SettingsError, OSError) as exc:
        return failed(exc)
    if args.check:
        print(f"{args.archive}: could be restored here; nothing was changed")
        return DONE
    if args.beside:
        print("ready: the station's next start puts it in its place")
        return DONE
    _tell(done, opened, place)
    return DONE


def _found(told: Manifest, done: Restored) -> dict[str, Any]:
    """For the station, which shows it to a browser."""
    return {
        "station": told.station,
        "made_at": told.made_at,
        "release": told.release,
        "last_number": told.last_number,
        "recipes": [f"{one.folder} {one.version}" for one in told.recipes],
        "images": told.images,
        "identity": told.identity,
        "unpacked": told.unpacked,
        "left_out": list(told.left_out),
        "replaced": done.replaced,
        "aside": str(done.aside),
        "notes": done.notes,
        "next_number": done.next_number,
    }


def here() -> Place:
    """Where the station is on this machine, whatever else is wrong with its settings."""
    settings = (config_path() or Path("config/station.toml")).absolute()
    data = data_folder().absolute()
    data.mkdir(mode=0o750, parents=True, exist_ok=True)
    archives = data / ARCHIVES
    with suppress(SettingsError):  # they are replaced, or say so when the station starts
        archives = (load().backup.folder or archives).absolute()
    return Place(data, recipe_folder().absolute(), settings, archives)


def _identity(args: argparse.Namespace, archive: Archive) -> Identity | None:
    if args.without_identity or not (archive.manifest.identity or args.passphrase_file or args.ask):
        return None
    if args.passphrase_file:
        return archive.unseal(from_file(args.passphrase_file))
    try:
        return archive.unseal(asked(False))
    except PassphraseError as exc:
        raise PassphraseError(f"{exc}; --without-identity restores all else") from exc


def _tell(done: Restored, opened: Identity | None, place: Place) -> None:
    print(f"restored; what was there before: {done.aside}")
    print(f"the next inspection has number {done.next_number} or a higher one")
    for note in done.notes:
        print(f"note: {note}")
    if opened is None:
        print("note: the identity is not restored: OPC UA clients and users have to be trusted and made anew")
        return
    if opened.host_name != (now := socket.gethostname()):
        print(f"note: this machine is called {now}: hostnamectl set-hostname {opened.host_name}")
    try:
        missing = sorted(set(opened.addresses) - set(addresses_of(load().station.bind)))
    except SettingsError as exc:
        print(f"note: the settings do not hold: {exc}")
        return
    if missing:
        print(f"note: clients dial {', '.join(missing)}, which this machine does not have: give it that address")
