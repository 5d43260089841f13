"""What is kept of images, and how much room it takes: answered in the reader's thread."""

from collections.abc import Sequence
from typing import Any

import apsw

from vision.result import Judgement

from .columns import JUDGEMENTS
from .rows import ImageUsage, KeptAs, KeptImage, Pin, Room


def images(db: apsw.Connection, numbers: Sequence[int]) -> dict[int, str]:
    """Image names by number, of those results that have one."""
    marks = ", ".join("?" * len(numbers))
    rows = db.execute(f"SELECT number, image FROM results WHERE number IN ({marks}) AND image <> ''", tuple(numbers))
    return {int(number): str(image) for number, image in rows}


def oldest(
    db: apsw.Connection,
    limit: int,
    kinds: Sequence[KeptAs],
    exported: bool | None = None,
    before_us: int | None = None,
    after: int = 0,
) -> list[KeptImage]:
    """The oldest images of these classes above the number `after`; judged before `before_us`, where it is given."""
    found: list[tuple[Any, ...]] = []
    for kind in kinds:  # a query each: the index gives each of them in order
        for mark in (0, 1) if exported is None else (int(exported),):
            found += db.execute(
                "SELECT number, image, image_bytes, finished_at_us FROM results INDEXED BY results_kept"
                " WHERE kept_as = ? AND exported = ? AND image <> '' AND number > ? ORDER BY number LIMIT ?",
                (int(kind), mark, after, limit),
            )
    rows = sorted(found)[:limit]
    return [KeptImage(*row[:3]) for row in rows if before_us is None or row[3] < before_us]


def exported_before(db: apsw.Connection, limit: int, at_us: int) -> list[KeptImage]:
    """Images that lie somewhere else since before `at_us`, but for pinned ones."""
    rows = db.execute(
        "SELECT number, image, image_bytes FROM results INDEXED BY results_exported WHERE exported_at_us < ?"
        " AND image <> '' AND pinned_at_us IS NULL ORDER BY exported_at_us LIMIT ?",
        (at_us, limit),
    )
    return [KeptImage(*row) for row in rows]


def usage(db: apsw.Connection) -> list[ImageUsage]:
    """Each class, also where it has no image."""
    found: dict[KeptAs, list[Any]] = {kind: [0, 0, 0, None] for kind in KeptAs}
    for kind, exported, count, size, first in db.execute(
        "SELECT kept_as, exported, count(*), sum(image_bytes), min(number) FROM results INDEXED BY results_kept"
        " WHERE image <> '' GROUP BY kept_as, exported"
    ):
        of = found[KeptAs(kind)]
        of[0], of[1] = of[0] + count, of[1] + size
        of[2] += count * exported
        of[3] = min(first, of[3] or first)
    return [
        ImageUsage(kind, count, size, exported, _finished(db, first))
        for kind, (count, size, exported, first) in found.items()
    ]


def room(db: apsw.Connection) -> Room:
    """Of the database file."""
    page, pages, free = (int(str(db.pragma(name))) for name in ("page_size", "page_count", "freelist_count"))
    results = int(str(db.execute("SELECT count(*) FROM results INDEXED BY results_judgement").get))
    first = db.execute("SELECT min(number) FROM results").get
    return Room(results, pages * page, free * page, _finished(db, first))


def reusable(db: apsw.Connection) -> int:
    """Bytes inside of the database that rows which have gone have left."""
    return int(str(db.pragma("page_size"))) * int(str(db.pragma("freelist_count")))


def pins(db: apsw.Connection, before: int | None, limit: int) -> list[Pin]:
    """By number, newest first, below `before`."""
    rows = db.execute(
        "SELECT number, judgement, recipe, part_id, finished_at_us, image, image_bytes, pinned_at_us, pinned_by,"
        " pinned_why FROM results INDEXED BY results_pinned WHERE pinned_at_us IS NOT NULL AND number < ?"
        " ORDER BY number DESC LIMIT ?",
        (2**62 if before is None else before, limit),
    )
    return [
        Pin(number, JUDGEMENTS.get(judgement, Judgement.ERROR), recipe, part_id.decode("utf-8", "replace"), *rest)
        for number, judgement, recipe, part_id, *rest in rows
    ]


def count_pins(db: apsw.Connection, but: int) -> int:
    """How many results are pinned; `but` this one."""
    counted = db.execute(
        "SELECT count(*) FROM results INDEXED BY results_pinned WHERE pinned_at_us IS NOT NULL AND number <> ?", (but,)
    )
    return int(str(counted.get))


def _finished(db: apsw.Connection, number: object) -> int:
    if number is None:
        return 0
    return int(str(db.execute("SELECT finished_at_us FROM results WHERE number = ?", (int(str(number)),)).get))
