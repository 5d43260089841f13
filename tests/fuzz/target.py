"""The station that is fuzzed: after each batch it must answer, at the end it must be as it was."""

import contextlib
import errno
import random
import socket
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks.accept.bench import Bench
from benchmarks.accept.plc import Plc

ANSWER_S = 1.0  # a valid read, after each batch
KIB = 1024
LINES, LINES_EACH = 100, 0.02  # in the log: of the start, and for each malformed message, which must not fill a disk
GROWTH_MIB = 16.0
"""Of the worker from the end of the warm-up on. What may still fill then is bounded, and smaller: the trace of 1,000
requests (0.7 MB at their longest), SQLite's cache (2 MB), and what the allocator keeps in pieces."""


class Target:
    """One worker of one station."""

    def __init__(self, station: Bench) -> None:
        self.station = station
        (self._worker,) = station.running.workers()
        self._alarms = self.alarms()
        self._settled_kib = 0
        self.slowest_s = 0.0

    def alarms(self) -> object:
        """The numbers of those that are active."""
        return sorted(alarm["number"] for alarm in self.station.rest("/alarms")[1])

    def answers(self, read: Callable[[], None]) -> None:
        """Fails when a valid read takes too long."""
        began = time.monotonic()
        read()
        self.answered_in(time.monotonic() - began)

    def answered_in(self, took: float) -> None:
        """So many seconds for the read after a batch."""
        self.slowest_s = max(self.slowest_s, took)
        assert took <= ANSWER_S, f"a valid read took {took:.2f} s"

    @property
    def rss_kib(self) -> int:
        lines = Path(f"/proc/{self._worker}/status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))

    def warmed_up(self) -> None:
        """From here on memory must stay flat."""
        self._settled_kib = self.rss_kib

    def unharmed(self, malformed: int) -> dict[str, object]:
        """The same worker, no exception in its log, no log without end, no alarm, no memory lost."""
        assert self.station.running.workers() == [self._worker], "the worker did not survive"
        log = self.station.running.log
        found = log.rpartition("Traceback")
        assert not found[1], f"an exception escaped: {found[0][-500:]}Traceback{found[2][:3000]}"
        lines = log.count("\n")
        assert lines <= LINES + malformed * LINES_EACH, f"{lines} lines in the log, such as {log[-1000:]}"
        assert self.alarms() == self._alarms
        growth = (self.rss_kib - self._settled_kib) / KIB
        assert growth <= GROWTH_MIB, f"the worker has grown by {growth:.1f} MiB to {self.rss_kib / KIB:.0f} MiB"
        return {
            "log_lines": lines,
            "grown_mib": round(growth, 1),
            "rss_mib": self.rss_kib // KIB,
            "slowest_read_s": round(self.slowest_s, 3),
        }


def valid_read(port: int, kept: Plc) -> None:
    """On a connection that has been there all the time, and on a new one."""
    for plc in (kept, Plc(port)):
        if not plc.connected:
            plc.connect()
        assert plc.read(28, 2) == (0x1234, 0x5678)
    plc.close()


def seeded(seed: int, what: str) -> random.Random:
    """A source of its own for each kind of input."""
    return random.Random(f"{seed} {what}")


def finish(sock: socket.socket) -> bytes:
    """Say that nothing more comes; return all that the station still says before it hangs up."""
    data = b""
    with contextlib.suppress(ConnectionError):  # it has hung up already
        try:
            sock.shutdown(socket.SHUT_WR)
        except OSError as exc:
            if exc.errno != errno.ENOTCONN:
                raise
        while more := sock.recv(65536):
            data += more
    return data
