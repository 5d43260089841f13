"""What a user-defined value is taken from, as it is written."""

import re
from dataclasses import dataclass

STEP_BITS = ("passed", "failed", "error", "executed", "warning")
"""Bits of a step, beside those of its measures (each: within its limits)."""
STEP_NUMBERS = ("status",)
"""Numbers of a step, beside its measures: ToolStatus."""
FACT_NUMBERS = (
    *("seq", "trigger_seq", "job", "recipe_version", "inspection_id", "reject_class", "sort_number", "judgement"),
    "cycle_us",
)
FACT_BITS = ("pass", "fail", "error")
FACT_TEXTS = ("part_id", "sort_class")
_WRITTEN = re.compile(r"([^.\s\[\]@][^.\[\]]*)(?:\[([1-9]\d*)\])?(?:\.([A-Za-z_]\w*(?:\[[1-9]\d*\])?))?")
FORMS = '"step.measure", "step" (its main value), "step[2].measure" (the second of one that repeats) or "@" and a fact'


@dataclass(frozen=True, slots=True)
class Source:
    """``step[instance].item``, or a fact of the result where `step` is empty."""

    step: str
    instance: int  # 0 = not said: of a step that repeats the worst, as in its slot
    item: str  # "" = the main measure, the first reading, or whether it passed


def parse(text: str) -> Source:
    """
    Raises:
        ValueError: It is written in no known form; says what would be right.
    """
    if text.startswith("@"):
        fact = text[1:]
        if fact not in (*FACT_NUMBERS, *FACT_BITS, *FACT_TEXTS):
            known = ", ".join(f"@{name}" for name in (*FACT_NUMBERS, *FACT_BITS, *FACT_TEXTS))
            raise ValueError(f'"{text}" is no fact of a result; there are {known}')
        return Source("", 0, fact)
    written = _WRITTEN.fullmatch(text)
    if written is None:
        raise ValueError(f'"{text}" is no source: write {FORMS}')
    step, instance, item = written.groups()
    return Source(step, int(instance or 0), item or "")
