"""The newest result as OPC UA values: one source time for a whole set, and a quality that never flatters an old one."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum, unique
from typing import Any

from asyncua import ua

from protocols import tags
from protocols.image import ProcessImage
from protocols.tag import Tag

from .nodes import variant
from .tools import ToolFound, Tools, ToolTags

Row = tuple[Tag[Any], Any]
Value = tuple[Tag[Any], ua.DataValue]

_BY_SLOT: tuple[tuple[Tag[Any], ...], ...] = (
    *(tags.SLOT_VALUE, tags.SLOT_PASS, tags.SLOT_STATUS, tags.SLOT_NAME, tags.SLOT_LAST),
)
_SLOTS = {tag: slot for column in _BY_SLOT for slot, tag in enumerate(column)}
CLOSING = (tags.UA_RESULT_CMD_TRIGGER, tags.UA_RESULT_SEQ)
"""Whoever waits for one of these finds the whole set: they are written last, and nobody reads in between."""
_RESULT = [tag for tag in tags.ALL if tag.node and tag.node.startswith("Result.") and tag not in CLOSING]
ROWS: tuple[Tag[Any], ...] = (*_RESULT, *_SLOTS, *CLOSING)
"""Every tag of a result, ``Result.SeqBegin`` first and ``Result.Seq`` last."""


@unique
class Quality(Enum):
    """What result tags are worth; an old value never stands with Good."""

    INITIAL = ua.StatusCodes.UncertainInitialValue  # no result since the start
    LAST_USABLE = ua.StatusCodes.UncertainLastUsableValue
    NO_CAMERA = ua.StatusCodes.BadNoCommunication
    OFFLINE = ua.StatusCodes.BadOutOfService


class ResultValues:
    """What stands in ``Result.*``, ``Slot.*`` and ``Tool.*``; each call gives the values to write, in their order."""

    def __init__(self, image: ProcessImage, tools: Tools) -> None:
        self._image, self._tools = image, tools
        self._last: dict[Tag[Any], ua.DataValue] = {}  # of the newest result
        self._missing: set[Tag[Any]] = set()  # without a tool in the recipe that judged it
        self._shown_missing: set[Tag[Any]] = set()  # of these, what the address space shows already
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

    def of_result(self, rows: Sequence[Row], found: Mapping[str, ToolFound], source_time_us: int) -> Iterable[Value]:
        """A new result, Good; slots and tools that its recipe does not have say so, once."""
        time = datetime.fromtimestamp(source_time_us / 1e6, UTC)
        tools = self._tools.by_name
        absent = {_SLOTS[tag] for tag, value in rows if tag in tags.SLOT_NAME and value == ""}
        missing = {tag for tag, slot in _SLOTS.items() if slot in absent}
        missing |= {tag for name, own in tools.items() if name not in found for tag in own.all}
        known, self._missing, self._shown_missing = self._shown_missing, missing, missing
        self._shown = None
        if self.measuring:
            self._standing = Quality.LAST_USABLE
        given = [row for name, one in found.items() if name in tools for row in tools[name].rows(one)]
        for tag, value in (*rows, *given):
            if tag not in missing and tag not in CLOSING:
                yield self._good(tag, value, time)
        for tag in missing - known:
            self._last.pop(tag, None)
            yield tag, _data(ua.Variant(None), time, ua.StatusCodes.BadConfigurationError)
        for tag, value in sorted((row for row in rows if row[0] in CLOSING), key=lambda row: CLOSING.index(row[0])):
            yield self._good(tag, value, time)

    def _good(self, tag: Tag[Any], value: Any, time: datetime) -> Value:
        self._last[tag] = data = _data(variant(tag, value), time)
        return tag, data

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
        for tag in (*ROWS[:-1], *(tag for own in self._tools.by_name.values() for tag in own.all), ROWS[-1]):
            if tag not in missing:
                last = self._last.get(tag)
                yield tag, _data(last.Value if last else self._initial(tag), time, quality.value)
            elif tag not in known:
                yield tag, _data(ua.Variant(None), time, ua.StatusCodes.BadConfigurationError)

    def _initial(self, tag: Tag[Any]) -> ua.Variant:
        return variant(tag, self._image.get(tag))

    def added(self, own: ToolTags) -> Iterable[Value]:
        """A tool's tags are new: the newest result, if there is one, says nothing of them."""
        code = self._shown.value if self._shown else ua.StatusCodes.Good
        if self._last:
            self._missing.update(own.all)
        if self._last and self.measuring:
            self._shown_missing.update(own.all)
            code = ua.StatusCodes.BadConfigurationError
        time = datetime.now(UTC)
        for tag in own.all:
            yield tag, _data(self._initial(tag), time, code)

    def restore_standing(self) -> Iterable[Value]:
        """Take Good from a result that came too late."""
        return self.of_quality(self._standing)


def _data(value: ua.Variant | None, time: datetime, code: int = ua.StatusCodes.Good) -> ua.DataValue:
    return ua.DataValue(value, ua.StatusCode(code), SourceTimestamp=time, ServerTimestamp=datetime.now(UTC))
