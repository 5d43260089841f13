"""What the history service asks of the station's database."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from protocols import tags
from protocols.tag import Tag

from ..machine_vision.station import ResultFacts

FIRST_US, LAST_US = 0, 2**62
_COUNTERS = (
    *(tags.TRIGGER_COUNT, tags.MISSED_TRIGGER_COUNT, tags.INSPECTION_COUNT, tags.PASS_COUNT, tags.FAIL_COUNT),
    *(tags.FAILED_INSPECTIONS, tags.QUEUE_OVERRUN_COUNT, tags.YIELD),
)
_ARRAYS = {tag for tag in tags.ALL if tag.node and ".Last16" in tag.node}
_RESULT = {tag for tag in tags.ALL if tag.node and tag.node.startswith("Result.")} - {tags.UA_RESULT_JSON} - _ARRAYS
HISTORIZED: frozenset[Tag[Any]] = frozenset(
    {*_RESULT, *tags.SLOT_VALUE, *tags.SLOT_PASS, *tags.SLOT_STATUS, *_COUNTERS}
)
"""Tags with a history: one sample a result."""


class UnreadableError(Exception):
    """The database cannot be read."""


@dataclass(frozen=True, slots=True)
class Span:
    """Which results; times are UTC microseconds of the SourceTimestamp, both limits included."""

    low_us: int
    high_us: int
    newest_first: bool
    limit: int
    after: int | None = None  # number of a result: only those behind it in this order


@dataclass(frozen=True, slots=True)
class Sample:
    """A tag's value with one result; None = null, as a bad `status` has it."""

    number: int  # of the result; 0 = there is none
    time_us: int
    value: Any
    status: int = 0  # OPC UA status code


class History(Protocol):
    """Queries that do not block the loop. All raise `UnreadableError`."""

    async def values(self, tag: Tag[Any], span: Span) -> Sequence[Sample]:
        """Of a tag in `HISTORIZED`."""
        ...

    async def results(self, span: Span) -> Sequence[ResultFacts]:
        """Finished parts by the time at which they were finished."""
        ...
