"""Whether a reading is what the recipe wants."""

import calendar
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from ..errors import ToolError
from ..frame import Inputs
from ..recipe import DateMatch, ListMatch, Match, PatternMatch, PlcStringMatch, ReadingMatch, TextMatch
from ..recipe.pattern import fits
from ..result import Reading


def mismatch(reading: Reading, rule: Match, inputs: Inputs, readings: Mapping[str, Reading]) -> str:
    """Empty if it matches, else why not: ``'A1' read, 'A2' wanted``.

    Args:
        readings: Of other steps, as ``step`` and ``step.name``.

    Raises:
        ToolError: It cannot be said what is wanted.
    """
    good, wanted = _compare(reading.text, rule, inputs, readings)
    return "" if good else f"{reading.text!r} read, {wanted} wanted"


def _compare(text: str, rule: Match, inputs: Inputs, readings: Mapping[str, Reading]) -> tuple[bool, str]:
    match rule:
        case PatternMatch():
            return fits(rule.pattern, text), f"pattern {rule.pattern}"
        case ListMatch():
            return text in rule.texts, f"one of {', '.join(map(repr, rule.texts))}"
        case TextMatch():
            wanted = rule.text
        case PlcStringMatch():
            wanted = _plc_string(rule, inputs)
        case ReadingMatch():
            wanted = readings[str(rule.of)].text
        case DateMatch():
            wanted = _date(rule, inputs)
    return text == wanted, repr(wanted)


def _plc_string(rule: PlcStringMatch, inputs: Inputs) -> str:
    given = inputs.strings[rule.number - 1] if rule.number <= len(inputs.strings) else ""
    if not given:
        raise ToolError(f"the PLC gave no recipe string {rule.number} to compare with")
    return given


def _date(rule: DateMatch, inputs: Inputs) -> str:
    if inputs.accepted_at_us <= 0:
        raise ToolError("the time of the trigger is not known, so its date cannot be compared")
    try:
        zone = ZoneInfo(inputs.zone)
        today = datetime.fromtimestamp(inputs.accepted_at_us // 1_000_000, UTC).astimezone(zone).date()
        return (_months_later(today, rule.offset_months) + timedelta(days=rule.offset_days)).strftime(rule.format)
    except (ZoneInfoNotFoundError, OSError, ValueError, OverflowError) as exc:
        raise ToolError(f"the date cannot be formed: {exc}") from exc


def _months_later(day: date, months: int) -> date:
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))
