"""Token, session secret and private keys: made, long enough, and closed to others."""

from collections.abc import Iterator

from service.auth.token import SESSION_SECRET, SHORTEST
from service.doctor.checkup import Finding, Subject
from service.doctor.checkup.finding import ok, wrong
from service.doctor.checkup.secrets import loose, secret_files

MADE = ("token", SESSION_SECRET)


def look(subject: Subject) -> Iterator[Finding]:
    if subject.settings is None:
        return
    data = subject.settings.station.data_folder
    for name in MADE:
        path = data / name
        if not path.is_file():
            yield wrong("secrets", f"there is no {path}", "Start the station once: it makes what is missing")
        elif len(path.read_text("ascii", "replace").strip()) < SHORTEST:
            yield wrong("secrets", f"{path} is too short to be a secret", f"Delete {path} and restart: it is made anew")
    files = secret_files(subject.settings)
    for path in files:
        if loose(path):
            yield wrong("secrets", f"others may read {path}", f"chmod 600 {path}, and renew what it holds")
        elif path.stat().st_uid not in (0, subject.user):
            yield wrong("secrets", f"{path} is another user's", f"chown {subject.user} {path}")
    yield ok("secrets", f"{len(files)} files, mode 0600")
