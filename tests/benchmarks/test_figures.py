"""The figures' script runs, at small sizes."""

import pytest

from benchmarks import figures
from benchmarks.generators import Load
from benchmarks.trigger_to_result import Run, percentile, several

APPLIED = {
    "http": {"per_s": 1000},
    "browsers": {"clients": 1000, "lost": 0},
    "scada": {"notifications_per_s": 150, "tags": 20},
}


def a_run(overhead_us: int = 1000, probe_p99: float = 0.1, others: float = 0.0, missing: str = "") -> Run:
    part = dict.fromkeys(figures.STAMPS, 2000) | {"overhead_us": overhead_us}
    return Run([40.0, 50.0], [part], 4.0, probe_p99, others, missing)


@pytest.mark.acceptance
@pytest.mark.timeout(300)
def test_a_quick_run_reports_every_bar() -> None:
    text = figures.report(figures.QUICK)
    assert all(name in text for name in figures.BARS)
    for section in ("| pymodbus |", "| start: ", "insert, 64 at once", "the whole recipe", "| a part, a yard |"):
        assert section in text


def test_a_percentile_of_nothing_is_zero() -> None:
    assert percentile([], 0.99) == 0
    assert percentile([3, 1, 2], 0.5) == 2


def test_a_run_on_a_busy_machine_is_thrown_away() -> None:
    runs = iter([a_run(), a_run(probe_p99=2.1), a_run(others=0.21), a_run(missing="browsers"), a_run()])
    good, thrown = several("idle", lambda: next(runs), wanted=2, most=10)
    assert len(good) == 2
    assert [run.fault for run in thrown] == [
        *("timers were late", "other programs ran", "the load was not applied: browsers")
    ]


def test_no_more_runs_than_the_most_are_made() -> None:
    good, thrown = several("idle", lambda: a_run(probe_p99=9), wanted=2, most=3)
    assert (len(good), len(thrown)) == (0, 3)


def test_a_bar_that_is_not_kept_falls_short() -> None:
    text = figures.bars({"idle": [a_run(3001)], "under load": [a_run(15_000)]}, {"idle"})
    assert [line.split("|")[-2].strip() for line in text.splitlines()[2:]] == ["falls short (noisy)", "ok", "ok"]


def test_figures_are_medians_over_the_runs() -> None:
    text = figures.table({"idle": [a_run(1000), a_run(9000), a_run(2000)]}, set())
    assert "| 2.00 / 2.00 | 4.00 |" in text.splitlines()[-1]


@pytest.mark.parametrize(
    ("kind", "said", "missing"),
    [
        pytest.param("http", {}, "", id="all was applied"),
        pytest.param("http", {"per_s": 949}, "requests", id="too few requests"),
        pytest.param("browsers", {"lost": 1}, "browsers", id="a browser was lost"),
        pytest.param("browsers", {"clients": 999}, "browsers", id="a browser did not come"),
        pytest.param("scada", {"notifications_per_s": 0}, "OPC UA", id="nothing was published"),
    ],
)
def test_a_load_that_was_not_applied_is_named(kind: str, said: dict[str, int], missing: str) -> None:
    assert Load(1.0, APPLIED | {kind: APPLIED[kind] | said}).missing == missing
