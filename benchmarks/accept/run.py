"""Choose the bars, their size and their seed; print what they counted."""

import argparse
import json
import random
import tempfile
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tests.cable import NotPermitted
from tests.fuzz.modbus import modbus_fuzz
from tests.fuzz.opcua import opcua_fuzz

from .console_live import console_live
from .console_teach import console_teach
from .exactly_once import exactly_once
from .handshake import handshake
from .history import history
from .install import install
from .kill import kill
from .lazy_plc import lazy_plc
from .memory import memory
from .moved import moved
from .outages import outages
from .pipeline import pipeline
from .polling import polling
from .reload import reload
from .scada import scada
from .storm import storm
from .teaching import teaching
from .viewers import viewers
from .web_reload import web_reload

Counted = Mapping[str, object]

BARS: dict[str, Callable[[Path, float, int], Counted]] = {
    "exactly_once": exactly_once,
    "lazy_plc": lazy_plc,
    "kill": kill,
    "handshake": handshake,
    "storm": storm,
    "outages": outages,
    "pipeline": pipeline,
    "polling": polling,
    "reload": reload,
    "web_reload": web_reload,
    "install": install,
    "memory": memory,
    "modbus_fuzz": modbus_fuzz,
    "opcua_fuzz": opcua_fuzz,
    "scada": scada,
    "teaching": teaching,
    "moved": moved,
    "viewers": viewers,
    "history": history,
    "console_live": console_live,
    "console_teach": console_teach,
}
"""Each takes an empty folder, its share of the full size and a seed, and fails with what it found wrong."""


def main(arguments: Sequence[str]) -> int:
    """Exit code 1: a bar was not met."""
    parser = argparse.ArgumentParser("python -m benchmarks accept", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(BARS)}; default: all")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the full size, 0.05 in the tests")
    parser.add_argument("--seed", type=int, default=None, help="printed, so that a run can be had again")
    chosen = parser.parse_args(arguments)
    if unknown := set(chosen.names) - set(BARS):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(BARS)}")
    seed = random.randrange(1 << 32) if chosen.seed is None else chosen.seed
    results = [_passes(name, chosen.scale, seed) for name in chosen.names or BARS]
    return 0 if all(results) else 1


def _passes(name: str, scale: float, seed: int) -> bool:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix=f"{name}-") as folder:
        try:
            counted, verdict = BARS[name](Path(folder), scale, seed), "ok"
        except NotPermitted as exc:
            counted, verdict = {"why": str(exc)}, "not run"
        except (AssertionError, OSError) as exc:
            traceback.print_exc()
            counted, verdict = {"why": str(exc)}, "FAILED"
    figures = {"seconds": round(time.monotonic() - began, 1), "scale": scale, "seed": seed, **counted}
    print(f"{name}: {verdict} {json.dumps(figures)}", flush=True)
    return verdict != "FAILED"
