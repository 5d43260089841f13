"""Results, measurements, recipes' versions, alarms and events, in SQLite, behind one small interface."""

from service.stored import ResultFilter, Review

from .errors import Locked, StoreError, TooNew, TooSlow
from .figures import By, Found, Rejects, VersionVerdicts, Yields
from .history import Range
from .interface import Results, Written
from .lock import FolderLock, wait_for_lock
from .measured import Limits, Series
from .recovery import Recovered
from .rows import (
    AlarmCare,
    AlarmRow,
    EventRow,
    HourRow,
    ImageUsage,
    KeptAs,
    KeptImage,
    LatchedSet,
    ParetoRow,
    Pin,
    RecipeVersion,
    ResultDetail,
    ResultRow,
    Room,
    Scope,
    StoreCounters,
    Tally,
)
from .store import Store

__all__ = [
    "AlarmCare",
    "AlarmRow",
    "By",
    "EventRow",
    "FolderLock",
    "Found",
    "HourRow",
    "ImageUsage",
    "KeptAs",
    "KeptImage",
    "LatchedSet",
    "Limits",
    "Locked",
    "ParetoRow",
    "Pin",
    "Range",
    "RecipeVersion",
    "Recovered",
    "Rejects",
    "ResultDetail",
    "ResultFilter",
    "ResultRow",
    "Results",
    "Review",
    "Room",
    "Scope",
    "Series",
    "Store",
    "StoreCounters",
    "StoreError",
    "Tally",
    "TooNew",
    "TooSlow",
    "VersionVerdicts",
    "Written",
    "Yields",
    "wait_for_lock",
]
