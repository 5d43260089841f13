"""What each hour brought, and what the inspections of a filter are together."""

from dataclasses import replace
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from service.hub import Hub

from .figure_models import (
    ClassCount,
    FoundInspections,
    LimitSet,
    MeasuredSeries,
    MeasuredValue,
    RejectFigures,
    StepCount,
    VersionReview,
    YieldSpan,
    YieldTrend,
)
from .inspections import Name, ResultQuery, narrowing
from .models import Hour
from .results import clean, finite
from .route import get
from .times import TimeUs

HOUR_US = 3_600_000_000
LONGEST_DAYS = 366


class Span(BaseModel):
    """From when to when, UTC in microseconds since 1970."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    since: TimeUs
    """First moment"""
    until: TimeUs
    """First moment no more"""
    job: Annotated[int, Field(ge=0, le=65535)] | None = None
    """Of this job number alone"""

    @model_validator(mode="after")
    def _in_order(self) -> "Span":
        if self.until <= self.since:
            raise ValueError("until must be after since")
        if self.until - self.since > LONGEST_DAYS * 24 * HOUR_US:
            raise ValueError(f"at most {LONGEST_DAYS} days at once")
        return self


@get("/statistics/hourly")
async def hourly(hub: Hub, query: Span) -> list[Hour]:
    """Results by hour and job, oldest first; hours without one are left out."""
    return [
        Hour(
            hour_us=row.hour_us,
            job=row.job,
            total=row.passed + row.failed + row.errors,
            passed=row.passed,
            fail=row.failed,
            error=row.errors,
        )
        for row in await hub.store.hourly(query.since, query.until, query.job)
    ]


class FoundQuery(ResultQuery):
    """Which inspections."""


class YieldQuery(ResultQuery):
    """Which inspections, and by what."""

    by: Literal["hour", "shift", "day"] = "hour"
    """Of the station's clock"""


class SeriesQuery(ResultQuery):
    """Which inspections, and which measurement."""

    step: Name
    """The step, as the recipe names it"""
    measure: Name | None = None
    """Its measurement; left out: its main one"""
    limit: Annotated[int, Field(ge=1, le=2000)] = 500
    """Of the newest inspections"""


@get("/statistics/found")
async def found(hub: Hub, query: FoundQuery) -> FoundInspections:
    """How many inspections a filter finds, and what people said of the rejects among them."""
    wanted = query.filter()
    with narrowing(query):
        counted = await hub.store.found(wanted)
        any_judgement = wanted.judgement is None and not wanted.not_passed
        every = counted if any_judgement else await hub.store.found(replace(wanted, judgement=None, not_passed=False))
        reviews = await hub.store.verdicts(wanted)
    said = [sum(one.verdicts[verdict] for one in reviews) for verdict in ("real", "false", "unclear")]
    return FoundInspections(
        total=min(counted.total, 1000),
        more=counted.more,
        passed=counted.passed,
        fail=counted.failed,
        error=counted.errors,
        all=min(every.total, 1000),
        all_more=every.more,
        reviewed=sum(said),
        false_rejects=said[1],
        reviews=tuple(VersionReview(job=one.job, version=one.version, **one.verdicts) for one in reviews),
    )


@get("/statistics/rejects")
async def rejects(hub: Hub, query: FoundQuery) -> RejectFigures:
    """Why inspections did not pass: by reject class, and by the step that failed first. Of the newest 3000."""
    with narrowing(query):
        told = await hub.store.rejects(query.filter())
    return RejectFigures(
        parts=told.parts,
        more=told.more,
        classes=tuple(ClassCount(reject_class=one, count=count) for one, count in told.classes),
        steps=tuple(StepCount(step=clean(step), tool=tool, count=count) for step, tool, count in told.steps),
    )


@get("/statistics/yield")
async def yields(hub: Hub, query: YieldQuery) -> YieldTrend:
    """The share of PASS by hour, shift or day, oldest first. Of the newest 20 000 inspections."""
    with narrowing(query):
        told = await hub.store.yields(query.filter(), query.by, ZoneInfo(hub.settings.time.zone))
    spans = [(span, span.passed + span.failed + span.errors) for span in told.spans]
    return YieldTrend(
        by=query.by,
        more=told.more,
        items=tuple(
            YieldSpan(
                since_us=span.since_us,
                shift=clean(span.shift),
                total=total,
                passed=span.passed,
                fail=span.failed,
                error=span.errors,
                yield_percent=100 * span.passed / total,
            )
            for span, total in spans
        ),
    )


@get("/statistics/measurement")
async def measurement(hub: Hub, query: SeriesQuery) -> MeasuredSeries:
    """One measurement over the newest inspections of a filter, each value with the limits that it was held to then."""
    with narrowing(query):
        told = await hub.store.series(query.filter(), query.step, query.measure, query.limit)
    return MeasuredSeries(
        step=query.step,
        measure=clean(told.measure),
        unit=clean(told.unit),
        limits=tuple(
            LimitSet(
                low=finite(one.low),
                high=finite(one.high),
                warn_low=finite(one.warn_low),
                warn_high=finite(one.warn_high),
                nominal=one.nominal,
            )
            for one in told.limits
        ),
        values=tuple(
            MeasuredValue(
                number=one.number,
                at_us=one.at_us,
                value=None if one.value is None else finite(one.value),
                judgement=one.judgement.value,
                limits=one.limits,
            )
            for one in told.values
        ),
    )


ROUTES = (hourly, found, rejects, yields, measurement)
