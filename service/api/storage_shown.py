"""A measurement of the storage as REST tells it."""

import math
from typing import Literal, cast

from service.storage.measured import ClassMeasured, Measured

from .storage_models import KeptClass, KeptResults, StorageLimit, StorageState


def state_of(measured: Measured) -> StorageState:
    """All of it; what has no limit, or never comes, is null."""
    limits = tuple(StorageLimit(setting=each.setting, days_left=_days(each.days_left)) for each in measured.limits)
    return StorageState(
        at_us=measured.at_us,
        disk_bytes=measured.disk_size,
        disk_free_bytes=measured.disk_free,
        disk_wanted_bytes=measured.policy.min_free,
        images=tuple(map(_class, measured.classes)),
        results=_results(measured),
        bytes_per_day=round(measured.database_per_day + sum(each.bytes_per_day for each in measured.classes)),
        days_left=limits[0].days_left,
        limits=limits,
    )


def _class(each: ClassMeasured) -> KeptClass:
    usage = each.usage
    return KeptClass(
        kept_as=cast("Literal['passed', 'sampled', 'failed', 'pinned']", usage.kept_as.name.lower()),
        images=usage.images,
        bytes=usage.size,
        exported=usage.exported,
        oldest_at_us=usage.oldest_at_us or None,
        bytes_per_day=round(each.bytes_per_day),
        max_days=each.max_days or None,
        max_bytes=each.max_bytes or None,
    )


def _results(measured: Measured) -> KeptResults:
    room, limits = measured.room, measured.store
    return KeptResults(
        results=room.results,
        bytes=room.size - room.reusable,
        oldest_at_us=room.oldest_at_us or None,
        bytes_per_day=round(measured.database_per_day),
        max_days=limits.max_age_days or None,
        max_results=limits.max_results or None,
    )


def _days(left: float) -> float | None:
    return round(left, 2) if math.isfinite(left) else None
