"""What systemd is told of a station, where a unit of ``Type=notify`` started it; without one nothing happens.

The master reads the variables when it starts and takes them out of the environment: Gunicorn would say READY before any
worker has begun. Generations are given what was read and speak for themselves, so the unit needs ``NotifyAccess=all``.
"""

import os
import socket
import time
from collections.abc import MutableMapping, Sequence

_FEEDS = 4  # of the watchdog within its limit


class Systemd:
    """The socket of the service manager: sd_notify(3) and sd_watchdog_enabled(3)."""

    def __init__(self, environment: MutableMapping[str, str], owed: Sequence[str] = ()) -> None:
        """Takes the variables of the service manager out of `environment`; `owed`: what the master could not tell."""
        address = environment.pop("NOTIFY_SOCKET", "")
        self._address = "\0" + address[1:] if address.startswith("@") else address
        limit_us = _watchdog_us(environment)
        self._period_s = limit_us / 1e6 / _FEEDS
        found = {"NOTIFY_SOCKET": address, "WATCHDOG_USEC": limit_us and str(limit_us)}
        self.variables = {
            name: value for name, value in found.items() if value
        }  # for a generation, to be taken out too
        self.owed = list(owed)  # that the full queue of a busy systemd did not take
        self._fed_at = 0.0
        self._status = ""

    @property
    def listens(self) -> bool:
        """A unit started this process."""
        return self._address != ""

    def serves(self) -> None:
        """All servers are up, also: still, after a reload that came to nothing."""
        self._status = ""
        self._tell("READY=1")

    def reloads(self) -> None:
        """HUP has come; `serves` ends it."""
        now_us = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        self._tell(f"RELOADING=1\nMONOTONIC_USEC={now_us}\nSTATUS=a new generation gets ready; the old one serves")

    def stops(self) -> None:
        """The whole service ends."""
        self._tell("STOPPING=1\nSTATUS=stopping")

    def beat(self, status: str) -> None:
        """The supervisor is alive. May be called as often as one likes; `status` is told when it is another one."""
        while self.owed and self._send(self.owed[0]):
            self.owed.pop(0)
        status = " ".join(status.split())  # a line of its own would be another message
        if status != self._status and self._send(f"STATUS={status}"):
            self._status = status
        now = time.monotonic()
        if self._period_s and now - self._fed_at >= self._period_s:
            self._fed_at = now
            self._send("WATCHDOG=1")

    def _tell(self, state: str) -> None:
        if self.owed or not self._send(state):
            self.owed.append(state)

    def _send(self, state: str) -> bool:
        """False if it has to be said again. Never waits, never fails: the line does not depend on systemd."""
        if not self._address:
            return True
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as speaker:
            speaker.setblocking(False)
            try:
                speaker.sendto(state.encode(), self._address)
            except BlockingIOError:
                return False
            except OSError:  # nobody listens there any more
                pass
        return True


def _watchdog_us(environment: MutableMapping[str, str]) -> int:
    """0 where no watchdog is asked for, or that of another process."""
    limit, process = environment.pop("WATCHDOG_USEC", ""), environment.pop("WATCHDOG_PID", "")
    if not limit.isdecimal() or process not in ("", str(os.getpid())):
        return 0
    return int(limit)
