"""PLC programs on a line where everything happens: no wrong part, no part twice, and it never stands still."""

import random
from collections.abc import Callable

import pytest

from protocols.handshake import Source
from tests.protocols.handshake.bench import ERROR, FAIL, OVERRUN, PASS, Bench
from tests.protocols.handshake.plc_programs import ANSWERED, LOST, MUTE, AckingPlc, LazyPlc, Plc

WEIGHTS = {
    "plc": 14,
    "sensor": 3,
    "console": 1,
    "judge": 8,
    "commit": 6,
    "disk_full": 0.5,
    "kill": 1,
    "restart": 0.5,
    "power_up": 0.3,
    "away": 0.5,
    "fault": 0.2,
    "heal": 1,
}


class OnBench:
    """A bench as a PLC program sees it."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def write(self, client: str, registers: dict[int, int], answered: bool) -> None:
        """A write whose answer waits for the disk is answered when the disk has ended."""
        answer = self.bench.write(registers, client)
        if answer and answered:
            self.bench.commit()

    def read(self, register: int) -> int:
        return self.bench.read(register)


def happen(bench: Bench, name: str, luck: random.Random) -> None:
    """One event, if it can happen now."""
    handshake = bench.handshake
    match name:
        case "sensor" | "console":
            bench.sensor(Source.HARDWARE if name == "sensor" else Source.WEB)
        case "judge" if handshake._state.triggers.open:
            bench.judge(luck.choice([PASS, FAIL, ERROR]))
        case "commit" | "disk_full":
            bench.commit(ok=name == "commit")
        case "kill" | "restart" | "power_up":
            bench.restart(power_up=name == "power_up", journal_only=name != "restart")
        case "away":
            handshake.disconnected("plc")
            bench.wait(11)
        case "fault" | "heal":
            handshake.set_conditions(storage=name == "heal")


def walk(plc: Plc, bench: Bench, luck: random.Random, steps: int) -> None:
    for name in luck.choices(list(WEIGHTS), list(WEIGHTS.values()), k=steps):
        if name == "plc":
            plc.step(luck.choice([ANSWERED] * 4 + [LOST, MUTE]), luck.random() < 0.95)  # type: ignore[attr-defined]
        else:
            happen(bench, name, luck)


def settle(bench: Bench) -> None:
    """All is well again, and what is open is judged."""
    bench.handshake.set_conditions(storage=True)
    bench.commit()
    while bench.handshake._state.triggers.open:
        bench.judge()


@pytest.mark.parametrize("way", ["sequence", "bits"])
def test_a_lazy_program_that_never_acknowledges_never_takes_another_part(
    make_bench: Callable[..., Bench], way: str
) -> None:
    taken = 0
    for seed in range(40):
        bench = make_bench(auto=False)
        plc = LazyPlc(OnBench(bench), way)
        walk(plc, bench, random.Random(seed), 300)
        assert plc.wrong == []
        before = len(plc.taken)
        for _ in range(60):
            plc.step(patient=False)
            settle(bench)
        assert len(plc.taken) >= before + 3, "it came to a stop"
        taken += before
    assert taken > 80, "too little happened"


@pytest.mark.parametrize("way", ["number", "edge"])
def test_a_program_that_acknowledges_takes_each_result_once_and_in_order(
    make_bench: Callable[..., Bench], way: str
) -> None:
    for seed in range(8):
        bench = make_bench(auto=False).start(5)
        plc = AckingPlc(OnBench(bench), way)
        walk(plc, bench, random.Random(seed), 400)
        plc.firing = False
        settle(bench)
        for _ in range(200):
            plc.step()
            bench.commit()
        gaps = [b for a, b in zip([0, *plc.taken], plc.taken, strict=False) if b != a + 1]
        assert plc.taken == sorted(set(plc.taken))
        assert not gaps or bench.status(OVERRUN)
        assert plc.taken[-1] == bench.read(14), "the newest result was taken too"


def test_a_thousand_parts_of_a_lazy_program_on_a_good_day(bench: Bench) -> None:
    plc = LazyPlc(OnBench(bench), "sequence")
    for _ in range(5000):
        plc.step()
        if bench.handshake._state.triggers.open:
            bench.judge()
            bench.rows, bench.line.started = bench.rows[-1:], []
    assert plc.wrong == []
    assert bench.read(20, 2) == bench.read(16, 2) == len(plc.taken) > 1000
