"""Steps as they are stored and come back."""

from service.store.steps import steps, steps_bytes
from vision.result import Judgement, Measurement, Status, StepResult


def test_the_main_number_of_several_regions_comes_back_as_the_worst_of_them() -> None:
    numbers = tuple(Measurement(f"std[{i}]", value, "grey", low=20.0) for i, value in enumerate((41.0, 22.5, 38.0), 1))
    worst = Measurement("std", 22.5, "grey", low=20.0)
    mean = Measurement("mean[1]", 22.5, "grey")
    stored = StepResult("code", "brightness", Judgement.PASS, Status.PASS, measurements=(mean, *numbers), main=worst)
    (back,) = steps(steps_bytes((stored,)), list(stored.measurements))
    assert back.main == worst
    assert back.measurements == stored.measurements


def test_a_step_without_numbers_has_no_main_one() -> None:
    stored = StepResult("code", "brightness", Judgement.ERROR, Status.NOT_RUN)
    (back,) = steps(steps_bytes((stored,)), [])
    assert back.main is None


def test_instances_of_a_step_come_back_as_they_were() -> None:
    given = tuple(
        StepResult(f"pin[{i}]", "caliper", Judgement.PASS, Status.PASS, slot=1, measurements=(m,), main=m, instance=i)
        for i, m in enumerate((Measurement("width", 0.5, "mm"), Measurement("width", 0.4, "mm")), 1)
    )
    restored = steps(steps_bytes(given), [m for step in given for m in step.measurements])
    assert restored == given
    assert [step.step for step in restored] == ["pin", "pin"]
