"""A handshake and a model of it in one state machine: how both take a step, and what must then be equal."""

import asyncio
import pickle
import struct
from collections.abc import Callable

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from protocols import tags
from protocols.handshake import (
    Accepted,
    Commit,
    Finished,
    Rules,
)
from protocols.image import ProcessImage
from protocols.retentive import Layout, RetentiveMemory, Shape
from protocols.tag import HR
from tests.protocols.handshake.model import Model
from tests.protocols.handshake.model_registers import model_registers
from tests.protocols.handshake.model_state import (
    CAPACITY,
    LAST_SEQ,
    Judgement,
    ModelClient,
    ModelTrigger,
)
from tests.protocols.handshake.rig import Clock, Entry, Found, Line, MemoryJournal, handshake, pump

SHAPE = Shape(head=256, state=16 * 1024, slot=4096)
CONDITIONS = {
    "camera": "camera",
    "vision": "vision",
    "recipe": "recipe",
    "engineer_online": "engineer_online",
    "halted": "halted",
    "storage_stop": "storage",
    "other_load": "loading",
}  # of the model, and of the product


class Sameness(RuleBasedStateMachine):
    """Both, and the clock, disk and line around them. No step of its own."""

    taken_elsewhere: "asyncio.Future[Accepted] | None" = None  # pending, from another source than Modbus

    @initialize(
        hand_over=st.sampled_from([1, 2, 2]),
        interval=st.sampled_from([0.0, 0.0, 0.0, 0.5]),
        watchdog=st.sampled_from([0.0, 0.0, 2.0]),
        action=st.sampled_from(["nothing", "clear_trigger_enable", "go_offline"]),
        control=st.sampled_from([1, 1, 5]),
        durability=st.sampled_from(["power", "power", "process"]),
        memory=st.booleans(),
    )
    def begin(
        self, hand_over: int, interval: float, watchdog: float, action: str, control: int, durability: str, memory: bool
    ) -> None:
        self.loop = asyncio.new_event_loop()
        self.clock = Clock()
        self.at_once = memory and durability == "process"
        self.buffer = bytearray(SHAPE.size) if memory else None
        self.model = Model(hand_over, interval, watchdog, action, self.at_once)
        self.model.now = self.clock.now
        self.limits = Rules(hand_over, interval, watchdog_s=watchdog, watchdog_action=action, durability=durability)
        self.rows: list[Finished] = []  # every result, with what the model was told of it
        self.told: list[tuple[Judgement, int, int, bool, int]] = []
        self.transient = False
        self.number, self.last = 0, {3: 0, 4: 0}  # numbers written, by register
        self.power_on(MemoryJournal(self.loop, self.mark))
        self.handshake.restore(Found(None, (), (), power_up=True))
        self.station_ready()
        for client in "ab":
            self.write(client, {0: control, 3: 0, 4: 0, 5: 0})
        self.journal.commit_all()
        pump(self.loop)

    def power_on(self, journal: MemoryJournal) -> None:
        """A new process: no timer of the one before rings any more."""
        self.clock.alarms.clear()
        self.image, self.line, self.journal = ProcessImage(), Line(), journal
        self.memory = RetentiveMemory(Layout(self.buffer, SHAPE), "a station") if self.buffer else None
        self.handshake = handshake(self.image, self.line, journal, self.clock, self.limits, self.memory)

    def mark(self) -> bytes | None:
        """The model goes first: at a call of the journal it stands where the turn ends."""
        return None if self.transient else pickle.dumps(self.model)

    def fresh(self) -> int:
        self.number = self.number % 65535 + 1
        return self.number

    def write(self, client: str, registers: dict[int, int]) -> None:
        self.model_first(client, lambda: self.model.write(client, registers))
        self.then_product(client, lambda: self.handshake.write(client, registers))

    def model_first(self, client: str, step: Callable[[], None]) -> None:
        model = self.model
        self.before = (self.known(client), model.missed_count, model.pending, model.accepted)
        self.given = model.given
        step()
        memory, missed, pending, accepted = self.before
        self.kept = self.known(client) != memory
        self.rejected = model.missed_count > missed
        self.taken = model.pending is not pending or model.accepted > accepted

    def then_product(self, client: str, step: Callable[[], Commit | None]) -> None:
        entries = self.journal.entries
        answer = step()
        earlier = any(who == client and not waiting.done() for who, waiting, *_ in self.answers)
        waits = self.kept or self.rejected or earlier
        assert (answer is not None) == (waits and not self.at_once)
        assert self.journal.entries - entries == (self.kept or self.rejected or self.taken)
        if self.model.given > self.given:
            self.answers_wait(self.journal.waiting[-1])
        if self.at_once:
            self.told_at_once()
        elif self.kept or self.rejected:
            assert answer
            self.answers.append(
                (client, answer, self.journal.waiting[-1].commit, self.clock.now + self.limits.commit_limit_s)
            )

    def told_at_once(self) -> None:
        """What was accepted in this turn is with the line already."""
        if self.model.open and self.model.open[-1].number > len(self.rows) + len(self.opened):
            self.same_acceptance(self.model.open[-1], self.line.started[-1])

    def same_acceptance(self, trigger: ModelTrigger, accepted: Accepted) -> None:
        """The station is told what the model latched."""
        expected = (trigger.number, trigger.seq, trigger.by_bit, trigger.part_id, trigger.job, trigger.forced)
        assert expected == (
            accepted.number,
            accepted.seq,
            accepted.by_bit,
            accepted.part_id,
            accepted.job,
            accepted.forced,
        )
        assert trigger.context == (accepted.order.encode(), accepted.lot.encode(), accepted.shift.encode())
        assert (trigger.address if trigger.seq or trigger.by_bit else "") == accepted.client
        self.opened.append(accepted)

    def answers_wait(self, entry: Entry) -> None:
        """The commands that the model has answered in this step are seen as executing until `entry` is committed."""
        entry.answers = range(self.given + 1, self.model.given + 1)

    def known(self, client: str) -> object:
        """What of a write must be committed before it is answered."""
        found = self.model.clients.get(client, ModelClient())
        numbers = found.numbers
        registers = [self.model.hr[register] for register in (0, 3, 5)]
        return registers, dict(found.bits), numbers.get(3), numbers.get(5), 4 in numbers

    def number_of(self, register: int, how: str) -> dict[int, int]:
        if not how:
            return {}
        value = self.fresh() if how == "new" else 0 if how == "zero" else self.last[register]
        self.last[register] = value or self.last[register]
        return {register: value}

    def set_condition(self, name: str, value: bool) -> None:
        setattr(self.model, name, value)
        self.image.set(tags.ERROR, not self.model.camera)  # others set that bit
        self.handshake.set_conditions(**{CONDITIONS[name]: not value if name == "storage_stop" else value})

    def station_ready(self) -> None:
        model = self.model
        self.opened: list[Accepted] = []  # told to the line, without a result
        self.answers: list[tuple[str, Commit, Commit, float]] = []  # client, answer, its commit, limit
        self.taken_elsewhere = None
        self.handshake.set_conditions(job=model.job, jobs=frozenset(model.jobs))
        for name in CONDITIONS:
            self.set_condition(name, getattr(model, name))

    @invariant()
    def registers_are_equal(self) -> None:
        if not hasattr(self, "handshake"):
            return
        words = struct.unpack(f">{len(self.image.input) // 2}H", self.image.input)
        expected = model_registers(self.model)
        wrong = {a: (hex(words[a]), hex(v)) for a, v in expected.items() if words[a] != v}
        assert not wrong, f"register: (is, should be) {wrong}"
        unused = [slot for slot in range(CAPACITY) if slot not in self.model.ring]
        assert not any(any(words[2000 + 64 * slot : 2064 + 64 * slot]) for slot in unused)
        assert self.image.words(HR(0), 200) == tuple(self.model.hr)
        made = self.handshake.production
        assert [text.encode() for text in (made.order, made.lot, made.shift, *made.strings)] == self.model.texts
        assert self.handshake.next_seq == self.model.newest % LAST_SEQ + 1

    @invariant()
    def writes_are_answered_in_time(self) -> None:
        if not hasattr(self, "handshake"):
            return
        for _, answer, commit, limit in self.answers:
            assert answer.done() == (commit.done() or self.clock.now >= limit)
        self.answers = [waiting for waiting in self.answers if not waiting[1].done()]

    @invariant()
    def every_acceptance_has_one_result(self) -> None:
        if not hasattr(self, "handshake"):
            return
        numbers = [finished.accepted.number for finished in self.rows] + [accepted.number for accepted in self.opened]
        assert numbers == list(range(1, self.model.accepted + 1))

    def teardown(self) -> None:
        if hasattr(self, "loop"):
            assert len(self.handshake.retained()) < 8000
            self.loop.close()
