"""The figures' script runs, at small sizes."""

import pytest

from benchmarks import figures


@pytest.mark.acceptance
@pytest.mark.timeout(300)
def test_a_quick_run_reports_every_bar() -> None:
    text = figures.report(quick=True)
    assert all(name in text for name in figures.BARS)
    assert "| pymodbus |" in text


def test_a_percentile_of_nothing_is_zero() -> None:
    assert figures.percentile([], 0.99) == 0
    assert figures.percentile([3, 1, 2], 0.5) == 2
