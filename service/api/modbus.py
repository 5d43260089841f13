"""Who is connected over Modbus, what it asked, and what became of it."""

from ipaddress import ip_address
from typing import Annotated

from aiohttp import web
from pydantic import AfterValidator, BaseModel, ConfigDict, Field
from pydantic_core import PydanticCustomError

from protocols.modbus import Exchange, Wanted
from protocols.modbus.access import plain_address
from protocols.modbus.blocks import Block, read_block, written_block, written_values
from protocols.modbus.clients import in_words
from service.hub import Hub
from service.writers import TooManyWriters

from .models import Payload
from .problem import Problem
from .route import delete, get, post
from .station import Command, who


def _address(value: str) -> str:
    """As the station writes it."""
    try:
        ip_address(value)
    except ValueError:
        raise PydanticCustomError("ip_address", "an IP address is needed, e.g. 192.168.0.10") from None
    return plain_address(value)


Address = Annotated[str, AfterValidator(_address), Field(description="IP address of the client")]


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
    refused_at_us: int
    """When the last one was, 0 = none"""
    refused_writes: int
    """Requests that were answered with exception 01 because it has no write control"""
    refused_write_at_us: int
    """When the last one was, 0 = none"""
    may_write: bool
    """A write would be taken now"""
    controls: bool
    """It has write control now"""
    allowed: bool
    """An administrator let it write beside those of the settings"""


class ModbusServing(Payload):
    """How the station serves Modbus TCP, by its settings."""

    enabled: bool
    serving: bool
    reason: str
    """Why not; empty where it serves"""
    port: int
    unit_ids: tuple[int, ...]
    """That are answered, empty = all"""
    word_order: str
    """ABCD, CDAB, BADC or DCBA"""
    string_order: str
    """high-first or low-first"""
    write_control: str
    """first, listed or everyone"""
    writers: tuple[str, ...]
    """Of the settings"""
    max_connections: int
    max_connections_per_address: int
    idle_timeout_s: float
    """0 = never"""
    write_hold_s: float
    watchdog_ms: int
    """0 = off"""


class ModbusWriter(Payload):
    """An address that may write beside those of the settings."""

    address: str
    who: str
    """Who let it"""
    since_us: int
    note: str


class WriterCommand(Command):
    """Let an address write."""

    address: Address
    note: Annotated[str, Field(max_length=200)] = ""
    """What it is, for whoever finds it in the list"""


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
    return _clients(hub)


@delete("/modbus/clients/{address}", 404)
async def end(hub: Hub, request: web.Request, address: Address) -> list[ModbusClient]:
    """End every connection of a client; it may come again."""
    if not hub.modbus.end(address, "ended by a person"):
        raise Problem(404, f"no connection of {address} is open")
    hub.doors.journal("modbus", f"connections of {address} ended", who(request))
    return _clients(hub)


@get("/modbus/server")
async def server(hub: Hub) -> ModbusServing:
    """How Modbus TCP is served: port, unit ids, orders, who may write."""
    modbus, part = hub.settings.modbus, hub.station.readiness().get("modbus")
    serving = part is not None and part.ok
    return ModbusServing(
        serving=serving,
        reason="" if serving or part is None else part.reason,
        **{name: getattr(modbus, name) for name in ModbusServing.model_fields if name not in ("serving", "reason")},
    )


@get("/modbus/allowed")
async def allowed(hub: Hub) -> list[ModbusWriter]:
    """Addresses that an administrator let write, beside those of the settings."""
    return _writers(hub)


@post("/modbus/allowed", 409)
async def allow(hub: Hub, request: web.Request, body: WriterCommand) -> list[ModbusWriter]:
    """Let an address write, at once and until it is withdrawn; it takes write control from nobody."""
    try:
        hub.writers.allow(body.address, body.note.strip(), who(request))
    except TooManyWriters as exc:
        raise Problem(409, str(exc)) from None
    return _writers(hub)


@delete("/modbus/allowed/{address}", 404)
async def withdraw(hub: Hub, request: web.Request, address: Address) -> list[ModbusWriter]:
    """Let it write no more; the settings may still."""
    if not hub.writers.withdraw(address, who(request)):
        raise Problem(404, f"{address} is not in the list")
    return _writers(hub)


@get("/modbus/trace")
async def trace(hub: Hub, query: TraceQuery) -> ModbusTrace:
    """Last 1,000 Modbus requests with their answers, oldest first."""
    wanted = Wanted(query.client, query.function, query.address)
    found = hub.modbus.trace.since(query.since, wanted, query.limit)
    return ModbusTrace(items=tuple(map(_shown, found.exchanges)), next=found.next, lost=found.lost)


def _clients(hub: Hub) -> list[ModbusClient]:
    return [ModbusClient.model_validate(client, from_attributes=True) for client in hub.modbus.clients()]


def _writers(hub: Hub) -> list[ModbusWriter]:
    return [ModbusWriter.model_validate(one, from_attributes=True) for one in hub.writers.listing()]


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


ROUTES = (clients, end, server, allowed, allow, withdraw, trace)
