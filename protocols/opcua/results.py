"""The newest result as OPC UA values: one source time for a whole set, and a quality that never flatters an old one."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from enum import Enum, unique
from typing import Any

from asyncua import ua

from protocols import tags
from protocols.image import ProcessImage
from protocols.tag import Tag

from .nodes import variant

Row = tuple[Tag[Any], Any]
Value = tuple[Tag[Any], ua.DataValue]

_BY_SLOT: tuple[tuple[Tag[Any], ...], ...] = (
    *(tags.SLOT_VALUE, tags.SLOT_PASS, tags.SLOT_STATUS, tags.SLOT_NAME, tags.SLOT_LAST),
)
_SLOTS = {tag: slot for column in _BY_SLOT for slot, tag in enumerate(column)}
_RESULT = [tag for tag in tags.ALL if tag.node and tag.node.startswith("Result.") and tag is not tags.UA_RESULT_SEQ]
ROWS: tuple[Tag[Any], ...] = (*_RESULT, *_SLOTS, tags.UA_RESULT_SEQ)
"""Every tag of a result, ``Result.SeqBegin`` first and ``Result.Seq`` last."""


@unique
class Quality(Enum):
    """What result tags are worth; an old value never stands with Good."""

    INITIAL = ua.StatusCodes.UncertainInitialValue  # no result since the start
    LAST_USABLE = ua.StatusCodes.UncertainLastUsableValue
    NO_CAMERA = ua.StatusCodes.BadNoCommunication
    OFFLINE = ua.StatusCodes.BadOutOfService


class ResultValues:
    """What stands in ``Result.*`` and ``Slot.*``; each call gives the values to write, in their order."""

    def __init__(self, image: ProcessImage) -> None:
        self._image = image
        self._last: dict[Tag[Any], ua.DataValue] = {}  # of the newest result
        self._missing: set[int] = set()  # slots without a tool in the recipe that judged it
        self._shown_missing: set[int] = set()  # of these, what the address space shows already
        self._shown: Quality | None = None  # None: the newest result, Good
        self._standing = Quality.INITIAL

    @property
    def measuring(self) -> bool:
        """The station can take parts."""
        return self._standing not in (Quality.NO_CAMERA, Quality.OFFLINE)

    @property
    def stale(self) -> bool:
        """A result came while the station cannot measure: it must not stay Good."""
        return not self.measuring and self._shown is not self._standing

    def of_result(self, rows: Sequence[Row], source_time_us: int) -> Iterable[Value]:
        """A new result, Good; the slots that its recipe does not use say so, once."""
        time = datetime.fromtimestamp(source_time_us / 1e6, UTC)
        names = {_SLOTS[tag]: value for tag, value in rows if tag in tags.SLOT_NAME}
        self._missing = {slot for slot, name in names.items() if name == ""}
        self._shown = None
        if self.measuring:
            self._standing = Quality.LAST_USABLE
        known, self._shown_missing = self._shown_missing, self._missing
        for tag, value in rows:
            slot = _SLOTS.get(tag)
            if slot not in self._missing:
                self._last[tag] = data = _data(variant(tag, value), time)
                yield tag, data
            elif slot not in known:
                self._last.pop(tag, None)
                yield tag, _data(ua.Variant(None), time, ua.StatusCodes.BadConfigurationError)

    def of_quality(self, quality: Quality) -> Iterable[Value]:
        """The old values with another quality from now on: its source time is that of the change."""
        if quality is Quality.LAST_USABLE and not self._last:
            quality = Quality.INITIAL
        self._standing = quality
        if quality is self._shown:
            return
        self._shown = quality
        time = datetime.now(UTC)
        missing = self._missing if self.measuring else set()
        known, self._shown_missing = self._shown_missing, missing
        for tag in ROWS:
            if _SLOTS.get(tag) not in missing:
                last = self._last.get(tag)
                yield tag, _data(last.Value if last else variant(tag, self._image.get(tag)), time, quality.value)
            elif _SLOTS[tag] not in known:
                yield tag, _data(ua.Variant(None), time, ua.StatusCodes.BadConfigurationError)

    def restore_standing(self) -> Iterable[Value]:
        """Take Good from a result that came too late."""
        return self.of_quality(self._standing)


def _data(value: ua.Variant | None, time: datetime, code: int = ua.StatusCodes.Good) -> ua.DataValue:
    return ua.DataValue(value, ua.StatusCode(code), SourceTimestamp=time, ServerTimestamp=datetime.now(UTC))
