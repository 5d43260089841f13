"""The handshake and the model take the same steps; every register must be equal after each.

A few seconds in the normal suite. HANDSHAKE_EXAMPLES=5000 explores longer.
"""

import os
import pickle

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from protocols.retentive import handed_over, reconcile
from tests.protocols.handshake.model_state import (
    BUFFER,
    CAPACITY,
    TRIGGER,
    Judgement,
)
from tests.protocols.handshake.rig import Found, MemoryJournal, pump
from tests.protocols.handshake.sameness import CONDITIONS, SHAPE
from tests.protocols.handshake.sameness_line import SameLine
from tests.protocols.handshake.sameness_writes import CLIENTS

PROFILE = settings(
    deadline=None,
    database=None,
    max_examples=int(os.environ.get("HANDSHAKE_EXAMPLES", "80")),
    stateful_step_count=50,
    suppress_health_check=list(HealthCheck),
)


class SameStation(SameLine):
    """Restarts of every kind, and stories."""

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
        if self.memory and not power:
            return self.kill_with_memory(extra)
        journal = self.journal
        while journal.waiting and (extra > 0 or journal.last_mark is None):
            journal.commit(tell=False)
            extra -= 1
        if journal.last_mark is None:
            return self.restart(False, power, False)
        conditions = {name: getattr(self.model, name) for name in CONDITIONS}
        now, count = self.model.now, len(self.rows)
        self.model = pickle.loads(journal.last_mark)
        self.model.now = now
        committed = self.pending_committed()
        if committed:
            self.model.commit(ok=True)
        for i in range(self.model.offered, count):
            self.model.result(*self.told[i])
        for name, value in conditions.items():
            setattr(self.model, name, value)
        (self.model.power_cut if power else self.model.crash)(False)
        return self.start_again(journal.retained, power)

    def kill_with_memory(self, extra: int) -> None:
        """Whatever the disk has of it, the station goes on where it was."""
        journal = self.journal
        while journal.waiting and extra > 0:
            journal.commit(tell=False)
            extra -= 1
        awaited = self.awaited
        committed = awaited is not None and journal.accepted.get(awaited.number) is awaited
        self.model.crash(committed)
        self.start_again(journal.retained, power=False)

    @precondition(lambda self: self.memory)
    @rule()
    def reload(self) -> None:
        """The line finishes its parts and the disk has everything; then the next process has the memory."""
        while self.model.pending or self.journal.waiting:
            self.commit_next(ok=True)
        while self.model.open:
            self.good_part()
        self.journal.commit_all()
        pump(self.loop)
        self.model.handed_over()
        self.start_again(self.handshake.retained(), power=False, reload=True)

    def pending_committed(self) -> bool:
        number = self.model.accepted + 1
        return self.model.pending is not None and number in self.journal.accepted

    def start_again(self, retained: bytes | None, power: bool, reload: bool = False) -> None:
        numbers = {finished.accepted.number for finished in self.rows}
        opened = [accepted for number, accepted in sorted(self.journal.accepted.items()) if number not in numbers]
        journal = MemoryJournal(self.loop, self.mark, accepted=self.journal.accepted)
        if power and self.buffer:
            self.buffer[:] = bytes(SHAPE.size)
        self.power_on(journal)
        memory = self.memory.read() if self.memory else None
        if reload:
            assert memory
            found = handed_over(memory)
        else:
            found = reconcile(memory, Found(retained, self.rows[-40:], opened, power))
        assert found.from_memory == (memory is not None)
        interrupted = self.handshake.restore(found, handed_over=reload)
        expected = list(range(len(self.rows) + 1, self.model.accepted + 1))
        assert [finished.accepted.number for finished in interrupted] == expected
        self.rows += interrupted
        self.told += [(Judgement.ERROR, 0, 1, True, 0)] * len(interrupted)
        assert all(finished.outcome.error_code == 703 for finished in interrupted)
        assert self.handshake.conditions.job == self.model.job or not retained
        self.station_ready()
        journal.keep(self.handshake.retained())
        journal.commit_all()

    # stories that chance alone would seldom tell

    @rule(client=CLIENTS, by_bit=st.booleans(), power=st.booleans())
    def a_part_that_was_never_answered(self, client: str, by_bit: bool, power: bool) -> None:
        self.enable_and_settle(client)
        seq, word = self.fresh(), self.model.hr[0] & 5
        self.write(client, {0: word} if by_bit else {})
        how = {0: word | 1 << TRIGGER} if by_bit else {4: seq}
        self.write(client, how)
        self.restart(committed=False, power=power, late_row=False)
        self.write(client, {0: word})
        self.write(client, how)

    @rule(client=CLIENTS, how=st.sampled_from(["number", "edge", "clear", "mode"]))
    def a_queue_that_runs_over(self, client: str, how: str) -> None:
        self.write(client, {0: 5})
        self.enable_and_settle(client)
        for _ in range(CAPACITY + 1):
            self.many_sensor_parts(1)
        if how == "clear":
            self.write(client, {1: 3, 2: 0} | self.number_of(3, "new"))
        elif how == "mode":
            self.write(client, {0: 1})
            self.write(client, {0: 5})
        else:
            self.acknowledge(client, how)

    @rule(client=CLIENTS, parts=st.integers(1, 3))
    def parts_that_overlap(self, client: str, parts: int) -> None:
        self.write(client, {0: 5})
        self.enable_and_settle(client)
        for _ in range(parts):
            self.write(client, self.number_of(4, "new"))
            self.commit_through(ok=True)
            if self.model.acquiring:
                self.acquired()

    @rule(client=CLIENTS, judgement=st.integers(1, 3), ok=st.booleans(), later=st.booleans())
    def a_forced_judgement(self, client: str, judgement: int, ok: bool, later: bool) -> None:
        self.enable_and_settle(client)
        self.write(client, {1: 10, 2: judgement} | self.number_of(3, "new"))
        self.write(client, self.number_of(4, "new"))
        if later:
            self.write(client, {1: 10, 2: judgement % 3 + 1} | self.number_of(3, "new"))
        self.commit_through(ok)
        self.write(client, self.number_of(4, "new"))
        self.commit_through(ok=True)

    @rule(client=CLIENTS, changes=st.integers(1, 3))
    def the_mode_there_and_back(self, client: str, changes: int) -> None:
        self.enable_and_settle(client)
        self.trigger_by_number(client, parts=0, beat=False)
        self.commit_through(ok=True)
        if self.model.open:
            self.good_part()
        for _ in range(changes):
            self.write(client, {0: self.model.hr[0] & ~(1 << TRIGGER) ^ 1 << BUFFER})

    @rule(client=CLIENTS)
    def a_number_zero_and_the_number_again(self, client: str) -> None:
        self.enable_and_settle(client)
        for how in ("new", "zero", "repeat"):
            self.write(client, self.number_of(4, how))
            self.write(client, {1: 10, 2: 1} | self.number_of(3, how))


TestBesideTheModel = SameStation.TestCase
TestBesideTheModel.settings = PROFILE
