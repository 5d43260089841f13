"""From the trigger to the result: as a PLC sees it, and where the station says that the time went."""

import json
import time
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from benchmarks import processors
from benchmarks.accept.plc import Plc
from benchmarks.generators import Generator, under_load
from tests.conftest import Running

PROBE_LIMIT_MS = 2.0  # a run on a machine whose own timers are later than this is thrown away
OTHERS_LIMIT = 0.2  # likewise, where other programs kept more than this of a core busy
SETTLE_S = 2.0  # before a run, for what a load's beginning stirred up
STAMPS = ("acquisition_us", "processing_us", "waiting_us", "accept_commit_us", "result_commit_us", "overhead_us")
STATUS_READY, SEQ_ACK, NEWEST = 1, 4, 14


@dataclass(frozen=True, slots=True)
class Run:
    """One run, times in milliseconds."""

    latency: list[float]  # as the PLC sees it
    parts: list[dict[str, int]]  # the station's own stamps, in microseconds
    lag_p99: float
    probe_p99: float
    others: float = 0.0  # cores that other programs kept busy
    missing: str = ""  # of the load

    def share(self, stamp: str, of: float) -> float:
        """A percentile of one stamp."""
        return percentile([part[stamp] / 1000 for part in self.parts], of)

    @property
    def fault(self) -> str:
        """Why this run does not count; empty when it does."""
        if self.missing:
            return f"the load was not applied: {self.missing}"
        if self.others > OTHERS_LIMIT:
            return "other programs ran"
        return "timers were late" if self.probe_p99 > PROBE_LIMIT_MS else ""

    def __str__(self) -> str:
        return (
            f"PLC p50 {percentile(self.latency, 0.5):.1f} p99 {percentile(self.latency, 0.99):.1f} ms, "
            f"own overhead p50 {self.share('overhead_us', 0.5):.2f} p99 {self.share('overhead_us', 0.99):.2f} ms, "
            f"loop lag p99 {self.lag_p99:.2f} ms, probe p99 {self.probe_p99:.2f} ms, "
            f"other programs {self.others:.2f} cores"
        )


def percentile(values: Sequence[float], share: float) -> float:
    """0 where there are none."""
    ordered = sorted(values) or [0.0]
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def trigger_parts(port: int, count: int, hz: float) -> list[float]:
    """Milliseconds from the write of TriggerSeq to the result in the ring, part by part."""
    took = []
    with Plc(port) as plc:
        plc.write(0, 1)
        plc.write(4, 0)
        status = plc.status_when(lambda words: words[0] & STATUS_READY)
        seq, began = status[SEQ_ACK], time.perf_counter()
        for number in range(count):
            time.sleep(max(0.0, began + number / hz - time.perf_counter()))
            newest = plc.status_when(lambda words: words[0] & STATUS_READY)[NEWEST]
            seq = seq % 65535 + 1
            start = time.perf_counter()
            plc.write(4, seq)
            plc.status_when(_another(newest))
            took.append(1000 * (time.perf_counter() - start))
        plc.write(0, 0)
    return took


def _another(newest: int) -> Callable[[tuple[int, ...]], bool]:
    return lambda words: words[NEWEST] != newest


def idle(running: Running, count: int, hz: float) -> Run:
    """Nothing but this PLC, and a probe of the machine."""
    time.sleep(SETTLE_S)
    before = processors.now()
    with Generator("probe") as probe:
        latency = trigger_parts(running.modbus, count, hz)
        after = processors.now()
        seconds = min(60.0, max(1.0, after.at - before.at))
        url = f"{running.url}/api/v1/station/timings?limit={min(count, 1000)}&seconds={seconds}"
        with urllib.request.urlopen(url, timeout=10) as answer:
            said = json.load(answer)
        probe_p99 = probe.end().get("p99_ms", float("inf"))
        return Run(latency, said["parts"], said["lag_p99_ms"], probe_p99, after.others_since(before))


def loaded(running: Running, count: int, hz: float, scale: float) -> Run:
    """The same under load."""
    with under_load(running, scale) as load:
        run = idle(running, count, hz)
    print("  load:", load.said, flush=True)
    return replace(run, missing=load.missing)


def several(name: str, once: Callable[[], Run], wanted: int, most: int) -> tuple[list[Run], list[Run]]:
    """`wanted` runs that count, out of at most `most`; and those thrown away, each said with its reason."""
    good: list[Run] = []
    thrown: list[Run] = []
    while len(good) < wanted and len(good) + len(thrown) < most:
        run = once()
        (thrown if run.fault else good).append(run)
        print(f"{name}: {run}{f' - thrown away: {run.fault}' if run.fault else ''}", flush=True)
    return good, thrown
