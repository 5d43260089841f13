"""What happens without anybody asking for it, free of asyncua: alarms and news, and what they have to do with."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum, unique

from .station import ConfigurationFacts, RecipeFacts


@dataclass(frozen=True, slots=True)
class Context:
    """What an event or a condition has to do with, as far as that is known."""

    configuration: ConfigurationFacts
    recipe: RecipeFacts | None = None
    number: int = 0  # of the job and of its result; 0 = none
    meas_id: str = ""
    part_id: str = ""
    product_id: str = ""


@unique
class Kind(IntEnum):
    """What happens without anybody asking for it; the number is that of its type in the nodeset."""

    WARNING = 1034
    ERROR = 1035
    PERSISTENT = 1036  # an error that stays until somebody does something
    DIAGNOSTIC = 1037
    INFORMATION = 1038


@dataclass(frozen=True, slots=True)
class Care:
    """That somebody has seen, or seen to, or commented on a condition. UTC."""

    at_us: int
    by: str


@dataclass(frozen=True, slots=True)
class ConditionFacts:
    """One alarm. Times are UTC."""

    number: int
    kind: Kind
    name: str
    what: str  # what happened, without details
    text: str  # all of it, and what to do
    since_us: int
    changed_at_us: int  # the last change; no two changes have the same
    over_at_us: int | None  # None = it is active
    acknowledged: Care | None
    confirmed: Care | None
    comment: str
    commented: Care | None
    stops: bool  # no part is inspected while it is active
    maintenance: bool  # it is about what has to be looked after, else about the system
    cause_path: str
    context: Context

    @property
    def retained(self) -> bool:
        return self.over_at_us is None or self.acknowledged is None or self.confirmed is None


@dataclass(frozen=True, slots=True)
class NewsFacts:
    """Something that happened, and needs nobody."""

    kind: Kind
    severity: int
    text: str
    at: datetime
    cause_path: str
    context: Context
