"""What the PLC can compare: a checksum of what is active, and a count of changes."""

import zlib

from protocols import tags
from protocols.image import ProcessImage

from .recipes import RecipeBook
from .remembered import Remembered
from .settings import Settings


class ConfigurationState:
    """ConfigChecksum and ConfigChangeCounter."""

    def __init__(self, settings: Settings, book: RecipeBook, image: ProcessImage, kept: Remembered) -> None:
        self._settings = settings.model_dump_json().encode()
        self._book, self._image, self._kept = book, image, kept

    def job_changed(self, job: int) -> None:
        """The checksum follows the active job."""
        checksum = zlib.crc32(self._book.sha256.get(job, "").encode(), zlib.crc32(self._settings))
        self._image.set(tags.CONFIG_CHECKSUM, checksum)

    def changed_since_last_time(self) -> bool:
        """Whether settings or recipes are others than when this was asked last; counts the change."""
        print_of_all = zlib.crc32(self._settings)
        for job in sorted(self._book.ready):
            print_of_all = zlib.crc32(self._book.sha256[job].encode(), print_of_all)
        known = self._kept.get("configuration")
        changed = known is not None and known != print_of_all
        count = (self._kept.get("configuration_changes", 0) + changed) & 0xFFFF
        self._kept.set("configuration", print_of_all)
        self._kept.set("configuration_changes", count)
        self._image.set(tags.CONFIG_CHANGE_COUNTER, count)
        return changed
