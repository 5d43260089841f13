"""A real station and a model of its handshake take the same steps; every register must be equal after each."""

import random
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from .bench import bench
from .machine import machine
from .pair import Pair

EXAMPLES, STEPS = 200, 50  # at full scale: 10,000 steps
KILLS = 100  # and reloads
FEWEST = 6


def handshake(folder: Path, scale: float, number: int) -> dict[str, object]:
    """One station for each durability."""
    return {durability: _run(folder / durability, scale / 2, number, durability) for durability in ("process", "power")}


def _run(folder: Path, scale: float, number: int, durability: str) -> dict[str, object]:
    """Steps chosen by hypothesis on one station; its state goes on from example to example."""
    folder.mkdir()
    settings_of = {"MODBUS__WRITE_HOLD_S": "0", "OPCUA__ENABLED": "false", "STATION__DURABILITY": durability}
    with bench(folder, number, **{f"VISION_{name}": value for name, value in settings_of.items()}) as station:
        pair = Pair(station, random.Random(number), max(FEWEST, round(KILLS * scale)), at_once=durability == "process")
        pair.begin()
        examples = max(1, round(EXAMPLES * scale))
        pair.per_example = pair.kills_left / examples
        profile = settings(
            max_examples=examples,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            phases=[Phase.generate],  # what happened before an example is part of it: it cannot be made smaller
            suppress_health_check=list(HealthCheck),
        )
        try:
            run_state_machine_as_test(seed(number)(machine(pair)), settings=profile)
        finally:
            if pair.failure:  # hypothesis, which tries again, cannot know that a station does not go back
                raise pair.failure
        pair.same_rows()
        return pair.counted
