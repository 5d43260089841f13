"""What a trial came to, in lines for a terminal."""

from collections.abc import Sequence

from vision.recipe import Limit
from vision.teach import Trial, bound

NAMED = 5  # parts


def limits_table(trial: Trial) -> list[str]:
    """A line for each step: its limits, what good and bad parts measure, and how many good ones it will reject."""
    head = ("step", "measure", "limits", "good parts", "bad parts", "rejects at most")
    rows = [
        (
            one.step,
            one.measure,
            limit_words(one.limit),
            _range(one.good),
            _range(one.bad),
            f"{100 * one.bound:.0f} %" if one.bound < 1 else "cannot be said",
        )
        for one in trial.proposals
    ]
    widths = [max(len(row[i]) for row in [head, *rows]) for i in range(len(head))]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in [head, *rows]
    ]


def summary_lines(trial: Trial, good: Sequence[str], bad: Sequence[str]) -> list[str]:
    """Of the recipe as a whole; `good` and `bad` are the names of the parts."""
    lines = [
        f"each part judged by what the others taught: {trial.rejects.count} of {trial.good} good ones rejected;"
        f" at most {100 * trial.bound:.0f} % will be, with 95 % confidence"
    ]
    if trial.bad:
        lines.append(f"bad parts passed: {trial.escapes}")
    else:
        lines.append("no bad parts were shown: nothing can be said of how many will pass")
    lines += [f"  rejected: {good[i]}" for i in trial.rejected[:NAMED]]
    lines += [f"  passed: {bad[i]}" for i in trial.escaped[:NAMED]]
    near = [f"{good[one.part]} ({one.step} {one.value:.4g})" for one in trial.nearest[:NAMED]]
    if near:
        lines.append(f"nearest to a limit: {', '.join(near)}")
    lines.append(
        f"{trial.good} good parts can say: below {100 * bound(trial.good, 1):.0f} % for a one-sided limit,"
        f" {100 * bound(trial.good, 2):.0f} % for a two-sided one, at 95 % confidence"
    )
    return lines


def limit_words(limit: Limit) -> str:
    """For example ``0.62 … 0.70`` or ``at most 3``."""
    low, high = limit.bounds
    if low is None and high is None:
        return "none"
    if low is None:
        return f"at most {high:g}"
    return f"at least {low:g}" if high is None else f"{low:g} … {high:g}"


def _range(values: Sequence[float]) -> str:
    if not values:
        return "none"
    low, high = min(values), max(values)
    return f"{low:.4g}" if low == high else f"{low:.4g} … {high:.4g}"
