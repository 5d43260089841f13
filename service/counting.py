"""Counts by lot and by shift: what is live, and the sets that OPC UA latched, as tags."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import orjson

from protocols import tags
from protocols.handshake import Context
from protocols.image import ProcessImage
from protocols.tag import Tag

from .store import LatchedSet, Scope, Store, StoreError, Tally
from .stored import StoredTally

log = logging.getLogger(__name__)

CLIENT = "OPC UA"  # whose numbers Cmd.LatchLot and Cmd.LatchShift are
LOOK_S = 0.1
_LARGEST = 0xFFFFFFFF

LIVE = {
    Scope.LOT: (tags.LOT_TOTAL, tags.LOT_PASS, tags.LOT_FAIL, tags.LOT_ERROR),
    Scope.SHIFT: (tags.SHIFT_TOTAL, tags.SHIFT_PASS, tags.SHIFT_FAIL, tags.SHIFT_ERROR),
}
COMMANDS = {Scope.LOT: tags.CMD_LATCH_LOT, Scope.SHIFT: tags.CMD_LATCH_SHIFT}
LATCHED: Mapping[Scope, tuple[Tag[int], ...]] = {
    Scope.LOT: (tags.LATCHED_LOT_TOTAL, tags.LATCHED_LOT_PASS, tags.LATCHED_LOT_FAIL, tags.LATCHED_LOT_ERROR),
    Scope.SHIFT: (
        *(tags.LATCHED_SHIFT_TOTAL, tags.LATCHED_SHIFT_PASS),
        *(tags.LATCHED_SHIFT_FAIL, tags.LATCHED_SHIFT_ERROR),
    ),
}
ENDS = {  # id, text, number
    Scope.LOT: (tags.LATCHED_LOT_ID, tags.LATCHED_LOT_JSON, tags.LATCHED_LOT_NUMBER),
    Scope.SHIFT: (tags.LATCHED_SHIFT_ID, tags.LATCHED_SHIFT_JSON, tags.LATCHED_SHIFT_NUMBER),
}


class Counting:
    """Shows what the store has counted; nothing is counted here."""

    def __init__(self, store: Store, image: ProcessImage, context: Callable[[], Context]) -> None:
        """`context` is what the next part is latched with."""
        self._store, self._image, self._context = store, image, context
        self._shown: object = None

    async def restore(self) -> None:
        """The sets that OPC UA latched last, with their numbers: a client that lost the answer reads it again."""
        for scope in Scope:
            try:
                found = await self._store.last_latched(scope, CLIENT)
            except StoreError as exc:
                log.error("what was latched last cannot be read: %s", exc)
                continue
            if found:
                self._image.set(COMMANDS[scope], found.number)
                self._show_latched(found)

    async def latch(self, scope: Scope, number: int) -> bool:
        """Move what is live into a set and show it; ends when that is committed. False: the disk does not take it."""
        try:
            found = await self._store.latch(scope, CLIENT, number)
        except StoreError as exc:
            log.error("the counters were not latched: %s", exc)
            return False
        self._show_latched(found)
        return True

    async def run(self) -> None:
        """For ever: after each commit, and each change of what is being made."""
        while True:
            await self._follow()
            await asyncio.sleep(LOOK_S)

    async def _follow(self) -> None:
        context, commits = self._context(), self._store.counters.commits
        if (context, commits) == self._shown:
            return
        try:
            for scope in Scope:
                self._show_live(scope, current(await self._store.tallies(scope), scope, context))
        except StoreError as exc:  # the store says what is wrong; they are read again when it writes
            log.debug("counts cannot be read: %s", exc)
            return
        self._shown = context, commits

    def _show_live(self, scope: Scope, tally: StoredTally) -> None:
        for tag, count in zip(LIVE[scope], _counts([tally]), strict=True):
            self._image.set(tag, _fitting(count))

    def _show_latched(self, found: LatchedSet) -> None:
        identity, text, number = ENDS[found.scope]
        self._image.set(identity, found.id & _LARGEST)
        for tag, count in zip(LATCHED[found.scope], _counts(found.tallies), strict=True):
            self._image.set(tag, _fitting(count))
        self._image.set(text, as_json(found))
        self._image.set(number, found.number)


def current(tallies: Sequence[StoredTally], scope: Scope, context: Context) -> StoredTally:
    """That of the lot or shift that the next part belongs to; one of zeros where nothing was counted yet."""
    key = (context.order, context.lot, "", 0) if scope is Scope.LOT else ("", "", context.shift, context.shift_since_us)
    none = Tally(*key, 0, 0, 0)
    return next((t for t in tallies if (t.order, t.lot, t.shift, t.shift_since_us) == key), none)


def as_json(found: LatchedSet) -> str:
    """A set by lot or shift."""
    return orjson.dumps([_plain(tally, found.scope) for tally in found.tallies]).decode()


def _plain(tally: Tally, scope: Scope) -> dict[str, Any]:
    key = (
        {"order": tally.order, "lot": tally.lot}
        if scope is Scope.LOT
        else {"shift": tally.shift, "since_us": tally.shift_since_us}
    )
    total, passed, failed, errors = _counts([tally])
    classes = {str(reject_class): count for reject_class, count in tally.classes}
    return key | {"total": total, "pass": passed, "fail": failed, "error": errors, "classes": classes}


def _counts(tallies: Sequence[StoredTally]) -> tuple[int, int, int, int]:
    passed, failed, errors = (sum(getattr(t, name) for t in tallies) for name in ("passed", "failed", "errors"))
    return passed + failed + errors, passed, failed, errors


def _fitting(count: int) -> int:
    return max(0, min(_LARGEST, count))
