"""Two PLC programs that go on through kills and reloads: one triggers by numbers, one by bits."""

import random
import threading
import time
from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass, field

from .plc import BUSY, MISSED, PATIENCE_S, TRIGGER_READY, NotInTime, Plc, u32

LAST_SEQ = 65520
ENABLE, TRIGGER, BUFFER, ACK = 1, 2, 4, 8  # of ControlWord
TRIGGER_ACK, OFFLINE_REASON = 2, 7 << 4  # of StatusWord
SEQ_ACK, SEQ_REJECTED, REJECT_CODE, IN_QUEUE, NEWEST = 4, 5, 6, 13, 14  # in the status block
CROWDED = 4  # results in the queue: acknowledged before the next part
RESTART_LIMIT_S = 60.0

Offered = tuple[int, int, int, int]
"""ResultSeq, InspectionId, judgement, error code."""


@dataclass
class Weather:
    """What the programs know of the storm. A disturbance is over when every program has come back from it."""

    target: int  # triggers that are to be accepted
    number: int = 0  # of the disturbance that has begun
    done: threading.Event = field(default_factory=threading.Event)  # its harm is done
    fair: threading.Event = field(default_factory=threading.Event)  # it is over: the programs may go on
    calm: threading.Lock = field(default_factory=threading.Lock)  # held while there is one
    over: threading.Event = field(default_factory=threading.Event)  # enough, or a failure


class Program(ABC):
    """One trigger after the other, each with a UserTag of its own, by which it is found again.

    Args:
        mark: The upper 8 bits of its tags.
    """

    def __init__(self, weather: Weather, port: int, address: str, mark: int, chance: random.Random) -> None:
        self.plc, self.address, self._weather, self._chance = Plc(port, address), address, weather, chance
        self._mark, self._tag, self._newest = mark << 24, 0, 0
        self._written = False  # the trigger with this tag is on its way
        self._stands = False  # written again, it is the same trigger: nothing was written to make room for the next
        self.resolved = 0  # the last disturbance it has come back from
        self.acknowledged: set[int] = set()  # tags, by TriggerSeqAck or TriggerAck
        self.offered: dict[int, Offered] = {}  # by tag
        self.rejected: Counter[int] = Counter()  # by code
        self.counts: Counter[str] = Counter()

    def begin(self) -> None:
        """The baseline: what is written here triggers nothing."""
        self.plc.connect()
        self.arm()
        self.plc.write(4, 0)
        self._newest = self.plc.read(NEWEST, 1)[0]

    def run(self) -> None:
        """Parts, until there are enough; a connection may end only in a disturbance."""
        while not self._weather.over.is_set():
            number = self._weather.number  # before it is asked whether its harm is done
            number = number if self._weather.done.is_set() else self.resolved
            try:
                self._part()
            except OSError as exc:
                if self._weather.number == self.resolved:
                    raise AssertionError(f"{self.address}: {exc!r}, though nothing happened") from exc
                self._come_back()
            else:
                if number > self.resolved:  # a reload, which ends no connection
                    self.counts["kept connections"] += 1
                    self.resolved = number
                    self._weather.fair.wait(RESTART_LIMIT_S)
        self.plc.close()

    @abstractmethod
    def arm(self) -> None:
        """What a program writes at its start and after a connection was lost; it triggers nothing."""

    @abstractmethod
    def prepare(self) -> None:
        """A new trigger is about to be written."""

    @abstractmethod
    def write(self, tag: int) -> tuple[int, ...]:
        """The trigger, or the same one again; return the status of its turn."""

    @abstractmethod
    def is_acknowledged(self, status: tuple[int, ...]) -> bool:
        """Whether the station has taken the trigger that was written last."""

    @abstractmethod
    def acknowledge(self) -> None:
        """Take the result that is shown."""

    def _part(self) -> None:
        chance = self._chance.random
        if chance() < 0.9:  # else it may well come too early
            self._until_ready()
        self._stands = False
        self.prepare()
        self._tag += 1
        self._written = self._stands = True
        self._follow(self.write(self._mark | self._tag))
        if chance() < 0.7:
            self.acknowledge()
        if chance() < 0.05:
            self.counts["duplicates"] += 1
            self.write(self._mark | self._tag)
        if chance() < 0.01:
            self._reconnect()

    def _until_ready(self) -> None:
        """TriggerReady; the queue is kept short and the ring read meanwhile."""
        end = time.monotonic() + RESTART_LIMIT_S
        while True:
            status = self.plc.read(0, 64)
            self._look(status, 0)
            if status[IN_QUEUE] > CROWDED:
                self.acknowledge()
            elif status[0] & TRIGGER_READY:
                return
            if time.monotonic() > end:
                raise NotInTime(f"{self.address}: TriggerReady does not come; the status is {status}")

    def _follow(self, status: tuple[int, ...], again: bool = False) -> None:
        """After the write, perhaps of the same trigger `again`: rejected in its own turn, or its result comes."""
        tag = self._mark | self._tag
        if status[0] & MISSED:  # an acceptance clears it
            self._look(status, tag)
            self.rejected[status[REJECT_CODE]] += 1
            self._written = False
            return
        self.plc.status_when(lambda s: self._look(s, tag) or (again and self._was_rejected(s)), PATIENCE_S, poll_s=0)
        self.counts["rejected before a restart"] += tag not in self.offered
        self._written = False

    def _was_rejected(self, status: tuple[int, ...]) -> bool:
        """Before the restart, unheard: the station knows the trigger, has no result for it and would take the next."""
        return bool(status[0] & TRIGGER_READY) and self._mark | self._tag not in self.acknowledged

    def _look(self, status: tuple[int, ...], tag: int) -> bool:
        """Read what is new in the ring; whether `tag` has its result."""
        if self._written and self.is_acknowledged(status):
            self.acknowledged.add(tag)
        while self._newest != status[NEWEST]:
            seq = self._newest % LAST_SEQ + 1
            slot = self.plc.slot(seq)
            assert slot[0] == slot[27] == slot[63] == seq, f"the slot of {seq} holds {slot}"
            self._newest = seq  # only now: the connection may have ended in between
            self._note(slot)
        return tag in self.offered

    def _note(self, slot: tuple[int, ...]) -> None:
        tag, fact = u32(slot, 6), (slot[0], u32(slot, 4), (slot[2] >> 1 & 7).bit_length(), slot[26])
        if tag & 0xFF000000 == self._mark:
            assert tag == self._mark | self._tag, f"a result of trigger {tag & 0xFFFFFF}, when {self._tag} is the last"
            assert self.offered.setdefault(tag, fact) == fact, f"trigger {tag} has two results: {fact} beside another"

    def _reconnect(self) -> None:
        """A PLC that hangs up and calls again; not in a disturbance, which it would not notice."""
        if self._weather.calm.acquire(blocking=False):
            try:
                self.counts["reconnects"] += 1
                self.plc.connect()
                if self._chance.random() < 0.5:
                    self.write(self._mark | self._tag)  # it does not know whether it had written it
            finally:
                self._weather.calm.release()

    def _come_back(self) -> None:
        """Connect again, and find out what became of the trigger that was on its way."""
        number = self._weather.number
        assert self._weather.done.wait(RESTART_LIMIT_S), "a disturbance without an end"
        self.plc.connect_patiently(RESTART_LIMIT_S)
        status = self.plc.status_when(lambda s: not s[0] & (BUSY | OFFLINE_REASON), RESTART_LIMIT_S)
        tag = self._mark | self._tag
        answered = self._look(status, tag)
        assert answered or tag not in self.acknowledged, f"trigger {tag} was acknowledged, and has no result"
        if self._written and answered:
            self.counts["answered after a restart"] += 1
            self.counts["interrupted"] += self.offered[tag][3] != 0
        repeat = self._stands and self._chance.random() < 0.5
        self.arm() if not repeat else None
        if repeat and (answered or not self._written):
            self.write(tag)  # nothing may come of it
            self.counts["repeated after a restart"] += 1
        elif repeat:
            self._follow(self._again(tag), again=True)
        elif self._written and not answered:
            self.counts["given up"] += 1
        self._written = False
        self.resolved = number
        self._weather.fair.wait(RESTART_LIMIT_S)

    def _again(self, tag: int) -> tuple[int, ...]:
        self.counts["repeated after a restart"] += 1
        return self.write(tag)


class ByNumber(Program):
    """TriggerSeq; acknowledges by ResultAckSeq."""

    trigger_seq = 60_000  # so that it passes 65535 soon

    def arm(self) -> None:
        self.plc.write(6, self._chance.randrange(65536))  # a heartbeat

    def prepare(self) -> None:
        self.trigger_seq = self.trigger_seq % 65535 + 1

    def write(self, tag: int) -> tuple[int, ...]:
        values = (self.trigger_seq, 0, 0, 0, 0, 0, 0, 0, tag >> 16, tag & 0xFFFF)
        return self.plc.write_then_read(4, values, 0, 64)

    def is_acknowledged(self, status: tuple[int, ...]) -> bool:
        return status[SEQ_ACK] == self.trigger_seq

    def acknowledge(self) -> None:
        self.plc.write(5, self.plc.read(100, 1)[0])


class ByBit(Program):
    """Trigger; acknowledges by ResultsAck. It alone writes ControlWord."""

    _mode = ENABLE

    def arm(self) -> None:
        """Buffered or not, as it comes."""
        self._mode = ENABLE | self._chance.choice([0, BUFFER])
        self.plc.write(0, self._mode)

    def prepare(self) -> None:
        self.plc.write(0, self._mode)

    def write(self, tag: int) -> tuple[int, ...]:
        values = (self._mode | TRIGGER, *[0] * 11, tag >> 16, tag & 0xFFFF)
        return self.plc.write_then_read(0, values, 0, 64)

    def is_acknowledged(self, status: tuple[int, ...]) -> bool:
        return bool(status[0] & TRIGGER_ACK)

    def acknowledge(self) -> None:
        """While Trigger stays as it is, so that the write is no new trigger."""
        self.plc.write_bits({3: 0}, self._chance)
        self.plc.write_bits({3: 1}, self._chance)


def watch(weather: Weather, port: int) -> dict[int, tuple[int, ...]]:
    """What a client sees that only reads, by InspectionId: ResultSeq, UserTag and judgement. A result never changes."""
    seen: dict[int, tuple[int, ...]] = {}
    plc = Plc(port, "127.0.0.4")
    while not weather.over.wait(0.1):
        try:
            if not plc.connected:
                plc.connect_patiently(RESTART_LIMIT_S)
            for slot in plc.ring().values():
                fact = (slot[0], u32(slot, 6), (slot[2] >> 1 & 7).bit_length())
                assert seen.setdefault(u32(slot, 4), fact) == fact, f"inspection {u32(slot, 4)} changed"
        except OSError:
            plc.close()
    plc.close()
    return seen
