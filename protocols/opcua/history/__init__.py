"""History of the flat tags and of finished parts, answered from the results database: nothing is written twice."""

from .description import describe, show_events
from .events import EventHistory
from .service import StationHistory
from .source import HISTORIZED, History, Sample, Span, UnreadableError

__all__ = [
    "HISTORIZED",
    "EventHistory",
    "History",
    "Sample",
    "Span",
    "StationHistory",
    "UnreadableError",
    "describe",
    "show_events",
]
