"""What the text interface asks of the station."""

from dataclasses import dataclass
from typing import Protocol

from .template import Result


class Asked(Exception):
    """Something that the station does not do now; `code` as the line gives it, the text in words."""

    def __init__(self, code: int, words: str) -> None:
        super().__init__(words)
        self.code = code


@dataclass(frozen=True, slots=True)
class Status:
    """The answer to ``S?``."""

    ready: bool
    online: bool
    job: int
    state: str
    error: int  # ErrorCode, 0 = none


@dataclass(frozen=True, slots=True)
class Counts:
    """The answer to ``C?``."""

    total: int
    passed: int
    failed: int
    errors: int
    missed: int


@dataclass(frozen=True, slots=True)
class Latched:
    """The answer to ``L``: what one latch took, of all lots, or of all shifts."""

    total: int
    passed: int
    failed: int
    errors: int


class AsciiStation(Protocol):
    """Implemented by the service."""

    async def inspect(self, part_id: bytes, who: str) -> Result:
        """Trigger, and wait for the result.

        Raises:
            Asked: It was rejected, code as TriggerRejectCode; or no result came in time.
        """
        ...

    async def select_job(self, job: int, who: str) -> None:
        """Make it the active job; ends when it is.

        Raises:
            Asked: There is no such job.
        """
        ...

    async def latch(self, by: str, number: int, who: str) -> Latched:
        """Move the counters by "lot" or by "shift" into a set, and go on from zero; ends when that is committed.

        A number that `who` used lately gives the set that it took then.

        Raises:
            Asked: The disk does not take it.
        """
        ...

    def status(self) -> Status: ...

    def counts(self) -> Counts: ...

    def last(self) -> Result | None: ...
