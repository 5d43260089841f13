"""The PLC's end of the connection: registers in and out, and what went wrong in words."""

import asyncio
import struct
import time
from collections.abc import Awaitable, Callable, Sequence

from pymodbus.client import AsyncModbusTcpClient
from pymodbus.exceptions import ModbusException
from pymodbus.pdu import ModbusPDU

from protocols import tags
from protocols.codec import Orders, StringOrder, WordOrder
from protocols.tag import Tag, Wire

REQUEST_LIMIT_S = 3.0
POLL_S = 0.002
STATUS_WORDS = 64
WORD_ORDERS: tuple[WordOrder, ...] = ("ABCD", "CDAB", "BADC", "DCBA")
STRING_ORDERS: tuple[StringOrder, ...] = ("high-first", "low-first")

EXCEPTIONS = {
    1: "another client has write control, or this address is not listed as a writer",
    2: "the address does not exist: this is another map",
    3: "the value is not allowed",
    4: "the station failed, see its log",
    6: "the station is starting",
    0x0B: "this unit id is not served",
}


class PlcError(Exception):
    """The demonstration cannot go on; the message says why."""


class Plc:
    """A connection to one station."""

    def __init__(self, host: str, port: int, unit: int, limit_s: float = REQUEST_LIMIT_S) -> None:
        self._where, self._unit = f"{host}:{port}", unit
        self._client = AsyncModbusTcpClient(host, port=port, timeout=limit_s, retries=0, reconnect_delay=0)
        self.orders = Orders()

    async def connect(self) -> None:
        """Connect, and make sure that the map is the one this program knows.

        Raises:
            PlcError: Nothing listens there, or something else does.
        """
        if not await self._client.connect():
            raise PlcError(f"nothing listens on {self._where}: does the station run, and is this its Modbus port?")
        status = await self.status()
        code = status[_register(tags.ORDER_CODE)]
        self.orders = Orders(WORD_ORDERS[code & 3], STRING_ORDERS[code >> 2 & 1])
        version, test = status[_register(tags.MAP_VERSION_TAG)], self.number(status[28:30])
        if version >> 8 != tags.MAP_VERSION >> 8 or test != 0x12345678:
            raise PlcError(
                f"{self._where} serves another map: MapVersion is {version:#06x} where {tags.MAP_VERSION:#06x} is "
                f"known, TestUInt32 is {test:#010x} where it must be 0x12345678"
            )

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    async def status(self) -> tuple[int, ...]:
        """The status block, input registers 0-63."""
        return await self.read(0, STATUS_WORDS)

    async def read(self, address: int, count: int) -> tuple[int, ...]:
        """Input registers."""
        answer = await self._ask(
            f"read of input registers {address}-{address + count - 1}",
            lambda: self._client.read_input_registers(address, count=count, device_id=self._unit),
        )
        return tuple(answer.registers)

    async def write(self, address: int, values: Sequence[int]) -> None:
        """Holding registers, in one turn of the station."""
        await self._ask(
            f"write of holding register {address}",
            lambda: self._client.write_registers(address, list(values), device_id=self._unit),
        )

    async def write_then_read(self, address: int, values: Sequence[int], count: int) -> tuple[int, ...]:
        """Function 23: write holding registers and get the first `count` words of the status block in one turn."""
        answer = await self._ask(
            f"write of holding register {address}",
            lambda: self._client.readwrite_registers(
                read_address=tags.MIRROR_BASE,
                read_count=count,
                write_address=address,
                values=list(values),
                device_id=self._unit,
            ),
        )
        return tuple(answer.registers)

    async def status_when(self, true: Callable[[tuple[int, ...]], bool], until: float) -> tuple[int, ...] | None:
        """Poll the status block till it is as wanted; None at `until`, a ``time.perf_counter`` time."""
        while time.perf_counter() < until:
            status = await self.status()
            if true(status):
                return status
            await asyncio.sleep(POLL_S)
        return None

    def number(self, words: Sequence[int]) -> int:
        """The uint32 in two registers."""
        value = self.orders.decode(Wire.U32, struct.pack(">2H", *words))
        assert isinstance(value, int)
        return value

    def numbers(self, words: Sequence[int]) -> tuple[float, ...]:
        """The float32 values in registers."""
        values = self.orders.decode(Wire.array(Wire.F32, len(words) // 2), struct.pack(f">{len(words)}H", *words))
        assert isinstance(values, tuple)
        return values

    def words(self, value: int) -> tuple[int, ...]:
        """`value` as the two registers of an uint32."""
        return struct.unpack(">2H", self.orders.encode(Wire.U32, value & 0xFFFFFFFF))

    def text(self, value: str) -> tuple[int, ...]:
        """`value` as the registers of CommandText."""
        return struct.unpack(f">{tags.COMMAND_TEXT.wire.words}H", self.orders.encode(tags.COMMAND_TEXT.wire, value))

    async def _ask(self, what: str, request: Callable[[], Awaitable[ModbusPDU]]) -> ModbusPDU:
        try:
            answer = await request()
        except ModbusException as exc:
            raise PlcError(f"{self._where} did not answer the {what}: {exc}") from exc
        if answer.isError():
            code = answer.exception_code
            raise PlcError(f"{what} refused with exception {code:02X}: {EXCEPTIONS.get(code, 'unknown')}")
        return answer


def _register(tag: Tag[int]) -> int:
    assert tag.address is not None
    return tag.address.register
