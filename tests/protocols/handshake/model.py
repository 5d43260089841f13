"""The PLC handshake as a pure model: the oracle that the state machine drives beside the product.

Every method is one turn of the station: a client's write, a trigger from elsewhere, an exposure, a result, a commit, a
restart. `model_registers` gives the input registers as they stand between turns. No I/O and no clock: the caller moves
time with `advance`. An acceptance waits for its commit; everything else counts as kept from its own turn. Left out:
framing, write control, values and strings of tools, measured times.
"""

from math import inf

from tests.protocols.handshake.model_state import (
    ACK,
    ADDRESSES,
    BUFFER,
    CLEAR_ERROR,
    COMMAND_LIMIT_S,
    COMMIT_LIMIT_S,
    ENABLE,
    EXECUTE,
    OFFLINE,
    RESERVED,
    TRIGGER,
    USER_DATA,
    Judgement,
    ModelClient,
    ModelRefused,
    ModelTrigger,
    Source,
)
from tests.protocols.handshake.model_triggers import ModelTriggers


class Model(ModelTriggers):
    """A station as its PLC sees it."""

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
            before, self.now = self.now, self.executing_since + COMMAND_LIMIT_S
            self.command_done(7)
            self.now = before
        self.held = {number: since for number, since in self.held.items() if self.now - since < COMMIT_LIMIT_S}
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
            error = {2: 0, 3: 0, 7: 0, 8: 3, 9: self._text_error(arg), 10: 0 if arg in (1, 2, 3) else 2}.get(code, 1)
            if not error:
                self._do(code, arg)
            self._answer(number, 3 if error else 2, error)

    def _do(self, code: int, arg: int) -> None:
        if code == 2:
            self.reset_counters()
        elif code == 3:
            self._empty_queue()
        elif code == 9:
            self.texts[arg - 1] = self._text()
        elif code == 10:
            self.force_next = arg

    def _text(self) -> bytes:
        return b"".join(w.to_bytes(2, "big") for w in self.hr[129:161])[: self.hr[128]]

    def _text_error(self, arg: int) -> int:
        """Which text is set, 1-7, and one in UTF-8 without control characters."""
        text = self._text()
        try:
            text.decode()
        except UnicodeDecodeError:
            return 2
        return 0 if 1 <= arg <= 7 and not any(byte < 0x20 or byte == 0x7F for byte in text) else 2

    def _answer(self, number: int, status: int, error: int) -> None:
        self.command_ack, self.command_status, self.command_error = number or self.command_ack, status, error
        self.completed, self.failed = status == 2, status == 3
        self.given += 1
        if not self.at_once:
            self.held[self.given] = self.now

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

    def crash(self, committed: bool = False) -> None:
        """kill -9 or restart. `committed`: a pending acceptance had reached the disk."""
        self._settle_pending(committed)
        self._hide()
        self._restart()

    def handed_over(self) -> None:
        """Reload: every part has its result, and what a PLC reads goes on standing."""
        assert not self.open, "a part is not finished"
        assert not self.pending
        self._restart()

    def power_cut(self, committed: bool = False) -> None:
        """Another boot_id."""
        self._settle_pending(committed)
        for trigger in self.open:
            trigger.quiet = True
        self.boots, self.reject_code = self.boots + 1, 0
        self.hr[0] &= ~(1 << ENABLE | 1 << OFFLINE)
        self._hide()
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

    def _hide(self) -> None:
        """Unbuffered, ResultsValid comes back only with the ERROR of an interrupted trigger that is not quiet."""
        if not self.bit(BUFFER):
            self._clear_current()

    def _restart(self) -> None:
        self.last_acceptance, self.force_next, self.silent = -inf, 0, False
        self.alive_at = self.now if self.bit(ENABLE) else inf
        self.left_at = dict.fromkeys(self.clients, self.now)
        if self.executing:
            (number, _), self.executing = self.executing, None
            self._answer(number, 3, 8)
        self._answer_waiting()
        self.held = {}
        for trigger in list(self.open):
            trigger.forced = Judgement.ERROR if trigger.forced else 0
            self.result(Judgement.ERROR)
