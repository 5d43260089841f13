"""What is counted of each part: a sink of the line, told behind the PLC."""

from collections import Counter, deque
from collections.abc import Iterable, Iterator

from service.inspection import Inspection
from service.timing import Timing
from vision.result import Judgement

from . import table
from .metric import Distribution, Metric, Spread, Value

_US = 1e-6
WAY: tuple[tuple[Metric, str], ...] = (  # with what it is called in `Timing`
    (table.TRIGGER_TO_RESULT, "total"),
    (table.ACCEPTANCE_COMMIT, "accept_commit"),
    (table.ACQUISITION, "acquisition"),
    (table.WAITING, "waiting"),
    (table.PROCESSING, "processing"),
    (table.RESULT_COMMIT, "result_commit"),
    (table.OVERHEAD, "overhead"),
)


class PartMetrics:
    """Since the process began."""

    def __init__(self, timings: deque[Timing]) -> None:
        """`timings`: the line's own; that of a part is in it when the part is told."""
        self._timings = timings
        self._way = [(name, Distribution(metric)) for metric, name in WAY]
        self._tools: dict[str, Distribution] = {}
        self._judged: Counter[tuple[str, str, str]] = Counter()
        self._rejected: Counter[tuple[str, str, str]] = Counter()
        self._simulated = self._not_stored = 0

    def inspected(self, inspection: Inspection) -> None:
        """One more part."""
        accepted, outcome = inspection.accepted, inspection.outcome
        job = str(accepted.job)
        if accepted.forced:
            self._simulated += 1
        else:
            self._judged[job, inspection.recipe, _judgement(outcome.judgement)] += 1
            if outcome.judgement == 2:
                self._rejected[job, inspection.recipe, str(outcome.reject_class)] += 1
        self._not_stored += not outcome.stored
        self._time(accepted.number)
        for step in inspection.result.steps:
            if step.duration_us:
                self._tool(step.tool).add(step.duration_us * _US)

    def _time(self, number: int) -> None:
        for timing in reversed(self._timings):  # it is the last one, or one of the last
            if timing.number == number:
                for name, distribution in self._way:
                    distribution.add(getattr(timing, name) * _US)
                return

    def _tool(self, name: str) -> Distribution:
        found = self._tools.get(name)
        if found is None:
            found = self._tools[name] = Distribution(table.TOOL)
        return found

    def values(self, recipes: Iterable[tuple[int, str]]) -> Iterator[Value | Spread]:
        """`recipes`: job and name of those in production; they are told with 0, so that their first part is seen."""
        for job, name in recipes:
            for judgement in Judgement:
                self._judged[str(job), name, judgement.value] += 0
        yield from (Value(table.INSPECTIONS, count, labels) for labels, count in self._judged.items())
        yield from (Value(table.REJECTED_PARTS, count, labels) for labels, count in self._rejected.items())
        yield Value(table.SIMULATED, self._simulated)
        yield Value(table.NOT_STORED, self._not_stored)
        yield from (distribution.spread() for _, distribution in self._way)
        yield from (distribution.spread(tool) for tool, distribution in self._tools.items())


def _judgement(code: int) -> str:
    """As it was offered to the PLC."""
    return (Judgement.PASS, Judgement.FAIL, Judgement.ERROR)[code - 1].value
