"""The tag table with its values: what the PLC and SCADA systems see."""

import math
import struct
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from protocols import tags
from protocols.image import ProcessImage
from protocols.state_words import MANY_STATES, TWO_STATES
from protocols.tag import Address, Area, Tag
from service.hub import Hub
from service.tag_table import one_based
from service.tag_watch import Watched

from .models import TagState, TagStates, TagValue
from .route import get

LATEST = 2**53 - 1


class Since(BaseModel):
    """What is known already."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    since: Annotated[int, Field(ge=0, le=LATEST)] = 0
    """The `revision` of the answer before; 0 = everything"""


@get("/tags")
async def listing(hub: Hub) -> list[TagValue]:
    """Every tag with its value now, in the order of the table."""
    return [tag_value(tag, hub.image) for tag in tags.ALL]


@get("/tags/states")
async def states(hub: Hub, query: Since) -> TagStates:
    """Values, registers, quality and age: of the tags that changed since a revision.

    For whoever looks at the table: ask every half second, with the `revision` of the answer before.
    """
    items = tuple(_state(one, hub.image) for one in hub.tag_watch.since(query.since))
    return TagStates(revision=hub.tag_watch.revision, items=items)


def tag_value(tag: Tag[Any], image: ProcessImage) -> TagValue:
    """One row of the table."""
    return TagValue(
        name=tag.name,
        address=None if tag.address is None else str(tag.address),
        type=tag.wire.name,
        access=tag.access.value,
        one_based=one_based(tag),
        count=tag.wire.words if tag.address else 0,
        node=tag.node,
        unit=tag.unit,
        help=tag.help,
        words=tuple(MANY_STATES.get(tag, TWO_STATES.get(tag, ())[::-1])),
        value=_plain(image.seen(tag)),
    )


def _state(one: Watched, image: ProcessImage) -> TagState:
    value, address = one.value, one.tag.address
    if address is None:
        raw: tuple[int, ...] = ()
    elif address.bit is not None:
        raw = (int(value),)
    else:
        raw = _words(address, one.tag.wire.words, image)
    return TagState(
        name=one.tag.name, value=_plain(value), raw=raw, quality=one.quality.value, changed_at_us=one.changed_at_us
    )


def _words(at: Address, count: int, image: ProcessImage) -> tuple[int, ...]:
    if at.area is Area.HOLDING:
        return image.words(at, count)
    return struct.unpack(f">{count}H", image.shown(at.register, count))


def _plain(value: Any) -> Any:
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


ROUTES = (listing, states)
