"""Whether the image of a result is kept, known at once for the newest results."""

from collections import OrderedDict
from dataclasses import replace

from protocols.opcua.machine_vision import ResultFacts
from service.archive import Archive
from service.inspection import Inspection

MOST = 1000


class LastImages:
    """Follows the archive. An image on its way counts: whoever asks for it waits until it is there."""

    def __init__(self) -> None:
        self._archive: Archive | None = None
        self._kept: OrderedDict[int, bool] = OrderedDict()

    def follow(self, archive: Archive) -> None:
        self._archive = archive
        archive.on_kept.append(self._arrived)
        archive.on_gone.append(lambda number: self._set(number, False))

    def has(self, number: int) -> bool | None:
        """None = not known here: as the row of the result says."""
        if self._archive is not None and self._archive.keeping(number):
            return True
        return self._kept.get(number)

    def of(self, facts: ResultFacts) -> ResultFacts:
        """With what is newer than its row."""
        known = self.has(facts.number)
        return facts if known in (None, facts.image) else replace(facts, image=bool(known))

    def _arrived(self, inspection: Inspection) -> None:
        self._set(inspection.accepted.number, True)

    def _set(self, number: int, kept: bool) -> None:
        self._kept[number] = kept
        if len(self._kept) > MOST:
            self._kept.popitem(last=False)
