"""A result is stored before it is offered, or offered with the flag that it is not."""

import asyncio
import logging
from dataclasses import replace

from protocols.alarms import STORAGE_FAULT
from vision.result import Judgement

from .inspection import Inspection
from .store import Store

log = logging.getLogger(__name__)


class Committer:
    """Waits for the commit, at most `limit_s`."""

    def __init__(self, store: Store, limit_s: float, stop_when_full: bool) -> None:
        self._store, self._limit_s, self._stop = store, limit_s, stop_when_full

    async def __call__(self, inspection: Inspection) -> Inspection:
        """The inspection as it is to be offered: as measured, or flagged "not stored" (ERROR where the line stops)."""
        saved = self._store.save(inspection)
        try:
            async with asyncio.timeout(self._limit_s):
                await asyncio.shield(saved)
        except Exception as exc:  # whatever the disk does, the PLC gets its result, and it says that it is not stored
            log.warning("result %d is offered before it is stored: %s", inspection.accepted.number, exc or "too late")
            return self._not_stored(inspection)
        return inspection

    def _not_stored(self, inspection: Inspection) -> Inspection:
        outcome, result = replace(inspection.outcome, stored=False), inspection.result
        if self._stop:
            outcome = replace(outcome, judgement=3, reject_class=65535, error_code=STORAGE_FAULT.number)
            outcome = replace(outcome, sort_class="", sort_number=0)
            result = replace(result, judgement=Judgement.ERROR, reject_class=65535, message="the result is not stored")
        changed = replace(inspection, outcome=outcome, result=result)
        self._store.offered_unstored(changed.accepted.number, changed.outcome)
        return changed
