"""The active alarms."""

from service.hub import Hub

from .models import Alarm
from .route import get


@get("/alarms")
async def listing(hub: Hub) -> list[Alarm]:
    """Active alarms, most urgent first."""
    return list(hub.station.alarms())


ROUTES = (listing,)
