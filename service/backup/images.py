"""Which images go into an archive: all, or those of the newest inspections."""

from pathlib import Path

import apsw

from service.archive.names import inside, thumbnail_of

from .contents import Found

FOLDER = "images"
ALL = -1


def chosen_images(database: Path, images: Path, newest: int) -> list[Found]:
    """Those that the database (a copy) names and that are there, with their thumbnails; `newest` -1 = all of them."""
    if not newest or not database.exists():
        return []
    copy = apsw.Connection(str(database), flags=apsw.SQLITE_OPEN_READONLY)
    try:
        query = "SELECT image FROM results WHERE image <> '' ORDER BY number DESC LIMIT ?"
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
