"""The drawn surfaces that the constants of `anomaly` were chosen on."""

from itertools import islice

import numpy as np
import pytest

from benchmarks.surface_study import auroc, chosen
from benchmarks.surfaces import BRACKET, DEFECTS, KINDS, good_parts, spoiled
from vision.imaging import good_parts as learned
from vision.imaging import normality


@pytest.mark.parametrize("kind", ["brushed", "board"])
def test_parts_differ_and_come_again_with_the_seed(kind: str) -> None:
    first, second = islice(good_parts(kind, 3), 2)
    assert first.dtype == np.uint8
    assert first.shape == second.shape
    assert (first != second).any()
    assert (next(good_parts(kind, 3)) == first).all()
    assert (next(good_parts(kind, 4)) != first).any()
    assert kind in KINDS
    assert BRACKET in KINDS


def test_a_defect_of_each_kind_lies_in_its_box() -> None:
    good = next(good_parts("cast", 3))
    kinds = set()
    for seed in range(14):
        bad = spoiled(good, seed)
        kinds.add(bad.kind)
        x1, y1, x2, y2 = bad.box
        change = np.abs(bad.image.astype(int) - good)
        assert change[y1:y2, x1:x2].max() == change.max() > 2
        beside = change.copy()
        beside[y1:y2, x1:x2] = 0
        assert beside.max() <= 0.35 * change.max() + 1
        assert (spoiled(good, seed).image == bad.image).all()
    assert kinds == set(DEFECTS)


def test_what_is_chosen_holds_for_the_while_alone() -> None:
    before, strides = normality.SURROUNDINGS, learned.STRIDES
    with chosen({"SURROUNDINGS": 5.0, "fine": 0.25}):
        assert normality.SURROUNDINGS == 5
        assert [one.weight for one in learned.STRIDES["strong"]] == [0.25, strides["strong"][1].weight]
    assert (before, strides) == (normality.SURROUNDINGS, learned.STRIDES)


def test_auroc_counts_pairs() -> None:
    assert auroc([1, 2], [3, 4]) == 1
    assert auroc([1, 2], [1, 2]) == 0.5
    assert auroc([2], [1, 3, 2, 0]) == 0.375
