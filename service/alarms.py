"""The alarms: raised once, cleared once, acknowledged and confirmed by people, kept over a restart."""

import asyncio
from collections.abc import Callable
from dataclasses import replace

from protocols.alarms import BY_NUMBER, DATABASE_REPLACED, STORAGE_FAULT, Alarm, Severity

from .alarm_state import AlarmState, restored, text_of
from .store import AlarmRow, Results, Written
from .store.writing import now_us

COMMIT_LIMIT_S = 1.0  # an answer does not wait longer for the disk; what is owed is written later


class AlarmRefused(Exception):
    """What was asked for cannot be done to this alarm."""


class NoSuchAlarm(AlarmRefused):
    """It is not active, and nothing is left to be done about it."""


class AlreadyDone(AlarmRefused):
    """Somebody has acknowledged, or confirmed, it before."""


class Alarms:
    """`on_change` is called after each change; ErrorCode, WarningCode and the consoles derive from here."""

    def __init__(self, store: Results, on_change: Callable[[], object]) -> None:
        self._store, self._on_change = store, on_change
        self._standing: dict[int, AlarmState] = {}  # active, or not yet seen to
        self.on_alarm: list[Callable[[AlarmState], object]] = []  # with each change, after it

    async def restore(self) -> None:
        """Take up what was active, or not yet seen to, when the process before ended.

        Raises:
            StoreError: The database cannot be read.
        """
        for row in await self._store.standing_alarms():
            if row.number in BY_NUMBER:  # a number that a newer release had
                self._standing.setdefault(row.number, restored(row))
        self._on_change()

    def raise_(self, alarm: Alarm, detail: str = "") -> None:
        """`detail`: what exactly, for example the camera's own words. Raised again it only takes the new detail.

        One that comes again has to be seen to again, whoever has seen to it before.
        """
        before = self._standing.get(alarm.number)
        if before and before.active and before.detail == detail:
            return
        at_us, text = self._now_us(before), text_of(alarm, detail)
        if before and before.active:
            now = replace(before, text=text, detail=detail, changed_at_us=at_us)
        else:
            now = AlarmState(alarm.number, alarm.severity, text, at_us, detail, changed_at_us=at_us)
        self._store.raise_alarm(alarm.number, text, now.since_us, alarm.severity, at_us)
        self._changed(now)

    def clear(self, alarm: Alarm) -> None:
        """Nothing where it is not active."""
        if (before := self._standing.get(alarm.number)) and before.active:
            at_us = self._now_us(before)
            self._store.clear_alarm(alarm.number, at_us)
            self._changed(replace(before, cleared_at_us=at_us, changed_at_us=at_us))

    def set(self, alarm: Alarm, active: bool, detail: str = "") -> None:
        """Raise or clear."""
        if active:
            self.raise_(alarm, detail)
        else:
            self.clear(alarm)

    async def past(self, before: int | None, limit: int) -> list[AlarmRow]:
        """All there were, newest first, as far as they are kept; `before`: only those with a lower id.

        Raises:
            StoreError: The database cannot be read.
        """
        return await self._store.alarms(before, limit)

    # what people do

    async def acknowledge(self, number: int, who: str, comment: str | None = None) -> None:
        """Somebody has seen it. All three end when a restart would find it; `comment` None = leave the one there is.

        Raises:
            NoSuchAlarm: Nothing of this number is active or waits to be seen to.
            AlreadyDone: It was acknowledged before.
        """
        before = self._of(number)
        if before.acknowledged:
            raise AlreadyDone(f"alarm {number} was acknowledged before, by {before.care.acknowledged_by}")
        await self._care_for(before, "acknowledged", who, comment)

    async def confirm(self, number: int, who: str, comment: str | None = None) -> None:
        """Somebody has seen to its cause; that acknowledges it, too.

        Raises:
            NoSuchAlarm: Nothing of this number is active or waits to be seen to.
            AlreadyDone: It was confirmed before.
        """
        before = self._of(number)
        if before.confirmed:
            raise AlreadyDone(f"alarm {number} was confirmed before, by {before.care.confirmed_by}")
        await self._care_for(before, "confirmed", who, comment)

    async def comment(self, number: int, who: str, comment: str) -> None:
        """
        Raises:
            NoSuchAlarm: Nothing of this number is active or waits to be seen to.
        """
        await self._care_for(self._of(number), "commented", who, comment)

    def _of(self, number: int) -> AlarmState:
        if number not in self._standing:
            raise NoSuchAlarm(f"there is no alarm {number} that is active or waits to be acknowledged or confirmed")
        return self._standing[number]

    async def _care_for(self, before: AlarmState, what: str, who: str, comment: str | None) -> None:
        care, at_us = before.care, self._now_us(before)
        if what == "confirmed":
            care = replace(care, confirmed_at_us=at_us, confirmed_by=who)
        if what != "commented" and care.acknowledged_at_us is None:
            care = replace(care, acknowledged_at_us=at_us, acknowledged_by=who)
        if comment is not None:
            care = replace(care, comment=comment, commented_at_us=at_us, commented_by=who)
        written = self._store.care_for_alarm(before.number, care, at_us)
        self._store.event("alarm", f"alarm {before.number} {what}" + (f": {comment}" if comment else ""), who)
        self._changed(replace(before, care=care, changed_at_us=at_us))
        alarm = BY_NUMBER[before.number]
        if what == "confirmed" and alarm.until_confirmed:
            self.clear(alarm)
        await _committed(written)

    # what there is

    @property
    def active(self) -> tuple[AlarmState, ...]:
        """By number."""
        return tuple(alarm for alarm in self.standing if alarm.active)

    @property
    def standing(self) -> tuple[AlarmState, ...]:
        """Those that are active, and those that are over and not yet acknowledged and confirmed; by number."""
        return tuple(self._standing[number] for number in sorted(self._standing))

    @property
    def error_code(self) -> int:
        """The highest active error; 0 = none."""
        return self._highest(Severity.ERROR)

    @property
    def warning_code(self) -> int:
        """The highest active warning; 0 = none."""
        return self._highest(Severity.WARNING)

    def follow(self, store: Results) -> None:
        """Tell of the store's own faults."""
        store.on_health(lambda healthy: self.set(STORAGE_FAULT, not healthy, store.trouble))
        store.on_replaced(lambda name: self.raise_(DATABASE_REPLACED, name))
        self.set(STORAGE_FAULT, not store.healthy, store.trouble)
        if store.replaced:  # at the start, or since: its check goes on beside everything else
            self.raise_(DATABASE_REPLACED, store.replaced)

    def _highest(self, severity: Severity) -> int:
        return max((a.number for a in self.active if a.severity is severity), default=0)

    def _now_us(self, before: AlarmState | None) -> int:
        """Later than its last change, whatever was done to the clock: the change is known by its time."""
        return max(now_us(), before.changed_at_us + 1 if before else 0)

    def _changed(self, now: AlarmState) -> None:
        if now.settled:
            self._standing.pop(now.number, None)
        else:
            self._standing[now.number] = now
        for tell in self.on_alarm:
            tell(now)
        self._on_change()


async def _committed(written: Written) -> None:
    await asyncio.wait({written}, timeout=COMMIT_LIMIT_S)
