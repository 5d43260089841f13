"""A connection passes from one server to another, as from one generation of the station to the next."""

import asyncio
import os
import socket

import orjson

from protocols import tags
from tests.protocols.modbus.station import Connect, Serve, Station, Until
from tests.protocols.modbus.wire import adu, read, words, write_registers


async def passed_on(old: Station, new: Station) -> int:
    """All connections; how many."""
    await old.server.hold(1)
    told, connections = old.server.handed()
    new.server.know(orjson.loads(orjson.dumps(told)))
    for sock, begun in connections:
        await new.server.adopt(socket.socket(fileno=os.dup(sock.fileno())), begun)
    await old.server.give_away()
    return len(connections)


async def test_a_request_that_has_begun_is_answered_by_the_other_server(
    serve: Serve, station: Station, connect: Connect, until: Until
) -> None:
    new, wire, other = await serve(), await connect(), await connect()
    new.image.set(tags.BOOT_COUNTER, 7)
    assert tags.BOOT_COUNTER.address is not None
    request = adu(read(4, tags.BOOT_COUNTER.address.register, 1), transaction=3)
    await wire.ask(write_registers(6, 1))
    await wire.send(request[:5])
    await until(lambda: station.server.connections == 2)
    await until(lambda: any(begun for _, begun in station.server.handed()[1]))
    assert await passed_on(station, new) == 2
    await wire.send(request[5:])
    assert words((await wire.frame())[7:]) == (7,)
    assert words(await other.ask(read(4, tags.BOOT_COUNTER.address.register, 1))) == (7,)
    (client,) = new.server.clients()
    assert (client.connections, client.requests, client.controls) == (2, 3, True)
    assert station.server.connections == 0


async def test_what_nobody_took_goes_on(station: Station, connect: Connect) -> None:
    wire = await connect()
    await wire.ask(read(4, 0, 1))
    await station.server.hold(1)
    await wire.send(adu(read(4, 0, 1), transaction=9))
    assert station.server.handed()[1][0][1] == b"", "it waits in the kernel"
    await station.server.go_on(None)
    assert (await wire.frame())[:2] == b"\0\x09"


async def test_an_answer_that_waits_for_the_disk_is_given_before_the_connection_is(
    serve: Serve, station: Station, connect: Connect, until: Until
) -> None:
    new, wire = await serve(), await connect()
    station.commands.commits = []
    await wire.send(adu(write_registers(4, 1), transaction=5))
    await until(lambda: station.commands.commits)
    asyncio.get_running_loop().call_later(0.01, station.commands.commits[0].set_result, None)
    assert await passed_on(station, new) == 1
    assert (await wire.frame())[:2] == b"\0\x05"
