"""``vision-inspection upgrade BUNDLE``, and the way back."""

import argparse
import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .errors import ReleaseError
from .installing import Source, install, say
from .manifest import NAME, Manifest
from .shelf import Shelf
from .switching import root_needed, run_release

KEPT = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options. (The command ``rollback`` is for recipes, with which nobody should mix a release up.)"""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("bundle", nargs="?", type=Path, help="the file that deploy/release.sh made")
    what.add_argument(
        "--rollback", nargs="?", const="", metavar="VERSION", help="back to the release before, or to this one"
    )
    what.add_argument("--list", action="store_true", help="print the releases that are there, the last made first")
    parser.add_argument("--signature", type=Path, help="the bundle's signature (default: BUNDLE.sig)")
    parser.add_argument("--keys", type=Path, help="who may sign (default: /etc/vision-inspection/release-keys)")
    parser.add_argument("--allow-unsigned", action="store_true", help="take a bundle without a signature")
    parser.add_argument("--keep", type=int, default=KEPT, help="releases that stay (default: %(default)s)")
    parser.add_argument("--root", type=Path, default=Path("/"), help="below this folder, as it was installed")
    parser.add_argument("--no-reload", action="store_true", help="stations that run go on; the next start changes")


def run(args: argparse.Namespace) -> int:
    """Exit code 1: what ran before runs on, and standard error says why."""
    shelf = Shelf(args.root.absolute())
    os.umask(0o022)  # the station's user reads what root makes
    try:
        if args.list:
            _list(shelf)
        else:
            root_needed(shelf)
            with _alone(shelf):
                (_upgrade if args.rollback is None else _rollback)(args, shelf)
    except ReleaseError as exc:
        goes_on = f"\n{shelf.current.name} goes on." if shelf.current else ""
        print(f"{'Not upgraded' if args.bundle else 'Not rolled back'}: {exc}{goes_on}", file=sys.stderr)
        return 1
    return 0


def _list(shelf: Shelf) -> None:
    marks = {shelf.current: "  current", shelf.previous: "  previous"}
    for release in shelf.installed():
        print(f"{release.name}{marks.get(release.resolve(), '')}")


def _upgrade(args: argparse.Namespace, shelf: Shelf) -> None:
    before = shelf.current
    say(f"Upgrading {before.name if before else 'nothing'} with {args.bundle.name}")
    release = install(Source(args.bundle, args.signature, args.keys, args.allow_unsigned), shelf)
    _say_of_the_database(release)
    _change(args, shelf, release)
    _say_of_units(before, release)
    for name in shelf.prune(args.keep):
        say(f"  removed release {name}: {args.keep} are kept, and what still runs")


def _rollback(args: argparse.Namespace, shelf: Shelf) -> None:
    release = shelf.by_name(args.rollback) if args.rollback else shelf.previous
    if release is None:
        raise ReleaseError("no release is known that ran before; `upgrade --list` names those that are there")
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
    for new in (release / "deploy" / "systemd").glob("*"):
        old = before / "deploy" / "systemd" / new.name
        if not old.exists() or old.read_bytes() != new.read_bytes():
            say(f"  it has other units; when the line allows it: {release}/deploy/install.sh --current")
            return
