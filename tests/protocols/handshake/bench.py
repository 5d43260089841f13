"""A handshake on a bench: writes as a PLC, reads as a PLC, and stands in for disk and line."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace

from protocols.codec import Orders
from protocols.handshake import Accepted, CommandError, Commit, Finished, Outcome, Reject, Rules, Source, judged
from protocols.image import ProcessImage
from protocols.retentive import Layout, RetentiveMemory, Shape, reconcile
from protocols.tag import IR
from tests.protocols.handshake.rig import Clock, Found, Line, MemoryJournal, handshake, pump

READY, TRIGGER_ACK, ACQUIRING, MISSED, ONLINE, BUSY, TOGGLE, OVERRUN, VALID = 0, 1, 2, 3, 7, 8, 9, 10, 11
EXECUTING, COMPLETED, FAILED = 12, 13, 14
USER_DATA_ACK, TRIPPED, EXPOSED, JOB_PASS, CONFIG_CHANGED = 16, 17, 19, 20, 22
PASS, FAIL, ERROR = 1, 2, 3
SHAPE = Shape(head=256)


class Bench:
    """A station with a camera, a recipe and job numbers 1 and 2.

    `auto`: the disk commits at once; `memory`: it has retentive memory.
    """

    def __init__(
        self, rules: Rules | None = None, orders: Orders | None = None, auto: bool = True, memory: bool = False
    ) -> None:
        self.buffer = bytearray(SHAPE.size) if memory else None
        self.loop, self.clock = asyncio.new_event_loop(), Clock()
        self.rules, self.orders, self.auto = rules or Rules(), orders, auto
        self.rows: list[Finished] = []
        self._power_on(MemoryJournal(self.loop))
        self.handshake.restore(Found(None, (), (), power_up=True))
        self._ready()

    def _power_on(self, journal: MemoryJournal) -> None:
        self.clock.alarms.clear()
        self.image, self.line, self.journal = ProcessImage(self.orders), Line(), journal
        self.memory = RetentiveMemory(Layout(self.buffer, SHAPE), "a station") if self.buffer else None
        self.handshake = handshake(self.image, self.line, self.journal, self.clock, self.rules, self.memory)

    def _ready(self) -> None:
        self.handshake.set_conditions(camera=True, recipe=True, job=1, jobs=frozenset({1, 2}))

    # as a PLC

    def write(self, registers: Mapping[int, int], client: str = "plc") -> Commit | None:
        """Write; with `auto` the disk has committed when this returns."""
        answer = self.handshake.write(client, registers)
        self._disk()
        return answer

    def write_bits(self, bits: Mapping[int, int], client: str = "plc") -> Commit | None:
        """FC15."""
        answer = self.handshake.write_bits(client, bits)
        self._disk()
        return answer

    def start(self, word: int = 1, client: str = "plc") -> "Bench":
        """The first write of a PLC program: levels, and 0 in each sequence register."""
        self.write({0: word, 3: 0, 4: 0, 5: 0}, client)
        return self

    def read(self, register: int, count: int = 1) -> int:
        """Input registers from `register` on as one number."""
        number = 0
        for word in self.image.words(IR(register), count):
            number = number << 16 | word
        return number

    def status(self, bit: int) -> bool:
        """A bit of StatusWord, or from 16 on of StatusWord2."""
        return bool(self.read(bit // 16) >> bit % 16 & 1)

    # as the rest of the station

    def _disk(self) -> None:
        if self.auto:
            self.commit()

    def commit(self, ok: bool = True) -> None:
        """The disk ends all transactions; not `ok`: it takes no acceptance."""
        while self.journal.waiting:
            self.journal.commit(ok or not self.journal.waiting[0].acceptance)
        pump(self.loop)

    def sensor(self, source: Source = Source.HARDWARE, part_id: bytes = b"") -> "Reject | asyncio.Future[Accepted]":
        """A trigger from elsewhere."""
        taken = self.handshake.trigger(source, part_id, who="somebody")
        self._disk()
        return taken

    @property
    def accepted(self) -> int:
        """How many triggers the line was told to acquire."""
        return len(self.line.started)

    def judge(self, outcome: Outcome | int = PASS) -> Finished:
        """Acquire and offer the oldest open trigger."""
        outcome = Outcome(outcome) if isinstance(outcome, int) else outcome
        done = {finished.accepted.number for finished in self.rows}
        accepted = next(accepted for accepted in self.line.started if accepted.number not in done)
        self.handshake.acquired(accepted)
        finished = Finished(self.handshake.next_seq, accepted, judged(accepted, outcome))
        self.rows.append(finished)
        self.handshake.offer(finished)
        return finished

    def load_ends(self, error: CommandError = CommandError.NONE) -> None:
        """The job load or the self-test is over."""
        self.handshake.command_done(error)
        self._disk()

    def wait(self, seconds: float) -> None:
        """Time passes."""
        self.clock.advance(seconds)
        self.handshake.tick()
        self._disk()
        pump(self.loop)

    def restart(self, power_up: bool = False, journal_only: bool = True) -> list[Finished]:
        """Kill the process and start it again with what the disk holds."""
        if not journal_only:
            self.journal.keep(self.handshake.retained())
            self.journal.commit_all()
        done = {finished.accepted.number for finished in self.rows}
        opened = [accepted for number, accepted in sorted(self.journal.accepted.items()) if number not in done]
        retained = self.journal.retained
        self._power_on(MemoryJournal(self.loop, accepted=self.journal.accepted))
        memory = self.memory.read() if self.memory and not power_up else None
        self.found = reconcile(memory, Found(retained, self.rows[-64:], opened, power_up))
        interrupted = self.handshake.restore(self.found)
        self.rows += interrupted
        self.line.started = [replace(accepted) for accepted in self.journal.accepted.values()]
        self._ready()
        self.journal.keep(self.handshake.retained())
        self.journal.commit_all()
        return interrupted
