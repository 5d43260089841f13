"""What is kept of a part, and for how long."""

from collections.abc import Sequence
from dataclasses import dataclass

from service.inspection import Inspection
from service.settings import ArchiveSettings
from service.store import KeptAs, KeptImage

GOES = (KeptAs.PASSED, KeptAs.SAMPLED, KeptAs.FAILED)
"""The classes that have limits, in the order in which they go where the disk is full."""
_PASS = 1
_GB = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one class; 0 = none."""

    days: float
    size: int  # bytes


@dataclass(slots=True)
class Excess:
    """How much there is too much; 0 or less = nothing."""

    images: int
    size: int  # bytes

    def __bool__(self) -> bool:
        return self.images > 0 or self.size > 0

    def of(self, oldest: Sequence[KeptImage]) -> list[KeptImage]:
        """As many of them as are too much, and are so no longer."""
        going: list[KeptImage] = []
        for image in oldest:
            if not self:
                break
            going.append(image)
            self.images, self.size = self.images - 1, self.size - image.size
        return going


class Policy:
    """`[archive]`, as questions."""

    def __init__(self, settings: ArchiveSettings) -> None:
        self._settings = settings
        self.max_images, self.max_size = settings.max_images, int(settings.max_gb * _GB)
        self.exported_days, self.min_free = settings.exported_days, settings.min_free_mb * 2**20

    def wanted(self, inspection: Inspection) -> bool:
        """Its image is kept."""
        keep = self._settings.keep
        return keep == "all" or (keep != "none" and self.lossless(inspection))

    def lossless(self, inspection: Inspection) -> bool:
        """Parts that did not pass, and with `nth` samples."""
        return inspection.outcome.judgement != _PASS or (self._settings.keep == "nth" and self.sampled(inspection))

    def sampled(self, inspection: Inspection) -> bool:
        """By its number: the same part is a sample after a restart."""
        return inspection.outcome.judgement == _PASS and inspection.accepted.number % self._settings.every_nth == 0

    def limits(self, kind: KeptAs) -> Limits:
        """Of this class alone, where it is no wider than that of all."""
        name, s = kind.name.lower(), self._settings
        if kind is KeptAs.PINNED:
            return Limits(0, 0)
        days = [days for days in (getattr(s, f"{name}_days"), s.max_age_days) if days]
        return Limits(min(days, default=0), int(getattr(s, f"{name}_gb") * _GB))

    def share(self, kind: KeptAs) -> float:
        """How many of the parts of a judgement are kept as this, 0 to 1: of those that passed, or of the others."""
        keep, sampled = self._settings.keep, 1 / self._settings.every_nth
        shares = {
            KeptAs.PASSED: 1 - sampled if keep == "all" else 0,
            KeptAs.SAMPLED: sampled if keep in ("all", "nth") else 0,
            KeptAs.FAILED: 0 if keep == "none" else 1,
        }
        return shares.get(kind, 0)
