"""What REST and Socket.IO say of counters: of the station, of a lot, of a shift."""

from pydantic import Field

from .models import Payload


class Counters(Payload):
    """Counts since the last reset."""

    total: int
    """Results"""
    passed: int = Field(alias="pass")
    """Of these PASS"""
    fail: int
    """Of these FAIL"""
    error: int
    """Of these ERROR"""
    missed: int
    """Triggers rejected or unserved"""
    triggers: int
    """Triggers accepted"""
    yield_percent: float | None
    """PASS of all results; null before the first"""
    since_us: int
    """Time of the last reset"""
    reset_by: str
    """Who did it; empty = nobody yet, or an older release"""


class RejectCount(Payload):
    """How many FAIL have this class."""

    reject_class: int
    count: int


class Count(Payload):
    """Results of one lot, or of one shift; what does not belong to it is empty. Forced results are not counted."""

    order: str
    lot: str
    shift: str
    shift_since_us: int
    """When that shift began, or was written; 0 = none"""
    total: int
    passed: int = Field(alias="pass")
    """Of these PASS"""
    fail: int
    """Of these FAIL"""
    error: int
    """Of these ERROR"""
    classes: tuple[RejectCount, ...]
    """FAIL by reject class"""


class ScopeCounts(Payload):
    """Counts by lot, or by shift, that no latch has taken yet."""

    current: Count
    """Of the lot or shift that the next part belongs to"""
    all: tuple[Count, ...]
    """Newest first"""


class LatchedCounts(Payload):
    """What one latch took; it is in no other set."""

    id: int
    """No other set has it"""
    number: int
    """As the client gave it"""
    client: str
    at_us: int
    """When it was taken"""
    total: int
    """Results in it"""
    items: tuple[Count, ...]
    """By lot, or by shift"""


class LatchedPage(Payload):
    """Sets, newest first."""

    items: tuple[LatchedCounts, ...]
    next: int | None
    """`before` of the next page; null = this is the last"""
