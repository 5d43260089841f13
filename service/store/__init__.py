"""Results, measurements, recipes' versions, alarms and events, in SQLite, behind one small interface."""

from service.stored import ResultFilter

from .errors import Locked, StoreError, TooNew
from .history import Range
from .interface import Results, Written
from .lock import FolderLock, wait_for_lock
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
    "EventRow",
    "FolderLock",
    "HourRow",
    "ImageUsage",
    "KeptAs",
    "KeptImage",
    "LatchedSet",
    "Locked",
    "ParetoRow",
    "Pin",
    "Range",
    "RecipeVersion",
    "Recovered",
    "ResultDetail",
    "ResultFilter",
    "ResultRow",
    "Results",
    "Room",
    "Scope",
    "Store",
    "StoreCounters",
    "StoreError",
    "Tally",
    "TooNew",
    "Written",
    "wait_for_lock",
]
