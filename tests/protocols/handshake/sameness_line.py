"""What sensors, people, disk and line do to the handshake and to the model."""

import asyncio
from dataclasses import replace

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from protocols.handshake import (
    Accepted,
    CommandError,
    Finished,
    Outcome,
    Reject,
    RejectedError,
    judged,
)
from protocols.handshake import Source as WireSource
from tests.protocols.handshake.model_state import (
    BUFFER,
    CAPACITY,
    LAST_SEQ,
    Judgement,
    Source,
)
from tests.protocols.handshake.rig import pump
from tests.protocols.handshake.sameness import CONDITIONS
from tests.protocols.handshake.sameness_writes import CLIENTS, SameWrites

BAD = ("halted", "storage_stop", "other_load")


class SameLine(SameWrites):
    """Everything else: other sources, the disk, the line, time."""

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

    @rule(source=st.sampled_from([Source.HARDWARE, Source.TIMER, Source.WEB, Source.OPCUA]))
    def other_trigger(self, source: Source) -> None:
        code = self.model.trigger(source, b"web")
        people = source in (Source.WEB, Source.OPCUA)
        taken = self.handshake.trigger(WireSource(source), b"web" if people else b"")
        if code:
            assert taken is Reject(code)
        else:
            assert isinstance(taken, asyncio.Future)
            self.taken_elsewhere = None if self.at_once else taken
            if self.at_once:
                assert taken.result() is self.line.started[-1]
                self.told_at_once()

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
        for answer in entry.answers:
            self.model.held.pop(answer, None)
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
        if self.at_once:  # what was written before a row is on the disk with it
            self.journal.commit_all()
            pump(self.loop)
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
        job, self.given = self.model.executing[1], self.model.given
        self.model.command_done(error)
        self.handshake.command_done(error, job=job)
        self.answers_wait(self.journal.waiting[-1])

    @rule(name=st.sampled_from(list(CONDITIONS)))
    def condition(self, name: str) -> None:
        self.set_condition(name, not getattr(self.model, name))

    @rule(seconds=st.sampled_from([0.25, 0.25, 0.5, 1.0, 2.0, 5.0, 11.0]))
    def advance(self, seconds: float) -> None:
        late, self.given, waiting = self.model.pending is not None, self.model.given, len(self.journal.waiting)
        self.transient = True  # several turns of the product in one of the model
        self.model.advance(seconds)
        self.clock.advance(seconds)
        self.handshake.tick()
        self.transient = False
        if self.model.given > self.given:  # a command ran out of time
            ended = (e for e in self.journal.waiting[waiting:] if e.retained and b'"executing":null' in e.retained)
            self.answers_wait(next(ended))
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
