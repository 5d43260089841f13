"""What a backup or a restore can say no with; every message says what, where and what would be right."""


class BackupError(Exception):
    """It was not done, and nothing was changed."""


class ArchiveError(BackupError):
    """The file is no archive of a station, or was damaged or made to harm."""


class PassphraseError(BackupError):
    """The identity cannot be sealed, or not opened, with this passphrase."""
