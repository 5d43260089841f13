"""Where the time of the last parts went, and how late the event loop was."""

from typing import Annotated

from pydantic import Field

from service.hub import Hub

from .models import Timings
from .route import get
from .station import Command


class Newest(Command):
    """How many."""

    limit: Annotated[int, Field(ge=1, le=1000)] = 100
    """Parts"""


@get("/station/timings")
async def show(hub: Hub, query: Newest) -> Timings:
    """The newest parts, oldest first, and the lag of the loop over the last minute."""
    return hub.station.timings(query.limit)


ROUTES = (show,)
