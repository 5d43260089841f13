"""The best row of characters, against trying all."""

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.imaging.glyph_chain import NEVER, PER_PX, REACH, best_chain, ordered_chain

WIDTHS = (4, 6)
PLACES = 11


def scores(seed: int, rows: int) -> list[np.ndarray]:
    luck = np.random.default_rng(seed)
    return [luck.normal(0, 1, (rows, PLACES)).astype(np.float32) for _ in WIDTHS]


def chains(given: list[np.ndarray], row: int | None, left: int, length: int, place: int = 0) -> Iterator[float]:
    """Totals of all chains that begin with a character at `left`; of `length` characters, 0 = any."""
    for kind, width in enumerate(WIDTHS):
        if not 0 <= left < PLACES:
            continue
        own = float(given[kind][place if row is None else row, left])
        if length in (0, 1):
            yield own
        if length != 1:
            for step in range(-REACH, REACH + 1):
                for rest in chains(given, row, left + width + step, max(0, length - 1), place + 1):
                    yield own + rest - PER_PX * abs(step)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_it_is_worth_most_of_all(seed: int) -> None:
    some = scores(seed, 2)
    chain = best_chain(some, WIDTHS)
    every = [total for row in (0, 1) for left in range(PLACES) for total in chains(some, row, left, 0)]
    assert chain.total == pytest.approx(max(every), abs=1e-4)
    worth = sum(float(some[kind][chain.row, left]) for left, kind in chain.places)
    ends = [left + WIDTHS[kind] for left, kind in chain.places]
    steps = [abs(left - end) for (left, _), end in zip(chain.places[1:], ends, strict=False)]
    assert worth - PER_PX * sum(steps) == pytest.approx(chain.total, abs=1e-4)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10**6))
def test_in_order_it_has_one_of_each(seed: int) -> None:
    some = scores(seed, 2)
    chain = ordered_chain(some, WIDTHS)
    every = [total for left in range(PLACES) for total in chains(some, None, left, 2)]
    assert chain.total == pytest.approx(max(every), abs=1e-4)
    assert len(chain.places) == 2


def test_where_there_is_no_room_there_is_no_chain() -> None:
    chain = ordered_chain(scores(1, 9), WIDTHS)
    assert chain.total <= NEVER / 2
    assert chain.places == ()
