"""The tag table with its values: what the PLC and SCADA systems see."""

import math
from typing import Any

from protocols import tags
from protocols.image import ProcessImage
from protocols.tag import Tag
from service.hub import Hub

from .models import TagValue
from .route import get


@get("/tags")
async def listing(hub: Hub) -> list[TagValue]:
    """Every tag with its value now, in the order of the table."""
    return [tag_value(tag, hub.image) for tag in tags.ALL]


def tag_value(tag: Tag[Any], image: ProcessImage) -> TagValue:
    """One row of the table."""
    return TagValue(
        name=tag.name,
        address=None if tag.address is None else str(tag.address),
        type=tag.wire.name,
        access=tag.access.value,
        node=tag.node,
        unit=tag.unit,
        help=tag.help,
        value=_plain(image.get(tag)),
    )


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


ROUTES = (listing,)
