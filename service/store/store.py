"""The results database on SQLite: the writing half."""

import asyncio
from collections.abc import Callable
from typing import Any

from protocols.handshake.types import Accepted, Outcome
from service.inspection import Given, Inspection

from .interface import Written
from .life import Life
from .rows import AlarmCare, LatchedSet
from .session import Kept
from .upkeep import Upkeep
from .writer import Kind
from .writing import now_us, without_frames


class Store(Life, Upkeep):
    """See `interface.Results`; opened by `open`, or made and begun by `begin`."""

    # the handshake's journal

    def accept(self, accepted: Accepted, retained: bytes) -> Written:
        def committed(kept: Kept) -> None:
            kept.opened[accepted.number], kept.retained = accepted, retained

        self._accepting += 1
        future = self._put(
            lambda w: w.accept(accepted, retained),
            committed=committed,
            undo=lambda w: w.revoke(accepted.number),
            about=accepted.number,
        )
        future.add_done_callback(self._accept_ended)
        self._judge()
        return future

    def keep(self, retained: bytes) -> Written:
        return self._put(lambda w: w.keep(retained), committed=lambda kept: setattr(kept, "retained", retained))

    def revoke(self, accepted: Accepted) -> Written:
        number = accepted.number
        return self._put(lambda w: w.revoke(number), Kind.OWED, committed=_closed(number), about=number)

    # results

    def save(self, inspection: Inspection) -> Written:
        row, number = without_frames(inspection), inspection.accepted.number
        self._results += 1
        return self._put(
            lambda w: w.save(row),
            Kind.OWED,
            committed=_closed(number),
            numbers=(number, inspection.result_seq),
            about=number,
        )

    def offered_unstored(self, number: int, outcome: Outcome) -> Written:
        return self._put(lambda w: w.restate(number, outcome), Kind.OWED, about=number)

    def give(self, number: int, given: Given) -> Written:
        return self._put(lambda w: w.give(number, given), Kind.OWED)

    def latch(self, scope: int, client: str, number: int) -> "asyncio.Future[LatchedSet]":
        return self._put(lambda w: w.latch(scope, client, number))

    # the rest

    def raise_alarm(
        self, number: int, text: str, at_us: int, severity: str = "error", changed_at_us: int | None = None
    ) -> Written:
        changed_us = at_us if changed_at_us is None else changed_at_us
        return self._put(lambda w: w.raise_alarm(number, severity, text, at_us, changed_us), Kind.OWED)

    def clear_alarm(self, number: int, at_us: int) -> Written:
        return self._put(lambda w: w.clear_alarm(number, at_us), Kind.OWED)

    def care_for_alarm(self, number: int, care: AlarmCare, at_us: int) -> Written:
        return self._put(lambda w: w.care_for_alarm(number, care, at_us), Kind.OWED)

    def event(self, kind: str, text: str, who: str) -> Written:
        at_us = now_us()
        for heard in self._event_callbacks:
            heard(kind, text, who)
        return self._put(lambda w: w.event(kind, text, who, at_us), Kind.OWED)

    def recipe_version(self, job: int, version: int, name: str, sha256: str, content: dict[str, Any]) -> Written:
        return self._put(lambda w: w.recipe_version(job, version, name, sha256, content), Kind.OWED)


def _closed(number: int) -> Callable[[Kept], None]:
    def committed(kept: Kept) -> None:
        kept.opened.pop(number, None)

    return committed
