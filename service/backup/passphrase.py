"""Where the passphrase comes from: a file, or a person at the terminal."""

import getpass
import os
import stat
import sys
from pathlib import Path

from .errors import PassphraseError
from .identity import SHORTEST


def from_file(path: Path) -> str:
    """Its first line.

    Raises:
        PassphraseError: It cannot be read, everybody can read it, or it is too short.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            line = file.read(4096).split(b"\n")[0].decode("utf-8", "surrogateescape").strip("\r")
    except OSError as exc:
        raise PassphraseError(f"{path}: the passphrase cannot be read: {exc.strerror}") from exc
    if stat.S_ISREG(mode) and mode & (stat.S_IRWXO | stat.S_IWGRP):
        raise PassphraseError(f"{path}: others may read or change the passphrase: chmod 640 {path}")
    return checked(line, str(path))


def asked(again: bool) -> str:
    """From the terminal; `again`: twice, because a new one that was mistyped opens nothing.

    Raises:
        PassphraseError: There is no terminal, or the two differ.
    """
    if not sys.stdin.isatty():
        raise PassphraseError("there is no terminal to ask for the passphrase: give --passphrase-file")
    given = getpass.getpass("Passphrase of the archive: ")
    if again and getpass.getpass("Once more: ") != given:
        raise PassphraseError("the two passphrases differ")
    return checked(given, "the passphrase")


def checked(given: str, where: str) -> str:
    """
    Raises:
        PassphraseError: It is too short to keep anybody out.
    """
    if len(given) < SHORTEST:
        raise PassphraseError(f"{where}: a passphrase has at least {SHORTEST} characters, this one {len(given)}")
    return given
