"""What a rule is: it looks at a case and names every client that does what it knows to be wrong."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum, unique

from .case import Case
from .seen import Seen


@unique
class Severity(StrEnum):
    """What it costs."""

    ERROR = "error"  # parts are judged wrongly, lost or never triggered
    WARNING = "warning"  # it works by luck, or only until something happens


@dataclass(frozen=True)
class Found:
    """One client that does it; `values` fill the rule's sentence."""

    client: str
    evidence: Sequence[Seen]
    values: Mapping[str, object] = field(default_factory=dict)
    times: int = 1


Look = Callable[[Case], Iterable[Found]]


@dataclass(frozen=True)
class Rule:
    """One mistake. Its words stand in the catalogues under `number`: numbers are added, never reused."""

    number: int
    name: str
    severity: Severity
    look: Look


ERROR, WARNING = Severity.ERROR, Severity.WARNING
