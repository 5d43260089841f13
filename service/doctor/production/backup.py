"""How old the newest backup is, and whether it would bring the whole station back."""

import stat
from collections.abc import Iterator

from service.backup.place import place_of
from service.backup.schedule import backup_age_s, trouble
from service.doctor.checkup import Finding, Subject
from service.doctor.checkup.finding import ok, wrong

OLDEST_H = 48.0
SET_UP = "Set [backup] every_h and enable the timer (docs/backup.md), or vouch for another way ([production] accepted)"
WHY = "See why the timer made none since: journalctl -u vision-inspection-backup"
WHOLE = "Name a file with a passphrase in [backup] passphrase_file"


def look(subject: Subject) -> Iterator[Finding]:
    settings = subject.settings
    if settings is None:
        return
    age_s, folder = backup_age_s(settings), place_of(settings).archives
    if age_s is None:
        yield wrong("backup", f"no backup is set up: there is none in {folder}", SET_UP)
        return
    if failure := trouble(settings):
        yield wrong("backup", f"the last scheduled backup was not made as set: {failure}", WHY)
    elif age_s > 3600 * max(OLDEST_H, 2 * settings.backup.every_h):
        yield wrong(
            "backup",
            f"the newest in {folder} is {age_s / 86400:.1f} days old",
            WHY if settings.backup.every_h else SET_UP,
        )
    else:
        yield ok("backup", f"the newest in {folder} is {age_s / 3600:.0f} h old")
    passphrase = settings.backup.passphrase_file
    if passphrase is None:
        yield wrong("backup", "keys, certificates, users and token are in no backup", WHOLE)
    elif passphrase.is_file() and passphrase.stat().st_mode & stat.S_IRWXO:
        yield wrong(
            "backup", f"everybody may read {passphrase}", f"chmod 640 {passphrase}, and take another passphrase"
        )
