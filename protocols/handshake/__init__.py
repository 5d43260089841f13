"""The PLC handshake: triggers accepted or rejected in the turn of their write, results that stay until taken."""

from .block import judged
from .commits import CallLater, Commit
from .handshake import Handshake
from .production import BadText, Shifts
from .state import Counters
from .types import (
    PART_ID_BYTES,
    Accepted,
    CommandError,
    Conditions,
    Context,
    Finished,
    Journal,
    Line,
    Outcome,
    Production,
    Refused,
    Reject,
    RejectedError,
    Replay,
    Retentive,
    Rules,
    Source,
    Timer,
)

__all__ = [
    "PART_ID_BYTES",
    "Accepted",
    "BadText",
    "CallLater",
    "CommandError",
    "Commit",
    "Conditions",
    "Context",
    "Counters",
    "Finished",
    "Handshake",
    "Journal",
    "Line",
    "Outcome",
    "Production",
    "Refused",
    "Reject",
    "RejectedError",
    "Replay",
    "Retentive",
    "Rules",
    "Shifts",
    "Source",
    "Timer",
    "judged",
]
