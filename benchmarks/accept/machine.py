"""What may happen to a station, as rules for hypothesis."""

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule

from tests.protocols.handshake.model_state import ACK, BUFFER, ENABLE, EXECUTE, LAST_SEQ, TRIGGER, ModelRefused

from .pair import ADDRESSES, Pair
from .plc import write_pdu

CODES = [(1, 1), (1, 2), (1, 2), (1, 3), (2, 0), (3, 0), (4, 0), (6, 0), (7, 0), (8, 0), (9, 1), (10, 0), (10, 1)]
CODES += [(10, 2), (10, 3)]
CONTROL = st.sampled_from([0, 1, 1, 1, 3, 3, 3, 5, 5, 7, 7, 9, 13, 0x11, 0x15, 0x21, 0x23, 0x27, 0x41, 0x81, 0xFF])
CLIENTS = st.sampled_from([ADDRESSES[0]] * 3 + [ADDRESSES[1]])
NUMBER = st.sampled_from(["", "", "new", "repeat", "zero"])
READY = st.sampled_from([True, True, True, False])
PART = st.none() | st.binary(max_size=64)
BAD = [(0, [256]), (16, [65]), (128, [65]), (7, [1]), (49, [1]), (4, [9, 0, 0, 1]), (198, [0, 0, 0]), (0, [256] * 9)]


class Station(RuleBasedStateMachine):
    """Each rule is one step, or a few."""

    pair: Pair

    @rule(client=CLIENTS, tag=st.integers(0, 0xFFFFFFFF), part=PART, ready=READY)
    def trigger_by_number(self, client: str, tag: int, part: bytes | None, ready: bool) -> None:
        self.make(ready, client)
        registers = {4: self.pair.fresh(), 12: tag >> 16, 13: tag & 0xFFFF}
        self.write(client, registers | part_registers(part))

    @rule(client=CLIENTS, tag=st.integers(0, 0xFFFFFFFF), word=st.booleans(), ready=READY)
    def trigger_by_bit(self, client: str, tag: int, word: bool, ready: bool) -> None:
        self.make(ready, client)
        levels = self.pair.model.hr[0] & ~(1 << TRIGGER) | 1 << ENABLE
        self.write(client, {0: levels})
        if word:
            self.write(client, {0: levels | 1 << TRIGGER, 14: tag >> 16, 15: tag & 0xFFFF})
        else:
            self.bits(client, {TRIGGER: 1})

    @rule(client=CLIENTS, buffered=st.booleans())
    def mode(self, client: str, buffered: bool) -> None:
        self.write(client, {0: 1 << ENABLE | buffered << BUFFER})

    @rule(
        client=CLIENTS,
        control=st.none() | CONTROL,
        trigger=NUMBER,
        command=NUMBER,
        code=st.sampled_from(CODES),
        ack=st.sampled_from(["", "", "head", "other", "zero"]),
        data=st.dictionaries(st.sampled_from([6, 8, 12, 13, 14, 15, 17, 33, 64]), st.integers(0, 65535), max_size=3),
        part=PART,
    )
    def any_write(self, client, control, trigger, command, code, ack, data, part) -> None:  # type: ignore[no-untyped-def]
        registers = dict(data) | self.number(4, trigger) | self.number(3, command)
        if command == "new" or (control and control >> EXECUTE & 1):
            registers |= dict(zip((1, 2), code, strict=True))
        if ack:
            head = self.pair.model.head.seq if self.pair.model.head else 0
            registers[5] = {"head": head, "other": head % LAST_SEQ + 1, "zero": 0}[ack]
        registers |= ({} if control is None else {0: control}) | part_registers(part)
        if registers:
            self.write(client, registers)

    @rule(client=CLIENTS, code=st.sampled_from(CODES))
    def command(self, client: str, code: tuple[int, int]) -> None:
        self.write(client, {1: code[0], 2: code[1], 3: self.pair.fresh()})

    @rule(client=CLIENTS, code=st.sampled_from(CODES))
    def command_by_bit(self, client: str, code: tuple[int, int]) -> None:
        self.bits(client, {EXECUTE: 0})
        self.write(client, {1: code[0], 2: code[1]})
        self.bits(client, {EXECUTE: 1})

    @rule(client=CLIENTS, bits=st.dictionaries(st.integers(0, 7), st.integers(0, 1), min_size=1, max_size=3))
    def any_bits(self, client: str, bits: dict[int, int]) -> None:
        self.bits(client, bits)

    @rule(client=CLIENTS, by=st.sampled_from(["number", "edge", "both"]))
    def acknowledge(self, client: str, by: str) -> None:
        registers = {5: self.pair.model.head.seq if self.pair.model.head else 0} if by != "edge" else {}
        if by != "number":
            self.bits(client, {ACK: 0})
            registers |= {0: self.pair.model.hr[0] | 1 << ACK}
        self.write(client, registers)

    @rule(
        client=CLIENTS,
        ready=READY,
        then=st.sampled_from(["trigger", "trigger and zero", "acknowledge", "command", "part"]),
    )
    def while_busy(self, client: str, ready: bool, then: str) -> None:
        """A trigger, and more in the same segment: it comes long before the result."""
        self.connect(client)
        self.make(ready, client)
        first, second, hr = self.pair.fresh(), self.pair.fresh(), self.pair.model.hr
        following = {
            "trigger": [(4, [second])],
            "trigger and zero": [(4, [second]), (4, [0]), (4, [second])],
            "acknowledge": [(5, [self.pair.model.head.seq if self.pair.model.head else 0])],
            "command": [(1, [10, 2, second])],
            "part": [(16, [2, 0x4142]), (12, [1, 2])],
        }
        self.pair.burst(client, [(4, [first, *hr[5:16]]), *following[then]])

    @rule(client=CLIENTS, count=st.integers(1, 18))
    def many_parts(self, client: str, count: int) -> None:
        """More than the queue holds."""
        self.make(True, client)
        for _ in range(count):
            self.write(client, {4: self.pair.fresh()})

    @rule(bad=st.sampled_from(BAD), client=CLIENTS)
    def bad_write(self, bad: tuple[int, list[int]], client: str) -> None:
        self.connect(client)
        with self.pair.step(f"bad {bad}"):
            expected = 0
            try:
                self.pair.model.write(client, dict(enumerate(bad[1], bad[0])))
            except ModelRefused as exc:
                expected = exc.args[0]
            answer = self.pair.plcs[client].exception_of(write_pdu(*bad))
            assert answer == expected

    @rule(client=CLIENTS)
    def reconnect(self, client: str) -> None:
        if client in self.pair.connected:
            self.pair.disconnect(client)
        self.pair.connect(client)

    @rule(client=CLIENTS)
    def leave(self, client: str) -> None:
        if client in self.pair.connected:
            self.pair.disconnect(client)

    @rule(part=st.text(st.characters(codec="utf-8"), max_size=16), free=st.booleans(), client=CLIENTS)
    def web_trigger(self, part: str, free: bool, client: str) -> None:
        if free:  # no PLC has the line
            self.bits(client, {ENABLE: 0})
        self.pair.web_trigger(part)

    @rule(online=st.booleans())
    def engineer(self, online: bool) -> None:
        self.pair.set_online(online)

    @rule(sure=st.integers(0, 3))
    def reset_counters(self, sure: int) -> None:
        if sure == 3:
            self.pair.reset_counters()

    @rule(client=CLIENTS, in_flight=READY, delay_s=st.floats(0, 0.004) | st.floats(0, 0.02))
    def kill_or_reload(self, client: str, in_flight: bool, delay_s: float) -> None:
        if self.pair.may_kill():
            self.kill_or_reload_now(client, in_flight, delay_s)

    def kill_or_reload_now(self, client: str, in_flight: bool, delay_s: float) -> None:
        self.connect(client)
        self.make(in_flight, client)
        registers = [self.pair.fresh(), *self.pair.model.hr[5:16]] if in_flight else None
        self.pair.end(client, registers, delay_s)

    def teardown(self) -> None:
        """Chance alone would leave the last restarts out."""
        self.pair.owed += self.pair.per_example
        while self.pair.owed >= 1 and self.pair.kills_left and not self.pair.failure:
            client, chance = self.pair.chance.choice(ADDRESSES), self.pair.chance
            self.kill_or_reload_now(client, chance.random() < 0.75, chance.uniform(0, 0.006))

    def number(self, register: int, how: str) -> dict[int, int]:
        known = self.pair.model.hr[register]
        return {register: {"new": self.pair.fresh(), "repeat": known, "zero": 0}[how]} if how else {}

    def make(self, ready: bool, client: str) -> None:
        """TriggerReady, where it is wanted and is not."""
        if not ready or self.pair.model.ready:
            return
        self.pair.set_online(True)
        self.write(client, {0: self.pair.model.hr[0] & 1 << BUFFER | 1 << ENABLE})
        if not self.pair.model.ready:
            self.write(client, {1: 3, 2: 0, 3: self.pair.fresh()})

    def connect(self, client: str) -> None:
        if client not in self.pair.connected:
            self.pair.connect(client)

    def write(self, client: str, registers: dict[int, int]) -> None:
        """Whole blocks are written; between the registers that matter stands what stood there."""
        self.connect(client)
        low, high = min(registers), max(registers)
        self.pair.write(client, low, [registers.get(a, self.pair.model.hr[a]) for a in range(low, high + 1)])

    def bits(self, client: str, bits: dict[int, int]) -> None:
        self.connect(client)
        self.pair.write_bits(client, bits)


def machine(pair: Pair) -> type[Station]:
    """A class of machines that all drive this pair, one example after the other."""
    return type("StationOfThisRun", (Station,), {"pair": pair})


def part_registers(part: bytes | None) -> dict[int, int]:
    """PartIdLength and PartId."""
    if part is None:
        return {}
    padded = part.ljust(64, b"\0")
    return {16: len(part)} | {17 + i: int.from_bytes(padded[2 * i : 2 * i + 2], "big") for i in range(32)}
