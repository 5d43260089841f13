"""Runs each check again and again in a thread of its own; who asks gets what was found last, at once."""

import asyncio
import logging
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass

from service.offload import Abandoned, Offload
from service.settings.checks import Check, ChecksSettings

from .probe import probe

log = logging.getLogger(__name__)
GRACE_S = 0.5  # in which a check that takes too long ends by itself
CLOSE_S = 0.3
HUNG = "no answer, and its thread hangs"


@dataclass(frozen=True, slots=True)
class Found:
    """What a check found last; `reason` "" = it is well."""

    reason: str
    took_s: float


class Checks:
    """`run` beside everything else, as long as the station serves."""

    def __init__(self, settings: ChecksSettings) -> None:
        self._settings = settings
        self._threads = {check.name: Offload(f"check {check.name}") for check in settings.run}
        self._found: dict[str, Found] = {}
        self._stop = os.eventfd(0)  # can be read once commands must end

    def reasons(self) -> Mapping[str, str]:
        """By name, in the order of the settings; "" = it is well."""
        unknown = Found("it has not answered yet", 0.0)
        return {check.name: self._found.get(check.name, unknown).reason for check in self._settings.run}

    def durations(self) -> Mapping[str, float]:
        """By name, in seconds, of those that have run."""
        return {name: found.took_s for name, found in self._found.items()}

    async def run(self) -> None:
        """Never ends."""
        await asyncio.gather(*(self._repeat(check) for check in self._settings.run))

    async def close(self) -> None:
        """No command is left running; a thread that hangs in a URL is left behind."""
        os.eventfd_write(self._stop, 1)
        if all(await asyncio.gather(*(thread.close(CLOSE_S) for thread in self._threads.values()))):
            os.close(self._stop)

    async def _repeat(self, check: Check) -> None:
        thread = self._threads[check.name]
        while True:
            began = time.monotonic()
            reason = HUNG if thread.hung else await self._asked(check, thread)
            self._note(check.name, Found(reason, time.monotonic() - began))
            await asyncio.sleep(self._settings.every_s)

    def _note(self, name: str, found: Found) -> None:
        before = self._found.get(name)
        self._found[name] = found
        if found.reason and (before is None or before.reason != found.reason):
            log.warning("check %s: %s", name, found.reason)
        elif before and before.reason and not found.reason:
            log.info("check %s is well again", name)

    async def _asked(self, check: Check, thread: Offload) -> str:
        answer = thread.submit(probe, check, self._stop)
        give_up = asyncio.get_running_loop().call_later(check.limit_s + GRACE_S, thread.abandon)
        try:
            return await answer
        except Abandoned:
            return f"no answer within {check.limit_s:g} s"
        except Exception:  # a defect in one check must not end the others
            log.exception("check %s failed", check.name)
            return "internal error, see log"
        finally:
            give_up.cancel()
