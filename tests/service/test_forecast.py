"""Days left."""

import math

import pytest

from service.storage.forecast import Stock, days_until, most_by_age


@pytest.mark.parametrize(
    ("stocks", "room", "days"),
    [
        pytest.param([Stock(5, 2)], 10, 5, id="one that grows"),
        pytest.param([Stock(5, 2), Stock(0, 3)], 10, 2, id="two together"),
        pytest.param([Stock(5, 2)], 0, 0, id="it is full"),
        pytest.param([Stock(5, 2)], -1, 0, id="it is over"),
        pytest.param([Stock(5, 0)], 10, math.inf, id="nothing comes"),
        pytest.param([], 10, math.inf, id="there is nothing"),
        pytest.param([Stock(5, 2, most=10)], 10, math.inf, id="its own limit holds it"),
        pytest.param([Stock(5, 2, most=15)], 10, 5, id="its own limit comes at the same time"),
        pytest.param([Stock(20, 2, most=10), Stock(0, 1)], 10, 10, id="one over its limit grows no more"),
        pytest.param([Stock(0, 4, most=4), Stock(0, 1)], 10, 6, id="one stops after a day, the other goes on"),
        pytest.param([Stock(0, 4, most=4), Stock(0, 1, most=5)], 10, math.inf, id="both stop before"),
    ],
)
def test_when_it_is_full(stocks: list[Stock], room: float, days: float) -> None:
    assert days_until(stocks, room) == days


def test_age_holds_what_comes_in_so_many_days() -> None:
    assert most_by_age(3.0, 30) == 90
    assert most_by_age(3.0, 0) == math.inf
