"""``vision-inspection upgrade`` and ``rollback``."""

import argparse
import fcntl
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from .errors import ReleaseError
from .installing import Source, install, say
from .manifest import NAME, Manifest
from .shelf import Shelf
from .switching import prune, root_needed, run_release

KEPT = 3


def add_commands(commands: Any) -> None:
    """Both."""
    upgrade = commands.add_parser("upgrade", help="install the release of a bundle and let it take over under the line")
    upgrade.add_argument("bundle", type=Path, help="the file that deploy/release.sh made")
    upgrade.add_argument("--signature", type=Path, help="its signature (default: BUNDLE.sig)")
    upgrade.add_argument("--keys", type=Path, help="who may sign (default: /etc/vision-inspection/release-keys)")
    upgrade.add_argument("--allow-unsigned", action="store_true", help="take a bundle without a signature")
    upgrade.add_argument("--keep", type=int, default=KEPT, help="releases that stay (default: %(default)s)")
    upgrade.set_defaults(run=partial(_run, _upgrade, "Not upgraded"))
    rollback = commands.add_parser("rollback", help="let the release before take over again, under the line")
    rollback.add_argument("version", nargs="?", help="another one than the one before")
    rollback.add_argument("--list", action="store_true", help="print the releases that are there, the last made first")
    rollback.set_defaults(run=partial(_run, _rollback, "Not rolled back"))
    for each in (upgrade, rollback):
        each.add_argument("--root", type=Path, default=Path("/"), help="below this folder, as it was installed")
        each.add_argument("--no-reload", action="store_true", help="stations that run go on; the next start changes")


def _run(command: Callable[[argparse.Namespace, Shelf], None], failed: str, args: argparse.Namespace) -> int:
    """Exit code 1: what ran before runs on, and standard error says why."""
    shelf = Shelf(args.root.absolute())
    os.umask(0o022)  # the station's user reads what root makes
    try:
        command(args, shelf)
    except ReleaseError as exc:
        goes_on = f"\n{shelf.current.name} goes on." if shelf.current else ""
        print(f"{failed}: {exc}{goes_on}", file=sys.stderr)
        return 1
    return 0


def _upgrade(args: argparse.Namespace, shelf: Shelf) -> None:
    root_needed(shelf)
    with _alone(shelf):
        before = shelf.current
        say(f"Upgrading {before.name if before else 'nothing'} with {args.bundle.name}")
        release = install(Source(args.bundle, args.signature, args.keys, args.allow_unsigned), shelf)
        _say_of_the_database(release)
        _change(args, shelf, release)
        _say_of_units(before, release)
        prune(shelf, args.keep)


def _rollback(args: argparse.Namespace, shelf: Shelf) -> None:
    if args.list:
        for release in shelf.installed():
            marks = {shelf.current: "  current", shelf.previous: "  previous"}
            print(f"{release.name}{marks.get(release.resolve(), '')}")
        return
    root_needed(shelf)
    with _alone(shelf):
        release = shelf.by_name(args.version) if args.version else shelf.previous
        if release is None:
            raise ReleaseError("no release is known that ran before; `rollback --list` names those that are there")
        say(f"Going back to {release.name}")
        _change(args, shelf, release)


def _change(args: argparse.Namespace, shelf: Shelf, release: Path) -> None:
    if release == shelf.current and not args.no_reload:
        say(f"  {release.name} is the current release already; stations that run are reloaded")
    run_release(shelf, release, reload=not args.no_reload)
    say(f"{release.name} is the current release{'; the next start runs it' if args.no_reload else ''}.")


@contextmanager
def _alone(shelf: Shelf) -> Iterator[None]:
    """
    Raises:
        ReleaseError: Another one is at it.
    """
    with (shelf.opt / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ReleaseError("another upgrade or rollback is at work") from None
        yield


def _say_of_the_database(release: Path) -> None:
    from service.store.schema import MIGRATIONS

    there, here = Manifest.read((release / NAME).read_bytes()).schema, len(MIGRATIONS)
    if there > here:
        say(
            f"  its start brings the results database from schema {here} to {there} and keeps a copy of it as it was:"
            " the way back is that copy (docs/upgrade.md)"
        )


def _say_of_units(before: Path | None, release: Path) -> None:
    """They lie in /etc, where an installation put them."""
    if before is None:
        return
    new = (release / "deploy" / "systemd").glob("*")
    if any(
        not (old := before / "deploy/systemd" / each.name).exists() or old.read_bytes() != each.read_bytes()
        for each in new
    ):
        say(
            f"  this release has other units: {release}/deploy/install.sh --current installs them, when the line allows it"
        )
