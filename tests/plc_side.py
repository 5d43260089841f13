"""The PLC's end of a real station's wire, and what the station's database says afterwards."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path

from protocols import tags
from protocols.tag import Tag
from service.demo_plc.handshakes import BySequence, Outcome, Part, enable, wait_ready
from service.demo_plc.plc import Plc
from service.store.database import FILE, connect_reading
from tests.patience import PATIENCE_S


@dataclass
class Wire:
    """One connected PLC program."""

    plc: Plc
    line: BySequence

    async def read(self, tag: Tag[int]) -> int:
        """A status register as it stands now; of bit tags 0 or 1."""
        assert tag.address is not None
        words = await self.plc.read(tag.address.register, tag.wire.words or 1)
        if tag.address.bit is not None:
            return words[0] >> tag.address.bit & 1
        return self.plc.number(words) if len(words) == 2 else words[0]

    async def until(self, condition: Callable[[tuple[int, ...]], bool], limit_s: float = 60) -> tuple[int, ...]:
        """The status block once it is as wanted."""
        async with asyncio.timeout(limit_s):
            while not condition(status := await self.plc.status()):
                await asyncio.sleep(0.02)
        return status

    async def ready(self, limit_s: float = 60) -> None:
        await wait_ready(self.plc, limit_s)

    async def try_part(self) -> Outcome:
        return await self.line.part(0)

    async def part(self) -> Part:
        outcome = await self.try_part()
        assert isinstance(outcome, Part), outcome
        return outcome


def ready(status: tuple[int, ...]) -> bool:
    """TriggerReady."""
    return bool(status[0] & 1)


def error_code(status: tuple[int, ...]) -> int:
    assert tags.ERROR_CODE.address is not None
    return status[tags.ERROR_CODE.address.register]


@asynccontextmanager
async def wired(port: int, *, enabled: bool = True, limit_s: float = 60) -> AsyncIterator[Wire]:
    """Connect; raise TriggerEnable and wait for TriggerReady unless told otherwise."""
    plc = Plc("127.0.0.1", port, 1)
    try:
        await plc.connect()  # it asks, too, and the station may end in between
        wire = Wire(plc, BySequence(plc, limit_s))
        if enabled:
            await enable(plc)
            await wire.ready()
        await wire.line.begin()
        yield wire
    finally:
        plc.close()


def rows(folder: Path, columns: str = "number", table: str = "results") -> list[tuple[object, ...]]:
    """Of the database in a data folder, by number."""
    with closing(connect_reading(folder / FILE)) as connection:
        connection.set_busy_timeout(int(1000 * PATIENCE_S))
        return list(connection.execute(f"SELECT {columns} FROM {table} ORDER BY number"))
