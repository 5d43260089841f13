"""What each hour brought."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from service.hub import Hub

from .models import Hour
from .route import get

HOUR_US = 3_600_000_000
LONGEST_DAYS = 366
LATEST_US = 2**53 - 1

TimeUs = Annotated[int, Field(ge=0, le=LATEST_US)]


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


ROUTES = (hourly,)
