"""The handshake and the model take the same steps; every register must be equal after each.

A few seconds in the normal suite. HANDSHAKE_EXAMPLES=5000 explores longer.
"""

import asyncio
import os
import pickle
import struct
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from protocols import tags
from protocols.handshake import (
    Accepted,
    CommandError,
    Commit,
    Finished,
    Outcome,
    Refused,
    Reject,
    RejectedError,
    Rules,
    judged,
)
from protocols.handshake import Source as WireSource
from protocols.image import ProcessImage
from protocols.tag import HR
from tests.protocols.handshake.model import (
    ACK,
    BUFFER,
    CAPACITY,
    EXECUTE,
    LAST_SEQ,
    TRIGGER,
    Judgement,
    Model,
    ModelClient,
    ModelRefused,
    ModelTrigger,
    Source,
)
from tests.protocols.handshake.model_registers import model_registers
from tests.protocols.handshake.rig import Clock, Found, Line, MemoryJournal, handshake, pump

PROFILE = settings(
    deadline=None,
    database=None,
    max_examples=int(os.environ.get("HANDSHAKE_EXAMPLES", "100")),
    stateful_step_count=50,
    suppress_health_check=list(HealthCheck),
)
CONDITIONS = {
    "camera": "camera",
    "vision": "vision",
    "recipe": "recipe",
    "engineer_online": "engineer_online",
    "halted": "halted",
    "storage_stop": "storage",
    "other_load": "loading",
}  # of the model, and of the product
BAD = ("halted", "storage_stop", "other_load")
CODES = [
    (1, 1),
    (1, 2),
    (1, 2),
    (1, 3),
    (2, 0),
    (3, 0),
    (4, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 1),
    (10, 0),
    (10, 1),
    (10, 2),
    (10, 3),
]
CONTROL = st.sampled_from([0, 1, 1, 1, 3, 3, 3, 5, 5, 7, 7, 9, 13, 0x11, 0x15, 0x21, 0x23, 0x27, 0x41, 0x81, 0xFF])
CLIENTS = st.sampled_from("aaaab")
NUMBER = st.sampled_from(["", "", "new", "repeat", "zero"])


class Sameness(RuleBasedStateMachine):
    """A handshake and a model of it, and all that may happen to them."""

    taken_elsewhere: "asyncio.Future[Accepted] | None" = None  # pending, from another source than Modbus

    @initialize(
        hand_over=st.sampled_from([1, 2, 2]),
        interval=st.sampled_from([0.0, 0.0, 0.0, 0.5]),
        watchdog=st.sampled_from([0.0, 0.0, 2.0]),
        action=st.sampled_from(["nothing", "clear_trigger_enable", "go_offline"]),
        control=st.sampled_from([1, 1, 5]),
    )
    def begin(self, hand_over: int, interval: float, watchdog: float, action: str, control: int) -> None:
        self.loop = asyncio.new_event_loop()
        self.clock = Clock()
        self.model = Model(hand_over, interval, watchdog, action)
        self.model.now = self.clock.now
        self.limits = Rules(hand_over, interval, watchdog_s=watchdog, watchdog_action=action)
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
        """A new process: nothing stands in memory."""
        self.image, self.line, self.journal = ProcessImage(), Line(), journal
        self.handshake = handshake(self.image, self.line, journal, self.clock, self.limits)

    def mark(self) -> bytes | None:
        """The model goes first: at a call of the journal it stands where the turn ends."""
        return None if self.transient else pickle.dumps(self.model)

    def fresh(self) -> int:
        self.number = self.number % 65535 + 1
        return self.number

    # writes

    def write(self, client: str, registers: dict[int, int]) -> None:
        self.model_first(client, lambda: self.model.write(client, registers))
        self.then_product(client, lambda: self.handshake.write(client, registers))

    def model_first(self, client: str, step: Callable[[], None]) -> None:
        model = self.model
        self.before = (self.memory(client), model.missed_count, model.pending)
        step()
        memory, missed, pending = self.before
        self.kept = self.memory(client) != memory
        self.rejected = model.missed_count > missed
        self.taken = model.pending is not pending

    def then_product(self, client: str, step: Callable[[], Commit | None]) -> None:
        entries = self.journal.entries
        answer = step()
        earlier = any(who == client and not waiting.done() for who, waiting, *_ in self.answers)
        assert (answer is not None) == (self.kept or self.rejected or earlier)
        assert self.journal.entries - entries == (self.kept or self.rejected or self.taken)
        if self.kept or self.rejected:
            assert answer
            self.answers.append(
                (client, answer, self.journal.waiting[-1].commit, self.clock.now + self.limits.commit_limit_s)
            )

    def memory(self, client: str) -> object:
        """What of a write must be committed before it is answered."""
        known = self.model.clients.get(client, ModelClient())
        numbers = known.numbers
        registers = [self.model.hr[register] for register in (0, 3, 5)]
        return registers, dict(known.bits), numbers.get(3), numbers.get(5), 4 in numbers

    def number_of(self, register: int, how: str) -> dict[int, int]:
        if not how:
            return {}
        value = self.fresh() if how == "new" else 0 if how == "zero" else self.last[register]
        self.last[register] = value or self.last[register]
        return {register: value}

    @rule(client=CLIENTS, parts=st.integers(0, 9), beat=st.booleans())
    def trigger_by_number(self, client: str, parts: int, beat: bool) -> None:
        part = {16: 2, 17: 0x4100 + parts, 18: 0} if parts > 7 else {}
        part |= {6: (self.model.hr[6] + 1) % 65536} if beat else {}
        self.write(client, self.number_of(4, "new") | {12: 0, 13: self.number} | part)

    @rule(client=CLIENTS)
    def trigger_by_bit(self, client: str) -> None:
        word = self.model.hr[0]
        self.write(client, {0: word & ~(1 << TRIGGER)})
        self.write(client, {0: word | 1 << TRIGGER})

    @rule(
        client=CLIENTS,
        control=st.none() | CONTROL,
        trigger=NUMBER,
        command=NUMBER,
        code=st.sampled_from(CODES),
        ack=st.sampled_from(["", "", "head", "other", "zero"]),
        data=st.dictionaries(
            st.sampled_from([6, 8, 12, 13, 14, 15, 17, 33, 64, 129]), st.integers(0, 65535), max_size=3
        ),
        part=st.none() | st.integers(0, 64),
    )
    def any_write(self, client, control, trigger, command, code, ack, data, part) -> None:  # type: ignore[no-untyped-def]
        registers = dict(data) | self.number_of(4, trigger) | self.number_of(3, command)
        if command == "new" or (control and control >> EXECUTE & 1):
            registers |= dict(zip((1, 2), code, strict=True))
        if ack:
            head = self.model.head.seq if self.model.head else 0
            registers[5] = {"head": head, "other": head % LAST_SEQ + 1, "zero": 0}[ack]
        registers |= {} if control is None else {0: control}
        registers |= {} if part is None else {16: part}
        self.write(client, registers)

    @rule(client=CLIENTS, code=st.sampled_from(CODES))
    def command(self, client: str, code: tuple[int, int]) -> None:
        self.write(client, {1: code[0], 2: code[1]} | self.number_of(3, "new"))

    @rule(client=CLIENTS, bits=st.dictionaries(st.integers(0, 7), st.integers(0, 1), min_size=1, max_size=3))
    def any_bits(self, client: str, bits: dict[int, int]) -> None:
        self.model_first(client, lambda: self.model.write_bits(client, bits))
        self.then_product(client, lambda: self.handshake.write_bits(client, bits))

    @rule(client=CLIENTS, by=st.sampled_from(["number", "edge", "both"]))
    def acknowledge(self, client: str, by: str) -> None:
        registers = {5: self.model.head.seq if self.model.head else 0} if by != "edge" else {}
        if by != "number":
            self.write(client, {0: self.model.hr[0] & ~(1 << ACK)})
            registers |= {0: self.model.hr[0] | 1 << ACK}
        self.write(client, registers)

    @rule(client=CLIENTS)
    def heartbeat(self, client: str) -> None:
        self.write(client, {6: (self.model.hr[6] + 1) % 65536})

    @rule(client=CLIENTS)
    def enable_and_settle(self, client: str) -> None:
        """Let the line run on, whatever happened."""
        self.write(client, {0: self.model.hr[0] & 1 << BUFFER | 1})
        for name in CONDITIONS:
            self.set_condition(name, name not in BAD)
        self.write(client, {6: (self.model.hr[6] + 1) % 65536})
        if self.model.executing:
            self.end_command(CommandError.NONE)
        self.commit_through(ok=True)

    @rule(who=st.integers(0, 70), seq=st.booleans(), command=st.booleans(), control=st.none() | CONTROL)
    def newcomer(self, who: int, seq: bool, command: bool, control: int | None) -> None:
        registers = {4: self.fresh() * seq, 3: self.fresh() * command, 1: 10, 2: 1}
        self.write(f"n{who}", registers | ({} if control is None else {0: control}))

    @rule()
    def crowd(self) -> None:
        for i in range(62):
            self.write(f"crowd{i}", {4: 0})

    @rule(
        registers=st.sampled_from(
            [{0: 256}, {16: 65, 4: 9}, {128: 65}, {7: 1}, {49: 1, 4: 9}, {199: 1}, {200: 1, 0: 256}]
        )
    )
    def bad_write(self, registers: dict[int, int]) -> None:
        with pytest.raises(ModelRefused) as expected:
            self.model.write("a", registers)
        entries = self.journal.entries
        with pytest.raises(Refused, match=f"exception {expected.value.args[0]}"):
            self.handshake.write("a", registers)
        assert self.journal.entries == entries

    @rule(client=CLIENTS, there=st.booleans())
    def connection(self, client: str, there: bool) -> None:
        (self.model.connect if there else self.model.disconnect)(client)
        (self.handshake.connected if there else self.handshake.disconnected)(client)

    # everything else

    @rule(source=st.sampled_from([Source.HARDWARE, Source.TIMER, Source.WEB, Source.OPCUA]))
    def other_trigger(self, source: Source) -> None:
        code = self.model.trigger(source, b"web")
        people = source in (Source.WEB, Source.OPCUA)
        taken = self.handshake.trigger(WireSource(source), b"web" if people else b"")
        if code:
            assert taken is Reject(code)
        else:
            assert isinstance(taken, asyncio.Future)
            self.taken_elsewhere = taken

    @precondition(lambda self: self.model.pending)
    @rule(ok=st.sampled_from([True, True, True, False]))
    def commit(self, ok: bool) -> None:
        self.commit_through(ok)

    @precondition(lambda self: self.journal.waiting)
    @rule(count=st.integers(1, 4))
    def disk_goes_on(self, count: int) -> None:
        for _ in range(min(count, len(self.journal.waiting))):
            self.commit_next(ok=True)

    def commit_through(self, ok: bool) -> None:
        """Up to the acceptance that is awaited."""
        while self.model.pending and self.journal.waiting:
            self.commit_next(ok)

    def commit_next(self, ok: bool) -> None:
        entry = self.journal.waiting[0]
        pending, taken, started = None, self.taken_elsewhere, len(self.line.started)
        if entry.acceptance and entry.accepted is self.awaited:
            pending, self.taken_elsewhere = self.model.pending, None
            self.model.commit(ok)
        self.journal.commit(ok or pending is None)
        pump(self.loop)
        if pending:
            assert len(self.line.started) == started + ok
            if pending.source is not Source.MODBUS:
                self.same_answer(taken, ok)
            if ok:
                self.same_acceptance(pending, self.line.started[-1])

    @property
    def awaited(self) -> Accepted | None:
        """The acceptance whose commit is awaited, if any."""
        pending = self.handshake._state.triggers.pending
        return pending.accepted if pending else None

    def same_answer(self, taken: "asyncio.Future[Accepted] | None", ok: bool) -> None:
        assert taken
        assert taken.done()
        if ok:
            assert taken.result() is self.line.started[-1]
        else:
            assert isinstance(taken.exception(), RejectedError)

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
        assert (trigger.address if trigger.seq or trigger.by_bit else "") == accepted.client
        self.opened.append(accepted)

    @precondition(lambda self: self.model.acquiring)
    @rule()
    def acquired(self) -> None:
        self.model.acquired()
        self.handshake.acquired(self.opened[-1])

    @precondition(lambda self: self.model.open)
    @rule(
        judgement=st.sampled_from(list(Judgement)),
        bits=st.integers(0, 2**32 - 1),
        reject_class=st.integers(1, 9),
        stored=st.sampled_from([True, True, True, False]),
        marks=st.sampled_from([0, 0, 0x10, 0x20, 0x80]),
    )
    def result(self, judgement: Judgement, bits: int, reject_class: int, stored: bool, marks: int) -> None:
        self.judge(judgement, bits, reject_class, stored, marks)
        self.handshake.offer(self.rows[-1])

    @precondition(lambda self: self.model.open)
    @rule()
    def good_part(self) -> None:
        if self.model.acquiring:
            self.acquired()
        self.judge(Judgement.PASS, 7, 1, True, 0)
        self.handshake.offer(self.rows[-1])

    def judge(self, judgement: Judgement, bits: int, reject_class: int, stored: bool, marks: int) -> None:
        """A result whose row is committed, and which the model has offered."""
        accepted = self.opened.pop(0)
        outcome = Outcome(judgement, reject_class, passed=bits, executed=bits, stored=stored)
        outcome = replace(
            outcome, partial=bool(marks & 0x10), simulated=bool(marks & 0x20), timed_out=bool(marks & 0x80)
        )
        self.rows.append(Finished(self.model.newest % LAST_SEQ + 1, accepted, judged(accepted, outcome)))
        self.told.append((judgement, bits, reject_class, stored, marks))
        self.model.result(judgement, bits, reject_class, stored, marks)

    @precondition(lambda self: not self.model.pending)
    @rule(count=st.integers(1, CAPACITY + 2))
    def many_sensor_parts(self, count: int) -> None:
        for _ in range(count):
            self.other_trigger(Source.HARDWARE)
            self.commit_through(ok=True)
            if self.model.open:
                self.good_part()

    @precondition(lambda self: self.model.executing)
    @rule(error=st.sampled_from([CommandError.NONE, CommandError.NONE, CommandError.LOAD_FAILED]))
    def end_command(self, error: CommandError) -> None:
        assert self.model.executing
        job = self.model.executing[1]
        self.model.command_done(error)
        self.handshake.command_done(error, job=job)

    @rule(name=st.sampled_from(list(CONDITIONS)))
    def condition(self, name: str) -> None:
        self.set_condition(name, not getattr(self.model, name))

    def set_condition(self, name: str, value: bool) -> None:
        setattr(self.model, name, value)
        self.image.set(tags.ERROR, not self.model.camera)  # others set that bit
        self.handshake.set_conditions(**{CONDITIONS[name]: not value if name == "storage_stop" else value})

    @rule(seconds=st.sampled_from([0.25, 0.25, 0.5, 1.0, 2.0, 5.0, 11.0]))
    def advance(self, seconds: float) -> None:
        late = self.model.pending is not None
        self.transient = True  # several turns of the product in one of the model
        self.model.advance(seconds)
        self.clock.advance(seconds)
        self.handshake.tick()
        self.transient = False
        self.journal.keep(self.handshake.retained())
        pump(self.loop)
        if late and self.model.pending is None:
            self.taken_elsewhere = None

    @rule()
    def reset_counters(self) -> None:
        self.model.reset_counters()
        self.handshake.reset_counters()

    @rule()
    def config_changed(self) -> None:
        self.model.config_changed = True
        self.handshake.config_changed()

    # restarts

    @rule(committed=st.booleans(), power=st.booleans(), late_row=st.booleans())
    def restart(self, committed: bool, power: bool, late_row: bool) -> None:
        """Everything but the pending acceptance had reached the disk; `late_row`: a result that was not yet offered."""
        retained, awaited = self.handshake.retained(), self.awaited
        self.journal.commit_all_but(awaited)
        if awaited and committed:
            self.journal.accepted[awaited.number] = awaited
        if late_row and self.model.open:
            self.judge(Judgement.FAIL, 5, 3, True, 0)
        (self.model.power_cut if power else self.model.crash)(committed)
        self.start_again(retained, power)

    @rule(extra=st.integers(0, 4), power=st.booleans(), late_row=st.booleans())
    def kill(self, extra: int, power: bool, late_row: bool) -> None:
        """Only what was committed is there, with `extra` transactions whose end the process did not live to see."""
        if late_row and self.model.open:
            self.judge(Judgement.FAIL, 5, 3, True, 0)
        journal = self.journal
        while journal.waiting and (extra > 0 or journal.last_mark is None):
            journal.commit(tell=False)
            extra -= 1
        if journal.last_mark is None:
            return self.restart(False, power, False)
        job, conditions = self.model.job, {name: getattr(self.model, name) for name in CONDITIONS}
        now, count = self.model.now, len(self.rows)
        self.model = pickle.loads(journal.last_mark)
        self.model.now = now
        committed = self.pending_committed()
        if committed:
            self.model.commit(ok=True)
        for i in range(self.model.offered, count):
            self.model.result(*self.told[i])
        self.model.job = job
        for name, value in conditions.items():
            setattr(self.model, name, value)
        (self.model.power_cut if power else self.model.crash)(False)
        return self.start_again(journal.retained, power)

    def pending_committed(self) -> bool:
        number = self.model.accepted + 1
        return self.model.pending is not None and number in self.journal.accepted

    def start_again(self, retained: bytes | None, power: bool) -> None:
        numbers = {finished.accepted.number for finished in self.rows}
        opened = [accepted for number, accepted in sorted(self.journal.accepted.items()) if number not in numbers]
        journal = MemoryJournal(self.loop, self.mark, accepted=self.journal.accepted)
        self.power_on(journal)
        interrupted = self.handshake.restore(Found(retained, self.rows[-40:], opened, power))
        self.rows += interrupted
        self.told += [(Judgement.ERROR, 0, 1, True, 0)] * len(interrupted)
        assert [finished.accepted.number for finished in interrupted] == [accepted.number for accepted in opened]
        assert all(finished.outcome.error_code == 703 for finished in interrupted)
        self.station_ready()
        journal.keep(self.handshake.retained())
        journal.commit_all()

    def station_ready(self) -> None:
        model = self.model
        self.opened: list[Accepted] = []  # told to the line, without a result
        self.answers: list[tuple[str, Commit, Commit, float]] = []  # client, answer, its commit, limit
        self.taken_elsewhere = None
        self.handshake.set_conditions(job=model.job, jobs=frozenset(model.jobs))
        for name in CONDITIONS:
            self.set_condition(name, getattr(model, name))

    # what must hold after each step

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


TestBesideTheModel = Sameness.TestCase
TestBesideTheModel.settings = PROFILE
