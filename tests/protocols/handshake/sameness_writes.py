"""What PLCs do to the handshake and to the model."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import rule

from protocols.handshake import (
    Refused,
)
from tests.protocols.handshake.model_state import (
    ACK,
    EXECUTE,
    LAST_SEQ,
    TRIGGER,
    ModelRefused,
)
from tests.protocols.handshake.sameness import Sameness

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
    (9, 0),
    (9, 1),
    (9, 2),
    (9, 3),
    (9, 7),
    (9, 8),
    (10, 0),
    (10, 1),
    (10, 2),
    (10, 3),
]
CONTROL = st.sampled_from([0, 1, 1, 1, 3, 3, 3, 5, 5, 7, 7, 9, 13, 0x11, 0x15, 0x21, 0x23, 0x27, 0x41, 0x81, 0xFF])
CLIENTS = st.sampled_from("aaaab")
NUMBER = st.sampled_from(["", "", "new", "repeat", "zero"])


class SameWrites(Sameness):
    """Writes of every kind from several addresses."""

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

    @rule(
        client=CLIENTS,
        which=st.integers(0, 8),
        text=st.sampled_from(["", "A", "LOT-7", "Los 7 §", "x" * 64, "a\nb"]).map(str.encode) | st.binary(max_size=4),
        trigger=st.booleans(),
    )
    def set_text(self, client: str, which: int, text: bytes, trigger: bool) -> None:
        """Also in one write with a trigger, which belongs to what it brings."""
        padded = text.ljust(64, b"\0")
        words = {129 + i: int.from_bytes(padded[2 * i : 2 * i + 2], "big") for i in range(32)}
        command = {1: 9, 2: which, 128: len(text)} | self.number_of(3, "new")
        self.write(client, words | command | self.number_of(4, "new" if trigger else ""))

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
