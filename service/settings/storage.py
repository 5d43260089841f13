"""The sections ``[archive]`` and ``[store]`` of ``station.toml``: what is kept, and for how long."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field


class ArchiveSettings(BaseModel):
    """``[archive]`` in station.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    keep: Literal["all", "fails", "nth", "none"] = "all"
    """Which images are kept: all, those not passed, every Nth as well, none"""
    every_nth: Annotated[int, Field(ge=1)] = 100
    """One of N parts that passed is a sample, with limits of its own; with `nth` samples are lossless"""
    max_images: Annotated[int, Field(ge=0)] = 100000
    """Of all; exported ones go first, then the oldest, 0 = no limit"""
    max_gb: Annotated[float, Field(ge=0)] = 0
    """Of all, likewise, 0 = no limit (10^9 bytes)"""
    max_age_days: Annotated[float, Field(ge=0)] = 0
    """Older images go, 0 = no limit (days)"""
    passed_days: Annotated[float, Field(ge=0)] = 0
    """Older ones of parts that passed go, 0 = no limit (days)"""
    passed_gb: Annotated[float, Field(ge=0)] = 0
    """Of these alone, 0 = no limit (10^9 bytes)"""
    sampled_days: Annotated[float, Field(ge=0)] = 0
    """Older samples go, 0 = no limit (days)"""
    sampled_gb: Annotated[float, Field(ge=0)] = 0
    """Of these alone, 0 = no limit (10^9 bytes)"""
    failed_days: Annotated[float, Field(ge=0)] = 0
    """Older ones of parts that did not pass go, 0 = no limit (days)"""
    failed_gb: Annotated[float, Field(ge=0)] = 0
    """Of these alone, 0 = no limit (10^9 bytes)"""
    exported_days: Annotated[float, Field(ge=0)] = 0
    """Images go so long after they were exported, 0 = no limit (days)"""
    max_pins: Annotated[int, Field(ge=0)] = 1000
    """So many results may be pinned: they and their images are never deleted"""
    min_free_mb: Annotated[int, Field(ge=0)] = 1000
    """Images go, then none are written, below this free disk (MB)"""
    jpeg_quality: Annotated[int, Field(ge=20, le=100)] = 90
    """Of images that are not kept lossless"""


class StoreSettings(BaseModel):
    """``[store]`` in station.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    max_results: Annotated[int, Field(ge=0)] = 0
    """Oldest results go first, 0 = no limit"""
    max_age_days: Annotated[float, Field(ge=0)] = 0
    """Older results go, 0 = no limit (days)"""
    min_free_mb: Annotated[int, Field(ge=0)] = 200
    """Below this free disk the oldest results go, where no image can; then the storage fault holds (MB)"""
    copy_days: Annotated[float, Field(ge=0)] = 30
    """The copy of the database from before a migration goes after it, 0 = never (days)"""
