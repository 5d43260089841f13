"""The predecessor's half: it gives what the successor asks for, and takes it back where that one fails."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress

from protocols.modbus import ModbusServer
from protocols.retentive import RetentiveMemory
from protocols.standstill import Standstill

from .. import generations
from ..archive import Archive
from ..generations import Mark, shared
from ..remembered import Remembered
from ..station import Station
from ..store import Store
from .channel import PROTOCOL, Channel, Gone, Message, batches, door, name_of

log = logging.getLogger(__name__)

RELIEF_S = 30.0  # for the parts on their way; each has its own, shorter limit
SIGN_S = 1.0  # between signs of life meanwhile
CHANGES_S = 2.0  # for changes under way
RECIPES_S = 20.0  # for that of a recipe, which cannot be left half done
SETTLE_S = 0.5  # for images on their way to the disk
GET_READY_S = 60.0  # of the successor, once it has connected
ANSWER_S = 5.0  # of the successor, for what takes it milliseconds
UNREAD_S = 0.1  # for clients to take the answers that they are owed


class Giver:
    """Waits for a successor; `given` is true once that one owns everything."""

    def __init__(
        self,
        station: Station,
        modbus: ModbusServer,
        store: Store,
        archive: Archive,
        kept: Remembered,
        memory: RetentiveMemory | None,
        standstill: Standstill,
        recipes: asyncio.Lock,
    ) -> None:
        """`recipes` is held while those in production change."""
        self._station, self._modbus, self._store, self._archive = station, modbus, store, archive
        self._kept, self._memory = kept, memory
        self._standstill, self._recipes = standstill, recipes
        self._held = self._unchanging = False
        self.given = False
        self.on_given: list[Callable[[], Awaitable[object]]] = []  # in this order, as soon as it is

    async def run(self) -> None:
        """Until it is given."""
        listener, loop = door(), asyncio.get_running_loop()
        shared.channel = name = name_of(listener)
        try:
            while not self.given:
                sock, _ = await loop.sock_accept(listener)
                with suppress(OSError):  # another user's, or gone already
                    await self._serve(Channel(sock))
        finally:
            listener.close()
            if shared.channel == name:
                shared.channel = ""

    async def _serve(self, channel: Channel) -> None:
        try:
            if asked := await self._asked(channel):
                await self._try(channel, asked)
        finally:
            channel.close()
        if self.given:
            await self._finish()

    async def _asked(self, channel: Channel) -> Message | None:
        """What a successor that is ready asks for; None = it gets nothing."""
        try:
            asked, _ = await channel.receive(GET_READY_S)
            if shared[Mark.FAILED] >= asked.get("age", 0):  # given up meanwhile: this generation goes on
                await channel.send({"failed": shared.trouble})
                return None
            if why := self._cannot(asked):
                await channel.send({"refused": why})
                return None
        except (Gone, TimeoutError) as exc:
            log.warning("a successor that was getting ready is gone: %s", exc)
            return None
        return asked

    async def _try(self, channel: Channel, asked: Message) -> None:
        try:
            await self._give(channel)
        except Exception as exc:  # whatever fails, one of the two must go on
            log.log(logging.WARNING if isinstance(exc, Gone | TimeoutError) else logging.ERROR, "handover: %r", exc)
            await self._failed(channel, asked, exc)

    def _cannot(self, asked: Message) -> str:
        """Why everything must be closed and opened anew; "" = it need not."""
        if asked.get("prepared") != PROTOCOL:
            return f"its successor speaks protocol {asked.get('prepared')}, this release {PROTOCOL}"
        if self._memory is None:
            return "there is no retentive memory"
        return "" if self._store.healthy else f"the disk takes no results: {self._store.trouble}"

    async def _give(self, channel: Channel) -> None:
        assert self._memory is not None
        began = time.monotonic()
        await self._relieved(channel)
        await channel.send({"relieved": True})
        await channel.receive(ANSWER_S)
        held = time.monotonic()
        self._held = True
        await self._modbus.hold(UNREAD_S)
        self._memory.close()
        told, connections = self._modbus.handed()
        await channel.send({"modbus": told, "connections": len(connections)})
        for batch in batches(connections):
            await channel.send({"read": [read.hex() for _, read in batch]}, [sock for sock, _ in batch])
        await channel.receive(ANSWER_S)
        self.given = True
        times = (time.monotonic() - began) * 1000, (time.monotonic() - held) * 1000
        log.info("handed over with %d Modbus connections after %.0f ms, held for %.0f ms", len(connections), *times)

    async def _relieved(self, channel: Channel) -> None:
        """Parts finished, the camera closed, all of it stored; the successor hears that this takes its time."""
        relief = asyncio.ensure_future(self._relieve())
        heard = asyncio.ensure_future(channel.receive(RELIEF_S))  # it says nothing now, unless it ends
        try:
            while not relief.done():
                await asyncio.wait({relief, heard}, timeout=SIGN_S, return_when=asyncio.FIRST_COMPLETED)
                if heard.done():
                    heard.result()
                if not relief.done():
                    await channel.send({"wait": True})
            relief.result()
        finally:
            for task in (relief, heard):
                task.cancel()
            await asyncio.gather(relief, heard, return_exceptions=True)

    async def _relieve(self) -> None:
        await self._standstill.begin(CHANGES_S)
        async with asyncio.timeout(RECIPES_S):
            await self._recipes.acquire()
        self._unchanging = True
        await self._station.relieve()
        await self._archive.rest(SETTLE_S)
        await self._kept.written(SETTLE_S)
        await self._store.flushed()

    def _let_change(self) -> None:
        self._standstill.end()
        if self._unchanging:
            self._unchanging = False
            self._recipes.release()

    async def _failed(self, channel: Channel, asked: Message, exc: Exception) -> None:
        """The successor is ended first: there are never two owners."""
        await channel.kill()
        with suppress(Gone, TimeoutError):
            while True:
                said, _ = await channel.receive(0.01)
                if "owned" in said:  # it was a moment too late, and has answered PLCs already
                    self.given = True
                    return
        assert self._memory is not None
        self._memory.take()
        self._station.handshake.remember()
        if self._held:
            self._held = False
            listener = generations.sockets.get("modbus")
            await self._modbus.go_on(listener and listener.dup())
        self._station.go_on()
        self._let_change()
        why = str(exc) or f"it did not answer within {ANSWER_S:g} s"
        shared.failed(int(asked.get("age", 0)), f"it could not take over: {why}")
        log.error("generation %s could not take over: %s; this one goes on", asked.get("age"), why)

    async def _finish(self) -> None:
        """Let go of the rest; nothing here acts on the camera, the memory or the PLCs any more."""
        self._station.stop()
        await self._modbus.give_away()
        await self._store.let_go()
        for tell in self.on_given:
            try:
                await tell()
            except Exception:  # the successor serves all the same
                log.exception("not everything was closed in order")
