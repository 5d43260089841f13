"""Modbus TCP, OPC UA and lines of text on the sockets that Gunicorn's master holds."""

import socket
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from protocols.alarms import (
    ASCII_NOT_SERVING,
    MODBUS_NOT_SERVING,
    OPCUA_CLIENT_REFUSED,
    OPCUA_NOT_ENCRYPTED,
    OPCUA_NOT_SERVING,
    PORT_TAKEN,
    Alarm,
)
from protocols.ascii import AsciiServer
from protocols.modbus import ModbusServer

from . import generations
from .alarms import Alarms
from .auth.doors import Rejections
from .background import beside
from .certificate_watch import watch_certificate
from .kept_server import KeptServer
from .opcua_setup import identity, open_without_encryption
from .scada import ScadaSink
from .settings import Settings
from .station import Station
from .text_lines import TextStation, result_of

if TYPE_CHECKING:
    from .preparing import Prepared


class BuildError(Exception):
    """OPC UA could not be built."""


async def open_modbus(modbus: ModbusServer, ready: "Prepared", alarms: Alarms, stack: AsyncExitStack) -> None:
    """The first of them: after a handover new clients wait for it, as those do not whose connections came along."""
    alarms.clear(PORT_TAKEN)
    stack.push_async_callback(modbus.stop)
    await _open("modbus", MODBUS_NOT_SERVING, lambda listener: _start_modbus(modbus, listener), ready, alarms, stack)


async def open_other_servers(
    ready: "Prepared", station: Station, settings: Settings, alarms: Alarms, stack: AsyncExitStack
) -> None:
    """OPC UA and lines of text."""
    if ready.opcua:
        stack.push_async_callback(ready.opcua.stop)
        stack.push_async_callback(ready.vision.close)
    lines = TextStation(station, ready.image)
    text = ready.text = AsciiServer(lines, settings.ascii, ready.standstill)
    stack.push_async_callback(text.stop)
    for name, alarm, start in (
        ("opcua", OPCUA_NOT_SERVING, lambda listener: _start_opcua(ready, station, settings, listener)),
        ("ascii", ASCII_NOT_SERVING, lambda listener: _start_text(text, lines, station, listener)),
    ):
        await _open(name, alarm, start, ready, alarms, stack)
    if "opcua" in ready.servers:
        _watch_doors(ready, settings, alarms, stack)
        beside(lambda: watch_certificate(settings, ready.thread, alarms, lambda: _present(ready, settings)), stack)


async def _open(
    name: str,
    alarm: Alarm,
    start: Callable[[socket.socket], Awaitable[None]],
    ready: "Prepared",
    alarms: Alarms,
    stack: AsyncExitStack,
) -> None:
    """As good as it can; one that cannot start is tried again beside everything else."""
    if name not in generations.sockets and name not in generations.taken:
        alarms.clear(alarm)  # of a run with other settings
        return
    server = ready.servers[name] = KeptServer(name, alarm, alarms, start)
    stack.callback(server.close)
    await server.open()
    beside(server.run, stack)


async def _start_modbus(modbus: ModbusServer, listener: socket.socket) -> None:
    """On a duplicate: where a handover fails, it serves once more on the same."""
    own = listener.dup()
    try:
        await modbus.start(own)
    except BaseException:
        own.close()
        raise


def _watch_doors(ready: "Prepared", settings: Settings, alarms: Alarms, stack: AsyncExitStack) -> None:
    """What is open beyond the usual, and who was turned away, stands among the alarms."""
    bare = open_without_encryption(settings)
    alarms.set(OPCUA_NOT_ENCRYPTED, bare, "[opcua] policy_none = true" if bare else "")
    rejections = Rejections(ready.doors, lambda text: alarms.raise_(OPCUA_CLIENT_REFUSED, text))
    ready.doors.trust.on_refused = rejections.refused
    ready.doors.on_settled = lambda: alarms.clear(OPCUA_CLIENT_REFUSED)


async def _present(ready: "Prepared", settings: Settings) -> None:
    if ready.opcua is not None:
        await ready.opcua.present(await identity(settings, ready.thread))


async def _start_opcua(ready: "Prepared", station: Station, settings: Settings, listener: socket.socket) -> None:
    if ready.opcua is None:
        raise BuildError("its address space cannot be built, see log; reload to try again")
    await ready.opcua.start(listener, await identity(settings, ready.thread))
    sink = ScadaSink(ready.opcua, station, ready.book)
    station.line.sinks.append(sink.result)
    station.jobs.on_release.append(sink.released)
    station.on_state.append(sink.state_changed)
    if (model := ready.opcua.machine_vision) is not None:
        ready.vision.tell(model)


async def _start_text(server: AsciiServer, lines: TextStation, station: Station, listener: socket.socket) -> None:
    await server.start(listener)
    station.line.sinks.append(lines.inspected)
    station.line.sinks.append(lambda inspection: server.publish(result_of(inspection)))
