"""Since when each tag has its value, and whether that value is to be believed: for people who look at the table."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum, unique
from typing import Any

from protocols import tags
from protocols.image import ProcessImage
from protocols.tag import Access, Area, Tag

BEAT_STALE_US = 3_000_000  # PlcHeartbeat unchanged for so long is the word of a PLC that has stopped


@unique
class TagQuality(StrEnum):
    """As people read it."""

    GOOD = "good"
    FORCED = "forced"  # a person prescribes it
    STALE = "stale"  # it was so; whoever says it is gone
    UNKNOWN = "unknown"  # nobody has said it yet


@dataclass(frozen=True, slots=True)
class Present:
    """Who is there to say what the tags say."""

    modbus: bool = False  # a client that may write
    opcua: bool = False  # a session
    online: bool = True


@dataclass(frozen=True, slots=True)
class Watched:
    """A tag as it stands."""

    tag: Tag[Any]
    value: Any
    changed_at_us: int  # UTC; 0 = it stands so since before this process
    quality: TagQuality


def _of_result(tag: Tag[Any]) -> bool:
    if tag.node:
        return tag.node.startswith(("Result.", "Slot.", "Image."))
    at = tag.address
    return at is not None and at.area is Area.INPUT and (at.register >= tags.RESULT_BASE)


OF_RESULT = frozenset(tag for tag in tags.ALL if tag.access is Access.STATUS and _of_result(tag))
OF_PLC = frozenset(tag for tag in tags.ALL if tag.access is Access.COMMAND and tag.address)
OF_SCADA = frozenset(tag for tag in tags.ALL if tag.access is Access.COMMAND and not tag.address)


class TagWatch:
    """Follows an image; a look costs what changed since the last one.

    Args:
        utc_us: UTC in microseconds.
        present: Who is there now.
        forced: The tags that a person prescribes now.
        results: The newest result as OPC UA has it, whose rows are in no image; another list for another result.
    """

    def __init__(
        self,
        image: ProcessImage,
        utc_us: Callable[[], int],
        present: Callable[[], Present] = Present,
        forced: Callable[[], Collection[Tag[Any]]] = tuple,
        results: Callable[[], Sequence[tuple[Tag[Any], Any]]] = tuple,
    ) -> None:
        self._image, self._utc_us = image, utc_us
        self._present, self._forced, self._results = present, forced, results
        self._changes = image.follow()
        self._rows: Sequence[tuple[Tag[Any], Any]] = ()
        self._result: dict[Tag[Any], Any] = {}
        self._at_us: dict[Tag[Any], int] = {}
        self._revision: dict[Tag[Any], int] = {}
        self._quality: dict[Tag[Any], TagQuality] = {}
        self.revision = 1

    def look(self) -> None:
        """Every 100 ms: date what changed."""
        if (rows := self._results()) is not self._rows:
            self._rows, self._result = rows, dict(rows)
            self._changes.update(self._result)
        if not self._changes:
            return
        self.revision += 1
        self._at_us.update(dict.fromkeys(self._changes, self._utc_us()))
        self._revision.update(dict.fromkeys(self._changes, self.revision))
        self._changes.clear()

    def since(self, revision: int) -> Iterator[Watched]:
        """What has another value or quality than at `revision`; of a revision that is not ours, everything."""
        self.look()
        self._judge()
        if not 0 < revision <= self.revision:
            revision = 0
        for tag in tags.ALL:
            if self._revision.get(tag, 1) > revision:
                value = self._result[tag] if tag in self._result else self._image.seen(tag)
                yield Watched(tag, value, self._at_us.get(tag, 0), self._quality[tag])

    def _judge(self) -> None:
        present, forced, now_us = self._present(), self._forced(), self._utc_us()
        fresh = self.revision + 1
        for tag in tags.ALL:
            quality = TagQuality.FORCED if tag in forced else self._quality_of(tag, present, now_us)
            if self._quality.get(tag) is not quality:
                if tag in self._quality:
                    self._revision[tag] = self.revision = fresh
                self._quality[tag] = quality

    def _quality_of(self, tag: Tag[Any], present: Present, now_us: int) -> TagQuality:
        said_at_us = self._at_us.get(tag, 0)
        if tag in OF_PLC or tag in OF_SCADA:
            if not said_at_us:
                return TagQuality.UNKNOWN
            there = present.modbus if tag in OF_PLC else present.opcua
            stopped = tag is tags.PLC_HEARTBEAT and now_us - said_at_us > BEAT_STALE_US
            return TagQuality.GOOD if there and not stopped else TagQuality.STALE
        if tag in OF_RESULT:
            if not said_at_us:
                return TagQuality.UNKNOWN
            return TagQuality.GOOD if present.online else TagQuality.STALE
        return TagQuality.GOOD
