"""The station's figures, side by side in one run: python -m benchmarks [--quick]

Trigger to result as a PLC sees it, idle and under load, split into acquisition, tools, commits and our own overhead;
Modbus requests against stock pymodbus and libmodbus; start and stop. Writes docs/performance.md unless --quick.
"""

import argparse
import contextlib
import io
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks import modbus_rate
from benchmarks.accept.plc import Plc
from tests.conftest import Running

ROOT = Path(__file__).resolve().parent.parent
RUNS, MOST_RUNS = 5, 10
PROBE_LIMIT_MS = 2.0  # a run on a machine whose own timers are later than this is thrown away
PARTS, HZ = 200, 10.0
BARS = {"own overhead idle, p99": 3.0, "own overhead under load, p99": 15.0, "loop lag under load, p99": 5.0}  # ms
PACKAGES = ("aiohttp", "gunicorn", "python-socketio", "asyncua", "pymodbus", "opencv-python-headless", "uvloop", "apsw")


@dataclass(frozen=True, slots=True)
class Run:
    """One run, all in milliseconds."""

    latency: list[float]  # as the PLC sees it
    parts: list[dict[str, int]]  # the station's own stamps, in microseconds
    lag_p99: float
    probe_p99: float

    def share(self, name: str, of: float) -> float:
        """A percentile of one stamp."""
        return percentile([part[name] / 1000 for part in self.parts], of)


def percentile(values: list[float], share: float) -> float:
    """0 where there are none."""
    ordered = sorted(values) or [0.0]
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


@contextlib.contextmanager
def station() -> Iterator[Running]:
    """With the simulated line and the shipped recipe."""
    with tempfile.TemporaryDirectory() as folder:
        running = Running(Path(folder))
        try:
            running.start()
            yield running
        finally:
            running.stop()


def trigger_parts(port: int, count: int, hz: float) -> list[float]:
    """Milliseconds from the write of TriggerSeq to the result in the ring, part by part."""
    took = []
    with Plc(port) as plc:
        plc.write(0, 1)
        plc.write(4, 0)
        status = plc.status_when(lambda words: words[0] & 1)
        seq, began = status[4], time.perf_counter()
        for number in range(count):
            time.sleep(max(0.0, began + number / hz - time.perf_counter()))
            newest, seq = plc.status_when(lambda words: words[0] & 1)[14], seq % 65535 + 1
            start = time.perf_counter()
            plc.write(4, seq)
            plc.status_when(lambda words, old=newest: words[14] != old)
            took.append(1000 * (time.perf_counter() - start))
        plc.write(0, 0)
    return took


def timings(running: Running, count: int) -> dict[str, Any]:
    """What the station stamped itself."""
    with urllib.request.urlopen(f"{running.url}/api/v1/station/timings?limit={min(count, 1000)}", timeout=10) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def measure(running: Running, count: int, hz: float) -> Run:
    """One run, with a probe beside it."""
    probe = load("probe", str(count / hz))
    latency = trigger_parts(running.modbus, count, hz)
    said = timings(running, count)
    return Run(latency, said["parts"], said["lag_p99_ms"], json.loads(last_line(probe))["p99_ms"])


def load(kind: str, *arguments: str) -> "subprocess.Popen[str]":
    """A load generator in a process of its own."""
    command = [sys.executable, "-m", f"benchmarks.load.{kind}", *arguments]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def last_line(process: "subprocess.Popen[str]") -> str:
    return process.communicate(timeout=120)[0].strip().splitlines()[-1]


@contextlib.contextmanager
def under_load(running: Running, seconds: float, scale: float = 1.0) -> Iterator[dict[str, str]]:
    """1000 requests/s, 1000 browsers, 10 SCADA clients with 20 tags each at 500 ms, times `scale`."""
    clients = str(int(1000 * scale))
    loads = {
        "browsers": load("browsers", str(running.http), clients, str(seconds + 4)),
        "scada": load("scada", str(running.opcua), str(max(1, int(10 * scale))), "20", "500", str(seconds + 4)),
    }
    for process in loads.values():
        assert process.stdout
        process.stdout.readline()  # ready
    loads["http"] = load("http", str(running.http), str(1000 * scale), str(seconds + 1))
    said: dict[str, str] = {}
    try:
        time.sleep(1)
        yield said
    finally:
        said |= {kind: last_line(process) for kind, process in loads.items()}


def five(name: str, once: Any, quick: bool) -> tuple[list[Run], int]:
    """Runs whose probe was in time; when none is, all of them are given and said to be noisy."""
    good: list[Run] = []
    thrown: list[Run] = []
    wanted = 1 if quick else RUNS
    while len(good) < wanted and len(good) + len(thrown) < (1 if quick else MOST_RUNS):
        run = once()
        noisy = run.probe_p99 > PROBE_LIMIT_MS
        (thrown if noisy else good).append(run)
        print(
            f"{name}: PLC p50 {percentile(run.latency, 0.5):.1f} p99 {percentile(run.latency, 0.99):.1f} ms, "
            f"own overhead p99 {run.share('overhead_us', 0.99):.2f} ms, loop lag p99 {run.lag_p99:.2f} ms, "
            f"probe p99 {run.probe_p99:.2f} ms{' - thrown away: the machine was busy' if noisy else ''}",
            flush=True,
        )
    return good or thrown, len(thrown)


def row(name: str, runs: list[Run]) -> str:
    """Medians over the runs."""

    def median(value: Any) -> float:
        return statistics.median(value(run) for run in runs)

    cells = [f"{median(lambda r, s=s: percentile(r.latency, s)):.1f}" for s in (0.5, 0.99)]
    for stamp in ("acquisition_us", "processing_us", "accept_commit_us", "result_commit_us", "overhead_us"):
        low, high = (median(lambda r, n=stamp, s=s: r.share(n, s)) for s in (0.5, 0.99))
        cells.append(f"{low:.2f} / {high:.2f}")
    cells.append(f"{median(lambda r: r.lag_p99):.2f}")
    return f"| {name} | " + " | ".join(cells) + " |"


def start_and_stop(times: int) -> tuple[list[float], list[float]]:
    """Seconds from exec to the first 200, and from SIGTERM to the end with 20 browsers connected."""
    up, down = [], []
    for _ in range(times):
        with tempfile.TemporaryDirectory() as folder:
            running = Running(Path(folder))
            began = time.perf_counter()
            running.start()
            up.append(time.perf_counter() - began)
            browsers = load("browsers", str(running.http), "20", "30")
            assert browsers.stdout
            browsers.stdout.readline()
            began = time.perf_counter()
            running.stop()
            down.append(time.perf_counter() - began)
            browsers.kill()
            browsers.communicate()
    return up, down


def machine() -> str:
    model = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        "",
    )
    packages = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{model or platform.machine()}, {os.cpu_count()} cores, Linux {platform.release()}, "
        f"Python {platform.python_version()}; {packages}; {datetime.now(UTC):%Y-%m-%d}"
    )


def report(quick: bool) -> str:
    """Measure everything; Markdown."""
    parts, hz = (20, HZ) if quick else (PARTS, HZ)
    scale = 0.05 if quick else 1.0
    out = io.StringIO()
    with station() as running:
        trigger_parts(running.modbus, 10, HZ)  # warm
        idle, idle_thrown = five("idle", lambda: measure(running, parts, hz), quick)

        def loaded() -> Run:
            with under_load(running, parts / hz, scale) as said:
                run = measure(running, parts, hz)
            print("  load:", said, flush=True)
            return run

        busy, busy_thrown = five("under load", loaded, quick)
    print(f"# Performance\n\nMade by `python -m benchmarks`. {machine()}.\n", file=out)
    print(
        "Milliseconds; the simulated line, the shipped recipe, 10 parts a second; medians of the runs, p50 / p99.",
        file=out,
    )
    print(f"Thrown away because the probe was late: {idle_thrown} idle, {busy_thrown} under load.", file=out)
    if min(run.probe_p99 for run in [*idle, *busy]) > PROBE_LIMIT_MS:
        print("**No run had a quiet machine: these figures are noisy.**", file=out)
    print(
        "\n| | PLC p50 | PLC p99 | acquire | tools | accept commit | result commit | own overhead | loop lag p99 |",
        file=out,
    )
    print("|---|---:|---:|---:|---:|---:|---:|---:|---:|", file=out)
    print(row("idle", idle), row("under load", busy), sep="\n", file=out)
    print(
        "\nUnder load: 1000 REST requests/s, 1000 Socket.IO clients, 10 OPC UA subscribers with 20 tags at 500 ms,",
        file=out,
    )
    print("all generated on the same cores.\n\n| bar | limit | measured | |\n|---|---:|---:|---|", file=out)
    measured = (
        statistics.median(run.share("overhead_us", 0.99) for run in idle),
        statistics.median(run.share("overhead_us", 0.99) for run in busy),
        statistics.median(run.lag_p99 for run in busy),
    )
    for (name, limit), value in zip(BARS.items(), measured, strict=True):
        print(f"| {name} | {limit:g} ms | {value:.2f} ms | {'ok' if value <= limit else 'falls short'} |", file=out)
    up, down = start_and_stop(1 if quick else RUNS)
    print(f"\nStart, exec to the first 200 with OPC UA up: {statistics.median(up):.2f} s. ", file=out, end="")
    print(f"Stop with 20 browsers connected: {statistics.median(down):.2f} s.\n\n## Modbus TCP\n", file=out)
    with contextlib.redirect_stdout(out):
        modbus_rate.report(modbus_rate.measure("uvloop", *((1, 0.3) if quick else ())), "uvloop")
    return out.getvalue()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, nothing is written")
    quick = parser.parse_args(arguments).quick
    text = report(quick)
    print(text)
    if not quick:
        (ROOT / "docs" / "performance.md").write_text(text)
    return 0
