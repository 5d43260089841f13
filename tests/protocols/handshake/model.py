"""The PLC handshake as a pure model: the oracle that the state machine drives beside the product.

Every method is one turn of the station: a client's write, a trigger from elsewhere, an exposure, a result, a commit, a
restart. `model_registers` gives the input registers as they stand between turns. No I/O and no clock: the caller moves
time with `advance`. An acceptance waits for its commit; everything else counts as kept from its own turn. Left out:
framing, write control, values and strings of tools, measured times.
"""

from collections import OrderedDict
from dataclasses import dataclass, field
from enum import IntEnum, unique
from math import inf

CAPACITY = 16  # of the queue and of the ring
LAST_SEQ = 65520  # ResultSeq: then 1 again
ADDRESSES = 64  # client addresses remembered
COMMIT_LIMIT_S, COMMAND_LIMIT_S = 1.0, 10.0
ORDER = (2, 9, 6, 10, 11, 1, 5, 8, 3, 4)  # the first reject code that holds is given
ENABLE, TRIGGER, BUFFER, ACK, EXECUTE, USER_DATA, CLEAR_ERROR, OFFLINE = range(8)  # bits of HR 0
RESERVED = {7, *range(49, 64), *range(161, 200)}


@unique
class Source(IntEnum):
    """Bits 8 to 11 of ResultFlags."""

    MODBUS, OPCUA, WEB, HARDWARE, TIMER = range(5)


@unique
class Judgement(IntEnum):
    """Argument of command 10; bit of ResultFlags."""

    PASS, FAIL, ERROR = 1, 2, 3


class ModelRefused(Exception):
    """The Modbus exception code that a bad write is answered with; nothing was changed."""


@dataclass
class ModelClient:
    """What one client address wrote last: bits of HR 0; HR 3 and 4 (not 0), HR 5."""

    bits: dict[int, int] = field(default_factory=dict)
    numbers: dict[int, int] = field(default_factory=dict)


@dataclass
class ModelTrigger:
    """One trigger, with what was latched in the turn it came."""

    source: Source
    job: int
    user_tag: int
    encoder: int
    part_id: bytes
    forced: int
    seq: int = 0
    by_bit: bool = False
    address: str = ""
    previous: tuple[int, int] = (0, 0)  # the address's TriggerSeq and Trigger bit before this write
    quiet: bool = False  # unbuffered: its result leaves the current result and ResultsValid alone
    acquired: bool = False
    number: int = 0  # InspectionId


@dataclass
class ModelResult:
    """One result as its ring slot holds it."""

    seq: int
    trigger: ModelTrigger
    judgement: Judgement
    reject_class: int
    bits: int  # tools passed
    stored: bool
    marks: int  # partial, simulated, timed out, as bits of ResultFlags
    executed: int = 0  # tools

    @property
    def flags(self) -> int:
        forced = bool(self.trigger.forced) << 5
        return 1 | 1 << self.judgement | self.marks | forced | (not self.stored) << 12 | self.trigger.source << 8


class Model:
    """A station as its PLC sees it."""

    def __init__(
        self, hand_over: int = 2, min_interval_s: float = 0.0, watchdog_s: float = 0.0, watchdog_action: str = "nothing"
    ) -> None:
        self.hand_over, self.min_interval_s, self.write_hold_s = hand_over, min_interval_s, 10.0
        self.watchdog_s, self.watchdog_action = watchdog_s, watchdog_action
        self.jobs, self.job, self.now = {1, 2}, 1, 0.0
        self.camera = self.vision = self.recipe = self.engineer_online = True
        self.halted = self.storage_stop = self.other_load = False
        self.hr = [0] * 200
        self.clients: OrderedDict[str, ModelClient] = OrderedDict()
        self.left_at: dict[str, float] = {}  # clients that wrote: when their last connection closed, inf = connected
        self.claimed = False  # TriggerEnable as a client last wrote it; power-up and watchdog leave it
        self.alive_at, self.silent = inf, False  # inf: the watchdog is not armed
        self.pending: ModelTrigger | None = None  # waits for its commit
        self.open: list[ModelTrigger] = []  # accepted, in order, without a result
        self.queue: list[ModelResult] = []
        self.ring: dict[int, ModelResult] = {}
        self.offered = 0  # every result ever
        self.current: ModelResult | None = None
        self.valid = self.lost = False  # unbuffered ResultsValid; results dropped since the last pop
        self.cleared = True
        self.part_id = b""
        self.newest = self.accepted = 0
        self.last_acceptance, self.force_next = -inf, 0
        self.ack_seq = self.rejected_seq = self.reject_code = 0
        self.trigger_ack = self.user_data_ack = self.missed = self.overrun = self.toggle = False
        self.exposed = self.tripped = self.config_changed = False
        self.command_ack = self.command_status = self.command_error = 0
        self.completed = self.failed = False
        self.executing: tuple[int, int] | None = None  # CommandSeq (0: by bit), job (0: self-test)
        self.executing_since = inf
        self.waiting: list[int] = []  # CommandSeq of commands that came meanwhile
        self.boots = 1
        self.reset_counters()

    # what a PLC writes

    def write(self, address: str, registers: dict[int, int]) -> None:
        """FC6, FC16 or the write of FC23: one turn."""
        self._check(registers)
        self._turn(address, registers, {b: registers[0] >> b & 1 for b in range(8)} if 0 in registers else {})

    def write_bits(self, address: str, bits: dict[int, int]) -> None:
        """FC5, FC15, FC22 on HR 0: only the addressed bits count as written."""
        if any(b > OFFLINE and v for b, v in bits.items()):
            raise ModelRefused(3)
        self._turn(address, {}, {b: v for b, v in bits.items() if b <= OFFLINE})

    def connect(self, address: str) -> None:
        """It opens a connection: counts where it has written before."""
        if address in self.left_at:
            self.left_at[address] = inf

    def disconnect(self, address: str) -> None:
        """Its last connection is closed."""
        self.left_at[address] = min(self.left_at.get(address, -inf), self.now)

    def advance(self, seconds: float) -> None:
        """Time passes; what has a limit ends at it."""
        before, self.now = self.now, self.now + seconds
        if self.pending and self.now - self.last_acceptance >= COMMIT_LIMIT_S:
            self.commit(ok=False)
        if self.executing and self.now - self.executing_since >= COMMAND_LIMIT_S:
            self.command_done(7)
        if self.watchdog_s and before <= self.now and self.now - self.alive_at >= self.watchdog_s:
            self._trip()

    def _trip(self) -> None:
        self.alive_at, self.tripped = inf, True
        self.silent = self.watchdog_action == "go_offline"
        if self.watchdog_action == "clear_trigger_enable":
            self.hr[0] &= ~1

    @staticmethod
    def _check(registers: dict[int, int]) -> None:
        if any(not 0 <= r < 200 for r in registers):
            raise ModelRefused(2)
        too_long = registers.get(0, 0) > 255 or registers.get(16, 0) > 64 or registers.get(128, 0) > 64
        if too_long or any(registers[r] for r in RESERVED & registers.keys()):
            raise ModelRefused(3)

    def _turn(self, address: str, registers: dict[int, int], bits: dict[int, int]) -> None:
        """Data, levels, ClearError, acknowledge, user data, command, trigger."""
        client, before = self._client(address), self.bit(ENABLE)
        previous = client.numbers.get(4, 0), client.bits.get(TRIGGER, self.bit(TRIGGER))
        rose = {b for b, v in bits.items() if v and not client.bits.get(b, self.bit(b))}
        fell = {b for b, v in bits.items() if not v and client.bits.get(b, self.bit(b))}
        new_ack = registers.get(5, 0) if registers.get(5, 0) != client.numbers.get(5, self.hr[5]) else 0
        command, trigger = (self._news(client, r, registers) for r in (3, 4))
        if registers.get(6, self.hr[6]) != self.hr[6] or (CLEAR_ERROR in rose and self.tripped):
            self.alive_at, self.silent = self.now, False
        self._store(client, registers, bits)
        if CLEAR_ERROR in rose:
            self.missed = self.overrun = self.tripped = self.config_changed = False
        self._acknowledge(ACK in rose, new_ack)
        self._user_data(rose, bits, registers, trigger)
        self._command(EXECUTE in rose, EXECUTE in fell, command, self.hr[3])
        if bits.get(TRIGGER) == 0:  # by a write of 0, not by the level
            self.trigger_ack = False
        if TRIGGER in rose or trigger:
            only_baseline = trigger == "baseline" or self.bit(ENABLE) > before
            brought = USER_DATA in rose or bool(trigger and 16 in registers)
            sampled = self._sample(Source.MODBUS, b"")
            sampled.seq, sampled.by_bit = self.hr[4] if trigger else 0, TRIGGER in rose
            sampled.address, sampled.previous = address, previous
            self._modbus_trigger(sampled, only_baseline, brought)

    def _client(self, address: str) -> ModelClient:
        self.left_at[address] = inf
        client = self.clients.setdefault(address, ModelClient())
        self.clients.move_to_end(address)
        if len(self.clients) > ADDRESSES:  # the one silent for longest is forgotten
            self.clients.popitem(last=False)
        return client

    def _news(self, client: ModelClient, register: int, registers: dict[int, int]) -> str:
        """ "new", "baseline" (this address's first number in this register) or ""; 0 is not remembered."""
        value, known = registers.get(register), register in client.numbers
        if value is None or (known and value in (0, client.numbers[register])):
            return ""
        client.numbers[register] = value
        return "" if value == 0 else "new" if known else "baseline"

    def _store(self, client: ModelClient, registers: dict[int, int], bits: dict[int, int]) -> None:
        old = self.bit(BUFFER)
        for register, value in registers.items():
            self.hr[register] = value
        for b, value in bits.items():
            self.hr[0] = self.hr[0] & ~(1 << b) | value << b
        client.bits |= bits
        if 5 in registers:
            client.numbers[5] = registers[5]
        self.claimed = bool(bits.get(ENABLE, self.claimed))
        if self.bit(BUFFER) != old:
            self._empty_queue()
            self.valid = False

    def bit(self, number: int) -> int:
        """A bit of ControlWord."""
        return self.hr[0] >> number & 1

    # results taken

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

    # commands

    def _command(self, rose: bool, fell: bool, news: str, seq: int) -> None:
        if fell:
            self.completed = self.failed = False
        if not rose and not news:
            return
        number = seq if news else 0  # a bit and a number in one write are one command
        if self.executing:
            self.waiting.append(number)
        elif news == "baseline":
            self._answer(number, 3, 3)
        else:
            self._execute(number, self.hr[1], self.hr[2])

    def _execute(self, number: int, code: int, arg: int) -> None:
        self.completed = self.failed = False
        if code == 6 or (code == 1 and arg in self.jobs):
            self.executing, self.executing_since = (number, arg if code == 1 else 0), self.now
            self.command_ack, self.command_status, self.command_error = number or self.command_ack, 1, 0
        elif code == 1:
            self._answer(number, 3, 4)
        else:
            error = {2: 0, 3: 0, 7: 0, 8: 3, 9: 3, 10: 0 if arg in (1, 2, 3) else 2}.get(code, 1)
            if not error:
                self._do(code, arg)
            self._answer(number, 3 if error else 2, error)

    def _do(self, code: int, arg: int) -> None:
        if code == 2:
            self.reset_counters()
        elif code == 3:
            self._empty_queue()
        elif code == 10:
            self.force_next = arg

    def _answer(self, number: int, status: int, error: int) -> None:
        self.command_ack, self.command_status, self.command_error = number or self.command_ack, status, error
        self.completed, self.failed = status == 2, status == 3

    def command_done(self, error: int = 0) -> None:
        """What executes has ended; 5 failed, 7 too late."""
        assert self.executing
        (number, job), self.executing = self.executing, None
        self.job = self.job if error or not job else job
        self._answer(number, 3 if error else 2, error)
        self._answer_waiting()

    def _answer_waiting(self) -> None:
        for number in self.waiting:
            self._answer(number, 3, 3)
        self.waiting = []

    def reset_counters(self) -> None:
        """Command 2, or somebody else."""
        self.trigger_count = self.missed_count = self.inspections = 0
        self.passes = self.fails = self.errors = self.overruns = 0

    # triggers

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
        return ModelTrigger(source, self.job, self._u32(12), self._u32(14), part_id, self.force_next)

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

    # the part's way through the station

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

    # restarts

    def crash(self, committed: bool = False) -> None:
        """kill -9, reload or restart. `committed`: a pending acceptance had reached the disk."""
        self._settle_pending(committed)
        self._restart()

    def power_cut(self, committed: bool = False) -> None:
        """Another boot_id."""
        self._settle_pending(committed)
        for trigger in self.open:
            trigger.quiet = True
        self.boots, self.reject_code = self.boots + 1, 0
        self.hr[0] &= ~(1 << ENABLE | 1 << OFFLINE)
        self._restart()

    def _settle_pending(self, committed: bool) -> None:
        trigger, self.pending = self.pending, None
        if trigger and committed:
            self._accept(trigger)
        elif trigger:
            self._forget(trigger)

    def _forget(self, trigger: ModelTrigger) -> None:
        """Never answered, so its number or edge, repeated, is new."""
        client = self.clients.get(trigger.address, ModelClient())
        if trigger.seq and client.numbers.get(4) == trigger.seq:
            client.numbers[4] = trigger.previous[0]
        if trigger.by_bit:
            client.bits[TRIGGER], self.trigger_ack = trigger.previous[1], False

    def _restart(self) -> None:
        """Unbuffered, ResultsValid comes back only with the ERROR of an interrupted trigger that is not quiet."""
        self.last_acceptance, self.force_next, self.silent = -inf, 0, False
        self.alive_at = self.now if self.bit(ENABLE) else inf
        self.left_at = dict.fromkeys(self.clients, self.now)
        if not self.bit(BUFFER):
            self._clear_current()
        if self.executing:
            (number, _), self.executing = self.executing, None
            self._answer(number, 3, 8)
        self._answer_waiting()
        for trigger in list(self.open):
            trigger.forced = Judgement.ERROR if trigger.forced else 0
            self.result(Judgement.ERROR)

    # what a PLC reads

    @property
    def online(self) -> bool:
        """Online."""
        return self.offline_reason == 0

    @property
    def offline_reason(self) -> int:
        """OfflineReason."""
        if not self.recipe or not self.camera:
            return 4 if self.recipe else 6
        if self.halted:
            return 3
        return 2 if self.silent or self.bit(OFFLINE) else int(not self.engineer_online)

    @property
    def ready(self) -> bool:
        """TriggerReady."""
        return not self._code(Source.MODBUS)

    @property
    def acquiring(self) -> bool:
        """Acquiring."""
        return any(not t.acquired for t in self.open)

    @property
    def results_valid(self) -> bool:
        """ResultsValid."""
        return bool(self.queue) and not self.bit(ACK) if self.bit(BUFFER) else self.valid

    @property
    def head(self) -> ModelResult | None:
        """What stands in the current result."""
        return self.queue[0] if self.queue else self.current

    @property
    def flags(self) -> int:
        """ResultFlags; bit 6 belongs to the head of the queue, not to its ring slot."""
        if not self.head:
            return 0
        return self.head.flags & (~31 if self.cleared else ~0) | self.lost << 6
