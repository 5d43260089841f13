"""What storage holds at a moment, how fast it grows, and which limit comes first."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from service.archive import Policy
from service.settings import StoreSettings
from service.store import HourRow, ImageUsage, KeptAs, Room

from .forecast import Stock, days_until, most_by_age

WINDOW_DAYS = 7.0  # growth is the mean of so long, so that weekends are in it
_DAY_US = 86_400_000_000
_HOUR_DAYS = 1 / 24


@dataclass(frozen=True, slots=True)
class Made:
    """Parts a day, forced ones not counted."""

    passed: float
    failed: float  # all that did not pass

    @property
    def all(self) -> float:
        return self.passed + self.failed


def made(hours: Sequence[HourRow], now_us: int) -> Made:
    """Of `hours`, which are those of the last `WINDOW_DAYS` at most; a young station counts from its first hour."""
    if not hours:
        return Made(0, 0)
    days = (now_us - min(hour.hour_us for hour in hours)) / _DAY_US
    days = min(max(days, _HOUR_DAYS), WINDOW_DAYS)
    passed = sum(hour.passed for hour in hours)
    return Made(passed / days, (sum(hour.total for hour in hours) - passed) / days)


@dataclass(frozen=True, slots=True)
class ClassMeasured:
    """The images of one class."""

    usage: ImageUsage
    images_per_day: float
    bytes_per_day: float
    max_days: float  # 0 = no limit
    max_bytes: int  # 0 = no limit

    @property
    def mean(self) -> float:
        """Bytes of an image; 0 = there is none."""
        return self.usage.size / self.usage.images if self.usage.images else 0.0

    def stock(self, *, sized: bool = True) -> Stock:
        """Its bytes. `sized`: its own limit by size holds it."""
        by_size = self.max_bytes if sized and self.max_bytes else math.inf
        return Stock(self.usage.size, self.bytes_per_day, min(by_size, most_by_age(self.bytes_per_day, self.max_days)))

    def counted(self) -> Stock:
        """Its images."""
        by_size = self.max_bytes / self.mean if self.max_bytes and self.mean else math.inf
        by_age = most_by_age(self.images_per_day, self.max_days)
        return Stock(self.usage.images, self.images_per_day, min(by_size, by_age))


@dataclass(frozen=True, slots=True)
class Limit:
    """A setting, and in how many days it will make something go that age alone would not; inf = never."""

    setting: str
    days_left: float


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything, at one moment."""

    at_us: int  # UTC
    disk_size: int  # bytes
    disk_free: int
    room: Room
    results_per_day: float
    classes: tuple[ClassMeasured, ...]
    policy: Policy
    store: StoreSettings

    @property
    def bytes_per_result(self) -> float:
        return (self.room.size - self.room.reusable) / self.room.results if self.room.results else 0.0

    @property
    def database_per_day(self) -> float:
        """Bytes."""
        return self.results_per_day * self.bytes_per_result

    @property
    def limits(self) -> list[Limit]:
        """The one that comes first first."""
        return sorted(self._limits(), key=lambda limit: limit.days_left)

    def _limits(self) -> Iterator[Limit]:
        images = [each.stock() for each in self.classes]
        size, count = sum(each.usage.size for each in self._ours), sum(each.usage.images for each in self._ours)
        for each in self._ours:
            if each.max_bytes:
                left = days_until([each.stock(sized=False)], each.max_bytes - each.usage.size)
                yield Limit(f"archive.{each.usage.kept_as.name.lower()}_gb", left)
        if most := self.policy.max_size:
            yield Limit("archive.max_gb", days_until(images, most - size))
        if most := self.policy.max_images:
            yield Limit("archive.max_images", days_until([each.counted() for each in self._ours], most - count))
        if most := self.store.max_results:
            by_age = most_by_age(self.results_per_day, self.store.max_age_days)
            results = Stock(self.room.results, self.results_per_day, by_age)
            yield Limit("store.max_results", days_until([results], most - self.room.results))
        free = self.disk_free + self.room.reusable
        yield Limit("archive.min_free_mb", days_until([*images, self._database], free - self.policy.min_free))

    @property
    def _ours(self) -> list[ClassMeasured]:
        """Those that limits can make go."""
        return [each for each in self.classes if each.usage.kept_as is not KeptAs.PINNED]

    @property
    def _database(self) -> Stock:
        by_age = most_by_age(self.database_per_day, self.store.max_age_days)
        by_count = self.store.max_results * self.bytes_per_result if self.store.max_results else math.inf
        return Stock(self.room.size - self.room.reusable, self.database_per_day, min(by_age, by_count))


def classes(usage: Sequence[ImageUsage], made: Made, policy: Policy) -> tuple[ClassMeasured, ...]:
    """Each class with its growth: what is made, how much of that is kept, and how large such an image is.

    Of a class without images yet, one is taken to be as large as those of the others.
    """
    images = sum(each.images for each in usage)
    mean = sum(each.size for each in usage) / images if images else 0.0
    found = []
    for each in usage:
        per_day = policy.share(each.kept_as) * (made.failed if each.kept_as is KeptAs.FAILED else made.passed)
        limits = policy.limits(each.kept_as)
        large = each.size / each.images if each.images else mean
        found.append(ClassMeasured(each, per_day, per_day * large, limits.days, limits.size))
    return tuple(found)
