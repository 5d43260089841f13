"""A Modbus client that knows only bytes, so that a test can send what no library would."""

import asyncio
import contextlib
import struct
from types import TracebackType

from tests.patience import PATIENCE_S


def adu(pdu: bytes, transaction: int = 1, unit: int = 1, protocol: int = 0, length: int | None = None) -> bytes:
    return struct.pack(">HHHB", transaction, protocol, len(pdu) + 1 if length is None else length, unit) + pdu


def read(function: int, address: int, count: int) -> bytes:
    return struct.pack(">BHH", function, address, count)


def write_registers(address: int, *values: int) -> bytes:
    return struct.pack(f">BHHB{len(values)}H", 16, address, len(values), 2 * len(values), *values)


def read_write(read_address: int, read_count: int, write_address: int, *values: int) -> bytes:
    head = struct.pack(">BHHHHB", 23, read_address, read_count, write_address, len(values), 2 * len(values))
    return head + struct.pack(f">{len(values)}H", *values)


def words(pdu: bytes) -> tuple[int, ...]:
    """The registers in an answer to function 3, 4 or 23."""
    assert pdu[0] < 0x80, f"exception {pdu.hex(' ')}"
    assert pdu[1] == len(pdu) - 2
    return struct.unpack(f">{pdu[1] // 2}H", pdu[2:])


class Wire:
    """One connection."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self._transaction = 0

    @classmethod
    async def connect(cls, port: int, source: str = "127.0.0.1") -> "Wire":
        return cls(*await asyncio.open_connection("127.0.0.1", port, local_addr=(source, 0)))

    async def __aenter__(self) -> "Wire":
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        await self.close()

    async def close(self) -> None:
        self.writer.close()
        with contextlib.suppress(OSError):  # the server was quicker
            await self.writer.wait_closed()

    async def send(self, data: bytes) -> None:
        self.writer.write(data)
        await self.writer.drain()

    async def frame(self) -> bytes:
        """The next whole answer."""
        async with asyncio.timeout(PATIENCE_S):
            head = await self.reader.readexactly(6)
            assert head[2:4] == b"\0\0"
            return head + await self.reader.readexactly(struct.unpack(">H", head[4:])[0])

    async def ask(self, pdu: bytes, unit: int = 1) -> bytes:
        """The PDU that answers `pdu`; transaction and unit id must come back."""
        self._transaction = (self._transaction + 1) & 0xFFFF
        await self.send(adu(pdu, self._transaction, unit))
        answer = await self.frame()
        assert answer[:2] == struct.pack(">H", self._transaction)
        assert answer[6] == unit
        return answer[7:]

    async def closed_by_server(self) -> bytes:
        """What still came before the server closed."""
        async with asyncio.timeout(PATIENCE_S):
            try:
                return await self.reader.read(-1)
            except ConnectionResetError:
                return b"reset"
