"""Who is connected over Modbus, what it asked, and what became of it."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from protocols.modbus import Exchange, Wanted
from protocols.modbus.blocks import Block, read_block, written_block, written_values
from protocols.modbus.clients import in_words
from service.hub import Hub

from .models import Payload
from .route import get


class ModbusClient(Payload):
    """One client address over all its connections."""

    address: str
    connections: int
    """Open now"""
    connected_since_us: int
    """Since when, 0 when it has gone"""
    requests: int
    exceptions: int
    """Requests answered with an exception"""
    last_request_us: int
    """0 = none yet"""
    last_function: int
    """Function code of the last request, 0 = none yet"""
    last_error: str
    """In words, empty = none"""
    last_error_at_us: int
    """0 = none"""
    refused: int
    """Connections that were reset because of max_connections or max_connections_per_address"""
    may_write: bool
    """A write would be taken now"""
    controls: bool
    """It has write control now"""


class ModbusBlock(Payload):
    """Registers, coils or discrete inputs, 0-based."""

    address: int
    count: int
    """As the request says"""


class ModbusExchange(Payload):
    """One request and its answer."""

    number: int
    """1 for the first since the station's start, then without a gap"""
    monotonic_us: float
    """CLOCK_MONOTONIC when it was taken up: for distances, unmoved by a clock that is set"""
    utc_us: int
    client: str
    transaction: int
    unit: int
    function: int
    read: ModbusBlock | None
    """What it reads"""
    written: ModbusBlock | None
    """What it writes"""
    values: tuple[int, ...]
    """That it writes: registers, coils as 0 and 1, AND and OR mask of function 22"""
    exception: int
    """Exception code, 0 = none"""
    exception_text: str
    """The same in words"""
    request: str
    """PDU, hexadecimal"""
    answer: str
    """PDU, hexadecimal"""
    duration_us: float
    """Until the answer, with the commit that it waited for"""


class ModbusTrace(Payload):
    """A stretch of the last 1,000 requests, oldest first."""

    items: tuple[ModbusExchange, ...]
    next: int
    """Ask with this as `since` for what comes later"""
    lost: int
    """Requests after `since` that came and are no longer kept"""


class TraceQuery(BaseModel):
    """Which requests; all that is given must hold."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    since: Annotated[int, Field(ge=0, le=2**53 - 1)] = 0
    """Only requests with a higher number: the `next` of the answer before"""
    limit: Annotated[int, Field(ge=1, le=200)] = 100
    """Items of an answer"""
    client: str | None = None
    """Address of the client"""
    function: Annotated[int, Field(ge=0, le=255)] | None = None
    """Function code"""
    address: Annotated[int, Field(ge=0, le=65535)] | None = None
    """0-based; inside the block that is read or written"""


@get("/modbus/clients")
async def clients(hub: Hub) -> list[ModbusClient]:
    """Modbus clients by address, with their counters."""
    return [ModbusClient.model_validate(client, from_attributes=True) for client in hub.modbus.clients()]


@get("/modbus/trace")
async def trace(hub: Hub, query: TraceQuery) -> ModbusTrace:
    """Last 1,000 Modbus requests with their answers, oldest first."""
    wanted = Wanted(query.client, query.function, query.address)
    found = hub.modbus.trace.since(query.since, wanted, query.limit)
    return ModbusTrace(items=tuple(map(_shown, found.exchanges)), next=found.next, lost=found.lost)


def _shown(exchange: Exchange) -> ModbusExchange:
    request, exception = exchange.request, exchange.exception
    return ModbusExchange(
        number=exchange.number,
        monotonic_us=exchange.monotonic_ns / 1000,
        utc_us=exchange.utc_us,
        client=exchange.client,
        transaction=exchange.transaction,
        unit=exchange.unit,
        function=exchange.function,
        read=_block(read_block(request)),
        written=_block(written_block(request)),
        values=written_values(request),
        exception=exception,
        exception_text=in_words(exchange.function, exception) if exception else "",
        request=request.hex(" "),
        answer=exchange.answer.hex(" "),
        duration_us=exchange.duration_ns / 1000,
    )


def _block(block: Block | None) -> ModbusBlock | None:
    return None if block is None else ModbusBlock(address=block.address, count=block.count)


ROUTES = (clients, trace)
