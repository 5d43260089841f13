"""What the station sends by itself: the events of Socket.IO, and the header of a live frame."""

from collections.abc import Mapping
from typing import Any, Literal

from .count_models import Counters
from .models import Alarm, JudgementName, Payload, ResultEvent, StationState


class Hello(Payload):
    """The first Socket.IO message."""

    build: str
    """Another one means: load the page anew"""
    station: str
    version: str
    zone: str
    """IANA name of the zone that times are shown in"""


class Overlay(Payload):
    """One shape to draw on a frame."""

    step: str
    """Name of the step that drew it"""
    tool: str
    """Its tool's type"""
    judgement: JudgementName
    """Of the step"""
    points: tuple[tuple[float, float], ...]
    """x, y in pixels of the full frame, pixel centres on integers"""
    closed: bool
    """A polygon, else a line"""
    label: str
    role: str
    """region, feature or defect"""


class Drawing(Payload):
    """What was found on an inspection's frame, to be drawn on its image."""

    number: int
    """Of the inspection"""
    width: int
    """Of the full frame in px, 0 = not known: stored by an older release"""
    height: int
    overlays: tuple[Overlay, ...]


class FrameHeader(Payload):
    """What stands before the JPEG in a message of the live stream."""

    kind: Literal["live", "inspection", "heartbeat"]
    """A heartbeat has no JPEG"""
    frame_id: int
    acquired_ms: int
    """UTC, in milliseconds"""
    width: int
    """Of the full frame, px"""
    height: int
    image_width: int
    """Of the JPEG, px"""
    image_height: int
    inspection_id: int | None
    """Number of the inspection that the frame belongs to"""
    judgement: JudgementName | None
    """Of that inspection"""
    overlays: tuple[Overlay, ...]


EVENTS: Mapping[str, Any] = {
    "hello": Hello,
    "state": StationState,
    "result": ResultEvent,
    "counters": Counters,
    "alarms": list[Alarm],
}
"""Every event of Socket.IO by its name, with what it carries; alarms also those that are over and not yet seen to."""
