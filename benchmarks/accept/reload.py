"""Reloads under a PLC that polls every 10 ms and triggers 5 times a second: what it, and who connects, sees of them.

Some lead to another release, with another worker class and another aiohttp, and some back.
"""

import random
import signal
import socket
import statistics
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

from benchmarks import processors
from benchmarks.trigger_to_result import OTHERS_LIMIT
from service.generations import Generations, Mark
from tests.conftest import Running
from tests.plc_side import rows
from tests.types_cache import give_types

from .polling_plc import PollingPlc
from .releases import Releases

RELOADS, FEWEST = 20, 2
TO_ANOTHER = 5  # of them
MOST_GAP_MS, MOST_NOT_READY_MS, MOST_RELOAD_MS = 50.0, 300.0, 2000.0
BETWEEN_S = 3.0  # reloads
CALL_S = 0.05
LIMIT_S = 60.0
CHECK_LIMIT_S = 300.0  # the other release's check, at an ordinary priority beside a station's
LINE = {"VISION_STORE__MIN_FREE_MB": "0", "VISION_CAMERA__TYPE": "simulated", "VISION_CAMERA__DEFECT_RATE": "0"}


def reload(folder: Path, scale: float, seed: int) -> dict[str, object]:
    """Connections and results are exact at any size; times count at the full size, on a machine that is idle else."""
    releases = Releases(folder)
    running = releases.station(folder, LINE)
    give_types(folder / "data", asset=True)
    count = max(FEWEST, round(RELOADS * scale))
    others = random.Random(seed).sample(range(count), max(1, round(TO_ANOTHER * scale)))
    try:
        running.start()
        running.wait_ready()
        before = processors.now()
        with PollingPlc(running.modbus) as plc, Callers(running) as callers:
            plc.until(lambda: plc.results > 5)
            times = [_reload(running, plc, releases if number in others else None) for number in range(count)]
        busy = processors.now().others_since(before)
        figures = _compare(running, plc, callers)
    except AssertionError:
        print(running.log)
        raise
    finally:
        running.stop()
        running.forget()
    told = {
        "reloads": count,
        "to_another_release": len(others),
        "its_aiohttp": releases.aiohttp,
        "gap_ms": round(plc.gap_ms, 1),
        "not_ready_ms": round(plc.not_ready_ms),
        "reload_ms": round(statistics.median(times)),
        "slowest_reload_ms": round(max(times)),
        "others": round(busy, 2),
    }
    if scale >= 1:
        assert busy <= OTHERS_LIMIT, f"noisy: others kept {busy:.2f} cores busy; {told}"
        assert plc.gap_ms <= MOST_GAP_MS, told
        assert plc.not_ready_ms <= MOST_NOT_READY_MS, told
        assert statistics.median(times) <= MOST_RELOAD_MS, told
    return told | figures


def _reload(running: Running, plc: PollingPlc, releases: Releases | None) -> float:
    """Ends when the successor answers alone and parts have been judged. Time to its first HTTP answer (ms)."""
    assert running.process
    shared = Generations.of(running.process.pid)
    before, old, began = shared[Mark.SERVING], set(running.workers()), time.monotonic()
    took_ms = _to_another(releases, shared) if releases else _hup(running.process, shared)
    assert shared[Mark.SERVING] == before + 1, shared.trouble
    until(lambda: not old & set(running.workers()), "the old generation does not go")
    had = plc.results
    plc.until(lambda: plc.results > had + 3)
    time.sleep(max(0.0, BETWEEN_S - (time.monotonic() - began)))
    return took_ms


def _hup(master: "subprocess.Popen[bytes]", shared: Generations) -> float:
    before, began = shared[Mark.SERVING], time.monotonic()
    master.send_signal(signal.SIGHUP)
    until(lambda: shared[Mark.SERVING] > before, "no new generation serves")
    return 1000 * (time.monotonic() - began)


def _to_another(releases: Releases, shared: Generations) -> float:
    """Counted from when the master has forked: the command checks with the other release first, while the line runs."""
    forked, before, wanted = shared[Mark.FORKED], shared[Mark.SERVING], releases.other
    with releases.change() as command:
        try:
            until(
                lambda: shared[Mark.FORKED] > forked or command.poll() is not None,
                "the command does not reload",
                CHECK_LIMIT_S,
            )
            began = time.monotonic()
            until(lambda: shared[Mark.SERVING] > before or command.poll() is not None, "no new generation serves")
            took_ms = 1000 * (time.monotonic() - began)
            said, _ = command.communicate(timeout=LIMIT_S)
        finally:
            command.kill()
    assert command.returncode == 0, said
    assert releases.other != wanted, said
    return took_ms


def until(true: Callable[[], bool], else_: str, limit_s: float = LIMIT_S) -> None:
    end = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < end, else_
        time.sleep(0.005)


def _compare(running: Running, plc: PollingPlc, callers: "Callers") -> dict[str, object]:
    """Accepted = offered = stored, each once; nobody was refused a connection."""
    assert not plc.errors, f"the PLC's connection ended: {plc.errors}"
    assert not callers.errors, f"a new connection ended: {callers.errors}"
    assert plc.accepted == plc.offered, f"accepted and not offered, or the other way: {plc.accepted ^ plc.offered}"
    serving = [line for line in running.log.splitlines() if "serves (generation" in line]
    assert len({line.partition(" serves")[0].split()[-1] for line in serving}) == 2, serving  # both releases did
    stored = Counter(seq for (seq,) in rows(running.folder / "data", "trigger_seq"))
    assert stored == Counter(plc.offered), f"stored otherwise than offered: {stored - Counter(plc.offered)}"
    return {
        "polls": plc.polls,
        "parts": len(plc.offered),
        "rejected": dict(plc.rejected),
        "new_connections": callers.count,
    }


class Callers:
    """Connects again and again to each port; who is refused, or cut off, is noted."""

    def __init__(self, running: Running) -> None:
        self.errors: list[str] = []
        self.count = 0
        self._over = threading.Event()
        ports = {"http": running.http, "modbus": running.modbus, "opcua": running.opcua}
        self._threads = [threading.Thread(target=self._call, args=each, daemon=True) for each in ports.items()]

    def __enter__(self) -> "Callers":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for thread in self._threads:
            thread.join()

    def _call(self, name: str, port: int) -> None:
        question = {
            "http": b"GET /healthz HTTP/1.1\r\nHost: station\r\nConnection: close\r\n\r\n",
            "modbus": bytes.fromhex("000100000006010400000001"),
            "opcua": b"HELF" + (52).to_bytes(4, "little") + bytes(4) + _U32 * 2 + bytes(8) + _URL,
        }[name]
        while not self._over.wait(CALL_S):
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=LIMIT_S) as sock:
                    sock.sendall(question)
                    if not sock.recv(64):
                        raise ConnectionError("closed without an answer")
                self.count += 1
            except OSError as exc:
                self.errors.append(f"{name}: {exc!r}")


_U32 = (65535).to_bytes(4, "little")
_URL = (20).to_bytes(4, "little") + b"opc.tcp://127.0.0.1/"
