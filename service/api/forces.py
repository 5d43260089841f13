"""Values that an engineer prescribes for a wiring check, instead of what the station would say."""

import math
from typing import Annotated, Any, Literal

from aiohttp import web
from pydantic import ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr

from protocols.errors import TagError
from protocols.forcing import Point
from service.forces import LONGEST_S, Force, NoSuchPoint, NotNow
from service.hub import Hub, Rejected
from service.simulated_plc import Input

from .models import Payload, StationState
from .problem import Fault, Problem, shown
from .route import delete, get, post
from .station import Command, refusal, who

PointName = Annotated[str, Field(description="As `/forces/points` names it")]
ForcedValue = StrictBool | StrictInt | StrictFloat | StrictStr


class ForcePoint(Payload):
    """A value that can be forced."""

    name: str
    """Of the tag; of an array one element, ResultValues[3]; or of a user-defined value or output"""
    tag: str | None
    """The row of the tag table that shows it; null = user-defined"""
    type: str
    """bool, uint16, int16, uint32, int32, uint64, float32 or text"""
    low: float | None
    """Least value, null = no bound"""
    high: float | None
    """Greatest value, null = no bound"""
    most_bytes: int | None
    """Of a text, in UTF-8"""


class Forcing(Payload):
    """What can be forced, and whether it can be now."""

    refusal: str
    """Why nothing can be forced now; empty = it can"""
    points: tuple[ForcePoint, ...]


class Forced(Payload):
    """A value that is forced now."""

    point: str
    value: Any
    by: str
    """Who forced it"""
    ends_at_us: int
    """When the real value comes back by itself"""


class ForceCommand(Command):
    """Prescribe a value for a time."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"point": "JobPass", "value": True, "seconds": 60}]})

    point: Annotated[str, Field(max_length=100)]
    """As `/forces/points` names it"""
    value: ForcedValue
    """Of its type"""
    seconds: Annotated[int, Field(ge=1, le=LONGEST_S)] = 60
    """Then the real value comes back"""


class SimulationCommand(Command):
    """One pulse, as a PLC gives it."""

    input: Literal["Trigger", "ResultsAck", "ClearError", "LoadJob"]
    """Trigger (with TriggerEnable around it), ResultsAck, ClearError, or LoadJob (command 1 by ExecuteCommand)"""
    job: Annotated[int, Field(ge=0, le=65535)] = 0
    """Of LoadJob"""


@get("/forces")
async def forces(hub: Hub) -> list[Forced]:
    """Values that are forced now, in the order in which they were."""
    return _forced(hub)


@get("/forces/points")
async def points(hub: Hub) -> Forcing:
    """What can be forced: single values of registers, and bits."""
    return Forcing(refusal=hub.forces.refusal, points=tuple(map(_point, hub.forces.points.values())))


@post("/forces", 409)
async def force(hub: Hub, request: web.Request, body: ForceCommand) -> list[Forced]:
    """Force a value, only while the station is offline and no part is on its way.

    PLC and SCADA system then read it with `Forced` (bit 8 of StatusWord2), in OPC UA with the status
    UncertainSubstituteValue; the real value goes on beneath, and nothing that is stored is forced. It ends by itself
    after `seconds`, when the station goes online, with the right of whoever forced it, and with this process.
    """
    try:
        hub.forces.force(body.point, body.value, body.seconds, _name(request), who(request), _right(request))
    except NoSuchPoint as exc:
        raise _wrong("point", str(exc), body.point) from None
    except TagError as exc:
        raise _wrong("value", str(exc), body.value) from None
    except NotNow as exc:
        raise Problem(409, str(exc)) from None
    return _forced(hub)


@delete("/forces/{point}", 404)
async def end(hub: Hub, request: web.Request, point: PointName) -> list[Forced]:
    """Show the real value again."""
    if not hub.forces.end(point, who(request)):
        raise Problem(404, f"{shown(point)!r} is not forced")
    return _forced(hub)


@delete("/forces")
async def end_all(hub: Hub, request: web.Request) -> list[Forced]:
    """Show all real values again."""
    hub.forces.end_all(who(request))
    return _forced(hub)


@post("/simulation", 409)
async def simulate(hub: Hub, request: web.Request, body: SimulationCommand) -> StationState:
    """Give the handshake a pulse as a PLC would, only while TriggerEnable is 0.

    It is taken or rejected as a PLC's, with the same codes, and leaves no bit standing. What is judged is a real image:
    the result is stored and counted.
    """
    try:
        await hub.simulated_plc.pulse(Input(body.input), who(request), body.job)
    except Rejected as exc:
        raise refusal(exc) from exc
    return hub.station.state()


def _wrong(field: str, message: str, value: Any) -> Problem:
    where = f"body.{field}"
    return Problem(422, f"{where}: {message}", [Fault(where=where, message=message, value=shown(value))])


def _name(request: web.Request) -> str:
    from service.auth.gate import USER
    from service.auth.origin import client_of

    return str(request.get(USER) or client_of(request) or "local")


def _right(request: web.Request) -> Any:
    from service.auth.gate import GATE  # the gate knows the problems of this package
    from service.auth.permissions import Action

    gate = request.app[GATE]
    return lambda: gate.still_may(request, Action.FORCE_IO)


def _forced(hub: Hub) -> list[Forced]:
    return [_shown(force) for force in hub.forces.forced]


def _shown(force: Force) -> Forced:
    return Forced(point=force.point.name, value=force.value, by=force.by, ends_at_us=force.ends_at_us)


def _point(point: Point) -> ForcePoint:
    low, high = (end if math.isfinite(end) else None for end in (point.wire.low, point.wire.high))
    return ForcePoint(
        name=point.name,
        tag=point.tag.name if point.tag else None,
        type=point.wire.name,
        low=low,
        high=high,
        most_bytes=point.most_bytes if point.wire.python is str else None,
    )


ROUTES = (forces, points, force, end, end_all, simulate)
