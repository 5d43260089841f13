"""What stands around a `Handshake` in tests: a clock, a journal in memory and a line that only remembers."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from protocols.handshake import Accepted, Finished, Handshake, Rules
from protocols.image import ProcessImage
from protocols.retentive import RetentiveMemory

UTC_US = 1_700_000_000_000_000


@dataclass
class Alarm:
    """One call that is due at a time."""

    due: float
    callback: Callable[[], None]
    cancelled: bool = False

    def cancel(self) -> None:
        self.cancelled = True


class Clock:
    """Time that a test moves. A multiple of 1/64 s stays exact."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.alarms: list[Alarm] = []

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Alarm:
        alarm = Alarm(self.now + delay_s, callback)
        self.alarms.append(alarm)
        return alarm

    def advance(self, seconds: float) -> None:
        """Let time pass; what is due is called at its time."""
        end = self.now + seconds
        while due := [a for a in self.alarms if a.due <= end and not a.cancelled]:
            alarm = min(due, key=lambda a: a.due)
            self.alarms.remove(alarm)
            self.now = max(self.now, alarm.due)
            alarm.callback()
        self.alarms = [a for a in self.alarms if not a.cancelled]
        self.now = end


@dataclass
class Entry:
    """One transaction: its commit comes later."""

    accepted: Accepted | None
    retained: bytes | None  # None: a revocation
    commit: "asyncio.Future[None]"
    mark: bytes | None = None  # what the test wants to remember with it
    answers: range = range(0)  # the model's final answers to commands that wait for it

    @property
    def acceptance(self) -> bool:
        return self.accepted is not None and self.retained is not None


@dataclass
class MemoryJournal:
    """Commits in order, when the test says so."""

    loop: asyncio.AbstractEventLoop
    mark: Callable[[], bytes | None] = lambda: None
    waiting: list[Entry] = field(default_factory=list)
    retained: bytes | None = None
    last_mark: bytes | None = None
    accepted: dict[int, Accepted] = field(default_factory=dict)  # by InspectionId, committed
    entries: int = 0

    def accept(self, accepted: Accepted, retained: bytes) -> "asyncio.Future[None]":
        return self._add(accepted, retained)

    def keep(self, retained: bytes) -> "asyncio.Future[None]":
        return self._add(None, retained)

    def revoke(self, accepted: Accepted) -> None:
        self._add(accepted, None)

    def _add(self, accepted: Accepted | None, retained: bytes | None) -> "asyncio.Future[None]":
        self.entries += 1
        entry = Entry(accepted, retained, self.loop.create_future(), self.mark())
        self.waiting.append(entry)
        return entry.commit

    def commit(self, ok: bool = True, tell: bool = True) -> None:
        """The oldest transaction ends; `tell`: its future is told, else the process is gone before."""
        entry = self.waiting.pop(0)
        if ok:
            self._take(entry)
        if tell and not entry.commit.done():
            if ok:
                entry.commit.set_result(None)
            else:
                entry.commit.set_exception(OSError("no space left on device"))

    def _take(self, entry: Entry) -> None:
        if entry.retained is None:
            assert entry.accepted
            self.accepted.pop(entry.accepted.number, None)
            return
        self.retained, self.last_mark = entry.retained, entry.mark
        if entry.accepted:
            self.accepted[entry.accepted.number] = entry.accepted

    def commit_all(self) -> None:
        while self.waiting:
            self.commit()

    def commit_all_but(self, accepted: Accepted | None) -> None:
        """All transactions but this acceptance have reached the disk; the process does not live to see it."""
        while self.waiting:
            self.commit(ok=accepted is None or self.waiting[0].accepted is not accepted, tell=False)


class Line:
    """A station that only remembers what it was told."""

    def __init__(self) -> None:
        self.expected: Accepted | None = None
        self.started: list[Accepted] = []
        self.cancelled: list[Accepted] = []
        self.calls: list[tuple[object, ...]] = []
        self.changes = 0

    def taken(self, accepted: Accepted) -> None:
        assert self.expected is None
        self.expected = accepted

    def start(self, accepted: Accepted) -> None:
        self.started.append(self._was_expected(accepted))

    def dropped(self, accepted: Accepted) -> None:
        self.cancelled.append(self._was_expected(accepted))

    def _was_expected(self, accepted: Accepted) -> Accepted:
        expected, self.expected = self.expected, None
        assert expected is accepted
        return accepted

    def load_job(self, job: int) -> None:
        self.calls.append(("load_job", job))

    def job_refused(self, job: int) -> None:
        self.calls.append(("job_refused", job))

    def self_test(self) -> None:
        self.calls.append(("self_test",))

    def plc_time(self, unix_us: int) -> None:
        self.calls.append(("plc_time", unix_us))

    def counters_reset(self) -> None:
        self.calls.append(("counters_reset",))

    def production_set(self, what: str, text: str) -> None:
        self.calls.append(("production_set", what, text))

    def changed(self) -> None:
        self.changes += 1


@dataclass(frozen=True)
class Found:
    """What a store finds at start."""

    retained: bytes | None
    results: Sequence[Finished]
    opened: Sequence[Accepted]
    power_up: bool
    last_number: int = 0
    last_seq: int = 0


def pump(loop: asyncio.AbstractEventLoop) -> None:
    """Run the callbacks of futures, and what they bring about."""
    for _ in range(3):
        loop.call_soon(loop.stop)
        loop.run_forever()


def handshake(
    image: ProcessImage,
    line: Line,
    journal: MemoryJournal,
    clock: Clock,
    rules: Rules | None = None,
    memory: RetentiveMemory | None = None,
) -> Handshake:
    """A handshake on the test's clock."""
    return Handshake(
        image,
        line,
        journal,
        rules or Rules(),
        now=lambda: clock.now,
        utc_us=lambda: UTC_US + int(clock.now * 1e6),
        call_later=clock.call_later,
        memory=memory,
    )
