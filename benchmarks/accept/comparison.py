"""What must be the same of a station and the model: registers, command image, rows."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tests.protocols.handshake.model import Model
from tests.protocols.handshake.model_registers import model_registers
from tests.protocols.handshake.model_state import CAPACITY, LAST_SEQ, Judgement

from .plc import Plc

STATIONS_OWN = {0: 0x8000, 1: 0b1010_0100, 900: 0x8000, 901: 0b1010_0100, 902: 0xFFFF}  # not the handshake's
AREAS = ((0, 64), (100, 269), (900, 32), (2000, 64 * CAPACITY))
INTERRUPTED = 703


def same_registers(model: Model, watch: Plc) -> None:
    """Every register that the model knows, and the command image."""
    is_ = {a + i: word for a, n in AREAS for i, word in enumerate(watch.read(a, n))}
    mirror = {a - 1000: word for a, word in zip(range(1000, 1064), watch.holding(1000, 64), strict=True)}
    expected = model_registers(model)
    for register, own in STATIONS_OWN.items():
        expected[register] &= ~own
        is_[register] &= ~own
        mirror[register] = mirror.get(register, 0) & ~own
    wrong = {a: (hex(is_[a]), hex(v)) for a, v in expected.items() if is_[a] != v}
    assert not wrong, f"register: (is, should be) {wrong}"
    wrong = {a: (hex(mirror[a]), hex(v)) for a, v in expected.items() if a < 64 and mirror[a] != v}
    assert not wrong, f"mirror: (is, should be) {wrong}"
    image = watch.holding(0, 100) + watch.holding(100, 100)
    wrong = {a: (hex(i), hex(v)) for a, (i, v) in enumerate(zip(image, model.hr, strict=True)) if i != v}
    assert not wrong, f"holding register: (is, should be) {wrong}"
    unused = [slot for slot in range(CAPACITY) if slot not in model.ring]
    assert not any(is_[2000 + 64 * slot + i] for slot in unused for i in range(64))


def same_rows(model: Model, rows: Sequence[Mapping[str, Any]]) -> None:
    """The database has each accepted trigger once, with what the ring said."""
    assert [row["number"] for row in rows] == list(range(1, model.accepted + 1))
    assert [row["result_seq"] for row in rows] == [i % LAST_SEQ + 1 for i in range(model.offered)]
    assert all(row["stored"] for row in rows)
    stored = Counter(Judgement(row["judgement"]).name for row in rows)
    interrupted = sum(row["error_code"] == INTERRUPTED for row in rows)
    assert stored["ERROR"] >= interrupted
    for result in model.ring.values():
        row = rows[result.trigger.number - 1]
        assert row["judgement"] == result.judgement, row
        assert (row["trigger_seq"], row["user_tag"]) == (result.trigger.seq, result.trigger.user_tag)
