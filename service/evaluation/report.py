"""One self-contained HTML page: figures, histograms and the pictures worth a look."""

import base64
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from vision.result import Judgement, Measurement
from vision.teach import Trial
from vision.teach.rates import Rate

from .histogram import COLOURS, OTHER, histogram
from .judging import Judged
from .scatter import scatter
from .study import Studied
from .summary import LABELS, Summary
from .trial_words import limit_words

NEAREST = 12  # parts of a table
PICTURES = 60  # of each chapter: some 40 kB each
_MISTAKEN = {("good", 1), ("good", 2), ("bad", 0), ("bad", 2)}


@dataclass(frozen=True, slots=True)
class Card:
    """One image."""

    name: str
    known: str
    judgement: Judgement
    message: str
    other: str  # "" = there is no second judgement
    other_message: str
    picture: str  # base64


def as_html(
    summary: Summary, title: str, subtitle: str, against: str = "", nearest: Sequence[tuple[Judged, str]] = ()
) -> str:
    """`against`: what the second judgements come from, "" = there are none; `nearest`: passed, but hardly."""
    steps = [
        (step, histogram(step.values, (step.main.low, step.main.high) if step.main else ())) for step in summary.steps
    ]
    chapters = []
    if summary.labelled:
        chapters.append(
            _chapter("Judged wrongly", "Good parts that were not passed, bad ones that did not fail.", summary.wrong)
        )
    if against:
        chapters.append(
            _chapter("Judged otherwise", f"Every image on which {against} says something else.", summary.changed)
        )
    if nearest:
        explained = "Passed with the least room to a limit, by the spread of the step's values."
        chapters.append(("Nearest to a limit", explained, [_near(*one) for one in nearest], 0))
    return _template("report.html.j2").render(
        title=title,
        subtitle=subtitle,
        summary=summary,
        rates=[_bounds(summary.false_rejects), _bounds(summary.escapes)],
        against=against,
        mistaken=_MISTAKEN,
        steps=steps,
        limits={step.name: _limits(step.main) for step in summary.steps},
        chapters=chapters,
        colours=COLOURS,
        other=OTHER,
    )


def study_as_html(studied: Sequence[tuple[Studied, str]], parts: Sequence[str], title: str, subtitle: str) -> str:
    """Of a measurement system analysis, each measure with its words."""
    plotted = [(one, words, scatter(one.values, parts)) for one, words in studied]
    return _template("study.html.j2").render(title=title, subtitle=subtitle, studied=plotted)


def trial_as_html(trial: Trial, good: Sequence[str], title: str) -> str:
    """Of a teaching, each proposal with good parts against bad ones; `good` are the parts' names."""
    proposals = []
    for one in trial.proposals:
        low, high, _, _ = one.limit.ends
        proposals.append((one, limit_words(one.limit), histogram({"good": one.good, "bad": one.bad}, (low, high))))
    return _template("trial.html.j2").render(
        title=title,
        trial=trial,
        bounds=_bounds(trial.escapes),
        proposals=proposals,
        nearest=[(good[near.part], near) for near in trial.nearest[:NEAREST]],
    )


def _template(name: str) -> Template:
    loader = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined).get_template(name)


def _chapter(heading: str, explained: str, images: Sequence[Judged]) -> tuple[str, str, list[Card], int]:
    return heading, explained, [_card(one) for one in images[:PICTURES]], max(0, len(images) - PICTURES)


def _card(one: Judged) -> Card:
    first, *others = one.verdicts
    other, message = ("", "")
    if others:
        other, message = str(others[0].judgement), others[0].message
    elif one.case.before is not None:
        other = str(one.case.before)
    picture = base64.b64encode(one.picture).decode()
    return Card(one.case.name, LABELS[one.case.good], first.judgement, first.message, other, message, picture)


def _near(one: Judged, name: str) -> Card:
    """With the step that hardly passed."""
    (main,) = (step.main for step in one.verdicts[0].steps if step.name == name)
    assert main is not None
    words = f"{name}: {main.name} {main.value:.4g}{' ' if main.unit else ''}{main.unit} ({_limits(main)})"
    return replace(_card(one), message=words, other="")


def _limits(main: Measurement | None) -> str:
    if main is None or (math.isinf(main.low) and math.isinf(main.high)):
        return ""
    low, high = (f"{one:.4g}" if math.isfinite(one) else "none" for one in (main.low, main.high))
    return f"{low} to {high}"


def _bounds(rate: Rate) -> str:
    return str(rate).partition("(")[2].rstrip(")")
