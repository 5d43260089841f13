"""Which images go into an archive: those of pinned results, and of the newest inspections or of all."""

from pathlib import Path

import apsw

from service.archive.names import inside, thumbnail_of

from .contents import Found

FOLDER = "images"
ALL = -1
PINNED = 0
NONE = -2
_NEWEST = "SELECT image FROM (SELECT image FROM results WHERE image <> '' ORDER BY number DESC LIMIT ?)"
_PINNED = "SELECT image FROM results WHERE image <> '' AND pinned_at_us IS NOT NULL"
_HAS_PINS = "SELECT 1 FROM pragma_table_info('results') WHERE name = 'pinned_at_us'"


def chosen_images(database: Path, images: Path, newest: int) -> list[Found]:
    """Those that the database (a copy) names and that are there, with their thumbnails.

    `newest`: how many beside those of pinned results; ALL, PINNED and NONE are numbers too.
    """
    if newest == NONE or not database.exists():
        return []
    copy = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        pins = copy.execute(_HAS_PINS).fetchone()  # a station that has not started since an update has no such column
        query = f"{_NEWEST} UNION {_PINNED}" if pins else _NEWEST
        names = [str(row[0]) for row in copy.execute(query, (newest,))]
    finally:
        copy.close()
    return [one for name in names for one in _files(images, name)]


def _files(images: Path, name: str) -> list[Found]:
    path = inside(images, name)
    if path is None or not path.is_file():
        return []
    small = thumbnail_of(path)
    both = [path, *([small] if small.is_file() else [])]
    return [Found(one.relative_to(images).as_posix(), one) for one in both]
