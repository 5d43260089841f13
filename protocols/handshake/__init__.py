"""The PLC handshake: triggers accepted or rejected in the turn of their write, results that stay until taken."""

from .block import judged
from .commits import CallLater, Commit
from .handshake import Handshake
from .state import Counters
from .types import (
    Accepted,
    CommandError,
    Conditions,
    Finished,
    Journal,
    Line,
    Outcome,
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
    "Accepted",
    "CallLater",
    "CommandError",
    "Commit",
    "Conditions",
    "Counters",
    "Finished",
    "Handshake",
    "Journal",
    "Line",
    "Outcome",
    "Refused",
    "Reject",
    "RejectedError",
    "Replay",
    "Retentive",
    "Rules",
    "Source",
    "Timer",
    "judged",
]
