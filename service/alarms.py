"""The active alarms: raised once, cleared once, kept over a restart."""

from collections.abc import Callable
from dataclasses import dataclass

from protocols.alarms import BY_NUMBER, DATABASE_REPLACED, STORAGE_FAULT, Alarm, Severity, texts

from .store import AlarmRow, Results
from .store.writing import now_us


@dataclass(frozen=True, slots=True)
class ActiveAlarm:
    """What everybody is shown."""

    number: int
    severity: Severity
    text: str  # in English: what happened, the detail, what to do
    since_us: int  # UTC
    detail: str = ""


class Alarms:
    """`on_change` is called after each change; ErrorCode, WarningCode and the consoles derive from here."""

    def __init__(self, store: Results, on_change: Callable[[], object]) -> None:
        self._store, self._on_change = store, on_change
        self._active: dict[int, ActiveAlarm] = {}

    async def restore(self) -> None:
        """Take up what was active when the process before ended.

        Raises:
            StoreError: The database cannot be read.
        """
        for row in await self._store.active_alarms():
            if row.number in BY_NUMBER:  # a number that a newer release had
                self._active.setdefault(row.number, _restored(row))
        self._on_change()

    def raise_(self, alarm: Alarm, detail: str = "") -> None:
        """`detail`: what exactly, for example the camera's own words. Raised again it only takes the new detail."""
        now = self._active.get(alarm.number)
        if now and now.detail == detail:
            return
        since_us = now.since_us if now else now_us()
        text = _text(alarm, detail)
        self._active[alarm.number] = ActiveAlarm(alarm.number, alarm.severity, text, since_us, detail)
        self._store.raise_alarm(alarm.number, text, since_us, alarm.severity)
        self._on_change()

    def clear(self, alarm: Alarm) -> None:
        """Nothing where it is not active."""
        if self._active.pop(alarm.number, None):
            self._store.clear_alarm(alarm.number, now_us())
            self._on_change()

    def set(self, alarm: Alarm, active: bool, detail: str = "") -> None:
        """Raise or clear."""
        if active:
            self.raise_(alarm, detail)
        else:
            self.clear(alarm)

    @property
    def active(self) -> tuple[ActiveAlarm, ...]:
        """By number."""
        return tuple(self._active[number] for number in sorted(self._active))

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
        return max((a.number for a in self._active.values() if a.severity is severity), default=0)


def _text(alarm: Alarm, detail: str) -> str:
    text = texts()[alarm.number]
    return f"{text.what}: {detail}. {text.remedy}." if detail else f"{text.what}. {text.remedy}."


def _restored(row: AlarmRow) -> ActiveAlarm:
    alarm = BY_NUMBER[row.number]
    before, after = (f"{part}" for part in _text(alarm, "\0").split("\0"))
    fits = row.text.startswith(before) and row.text.endswith(after)
    detail = row.text[len(before) : len(row.text) - len(after)] if fits else ""
    return ActiveAlarm(row.number, alarm.severity, row.text, row.since_us, detail)
