"""What REST says about how full the station is."""

from typing import Literal

from .models import JudgementName, Payload


class KeptClass(Payload):
    """The images of one class."""

    kept_as: Literal["passed", "sampled", "failed", "pinned"]
    """failed: of parts that did not pass; pinned ones are never deleted"""
    images: int
    bytes: int
    """On the disk, with thumbnails"""
    exported: int
    """How many of them lie somewhere else too: these go first"""
    oldest_at_us: int | None
    """When the part of the oldest one was judged; null = there is none"""
    bytes_per_day: float
    """How much comes, by the mean of the last seven days"""
    max_days: float | None
    """Older ones go; null = no limit"""
    max_bytes: int | None
    """Of this class alone; null = no limit"""


class KeptResults(Payload):
    """The results in the database."""

    results: int
    bytes: int
    """Of the database file, without what is free in it"""
    oldest_at_us: int | None
    """When the oldest one was judged; null = there is none"""
    bytes_per_day: float
    """How much comes, by the mean of the last seven days"""
    max_days: float | None
    """Older ones go; null = no limit"""
    max_results: int | None
    """null = no limit"""


class StorageLimit(Payload):
    """A setting, and when it will make something go that its age alone would not."""

    setting: str
    """Section and name, as in station.toml: archive.min_free_mb is the disk"""
    days_left: float | None
    """0 = now; null = never, as it goes: what is older goes before"""


class StorageState(Payload):
    """How full the station is, and for how long it will do."""

    at_us: int
    """When this was so"""
    disk_bytes: int
    """Of the disk of the data folder"""
    disk_free_bytes: int
    disk_wanted_bytes: int
    """Below so much free disk images go"""
    images: tuple[KeptClass, ...]
    results: KeptResults
    bytes_per_day: float
    """Of images and results together"""
    days_left: float | None
    """Until the first limit; null = none will be reached"""
    limits: tuple[StorageLimit, ...]
    """The one that comes first first"""


class PinnedResult(Payload):
    """A result that is kept from retention, with its image."""

    number: int
    judgement: JudgementName
    recipe: str
    part_id: str
    judged_at_us: int
    image: bool
    """It has one"""
    bytes: int
    """Of the image"""
    pinned_at_us: int
    pinned_by: str
    why: str


class PinPage(Payload):
    """Some pinned results."""

    items: tuple[PinnedResult, ...]
    next: int | None
    """`before` of the next page, null on the last one"""
