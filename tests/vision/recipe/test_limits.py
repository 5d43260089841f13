"""Limits of a measure, as low and high or as nominal and tolerance."""

import math

import pytest
from pydantic import ValidationError

from vision.recipe import Limit
from vision.result import Judgement, Measurement


@pytest.mark.parametrize(
    ("nominal", "tolerance", "low", "high"),
    [
        (10, 0.1, 9.9, 10.1),
        (0.4, 0.1, 0.3, 0.5),  # as floats 0.4 - 0.1 is more than 0.3
        (0.1, 0.2, -0.1, 0.3),
        (-5, 0, -5, -5),
        (1e300, 1.5, 1e300, 1e300),
    ],
)
def test_a_tolerance_lies_around_the_nominal_and_its_ends_pass(
    nominal: float, tolerance: float, low: float, high: float
) -> None:
    limit = Limit(nominal=nominal, tolerance=tolerance)
    assert (limit.bounds, limit.binds) == ((low, high), True)
    assert limit.ends == (low, high, -math.inf, math.inf)
    for value, judgement in (
        *((end, Judgement.PASS) for end in (low, high)),
        (math.nextafter(low, -math.inf), Judgement.FAIL),
        (math.nextafter(high, math.inf), Judgement.FAIL),
    ):
        assert Measurement("x", value, "mm", *limit.ends, limit.nominal).judgement is judgement


def test_a_nominal_alone_judges_nothing() -> None:
    assert not Limit(nominal=3).binds


def test_it_is_written_as_it_was_given() -> None:
    given = {"nominal": 10.0, "tolerance": 0.1}
    assert Limit.model_validate(given).model_dump(exclude_defaults=True) == given
    assert "tolerance" not in Limit(nominal=10).model_dump(mode="json")  # hashes of earlier versions hold


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"tolerance": 0.1}, "tolerance 0.1 needs a nominal to lie around"),
        ({"nominal": 1, "tolerance": 0.1, "low": 0.8}, "give tolerance 0.1 or low 0.8, not both"),
        ({"nominal": 1, "tolerance": 0.1, "high": 0.8}, "give tolerance 0.1 or high 0.8, not both"),
        ({"nominal": 1, "tolerance": 0.1, "warn_high": 1.2}, "warn_high 1.2 is more than high 1.1"),
        ({"nominal": 1, "tolerance": 0.1, "warn_low": 0.8}, "low 0.9 is more than warn_low 0.8"),
        ({"nominal": 1, "tolerance": -0.1}, "greater than or equal to 0"),
        ({"nominal": 1, "tolerance": float("inf")}, "finite"),
        ({"nominal": float("nan"), "tolerance": 1}, "finite"),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, float], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        Limit.model_validate(given)
