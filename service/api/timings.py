"""Where the time of the last parts went, and how late the event loop was."""

from typing import Annotated

from pydantic import Field

from service.hub import Hub
from service.lag import LONGEST_S

from .models import Timings
from .route import get
from .station import Command


class Newest(Command):
    """How much."""

    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    """Parts"""
    seconds: Annotated[float, Field(ge=1, le=LONGEST_S)] = LONGEST_S
    """Of the loop's lag"""


@get("/station/timings")
async def show(hub: Hub, query: Newest) -> Timings:
    """The newest parts, oldest first, and how late the event loop was in the last seconds."""
    return hub.station.timings(query.limit, query.seconds)


ROUTES = (show,)
