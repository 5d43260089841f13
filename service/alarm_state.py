"""One alarm as it stands: whether it is active, and who has seen it and seen to it."""

from dataclasses import dataclass, field

from protocols.alarms import BY_NUMBER, Alarm, Severity, texts

from .store import AlarmCare, AlarmRow


@dataclass(frozen=True, slots=True)
class AlarmState:
    """What everybody is shown. Times are UTC; None = not yet."""

    number: int
    severity: Severity
    text: str  # in English: what happened, the detail, what to do
    since_us: int
    detail: str = ""
    cleared_at_us: int | None = None
    care: AlarmCare = field(default_factory=AlarmCare)
    changed_at_us: int = 0  # the last change of any of these; no two changes of one alarm have the same

    @property
    def active(self) -> bool:
        return self.cleared_at_us is None

    @property
    def acknowledged(self) -> bool:
        return self.care.acknowledged_at_us is not None

    @property
    def confirmed(self) -> bool:
        return self.care.confirmed_at_us is not None

    @property
    def settled(self) -> bool:
        """It is over, and somebody has seen to it: nothing is left to be done."""
        return not self.active and self.acknowledged and self.confirmed


def text_of(alarm: Alarm, detail: str) -> str:
    text = texts()[alarm.number]
    return f"{text.what}: {detail}. {text.remedy}." if detail else f"{text.what}. {text.remedy}."


def restored(row: AlarmRow) -> AlarmState:
    """As it was when the process before ended; `row.number` is in the table."""
    alarm, detail = BY_NUMBER[row.number], detail_of(row)
    return AlarmState(
        row.number, alarm.severity, row.text, row.since_us, detail, row.cleared_at_us, row.care, row.changed_at_us
    )


def detail_of(row: AlarmRow) -> str:
    """What its text says between the words of the catalogue; "" = nothing, or another release's words."""
    if row.number not in BY_NUMBER:
        return ""
    before, after = text_of(BY_NUMBER[row.number], "\0").split("\0")
    fits = row.text.startswith(before) and row.text.endswith(after)
    return row.text[len(before) : len(row.text) - len(after)] if fits else ""
