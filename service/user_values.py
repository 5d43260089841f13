"""The user-defined block of one result: what each entry's source gives."""

import math
from collections.abc import Callable, Iterable, Sequence

from protocols.codec import Orders
from protocols.user_block import Layout, Picked, Source, UserOutput, UserValue, is_bits, parse
from protocols.user_block.layout import Value
from vision.result import InspectionResult, Judgement, Measurement, Status, StepResult, worst

from .settings import Settings

Steps = dict[str, list[StepResult]]  # by the step's name in the recipe

BITS: dict[str, Callable[[StepResult], bool]] = {
    "passed": lambda step: step.judgement is Judgement.PASS and step.status is not Status.NOT_RUN,
    "failed": lambda step: step.judgement is Judgement.FAIL,
    "error": lambda step: step.judgement is Judgement.ERROR,
    "executed": lambda step: step.status is not Status.NOT_RUN,
    "warning": lambda step: any(m.warning for m in step.measurements),
}


def user_layout(settings: Settings) -> Layout:
    """The block as the settings lay it out, in the station's orders."""
    modbus = settings.modbus
    return Layout(settings.user_block, Orders(modbus.word_order, modbus.string_order), modbus.not_measured)


class UserValues:
    """Takes the values of one layout from results. A step that a recipe does not have gives "not measured"."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        block = layout.block
        texts = {text for value in block.values for text in (value.source, *value.by_job.values(), *value.bits)}
        texts |= {text for output in block.outputs for text in (output.source, *output.by_job.values())}
        self._sources = {text: parse(text) for text in texts if text}

    def of(self, result: InspectionResult, job: int) -> bytes:
        """What is kept with the result; facts such as ``@seq`` are put in when it is offered."""
        block = self._layout.block
        if not block.values and not block.outputs:
            return b""
        steps: Steps = {}
        for step in result.steps:
            steps.setdefault(step.step, []).append(step)
        values = tuple(self._value(value, steps, job) for value in block.values)
        return self._layout.pack(Picked(values, tuple(self._output(output, steps, job) for output in block.outputs)))

    def _value(self, entry: UserValue, steps: Steps, job: int) -> Value:
        if is_bits(entry.type):
            return tuple(self._bit(text, steps) for text in entry.bits)
        source = self._sources.get(entry.of_job(job))
        step = _step(steps, source) if source else None
        if step is None or source is None:
            return None
        return _text(step, source.item) if entry.type == "string" else _number(step, source.item)

    def _output(self, entry: UserOutput, steps: Steps, job: int) -> bool:
        return self._bit(entry.of_job(job), steps)

    def _bit(self, text: str, steps: Steps) -> bool:
        source = self._sources.get(text)
        step = _step(steps, source) if source else None
        if step is None or source is None:
            return False
        if asked := BITS.get(source.item or "passed"):
            return asked(step)
        return _within(m.judgement for m in _measurements(step, source.item))


def _step(steps: Steps, source: Source) -> StepResult | None:
    """Of a step that repeats the one that is asked for, else the worst, as its slot shows it."""
    found: Sequence[StepResult] = steps.get(source.step, ())
    if source.instance:
        return next((step for step in found if step.instance == source.instance), None)
    return worst(found) if found else None


def _measurements(step: StepResult, item: str) -> list[Measurement]:
    """Of a measure that is taken in each region all of them."""
    return [m for m in step.measurements if m.name == item or m.name.startswith(f"{item}[")]


def _number(step: StepResult, item: str) -> float:
    if not item:
        return step.main.value if step.main else math.nan
    found = _measurements(step, item)
    if found:
        return min(found, key=lambda m: m.margin).value
    return float(step.status) if item == "status" else math.nan


def _text(step: StepResult, item: str) -> bytes | None:
    found = next((reading for reading in step.readings if item in ("", reading.name)), None)
    return None if found is None else found.data or found.text.encode()


def _within(judgements: Iterable[Judgement]) -> bool:
    """All of them, and there are some."""
    found = list(judgements)
    return bool(found) and all(judgement is Judgement.PASS for judgement in found)
