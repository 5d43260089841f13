"""The model itself: what a PLC may rely on, whatever happens in between."""

import random

import pytest

from tests.protocols.handshake.model import Model
from tests.protocols.handshake.model_registers import model_registers
from tests.protocols.handshake.model_state import CAPACITY, LAST_SEQ, Judgement, ModelRefused, Source
from tests.protocols.handshake.plc_programs import ANSWERED, LOST, MUTE, AckingPlc, LazyPlc, Plc

READY, OVERRUN, VALID = 0, 10, 11
COPIES = {910: 100, 911: 101, 912: 102, 913: 103, 914: 330, 915: 121, 931: 100, 900: 0, 901: 1, 903: 4, 904: 5, 905: 6}
WEIGHTS = {"plc": 14, "sensor": 3, "console": 1, "acquired": 5, "result": 5, "commit": 5, "refuse": 0.5, "crash": 1}
WEIGHTS |= {"crash_committed": 0.5, "power": 0.3, "trip": 0.4, "away": 0.5, "fault": 0.2, "heal": 1}


class OnModel:
    """A model as a PLC program sees it."""

    def __init__(self) -> None:
        self.model = Model()

    def write(self, client: str, registers: dict[int, int], answered: bool) -> None:
        self.model.write(client, registers)

    def read(self, register: int) -> int:
        return model_registers(self.model).get(register, 0)


def happen(model: Model, name: str, luck: random.Random) -> None:
    """One event, if it can happen now."""
    match name:
        case "sensor" | "console":
            model.trigger(Source.HARDWARE if name == "sensor" else Source.WEB)
        case "acquired" if model.acquiring:
            model.acquired()
        case "result" if model.open:
            model.result(luck.choice(list(Judgement)))
        case "commit" | "refuse" if model.pending:
            model.commit(name == "commit")
        case "crash" | "crash_committed":
            model.crash(name == "crash_committed")
        case "power":
            model.power_cut(luck.random() < 0.5)
        case "trip":
            model.hr[0] &= ~1  # as the watchdog does
            model.tripped = True
        case "away":
            model.disconnect("plc")
            model.advance(11)
        case "fault" | "heal":
            model.storage_stop = name == "fault"


def consistent(model: Model) -> None:
    """The copies agree, and a shown result is one."""
    image = model_registers(model)
    assert all(image.get(copy, 0) == image.get(of, 0) for copy, of in COPIES.items())
    flags = image.get(102, 0)
    assert not image[0] >> VALID & 1 or (flags & 1 and (flags & 14).bit_count() == 1)
    assert flags & 1 or (image[330] == 65535 and not image.get(120, 0) and not image.get(121, 0))
    fit = model.online and model.hr[0] & 1 and model.vision and not model.storage_stop and not model.executing
    if fit and not model.open and not model.pending and len(model.queue) < CAPACITY:
        assert image[0] >> READY & 1, "a station with nothing to do is ready"


def walk(plc: Plc, model: Model, luck: random.Random, steps: int) -> None:
    for name in luck.choices(list(WEIGHTS), list(WEIGHTS.values()), k=steps):
        if name == "plc":
            plc.step(luck.choice([ANSWERED] * 4 + [LOST, MUTE]), luck.random() < 0.95)  # type: ignore[attr-defined]
        else:
            happen(model, name, luck)
        consistent(model)


@pytest.mark.parametrize("way", ["sequence", "bits"])
def test_a_lazy_program_never_takes_another_part(way: str) -> None:
    taken = 0
    for seed in range(60):
        station = OnModel()
        plc = LazyPlc(station, way)
        walk(plc, station.model, random.Random(seed), 300)
        assert plc.wrong == []
        taken += len(plc.taken)
    assert taken > 100, "too little happened"


@pytest.mark.parametrize("way", ["number", "edge"])
def test_an_acknowledging_program_takes_each_result_once(way: str) -> None:
    for seed in range(20):
        station = OnModel()
        station.model.write("plc", {0: 5, 3: 0, 4: 0, 5: 0})
        plc = AckingPlc(station, way)
        walk(plc, station.model, random.Random(seed), 400)
        gaps = [b for a, b in zip([0, *plc.taken], plc.taken, strict=False) if b != a + 1]
        assert plc.taken == sorted(set(plc.taken))
        assert plc.taken
        assert not gaps or station.read(0) >> OVERRUN & 1


def test_a_crash_between_answer_and_commit_brings_no_old_result_back() -> None:
    model = Model()
    model.write("plc", {0: 1, 4: 0})
    model.write("plc", {4: 1})
    model.commit(ok=True)
    model.result(Judgement.PASS)
    model.write("plc", {4: 2})
    model.crash()
    assert (model.valid, model.ack_seq, model.rejected_seq) == (False, 1, 0)
    model.write("plc", {4: 2})
    model.commit(ok=True)
    assert model.ack_seq == 2, "never answered, so it is new"


def test_a_bad_write_changes_nothing() -> None:
    model = Model()
    before = model_registers(model)
    for registers, code in [({0: 256}, 3), ({16: 65, 4: 9}, 3), ({7: 1}, 3), ({200: 1}, 2)]:
        with pytest.raises(ModelRefused, match=str(code)):
            model.write("plc", registers)
    assert model_registers(model) == before
    assert not model.clients


def test_result_seq_wraps_into_the_same_slots() -> None:
    model = Model()
    model.newest = LAST_SEQ
    model.trigger(Source.HARDWARE)
    model.commit(ok=True)
    model.result(Judgement.PASS)
    assert model_registers(model)[2064] == 1
