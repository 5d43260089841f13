"""What is counted of each part."""

from collections import deque
from collections.abc import Callable
from dataclasses import replace

import pytest

from service.inspection import Inspection
from service.metrics import table
from service.metrics.metric import Spread, Value
from service.metrics.parts import PartMetrics
from service.timing import Timing
from vision.result import Judgement

Make = Callable[..., Inspection]


def values(parts: PartMetrics, *recipes: tuple[int, str]) -> dict[tuple[str, ...], float]:
    """Numbers by name and labels."""
    return {(v.metric.name, *v.labels): v.value for v in parts.values(recipes) if isinstance(v, Value)}


def spreads(parts: PartMetrics) -> dict[tuple[str, ...], Spread]:
    return {(v.metric.name, *v.labels): v for v in parts.values(()) if isinstance(v, Spread)}


def test_parts_are_counted_by_recipe_and_judgement(inspected: Make) -> None:
    parts = PartMetrics(deque())
    for judgement in (Judgement.PASS, Judgement.PASS, Judgement.FAIL, Judgement.ERROR):
        parts.inspected(inspected(1, judgement))
    found = values(parts)
    name = table.INSPECTIONS.name
    assert {labels[2:]: n for labels, n in found.items() if labels[0] == name} == {
        ("bracket", "PASS"): 2,
        ("bracket", "FAIL"): 1,
        ("bracket", "ERROR"): 1,
    }


def test_what_the_plc_was_offered_counts_not_what_was_measured(inspected: Make) -> None:
    parts, passed = PartMetrics(deque()), inspected(1, Judgement.PASS)
    parts.inspected(replace(passed, outcome=replace(passed.outcome, judgement=3, stored=False)))
    assert values(parts)[table.INSPECTIONS.name, "12", "bracket", "ERROR"] == 1
    assert values(parts)[table.NOT_STORED.name,] == 1


def test_a_recipe_in_production_is_told_before_its_first_part() -> None:
    found = values(PartMetrics(deque()), (3, "lid"))
    assert [found[table.INSPECTIONS.name, "3", "lid", j] for j in ("PASS", "FAIL", "ERROR")] == [0, 0, 0]


def test_rejects_are_counted_by_class(inspected: Make) -> None:
    parts, failed = PartMetrics(deque()), inspected(1, Judgement.FAIL)
    for reject_class in (4, 4, 5):
        parts.inspected(replace(failed, outcome=replace(failed.outcome, reject_class=reject_class)))
    found = values(parts)
    assert found[table.REJECTED_PARTS.name, "12", "bracket", "4"] == 2
    assert found[table.REJECTED_PARTS.name, "12", "bracket", "5"] == 1


def test_a_prescribed_judgement_is_no_part_of_the_production(inspected: Make) -> None:
    parts, part = PartMetrics(deque()), inspected(1, Judgement.FAIL)
    parts.inspected(replace(part, accepted=replace(part.accepted, forced=2)))
    found = values(parts)
    assert found[table.SIMULATED.name,] == 1
    assert not any(labels[0] in (table.INSPECTIONS.name, table.REJECTED_PARTS.name) for labels in found)


def test_the_way_of_a_part_is_its_own_also_where_a_later_one_was_offered_meanwhile(inspected: Make) -> None:
    own = Timing(7, 40_000, 2_000, 8_000, 1_000, 500, 27_000, 2_000)
    later = replace(own, number=8, total=900_000)
    parts = PartMetrics(deque([replace(own, number=6, total=1), own, later]))
    parts.inspected(inspected(7))
    found = spreads(parts)
    assert found[table.TRIGGER_TO_RESULT.name,].total == pytest.approx(0.04)
    assert found[table.PROCESSING.name,].total == pytest.approx(0.027)
    assert found[table.WAITING.name,].total == pytest.approx(0.0005)
    assert found[table.OVERHEAD.name,].total == pytest.approx(own.overhead / 1e6)
    assert sum(found[table.ACQUISITION.name,].counts) == 1


def test_each_step_counts_for_its_tool_unless_it_did_not_run(inspected: Make) -> None:
    parts, part = PartMetrics(deque()), inspected(1)
    (step,) = part.result.steps
    steps = tuple(
        replace(step, tool=tool, duration_us=us) for tool, us in (("caliper", 900), ("caliper", 1100), ("locate", 0))
    )
    parts.inspected(replace(part, result=replace(part.result, steps=steps)))
    found = {labels[1]: v for labels, v in spreads(parts).items() if labels[0] == table.TOOL.name}
    assert list(found) == ["caliper"]
    assert found["caliper"].total == pytest.approx(0.002)
