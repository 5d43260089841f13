"""The verdicts as CSV and JSON."""

import csv
import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from io import StringIO
from typing import Any

from vision.teach.rates import Rate

from .histogram import binned
from .judging import Judged, StepVerdict, Verdict
from .summary import LABELS, StepSummary, Summary

COLUMNS = ("image", "label", "stored", "judgement", "message", "ms", "other judgement", "other message")
LOSSY = (".jpg", ".jpeg")


def as_csv(judged: Sequence[Judged]) -> str:
    """One line an image, with every step's judgement and value."""
    names = list(dict.fromkeys(step.name for one in judged for step in one.verdicts[0].steps))
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([*COLUMNS, *(f"{name}{what}" for name in names for what in (" judgement", " value"))])
    for one in judged:
        first, *others = one.verdicts
        steps = {step.name: step for step in first.steps}
        row = [one.case.name, LABELS[one.case.good], one.case.before or "", *_told(first), round(first.ms, 3)]
        row += [word for other in others for word in _told(other)] or ["", ""]
        writer.writerow([*map(_plain, row), *(cell for name in names for cell in _cells(steps.get(name)))])
    return text.getvalue()


def as_json(summary: Summary, about: dict[str, Any]) -> str:
    """`about` first, then the figures and every verdict."""
    whole = about | {
        "confusion": {label: dict(zip(("PASS", "FAIL", "ERROR"), row, strict=True)) for label, row in summary.rows},
        "false_rejects": rate_values(summary.false_rejects),
        "escapes": rate_values(summary.escapes),
        "ms": asdict(summary.times),
        "steps": [_step(step) for step in summary.steps],
        "wrong": [one.case.name for one in summary.wrong],
        "changed": [_change(one) for one in summary.changed],
        "images": [
            {
                "image": one.case.name,
                "label": LABELS[one.case.good],
                "stored": one.case.before,
                "verdicts": [_verdict(verdict) for verdict in one.verdicts],
            }
            for one in summary.judged
        ],
    }
    return json.dumps(_finite(whole), indent=1, ensure_ascii=False) + "\n"


def rate_values(rate: Rate) -> dict[str, Any]:
    """The count, the share (null of nothing), and the bounds of the true one."""
    share = rate.share if rate.total else None
    return {"count": rate.count, "total": rate.total, "share": share, "low": rate.low, "high": rate.high}


def _step(step: StepSummary) -> dict[str, Any]:
    """With how often which value was measured, and the limits of the measure that stands for the step."""
    main = step.main
    bins = binned(step.values, (main.low, main.high) if main else ())
    return {
        "name": step.name,
        "measure": main.name if main else None,
        "unit": main.unit if main else "",
        "limits": [main.low, main.high] if main else [None, None],
        "outcomes": dict(step.outcomes),
        "ms": asdict(step.times),
        "histogram": {"low": bins.low, "high": bins.high, "counts": bins.counts} if bins else None,
    }


def _change(one: Judged) -> dict[str, Any]:
    """What the first version says, and what the second one does, or the station did at its time."""
    first, *others = one.verdicts
    other, message = (others[0].judgement, others[0].message) if others else (one.case.before, "")
    return {
        "image": one.case.name,
        "label": LABELS[one.case.good],
        "judgement": first.judgement,
        "message": first.message,
        "other": other,
        "other_message": message,
        "number": int(one.case.name[1:]) if one.case.name.startswith("#") else None,
        "lossy": one.case.path.suffix.lower() in LOSSY,
        "steps": _differing(first, others[0]) if others else [],
    }


def _differing(one: Verdict, other: Verdict) -> list[str]:
    """Names of steps that are judged otherwise, or that one version alone has."""
    first, second = ({step.name: step.judgement for step in verdict.steps} for verdict in (one, other))
    return [name for name in dict.fromkeys([*first, *second]) if first.get(name) != second.get(name)]


def _verdict(verdict: Verdict) -> dict[str, Any]:
    return {**asdict(verdict), "steps": [{**asdict(step), "status": step.status.name} for step in verdict.steps]}


def _finite(value: Any) -> Any:
    """JSON has no infinity: a limit that is none, and a share of nothing, are null."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(one) for one in value]
    return value


def _told(verdict: Verdict) -> tuple[str, str]:
    return str(verdict.judgement), verdict.message


def _cells(step: StepVerdict | None) -> tuple[str, str]:
    if step is None:
        return "", ""
    return str(step.judgement), "" if step.value is None else repr(step.value)


def _plain(cell: Any) -> Any:
    """A spreadsheet takes a text that begins so for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t") else cell
