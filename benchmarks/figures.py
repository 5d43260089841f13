"""The station's figures, side by side in one run: python -m benchmarks [--quick]

Trigger to result as a PLC sees it, idle and under load, split into acquisition, tools, commits and our own overhead;
start and stop; Modbus requests against stock pymodbus and libmodbus; the store and the tools. Writes
docs/performance.md unless --quick.
"""

import argparse
import contextlib
import io
import os
import platform
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import version
from pathlib import Path

from benchmarks import modbus_rate
from benchmarks.accept.pipeline import LIMIT_MS, pipeline_times
from benchmarks.generators import ROOT
from benchmarks.start_stop import start_and_stop, station
from benchmarks.trigger_to_result import (
    OTHERS_LIMIT,
    PROBE_LIMIT_MS,
    STAMPS,
    Run,
    idle,
    loaded,
    percentile,
    several,
    trigger_parts,
)

HZ = 10.0
BARS: dict[str, tuple[str, float]] = {
    "own overhead idle, p99": ("idle", 3.0),  # ms
    "own overhead under load, p99": ("under load", 15.0),
    "loop lag under load, p99": ("under load", 5.0),
}
PACKAGES = ("aiohttp", "gunicorn", "python-socketio", "asyncua", "pymodbus", "opencv-python-headless", "uvloop", "apsw")
HEAD = """# Performance

Made by `python -m benchmarks`: do not edit. {machine}.

## Trigger to result

Milliseconds, p50 / p99, at {hz:g} parts a second of the simulated line with the shipped recipe; PLC, load generators
and station share the machine. *PLC*: from its write of TriggerSeq to the result in the ring, polled each millisecond.
The rest are the station's own stamps: its *own overhead* is the time from the decoded request to ResultsValid less
acquisition, tools, the two commits (the disk's) and the wait for the part before; the camera begins beside the commit
of the acceptance, and what goes on at once counts once. *Under load*: 1000 REST requests/s, 1000 Socket.IO clients at
10 results/s, 10 OPC UA subscribers with 20 tags each at 500 ms.

A probe, as urgent as the station's loop, measures how late its own timer is. A run whose probe was later than
{probe:g} ms (p99), or beside which other programs took more than {others:g} of a core, is thrown away.
"""

PIPELINE = """Locate, two calipers, golden template (400 x 400), blob count and code (300 x 300) on a frame of
1280 x 960, all but the first moved with the part; processor time of one core, medians, and the *yard* of the same
minutes (a fixed piece of work, relative to the machine that the bars were set for). On a station, back to back:
`python -m benchmarks accept pipeline`.

| | limit | measured | |
|---|---:|---:|---|
| a part, a yard | {limit:g} ms | {ms_per_yard:.1f} ms | {verdict} |
| a part here | | {ms:.1f} ms | yard {yard:.2f} |"""


@dataclass(frozen=True, slots=True)
class Size:
    """How much is measured."""

    parts: int = 200
    runs: int = 5
    most_runs: int = 10
    scale: float = 1.0  # of the load
    starts: int = 5
    modbus: tuple[int, float] = (modbus_rate.ROUNDS, modbus_rate.SECONDS)
    rows: int = 10_000
    frames: int = 40
    rounds: int = 10  # of the pipeline


QUICK = Size(parts=20, runs=1, most_runs=1, scale=0.05, starts=1, modbus=(1, 0.3), rows=300, frames=2, rounds=1)


def machine() -> str:
    """What this was measured on, and when."""
    cpu = Path("/proc/cpuinfo").read_text().splitlines()
    model = next((line.split(":")[1].strip() for line in cpu if "model name" in line), platform.machine())
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{model}, {os.cpu_count()} cores, Linux {platform.release()}, Python {platform.python_version()}, {packages}; "
        f"{datetime.now(UTC):%Y-%m-%d}"
    )


def latency(size: Size) -> str:
    """Idle and under load, and the bars."""
    with station() as running:
        trigger_parts(running.modbus, 10, HZ)  # warm
        runs = {
            "idle": several("idle", lambda: idle(running, size.parts, HZ), size.runs, size.most_runs),
            "under load": several(
                "under load", lambda: loaded(running, size.parts, HZ, size.scale), size.runs, size.most_runs
            ),
        }
    counted = {name: good or thrown for name, (good, thrown) in runs.items()}
    noisy = {name for name, (good, _) in runs.items() if not good}
    return "\n\n".join(
        [
            "\n".join(_went(name, good, thrown) for name, (good, thrown) in runs.items()),
            table(counted, noisy),
            bars(counted, noisy),
        ]
    )


def _went(name: str, good: Sequence[Run], thrown: Sequence[Run]) -> str:
    """How many runs count."""
    if good:
        return f"- {name}: median of {len(good)} runs of {len(good[0].latency)} parts; {len(thrown)} thrown away."
    faults = ", ".join(sorted({run.fault for run in thrown}))
    return f"- {name}: **noisy**, median of {len(thrown)} runs that all had to be thrown away ({faults})."


def table(runs: dict[str, list[Run]], noisy: set[str]) -> str:
    """A row for each kind of run, medians over the runs."""
    names = [stamp.removesuffix("_us").replace("_", " ").replace("processing", "tools") for stamp in STAMPS]
    head = ["", "PLC", *names, "loop lag p99"]
    rows = []
    for name, of in runs.items():
        both = [_both(of, lambda r, s: percentile(r.latency, s), 1)]
        both += [_both(of, partial(_share, stamp), 2) for stamp in STAMPS]
        lag = f"{statistics.median(run.lag_p99 for run in of):.2f}"
        rows.append([name + (" (noisy)" if name in noisy else ""), *both, lag])
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _share(stamp: str, run: Run, of: float) -> float:
    return run.share(stamp, of)


def _both(runs: Sequence[Run], of: Callable[[Run, float], float], digits: int) -> str:
    """Medians of p50 and p99."""
    return " / ".join(f"{statistics.median(of(run, share) for run in runs):.{digits}f}" for share in (0.5, 0.99))


def bars(runs: dict[str, list[Run]], noisy: set[str]) -> str:
    """Which are kept."""
    lines = ["| bar | limit | measured | |", "|---|---:|---:|---|"]
    for bar, (name, limit) in BARS.items():
        of = runs[name]
        value = statistics.median(run.lag_p99 if "lag" in bar else run.share("overhead_us", 0.99) for run in of)
        verdict = ("ok" if value <= limit else "falls short") + (" (noisy)" if name in noisy else "")
        lines.append(f"| {bar} | {limit:g} ms | {value:.2f} ms | {verdict} |")
    return "\n".join(lines)


def modbus(size: Size) -> str:
    """Requests a second beside others' servers."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        modbus_rate.report(modbus_rate.measure("uvloop", *size.modbus), "uvloop")
    return out.getvalue().strip()


def printed(module: str, *arguments: object) -> str:
    """What another benchmark prints, run in a process of its own."""
    command = [sys.executable, "-m", f"benchmarks.{module}", *map(str, arguments)]
    text = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return f"```text\n{text.strip()}\n```"


def whole_pipeline(rounds: int) -> str:
    """The recipe of `benchmarks accept pipeline` on one core, beside the yard."""
    with tempfile.TemporaryDirectory() as folder:
        told = pipeline_times(Path(folder), rounds)
    return PIPELINE.format(**told, limit=LIMIT_MS, verdict="ok" if told["ms_per_yard"] <= LIMIT_MS else "falls short")


def report(size: Size) -> str:
    """Measure everything; Markdown."""
    parts = [
        HEAD.format(machine=machine(), hz=HZ, probe=PROBE_LIMIT_MS, others=OTHERS_LIMIT).rstrip(),
        latency(size),
        f"## Start and stop\n\n{start_and_stop(size.starts).report()}",
        f"## Modbus TCP\n\n{modbus(size)}",
        f"## Store\n\n{printed('store_rate', '--rows', size.rows)}",
        f"## Tools\n\n{printed('tool_rate', '--frames', size.frames)}",
        f"## Pipeline\n\n{whole_pipeline(size.rounds)}",
    ]
    return "\n\n".join(parts) + "\n"


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="small sizes, nothing is written")
    quick = parser.parse_args(arguments).quick
    text = report(QUICK if quick else Size())
    print(text)
    if not quick:
        (ROOT / "docs" / "performance.md").write_text(text)
    return 0
