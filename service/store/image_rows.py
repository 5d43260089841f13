"""Statements about images and pins, part of the writer's transactions."""

from collections.abc import Sequence

import apsw

from .columns import clean


class ImageRows:
    """On the writer's connection, in its thread."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._db = connection

    def name(self, number: int, image: str, lossless: bool, size: int, sampled: bool) -> None:
        """The image of a result is there."""
        self._db.execute(
            "UPDATE results SET image = ?, lossless = ?, image_bytes = ?, sampled = ? WHERE number = ?",
            (image, lossless, size, sampled, number),
        )

    def measure(self, sizes: Sequence[tuple[int, int]]) -> None:
        """Numbers, and the bytes of their images."""
        self._db.executemany(
            "UPDATE results SET image_bytes = ? WHERE number = ? AND image <> ''",
            [(size, number) for number, size in sizes],
        )

    def forget(self, numbers: Sequence[int]) -> None:
        """Their images have gone."""
        marks = ", ".join("?" * len(numbers))
        self._db.execute(
            f"UPDATE results SET image = '', lossless = 0, image_bytes = 0 WHERE number IN ({marks})", tuple(numbers)
        )

    def export(self, numbers: Sequence[int], at_us: int) -> None:
        """Their images lie somewhere else too."""
        marks = ", ".join("?" * len(numbers))
        self._db.execute(
            f"UPDATE results SET exported_at_us = ? WHERE number IN ({marks}) AND image <> ''", (at_us, *numbers)
        )

    def pin(self, number: int, at_us: int, by: str, why: str) -> bool:
        """Whether there is such a result."""
        self._db.execute(
            "UPDATE results SET pinned_at_us = ?, pinned_by = ?, pinned_why = ? WHERE number = ?",
            (at_us, clean(by), clean(why), number),
        )
        return self._db.changes() > 0

    def unpin(self, number: int) -> bool:
        """Whether it was pinned."""
        self._db.execute(
            "UPDATE results SET pinned_at_us = NULL, pinned_by = '', pinned_why = ''"
            " WHERE number = ? AND pinned_at_us IS NOT NULL",
            (number,),
        )
        return self._db.changes() > 0
