"""What all verdicts come to."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from vision.result import Judgement, Measurement, Status
from vision.teach.rates import Rate

from .judging import Judged, StepVerdict

LABELS = {True: "good", False: "bad", None: "not labelled"}


@dataclass(frozen=True, slots=True)
class Times:
    """Milliseconds."""

    median: float
    p95: float
    most: float

    @classmethod
    def of(cls, values: Sequence[float]) -> "Times":
        ordered = sorted(values) or [0.0]
        return cls(median(ordered), ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], ordered[-1])


@dataclass(frozen=True, slots=True)
class StepSummary:
    """One step over all images; its numbers by what is known of the part."""

    name: str
    main: Measurement | None  # one of them, for its name, unit and limits
    values: dict[str, list[float]]  # by label, or by the whole judgement where nothing is labelled
    outcomes: Counter[str]  # PASS, FAIL, ERROR, not found, not run
    times: Times


class Summary:
    """Of the first version's verdicts, and of what the second one (or the station once) judged otherwise."""

    def __init__(self, judged: Sequence[Judged]) -> None:
        self.judged = judged
        self.confusion = Counter((LABELS[one.case.good], one.verdicts[0].judgement) for one in judged)
        self.labelled = any(one.case.good is not None for one in judged)
        self.wrong = [one for one in judged if one.wrong]
        self.changed = [one for one in judged if one.changed]
        self.times = Times.of([one.verdicts[0].ms for one in judged])
        self.steps = list(self._steps())

    @property
    def rows(self) -> list[tuple[str, list[int]]]:
        """Label, and how many got each judgement in the order of `Judgement`."""
        there = [label for label in LABELS.values() if any(self.confusion[label, one] for one in Judgement)]
        return [(label, [self.confusion[label, one] for one in Judgement]) for label in there]

    @property
    def false_rejects(self) -> Rate:
        """Good parts that would not have been passed."""
        total = sum(self.confusion["good", one] for one in Judgement)
        return Rate(total - self.confusion["good", Judgement.PASS], total)

    @property
    def escapes(self) -> Rate:
        """Bad parts that would have been passed."""
        total = sum(self.confusion["bad", one] for one in Judgement)
        return Rate(self.confusion["bad", Judgement.PASS], total)

    def nearest(self, most: int) -> list[tuple[Judged, str]]:
        """Passed with the least room to a limit, in parts of the spread of what passes; each with the step's name."""
        passed = [one for one in self.judged if one.verdicts[0].judgement is Judgement.PASS]
        spread = _spreads(passed)
        rooms = [(*found, one) for one in passed if (found := _room(one, spread)) is not None]
        return [(one, name) for _, name, one in sorted(rooms, key=lambda found: found[0])[:most]]

    def _steps(self) -> Iterator[StepSummary]:
        names = dict.fromkeys(step.name for one in self.judged for step in one.verdicts[0].steps)
        for name in names:
            mine = [(one, step) for one in self.judged for step in one.verdicts[0].steps if step.name == name]
            values: dict[str, list[float]] = {}
            for one, step in mine:
                if step.value is not None:
                    values.setdefault(self._group(one), []).append(step.value)
            main = next((step.main for _, step in mine if step.main), None)
            outcomes = Counter(_outcome(step) for _, step in mine)
            times = Times.of([step.ms for _, step in mine if step.status is not Status.NOT_RUN])
            yield StepSummary(name, main, values, outcomes, times)

    def _group(self, one: Judged) -> str:
        return LABELS[one.case.good] if self.labelled else str(one.verdicts[0].judgement)


def _outcome(step: StepVerdict) -> str:
    if step.status in (Status.NOT_RUN, Status.NOT_FOUND):
        return step.status.name.lower().replace("_", " ")
    return str(step.judgement)


def _spreads(passed: Sequence[Judged]) -> dict[str, float]:
    """By step, of its main number; those that are the same on every part (a count of nothing) are left out."""
    values: dict[str, list[float]] = {}
    for one in passed:
        for step in one.verdicts[0].steps:
            if step.value is not None:
                values.setdefault(step.name, []).append(step.value)
    return {name: max(several) - min(several) for name, several in values.items() if max(several) > min(several)}


def _room(one: Judged, spread: Mapping[str, float]) -> tuple[float, str] | None:
    """None = no number of it has a limit that it could come near to."""
    steps = [(step.name, step.main) for step in one.verdicts[0].steps if step.main and step.name in spread]
    rooms = [(min(main.value - main.low, main.high - main.value) / spread[name], name) for name, main in steps]
    return min((room for room in rooms if room[0] != float("inf")), default=None)
