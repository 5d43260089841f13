"""What the results of a filter are together; each figure looks at a bounded number of rows, and says so."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

import apsw
import orjson

from service.stored import ResultFilter, Verdict
from vision.result import Judgement

from .columns import JUDGEMENTS, VERDICTS
from .search import Search

MOST_COUNTED = 1000  # results; more are "more than"
MOST_REJECTS = 3000  # the newest that did not pass
MOST_PARTS = 20_000  # the newest
MOST_VERDICTS = 20_000
_QUARTER_US = 900_000_000  # no zone is off by less

By = Literal["hour", "shift", "day"]


@dataclass(frozen=True, slots=True)
class Found:
    """How many, up to `MOST_COUNTED`; `more` = there are more, and the shares are those of the newest."""

    passed: int
    failed: int
    errors: int
    more: bool

    @property
    def total(self) -> int:
        return self.passed + self.failed + self.errors


@dataclass(frozen=True, slots=True)
class VersionVerdicts:
    """What people said about the rejects of one version of a recipe."""

    job: int
    version: int
    verdicts: dict[Verdict, int]


@dataclass(frozen=True, slots=True)
class Rejects:
    """Of the newest that did not pass: how often which class, and which step first had the part's judgement."""

    parts: int
    more: bool
    classes: tuple[tuple[int, int], ...]  # class and count, the most first
    steps: tuple[tuple[str, str, int], ...]  # step, tool and count, likewise


@dataclass(frozen=True, slots=True)
class Brought:
    """What one hour, shift or day brought."""

    since_us: int  # UTC
    shift: str
    passed: int
    failed: int
    errors: int


@dataclass(frozen=True, slots=True)
class Yields:
    """Oldest first; `more` = there are older parts."""

    spans: tuple[Brought, ...]
    more: bool


def found(db: apsw.Connection, wanted: ResultFilter) -> Found:
    """Counted."""
    rows = Search(db, wanted).grouped("judgement, count(*)", "judgement", MOST_COUNTED + 1, "r.judgement")
    count = Counter[Judgement]()
    for code, number in rows:
        count[JUDGEMENTS.get(code, Judgement.ERROR)] += number
    passed, failed, errors = (count[judgement] for judgement in Judgement)
    return Found(passed, failed, errors, count.total() > MOST_COUNTED)


def verdicts(db: apsw.Connection, wanted: ResultFilter) -> list[VersionVerdicts]:
    """By recipe and version, newest version first."""
    count: dict[tuple[int, int], dict[Verdict, int]] = {}
    for code, verdict in VERDICTS.items():
        only = _only(wanted, verdict)
        if only is None:
            continue
        of = "r.job, r.recipe_version"
        for job, version, number in Search(db, only).grouped(
            "job, recipe_version, count(*)", "job, recipe_version", MOST_VERDICTS, of
        ):
            own = count.setdefault((job, version), dict.fromkeys(VERDICTS.values(), 0))
            own[VERDICTS[code]] += number
    return [VersionVerdicts(*key, own) for key, own in sorted(count.items(), key=lambda one: (one[0][0], -one[0][1]))]


def rejects(db: apsw.Connection, wanted: ResultFilter) -> Rejects:
    """Of those that did not pass, whatever judgement is asked for besides."""
    rows = Search(db, _not_passed(wanted)).newest("r.judgement, r.reject_class, r.steps", MOST_REJECTS + 1)
    classes, steps = Counter[int](), Counter[tuple[str, str]]()
    for code, reject_class, content in rows[:MOST_REJECTS]:
        classes[reject_class] += 1
        judgement = JUDGEMENTS.get(code, Judgement.ERROR)
        if step := next((s for s in orjson.loads(content) if s["judgement"] == judgement), None):
            steps[step["name"], step["tool"]] += 1
    return Rejects(
        min(len(rows), MOST_REJECTS),
        len(rows) > MOST_REJECTS,
        tuple(classes.most_common()),
        tuple((*key, count) for key, count in steps.most_common()),
    )


def yields(db: apsw.Connection, wanted: ResultFilter, by: By, zone: tzinfo) -> Yields:
    """By hours and days on the station's clock, or by shift."""
    shift = "r.shift, r.shift_since_us" if by == "shift" else "'' AS shift, 0 AS shift_since_us"
    rows = Search(db, wanted).grouped(
        "quarter, shift, shift_since_us, sum(code = 1), sum(code = 2), sum(code = 3)",
        "quarter, shift, shift_since_us",
        MOST_PARTS,
        f"r.finished_at_us / {_QUARTER_US} AS quarter, r.judgement AS code, {shift}",
    )
    begin = _beginning(by, zone)
    count: dict[tuple[int, str], list[int]] = {}
    for quarter, name, since_us, *judged in rows:
        key = (since_us or begin(quarter * _QUARTER_US), name)
        count[key] = [a + b for a, b in zip(count.get(key, [0, 0, 0]), judged, strict=True)]
    more = sum(map(sum, count.values())) >= MOST_PARTS
    spans = [Brought(*key, *judged) for key, judged in sorted(count.items())]
    return Yields(tuple(spans), more)


def _beginning(by: By, zone: tzinfo) -> Callable[[int], int]:
    """Of the hour or day that a time (UTC, us) belongs to; a shift that nobody told begins with its day."""

    def begin(at_us: int) -> int:
        at = datetime.fromtimestamp(at_us / 1e6, UTC).astimezone(zone)
        since = at.replace(minute=0, second=0, microsecond=0)
        if by != "hour":
            since = since.replace(hour=0, fold=0)
        return int((since - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1))

    return begin


def _not_passed(wanted: ResultFilter) -> ResultFilter:
    return (
        wanted
        if wanted.judgement in (Judgement.FAIL, Judgement.ERROR)
        else replace(wanted, judgement=None, not_passed=True)
    )


def _only(wanted: ResultFilter, verdict: Verdict) -> ResultFilter | None:
    """None where another verdict is asked for."""
    return replace(wanted, verdict=verdict) if wanted.verdict in (None, verdict) else None
