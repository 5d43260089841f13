"""From a bundle to a release on the disk: verified, unpacked, with its environment. What runs is not touched."""

import hashlib
import shutil
import sys
import sysconfig
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from . import environment
from .errors import ReleaseError
from .manifest import NAME, Manifest
from .shelf import MARK, Shelf
from .signature import ENDING, any_key, signer
from .unpacking import manifest_of, unpack

KEYS = "release-keys"


@dataclass(frozen=True, slots=True)
class Source:
    """A bundle, and what it takes to trust it."""

    bundle: Path
    signature: Path | None = None  # None = beside it
    keys: Path | None = None  # None = those of the installation
    allow_unsigned: bool = False  # one without a signature, or where no key is known; a wrong one is always refused


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def install(source: Source, shelf: Shelf, python: str = "") -> Path:
    """The folder of the release, whole.

    Args:
        python: To make the environment with; "" = of the bundle's version, wherever it lies.

    Raises:
        ReleaseError
    """
    began = time.monotonic()
    try:
        with source.bundle.open("rb") as file:
            _trust(file, source, shelf)
            manifest, written = manifest_of(file)
            _suits(manifest)
            mark = hashlib.sha256(written).hexdigest()[:32]
            folder, there = shelf.place(manifest.version, mark)
            if there:
                say(f"  {folder} is this release already")
                return folder
            python = python or environment.find_python(manifest.python)
            _make(file, manifest, folder, python)
            (folder / NAME).write_bytes(written)
            (folder / MARK).write_text(mark)
    except OSError as exc:
        raise ReleaseError(f"{exc.filename or source.bundle}: {exc.strerror or exc}") from exc
    say(f"  done in {time.monotonic() - began:.0f} s")
    return folder.resolve()


def _trust(file: BinaryIO, source: Source, shelf: Shelf) -> None:
    """Before anything of it is read."""
    signature = source.signature or source.bundle.with_name(source.bundle.name + ENDING)
    keys = source.keys or shelf.settings / KEYS
    if source.signature is None and not signature.exists():
        if not source.allow_unsigned:
            raise ReleaseError(f"it has no signature ({signature.name} beside it); --allow-unsigned takes it anyway")
        say("  signature   none: taken because of --allow-unsigned")
    elif source.allow_unsigned and not any_key(keys):
        say(f"  signature   not verified, {keys} names no key: taken because of --allow-unsigned")
    else:
        say(f"  signature   of {signer(file, signature, keys)}")


def _suits(manifest: Manifest) -> None:
    if manifest.platform != (here := sysconfig.get_platform()):
        raise ReleaseError(f"it is for {manifest.platform}, this machine is {here}")


def _make(file: BinaryIO, manifest: Manifest, folder: Path, python: str) -> None:
    """Whole or not at all."""
    if folder.exists():
        say(f"  removing half a release in {folder}")
        shutil.rmtree(folder)
    try:
        folder.mkdir(parents=True)
        say(f"  unpacking to {folder} ...")
        unpack(file, manifest, folder)
        say(f"  making its environment with {python}, from the bundle alone ...")
        environment.make(folder, python)
    except BaseException:
        with suppress(OSError):
            shutil.rmtree(folder)
        raise
