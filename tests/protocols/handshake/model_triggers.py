"""The model's triggers and results: accepted or rejected, judged, shown, taken."""

from tests.protocols.handshake.model_state import (
    BUFFER,
    CAPACITY,
    ENABLE,
    LAST_SEQ,
    ORDER,
    TRIGGER,
    USER_DATA,
    Judgement,
    ModelResult,
    ModelState,
    ModelTrigger,
    Source,
)


class ModelTriggers(ModelState):
    """Triggers and results."""

    @property
    def ready(self) -> bool:
        """TriggerReady."""
        return not self._code(Source.MODBUS)

    def trigger(self, source: Source, part_id: bytes = b"") -> int:
        """From hardware, timer, web or OPC UA: 0 = taken, else the code."""
        if code := self._code(source):
            self.missed_count += 1
            return code
        people = source in (Source.WEB, Source.OPCUA)
        sampled = self._sample(source, part_id if people else self._take_part_id())
        sampled.quiet = people and self.claimed
        self._take(sampled)
        return 0

    def _modbus_trigger(self, sampled: ModelTrigger, only_baseline: bool, brought: bool) -> None:
        """An edge and a number in one write are one trigger."""
        if code := 2 if only_baseline else self._code(Source.MODBUS):
            self.part_id = b"" if brought else self.part_id
            self._reject(sampled.seq, code)
            return
        sampled.part_id = self._take_part_id()
        self._take(sampled)

    def _take_part_id(self) -> bytes:
        part_id, self.part_id = self.part_id, b""
        return part_id

    def _sample(self, source: Source, part_id: bytes) -> ModelTrigger:
        return ModelTrigger(
            source, self.job, self._u32(12), self._u32(14), part_id, self.force_next, tuple(self.texts[:3])
        )

    def _u32(self, register: int) -> int:
        return self.hr[register] << 16 | self.hr[register + 1]

    def _code(self, source: Source) -> int:
        """The reject code that a trigger would get now; 0 = accepted. TriggerReady is its absence for Modbus."""
        modbus = source is Source.MODBUS
        holds = {
            2: modbus and not self.bit(ENABLE),
            9: not self.recipe,
            6: not self.camera,
            10: self.storage_stop,
            11: not self.vision,
            1: not self.online,
            5: self.other_load or bool(self.executing and self.executing[1]),
            8: self.now - self.last_acceptance < self.min_interval_s,  # part of TriggerReady
            3: self._busy(source),
            4: modbus and self.bit(BUFFER) and len(self.queue) + len(self.open) >= CAPACITY,  # Modbus only
        }
        return next((code for code in ORDER if holds[code]), 0)

    def _busy(self, source: Source) -> bool:
        if self.pending or self.acquiring or sum(t.acquired for t in self.open) >= self.hand_over:
            return True
        if source in (Source.WEB, Source.OPCUA) and self.claimed and self._writer_near():
            return True
        sensor = source in (Source.HARDWARE, Source.TIMER)
        return not self.bit(BUFFER) and bool(self.open or (sensor and self.claimed))

    def _writer_near(self) -> bool:
        return any(self.now - left <= self.write_hold_s for left in self.left_at.values())

    def _take(self, trigger: ModelTrigger) -> None:
        """All that an acceptance clears goes in the turn of the write; the rest follows the commit."""
        if not self.bit(BUFFER):
            self._clear_current()
        if trigger.source is Source.MODBUS:
            self.missed = False
        self.exposed, self.last_acceptance, self.force_next = False, self.now, 0
        if self.at_once:
            self._accept(trigger)
        else:
            self.pending = trigger

    def _accept(self, trigger: ModelTrigger) -> None:
        self.accepted += 1
        self.trigger_count += 1
        trigger.number = self.accepted
        self.open.append(trigger)
        self.ack_seq = trigger.seq or self.ack_seq
        if trigger.by_bit and self.bit(TRIGGER):  # only while Trigger is still 1
            self.trigger_ack = True

    def _reject(self, seq: int, code: int) -> None:
        self.missed, self.reject_code = True, code
        self.missed_count += 1
        self.rejected_seq = seq or self.rejected_seq
        for trigger in [*self.open, *filter(None, [self.pending])]:  # one that waits for its commit as well
            trigger.quiet = True
        if not self.bit(BUFFER):
            self._clear_current()

    def _clear_current(self) -> None:
        self.valid, self.cleared = False, True

    def commit(self, ok: bool) -> None:
        """The acceptance stands on the disk, or could not be written in time."""
        trigger, self.pending = self.pending, None
        assert trigger
        if ok:
            self._accept(trigger)
            return
        self.force_next = self.force_next or trigger.forced
        if trigger.source is Source.MODBUS:
            self._reject(trigger.seq, 10)
        else:
            self.missed_count += 1

    def acquired(self) -> None:
        """The last shot of the trigger that acquires is exposed."""
        trigger = self.open[-1]
        trigger.acquired = self.exposed = True

    def result(
        self,
        judgement: Judgement,
        bits: int = 0,
        reject_class: int = 1,
        stored: bool = True,
        marks: int = 0,
        executed: int | None = None,
    ) -> None:
        """The oldest open trigger is judged and its row committed (not `stored`: offered all the same).

        `executed` None: each tool that ran has passed.
        """
        trigger = self.open.pop(0)
        judgement = Judgement(trigger.forced or judgement)
        reject_class = {Judgement.PASS: 0, Judgement.ERROR: 65535}.get(judgement, reject_class)
        self.newest = self.newest % LAST_SEQ + 1
        ran = bits if executed is None else executed
        result = ModelResult(self.newest, trigger, judgement, reject_class, bits, stored, marks, ran)
        self.ring[self.newest % CAPACITY] = result
        self.offered += 1
        self._count(result)
        self.toggle = not self.toggle
        self.exposed |= trigger.number == self.accepted and not self.pending  # at the latest with its result
        self._show(result)

    def _show(self, result: ModelResult) -> None:
        if not self.bit(BUFFER):
            if not result.trigger.quiet:
                self.current, self.cleared, self.valid = result, False, True
            return
        self.queue.append(result)
        self.cleared = False
        if len(self.queue) > CAPACITY:
            self.queue.pop(0)
            self.overruns += 1
            self.overrun = self.lost = True

    def _count(self, result: ModelResult) -> None:
        if not result.trigger.forced:
            self.inspections += 1
            self.passes += result.judgement is Judgement.PASS
            self.fails += result.judgement is Judgement.FAIL
            self.errors += result.judgement is Judgement.ERROR

    def _acknowledge(self, edge: bool, number: int) -> None:
        """An edge and a number in one write pop once."""
        head = self.queue[0] if self.queue else None if self.bit(BUFFER) else self.current
        if not head or not (edge or number == head.seq):
            return
        self.valid = self.lost = False
        if self.queue:
            self.current = self.queue.pop(0)

    def _empty_queue(self) -> None:
        if self.queue:
            self.current = self.queue[0]
        self.queue, self.lost = [], False

    def _user_data(self, rose: set[int], bits: dict[int, int], registers: dict[int, int], trigger: str) -> None:
        if bits.get(USER_DATA) == 0:
            self.user_data_ack = False
        if USER_DATA in rose or (trigger and 16 in registers):
            self.part_id = b"".join(w.to_bytes(2, "big") for w in self.hr[17:49])[: self.hr[16]]
            self.user_data_ack |= USER_DATA in rose
